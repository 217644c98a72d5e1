// Parts of a period, by days: a customer can check them on paper, and a change of the clocks cannot change them.
import { type DateRange, daysIn, doOverlap, earliestOf, isBefore, laterOf } from '#platform/dates.ts';
import { portion, type Rounding, smallerOf, sumMinor } from '#platform/money.ts';

/** `fixed30` counts every month as 30 days. Days and weeks are what they are. */
export type DayCount = 'actual' | 'fixed30';

export type Part = { days: number; periodDays: number };

/** How much of the enclosing whole period (not of a stub) a segment is (R-PRO-1). Parts of a period sum to the period. */
export function partOf(segment: DateRange, period: DateRange, dayCount: DayCount = 'actual'): Part {
  if (isBefore(segment.startsOn, period.startsOn) || isBefore(period.endsOn, segment.endsOn))
    throw new RangeError('a segment must lie within its period');
  if (isBefore(segment.endsOn, segment.startsOn)) throw new RangeError('a segment cannot end before it starts');
  if (dayCount === 'actual') return { days: daysIn(segment), periodDays: daysIn(period) };
  const days = fixed30Through(period, segment.endsOn) - fixed30Through(period, segment.startsOn);
  return { days, periodDays: 30 * monthsIn(period) };
}

/**
 * The 30/360 days of a period before a day: the 31st counts as the 30th. At its end they are all of them, and never more before, so
 * that February's last day makes up for those that it lacks, and no part costs more than the whole.
 */
function fixed30Through(period: DateRange, day: Temporal.PlainDate): number {
  const periodDays = 30 * monthsIn(period);
  if (day.equals(period.endsOn)) return periodDays;
  const { startsOn } = period;
  const days = 30 * monthsIn({ startsOn, endsOn: day }) + Math.min(day.day, 30) - Math.min(startsOn.day, 30);
  return Math.min(days, periodDays);
}

function monthsIn({ startsOn, endsOn }: DateRange): number {
  return (endsOn.year - startsOn.year) * 12 + endsOn.month - startsOn.month;
}

export function proratedAmount(priceMinor: bigint, { days, periodDays }: Part, rounding?: Rounding): bigint {
  return portion(priceMinor, days, periodDays, rounding);
}

export type ProrationLine = {
  kind: 'proration_credit' | 'proration_charge';
  range: DateRange;
  amountMinor: bigint;
};

/** What a range of days was charged with. */
export type Charge = { range: DateRange; amountMinor: bigint };

/** Days that were charged, and what they are a part of: the whole interval, at its price. */
export type ChargedDays = Charge & {
  whole: DateRange;
  priceMinor: bigint;
  /** How its parts are counted; by its days where nothing is said. */
  dayCount?: DayCount | undefined;
  /** From here on a later charge took the place of this one. */
  replacedFrom?: Temporal.PlainDate | undefined;
  /** What these days cost more than another charge that stands for them. */
  isOnTop?: boolean | undefined;
};

export type UnusedDays<C extends ChargedDays = ChargedDays> = { charged: C; range: DateRange; creditMinor: bigint };

/** What of charged days lies within a range that is not used, and what it is worth. */
export function unusedDays<C extends ChargedDays>(
  all: readonly C[],
  from: Temporal.PlainDate,
  until?: Temporal.PlainDate,
): UnusedDays<C>[] {
  return all.flatMap((charged) => {
    const range = {
      startsOn: laterOf(from, charged.range.startsOn),
      endsOn: earliestOf(charged.range.endsOn, charged.replacedFrom, until),
    };
    if (!isBefore(range.startsOn, range.endsOn)) return [];
    return [{ charged, range, creditMinor: creditFor(range, charged) }];
  });
}

/** One for all charges of the same days: what was charged on top of another is a part of it. */
export function withTops(unused: readonly UnusedDays[]): UnusedDays[] {
  const [tops, charges] = [
    unused.filter(({ charged }) => charged.isOnTop),
    unused.filter(({ charged }) => !charged.isOnTop),
  ];
  return charges.map((one) => ({
    ...one,
    creditMinor:
      one.creditMinor +
      sumMinor(tops.filter(({ range }) => doOverlap(range, one.range)).map(({ creditMinor }) => creditMinor)),
  }));
}

/** What days within charged ones cost at a price. */
export function amountForDays(range: DateRange, { whole, dayCount }: ChargedDays, priceMinor: bigint): bigint {
  return proratedAmount(priceMinor, partOf(range, whole, dayCount));
}

/**
 * What unused days are worth: their part of the price, and at most their part of what was charged (R-PRO-6). What was charged at its
 * price was rounded once, which is no discount: its parts are parts of the price.
 */
function creditFor(unused: DateRange, charged: ChargedDays): bigint {
  const ofPrice = amountForDays(unused, charged, charged.priceMinor);
  if (charged.amountMinor === amountForDays(charged.range, charged, charged.priceMinor))
    return smallerOf(ofPrice, charged.amountMinor);
  const { days } = partOf(unused, charged.whole, charged.dayCount);
  const { days: chargedDays } = partOf(charged.range, charged.whole, charged.dayCount);
  if (chargedDays === 0) return 0n;
  const ofCharge = proratedAmount(charged.amountMinor, { days, periodDays: chargedDays });
  return smallerOf(ofPrice, ofCharge);
}
