import { expect, test } from 'vitest';
import { nextRun } from './cron-rules.ts';

test.each([
  ['* * * * *', 'UTC', '2026-03-01T10:00:30Z', '2026-03-01T10:01:00Z'],
  ['*/10 * * * *', 'UTC', '2026-03-01T10:10:00Z', '2026-03-01T10:20:00Z'],
  ['35 * * * *', 'UTC', '2026-03-01T10:36:00Z', '2026-03-01T11:35:00Z'],
  ['0 0 * * *', 'Africa/Nairobi', '2026-03-01T10:00:00Z', '2026-03-01T21:00:00Z'],
  ['40 3 1,15 * *', 'UTC', '2026-03-02T00:00:00Z', '2026-03-15T03:40:00Z'],
  ['0 9-17 * * 1', 'UTC', '2026-03-03T00:00:00Z', '2026-03-09T09:00:00Z'],
  ['30 2 29 2 *', 'UTC', '2026-03-01T00:00:00Z', '2028-02-29T02:30:00Z'],
])('%s in %s, asked at %s, runs next at %s', (cron, zone, now, next) => {
  expect(nextRun(cron, zone, Temporal.Instant.from(now))?.toString()).toBe(next);
});

test('a day that no month has never comes', () => {
  expect(nextRun('0 0 31 2 *', 'UTC', Temporal.Instant.from('2026-01-01T00:00:00Z'))).toBeUndefined();
});
