// Money that goes back, given by us (R-REF-1). What a bank takes back is a payment that was none: it is reversed (R-REF-2).
import { largerOf } from '#platform/money.ts';
import { accountBalance } from './credit-rules.ts';
import { statusOfSettlement } from './invoice-state-rules.ts';

export type PaidInvoice = {
  totalMinor: bigint;
  paidMinor: bigint;
  creditedMinor?: bigint;
  /** What went back of this payment before. */
  refundedMinor?: bigint;
};

export type RefundOutcome = {
  invoiceBalanceMinor: bigint;
  /** Negative when the customer keeps credit. */
  accountBalanceMinor: bigint;
  status: ReturnType<typeof statusOfSettlement>;
};

/** Refunds and chargebacks of a payment never sum to more than it was. */
export function refusalOfRefund(
  { paidMinor, refundedMinor = 0n }: Pick<PaidInvoice, 'paidMinor' | 'refundedMinor'>,
  refundMinor: bigint,
): 'invalid_amount' | 'refund_exceeds_payment' | undefined {
  if (refundMinor <= 0n) return 'invalid_amount';
  return refundedMinor + refundMinor > paidMinor ? 'refund_exceeds_payment' : undefined;
}

/** Without a credit note the invoice is open again for what went back; with one nothing is owed for it. */
export function outcomeOfRefund(invoice: PaidInvoice, refundMinor: bigint, withCreditNote: boolean): RefundOutcome {
  const { totalMinor, paidMinor, creditedMinor = 0n, refundedMinor = 0n } = invoice;
  const accountBalanceMinor = accountBalance({
    chargesMinor: [totalMinor],
    paymentsMinor: [paidMinor],
    creditNotesMinor: [creditedMinor, withCreditNote ? refundMinor : 0n],
    refundsMinor: [refundedMinor, refundMinor],
  });
  // What was paid too much goes back first, and opens nothing.
  const invoiceBalanceMinor = largerOf(0n, accountBalanceMinor);
  return {
    invoiceBalanceMinor,
    accountBalanceMinor,
    status: statusOfSettlement(totalMinor, totalMinor - invoiceBalanceMinor),
  };
}
