import type { paymentMethods } from '@lastmile/contract/billing.ts';
import { audit } from '#audit/entries.ts';
import { type AccountKind, postJournal } from '#ledger/journals.ts';
import type { Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import {
  announceInvoice,
  getInvoice,
  getToday,
  type InvoiceDetailView,
  type LockedInvoice,
  lockInvoice,
  refuseClosed,
} from './invoices.ts';
import { restoreIfPaid } from './suspension.ts';

export type PaymentMethod = (typeof paymentMethods)[number];

export type NewPayment = {
  amountMinor?: bigint | undefined;
  method: PaymentMethod;
  note: string | null;
  idempotencyKey?: string | undefined;
};

const moneyPlace: Record<PaymentMethod, AccountKind> = {
  cash: 'cash',
  transfer: 'bank',
  card: 'bank',
  mobile_money: 'bank',
  other: 'cash',
};

/**
 * Records a payment of an invoice and lets an overdue customer back on at once. The same idempotency key again records
 * nothing and answers the same; with another amount or invoice it is refused (billing.md R-PAY-4).
 */
export async function recordPayment(work: Work, invoiceId: string, payment: NewPayment): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  if (await isRecordedAlready(work, invoice, payment)) return getInvoice(work.db, invoiceId, work.now);
  refuseClosed(invoice);
  const openMinor = invoice.amountMinor - invoice.settledMinor;
  const amountMinor = payment.amountMinor ?? openMinor;
  if (amountMinor > openMinor) {
    const details = { openMinor: openMinor.toString(), currency: invoice.currency };
    throw new DomainError('overpayment', details, `only ${openMinor} minor units of this invoice are open`, [
      { path: 'amountMinor', message: 'is more than what is open' },
    ]);
  }
  const receivedOn = await getToday(work.db, work.now);
  const paymentId = await addPayment(work, invoice, { ...payment, amountMinor, receivedOn });
  await settle(work, invoice, amountMinor);
  await postJournal(work, {
    kind: 'payment',
    refId: paymentId,
    postedOn: receivedOn,
    currency: invoice.currency,
    transfers: [
      {
        debit: { kind: moneyPlace[payment.method] },
        credit: { kind: 'receivable', customerId: invoice.customerId },
        amountMinor,
      },
    ],
  });
  await audit(work, 'payment.recorded', [invoice.customerId, invoiceId, paymentId], {
    number: invoice.number,
    amountMinor: amountMinor.toString(),
    currency: invoice.currency,
    method: payment.method,
  });
  await restoreIfPaid(work, invoice.customerId);
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

async function isRecordedAlready(work: Work, invoice: LockedInvoice, payment: NewPayment): Promise<boolean> {
  if (!payment.idempotencyKey) return false;
  const known = await work.db
    .selectFrom('billing.payments as payment')
    .innerJoin('billing.allocations as allocation', 'allocation.payment_id', 'payment.id')
    .select(['allocation.invoice_id as invoiceId', 'payment.amount_minor as amountMinor'])
    .where('payment.idempotency_key', '=', payment.idempotencyKey)
    .executeTakeFirst();
  if (!known) return false;
  const isSame =
    known.invoiceId === invoice.id && (payment.amountMinor === undefined || payment.amountMinor === known.amountMinor);
  if (!isSame) throw keyUsed();
  return true;
}

/** Two payments of different customers with one key at the same moment: neither saw the other. */
function refuseUsedKey(error: unknown): never {
  throw violatedConstraint(error) === 'payments_idempotency_key_key' ? keyUsed() : error;
}

function keyUsed(): DomainError {
  return fieldError('invalid_input', 'idempotencyKey', 'was used for another payment');
}

async function addPayment(
  work: Work,
  invoice: LockedInvoice,
  payment: NewPayment & { amountMinor: bigint; receivedOn: Temporal.PlainDate },
): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('billing.payments')
    .values({
      id,
      customer_id: invoice.customerId,
      amount_minor: payment.amountMinor,
      currency: invoice.currency,
      method: payment.method,
      note: payment.note,
      received_on: payment.receivedOn,
      idempotency_key: payment.idempotencyKey ?? null,
      recorded_by: work.actor.name,
      recorded_at: work.now,
    })
    .execute()
    .catch(refuseUsedKey);
  await work.db
    .insertInto('billing.allocations')
    .values({ payment_id: id, invoice_id: invoice.id, currency: invoice.currency, amount_minor: payment.amountMinor })
    .execute();
  return id;
}

async function settle(work: Work, invoice: LockedInvoice, amountMinor: bigint): Promise<void> {
  const settledMinor = invoice.settledMinor + amountMinor;
  await work.db
    .updateTable('billing.invoices')
    .set({ settled_minor: settledMinor, status: settledMinor === invoice.amountMinor ? 'paid' : 'open' })
    .where('id', '=', invoice.id)
    .execute();
}
