import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayBounds, daysBetween, doOverlap, isWithin, lastDayOf, localDate } from './dates.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const range = (from: string, to: string) => ({ startsOn: day(from), endsOn: day(to) });

test.each([
  ['2023-03-01T03:47:56Z', 'America/New_York', '2023-02-28'],
  ['2023-02-28T18:29:59Z', 'Asia/Kolkata', '2023-02-28'],
  ['2023-02-28T18:30:00Z', 'Asia/Kolkata', '2023-03-01'],
  ['2023-02-28T10:00:00Z', 'Pacific/Kiritimati', '2023-03-01'],
  ['2023-02-28T10:59:59Z', 'Pacific/Pago_Pago', '2023-02-27'],
  ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01'],
])('%s in %s is %s', (instant, timeZone, date) => {
  expect(localDate(Temporal.Instant.from(instant), timeZone).toString()).toBe(date);
});

test.each([
  ['2024-03-10', 'America/New_York', '2024-03-10T05:00:00Z', 23],
  ['2024-11-03', 'America/New_York', '2024-11-03T04:00:00Z', 25],
  // Midnight does not exist.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', 23],
  // Its last hour comes twice.
  ['2018-02-17', 'America/Sao_Paulo', '2018-02-17T02:00:00Z', 25],
  ['2024-04-07', 'Australia/Lord_Howe', '2024-04-06T13:00:00Z', 24.5],
  ['2024-10-06', 'Australia/Lord_Howe', '2024-10-05T13:30:00Z', 23.5],
  // Samoa moved over the date line, and had no such day.
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z', 0],
  // The clock goes back over midnight, one minute after it: the day begins at its first instant.
  ['2006-10-29', 'America/St_Johns', '2006-10-29T02:30:00Z', 25],
  ['2026-03-01', 'Africa/Kampala', '2026-02-28T21:00:00Z', 24],
])('%s in %s begins at %s and has %d hours', (date, timeZone, start, hours) => {
  const bounds = dayBounds(day(date), timeZone);
  expect(bounds.start.toString()).toBe(start);
  expect(bounds.start.until(bounds.end).total('hours')).toBe(hours);
});

test('days leave no instant out, in any zone', () => {
  const zone = fc.constantFrom(
    'America/Sao_Paulo',
    'Africa/Cairo',
    'Pacific/Apia',
    'Australia/Lord_Howe',
    'Asia/Beirut',
  );
  fc.assert(
    fc.property(fc.nat(12_000), zone, (offset, timeZone) => {
      const date = day('2000-01-01').add({ days: offset });
      const { end } = dayBounds(date, timeZone);
      expect(dayBounds(date.add({ days: 1 }), timeZone).start.equals(end)).toBe(true);
    }),
  );
});

test('a range does not hold the day it ends on', () => {
  const march = range('2026-03-01', '2026-04-01');
  expect(lastDayOf(march).toString()).toBe('2026-03-31');
  expect(isWithin(day('2026-03-31'), march)).toBe(true);
  expect(isWithin(day('2026-04-01'), march)).toBe(false);
  expect(doOverlap(march, range('2026-04-01', '2026-05-01'))).toBe(false);
  expect(doOverlap(march, range('2026-03-31', '2026-05-01'))).toBe(true);
});

test('days are counted over leap years', () => {
  expect(daysBetween(day('2024-01-01'), day('2025-01-01'))).toBe(366);
  expect(daysBetween(day('2026-03-01'), day('2026-02-01'))).toBe(-28);
});
