import type { Format } from '../../lib/format.ts';

/** "10:42" today, "Sep 12, 2026, 10:42" before: for sentences that say since when. */
export function sinceText(format: Format, instant: string): string {
  const isToday = format.today(new Date(instant)) === format.today();
  return isToday ? format.timeOfDay(instant) : format.dateTime(instant);
}
