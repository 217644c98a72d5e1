// Overdue is derived from the due date and never stored (billing.md R-OVD-1).
import { isBefore, laterOf } from '#platform/dates.ts';

/** Overdue from the first instant after the due date, and only for more than the tolerance (R-SUS-4). */
export function isOverdue(
  invoice: { status: string; dueOn: Temporal.PlainDate; balanceMinor?: bigint },
  today: Temporal.PlainDate,
  toleranceMinor = 0n,
): boolean {
  if (invoice.status !== 'open' || !isBefore(invoice.dueOn, today)) return false;
  return invoice.balanceMinor === undefined || invoice.balanceMinor > toleranceMinor;
}

/** An open invoice that was due before this day is past its days of grace, and suspends. */
export function suspendsWhenDueBefore(today: Temporal.PlainDate, graceDays: number): Temporal.PlainDate {
  return today.subtract({ days: graceDays });
}

export type OverduePolicy = { graceDays: number; toleranceMinor: bigint };

/** The last day on which nobody is cut: that of grace, or that of a promise to pay. Both are meant inclusively. */
export function lastDayOfService(
  dueOn: Temporal.PlainDate,
  graceDays: number,
  holdUntil?: Temporal.PlainDate,
): Temporal.PlainDate {
  const lastDay = dueOn.add({ days: graceDays });
  return holdUntil ? laterOf(lastDay, holdUntil) : lastDay;
}

/** Does this invoice cut off who owes it? A promise to pay delays that, and not the overdue mark. */
export function doesSuspend(
  invoice: {
    status: string;
    dueOn: Temporal.PlainDate;
    balanceMinor: bigint;
    holdUntil?: Temporal.PlainDate | undefined;
  },
  today: Temporal.PlainDate,
  { graceDays, toleranceMinor }: OverduePolicy,
): boolean {
  if (!isOverdue(invoice, today, toleranceMinor)) return false;
  return isBefore(lastDayOfService(invoice.dueOn, graceDays, invoice.holdUntil), today);
}
