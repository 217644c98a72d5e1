// What a customer gets for his money when he comes back (D3).
import { type DateRange, daysIn, lastDayOf, laterOf } from '#platform/dates.ts';
import { portion } from '#platform/money.ts';
import { effectiveLeadDays } from './invoice-schedule-rules.ts';
import { type Interval, intervalAfter, type PeriodPlan, periodOn } from './period-rules.ts';

export type Reactivation = {
  servicePeriod: DateRange;
  anchorDay: number;
  /** On the unpaid invoice, for what of it was not used. */
  creditNoteMinor: bigint;
  newInvoiceMinor: bigint;
  nextIssueOn: Temporal.PlainDate;
};

/** R-REA-1: anchor and period stay as they are, and so does the invoice that was paid. */
export function continueService(plan: PeriodPlan, paidOn: Temporal.PlainDate, leadDays: number): Reactivation {
  const servicePeriod = periodOn(plan, laterOf(paidOn, plan.startsOn))!;
  return {
    servicePeriod,
    anchorDay: plan.anchorDay,
    creditNoteMinor: 0n,
    newInvoiceMinor: 0n,
    nextIssueOn: nextIssueDay(servicePeriod, leadDays),
  };
}

export type Restart = {
  interval: Interval;
  priceMinor: bigint;
  paidOn: Temporal.PlainDate;
  /** The end of what was paid for before: who renews early loses no day. */
  paidThrough?: Temporal.PlainDate | undefined;
  /** What was invoiced, not paid and not served but for its first days. */
  unpaid?: { period: DateRange; usedDays: number } | undefined;
};

/**
 * R-REA-2: a new period from the day of payment, or from the running expiry where that is later. The unpaid invoice is not
 * edited: what of it was not used is credited, and a new invoice issued.
 */
export function restartService(
  { interval, priceMinor, paidOn, paidThrough, unpaid }: Restart,
  leadDays: number,
): Reactivation {
  const startsOn = paidThrough ? laterOf(paidOn, paidThrough) : paidOn;
  const servicePeriod = { startsOn, endsOn: intervalAfter(startsOn, interval) };
  return {
    servicePeriod,
    anchorDay: startsOn.day,
    creditNoteMinor: unpaid ? unusedPart(priceMinor, unpaid.period, unpaid.usedDays) : 0n,
    newInvoiceMinor: priceMinor,
    nextIssueOn: nextIssueDay(servicePeriod, leadDays),
  };
}

function unusedPart(priceMinor: bigint, period: DateRange, usedDays: number): bigint {
  const days = daysIn(period);
  return portion(priceMinor, Math.max(0, days - usedDays), days);
}

function nextIssueDay(period: DateRange, leadDays: number): Temporal.PlainDate {
  return lastDayOf(period).subtract({ days: effectiveLeadDays(leadDays, daysIn(period)) });
}
