// The period of service that a day lies in, for those who count something by it.
import { sql } from 'kysely';
import type { DateRange } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import { type Interval, periodOn } from './rules/period-rules.ts';

/** By account, of those that have a subscription. Free days before the first charge are a period of their own. */
export async function listServicePeriods(
  db: Db,
  accountIds: readonly string[],
  day: Temporal.PlainDate,
): Promise<Map<string, DateRange>> {
  if (accountIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('billing.subscriptions')
    .select([
      sql<string>`account_id`.as('accountId'),
      'starts_on as startsOn',
      'charged_from as chargedFrom',
      'anchor_day as anchorDay',
      'period_unit as unit',
      'period_count as count',
    ])
    .where('account_id', '=', sql<string>`any(${accountIds}::uuid[])`)
    .where('status', '=', 'active')
    .execute();
  return new Map(
    rows.map(({ accountId, startsOn, chargedFrom, anchorDay, unit, count }) => {
      const interval: Interval = { unit: unit as Interval['unit'], count };
      const period = periodOn({ startsOn: chargedFrom, anchorDay, interval }, day);
      return [accountId, period ?? { startsOn, endsOn: chargedFrom }];
    }),
  );
}
