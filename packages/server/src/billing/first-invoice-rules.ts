// What a new customer is invoiced first: the set-up once, and the days up to the first boundary (R-PRO-8).
import { type DateRange, isBefore } from '#platform/dates.ts';
import { plannedIssueDay } from './invoice-schedule-rules.ts';
import { alignedPeriodOn, isStub, type PeriodPlan } from './period-rules.ts';
import { partOf, proratedAmount } from './proration-rules.ts';

/** A stub has an invoice of its own, or waits to share one with the period that follows. */
export type StubPolicy = 'separate' | 'with_next_period';

export type FirstLine = { kind: 'setup' | 'stub' | 'recurring'; period: DateRange | undefined; amountMinor: bigint };

export type FirstInvoice = { issueOn: Temporal.PlainDate; lines: FirstLine[] };

/** The price of a period: whole, or for the first days of a subscription their part of the whole one. */
export function priceOfFirstPeriod(plan: PeriodPlan, period: DateRange, priceMinor: bigint): bigint {
  return proratedAmount(priceMinor, partOf(period, alignedPeriodOn(plan, period.startsOn)));
}

/** The invoices that the day of activation gives rise to. A set-up fee is never a part of itself. */
export function firstInvoices(
  plan: PeriodPlan,
  terms: { priceMinor: bigint; setupFeeMinor?: bigint; leadDays: number; stubPolicy: StubPolicy },
): FirstInvoice[] {
  const { priceMinor, setupFeeMinor = 0n, leadDays, stubPolicy } = terms;
  const first = { startsOn: plan.startsOn, endsOn: alignedPeriodOn(plan, plan.startsOn).endsOn };
  const setup: FirstLine[] =
    setupFeeMinor > 0n ? [{ kind: 'setup', period: undefined, amountMinor: setupFeeMinor }] : [];
  if (!isStub(plan, first)) {
    return [
      { issueOn: plan.startsOn, lines: [...setup, { kind: 'recurring', period: first, amountMinor: priceMinor }] },
    ];
  }
  const stub: FirstLine = { kind: 'stub', period: first, amountMinor: priceOfFirstPeriod(plan, first, priceMinor) };
  const next = alignedPeriodOn(plan, first.endsOn);
  const recurring: FirstLine = { kind: 'recurring', period: next, amountMinor: priceMinor };
  const nextIssue = plannedIssueDay(plan, next, leadDays);
  if (stubPolicy === 'with_next_period') return [{ issueOn: nextIssue, lines: [...setup, stub, recurring] }];
  const now = { issueOn: plan.startsOn, lines: [...setup, stub] };
  const isNextDue = !isBefore(plan.startsOn, nextIssue);
  return isNextDue ? [now, { issueOn: nextIssue, lines: [recurring] }] : [now];
}
