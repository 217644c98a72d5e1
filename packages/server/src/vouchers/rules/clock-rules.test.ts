import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockJumpSeconds } from './clock-rules.ts';

const noon = Temporal.Instant.from('2026-03-01T12:00:00Z');
const at = (seconds: number, monotonicSeconds?: number) => ({
  at: noon.add({ seconds }),
  monotonicMs: monotonicSeconds === undefined ? undefined : monotonicSeconds * 1000,
});

describe('a clock that was moved', () => {
  test.each([
    ['goes on as time does', at(0, 0), at(60, 60), undefined],
    ['is corrected by a time server', at(0, 0), at(59, 60), undefined],
    ['goes back an hour', at(0, 0), at(-3540, 60), -3600],
    ['goes on a day', at(0, 0), at(86_460, 60), 86_400],
    ['stood while the program was off', at(0), at(86_400, 5), undefined],
    ['went back while the program was off', at(0), at(-7200, 5), -7200],
  ])('%s', (_name, before, now, jump) => {
    expect(clockJumpSeconds(before, now)).toBe(jump);
  });

  test('any jump of more than a minute is found, in its size', () => {
    const seconds = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: 0, max: 600 }), (jump, passed) => {
        const found = clockJumpSeconds(at(0, 0), at(passed + jump, passed));
        expect(found).toBe(Math.abs(jump) > 60 ? jump : undefined);
      }),
    );
  });
});
