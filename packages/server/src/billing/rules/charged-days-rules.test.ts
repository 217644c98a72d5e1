// What a change of the plan credits: what the days that are left were charged with, whatever was charged before.
import { expect, test } from 'vitest';
import { chargedPieces, planChangeOf } from './charged-days-rules.ts';
import { unusedDays } from './proration-rules.ts';
import { day, plan, term } from './term.test-support.ts';

const dear = { ...plan, versionId: 'v2', planName: 'Premium', priceMinor: 6000n };
const line = (startsOn: string, endsOn: string, amountMinor: bigint, priceMinor: bigint | null = 3000n) => ({
  invoiceId: 'i',
  lineNo: 1,
  startsOn: day(startsOn),
  endsOn: day(endsOn),
  amountMinor,
  priceMinor,
  isGivenUp: false,
  isDifference: false,
});

test('a second change on the same days credits what the first one charged, not the first plan again', () => {
  const subscription = term('2026-04-01', { plan: dear, chargedThrough: day('2026-05-01') });
  const pieces = chargedPieces(subscription, [
    line('2026-04-01', '2026-05-01', 3000n),
    line('2026-04-11', '2026-05-01', 4000n, null),
  ]);
  const { lines } = planChangeOf(subscription, plan, pieces, day('2026-04-16'), 'immediate');
  // 15 of 30 days of the dear plan, and none of what it replaced.
  expect(lines.map(({ unitMinor }) => unitMinor)).toEqual([-3000n, 1500n]);
});

test('a second change after a dearer plan credits both invoices as one, and each piece for itself', () => {
  const subscription = term('2026-04-01', { plan: dear, chargedThrough: day('2026-05-01') });
  // 40.00 less the 20.00 that stand on the first invoice.
  const onTop = { ...line('2026-04-11', '2026-05-01', 2000n, null), isDifference: true };
  const pieces = chargedPieces(subscription, [line('2026-04-01', '2026-05-01', 3000n), onTop]);
  const { lines } = planChangeOf(subscription, plan, pieces, day('2026-04-16'), 'immediate');
  expect(lines.map(({ unitMinor }) => unitMinor)).toEqual([-3000n, 1500n]);
  expect(unusedDays(pieces, day('2026-04-16')).map(({ creditMinor }) => creditMinor)).toEqual([1500n, 1500n]);
  const later = chargedPieces(subscription, [
    line('2026-04-01', '2026-05-01', 3000n),
    onTop,
    line('2026-04-16', '2026-05-01', 1500n),
  ]);
  expect(unusedDays(later, day('2026-04-16')).map(({ creditMinor }) => creditMinor)).toEqual([1500n]);
});

test('another interval waits for the end of what is charged, whatever was asked', () => {
  const subscription = term('2026-04-01', { chargedThrough: day('2026-05-01') });
  const yearly = { ...dear, interval: { unit: 'year', count: 1 } as const };
  const pieces = chargedPieces(subscription, [line('2026-04-01', '2026-05-01', 3000n)]);
  expect(planChangeOf(subscription, yearly, pieces, day('2026-04-16'), 'immediate')).toMatchObject({
    isNow: false,
    lines: [],
    effectiveOn: day('2026-05-01'),
  });
});

test('days that were charged in an interval which is not counted any more are worth what was charged', () => {
  const subscription = term('2026-04-01', { chargedThrough: day('2027-01-01') });
  const [piece] = chargedPieces(subscription, [line('2026-01-01', '2027-01-01', 36_500n, 40_000n)]);
  expect(piece).toMatchObject({ priceMinor: 36_500n, whole: piece?.range });
});
