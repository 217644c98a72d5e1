import { expect, test } from 'vitest';
import { expiryOf, refusalOfRedemption, type VoucherState } from './voucher-rules.ts';

const day = (text: string) => Temporal.PlainDate.from(text);

test.each<[VoucherState, string | undefined, string, string | undefined]>([
  ['sold', undefined, '2026-03-01', undefined],
  ['sold', '2026-02-28', '2026-02-28', undefined],
  ['sold', '2026-02-28', '2026-03-01', 'expired'],
  ['generated', undefined, '2026-03-01', 'not_sold'],
  ['redeemed', undefined, '2026-03-01', 'already_redeemed'],
  ['redeemed', '2026-02-28', '2026-03-01', 'already_redeemed'],
  ['expired', undefined, '2026-03-01', 'expired'],
  ['void', '2026-12-31', '2026-03-01', 'void'],
])('%s, good through %s, on %s: %s', (state, expiresOn, today, refusal) => {
  expect(refusalOfRedemption({ state, expiresOn: expiresOn ? day(expiresOn) : undefined }, day(today))).toBe(refusal);
});

test.each([
  [{ hours: 24 }, '2024-05-02T22:05:00', 'extend_if_active', '2024-05-03T22:05:00'],
  [{ hours: 24 }, '2024-05-02T22:05:00', 'replace', '2024-05-03T00:26:00'],
  [{ hours: 24 }, '2024-05-01T22:05:00', 'extend_if_active', '2024-05-03T00:26:00'],
  [{ hours: 24 }, undefined, 'extend_if_active', '2024-05-03T00:26:00'],
  [{ days: 30 }, undefined, 'replace', '2024-06-01T00:26:00'],
  [{ months: 1 }, undefined, 'replace', '2024-06-02T00:26:00'],
  // Ends as it is bought: nothing runs any more.
  [{ hours: 1 }, '2024-05-02T00:26:00', 'extend_if_active', '2024-05-02T01:26:00'],
] as const)('%j bought while time runs until %s, %s: %s', (length, runningUntil, policy, expected) => {
  const purchase = {
    at: Temporal.PlainDateTime.from('2024-05-02T00:26:00'),
    duration: Temporal.Duration.from(length),
    runningUntil: runningUntil ? Temporal.PlainDateTime.from(runningUntil) : undefined,
  };
  expect(expiryOf(purchase, policy).toString()).toBe(expected);
});
