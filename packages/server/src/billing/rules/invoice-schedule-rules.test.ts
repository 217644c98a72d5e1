import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultInvoiceTerms, effectiveLeadDays, invoiceDates, refusalToBill } from './invoice-schedule-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

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
      // On the day itself.
      effectiveLeadDays(-1, 31),
    ]).toEqual([4, 2, 0, 0, -1]);
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
