// Tickets. A code that is printed twice can be sold twice, so every print is counted and stands in the life of the code.
import type { ticketWays } from '@lastmile/contract/counter.ts';
import type { Ticket as TicketShape } from '@lastmile/contract/vouchers.ts';
import { sql } from 'kysely';
import QRCode from 'qrcode';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { raiseAlerts } from './alerts.ts';
import { getCounterSettings } from './counter-settings.ts';
import { personOf } from './shifts.ts';
import { noteAllEvents } from './vouchers.ts';

export type Ticket = z.output<typeof TicketShape>;

/** Of own codes only, and only while they are good for something. */
export async function printVouchers(
  work: Work,
  voucherIds: readonly string[],
  way: (typeof ticketWays)[number],
): Promise<Ticket[]> {
  const ids = [...new Set(voucherIds)];
  const rows = await work.db
    .updateTable('vouchers.vouchers as voucher')
    .set((e) => ({ print_count: e('voucher.print_count', '+', 1) }))
    .from(['vouchers.package_versions as version', 'vouchers.shifts as shift'])
    .whereRef('version.id', '=', 'voucher.version_id')
    .whereRef('shift.id', '=', 'voucher.shift_id')
    .where('voucher.id', 'in', ids)
    .where('voucher.seller_id', '=', personOf(work.actor))
    .where('voucher.ended_at', 'is', null)
    .where('voucher.sold_at', 'is not', null)
    .returning([
      'voucher.id',
      'voucher.code',
      'version.name as packageName',
      sql<bigint>`voucher.price_minor`.as('priceMinor'),
      'version.currency',
      sql<Temporal.Instant>`voucher.sold_at`.as('soldAt'),
      'voucher.expires_at as expiresAt',
      'voucher.print_count as printCount',
      'voucher.router_id as routerId',
      'shift.id as shiftId',
      'shift.location_id as locationId',
    ])
    .execute();
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing) throw new DomainError('voucher_not_found', { voucherId: missing });
  const [first, again] = [rows.filter((row) => row.printCount === 1), rows.filter((row) => row.printCount > 1)];
  await noteAllEvents(work, [
    [way === 'text' ? 'texted' : 'printed', idsOf(first)],
    ['reprinted', idsOf(again), { way }],
  ]);
  await raiseAlerts(
    work,
    again.map(({ id, code, printCount, shiftId, routerId, locationId }) => ({
      kind: 'reprinted',
      fingerprint: `${id} ${printCount}`,
      routerId,
      locationId,
      staffId: work.actor.id,
      staffName: work.actor.name,
      shiftId,
      voucherId: id,
      evidence: { code, printCount },
    })),
  );
  for (const [action, printed] of [
    ['voucher.printed', first],
    ['voucher.reprinted', again],
  ] as const)
    if (printed.length > 0) await audit(work, action, idsOf(printed).slice(0, 20), { count: printed.length });
  work.announce('voucher', ids[0] ?? '*');
  return ticketsOf(work.db, rows);
}

export async function ticketsOf(db: Db, rows: readonly Omit<Ticket, 'qr'>[]): Promise<Ticket[]> {
  const { loginUrl } = await getCounterSettings(db);
  return Promise.all(rows.map(async (row) => ({ ...row, qr: await qrOf(row.code, loginUrl) })));
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/** Opens the hotspot's login page with the code filled in; without a known page it says the code. */
async function qrOf(code: string, loginUrl: string | null): Promise<string> {
  const text = loginUrl ? `${loginUrl}?username=${code}&password=${code}` : code;
  const svg = await QRCode.toString(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
