import { expect, test } from 'vitest';
import { byNeed, isQuiet } from './location-order.ts';

const closed = {
  alertCount: 0,
  silentCount: 0,
  soldCount: 0,
  onlineCount: 0,
  countedMinor: '0',
  unsignedMinor: '0',
  varianceMinor: '0',
  openCounters: [],
};

test('what must be looked at comes first, then what is open, and the rest by name', () => {
  const locations = [
    { ...closed, name: 'Airport' },
    { ...closed, name: 'Harbour', openCounters: [{}] },
    { ...closed, name: 'Mall', silentCount: 1 },
    { ...closed, name: 'Old Town' },
    { ...closed, name: 'Station', alertCount: 2, openCounters: [{}] },
  ];
  expect(byNeed(locations).map(({ name }) => name)).toEqual(['Mall', 'Station', 'Harbour', 'Airport', 'Old Town']);
});

test.each([
  ['an open counter', { openCounters: [{}] }],
  ['a sale of today', { soldCount: 1 }],
  ['a customer who is online', { onlineCount: 1 }],
  ['a count of today', { countedMinor: '500' }],
  ['a drawer that was not right', { varianceMinor: '-100' }],
  ['cash that nobody has signed for', { unsignedMinor: '100' }],
])('%s is shown', (_what, given) => {
  expect(isQuiet(closed)).toBe(true);
  expect(isQuiet({ ...closed, ...given })).toBe(false);
});
