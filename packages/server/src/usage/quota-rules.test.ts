import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Allowance, calendarMonth, quotaStage, speedOf } from './quota-rules.ts';

const allowance = (change: Partial<Allowance> = {}): Allowance => ({
  capBytes: 100n,
  whenUsedUp: 'slow',
  usedBytes: 0n,
  extraBytes: 0n,
  isFree: false,
  ...change,
});

test.each([
  ['nothing', { usedBytes: 0n }, 'within', 'full'],
  ['a little less than four fifths', { usedBytes: 79n }, 'within', 'full'],
  ['four fifths', { usedBytes: 80n }, 'near', 'full'],
  ['nearly all', { usedBytes: 99n }, 'near', 'full'],
  ['all to the byte', { usedBytes: 100n }, 'used_up', 'slow'],
  ['all, where that is a cut', { usedBytes: 100n, whenUsedUp: 'cut' }, 'used_up', 'off'],
  ['all, where nothing happens', { usedBytes: 100n, whenUsedUp: 'nothing' }, 'used_up', 'full'],
  ['all of the plan, and was given more', { usedBytes: 100n, extraBytes: 50n }, 'within', 'full'],
  ['what was given on top as well', { usedBytes: 150n, extraBytes: 50n }, 'used_up', 'slow'],
  ['far more than all, without a limit for this period', { usedBytes: 900n, isFree: true }, 'within', 'full'],
] as const)('who has used %s', (_name, change, stage, speed) => {
  expect([quotaStage(allowance(change)), speedOf(allowance(change))]).toEqual([stage, speed]);
});

test('a plan without a cap slows nobody down', () => {
  expect(speedOf(undefined)).toBe('full');
});

const bytes = fc.bigInt({ min: 0n, max: 2n ** 62n });

test('more data never makes anybody slower, and more use never faster', () => {
  const rank = { off: 0, slow: 0, full: 1 };
  const drawn = fc.record({
    capBytes: fc.bigInt({ min: 1n, max: 2n ** 62n }),
    whenUsedUp: fc.constantFrom('nothing' as const, 'slow' as const, 'cut' as const),
    usedBytes: bytes,
    extraBytes: bytes,
    isFree: fc.boolean(),
  });
  fc.assert(
    fc.property(drawn, bytes, (one, more) => {
      const now = rank[speedOf(one)];
      expect(rank[speedOf({ ...one, extraBytes: one.extraBytes + more })]).toBeGreaterThanOrEqual(now);
      expect(rank[speedOf({ ...one, usedBytes: one.usedBytes + more })]).toBeLessThanOrEqual(now);
    }),
  );
});

test('without a period of his own a month is one of the calendar', () => {
  const { startsOn, endsOn } = calendarMonth(Temporal.PlainDate.from('2026-12-31'));
  expect([startsOn.toString(), endsOn.toString()]).toEqual(['2026-12-01', '2027-01-01']);
});
