// Hours of the day in which a code works, in the provider's time zone.

/** From is in, until is out; until before from goes past midnight. */
export function isWithinHours(time: Temporal.PlainTime, from: string, until: string): boolean {
  const [start, end] = [Temporal.PlainTime.from(from), Temporal.PlainTime.from(until)];
  const isAfterStart = Temporal.PlainTime.compare(time, start) >= 0;
  const isBeforeEnd = Temporal.PlainTime.compare(time, end) < 0;
  return Temporal.PlainTime.compare(start, end) < 0 ? isAfterStart && isBeforeEnd : isAfterStart || isBeforeEnd;
}
