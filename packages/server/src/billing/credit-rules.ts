// The balance of a customer, and the credit he has with us.
import { largerOf, smallerOf, sumMinor } from '#platform/money.ts';

/** What moved an account: what was charged and given back on one side, what was paid or credited on the other. */
export type AccountMovements = {
  chargesMinor: readonly bigint[];
  paymentsMinor: readonly bigint[];
  creditNotesMinor?: readonly bigint[];
  refundsMinor?: readonly bigint[];
};

/** What a customer owes; negative when we owe him (R-PAY-2). */
export function accountBalance(movements: AccountMovements): bigint {
  const { chargesMinor, paymentsMinor, creditNotesMinor = [], refundsMinor = [] } = movements;
  return sumMinor(chargesMinor) + sumMinor(refundsMinor) - sumMinor(paymentsMinor) - sumMinor(creditNotesMinor);
}

export type AppliedCredit = { appliedMinor: bigint; balanceMinor: bigint; creditLeftMinor: bigint };

/** When an invoice is issued, credit pays what it can (R-PAY-3). */
export function applyCredit(creditMinor: bigint, invoiceMinor: bigint): AppliedCredit {
  const appliedMinor = largerOf(0n, smallerOf(creditMinor, invoiceMinor));
  return { appliedMinor, balanceMinor: invoiceMinor - appliedMinor, creditLeftMinor: creditMinor - appliedMinor };
}

/** Invoices issued one after the other, each paid from what credit is left. */
export function applyCreditInTurn(creditMinor: bigint, invoicesMinor: readonly bigint[]): AppliedCredit[] {
  let left = creditMinor;
  return invoicesMinor.map((invoiceMinor) => {
    const applied = applyCredit(left, invoiceMinor);
    left = applied.creditLeftMinor;
    return applied;
  });
}

/**
 * What is due today. A credit that is only announced for a future invoice is not there yet (R-PAY-3), so it is no argument of
 * this.
 */
export function dueToday(openInvoicesMinor: readonly bigint[], creditMinor: bigint): bigint {
  return largerOf(0n, sumMinor(openInvoicesMinor) - creditMinor);
}
