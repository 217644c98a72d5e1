// When a month may be closed, and what is booked where after it is (R-LED-5).
import { isBefore, laterOf, startOfMonth } from '#platform/dates.ts';

export type ClosingRefusal = 'not_a_month' | 'month_not_over' | 'closed_already' | 'not_earned_yet';

export function lastDayOfMonth(day: Temporal.PlainDate): Temporal.PlainDate {
  return startOfMonth(day).add({ months: 1 }).subtract({ days: 1 });
}

/**
 * Why the books cannot be closed through a day. What its days have earned is booked first: else the first run after it would have to
 * book in a closed month.
 */
export function refusalOfClosing(
  through: Temporal.PlainDate,
  books: {
    today: Temporal.PlainDate;
    closedThrough: Temporal.PlainDate | undefined;
    /** The first day that is not booked as earned; undefined where nothing is to be earned. */
    earnedBefore: Temporal.PlainDate | undefined;
  },
): ClosingRefusal | undefined {
  const { today, closedThrough, earnedBefore } = books;
  if (!lastDayOfMonth(through).equals(through)) return 'not_a_month';
  if (!isBefore(through, today)) return 'month_not_over';
  if (closedThrough && !isBefore(closedThrough, through)) return 'closed_already';
  return earnedBefore && !isBefore(through, earnedBefore) ? 'not_earned_yet' : undefined;
}

/** What belongs to a closed day is booked on the first open one. */
export function openDay(day: Temporal.PlainDate, closedThrough: Temporal.PlainDate | undefined): Temporal.PlainDate {
  return closedThrough ? laterOf(day, closedThrough.add({ days: 1 })) : day;
}
