// Fees for paying late: a line or an invoice of its own, never an edit of the old one (R-FEE-1).
import { daysBetween, isBefore } from '#platform/dates.ts';
import { largerOf, percentage, type Rounding, smallerOf } from '#platform/money.ts';

export type LateFee =
  | { kind: 'flat'; amountMinor: bigint }
  | { kind: 'percent'; basisPoints: number }
  /** For each day since the due date. */
  | { kind: 'daily_flat'; amountMinor: bigint }
  | { kind: 'daily_percent'; basisPoints: number };

export type LateFeePolicy = {
  fee: LateFee;
  graceDays: number;
  toleranceMinor?: bigint | undefined;
  /** All fees of one invoice together are at most this. */
  maxMinor?: bigint | undefined;
  rounding?: Rounding | undefined;
};

export type LateInvoice = {
  dueOn: Temporal.PlainDate;
  balanceMinor: bigint;
  /** Earlier fees within the balance: no fee is charged for a fee. */
  feesInBalanceMinor?: bigint | undefined;
  /** Fees of this kind that were charged for it so far. */
  chargedMinor?: bigint | undefined;
  /** Whether there is one for this kind of fee and this fee period: then there is no other. */
  isCharged?: boolean | undefined;
};

/** What is to be charged today: nothing within grace, and from then on counted from the day after the due date. */
export function lateFeeOf(invoice: LateInvoice, today: Temporal.PlainDate, policy: LateFeePolicy): bigint {
  const { fee, graceDays, toleranceMinor = 0n, maxMinor, rounding } = policy;
  const { dueOn, balanceMinor, feesInBalanceMinor = 0n, chargedMinor = 0n, isCharged = false } = invoice;
  const baseMinor = balanceMinor - feesInBalanceMinor;
  if (isCharged || baseMinor <= toleranceMinor || !isBefore(dueOn.add({ days: graceDays }), today)) return 0n;
  const days = BigInt(daysBetween(dueOn, today));
  const all = feeUpTo(fee, baseMinor, days, rounding);
  const capped = maxMinor === undefined ? all : smallerOf(all, maxMinor);
  return largerOf(0n, capped - chargedMinor);
}

function feeUpTo(fee: LateFee, baseMinor: bigint, days: bigint, rounding?: Rounding): bigint {
  if (fee.kind === 'flat') return fee.amountMinor;
  if (fee.kind === 'daily_flat') return fee.amountMinor * days;
  if (fee.kind === 'percent') return percentage(baseMinor, fee.basisPoints, rounding);
  return percentage(baseMinor * days, fee.basisPoints, rounding);
}
