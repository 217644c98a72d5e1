// When an invoice is issued and due, and who is not invoiced.
import { type DateRange, daysIn, isBefore, laterOf } from '#platform/dates.ts';
import { type PeriodPlan, periodOn } from './period-rules.ts';
import type { SubscriptionStatus } from './suspension-rules.ts';

export type InvoiceTerms = {
  /** Days before the last day of the running period on which the next one is invoiced (D1). */
  leadDays: number;
  /** Days after the beginning of what is paid for (D2). */
  termsDays: number;
  /** What a customer has at least when the invoice came late. */
  minDaysToPay: number;
};

export const defaultInvoiceTerms: InvoiceTerms = { leadDays: 4, termsDays: 0, minDaysToPay: 0 };

/**
 * Never as long as the period before: who buys three days is not invoiced before they begin (R-INV-1). A lead is counted from the
 * last day before; one of -1 is the day itself.
 */
export function effectiveLeadDays(leadDays: number, runningPeriodDays: number): number {
  return leadDays < 0 ? -1 : Math.max(0, Math.min(leadDays, runningPeriodDays - 1));
}

export type Upcoming = {
  /** First day of what is to be paid for. */
  startsOn: Temporal.PlainDate;
  /** Last day of the running period: the day before, unless something lies between. */
  runningLastDay: Temporal.PlainDate;
  runningPeriodDays: number;
  activatedOn?: Temporal.PlainDate | undefined;
  /** The real day of the run, when it is known. */
  issuedOn?: Temporal.PlainDate | undefined;
};

/**
 * The planned or the real day of issue, whichever is later: nothing is backdated (R-INV-1, R-INV-4). Due when the period
 * begins, plus terms (R-INV-2); an invoice that is late leaves some days to pay it.
 */
export function invoiceDates(
  upcoming: Upcoming,
  terms: InvoiceTerms,
): { issueOn: Temporal.PlainDate; dueOn: Temporal.PlainDate } {
  const lead = effectiveLeadDays(terms.leadDays, upcoming.runningPeriodDays);
  const led = upcoming.runningLastDay.subtract({ days: lead });
  const planned = upcoming.activatedOn ? laterOf(led, upcoming.activatedOn) : led;
  const issueOn = upcoming.issuedOn ? laterOf(planned, upcoming.issuedOn) : planned;
  const isLate = isBefore(planned, issueOn);
  const earliestDue = isLate ? issueOn.add({ days: terms.minDaysToPay }) : issueOn;
  return { issueOn, dueOn: laterOf(upcoming.startsOn.add({ days: terms.termsDays }), earliestDue) };
}

/** When a period of a subscription is invoiced at the earliest. The first one is when it begins. */
export function plannedIssueDay(plan: PeriodPlan, period: DateRange, leadDays: number): Temporal.PlainDate {
  const runningLastDay = period.startsOn.subtract({ days: 1 });
  const running = periodOn(plan, runningLastDay);
  if (!running) return period.startsOn;
  return runningLastDay.subtract({ days: effectiveLeadDays(leadDays, daysIn(running)) });
}

export type SuspendedBilling = { billWhileSuspended: boolean; maxUnpaidRecurring: number };

/** D4: who is cut is not billed, and where he is, not without end. */
export const defaultSuspendedBilling: SuspendedBilling = { billWhileSuspended: false, maxUnpaidRecurring: 2 };

/** Why a subscription is not invoiced now, whatever is due (R-SUS-5). */
export function refusalToBill(
  subscription: { status: SubscriptionStatus; openRecurringCount: number; isOnVacation?: boolean },
  policy: SuspendedBilling,
): 'pending' | 'cancelled' | 'vacation' | 'suspended' | 'max_unpaid_recurring' | undefined {
  const { status, openRecurringCount, isOnVacation = false } = subscription;
  if (status === 'pending' || status === 'cancelled') return status;
  if (status === 'active') return undefined;
  // A pause is a period of its own, without a charge (R-SUS-6).
  if (isOnVacation) return 'vacation';
  if (!policy.billWhileSuspended) return 'suspended';
  return openRecurringCount >= policy.maxUnpaidRecurring ? 'max_unpaid_recurring' : undefined;
}
