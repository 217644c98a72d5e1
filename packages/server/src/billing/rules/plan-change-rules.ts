// When another plan or another price begins to count.
import { type DateRange, isBefore } from '#platform/dates.ts';
import {
  type ChargedDays,
  linesOfUnused,
  type ProrationLine,
  partOf,
  unusedDays,
  withTops,
} from './proration-rules.ts';

/** The default: what is more now, what is less at the end of what was paid (D6, R-PRO-5). */
export type ChangePolicy = 'by_direction' | 'immediate' | 'period_end';

export type ChangeOutcome = {
  isNow: boolean;
  effectiveOn: Temporal.PlainDate;
  linesNow: ProrationLine[];
  nextPriceMinor: bigint;
};

export type WantedChange = {
  oldPriceMinor: bigint;
  newPriceMinor: bigint;
  /** What is charged so far: a change that waits begins with its end. */
  period: DateRange;
  requestedOn: Temporal.PlainDate;
  /** How the days of the period were charged, where it is not simply the old price for all of them. */
  charged?: readonly ChargedDays[] | undefined;
  /** What a running discount takes off the new price of an interval that begins on a day. */
  discountOn?: ((day: Temporal.PlainDate) => bigint) | undefined;
};

export function outcomeOfPlanChange(change: WantedChange, policy: ChangePolicy = 'by_direction'): ChangeOutcome {
  const { oldPriceMinor, newPriceMinor, period, requestedOn, discountOn } = change;
  const charged = change.charged ?? [
    { range: period, amountMinor: oldPriceMinor, whole: period, priceMinor: oldPriceMinor },
  ];
  const isNow = policy === 'immediate' || (policy === 'by_direction' && newPriceMinor > oldPriceMinor);
  if (!isNow) return { isNow, effectiveOn: period.endsOn, linesNow: [], nextPriceMinor: newPriceMinor };
  // A change outside of its period is a mistake.
  partOf({ startsOn: requestedOn, endsOn: period.endsOn }, period);
  const linesNow = withTops(unusedDays(charged, requestedOn)).flatMap((unused) =>
    linesOfUnused(unused, newPriceMinor - (discountOn?.(unused.range.startsOn) ?? 0n)),
  );
  return { isNow, effectiveOn: requestedOn, linesNow, nextPriceMinor: newPriceMinor };
}

export type PriceChange = { on: Temporal.PlainDate; toPriceMinor: bigint };

/** Several changes of a period: of one day only the last counts, and what changes nothing gives no line (R-PRO-4). */
export function linesOfChanges(
  period: DateRange,
  priceMinor: bigint,
  changes: readonly PriceChange[],
): ProrationLine[] {
  const lines: ProrationLine[] = [];
  let oldPriceMinor = priceMinor;
  for (const { on, toPriceMinor } of lastOfEachDay(changes)) {
    if (toPriceMinor === oldPriceMinor) continue;
    const change = { oldPriceMinor, newPriceMinor: toPriceMinor, period, requestedOn: on };
    lines.push(...outcomeOfPlanChange(change, 'immediate').linesNow);
    oldPriceMinor = toPriceMinor;
  }
  return lines;
}

/** In the order of their days. What was asked later on the same day replaces what was asked before. */
function lastOfEachDay(changes: readonly PriceChange[]): PriceChange[] {
  const byDay = new Map(changes.map((change) => [change.on.toString(), change]));
  return [...byDay.values()].sort((a, b) => Temporal.PlainDate.compare(a.on, b.on));
}

/**
 * What counts for a period: the newest of those that were valid when it began (R-PLAN-1). None changes a period that runs or was
 * invoiced already. Undefined where none is old enough.
 */
export function versionOfPeriod<V extends { version: number; validFrom: Temporal.PlainDate }>(
  versions: readonly V[],
  startsOn: Temporal.PlainDate,
): V | undefined {
  return versions
    .filter(({ validFrom }) => !isBefore(startsOn, validFrom))
    .sort((a, b) => Temporal.PlainDate.compare(b.validFrom, a.validFrom) || b.version - a.version)[0];
}
