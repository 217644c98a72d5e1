// A voucher has value only when it was sold, once, and through the end of its last day (R-VCH-1).
import { isBefore } from '#platform/dates.ts';

export type VoucherState = 'generated' | 'sold' | 'redeemed' | 'expired' | 'void';

export type RedemptionRefusal = 'not_sold' | 'already_redeemed' | 'expired' | 'void';

/** Why a voucher cannot be redeemed. In the database it is one UPDATE of a row that is still sold, or two win. */
export function refusalOfRedemption(
  voucher: { state: VoucherState; expiresOn?: Temporal.PlainDate | undefined },
  today: Temporal.PlainDate,
): RedemptionRefusal | undefined {
  switch (voucher.state) {
    case 'generated':
      return 'not_sold';
    case 'redeemed':
      return 'already_redeemed';
    case 'expired':
    case 'void':
      return voucher.state;
    case 'sold':
      return voucher.expiresOn && isBefore(voucher.expiresOn, today) ? 'expired' : undefined;
  }
}

/** Time bought while time is left: added to it, or in its place. It must be said, for people expect either. */
export type RenewalPolicy = 'extend_if_active' | 'replace';

/** When bought time ends, by the clock on the wall. */
export function expiryOf(
  purchase: {
    at: Temporal.PlainDateTime;
    duration: Temporal.Duration;
    runningUntil?: Temporal.PlainDateTime | undefined;
  },
  policy: RenewalPolicy,
): Temporal.PlainDateTime {
  const { at, duration, runningUntil } = purchase;
  const isRunning = runningUntil !== undefined && Temporal.PlainDateTime.compare(at, runningUntil) < 0;
  return (policy === 'extend_if_active' && isRunning ? runningUntil : at).add(duration);
}
