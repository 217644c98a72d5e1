import { expect, test } from 'vitest';
import { billEach, billingKey, chargeOf, takeUnbilled } from './billing-run-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const period = { startsOn: day('2026-01-01'), endsOn: day('2026-02-01') };

test('a period is taken once, by whichever worker comes first', () => {
  const billed = new Set<string>();
  const candidates = ['a', 'b', 'c'].map((subscriptionId) => ({ subscriptionId, period }));
  expect(takeUnbilled(billed, candidates.slice(0, 2))).toHaveLength(2);
  expect(takeUnbilled(billed, candidates).map(({ subscriptionId }) => subscriptionId)).toEqual(['c']);
  expect(takeUnbilled(billed, candidates)).toEqual([]);
});

test('the key is the start: a period that was cut is still the same', () => {
  expect(billingKey('a', period)).toBe(billingKey('a', { ...period, endsOn: day('2026-01-10') }));
  expect(billingKey('a', period)).not.toBe(billingKey('b', period));
});

test('who cannot be billed is listed and stops nobody', () => {
  const { invoices, failures } = billEach([1000n, undefined, 0n, -1n], chargeOf);
  expect(invoices).toEqual([1000n, 0n]);
  expect(failures).toEqual([
    { subscription: undefined, reason: 'plan_without_price' },
    { subscription: -1n, reason: 'negative_price' },
  ]);
});
