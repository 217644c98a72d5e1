// All locations as they are now, for those who lead. Who still has to count a drawer is not told what is in it, here either.
import type { LocationCounters } from '@lastmile/contract/reconciliation.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { dayBounds, localDate } from '#platform/dates.ts';
import { type Actor, type Db, type Scope, scopeOf } from '#platform/db.ts';
import { locationInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { listOpenShifts } from './shifts.ts';

export type CountersView = z.output<typeof LocationCounters>;

const maxLocations = 1000;

export async function listCounters(
  db: Db,
  asker: Actor,
  now: Temporal.Instant,
): Promise<{ at: Temporal.Instant; currency: string; items: CountersView[] }> {
  const { currency, timeZone } = await getSettings(db);
  const scope = scopeOf(asker);
  const [locations, open] = await Promise.all([
    locationFigures(db, scope, now, dayBounds(localDate(now, timeZone), timeZone)),
    listOpenShifts(db, asker),
  ]);
  const openAt = Map.groupBy(open, ({ locationId }) => locationId);
  const items = locations.map((location) => {
    const shifts = openAt.get(location.locationId) ?? [];
    const isBlind = shifts.some(({ expectedMinor }) => expectedMinor === null);
    return {
      ...location,
      openCounters: shifts,
      expectedMinor: isBlind ? null : shifts.reduce((sum, { expectedMinor }) => sum + (expectedMinor ?? 0n), 0n),
    };
  });
  return { at: now, currency, items };
}

type Figures = Omit<CountersView, 'openCounters' | 'expectedMinor'>;
type Row = {
  [K in keyof Omit<Figures, 'traffic'>]: Figures[K] extends bigint ? string : Figures[K];
} & { traffic: { hour: string; usedBytes: string }[] };

const trafficHours = 24;

async function locationFigures(
  db: Db,
  scope: Scope,
  now: Temporal.Instant,
  { start, end }: { start: Temporal.Instant; end: Temporal.Instant },
): Promise<Figures[]> {
  const { rows } = await sql<Row>`
    with place as (
      select id, name from routers.locations where ${locationInScope(scope, 'id')}
      union all select null, null where ${scope === 'everywhere'}
    ), router as (
      select location_id, count(*)::int as total, count(*) filter (where state not in ('online', 'unknown'))::int as silent
      from routers.routers where removed_at is null group by location_id
    ), sold as (
      select shift.location_id, count(*)::int as count, sum(voucher.price_minor) as minor
      from vouchers.vouchers voucher join vouchers.shifts shift on shift.id = voucher.shift_id
      where voucher.sold_at >= ${start} and voucher.sold_at < ${end} group by shift.location_id
    ), counted as (
      select location_id, sum(counted_minor) as minor, sum(variance_minor) as variance
      from vouchers.shifts where counted_at >= ${start} and counted_at < ${end} group by location_id
    ), used as (
      select router.location_id, sum(used_bytes) as bytes
      from vouchers.hourly_usage usage join routers.routers router on router.id = usage.router_id
      where usage.hour >= ${start} and usage.hour < ${end} group by router.location_id
    ), traffic as (
      select location_id, json_agg(json_build_object('hour', to_json(hour), 'usedBytes', bytes::text) order by hour) as hours
      from (
        select router.location_id, usage.hour, sum(used_bytes) as bytes
        from vouchers.hourly_usage usage join routers.routers router on router.id = usage.router_id
        where usage.hour > ${now.subtract({ hours: trafficHours })} group by router.location_id, usage.hour
      ) hourly group by location_id
    ), online as (
      select router.location_id, count(*)::int as count
      from provisioning.sessions session join routers.routers router on router.id = session.router_id
      where session.ended_at is null and session.service = 'hotspot'
        and exists (select from vouchers.vouchers voucher where voucher.code = session.account_name)
      group by router.location_id
    ), unsigned as (
      select location_id, sum(amount_minor) as minor from vouchers.hand_overs where received_at is null group by location_id
    ), alert as (
      select location_id, count(*)::int as count from vouchers.alerts where state in ('open', 'escalated') group by location_id
    )
    select place.id as "locationId", place.name as "locationName", coalesce(router.total, 0) as "routerCount",
      coalesce(router.silent, 0) as "silentCount", coalesce(sold.count, 0) as "soldCount",
      coalesce(sold.minor, 0)::text as "soldMinor", coalesce(used.bytes, 0)::text as "usedBytes",
      coalesce(traffic.hours, '[]') as traffic,
      coalesce(counted.minor, 0)::text as "countedMinor", coalesce(counted.variance, 0)::text as "varianceMinor",
      coalesce(online.count, 0) as "onlineCount", coalesce(unsigned.minor, 0)::text as "unsignedMinor",
      coalesce(alert.count, 0) as "alertCount"
    from place
    left join router on router.location_id is not distinct from place.id
    left join sold on sold.location_id is not distinct from place.id
    left join counted on counted.location_id is not distinct from place.id
    left join used on used.location_id is not distinct from place.id
    left join traffic on traffic.location_id is not distinct from place.id
    left join online on online.location_id is not distinct from place.id
    left join unsigned on unsigned.location_id is not distinct from place.id
    left join alert on alert.location_id is not distinct from place.id
    -- What stands nowhere is shown only where something is.
    where place.id is not null or router.total > 0 or sold.count > 0 or alert.count > 0 or unsigned.minor > 0
    order by place.name nulls last limit ${maxLocations}`.execute(db);
  return rows.map((row) => ({
    ...row,
    soldMinor: BigInt(row.soldMinor),
    usedBytes: BigInt(row.usedBytes),
    traffic: row.traffic.map(({ hour, usedBytes }) => ({
      hour: Temporal.Instant.from(hour),
      usedBytes: BigInt(usedBytes),
    })),
    countedMinor: BigInt(row.countedMinor),
    varianceMinor: BigInt(row.varianceMinor),
    unsignedMinor: BigInt(row.unsignedMinor),
  }));
}
