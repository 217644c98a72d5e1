// Sold, used and counted over a time, by day, location, person, drawer, package or hour of the day.
import { drawerSeparator, type figureGroups } from '@lastmile/contract/figure-groups.ts';
import type { VoucherFigure } from '@lastmile/contract/reconciliation.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { daysBetween, localDate, startOfDay } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { locationInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';

export type FigureView = z.output<typeof VoucherFigure>;
type Group = (typeof figureGroups)[number];

export type FigureQuery = {
  by: Group;
  from?: Temporal.PlainDate | undefined;
  to?: Temporal.PlainDate | undefined;
  locationId?: string | undefined;
};

const ordinaryDays = 30;
const maxDays = 366;
const maxRows = 1000;

/** Each figure by the day of its own event: a sale when it was sold, a shift when it was counted. */
export async function listFigures(
  db: Db,
  { by, locationId, ...days }: FigureQuery,
  scope: Scope,
  now: Temporal.Instant,
): Promise<{ from: Temporal.PlainDate; to: Temporal.PlainDate; currency: string; items: FigureView[] }> {
  const { currency, timeZone } = await getSettings(db);
  const to = days.to ?? localDate(now, timeZone);
  const from = days.from ?? to.subtract({ days: ordinaryDays - 1 });
  const length = daysBetween(from, to);
  if (length < 0) throw fieldError('invalid_input', 'from', 'must not be after the last day');
  if (length >= maxDays) throw fieldError('invalid_input', 'from', `must be at most ${maxDays} days before the last`);
  const bounds = { start: startOfDay(from, timeZone), end: startOfDay(to.add({ days: 1 }), timeZone) };
  const place = locationId
    ? sql<SqlBool>`shift.location_id = ${locationId} and ${locationInScope(scope, 'shift.location_id')}`
    : locationInScope(scope, 'shift.location_id');
  const rows = await selectFigures(db, by, { ...bounds, timeZone, place });
  return { from, to, currency, items: rows };
}

type Wanted = { start: Temporal.Instant; end: Temporal.Instant; timeZone: string; place: RawBuilder<SqlBool> };

/** What a sold code, and a counted shift, is grouped by. A shift sells many packages at many hours. */
function keysOf(by: Group, timeZone: string): { sold: RawBuilder<string>; shift: RawBuilder<string> | undefined } {
  const day = (at: string) => sql<string>`to_char(${sql.ref(at)} at time zone ${timeZone}, 'YYYY-MM-DD')`;
  const nowhere = sql<string>`coalesce(shift.location_name, '')`;
  switch (by) {
    case 'day':
      return { sold: day('voucher.sold_at'), shift: day('shift.counted_at') };
    case 'location':
      return { sold: nowhere, shift: nowhere };
    case 'staff':
      return { sold: sql<string>`shift.staff_name`, shift: sql<string>`shift.staff_name` };
    case 'drawer': {
      const drawer = (at: string) =>
        sql<string>`concat_ws(${drawerSeparator}::text, ${day(at)}, ${nowhere}, shift.staff_name)`;
      return { sold: drawer('voucher.sold_at'), shift: drawer('shift.counted_at') };
    }
    case 'package':
      return { sold: sql<string>`version.name`, shift: undefined };
    case 'hour':
      return { sold: sql<string>`to_char(voucher.sold_at at time zone ${timeZone}, 'HH24')`, shift: undefined };
  }
}

/** Time goes forward; of drawers the last ones come first; else the best. */
function orderOf(by: Group): RawBuilder<unknown> {
  if (by === 'drawer') return sql`name desc`;
  return by === 'day' || by === 'hour' ? sql`name` : sql`coalesce(sold.minor, 0) desc, name`;
}

type Row = { [K in keyof FigureView]: FigureView[K] extends bigint ? string : FigureView[K] };

async function selectFigures(db: Db, by: Group, { start, end, timeZone, place }: Wanted): Promise<FigureView[]> {
  const keys = keysOf(by, timeZone);
  const order = orderOf(by);
  const { rows } = await sql<Row>`
    with sold as (
      select ${keys.sold} as name, count(*)::int as count, sum(voucher.price_minor) as minor,
        count(voucher.first_used_at)::int as used, sum(voucher.used_bytes) as bytes
      from vouchers.vouchers voucher
      join vouchers.shifts shift on shift.id = voucher.shift_id
      join vouchers.package_versions version on version.id = voucher.version_id
      where voucher.sold_at >= ${start} and voucher.sold_at < ${end} and ${place}
      group by 1
    ), counted as (
      select ${keys.shift ?? sql`''`} as name, count(*)::int as count,
        count(*) filter (where variance_minor <> 0)::int as off,
        sum(expected_minor) as expected, sum(counted_minor) as counted, sum(variance_minor) as variance
      from vouchers.shifts shift
      where ${keys.shift !== undefined} and shift.counted_at >= ${start} and shift.counted_at < ${end} and ${place}
      group by 1
    )
    select name, coalesce(sold.count, 0) as "soldCount", coalesce(sold.minor, 0)::text as "soldMinor",
      coalesce(sold.used, 0) as "usedCount", coalesce(sold.bytes, 0)::text as "usedBytes",
      coalesce(counted.count, 0) as "shiftCount", coalesce(counted.off, 0) as "offCount",
      coalesce(counted.expected, 0)::text as "expectedMinor", coalesce(counted.counted, 0)::text as "countedMinor",
      coalesce(counted.variance, 0)::text as "varianceMinor"
    from sold full join counted using (name) order by ${order} limit ${maxRows}`.execute(db);
  return rows.map((row) => ({
    ...row,
    soldMinor: BigInt(row.soldMinor),
    usedBytes: BigInt(row.usedBytes),
    expectedMinor: BigInt(row.expectedMinor),
    countedMinor: BigInt(row.countedMinor),
    varianceMinor: BigInt(row.varianceMinor),
  }));
}
