// A voucher has value only when it was sold, once, and through the end of its last day (R-VCH-1).
import { isBefore, localDate, startOfDay } from '#platform/dates.ts';

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

const secondsOfDay = 24 * 60 * 60;

/**
 * When time that runs from the first login is over. Days end at the same hour on the wall, also where the clock is changed
 * between; hours are as long as they were paid for.
 */
export function endOfTimeBought(beganAt: Temporal.Instant, seconds: number, timeZone: string): Temporal.Instant {
  const isWholeDays = seconds % secondsOfDay === 0;
  const duration = Temporal.Duration.from(isWholeDays ? { days: seconds / secondsOfDay } : { seconds });
  const zone = isWholeDays ? timeZone : 'UTC';
  const at = beganAt.toZonedDateTimeISO(zone).toPlainDateTime();
  return expiryOf({ at, duration }, 'replace').toZonedDateTime(zone).toInstant();
}

/** A code that waits for its first login does so through the end of its last day. */
export function endOfWaiting(
  soldOn: Temporal.PlainDate,
  validDays: number | null,
  timeZone: string,
): Temporal.Instant | null {
  return validDays === null ? null : startOfDay(soldOn.add({ days: validDays + 1 }), timeZone);
}

/** The last day of a code that ends at an instant: the one just before it. */
export function lastDayBefore(endsAt: Temporal.Instant, timeZone: string): Temporal.PlainDate {
  return localDate(endsAt.subtract({ milliseconds: 1 }), timeZone);
}
