import { expect, test } from 'vitest';
import { monthlyIncome } from './monthly-income-rules.ts';

const paid = (unit: 'day' | 'week' | 'month' | 'year', count: number, paidMinor: bigint, currency = 'USD') => ({
  currency,
  interval: { unit, count },
  paidMinor,
});

test.each([
  ['a month is a month', paid('month', 1, 2500n), 2500n],
  ['a quarter is three of them', paid('month', 3, 7500n), 2500n],
  ['a year is twelve', paid('year', 1, 30_000n), 2500n],
  ['two years are twenty-four', paid('year', 2, 60_000n), 2500n],
  ['a day comes 365 times in a year', paid('day', 1, 12n), 365n],
  ['30 days come a little more often than a month', paid('day', 30, 3000n), 3042n],
  ['a week comes 4.35 times', paid('week', 1, 700n), 3042n],
])('income in a month: %s', (_, one, amountMinor) => {
  expect(monthlyIncome([one])).toEqual([{ currency: 'USD', amountMinor }]);
});

test('income in a month is summed by currency, and of nothing it is nothing', () => {
  expect(monthlyIncome([paid('month', 1, 2500n), paid('month', 1, 900n, 'EUR'), paid('year', 1, 1200n)])).toEqual([
    { currency: 'EUR', amountMinor: 900n },
    { currency: 'USD', amountMinor: 2600n },
  ]);
  expect(monthlyIncome([])).toEqual([]);
});
