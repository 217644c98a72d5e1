// Discounts come before tax, are rounded once and never make a line negative (R-DSC-1).
import { largerOf, percentage, type Rounding, smallerOf, splitByWeights, sumMinor } from '#platform/money.ts';

export type Discount = { kind: 'percent'; basisPoints: number } | { kind: 'fixed'; amountMinor: bigint };

/** How much a discount takes off an amount. */
export function discountOf(amountMinor: bigint, discount: Discount, rounding?: Rounding): bigint {
  const wanted =
    discount.kind === 'percent' ? percentage(amountMinor, discount.basisPoints, rounding) : discount.amountMinor;
  return largerOf(0n, smallerOf(wanted, amountMinor));
}

/** A discount on a whole invoice: rounded once, then spread over its lines so that they sum to it. */
export function discountsOfLines(linesMinor: readonly bigint[], discount: Discount, rounding?: Rounding): bigint[] {
  const sum = sumMinor(linesMinor);
  const off = discountOf(sum, discount, rounding);
  return off === 0n ? linesMinor.map(() => 0n) : splitByWeights(off, linesMinor);
}
