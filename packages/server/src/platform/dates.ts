// Civil dates in the operator's zone (billing.md R-TIME-1, R-TIME-2): an instant becomes a date once, at the edge.

export function localDate(instant: Temporal.Instant, timeZone: string): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate();
}

/** "2026-06-15 19:00": for the words of the server; a page has the instant itself. */
export function localTime(instant: Temporal.Instant, timeZone: string): string {
  const local = instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: 'minute' }).replace('T', ' ');
}

/**
 * A local day as instants (R-TIME-2): from the first one that has this date to the first one that has the next, so 0 to 25
 * hours and more. Midnight itself may not exist: `toZonedDateTime` without a time answers with the first moment there is.
 */
export function dayBounds(
  day: Temporal.PlainDate,
  timeZone: string,
): { start: Temporal.Instant; end: Temporal.Instant } {
  return { start: startOfDay(day, timeZone), end: startOfDay(day.add({ days: 1 }), timeZone) };
}

export function startOfDay(day: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return day.toZonedDateTime(timeZone).toInstant();
}

export function startOfMonth(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.with({ day: 1 });
}

/** By its parts: a run asks this millions of times, and `compare` takes ten times as long. */
export function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return a.year !== b.year ? a.year < b.year : a.month !== b.month ? a.month < b.month : a.day < b.day;
}

export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'day' }).days;
}

export function laterOf(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return isBefore(a, b) ? b : a;
}

export function earliestOf(
  first: Temporal.PlainDate,
  ...others: (Temporal.PlainDate | undefined)[]
): Temporal.PlainDate {
  return others.reduce<Temporal.PlainDate>((best, day) => (day && isBefore(day, best) ? day : best), first);
}

/** Half-open: the day it ends on no longer belongs to it (R-PER-1). */
export type DateRange = { startsOn: Temporal.PlainDate; endsOn: Temporal.PlainDate };

export function daysIn({ startsOn, endsOn }: DateRange): number {
  return daysBetween(startsOn, endsOn);
}

/** The last day that belongs to it: what people call its end. */
export function lastDayOf({ endsOn }: DateRange): Temporal.PlainDate {
  return endsOn.subtract({ days: 1 });
}

export function isWithin(day: Temporal.PlainDate, range: DateRange): boolean {
  return !isBefore(day, range.startsOn) && isBefore(day, range.endsOn);
}

export function doOverlap(a: DateRange, b: DateRange): boolean {
  return isBefore(a.startsOn, b.endsOn) && isBefore(b.startsOn, a.endsOn);
}
