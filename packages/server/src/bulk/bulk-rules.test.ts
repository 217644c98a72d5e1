import { expect, test } from 'vitest';
import { bulkLimit, isMostlyFailed, isPassing, mostAttempts, retryDelayMs } from './bulk-rules.ts';

test.each([
  ['suspend', 40, 25],
  ['suspend', 250, 25],
  ['disconnect', 2519, 251],
  ['move', 100_000, 10_000],
  ['change_plan', 0, 25],
  ['activate', 100_000, null],
  ['tag', 100_000, null],
  ['sync', 100_000, null],
] as const)('%s of %d customers is held above %s', (kind, presentCount, limit) => {
  expect(bulkLimit(kind, presentCount)).toBe(limit);
});

test.each([
  ['nothing tried', { done: 0, unchanged: 0, failed: 0 }, false],
  ['too few to tell', { done: 0, unchanged: 0, failed: 19 }, false],
  ['all failed', { done: 0, unchanged: 0, failed: 20 }, true],
  ['half of them', { done: 5, unchanged: 5, failed: 10 }, false],
  ['more than half', { done: 5, unchanged: 4, failed: 11 }, true],
])('it is held as mostly failed: %s', (_name, counts, isHeld) => {
  expect(isMostlyFailed(counts)).toBe(isHeld);
});

test('tries grow apart, are jittered, and end', () => {
  const delays = Array.from({ length: mostAttempts }, (_, at) => retryDelayMs(at + 1, 0.5));
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 120_000, undefined]);
  expect([retryDelayMs(4, 0), retryDelayMs(4, 1)]).toEqual([6000, 10_000]);
});

test('a router that is away is waited for, and a refusal is not', () => {
  expect(isPassing('router_unreachable')).toBe(true);
  for (const code of ['account_name_taken', 'forbidden', 'router_not_managed', 'internal'])
    expect(isPassing(code), code).toBe(false);
});
