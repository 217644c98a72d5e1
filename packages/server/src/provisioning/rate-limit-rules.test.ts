import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameRate, rateLimitWord } from './rate-limit-rules.ts';

test('10 Mbps down and 5 up are written 5120k/10240k: upload first, 1 Mbps = 1024k (B46)', () => {
  expect(rateLimitWord({ downKbps: 10 * 1024, upKbps: 5 * 1024 })).toBe('5120k/10240k');
});

test.each([
  ['5120k/10240k', '5M/10M', true],
  ['5M', '5120k/5120k', true],
  ['512000/512000', '512k/512k', true],
  ['1G/1G', '1024M/1024M', true],
  ['5M/10M', '10M/5M', false],
  ['5M/10M', '5M/10M 10M/20M', false],
  ['', '5M/10M', false],
  ['5M/10M', 'fast', false],
  ['fast', 'slow', false],
])('%j and %j give the same speed: %s', (a, b, expected) => {
  expect(isSameRate(a, b)).toBe(expected);
  expect(isSameRate(b, a)).toBe(expected);
});

test('what we write is what we mean', () => {
  const rate = fc.integer({ min: 8, max: 102_400_000 });
  fc.assert(
    fc.property(rate, rate, rate, (downKbps, upKbps, other) => {
      const word = rateLimitWord({ downKbps, upKbps });
      expect(isSameRate(word, `${upKbps * 1000}/${downKbps}k`)).toBe(true);
      expect(isSameRate(word, rateLimitWord({ downKbps: other, upKbps }))).toBe(other === downKbps);
    }),
  );
});
