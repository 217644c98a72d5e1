// Parts of a period, by days: a customer can check them on paper, and a change of the clocks cannot change them.
import { type DateRange, daysIn, doOverlap, earliestOf, isBefore, laterOf } from '#platform/dates.ts';
import { portion, type Rounding, smallerOf, sumMinor } from '#platform/money.ts';

/** `fixed30` counts every month as 30 days. */
export type DayCount = 'actual' | 'fixed30';

export type Part = { days: number; periodDays: number };

/** How much of the enclosing whole period (not of a stub) a segment is (R-PRO-1). */
export function partOf(segment: DateRange, period: DateRange): Part {
  if (isBefore(segment.startsOn, period.startsOn) || isBefore(period.endsOn, segment.endsOn))
    throw new RangeError('a segment must lie within its period');
  if (isBefore(segment.endsOn, segment.startsOn)) throw new RangeError('a segment cannot end before it starts');
  return { days: daysIn(segment), periodDays: daysIn(period) };
}

/** With months of 30 days: never more than the period, and all of it is all of it, however February counts. */
export function fixed30PartOf(segment: DateRange, months = 1): Part {
  const periodDays = 30 * months;
  const isWholeMonths = segment.startsOn.add({ months }).equals(segment.endsOn);
  return { days: isWholeMonths ? periodDays : Math.min(fixed30Days(segment), periodDays), periodDays };
}

/** 30/360: the 31st counts as the 30th. */
function fixed30Days({ startsOn, endsOn }: DateRange): number {
  const months = (endsOn.year - startsOn.year) * 12 + endsOn.month - startsOn.month;
  return months * 30 + Math.min(endsOn.day, 30) - Math.min(startsOn.day, 30);
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
    return [{ charged, range, creditMinor: creditFor(range, charged.whole, charged.priceMinor, charged) }];
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

/**
 * The old plan is credited and the new one charged over days that are left (R-PRO-3). The used part is the residual and is never
 * computed by itself. The credit never exceeds what was charged for those days, which by a discount may be less than the price
 * (R-PRO-6).
 */
export function linesOfUnused({ range, charged, creditMinor }: UnusedDays, toPriceMinor: bigint): ProrationLine[] {
  const lines: ProrationLine[] = [
    { kind: 'proration_credit', range, amountMinor: -creditMinor },
    { kind: 'proration_charge', range, amountMinor: proratedAmount(toPriceMinor, partOf(range, charged.whole)) },
  ];
  return lines.filter(({ amountMinor }) => amountMinor !== 0n);
}

/** What unused days are worth: their part of the price, and at most their part of what was charged (R-PRO-6). */
export function creditFor(unused: DateRange, period: DateRange, priceMinor: bigint, charged: Charge): bigint {
  const ofPrice = proratedAmount(priceMinor, partOf(unused, period));
  return smallerOf(ofPrice, proratedAmount(charged.amountMinor, partOf(unused, charged.range)));
}
