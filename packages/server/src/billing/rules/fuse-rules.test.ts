import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuseLimit, type RunFacts, reasonToStop } from './fuse-rules.ts';

const policy = { sharePercent: 10, leastCount: 20, staleHours: 26 };
const now = Temporal.Instant.from('2026-06-15T12:00:00Z');
const facts: RunFacts = {
  plannedCount: 1,
  recentCount: 0,
  activeCount: 1000,
  now,
  lastRunAt: now.subtract({ hours: 1 }),
};

test.each([
  ['a share of who is on', 0, 1000, 100],
  ['rounded down', 0, 1009, 100],
  ['of who was on a day ago, too', 100, 900, 100],
  ['and always a few', 0, 30, 20],
  ['also where nobody is on', 0, 0, 20],
])('the limit is %s', (_, recentCount, activeCount, limit) => {
  expect(fuseLimit({ recentCount, activeCount }, policy)).toBe(limit);
});

test.each<[string, Partial<RunFacts>, string | undefined]>([
  ['an ordinary run goes on', {}, undefined],
  ['the last one within the limit goes on', { plannedCount: 100 }, undefined],
  ['one more than the limit stops', { plannedCount: 101 }, 'too_many'],
  ['many small runs are one large run', { plannedCount: 51, recentCount: 50, activeCount: 950 }, 'too_many'],
  ['a clock that went back stops', { lastRunAt: now.add({ hours: 1 }) }, 'clock_went_back'],
  ['two clocks that differ a little do not', { lastRunAt: now.add({ minutes: 4 }) }, undefined],
  [
    'a clock that jumped ahead looks like a long pause, and stops',
    { lastRunAt: now.subtract({ hours: 27 }) },
    'last_run_long_ago',
  ],
  ['the first run of all has no last one', { lastRunAt: undefined }, undefined],
  [
    'where nobody is to be cut there is nothing to ask',
    { plannedCount: 0, lastRunAt: now.subtract({ hours: 999 }) },
    undefined,
  ],
  ['a person has allowed as many', { plannedCount: 500, allowedCount: 500 }, undefined],
  ['and not one more', { plannedCount: 501, allowedCount: 500 }, 'too_many'],
  ['what a person looked at is not stale', { lastRunAt: now.subtract({ hours: 99 }), allowedCount: 5 }, undefined],
])('%s', (_, change, reason) => {
  expect(reasonToStop({ ...facts, ...change }, policy)).toBe(reason);
});

test.each<[string, number | undefined, string | undefined]>([
  ['bank statements that are two days old are late where they come daily', 49, 'payments_late'],
  ['one of yesterday is in time', 23, undefined],
  ['where they should come and none ever came, they are late', undefined, 'payments_late'],
])('%s', (_, hours, reason) => {
  const lastImportAt = hours === undefined ? undefined : now.subtract({ hours });
  expect(reasonToStop({ ...facts, lastImportAt }, { ...policy, importDays: 1 })).toBe(reason);
});

test('no run that goes on by itself cuts more than the limit, whatever the figures are', () => {
  const count = fc.nat(100_000);
  fc.assert(
    fc.property(count, count, count, (plannedCount, recentCount, activeCount) => {
      const seen = { ...facts, plannedCount, recentCount, activeCount };
      if (reasonToStop(seen, policy) === undefined && plannedCount > 0)
        expect(plannedCount + recentCount).toBeLessThanOrEqual(fuseLimit(seen, policy));
    }),
  );
});
