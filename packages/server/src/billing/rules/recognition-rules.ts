// When what was charged is earned: day by day, as the days that it was charged for go by.
import { type DateRange, daysBetween, daysIn, earliestOf, laterOf, startOfMonth } from '#platform/dates.ts';
import { burntAfter } from './wallet-rules.ts';

/** What of an amount is earned when a day begins. Rounded on the sum, so that all its days together are the amount. */
export function earnedBefore(amountMinor: bigint, days: DateRange, day: Temporal.PlainDate): bigint {
  const passed = daysBetween(days.startsOn, earliestOf(laterOf(day, days.startsOn), days.endsOn));
  return burntAfter(passed, amountMinor, daysIn(days));
}

/** From where to where what is earned is booked at once: never over the end of a month, so that each has what it earned. */
export function stepsOfRecognition(from: Temporal.PlainDate, until: Temporal.PlainDate): DateRange[] {
  const steps: DateRange[] = [];
  for (let startsOn = from; Temporal.PlainDate.compare(startsOn, until) < 0; ) {
    const endsOn = earliestOf(startOfMonth(startsOn).add({ months: 1 }), until);
    steps.push({ startsOn, endsOn });
    startsOn = endsOn;
  }
  return steps;
}
