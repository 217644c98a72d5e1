// On which day of an invoice's life its customer is reminded.
import { daysBetween } from '#platform/dates.ts';

export type ReminderPolicy = { daysBefore: readonly number[]; daysAfter: readonly number[] };

// A reminder that the run missed is made up for on the next days, and not a week later.
const lateDays = 2;

/**
 * Which reminder is due today, as days from the due date (-3: three days before it); undefined: none. Of several that were missed
 * only the last: nobody gets two letters at once.
 */
export function dueReminder(
  dueOn: Temporal.PlainDate,
  today: Temporal.PlainDate,
  { daysBefore, daysAfter }: ReminderPolicy,
): number | undefined {
  const offset = daysBetween(dueOn, today);
  const stages = [...daysBefore.map((days) => (days === 0 ? 0 : -days)), ...daysAfter];
  const due = stages.filter((stage) => stage <= offset && offset - stage <= lateDays);
  // Who is past the due date is not told that it is coming.
  const fitting = due.filter((stage) => stage > 0 === offset > 0);
  return fitting.length > 0 ? Math.max(...fitting) : undefined;
}

export function reminderKey(invoiceId: string, stage: number): string {
  return `reminder:${invoiceId}:${stage}`;
}
