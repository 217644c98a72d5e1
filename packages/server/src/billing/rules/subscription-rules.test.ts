import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billEach, dueOrReason } from './billing-run-rules.ts';
import { amountOfLine } from './compose-invoice-rules.ts';
import { defaultInvoiceTerms, defaultSuspendedBilling } from './invoice-schedule-rules.ts';
import { chargesDue, type StubPolicy, type Term, upcomingCharges } from './subscription-rules.ts';
import { day, term } from './term.test-support.ts';

const most = 1000;

const billing = (leadDays = 4, stubPolicy: StubPolicy = 'separate') => ({
  terms: { ...defaultInvoiceTerms, leadDays },
  suspended: defaultSuspendedBilling,
  stubPolicy,
});
const dueStarts = (subscription: Term, today: string, terms = billing()) =>
  chargesDue(subscription, terms, day(today), most)
    .charges.filter(({ part }) => part.kind === 'service')
    .map(({ part }) => part.period.startsOn.toString());

describe('what a run has to bill', () => {
  test.each([
    ['2026-01-14', '2026-01-15', []],
    ['2026-01-15', '2026-01-15', ['2026-01-15']],
    ['2026-02-09', '2026-02-15', []],
    ['2026-02-10', '2026-02-15', ['2026-02-15']],
    ['2026-02-20', '2026-02-15', ['2026-02-15']],
    ['2026-05-20', '2026-03-15', ['2026-03-15', '2026-04-15', '2026-05-15']],
    ['2026-02-10', '2026-03-15', []],
  ])('on %s, billed through %s', (today, billedThrough, expected) => {
    expect(dueStarts(term('2026-01-15', { chargedThrough: day(billedThrough) }), today)).toEqual(expected);
  });

  test('a stub of three days and the month after it are due on the same day', () => {
    expect(dueStarts(term('2026-01-29', { anchorDay: 1 }), '2026-01-29')).toEqual(['2026-01-29', '2026-02-01']);
  });

  test('without a lead it is what has begun', () => {
    expect(dueStarts(term('2026-01-15'), '2026-03-14', billing(-1))).toEqual(['2026-01-15', '2026-02-15']);
    expect(dueStarts(term('2026-01-15'), '2026-03-15', billing(-1))).toHaveLength(3);
  });

  test('however often and whenever it runs, each period is billed once and none is missed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 20 }), fc.nat(27), (pauses, leadDays) => {
        let today = day('2026-01-15');
        let left = term('2026-01-15');
        const billed: string[] = [];
        for (const days of pauses) {
          today = today.add({ days });
          billed.push(...dueStarts(left, today.toString(), billing(leadDays)));
          left = chargesDue(left, billing(leadDays), today, most).term;
        }
        const atOnce = dueStarts(term('2026-01-15'), today.toString(), billing(leadDays));
        expect(billed).toEqual(pauses.length === 0 ? [] : atOnce);
      }),
    );
  });

  test('months that began while the service was off are not billed on return, even when no run came by meanwhile', () => {
    const off = [{ from: day('2026-02-20'), until: day('2026-04-16') }];
    const subscription = term('2026-01-15', { off });
    expect(dueStarts(subscription, '2026-05-20')).toEqual(['2026-01-15', '2026-02-15', '2026-05-15']);
  });

  test('who is off now is waited for until the period begins, and then passed over', () => {
    const off = [{ from: day('2026-02-01'), until: undefined }];
    const subscription = term('2026-01-15', { chargedThrough: day('2026-02-15'), off });
    expect(chargesDue(subscription, billing(), day('2026-02-14'), most).charges).toEqual([]);
    expect(chargesDue(subscription, billing(), day('2026-02-15'), most).charges).toMatchObject([
      { part: { kind: 'pause' }, lines: [] },
    ]);
  });

  test('who cannot be billed is listed with a reason and stops nobody', () => {
    const terms = [term('2026-01-15'), term('2026-01-15', { priceOverrideMinor: -1n }), term('2026-01-15')];
    const { dues, failures } = billEach(terms, (one) => dueOrReason(one, billing(), day('2026-01-15'), most));
    expect(dues).toHaveLength(2);
    expect(failures).toEqual([{ subscription: terms[1], reason: 'a price must not be negative' }]);
  });
});

describe('the first invoices', () => {
  const said = (subscription: Term, stubPolicy: StubPolicy) =>
    upcomingCharges(subscription, billing(4, stubPolicy), 2).map(
      ({ issueOn, lines }) => `${issueOn}: ${lines.map((line) => `${line.kind} ${amountOfLine(line)}`).join(', ')}`,
    );

  test.each([
    ['2026-01-29', 1, 0n, 'with_next_period', ['2026-01-29: stub 290, recurring 3000', '2026-02-24: recurring 3000']],
    ['2026-01-29', 1, 0n, 'separate', ['2026-01-29: stub 290', '2026-01-29: recurring 3000']],
    ['2026-01-10', 1, 0n, 'separate', ['2026-01-10: stub 2129', '2026-01-27: recurring 3000']],
    ['2026-01-10', 1, 0n, 'with_next_period', ['2026-01-27: stub 2129, recurring 3000', '2026-02-24: recurring 3000']],
    [
      '2026-01-01',
      1,
      5000n,
      'with_next_period',
      ['2026-01-01: setup 5000, recurring 3000', '2026-01-27: recurring 3000'],
    ],
    // The set-up is never a part of itself.
    ['2026-01-10', 1, 5000n, 'separate', ['2026-01-10: setup 5000, stub 2129', '2026-01-27: recurring 3000']],
    ['2026-02-10', 31, 0n, 'separate', ['2026-02-10: stub 1929', '2026-02-23: recurring 3000']],
  ] as const)('from %s, anchor %d, set-up %d, %s', (start, anchorDay, setupFeeMinor, stubPolicy, expected) => {
    expect(said(term(start, { anchorDay, setupFeeMinor }), stubPolicy)).toEqual(expected);
  });

  test('a stub that waits for a period which is then not charged has its own invoice', () => {
    const off = [{ from: day('2026-01-20'), until: undefined }];
    const subscription = term('2026-01-10', { anchorDay: 1, off });
    const { charges } = chargesDue(subscription, billing(4, 'with_next_period'), day('2026-02-02'), most);
    expect(charges.map(({ part, lines }) => [part.kind, lines.length])).toEqual([
      ['service', 1],
      ['pause', 0],
    ]);
  });
});
