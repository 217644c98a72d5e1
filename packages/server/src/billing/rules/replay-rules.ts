// The books once more, from nothing but what the audit log says was done (billing.md section 8, e). Where the two differ, somebody
// booked what nobody did, or did what nobody booked.

export type LoggedAct = { action: string; details: Record<string, unknown> };

/** `sales` is all that was invoiced without tax: earned, and still to be earned. */
export type ReplayedKind = 'receivable' | 'customer_credit' | 'bad_debt' | 'tax_payable' | 'sales' | 'money';

type Movements = Partial<Record<ReplayedKind, bigint>>;

/** Debits less credits of each kind of account in each currency, as "USD receivable". */
export function replayBooks(acts: readonly LoggedAct[]): Map<string, bigint> {
  const books = new Map<string, bigint>();
  for (const { action, details } of acts) {
    const minor = (name: string) => BigInt(String(details[name] ?? 0));
    const movements = movementsOf[action]?.(minor, details) ?? {};
    for (const [kind, amountMinor] of Object.entries(movements)) {
      const account = `${details.currency} ${kind}`;
      books.set(account, (books.get(account) ?? 0n) + amountMinor);
    }
  }
  return books;
}

type Minor = (name: string) => bigint;

const issued = (minor: Minor): Movements => ({
  receivable: minor('amountMinor'),
  tax_payable: -minor('taxMinor'),
  sales: minor('taxMinor') - minor('amountMinor'),
});

/** Money that goes back: what it had settled is owed again, or given up again; the rest was credit. */
const paidBack = (minor: Minor): Movements => ({
  money: -minor('amountMinor'),
  receivable: minor('reopenedMinor'),
  bad_debt: minor('givenUpMinor'),
  customer_credit: minor('amountMinor') - minor('reopenedMinor') - minor('givenUpMinor'),
});

const movementsOf: Record<string, (minor: Minor, details: Record<string, unknown>) => Movements> = {
  'invoice.issued': issued,
  // Those of a batch together.
  'invoices.issued': issued,
  'payment.recorded': (minor) => ({
    money: minor('amountMinor'),
    customer_credit: -minor('creditMinor'),
    bad_debt: -minor('recoveredMinor'),
    receivable: minor('creditMinor') + minor('recoveredMinor') - minor('amountMinor'),
  }),
  'credit.applied': (minor) => ({ customer_credit: minor('amountMinor'), receivable: -minor('amountMinor') }),
  'invoice.credited': (minor) => ({
    receivable: -minor('appliedMinor'),
    customer_credit: minor('appliedMinor') - minor('amountMinor'),
    tax_payable: minor('taxMinor'),
    sales: minor('amountMinor') - minor('taxMinor'),
  }),
  'invoice.voided': (minor, { wasWrittenOff }) => ({
    [wasWrittenOff ? 'bad_debt' : 'receivable']: -minor('amountMinor'),
    tax_payable: minor('taxMinor'),
    sales: minor('amountMinor') - minor('taxMinor'),
  }),
  'invoice.written_off': (minor) => ({ bad_debt: minor('amountMinor'), receivable: -minor('amountMinor') }),
  'payment.reversed': paidBack,
  'payment.refunded': paidBack,
};

/** The acts that move money, and the journals that they book. */
export const replayedActions = Object.keys(movementsOf);
export const replayedJournals = [
  'invoice',
  'payment',
  'allocation',
  'credit_note',
  'invoice_void',
  'write_off',
  'payment_reversal',
  'refund',
];

const groups: Record<string, ReplayedKind> = {
  revenue: 'sales',
  deferred_revenue: 'sales',
  late_fee_revenue: 'sales',
  cash: 'money',
  bank: 'money',
};

/** What the replay calls a kind of account: the log does not say when a sale was earned, nor where money lies. */
export function replayedKindOf(kind: string): string {
  return groups[kind] ?? kind;
}
