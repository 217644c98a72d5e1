// When another plan or another price begins to count.
import { type DateRange, isBefore } from '#platform/dates.ts';
import { linesOfChange, type ProrationLine } from './proration-rules.ts';

/** The default: what is more now, what is less at the end of what was paid (D6, R-PRO-5). */
export type ChangePolicy = 'by_direction' | 'immediate' | 'period_end';

export type ChangeOutcome = { effectiveOn: Temporal.PlainDate; linesNow: ProrationLine[]; nextPriceMinor: bigint };

export function outcomeOfPlanChange(
  change: { oldPriceMinor: bigint; newPriceMinor: bigint; period: DateRange; requestedOn: Temporal.PlainDate },
  policy: ChangePolicy = 'by_direction',
): ChangeOutcome {
  const { oldPriceMinor, newPriceMinor, period, requestedOn } = change;
  const isNow = policy === 'immediate' || (policy === 'by_direction' && newPriceMinor > oldPriceMinor);
  if (!isNow) return { effectiveOn: period.endsOn, linesNow: [], nextPriceMinor: newPriceMinor };
  const linesNow = linesOfChange(period, oldPriceMinor, { on: requestedOn, toPriceMinor: newPriceMinor });
  return { effectiveOn: requestedOn, linesNow, nextPriceMinor: newPriceMinor };
}

export type PriceVersion = { version: number; priceMinor: bigint; validFrom: Temporal.PlainDate };

/**
 * The price of a period: the newest version that was valid when it began (R-PLAN-1). None changes a period that runs or was
 * invoiced already. Undefined where no version is old enough.
 */
export function priceOfPeriod(versions: readonly PriceVersion[], period: DateRange): PriceVersion | undefined {
  return versions
    .filter(({ validFrom }) => !isBefore(period.startsOn, validFrom))
    .sort((a, b) => Temporal.PlainDate.compare(b.validFrom, a.validFrom) || b.version - a.version)[0];
}

/** The part of a period that lies after a day on which it is given up: from that day on. */
export function unusedFrom(day: Temporal.PlainDate, period: DateRange): DateRange {
  if (isBefore(day, period.startsOn)) return period;
  return { startsOn: isBefore(day, period.endsOn) ? day : period.endsOn, endsOn: period.endsOn };
}
