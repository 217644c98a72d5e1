import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lockSeconds, longestLockFailures } from './lockout-rules.ts';

test.each([
  [0, 0],
  [1, 0],
  [2, 0],
  [3, 1],
  [4, 2],
  [5, 4],
  [12, 512],
  [13, 900],
  [1_000_000, 900],
])('after %d wrong passwords an account waits %d s', (failedCount, seconds) => {
  expect(lockSeconds(failedCount)).toBe(seconds);
});

test('more wrong passwords never wait less', () => {
  fc.assert(
    fc.property(fc.nat(10_000), (count) => {
      expect(lockSeconds(count + 1)).toBeGreaterThanOrEqual(lockSeconds(count));
    }),
  );
});

test('no wait is longer than that after the failures which are counted', () => {
  expect(lockSeconds(longestLockFailures - 1)).toBeLessThan(lockSeconds(longestLockFailures));
  expect(lockSeconds(longestLockFailures)).toBe(lockSeconds(1_000_000));
});
