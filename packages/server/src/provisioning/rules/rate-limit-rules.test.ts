import { rateLimitWord } from '@lastmile/contract/rate-limit.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameRate } from './rate-limit-rules.ts';

test.each([
  ['5000k/10000k', '5M/10M', true],
  ['5120k/10240k', '5M/10M', false],
  ['5M', '5000k/5000k', true],
  ['512000/512000', '512k/512k', true],
  ['1G/1G', '1000M/1000M', true],
  ['5M/10M', '10M/5M', false],
  ['5M/10M', '5M/10M 10M/20M', false],
  ['5M/10M', '5M/10M 0/0 0/0 0/0 8', true],
  ['5M/10M', '5M/10M 0/0 0/0 0/0 7', false],
  ['5M/10M', '5M/10M 5M/10M 5M/10M 8/8 8', true],
  ['5M/10M 10M/20M', '5M/10M 10M/20M 5M/10M 1/1', true],
  ['5M/10M 10M/20M 5M/10M 8/8', '5M/10M 10M/20M 5M/10M 8s/8s 8 5M/10M', true],
  ['5M/10M 10M/20M 5M/10M 8/8 8', '5M/10M 10M/20M 4M/10M 8/8 8', false],
  ['5M/10M 0/0 0/0 0/0 8 1M/2M', '5M/10M', false],
  ['5M/10M 0/0 0/0 0/0 8 1M/2M', '5M/10M 0/0 0/0 0/0 8 1M/2M', true],
  ['', '5M/10M', false],
  ['5M/10M', 'fast', false],
  ['fast', 'slow', false],
  ['5M/10M', '5M/10M fast', false],
])('%j and %j give the same speed: %s', (a, b, expected) => {
  expect(isSameRate(a, b)).toBe(expected);
  expect(isSameRate(b, a)).toBe(expected);
});

const kbps = fc.integer({ min: 8, max: 102_400_000 });
const option = fc.option(kbps);
const rates = fc
  .record({ downKbps: kbps, upKbps: kbps, priority: fc.option(fc.integer({ min: 1, max: 8 })) })
  .chain((plain) =>
    fc
      .record({ burstDownKbps: option, burstUpKbps: option, thresholdDownKbps: option, limitAtDownKbps: option })
      .map((options) => ({ ...plain, ...options })),
  );

test('what we write is what we mean', () => {
  fc.assert(
    fc.property(kbps, kbps, kbps, (downKbps, upKbps, other) => {
      const word = rateLimitWord({ downKbps, upKbps });
      expect(isSameRate(word, `${upKbps * 1000}/${downKbps}k`)).toBe(true);
      expect(isSameRate(word, rateLimitWord({ downKbps: other, upKbps }))).toBe(other === downKbps);
    }),
  );
});

test('a text is the same as itself, however its numbers are written', () => {
  fc.assert(
    fc.property(rates, (some) => {
      const word = rateLimitWord(some);
      const inBits = word.replaceAll(/(\d+)k/g, (_all, number) => `${number}000`);
      expect(isSameRate(word, inBits)).toBe(true);
    }),
  );
});
