import { expect, test } from 'vitest';
import { decimalsOfCurrency } from './currencies.ts';

test.each([
  ['USD', 2],
  ['JPY', 0],
  ['UGX', 0],
  ['KWD', 3],
  // CLDR writes these without decimals; ISO 4217 divides them all the same.
  ['IDR', 2],
  ['HUF', 2],
  ['PKR', 2],
  ['IQD', 3],
  ['CLF', 4],
])('%s has %i decimals, as ISO 4217 says', (currency, decimals) => {
  expect(decimalsOfCurrency(currency)).toBe(decimals);
});

test('what is no currency has no decimals', () => {
  expect(decimalsOfCurrency('ABC')).toBeUndefined();
  expect(decimalsOfCurrency('usd')).toBeUndefined();
});
