import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doesSuspend, isOverdue, suspendsWhenDueBefore } from './overdue-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

test.each([
  ['open', '2026-01-30', true],
  ['open', '2026-01-31', false],
  ['open', '2026-02-01', false],
  ['paid', '2020-01-01', false],
  ['void', '2020-01-01', false],
])('on 31 January a %s invoice due %s is overdue: %s', (status, dueOn, expected) => {
  expect(isOverdue({ status, dueOn: day(dueOn) }, day('2026-01-31'))).toBe(expected);
});

test.each([
  ['2026-03-01', 0, '2026-03-01'],
  ['2026-03-01', 1, '2026-02-28'],
  ['2024-03-01', 1, '2024-02-29'],
  ['2026-01-05', 10, '2025-12-26'],
])('on %s with %d days of grace what was due before %s suspends', (today, graceDays, limit) => {
  expect(suspendsWhenDueBefore(day(today), graceDays).toString()).toBe(limit);
});

test('who is suspended is overdue, and grace only ever delays it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -400, max: 400 }), fc.nat(90), (daysAgo, graceDays) => {
      const today = day('2026-06-15');
      const dueOn = today.subtract({ days: daysAgo });
      const suspends = (grace: number) => Temporal.PlainDate.compare(dueOn, suspendsWhenDueBefore(today, grace)) < 0;
      if (suspends(graceDays)) expect(isOverdue({ status: 'open', dueOn }, today)).toBe(true);
      if (suspends(graceDays + 1)) expect(suspends(graceDays)).toBe(true);
    }),
  );
});

test.each([
  ['2026-03-01', 3000n, 0n, 0, undefined, false, false],
  ['2026-03-02', 3000n, 0n, 0, undefined, true, true],
  ['2026-03-04', 3000n, 0n, 3, undefined, true, false],
  ['2026-03-05', 3000n, 0n, 3, undefined, true, true],
  ['2026-03-05', 10n, 10n, 0, undefined, false, false],
  ['2026-03-05', 11n, 10n, 0, undefined, true, true],
  ['2026-03-05', 0n, 0n, 0, undefined, false, false],
  // A promise holds through its day, and only ever delays.
  ['2026-03-10', 3000n, 0n, 0, '2026-03-10', true, false],
  ['2026-03-11', 3000n, 0n, 0, '2026-03-10', true, true],
  ['2026-03-05', 3000n, 0n, 10, '2026-03-03', true, false],
])('on %s with %d open, tolerance %d, grace %d, promised by %s: overdue %s, suspends %s', (...row) => {
  const [today, balanceMinor, toleranceMinor, graceDays, promised, overdue, suspends] = row;
  const invoice = {
    status: 'open',
    dueOn: day('2026-03-01'),
    balanceMinor,
    holdUntil: promised ? day(promised) : undefined,
  };
  expect(isOverdue(invoice, day(today), toleranceMinor)).toBe(overdue);
  expect(doesSuspend(invoice, day(today), { graceDays, toleranceMinor })).toBe(suspends);
});

test('the rule for one invoice and the limit for many say the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), fc.nat(40), (daysAgo, graceDays) => {
      const today = day('2026-06-15');
      const dueOn = today.subtract({ days: daysAgo });
      const isPastLimit = Temporal.PlainDate.compare(dueOn, suspendsWhenDueBefore(today, graceDays)) < 0;
      const invoice = { status: 'open', dueOn, balanceMinor: 1n };
      expect(doesSuspend(invoice, today, { graceDays, toleranceMinor: 0n })).toBe(isPastLimit);
    }),
  );
});
