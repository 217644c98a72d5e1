import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  currencyExponent,
  divideRounded,
  formatMoney,
  parseMoney,
  percentage,
  splitByWeights,
  sumMinor,
} from './money.ts';

test.each([
  ['JPY', 0],
  ['UGX', 0],
  ['USD', 2],
  ['KES', 2],
  ['KWD', 3],
  ['CLF', 4],
  // Intl says 0 for these, which is how prices are written there and not what ISO 4217 divides them into.
  ['IDR', 2],
  ['HUF', 2],
  ['PKR', 2],
  ['IQD', 3],
])('%s has %d decimals', (currency, exponent) => {
  expect(currencyExponent(currency)).toBe(exponent);
});

test('what is no currency has no decimals either', () => {
  expect(() => currencyExponent('ABC')).toThrow(RangeError);
  expect(() => currencyExponent('usd')).toThrow(RangeError);
});

test.each([
  ['4.35', 'USD', 435n],
  ['4.3', 'USD', 430n],
  ['4', 'USD', 400n],
  ['-0.05', 'USD', -5n],
  ['0', 'USD', 0n],
  ['007.00', 'USD', 700n],
  ['5000', 'UGX', 5000n],
  ['1.234', 'KWD', 1234n],
  ['1.2345', 'CLF', 12345n],
  ['92233720368547758.07', 'USD', 2n ** 63n - 1n],
  [`${'0'.repeat(40)}1`, 'JPY', 1n],
])('%s %s is read as %d', (text, currency, minor) => {
  expect(parseMoney(text, currency)).toEqual({ ok: true, minor });
});

test.each([
  ['1.005', 'USD', 'too_many_decimals'],
  ['1.000', 'USD', 'too_many_decimals'],
  ['5000.0', 'JPY', 'too_many_decimals'],
  ['1.2345', 'KWD', 'too_many_decimals'],
  ['1e3', 'USD', 'invalid_amount'],
  ['', 'USD', 'invalid_amount'],
  ['-', 'USD', 'invalid_amount'],
  ['+1', 'USD', 'invalid_amount'],
  ['.5', 'USD', 'invalid_amount'],
  ['5.', 'USD', 'invalid_amount'],
  [' 5', 'USD', 'invalid_amount'],
  ['5\n', 'USD', 'invalid_amount'],
  ['1,000.00', 'USD', 'invalid_amount'],
  ['1,5', 'USD', 'invalid_amount'],
  ['0x10', 'USD', 'invalid_amount'],
  ['١٢', 'USD', 'invalid_amount'],
  ['NaN', 'USD', 'invalid_amount'],
  ['92233720368547758.08', 'USD', 'out_of_range'],
  ['9'.repeat(1000), 'JPY', 'out_of_range'],
  ['1.00', 'XYZ', 'unknown_currency'],
])('%o %s is refused: %s', (text, currency, reason) => {
  expect(parseMoney(text, currency)).toEqual({ ok: false, reason });
});

test.each([
  [5n, 'USD', '0.05'],
  [-5n, 'USD', '-0.05'],
  [0n, 'USD', '0.00'],
  [1234567n, 'JPY', '1234567'],
  [1234567n, 'KWD', '1234.567'],
  [1n, 'CLF', '0.0001'],
  [2n ** 63n - 1n, 'USD', '92233720368547758.07'],
])('%d %s is written %s', (minor, currency, text) => {
  expect(formatMoney(minor, currency)).toBe(text);
});

test('what is written is read again as it was', () => {
  const currency = fc.constantFrom('JPY', 'USD', 'KWD', 'CLF');
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), currency, (minor, code) => {
      expect(parseMoney(formatMoney(minor, code), code)).toEqual({ ok: true, minor });
    }),
  );
});

describe('rounding', () => {
  test.each([
    [5n, 2n, 3n, 2n, 2n],
    [-5n, 2n, -3n, -2n, -2n],
    [7n, 2n, 4n, 4n, 3n],
    [-7n, 2n, -4n, -4n, -3n],
    [7n, -2n, -4n, -4n, -3n],
    [1n, 3n, 0n, 0n, 0n],
    [2n, 3n, 1n, 1n, 0n],
    [0n, 7n, 0n, 0n, 0n],
    [6n, 3n, 2n, 2n, 2n],
  ])('%d / %d is %d half up, %d half to even, %d cut off', (n, d, halfUp, halfEven, down) => {
    expect(divideRounded(n, d)).toBe(halfUp);
    expect(divideRounded(n, d, 'half_even')).toBe(halfEven);
    expect(divideRounded(n, d, 'down')).toBe(down);
  });

  test('nothing is divided by zero', () => {
    expect(() => divideRounded(1n, 0n)).toThrow(RangeError);
  });

  test('a credit mirrors its charge, and no rounding is off by a unit', () => {
    const rounding = fc.constantFrom('half_up', 'half_even', 'down');
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt(1n, 10n ** 6n),
        rounding,
        (n, d, mode) => {
          const result = divideRounded(n, d, mode);
          expect(divideRounded(-n, d, mode)).toBe(-result);
          const off = result * d - n < 0n ? n - result * d : result * d - n;
          expect(mode === 'down' ? off < d : 2n * off <= d).toBe(true);
        },
      ),
    );
  });

  test('a percentage is in basis points', () => {
    expect(percentage(4999n, 1800)).toBe(900n);
    expect(percentage(1255n, 1000)).toBe(126n);
  });
});

describe('splitting a total', () => {
  test.each([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [-100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
    [0n, [1n, 2n], [0n, 0n]],
    [5n, [0n, 1n, 0n], [0n, 5n, 0n]],
    [1n, [1n, 1n, 1n], [1n, 0n, 0n]],
    // The largest remainder wins, wherever it stands.
    [10n, [1n, 1n, 4n], [2n, 2n, 6n]],
    [100n, [50n, 25n, 25n], [50n, 25n, 25n]],
    [101n, [1n, 2n], [34n, 67n]],
  ])('%d by %o is %o', (total, weights, parts) => {
    expect(splitByWeights(total, weights)).toEqual(parts);
  });

  test.each([[[]], [[0n, 0n]], [[-1n, 2n]]])('weights %o split nothing', (weights) => {
    expect(() => splitByWeights(100n, weights)).toThrow(RangeError);
  });

  test('nothing is lost and nothing is made, and no part is a whole unit off', () => {
    const weights = fc.array(fc.bigInt(0n, 1000n), { minLength: 1, maxLength: 12 }).filter((all) => sumMinor(all) > 0n);
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), weights, (total, all) => {
        const parts = splitByWeights(total, all);
        expect(sumMinor(parts)).toBe(total);
        const sum = sumMinor(all);
        parts.forEach((part, index) => {
          const off = part * sum - total * all[index]!;
          expect(off < sum && off > -sum).toBe(true);
        });
      }),
    );
  });
});
