import { describe, expect, test } from 'vitest';
import {
  expectedOfSales,
  reconcile,
  reconcileAsKnownOn,
  reconcileThreeWays,
  usedWithoutSale,
} from './reconciliation-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

test.each([
  [12_000n, 11_000n, -1000n, -833, 'short'],
  [12_000n, 13_000n, 1000n, 833, 'over'],
  [12_000n, 12_000n, 0n, 0, 'ok'],
  [0n, 0n, 0n, undefined, 'ok'],
  [0n, 500n, 500n, undefined, 'over'],
  [8n, 7n, -1n, -1250, 'short'],
])('expected %d, confirmed %d', (expectedMinor, confirmedMinor, varianceMinor, varianceBp, flag) => {
  expect(reconcile(expectedMinor, confirmedMinor)).toEqual({
    expectedMinor,
    confirmedMinor,
    varianceMinor,
    varianceBp,
    flag,
  });
});

test('what was taken back within the shift is not expected', () => {
  const sold = (isVoidedInShift: boolean) => ({ amountMinor: 1000n, isVoidedInShift });
  expect(expectedOfSales([sold(false), sold(true), sold(false)])).toBe(2000n);
  expect(expectedOfSales([])).toBe(0n);
});

test.each([
  [9000n, 9000n, 8730n, 270n, 0n, 'ok'],
  [9000n, 9000n, 6000n, 0n, -3000n, 'short'],
  [9000n, 9000n, 9100n, 0n, 100n, 'over'],
  [9000n, 8000n, 9000n, 0n, 0n, 'mismatch'],
])(
  'invoices %d, ledger %d, statement %d, fees %d: %d, %s',
  (invoicesPaidMinor, ledgerMinor, statementMinor, feesMinor, variance, flag) => {
    const found = reconcileThreeWays({ invoicesPaidMinor, ledgerMinor, statementMinor, feesMinor });
    expect([found.varianceMinor, found.flag]).toEqual([variance, flag]);
  },
);

describe('a report', () => {
  const expected = [{ day: day('2026-03-01'), amountMinor: 5000n }];
  const confirmed = (confirmedOn: string, amountMinor: bigint) => ({
    forDay: day('2026-03-01'),
    confirmedOn: day(confirmedOn),
    amountMinor,
  });

  test.each([
    ['2026-03-02', [confirmed('2026-03-03', 5000n)], -5000n, 'open'],
    ['2026-03-03', [confirmed('2026-03-03', 5000n)], 0n, 'ok'],
    ['2026-03-03', [confirmed('2026-03-02', 4000n)], -1000n, 'short'],
    ['2026-02-28', [], 0n, 'ok'],
    ['2026-03-02', [], -5000n, 'open'],
  ])('of %s says what was known then', (reportDay, confirmations, variance, flag) => {
    const found = reconcileAsKnownOn(day(reportDay), expected, confirmations);
    expect([found.varianceMinor, found.flag]).toEqual([variance, flag]);
  });
});

test('use without a sale is listed once', () => {
  expect(usedWithoutSale(['A', 'X', 'X', 'B'], ['A', 'B', 'C'])).toEqual(['X']);
});
