// When another plan or another price begins to count.
import { type DateRange, isBefore } from '#platform/dates.ts';
import {
  amountForDays,
  type ChargedDays,
  type ProrationLine,
  partOf,
  type UnusedDays,
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
  /** The new plan is taxed otherwise: its price may be the same, its lines are not. */
  isTaxedOtherwise?: boolean | undefined;
  /** What a running discount takes off the new price of an interval that begins on a day. */
  discountOn?: ((day: Temporal.PlainDate) => bigint) | undefined;
};

export function outcomeOfPlanChange(change: WantedChange, policy: ChangePolicy = 'by_direction'): ChangeOutcome {
  const { oldPriceMinor, newPriceMinor, period, requestedOn, isTaxedOtherwise, discountOn } = change;
  const charged = change.charged ?? [chargedWhole(period, oldPriceMinor)];
  const isNow = policy === 'immediate' || (policy === 'by_direction' && newPriceMinor > oldPriceMinor);
  if (!isNow) return { isNow, effectiveOn: period.endsOn, linesNow: [], nextPriceMinor: newPriceMinor };
  // A change outside of its period is a mistake.
  partOf({ startsOn: requestedOn, endsOn: period.endsOn }, period);
  const priceChange = { on: requestedOn, toPriceMinor: newPriceMinor, isTaxedOtherwise, discountOn };
  const linesNow = linesOfChanges(charged, [priceChange]);
  return { isNow, effectiveOn: requestedOn, linesNow, nextPriceMinor: newPriceMinor };
}

/** A period that was charged with its price. */
export function chargedWhole(period: DateRange, priceMinor: bigint): ChargedDays {
  return { range: period, amountMinor: priceMinor, whole: period, priceMinor };
}

export type PriceChange = { on: Temporal.PlainDate; toPriceMinor: bigint } & Pick<
  WantedChange,
  'isTaxedOtherwise' | 'discountOn'
>;

/** Changes of charged days: of one day only the last counts, and what changes nothing gives no line (R-PRO-4). */
export function linesOfChanges(charged: readonly ChargedDays[], changes: readonly PriceChange[]): ProrationLine[] {
  const lines: ProrationLine[] = [];
  let left = charged;
  for (const change of lastOfEachDay(changes)) {
    const changed = withTops(unusedDays(left, change.on)).map((unused) => linesOfUnused(unused, change));
    lines.push(...changed.flatMap((one) => one.lines));
    left = changed.map((one) => one.charged);
  }
  return lines;
}

/**
 * The old plan is credited and the new one charged over days that are left (R-PRO-3). The used part is the residual and is never
 * computed by itself. The credit never exceeds what was charged for those days, which by a discount may be less than the price
 * (R-PRO-6).
 */
function linesOfUnused(
  { range, charged, creditMinor }: UnusedDays,
  { toPriceMinor, isTaxedOtherwise, discountOn }: PriceChange,
): { lines: ProrationLine[]; charged: ChargedDays } {
  const priceMinor = toPriceMinor - (discountOn?.(range.startsOn) ?? 0n);
  const amountMinor = amountForDays(range, charged, priceMinor);
  if (amountMinor === creditMinor && !isTaxedOtherwise) return { lines: [], charged };
  const lines: ProrationLine[] = [
    { kind: 'proration_credit', range, amountMinor: -creditMinor },
    { kind: 'proration_charge', range, amountMinor },
  ];
  const { whole, dayCount } = charged;
  return {
    lines: lines.filter((line) => line.amountMinor !== 0n),
    charged: { range, amountMinor, whole, priceMinor: toPriceMinor, dayCount },
  };
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
