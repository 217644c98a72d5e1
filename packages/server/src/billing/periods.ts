// The operational calendar: which days of a subscription were charged, or passed over.
import { sql } from 'kysely';
import type { DateRange } from '#platform/dates.ts';
import type { Work } from '#platform/db.ts';
import { rowSet } from '#platform/row-set.ts';
import { refusalOfPeriod } from './rules/period-rules.ts';

export type NewPeriod = {
  subscriptionId: string;
  part: { kind: 'service' | 'pause'; period: DateRange };
  plan: { versionId: string };
  priceMinor: bigint;
};

/** Each points at the end of the one before it; the first of a subscription at nothing. */
export async function writePeriods(work: Work, periods: readonly NewPeriod[]): Promise<void> {
  if (periods.length === 0) return;
  refuseBrokenChains(periods);
  await sql`
    insert into billing.periods (subscription_id, starts_on, ends_on, prev_ends_on, kind, plan_version_id, price_minor)
    select id, fresh.starts_on, fresh.ends_on,
      case when before.ends_on is not null or lag(id) over (partition by id order by fresh.starts_on) is not null then fresh.starts_on end,
      kind, version_id, price
    from ${rowSet(periods, {
      id: ['uuid', ({ subscriptionId }) => subscriptionId],
      starts_on: ['date', ({ part }) => part.period.startsOn],
      ends_on: ['date', ({ part }) => part.period.endsOn],
      kind: ['text', ({ part }) => part.kind],
      version_id: ['uuid', ({ plan }) => plan.versionId],
      price: ['bigint', ({ priceMinor }) => priceMinor],
    })} as fresh
    left join lateral (
      -- With a limit it is looked up for each: without one, all periods that there are would be read.
      select period.ends_on from billing.periods period
      where period.subscription_id = fresh.id and period.ends_on = fresh.starts_on limit 1
    ) before on true`.execute(work.db);
}

/** What the table refuses, said before it is asked: no gap and no overlap among those of a subscription (R-PER-5). */
function refuseBrokenChains(periods: readonly NewPeriod[]): void {
  const before = new Map<string, DateRange>();
  for (const { subscriptionId, part } of periods) {
    const last = before.get(subscriptionId);
    const refusal = refusalOfPeriod(last ? [last] : [], part.period);
    if (refusal) throw new RangeError(`${refusal}: ${part.period.startsOn} of subscription ${subscriptionId}`);
    before.set(subscriptionId, part.period);
  }
}
