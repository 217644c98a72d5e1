import { expect, test } from 'vitest';
import {
  closingOf,
  countedCash,
  expectedCash,
  refusalOfShiftRequest,
  type ShiftRequest,
  type ShiftState,
} from './shift-rules.ts';

test('what should be in the drawer', () => {
  const movements = {
    openedMinor: 5000n,
    paymentsMinor: [3000n, 3000n],
    refundsMinor: [500n],
    paidInMinor: [100n],
    paidOutMinor: [2000n],
  };
  expect(expectedCash(movements)).toBe(8600n);
  expect(expectedCash({ openedMinor: 0n, paymentsMinor: [], paidOutMinor: [100n] })).toBe(-100n);
});

test.each([
  [11_000n, 11_000n, 0n, 0n, 'balanced'],
  [11_000n, 14_000n, 0n, 3000n, 'needs_approval'],
  [13_000n, 12_500n, 100n, -500n, 'needs_approval'],
  [13_000n, 12_900n, 100n, -100n, 'closed_with_variance'],
  [13_000n, 13_100n, 100n, 100n, 'closed_with_variance'],
  [13_000n, 13_101n, 100n, 101n, 'needs_approval'],
  [0n, 0n, 100n, 0n, 'balanced'],
])('expected %d, counted %d, tolerance %d: %d, %s', (expected, counted, tolerance, varianceMinor, status) => {
  expect(closingOf(expected, counted, tolerance)).toEqual({ varianceMinor, status });
});

test('notes and coins are counted by what is printed on them', () => {
  const count = (faceValue: string, pieces: number) => ({ faceValue, count: pieces });
  expect(countedCash([count('50000', 3), count('500', 3)], 'UGX')).toBe(151_500n);
  expect(countedCash([count('20', 2), count('0.25', 3)], 'USD')).toBe(4075n);
  expect(countedCash([count('0.005', 2)], 'KWD')).toBe(10n);
  expect(countedCash([], 'USD')).toBe(0n);
  expect(() => countedCash([count('0.5', 1)], 'JPY')).toThrow(RangeError);
  expect(() => countedCash([count('20', -1)], 'USD')).toThrow(RangeError);
  expect(() => countedCash([count('20', 0.5)], 'USD')).toThrow(RangeError);
});

const cashier = { isManager: false, isCashier: true };
const manager = { isManager: true, isCashier: false };

test.each<[ShiftRequest, { isManager: boolean; isCashier: boolean }, ShiftState, string | undefined]>([
  ['open_shift', cashier, 'none', undefined],
  ['open_shift', cashier, 'closed', undefined],
  ['open_shift', cashier, 'open', 'shift_already_open'],
  ['open_shift', cashier, 'counted', 'shift_already_open'],
  ['take_cash', cashier, 'open', undefined],
  ['take_cash', cashier, 'none', 'no_open_shift'],
  ['take_cash', cashier, 'counted', 'no_open_shift'],
  ['take_cash', manager, 'closed', 'no_open_shift'],
  ['see_expected', cashier, 'open', 'blind_count'],
  ['see_expected', cashier, 'counted', undefined],
  ['see_expected', manager, 'open', undefined],
  ['see_expected', { isManager: true, isCashier: true }, 'open', 'blind_count'],
  ['count', cashier, 'open', undefined],
  ['count', cashier, 'counted', undefined],
  ['count', cashier, 'closed', 'no_open_shift'],
  ['approve_variance', manager, 'counted', undefined],
  ['approve_variance', manager, 'open', 'not_counted'],
  ['approve_variance', { isManager: true, isCashier: true }, 'counted', 'self_approval'],
  ['approve_variance', cashier, 'counted', 'approval_forbidden'],
])('%s by %j with the shift %s: %s', (request, who, state, refusal) => {
  expect(refusalOfShiftRequest(request, who, state)).toBe(refusal);
});
