import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultInvoiceTerms,
  effectiveLeadDays,
  invoiceDates,
  periodsBegunBy,
  periodsToBill,
  refusalToBill,
  withoutSuspended,
} from './invoice-schedule-rules.ts';
import type { PeriodPlan } from './period-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const range = (from: string, to: string) => ({ startsOn: day(from), endsOn: day(to) });

const may = { startsOn: day('2026-05-10'), runningLastDay: day('2026-05-09'), runningPeriodDays: 30 };

describe('when an invoice is issued and due', () => {
  test.each([
    ['as planned', {}, {}, '2026-05-05', '2026-05-10'],
    ['without lead', {}, { leadDays: 0 }, '2026-05-09', '2026-05-10'],
    ['with terms', {}, { termsDays: 7 }, '2026-05-05', '2026-05-17'],
    ['when the run was early', { issuedOn: '2026-05-01' }, {}, '2026-05-05', '2026-05-10'],
    ['when the run was late', { issuedOn: '2026-05-08' }, {}, '2026-05-08', '2026-05-10'],
    ['when it was later than the due date', { issuedOn: '2026-05-20' }, {}, '2026-05-20', '2026-05-20'],
    ['when it was late, with days to pay', { issuedOn: '2026-05-20' }, { minDaysToPay: 5 }, '2026-05-20', '2026-05-25'],
    [
      'when it was late and terms are longer',
      { issuedOn: '2026-05-08' },
      { minDaysToPay: 5, termsDays: 30 },
      '2026-05-08',
      '2026-06-09',
    ],
    ['when it was in time, days to pay do not count', {}, { leadDays: 1, minDaysToPay: 9 }, '2026-05-08', '2026-05-10'],
    ['when the service began after the plan', { activatedOn: '2026-05-07' }, {}, '2026-05-07', '2026-05-10'],
    ['when the lead is longer than the period', { runningPeriodDays: 3 }, {}, '2026-05-07', '2026-05-10'],
    ['with a period of one day', { runningPeriodDays: 1 }, {}, '2026-05-09', '2026-05-10'],
  ])('%s', (_, upcoming, terms, issueOn, dueOn) => {
    const { issuedOn, activatedOn, ...more } = upcoming as { issuedOn?: string; activatedOn?: string };
    const dates = invoiceDates(
      {
        ...may,
        ...more,
        issuedOn: issuedOn ? day(issuedOn) : undefined,
        activatedOn: activatedOn ? day(activatedOn) : undefined,
      },
      { ...defaultInvoiceTerms, ...terms },
    );
    expect([dates.issueOn.toString(), dates.dueOn.toString()]).toEqual([issueOn, dueOn]);
  });

  test('it is never due before it is issued', () => {
    fc.assert(
      fc.property(
        fc.nat(27),
        fc.nat(60),
        fc.nat(20),
        fc.integer({ min: -30, max: 90 }),
        (leadDays, termsDays, minDaysToPay, runOffset) => {
          const issuedOn = may.startsOn.add({ days: runOffset });
          const { issueOn, dueOn } = invoiceDates({ ...may, issuedOn }, { leadDays, termsDays, minDaysToPay });
          expect(Temporal.PlainDate.compare(issueOn, dueOn)).toBeLessThanOrEqual(0);
          expect(Temporal.PlainDate.compare(issuedOn, issueOn)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });

  test('a lead fits into the running period', () => {
    expect([
      effectiveLeadDays(4, 31),
      effectiveLeadDays(4, 3),
      effectiveLeadDays(4, 1),
      effectiveLeadDays(4, 0),
    ]).toEqual([4, 2, 0, 0]);
  });
});

const monthly: PeriodPlan = { startsOn: day('2026-01-15'), anchorDay: 15, interval: { unit: 'month', count: 1 } };
const starts = (periods: readonly { startsOn: Temporal.PlainDate }[]) =>
  periods.map(({ startsOn }) => startsOn.toString());

describe('what a run has to bill', () => {
  test.each([
    ['2026-01-14', undefined, []],
    ['2026-01-15', undefined, ['2026-01-15']],
    ['2026-02-09', '2026-02-15', []],
    ['2026-02-10', '2026-02-15', ['2026-02-15']],
    ['2026-02-14', '2026-02-15', ['2026-02-15']],
    ['2026-02-20', '2026-02-15', ['2026-02-15']],
    ['2026-05-20', '2026-03-15', ['2026-03-15', '2026-04-15', '2026-05-15']],
    ['2026-02-10', '2026-03-15', []],
  ])('on %s, billed through %s', (today, billedThrough, expected) => {
    expect(starts(periodsToBill(monthly, billedThrough ? day(billedThrough) : undefined, day(today), 4))).toEqual(
      expected,
    );
  });

  test('a stub of three days and the month after it are due on the same day', () => {
    const plan = { startsOn: day('2026-01-29'), anchorDay: 1, interval: { unit: 'month', count: 1 } as const };
    expect(starts(periodsToBill(plan, undefined, day('2026-01-29'), 4))).toEqual(['2026-01-29', '2026-02-01']);
  });

  test('without a lead it is what has begun', () => {
    expect(starts(periodsBegunBy(monthly, undefined, day('2026-03-14')))).toEqual(['2026-01-15', '2026-02-15']);
    expect(starts(periodsBegunBy(monthly, undefined, day('2026-03-15')))).toHaveLength(3);
  });

  test('however often and whenever it runs, each period is billed once and none is missed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 20 }), fc.nat(27), (pauses, leadDays) => {
        let today = monthly.startsOn;
        let billedThrough: Temporal.PlainDate | undefined;
        const billed: string[] = [];
        for (const days of pauses) {
          today = today.add({ days });
          const periods = periodsToBill(monthly, billedThrough, today, leadDays);
          billed.push(...starts(periods));
          billedThrough = periods.at(-1)?.endsOn ?? billedThrough;
        }
        expect(billed).toEqual(pauses.length === 0 ? [] : starts(periodsToBill(monthly, undefined, today, leadDays)));
      }),
    );
  });

  test('months that began while the service was off are not billed on return', () => {
    const periods = periodsToBill(monthly, undefined, day('2026-05-20'), 4);
    const off = [range('2026-02-20', '2026-04-16')];
    expect(starts(withoutSuspended(periods, off))).toEqual(['2026-01-15', '2026-02-15', '2026-05-15']);
  });
});

test.each([
  ['active', 9, false, false, undefined],
  ['pending', 0, false, true, 'pending'],
  ['cancelled', 0, false, true, 'cancelled'],
  ['suspended', 0, false, false, 'suspended'],
  ['suspended', 1, false, true, undefined],
  ['suspended', 2, false, true, 'max_unpaid_recurring'],
  ['suspended', 3, false, true, 'max_unpaid_recurring'],
  ['suspended', 0, true, true, 'vacation'],
] as const)(
  '%s with %d unpaid, on vacation %s, billed while suspended %s: %s',
  (status, openRecurringCount, isOnVacation, billWhileSuspended, refusal) => {
    const policy = { billWhileSuspended, maxUnpaidRecurring: 2 };
    expect(refusalToBill({ status, openRecurringCount, isOnVacation }, policy)).toBe(refusal);
  },
);
