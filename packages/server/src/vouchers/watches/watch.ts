// What nobody does but time shows: codes that wait for their router, and counters that fall silent while people come online.
import { sql } from 'kysely';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { type NewAlert, raiseAlerts } from '#vouchers/alerts.ts';

const longPendingMinutes = 10;
const silentMinutes = 60;
// Fewer may be one family with one code.
const leastDevices = 3;

export async function watchCounters(database: Database, actor: Actor): Promise<void> {
  const now = database.clock.now();
  const alerts = [...(await findLongPending(database, now)), ...(await findSilentCounters(database, now))];
  if (alerts.length > 0) await inTransaction(database, actor, (work) => raiseAlerts(work, alerts));
}

/** Sold, paid, and not on the router: a sale without the router, which no counter there can confirm. */
async function findLongPending(database: Database, now: Temporal.Instant): Promise<NewAlert[]> {
  const rows = await database.db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.shifts as shift', 'shift.id', 'voucher.shift_id')
    .select([
      'voucher.id',
      'voucher.code',
      'voucher.router_id as routerId',
      'voucher.pending_since as since',
      'voucher.seller_id as staffId',
      'voucher.seller_name as staffName',
      'shift.id as shiftId',
      'shift.location_id as locationId',
    ])
    .where('voucher.is_wanted', '=', true)
    .where('voucher.is_on_router', '=', false)
    .where('voucher.pending_since', '<', now.subtract({ minutes: longPendingMinutes }))
    .limit(200)
    .execute();
  return rows.map(({ id, code, since, ...about }) => ({
    ...about,
    kind: 'sold_without_router',
    fingerprint: `${id} ${since}`,
    voucherId: id,
    evidence: { code, since: `${since}` },
  }));
}

/** An open shift that sells nothing for an hour, while devices come online that were not there before. */
async function findSilentCounters(database: Database, now: Temporal.Instant): Promise<NewAlert[]> {
  const since = now.subtract({ minutes: silentMinutes });
  const { rows } = await sql<{
    shiftId: string;
    staffId: string;
    staffName: string;
    routerId: string;
    locationId: string | null;
    devices: number;
  }>`
    select shift.id as "shiftId", shift.staff_id as "staffId", shift.staff_name as "staffName", shift.router_id as "routerId",
      shift.location_id as "locationId", count(device.mac)::int as devices
    from vouchers.shifts shift
    join vouchers.devices device on device.router_id = shift.router_id and device.first_seen_at > ${since}
    where shift.state = 'open' and shift.opened_at < ${since}
      and not exists (select from vouchers.sales sale join vouchers.shifts other on other.id = sale.shift_id
        where other.router_id = shift.router_id and sale.state = 'complete' and sale.created_at > ${since})
    group by shift.id having count(device.mac) >= ${leastDevices}`.execute(database.db);
  return rows.map(({ devices, ...about }) => ({
    ...about,
    kind: 'sales_stopped',
    fingerprint: `${about.shiftId} ${now.toString().slice(0, 13)}`,
    evidence: { devices, minutes: silentMinutes },
  }));
}
