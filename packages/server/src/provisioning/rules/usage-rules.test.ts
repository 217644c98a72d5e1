import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carriedSince, countersOf, mostBytes, type Reading } from './usage-rules.ts';

const line = { downKbps: 10_000, upKbps: 1000 };
const reading = (downBytes: bigint, upBytes: bigint, uptimeSeconds: number): Reading => ({
  downBytes,
  upBytes,
  uptimeSeconds,
});
const before = reading(1_000_000n, 500_000n, 600);

describe('what a session carried since the reading before', () => {
  test.each([
    ['goes on', reading(1_500_000n, 600_000n, 660), [500_000n, 100_000n, 0n]],
    ['is quiet', reading(1_000_000n, 500_000n, 660), [0n, 0n, 0n]],
    ['was reset by hand: what it shows is new', reading(2000n, 1000n, 660), [2000n, 1000n, 0n]],
    ['was reset, and one counter has grown past what it was', reading(2000n, 500_001n, 660), [2000n, 500_001n, 0n]],
    ['is another one, as after a reboot', reading(3000n, 100n, 20), [3000n, 100n, 0n]],
    [
      'is another one that has carried more than the one before',
      reading(2_000_000n, 700_000n, 500),
      [2_000_000n, 700_000n, 0n],
    ],
    ['jumps: the line cannot carry it', reading(10n ** 12n, 600_000n, 660), [0n, 100_000n, 10n ** 12n - 1_000_000n]],
    ['is read twice at once', before, [0n, 0n, 0n]],
  ])('one that %s', (_name, now, [downBytes, upBytes, doubtedBytes]) => {
    expect(carriedSince(before, now, line)).toEqual({ downBytes, upBytes, doubtedBytes });
  });

  test('one that has just begun carried what it shows', () => {
    expect(carriedSince(undefined, before, line)).toEqual({
      downBytes: 1_000_000n,
      upBytes: 500_000n,
      doubtedBytes: 0n,
    });
  });

  test('where nobody knows how fast the line is, all is believed', () => {
    expect(carriedSince(before, reading(10n ** 15n, 500_000n, 601), undefined).doubtedBytes).toBe(0n);
  });
});

test.each([
  ['700', '70', [700n, 70n]],
  ['0', '0', [0n, 0n]],
  ['700', undefined, [null, null]],
  [undefined, '70', [null, null]],
  ['', '70', [null, null]],
])('of counters told as %s and %s both are read or none', (down, up, [downBytes, upBytes]) => {
  expect(countersOf(down, up)).toEqual({ downBytes, upBytes });
});

const bytes = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const anyReading = fc.record({ downBytes: bytes, upBytes: bytes, uptimeSeconds: fc.nat(10 ** 7) });

test('whatever counters do, nothing is taken back and nobody is charged more than his line can carry', () => {
  fc.assert(
    fc.property(fc.option(anyReading, { nil: undefined }), anyReading, (first, second) => {
      const carried = carriedSince(first, second, line);
      const seconds =
        first && second.uptimeSeconds >= first.uptimeSeconds
          ? second.uptimeSeconds - first.uptimeSeconds
          : second.uptimeSeconds;
      expect(carried.downBytes >= 0n && carried.upBytes >= 0n && carried.doubtedBytes >= 0n).toBe(true);
      expect(carried.downBytes <= mostBytes(line.downKbps, seconds)).toBe(true);
      expect(carried.upBytes <= mostBytes(line.upKbps, seconds)).toBe(true);
    }),
  );
});

type Step = { down: number; up: number; seconds: number; isReset: boolean };
const steps = fc.array(
  fc.record({
    // Within the speed of the line, or it would rightly be doubted.
    down: fc.nat(1_000_000),
    up: fc.nat(100_000),
    seconds: fc.integer({ min: 1, max: 120 }),
    isReset: fc.boolean(),
  }),
  { maxLength: 30 },
);

test('what was really carried is what is added up, when counters are reset just after they were read', () => {
  fc.assert(
    fc.property(steps, (taken: Step[]) => {
      let counter = reading(0n, 0n, 0);
      let seen: Reading | undefined;
      let [added, carried] = [0n, 0n];
      for (const { down, up, seconds, isReset } of taken) {
        if (isReset) counter = { ...counter, downBytes: 0n, upBytes: 0n };
        counter = {
          downBytes: counter.downBytes + BigInt(down),
          upBytes: counter.upBytes + BigInt(up),
          uptimeSeconds: counter.uptimeSeconds + seconds,
        };
        const since = carriedSince(seen, counter, undefined);
        added += since.downBytes + since.upBytes;
        carried += BigInt(down) + BigInt(up);
        seen = counter;
      }
      // A reset that hides behind a counter that has grown past what it was takes some with it: for the customer.
      expect(added <= carried).toBe(true);
      if (!taken.some(({ isReset }) => isReset)) expect(added).toBe(carried);
    }),
  );
});
