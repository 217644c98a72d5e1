import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DateRange, daysIn, isBefore, isWithin } from '#platform/dates.ts';
import {
  alignedPeriodOn,
  type Interval,
  intervalAfter,
  isStub,
  type PeriodPlan,
  periodOn,
  refusalOfPeriod,
} from './period-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const range = (from: string, to: string) => ({ startsOn: day(from), endsOn: day(to) });
const months = (count: number): Interval => ({ unit: 'month', count });

function firstPeriods(plan: PeriodPlan, count: number): DateRange[] {
  const periods: DateRange[] = [];
  for (let startsOn = plan.startsOn; periods.length < count; startsOn = periods.at(-1)!.endsOn)
    periods.push(periodOn(plan, startsOn)!);
  return periods;
}

function boundaries(start: string, anchorDay: number | undefined, interval: Interval, count: number): string {
  const startsOn = day(start);
  const periods = firstPeriods({ startsOn, anchorDay: anchorDay ?? startsOn.day, interval }, count);
  return periods.map(({ endsOn }) => endsOn.toString()).join(' ');
}

test.each<[string, number | undefined, Interval, number, string]>([
  ['2023-01-31', undefined, months(1), 3, '2023-02-28 2023-03-31 2023-04-30'],
  ['2024-01-31', undefined, months(1), 2, '2024-02-29 2024-03-31'],
  ['2023-01-28', undefined, months(1), 2, '2023-02-28 2023-03-28'],
  ['2023-01-29', undefined, months(1), 2, '2023-02-28 2023-03-29'],
  // A clamped beginning with its anchor is no stub.
  ['2023-02-28', 31, months(1), 2, '2023-03-31 2023-04-30'],
  ['2012-01-16', 17, months(1), 2, '2012-01-17 2012-02-17'],
  ['2012-07-16', 15, months(1), 1, '2012-08-15'],
  ['2012-12-31', 1, months(1), 2, '2013-01-01 2013-02-01'],
  ['2024-02-10', 31, months(1), 2, '2024-02-29 2024-03-31'],
  ['2025-11-30', undefined, months(3), 3, '2026-02-28 2026-05-30 2026-08-30'],
  ['2024-02-29', undefined, { unit: 'year', count: 1 }, 4, '2025-02-28 2026-02-28 2027-02-28 2028-02-29'],
  ['2024-08-31', undefined, months(6), 2, '2025-02-28 2025-08-31'],
  ['2024-02-29', undefined, { unit: 'year', count: 2 }, 2, '2026-02-28 2028-02-29'],
  ['2026-01-01', undefined, { unit: 'week', count: 1 }, 2, '2026-01-08 2026-01-15'],
  ['2026-12-25', undefined, { unit: 'week', count: 2 }, 2, '2027-01-08 2027-01-22'],
  ['2024-02-28', undefined, { unit: 'day', count: 1 }, 3, '2024-02-29 2024-03-01 2024-03-02'],
  ['2011-09-01', undefined, { unit: 'day', count: 30 }, 2, '2011-10-01 2011-10-31'],
  // Days are counted from the start, whatever the anchor.
  ['2026-01-10', 1, { unit: 'day', count: 7 }, 1, '2026-01-17'],
])('from %s, anchor %s, each %j', (start, anchorDay, interval, count, expected) => {
  expect(boundaries(start, anchorDay, interval, count)).toBe(expected);
});

test('no boundaries are asked for, none are given', () => {
  expect(boundaries('2026-01-01', undefined, months(1), 0)).toBe('');
});

test('a period of nothing is none, and the 32nd is no day', () => {
  expect(() => boundaries('2026-01-01', 1, months(0), 1)).toThrow(RangeError);
  expect(() => boundaries('2026-01-01', 32, months(1), 1)).toThrow(RangeError);
  expect(() => boundaries('2026-01-01', 0, months(1), 1)).toThrow(RangeError);
});

test.each<[string, number, string, string]>([
  ['2012-03-02', 31, '2012-02-29', '2012-03-31'],
  ['2026-02-27', 31, '2026-01-31', '2026-02-28'],
  ['2026-02-28', 31, '2026-02-28', '2026-03-31'],
  ['2026-01-01', 1, '2026-01-01', '2026-02-01'],
  ['2026-01-14', 15, '2025-12-15', '2026-01-15'],
])('with anchor %2$d the day %1$s is in %3$s to %4$s', (date, anchorDay, from, to) => {
  const plan = { startsOn: day('2020-06-03'), anchorDay, interval: months(1) };
  expect(alignedPeriodOn(plan, day(date))).toEqual(range(from, to));
});

test('a stub is billed by itself and measured by the whole period around it', () => {
  const plan = { startsOn: day('2026-01-29'), anchorDay: 1, interval: months(1) };
  const stub = periodOn(plan, day('2026-01-30'))!;
  expect(stub).toEqual(range('2026-01-29', '2026-02-01'));
  expect(isStub(plan, stub)).toBe(true);
  expect(daysIn(alignedPeriodOn(plan, stub.startsOn))).toBe(31);
  expect(isStub(plan, periodOn(plan, day('2026-02-01'))!)).toBe(false);
  expect(periodOn(plan, day('2026-01-28'))).toBeUndefined();
});

const plans = fc.record({
  startsOn: fc.nat(20_000).map((days) => day('2000-01-01').add({ days })),
  anchorDay: fc.integer({ min: 1, max: 31 }),
  interval: fc.record({
    unit: fc.constantFrom<Interval['unit'][]>('day', 'week', 'month', 'year'),
    count: fc.integer({ min: 1, max: 12 }),
  }),
});

describe('from any anchor', () => {
  test('periods are contiguous and never overlap', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const periods = firstPeriods(plan, 15);
        expect(periods[0]?.startsOn.equals(plan.startsOn)).toBe(true);
        periods.forEach((period, index) => {
          expect(refusalOfPeriod(periods.slice(0, index), period)).toBeUndefined();
          expect(isStub(plan, period)).toBe(index === 0 && isStub(plan, period));
        });
      }),
    );
  });

  test('the period of a day holds it, and is one of the sequence', () => {
    fc.assert(
      fc.property(plans, fc.nat(2000), (plan, offset) => {
        const date = plan.startsOn.add({ days: offset });
        const period = periodOn(plan, date)!;
        expect(isWithin(date, period)).toBe(true);
        const aligned = alignedPeriodOn(plan, date);
        expect(isBefore(period.startsOn, aligned.startsOn)).toBe(false);
        expect(period.endsOn.equals(aligned.endsOn)).toBe(true);
      }),
    );
  });

  test('months end on the anchor day or the last of the month', () => {
    fc.assert(
      fc.property(plans, (plan: PeriodPlan) => {
        fc.pre(plan.interval.unit === 'month' || plan.interval.unit === 'year');
        for (const { endsOn } of firstPeriods(plan, 20))
          expect(endsOn.day).toBe(Math.min(plan.anchorDay, endsOn.daysInMonth));
      }),
    );
  });
});

test('a period that starts anew ends an interval later', () => {
  expect(intervalAfter(day('2026-01-31'), months(1)).toString()).toBe('2026-02-28');
  expect(intervalAfter(day('2026-03-20'), { unit: 'day', count: 30 }).toString()).toBe('2026-04-19');
});

describe('a period joins those there are', () => {
  const existing = [range('2026-01-15', '2026-02-15'), range('2026-02-15', '2026-03-15')];
  test.each([
    ['2026-03-15', '2026-04-15', undefined],
    ['2026-03-14', '2026-04-14', 'period_overlap'],
    ['2026-02-15', '2026-03-15', 'period_overlap'],
    ['2026-01-01', '2026-12-31', 'period_overlap'],
    ['2026-03-16', '2026-04-15', 'period_gap'],
    // There is one beginning.
    ['2025-12-15', '2026-01-15', 'period_gap'],
    ['2026-03-15', '2026-03-15', 'invalid_range'],
    ['2026-03-15', '2026-03-14', 'invalid_range'],
  ])('%s to %s: %s', (from, to, refusal) => {
    expect(refusalOfPeriod(existing, range(from, to))).toBe(refusal);
  });

  test('the first is where it likes', () => {
    expect(refusalOfPeriod([], range('2026-01-01', '2026-02-01'))).toBeUndefined();
  });
});
