// What a router counted of codes, written down as it was seen: all codes of a look in one statement.
import { type RawBuilder, sql } from 'kysely';
import { postJournals } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Work } from '#platform/db.ts';
import type { ObservedHotspotUser } from '#provisioning/hotspot-users.ts';
import { getSettings } from '#settings/provider.ts';
import { type NewAlert, raiseAlerts } from './alerts.ts';
import type { Reading } from './rules/sight-rules.ts';
import { noteEvents } from './vouchers.ts';

/** What was used. The first use earns what was paid; what is used up leaves the router. */
export async function recordReadings(work: Work, routerId: string, readings: readonly Reading[]): Promise<void> {
  if (readings.length === 0) return;
  const { rows } = await sql<{ id: string; isFirst: boolean; isOver: boolean }>`
    with reading as (
      select * from unnest(
        ${readings.map(({ id }) => id)}::uuid[], ${readings.map(({ usedSeconds }) => usedSeconds)}::bigint[],
        ${readings.map(({ usedBytes }) => `${usedBytes}`)}::bigint[],
        ${readings.map(({ counterSeconds }) => counterSeconds)}::bigint[],
        ${readings.map(({ counterBytes }) => `${counterBytes}`)}::bigint[],
        ${readings.map(({ firstUse }) => firstUse?.at ?? null)}::timestamptz[],
        ${readings.map(({ firstUse }) => firstUse?.endsAt ?? null)}::timestamptz[],
        ${readings.map(({ isUsedUp }) => isUsedUp)}::boolean[]
      ) as reading (id, used_seconds, used_bytes, counter_seconds, counter_bytes, began_at, ends_at, is_used_up)
    ), locked as materialized (
      select * from vouchers.vouchers where id in (select id from reading) order by id for update
    ), change as (
      select reading.*,
        reading.used_seconds - locked.used_seconds as new_seconds, reading.used_bytes - locked.used_bytes as new_bytes,
        -- Redeemed once, and only what is still sold (R-VCH-1): of two looks one finds it so.
        reading.began_at is not null and locked.state = 'sold' as is_first,
        -- What may not be redeemed is not used up either: it expires.
        reading.is_used_up and (locked.state = 'redeemed' and locked.ended_at is null or reading.began_at is not null and locked.state = 'sold')
          as is_over
      from reading join locked using (id)
    ), counted as (
      ${addHourlyUsage(work, routerId)}
    )
    update vouchers.vouchers voucher set
      used_seconds = change.used_seconds, used_bytes = change.used_bytes,
      counter_seconds = change.counter_seconds, counter_bytes = change.counter_bytes,
      state = case when is_first or is_over then 'redeemed' else state end,
      first_used_at = case when is_first then began_at else first_used_at end,
      expires_at = case when is_first then ends_at else expires_at end,
      ended_at = case when is_over then ${work.now} else ended_at end,
      end_reason = case when is_over then 'used_up' else end_reason end,
      is_wanted = is_wanted and not is_over,
      -- What the router was never given is not taken from it.
      pending_since = case when not is_over then pending_since when is_on_router then ${work.now} end
    from change where voucher.id = change.id
    returning voucher.id, change.is_first as "isFirst", change.is_over as "isOver"`.execute(work.db);
  const first = rows.filter(({ isFirst }) => isFirst).map(({ id }) => id);
  await noteEvents(work, 'first_use', first);
  await noteEvents(
    work,
    'used_up',
    rows.filter(({ isOver }) => isOver).map(({ id }) => id),
  );
  await earn(work, first);
  work.announce('voucher', '*');
}

/** To the hour in which it was seen. Reads a `change` of new_seconds, new_bytes and is_first. */
function addHourlyUsage(work: Work, routerId: string): RawBuilder<unknown> {
  return sql`
    insert into vouchers.hourly_usage (router_id, hour, used_seconds, used_bytes, first_uses)
    select ${routerId}::uuid, date_trunc('hour', ${work.now}::timestamptz, 'UTC'), sum(new_seconds), sum(new_bytes),
      count(*) filter (where is_first)
    from change having count(*) > 0
    on conflict (router_id, hour) do update set used_seconds = hourly_usage.used_seconds + excluded.used_seconds,
      used_bytes = hourly_usage.used_bytes + excluded.used_bytes, first_uses = hourly_usage.first_uses + excluded.first_uses`;
}

async function earn(work: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { timeZone } = await getSettings(work.db);
  const rows = await work.db
    .selectFrom('vouchers.vouchers')
    .select(['id', 'price_minor as priceMinor', 'currency'])
    .where('id', 'in', ids)
    .where('price_minor', '>', 0n)
    .execute();
  const journals = rows.flatMap(({ id, priceMinor, currency }) =>
    priceMinor && currency
      ? [
          {
            kind: 'voucher_redeemed',
            refId: id,
            postedOn: localDate(work.now, timeZone),
            currency,
            transfers: [
              {
                debit: { kind: 'voucher_liability' as const },
                credit: { kind: 'revenue' as const },
                amountMinor: priceMinor,
              },
            ],
          },
        ]
      : [],
  );
  if (journals.length > 0) await postJournals(work, journals);
}

/**
 * The last look at codes that are about to leave their router. What was given back as unused, and had been used since the look
 * before, is told: the money went out for a code that worked.
 */
export async function recordLastReadings(
  work: Work,
  routerId: string,
  seen: readonly ObservedHotspotUser[],
): Promise<void> {
  const ours = seen.filter(({ ownerId }) => ownerId !== undefined);
  if (ours.length === 0) return;
  const { rows } = await sql<Left>`
    with seen as (
      select * from unnest(
        ${ours.map(({ ownerId }) => ownerId)}::uuid[], ${ours.map(({ usedSeconds }) => usedSeconds)}::bigint[],
        ${ours.map(({ usedBytes }) => `${usedBytes}`)}::bigint[]
      ) as seen (id, seconds, bytes)
    ), change as (
      -- Counters that went back began anew.
      select voucher.id, seen.seconds, seen.bytes, false as is_first,
        seen.seconds - case when seen.seconds < voucher.counter_seconds then 0 else voucher.counter_seconds end as new_seconds,
        seen.bytes - case when seen.bytes < voucher.counter_bytes then 0 else voucher.counter_bytes end as new_bytes
      from seen join vouchers.vouchers voucher on voucher.id = seen.id and voucher.router_id = ${routerId}::uuid
      where seen.seconds <> voucher.counter_seconds or seen.bytes <> voucher.counter_bytes
      order by voucher.id for update of voucher
    ), counted as (
      ${addHourlyUsage(work, routerId)}
    ), left_router as (
      update vouchers.vouchers voucher set used_seconds = used_seconds + new_seconds, used_bytes = used_bytes + new_bytes,
        counter_seconds = seconds, counter_bytes = bytes
      from change where voucher.id = change.id returning voucher.*
    )
    select voucher.id, voucher.code, voucher.end_reason as "endReason", voucher.used_seconds::float8 as "usedSeconds",
      voucher.used_bytes::text as "usedBytes", voucher.price_minor as "priceMinor", voucher.shift_id as "shiftId",
      refund.seller_id as "sellerId", voucher.seller_name as "sellerName", refund.approved_name as "approvedName",
      router.location_id as "locationId"
    from left_router voucher join routers.routers router on router.id = voucher.router_id
    left join vouchers.refunds refund on refund.voucher_id = voucher.id
    where voucher.end_reason in ('refunded', 'voided', 'not_sold')`.execute(work.db);
  await raiseAlerts(
    work,
    rows.map((row) => usedAfterAll(routerId, row)),
  );
}

type Left = {
  id: string;
  code: string;
  endReason: string;
  usedSeconds: number;
  usedBytes: string;
  priceMinor: bigint | null;
  shiftId: string | null;
  sellerId: string | null;
  sellerName: string | null;
  approvedName: string | null;
  locationId: string | null;
};

function usedAfterAll(routerId: string, left: Left): NewAlert {
  const { id, code, endReason, usedSeconds, usedBytes, approvedName } = left;
  return {
    kind: endReason === 'not_sold' ? 'used_before_sold' : 'refund_after_use',
    fingerprint: id,
    routerId,
    locationId: left.locationId,
    staffId: left.sellerId,
    staffName: left.sellerName,
    shiftId: left.shiftId,
    voucherId: id,
    amountMinor: left.priceMinor ?? undefined,
    evidence: { code, usedSeconds, usedBytes, ...(approvedName ? { approvedBy: approvedName } : {}) },
  };
}
