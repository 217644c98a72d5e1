import { describe, expect, it } from 'vitest';
import { addDays } from '../../lib/format.ts';
import { daysBetween, isDay } from './due-days.ts';

describe('days of invoices', () => {
  it.each([
    ['2026-11-21', 10, '2026-12-01'],
    ['2027-02-25', 10, '2027-03-07'],
    ['2028-02-25', 5, '2028-03-01'],
    ['2026-03-01', -1, '2026-02-28'],
  ])('%s and %i days is %s', (day, count, expected) => {
    expect(addDays(day, count)).toBe(expected);
  });

  it('counts over the night that has 23 or 25 hours somewhere', () => {
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-10-26', '2026-10-24')).toBe(-2);
  });

  it('knows a day from what is half typed', () => {
    expect(isDay('2026-11-21')).toBe(true);
    expect(isDay('')).toBe(false);
    expect(isDay('2026-13-01')).toBe(false);
  });
});
