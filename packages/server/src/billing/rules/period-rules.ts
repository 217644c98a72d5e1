// Billing periods: half-open ranges of civil dates (R-PER-1), each computed from the anchor and never from its neighbour.
import { type DateRange, daysBetween, doOverlap, isBefore } from '#platform/dates.ts';

/** "30 days" and "a month" are different intervals. */
export type Interval = { unit: 'day' | 'week' | 'month' | 'year'; count: number };

/** What the periods of a subscription follow from. */
export type PeriodPlan = {
  startsOn: Temporal.PlainDate;
  /** 1 to 31: where months are billed. Days and weeks are counted from the start. */
  anchorDay: number;
  interval: Interval;
};

const daysPerUnit = { day: 1, week: 7 } as const;
const monthsPerUnit = { month: 1, year: 12 } as const;

/** An interval in its smallest parts: whole months, or days. */
function lengthOf({ unit, count }: Interval): { months: number } | { days: number } {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`a period of ${count} ${unit}s is none`);
  return unit === 'month' || unit === 'year'
    ? { months: count * monthsPerUnit[unit] }
    : { days: count * daysPerUnit[unit] };
}

/** Months are counted from the year 0, so that a date in them is found by adding. */
function monthOf({ year, month }: Temporal.PlainDate): number {
  return year * 12 + month - 1;
}

/** The anchor day in a month, or the month's last day where it is shorter (R-PER-2). */
function onAnchorDay(month: number, anchorDay: number): Temporal.PlainDate {
  if (!Number.isInteger(anchorDay) || anchorDay < 1 || anchorDay > 31)
    throw new RangeError(`${anchorDay} is no day of a month`);
  const day = { year: Math.floor(month / 12), month: (((month % 12) + 12) % 12) + 1, day: anchorDay };
  return Temporal.PlainDate.from(day, { overflow: 'constrain' });
}

/** The first aligned boundary: the start itself, or the anchor day that follows it (R-PER-4). */
export function firstAlignedBoundary({ startsOn, anchorDay, interval }: PeriodPlan): Temporal.PlainDate {
  if ('days' in lengthOf(interval)) return startsOn;
  const thisMonth = onAnchorDay(monthOf(startsOn), anchorDay);
  return isBefore(thisMonth, startsOn) ? onAnchorDay(monthOf(startsOn) + 1, anchorDay) : thisMonth;
}

/** Boundary k: the anchor and k intervals, then clamped (R-PER-2). Negative ones lie before the first. */
export function alignedBoundary(plan: PeriodPlan, k: number): Temporal.PlainDate {
  return boundaryAfter(firstAlignedBoundary(plan), plan, k);
}

function boundaryAfter(first: Temporal.PlainDate, { anchorDay, interval }: PeriodPlan, k: number): Temporal.PlainDate {
  const length = lengthOf(interval);
  if ('days' in length) return first.add({ days: k * length.days });
  return onAnchorDay(monthOf(first) + k * length.months, anchorDay);
}

/** The whole interval around a date, as if the subscription had always run: what a part is a part of (R-PRO-1). */
export function alignedPeriodOn(plan: PeriodPlan, date: Temporal.PlainDate): DateRange {
  const first = firstAlignedBoundary(plan);
  const length = lengthOf(plan.interval);
  const k =
    'days' in length
      ? Math.floor(daysBetween(first, date) / length.days)
      : Math.floor((monthOf(date) - monthOf(first)) / length.months);
  const boundary = boundaryAfter(first, plan, k);
  // Within a month its anchor day decides, so the guess is one too high at most.
  return isBefore(date, boundary)
    ? { startsOn: boundaryAfter(first, plan, k - 1), endsOn: boundary }
    : { startsOn: boundary, endsOn: boundaryAfter(first, plan, k + 1) };
}

/** The period that is billed for a date: the first may be a stub (R-PER-4). None before the start. */
export function periodOn(plan: PeriodPlan, date: Temporal.PlainDate): DateRange | undefined {
  if (isBefore(date, plan.startsOn)) return undefined;
  const { startsOn, endsOn } = alignedPeriodOn(plan, date);
  return { startsOn: isBefore(startsOn, plan.startsOn) ? plan.startsOn : startsOn, endsOn };
}

/** Is it shorter than its interval, because the subscription began within it? */
export function isStub(plan: PeriodPlan, period: DateRange): boolean {
  return !alignedPeriodOn(plan, period.startsOn).startsOn.equals(period.startsOn);
}

/** An interval after a date that is itself an anchor: where a period that starts anew ends. */
export function intervalAfter(startsOn: Temporal.PlainDate, interval: Interval): Temporal.PlainDate {
  return alignedBoundary({ startsOn, anchorDay: startsOn.day, interval }, 1);
}

/** Why a period cannot join those of its subscription: they are contiguous, with one beginning (R-PER-5). */
export function refusalOfPeriod(
  existing: readonly DateRange[],
  period: DateRange,
): 'invalid_range' | 'period_overlap' | 'period_gap' | undefined {
  if (!isBefore(period.startsOn, period.endsOn)) return 'invalid_range';
  if (existing.some((other) => doOverlap(other, period))) return 'period_overlap';
  if (existing.length > 0 && !existing.some((other) => other.endsOn.equals(period.startsOn))) return 'period_gap';
  return undefined;
}
