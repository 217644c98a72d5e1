// The states of an invoice: few are stored, what people see is derived (R-INV-5, R-INV-6).
import { isOverdue } from './overdue-rules.ts';

export type StoredStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';

export type InvoiceEvent =
  | 'edit'
  | 'delete'
  | 'issue'
  | 'pay_partly'
  | 'pay_full'
  | 'refund'
  | 'void'
  | 'write_off'
  | 'credit_in_full';

/** `journal` names what is booked; a transition without one moves no money by itself. */
export type InvoiceTransition = {
  to: StoredStatus | 'deleted';
  journal?:
    | 'invoice_issued'
    | 'allocation'
    | 'refund'
    | 'invoice_voided'
    | 'written_off'
    | 'bad_debt_recovered'
    | 'credit_note';
};

// What is not here is refused. A paid invoice is settled by a credit note or a refund, a void one stays void, and only drafts
// can be edited or deleted: they have no number yet.
const transitions: Record<StoredStatus, Partial<Record<InvoiceEvent, InvoiceTransition>>> = {
  draft: {
    edit: { to: 'draft' },
    delete: { to: 'deleted' },
    issue: { to: 'open', journal: 'invoice_issued' },
  },
  open: {
    pay_partly: { to: 'open', journal: 'allocation' },
    pay_full: { to: 'paid', journal: 'allocation' },
    refund: { to: 'open', journal: 'refund' },
    void: { to: 'void', journal: 'invoice_voided' },
    write_off: { to: 'uncollectible', journal: 'written_off' },
    credit_in_full: { to: 'paid', journal: 'credit_note' },
  },
  paid: {
    // Money that goes back without a credit note is owed again (R-REF-1); with one it stays settled.
    refund: { to: 'open', journal: 'refund' },
    credit_in_full: { to: 'paid', journal: 'credit_note' },
  },
  uncollectible: {
    // Given up for the rest: some of it came all the same.
    pay_partly: { to: 'uncollectible', journal: 'bad_debt_recovered' },
    pay_full: { to: 'paid', journal: 'bad_debt_recovered' },
    void: { to: 'void', journal: 'invoice_voided' },
  },
  void: {},
};

/** Where an event leads, or undefined where it may not happen. */
export function transitionOfInvoice(
  from: StoredStatus,
  event: InvoiceEvent,
  totalMinor?: bigint,
): InvoiceTransition | undefined {
  const transition = transitions[from][event];
  // Nothing is owed on an invoice of zero: it is issued as paid.
  if (event === 'issue' && transition && totalMinor === 0n) return { ...transition, to: 'paid' };
  return transition;
}

/** An invoice has its number from the day it is issued, and keeps it whatever becomes of it (R-NUM-1). */
export function hasNumber(status: StoredStatus | 'deleted'): boolean {
  return status !== 'draft' && status !== 'deleted';
}

export function refusalToDelete(status: StoredStatus): 'invoice_immutable' | undefined {
  return transitions[status].delete ? undefined : 'invoice_immutable';
}

export type ShownStatus = StoredStatus | 'partially_paid' | 'overdue';

export type ShownInvoice = {
  status: StoredStatus;
  totalMinor: bigint;
  settledMinor: bigint;
  dueOn: Temporal.PlainDate;
};

/** What people see. An overdue invoice that is partly paid is overdue: that is what must be done about it. */
export function shownStatus(invoice: ShownInvoice, today: Temporal.PlainDate, toleranceMinor = 0n): ShownStatus {
  const { status, totalMinor, settledMinor, dueOn } = invoice;
  if (status !== 'open') return status;
  const balanceMinor = totalMinor - settledMinor;
  if (isOverdue({ status, dueOn, balanceMinor }, today, toleranceMinor)) return 'overdue';
  return statusOfSettlement(totalMinor, settledMinor);
}

/** By the money alone: an issued invoice is never called paid by hand (R-PAY-2). */
export function statusOfSettlement(totalMinor: bigint, settledMinor: bigint): 'open' | 'partially_paid' | 'paid' {
  if (settledMinor >= totalMinor) return 'paid';
  return settledMinor > 0n ? 'partially_paid' : 'open';
}
