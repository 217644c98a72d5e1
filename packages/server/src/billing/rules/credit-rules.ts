// The balance of a customer.
import { sumMinor } from '#platform/money.ts';

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
