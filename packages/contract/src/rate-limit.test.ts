import { expect, test } from 'vitest';
import { rateLimitWord } from './rate-limit.ts';

const mbps = (count: number) => count * 1024;
const tenAndFive = { downKbps: mbps(10), upKbps: mbps(5) };
const burst = { burstDownKbps: mbps(20), burstUpKbps: mbps(10) };

test('10 Mbps down and 5 up are written 5120k/10240k: upload first, 1 Mbps = 1024k (B46)', () => {
  expect(rateLimitWord(tenAndFive)).toBe('5120k/10240k');
});

test('with a burst of 20/10: rate, burst, threshold = rate, time 8/8, priority 8 (B47)', () => {
  expect(rateLimitWord({ ...tenAndFive, ...burst })).toBe('5120k/10240k 10240k/20480k 5120k/10240k 8/8 8');
});

test.each([
  ['the same both ways (B5)', { downKbps: 10_240, upKbps: 10_240 }, '10240k/10240k'],
  ['no options', { ...tenAndFive, burstDownKbps: null, priority: null, limitAtUpKbps: null }, '5120k/10240k'],
  [
    'a threshold and times',
    {
      ...tenAndFive,
      ...burst,
      thresholdDownKbps: mbps(8),
      thresholdUpKbps: mbps(4),
      burstDownSeconds: 16,
      burstUpSeconds: 12,
    },
    '5120k/10240k 10240k/20480k 4096k/8192k 12/16 8',
  ],
  [
    'one time for both',
    { ...tenAndFive, ...burst, burstDownSeconds: 16 },
    '5120k/10240k 10240k/20480k 5120k/10240k 16/16 8',
  ],
  ['a burst downward only', { ...tenAndFive, burstDownKbps: mbps(20) }, '5120k/10240k 5120k/20480k 5120k/10240k 8/8 8'],
  [
    'a priority with a burst',
    { ...tenAndFive, ...burst, priority: 3 },
    '5120k/10240k 10240k/20480k 5120k/10240k 8/8 3',
  ],
  ['a priority alone', { ...tenAndFive, priority: 3 }, '5120k/10240k 0/0 0/0 0/0 3'],
  [
    'a limit-at alone',
    { ...tenAndFive, limitAtDownKbps: mbps(2), limitAtUpKbps: mbps(1) },
    '5120k/10240k 0/0 0/0 0/0 8 1024k/2048k',
  ],
  ['a limit-at downward only', { ...tenAndFive, limitAtDownKbps: mbps(2) }, '5120k/10240k 0/0 0/0 0/0 8 5120k/2048k'],
  [
    'all of it',
    { ...tenAndFive, ...burst, priority: 1, limitAtDownKbps: mbps(2), limitAtUpKbps: mbps(1) },
    '5120k/10240k 10240k/20480k 5120k/10240k 8/8 1 1024k/2048k',
  ],
])('%s', (_name, rates, word) => {
  expect(rateLimitWord(rates)).toBe(word);
});
