import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LateFee, type LateFeePolicy, type LateInvoice, lateFeeOf } from './late-fee-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const flat: LateFee = { kind: 'flat', amountMinor: 500n };
const tenPercent: LateFee = { kind: 'percent', basisPoints: 1000 };
const daily: LateFee = { kind: 'daily_flat', amountMinor: 10n };

test.each<[string, LateFee, string, Partial<LateInvoice>, Partial<LateFeePolicy>, bigint]>([
  ['on the due date', flat, '2026-03-01', {}, { graceDays: 0 }, 0n],
  ['before it', flat, '2026-02-24', {}, { graceDays: 0 }, 0n],
  ['the day after', flat, '2026-03-02', {}, { graceDays: 0 }, 500n],
  ['on the last day of grace', flat, '2026-03-06', {}, {}, 0n],
  ['the day after grace', flat, '2026-03-07', {}, {}, 500n],
  ['when there is one', flat, '2026-03-08', { isCharged: true }, {}, 0n],
  ['for what is within the tolerance', flat, '2026-03-08', { balanceMinor: 10n }, { toleranceMinor: 10n }, 0n],
  ['for a unit more', flat, '2026-03-08', { balanceMinor: 11n }, { toleranceMinor: 10n }, 500n],
  ['for what was paid', flat, '2026-03-08', { balanceMinor: 0n }, {}, 0n],
  ['for fees alone', flat, '2026-03-08', { balanceMinor: 500n, feesInBalanceMinor: 500n }, {}, 0n],
  ['of the open balance', tenPercent, '2026-03-17', { balanceMinor: 1255n }, {}, 126n],
  [
    'of the balance without fees',
    tenPercent,
    '2026-03-17',
    { balanceMinor: 1500n, feesInBalanceMinor: 500n },
    {},
    100n,
  ],
  ['daily within grace', daily, '2026-03-04', {}, {}, 0n],
  ['daily after grace, from the day after the due date', daily, '2026-03-07', {}, {}, 60n],
  ['daily, less what was charged', daily, '2026-03-08', { chargedMinor: 60n }, {}, 10n],
  ['daily, at most', daily, '2026-04-30', {}, { maxMinor: 100n }, 100n],
  ['daily, at most and charged', daily, '2026-04-30', { chargedMinor: 100n }, { maxMinor: 100n }, 0n],
  ['daily in percent', { kind: 'daily_percent', basisPoints: 10 }, '2026-03-11', {}, {}, 30n],
])('a fee %s', (_, fee, today, invoice, policy, expected) => {
  const late = { dueOn: day('2026-03-01'), balanceMinor: 3000n, ...invoice };
  expect(lateFeeOf(late, day(today), { fee, graceDays: 5, ...policy })).toBe(expected);
});

test('a daily fee that is charged every day comes to what is charged at the end', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: 1, max: 60 }), (graceDays, days) => {
      const dueOn = day('2026-03-01');
      let chargedMinor = 0n;
      for (let offset = 0; offset <= days; offset += 1)
        chargedMinor += lateFeeOf({ dueOn, balanceMinor: 3000n, chargedMinor }, dueOn.add({ days: offset }), {
          fee: daily,
          graceDays,
        });
      expect(chargedMinor).toBe(days > graceDays ? BigInt(days) * 10n : 0n);
    }),
  );
});
