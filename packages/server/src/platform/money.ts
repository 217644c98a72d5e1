// Money is whole minor units in a bigint, and never a float. All rounding and splitting of money is here.

import { decimalsOfCurrency } from '@lastmile/contract/currencies.ts';

export type Rounding = 'half_up' | 'half_even' | 'down';

/** What PostgreSQL's bigint can hold. */
const largestMinor = 2n ** 63n - 1n;

/** How many decimals a currency has (R-CUR-1): 0 for JPY and UGX, 2 for USD, 3 for KWD, 4 for CLF. */
export function currencyExponent(currency: string): number {
  const exponent = decimalsOfCurrency(currency);
  if (exponent === undefined) throw new RangeError(`${currency} is not a currency of ISO 4217`);
  return exponent;
}

export type ParsedMoney =
  | { ok: true; minor: bigint }
  | { ok: false; reason: 'invalid_amount' | 'too_many_decimals' | 'out_of_range' | 'unknown_currency' };

/** Minor units from decimal text such as "-12.50". Decimals that the currency does not have are refused, not rounded (R-CUR-1). */
export function parseMoney(text: string, currency: string): ParsedMoney {
  const exponent = decimalsOfCurrency(currency);
  if (exponent === undefined) return { ok: false, reason: 'unknown_currency' };
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (!match) return { ok: false, reason: 'invalid_amount' };
  const [, sign, whole = '', decimals = ''] = match;
  if (decimals.length > exponent) return { ok: false, reason: 'too_many_decimals' };
  // A text of a million digits must not cost a moment: nothing that long is in range.
  const digits = (whole + decimals.padEnd(exponent, '0')).replace(/^0+(?=[0-9])/, '');
  if (digits.length > 19 || BigInt(digits) > largestMinor) return { ok: false, reason: 'out_of_range' };
  return { ok: true, minor: sign ? -BigInt(digits) : BigInt(digits) };
}

/** Plain decimal text with all decimals of the currency, for files and other programs: "0.05", "1234567", "-1.250". */
export function formatMoney(minor: bigint, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = absolute(minor)
    .toString()
    .padStart(exponent + 1, '0');
  const sign = minor < 0n ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** n / d in whole units. A tie goes away from zero, so that a credit mirrors its charge (R-RND-1). */
export function divideRounded(n: bigint, d: bigint, rounding: Rounding = 'half_up'): bigint {
  if (d === 0n) throw new RangeError('nothing can be divided by zero');
  const [over, under] = [absolute(n), absolute(d)];
  const whole = over / under;
  const twiceRest = 2n * (over % under);
  const isUp =
    rounding !== 'down' &&
    (twiceRest > under || (twiceRest === under && (rounding === 'half_up' || whole % 2n === 1n)));
  const size = isUp ? whole + 1n : whole;
  return n < 0n === d < 0n ? size : -size;
}

/** A share of an amount, rounded once. */
export function portion(amountMinor: bigint, part: number, whole: number, rounding?: Rounding): bigint {
  return divideRounded(amountMinor * BigInt(part), BigInt(whole), rounding);
}

/** A percentage of an amount in basis points: 1800 is 18 %. */
export function percentage(amountMinor: bigint, basisPoints: number, rounding?: Rounding): bigint {
  return portion(amountMinor, basisPoints, 10_000, rounding);
}

/** Splits a fixed total so that the parts sum to it: by largest remainder, ties to the first (R-RND-2). */
export function splitByWeights(totalMinor: bigint, weights: readonly bigint[]): bigint[] {
  const sum = sumMinor(weights);
  if (sum <= 0n || weights.some((weight) => weight < 0n))
    throw new RangeError('a total can be split only by weights of zero and above, of which one is above');
  const size = absolute(totalMinor);
  const parts = weights.map((weight) => (size * weight) / sum);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (size * weight) % sum }))
    .sort((a, b) => compareMinor(b.remainder, a.remainder) || a.index - b.index);
  const left = Number(size - sumMinor(parts));
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return totalMinor < 0n ? parts.map((part) => -part) : parts;
}

export function sumMinor(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

export function smallerOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function largerOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

export function compareMinor(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
