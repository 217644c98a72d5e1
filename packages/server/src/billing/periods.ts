// The operational calendar: which days of a subscription were charged, or passed over.
import { sql } from 'kysely';
import type { DateRange } from '#platform/dates.ts';
import type { Work } from '#platform/db.ts';
import { refusalOfPeriod } from './period-rules.ts';

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
    select id, starts_on, ends_on,
      case when lag(id) over (partition by id order by starts_on) is not null
             or exists (select from billing.periods before where before.subscription_id = id and before.ends_on = fresh.starts_on)
        then starts_on end, kind, version_id, price
    from unnest(${periods.map(({ subscriptionId }) => subscriptionId)}::uuid[],
      ${periods.map(({ part }) => part.period.startsOn)}::date[], ${periods.map(({ part }) => part.period.endsOn)}::date[],
      ${periods.map(({ part }) => part.kind)}::text[], ${periods.map(({ plan }) => plan.versionId)}::uuid[],
      ${periods.map(({ priceMinor }) => priceMinor)}::bigint[])
      as fresh (id, starts_on, ends_on, kind, version_id, price)`.execute(work.db);
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
