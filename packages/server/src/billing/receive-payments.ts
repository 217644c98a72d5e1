// Money that customers paid. A payment is recorded once, however often we are told of it, and lets an overdue customer back on in
// the same transaction.
import type { AllocationPreview } from '@lastmile/contract/payments.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockCustomer } from '#customers/customers.ts';
import { requireCustomer } from '#customers/scope.ts';
import { type AccountKind, postJournal, type Transfer } from '#ledger/journals.ts';
import { isBefore } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { type DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { listPayableInvoices, lockPayableInvoices, type PayableInvoice, settleInvoices } from './allocations.ts';
import { getInvoice, getToday, type InvoiceDetailView, lockInvoice, refuseClosed } from './invoices.ts';
import { drawNumbers } from './numbers.ts';
import { getPayment, type PaymentDetailView, type PaymentMethod } from './payments.ts';
import { listAccountsCutForMoney, planRestarts, restartServices } from './restart-services.ts';
import {
  type Allocation,
  allocateOldestFirst,
  allocateTo,
  inOrderOfPayment,
  receiptOfRequest,
  refusalOfPayment,
} from './rules/payment-rules.ts';
import { doesCut, listCuttingInvoices, restoreIfPaid } from './suspension.ts';

const moneyPlace: Record<PaymentMethod, AccountKind> = {
  cash: 'cash',
  transfer: 'bank',
  card: 'bank',
  mobile_money: 'bank',
  other: 'cash',
};

type Money = { customerId: string; method: PaymentMethod; amountMinor: bigint };

/** How the books say that money came in: all of it goes through the customer's credit. */
export function moneyIn({ customerId, method, amountMinor }: Money): Transfer {
  return { debit: { kind: moneyPlace[method] }, credit: { kind: 'customer_credit', customerId }, amountMinor };
}

/** And that it went back. */
export function moneyOut({ customerId, method, amountMinor }: Money): Transfer {
  return { debit: { kind: 'customer_credit', customerId }, credit: { kind: moneyPlace[method] }, amountMinor };
}

export type NewPayment = {
  amountMinor?: bigint | undefined;
  method: PaymentMethod;
  note: string | null;
  idempotencyKey?: string | undefined;
};

/** Records a payment of one invoice; what is more than is open of it stays as credit (R-PAY-1, R-PAY-2). */
export async function recordPayment(work: Work, invoiceId: string, payment: NewPayment): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  const openMinor = invoice.amountMinor - invoice.settledMinor;
  const known = await findRecorded(work, payment);
  if (known) {
    const { customerId, currency } = invoice;
    refuseOtherContents(known, { customerId, currency, amountMinor: payment.amountMinor, invoiceId }, 'idempotencyKey');
    return getInvoice(work.db, invoiceId, work.now);
  }
  if (invoice.status !== 'uncollectible') refuseClosed(invoice);
  await addPayment(work, {
    customerId: invoice.customerId,
    currency: invoice.currency,
    ...payment,
    amountMinor: payment.amountMinor ?? openMinor,
    invoiceIds: [invoiceId],
  });
  return getInvoice(work.db, invoiceId, work.now);
}

export type NewCustomerPayment = {
  customerId: string;
  amountMinor: bigint;
  currency?: string | undefined;
  method: PaymentMethod;
  note: string | null;
  receivedOn?: Temporal.PlainDate | undefined;
  /** In this order; without them the oldest first. */
  invoiceIds?: readonly string[] | undefined;
  provider?: string | undefined;
  providerRef?: string | undefined;
  idempotencyKey?: string | undefined;
};

/** Records what a customer paid, for his invoices or ahead of them. */
export async function receivePayment(work: Work, payment: NewCustomerPayment): Promise<PaymentDetailView> {
  await lockCustomer(work, payment.customerId);
  if ((payment.provider === undefined) !== (payment.providerRef === undefined))
    throw fieldError('invalid_input', payment.provider ? 'providerRef' : 'provider', 'is needed, too');
  const currency = payment.currency ?? (await getSettings(work.db)).currency;
  const known = await findRecorded(work, payment);
  if (known) {
    const path = payment.idempotencyKey ? 'idempotencyKey' : 'providerRef';
    refuseOtherContents(known, { ...payment, currency, invoiceId: undefined }, path);
    return getPayment(work.db, known.id);
  }
  return getPayment(work.db, await addPayment(work, { ...payment, currency }));
}

type Recorded = { id: string; customerId: string; currency: string; amountMinor: bigint; invoiceIds: string[] };

async function findRecorded(
  work: Work,
  { idempotencyKey, provider, providerRef }: Pick<NewCustomerPayment, 'idempotencyKey' | 'provider' | 'providerRef'>,
): Promise<Recorded | undefined> {
  if (!idempotencyKey && !providerRef) return undefined;
  return work.db
    .selectFrom('billing.payments as payment')
    .select([
      'payment.id',
      'payment.customer_id as customerId',
      'payment.currency',
      'payment.amount_minor as amountMinor',
      sql<string[]>`array(select invoice_id from billing.allocations where payment_id = payment.id)`.as('invoiceIds'),
    ])
    .where((e) =>
      e.or([
        ...(idempotencyKey ? [e('payment.idempotency_key', '=', idempotencyKey)] : []),
        ...(provider && providerRef
          ? [e.and([e('payment.provider', '=', provider), e('payment.provider_ref', '=', providerRef)])]
          : []),
      ]),
    )
    .executeTakeFirst();
}

/** The same key with other contents is a mistake of the sender (R-PAY-4). */
function refuseOtherContents(
  known: Recorded,
  sent: { customerId: string; currency: string; amountMinor: bigint | undefined; invoiceId: string | undefined },
  path: string,
): void {
  // What the sender leaves out is as it was: all that was open, and the invoices that were the oldest.
  const { amountMinor = known.amountMinor, invoiceId } = sent;
  const isSameTarget = invoiceId === undefined || known.invoiceIds.includes(invoiceId);
  const before = contentsOf(known, invoiceId);
  const again = contentsOf({ ...sent, amountMinor }, isSameTarget ? invoiceId : 'another');
  if (receiptOfRequest(before, again) === 'idempotency_key_reuse') throw keyUsed(path);
}

function contentsOf(payment: Pick<Recorded, 'customerId' | 'currency' | 'amountMinor'>, invoiceId = ''): string {
  return [payment.customerId, payment.currency, payment.amountMinor, invoiceId].join(' ');
}

function keyUsed(path: string): DomainError {
  return fieldError('invalid_input', path, 'was used for another payment');
}

/** Two payments of different customers with one key at the same moment: neither saw the other. */
function refuseUsedKey(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'payments_idempotency_key_key') throw keyUsed('idempotencyKey');
  if (constraint === 'payments_provider_ref') throw keyUsed('providerRef');
  throw error;
}

/** The customer is locked. */
async function addPayment(work: Work, payment: NewCustomerPayment & { currency: string }): Promise<string> {
  const { customerId, currency, amountMinor } = payment;
  const today = await getToday(work.db, work.now);
  const receivedOn = payment.receivedOn ?? today;
  if (isBefore(today, receivedOn)) throw fieldError('invalid_input', 'receivedOn', 'must not be in the future');
  if (refusalOfPayment({ amountMinor, currency }))
    throw fieldError('invalid_input', 'amountMinor', 'must be more than nothing');
  const parts = await choose(work, payment);
  const cut = await listAccountsCutForMoney(work.db, customerId);
  const id = newId();
  const [receipt] = await drawNumbers(work, 'receipt', today, 1);
  await work.db
    .insertInto('billing.payments')
    .values({
      id,
      receipt_prefix: receipt!.prefix,
      receipt_year: receipt!.year,
      receipt_no: receipt!.no,
      receipt_number: receipt!.text,
      customer_id: customerId,
      amount_minor: amountMinor,
      currency,
      method: payment.method,
      note: payment.note,
      received_on: receivedOn,
      idempotency_key: payment.idempotencyKey ?? null,
      provider: payment.provider ?? null,
      provider_ref: payment.providerRef ?? null,
      recorded_by: work.actor.name,
      recorded_at: work.now,
    })
    .execute()
    .catch(refuseUsedKey);
  const credit = { source: { paymentId: id }, currency, leftMinor: amountMinor };
  const settled = await settleInvoices(work, customerId, [credit], parts);
  await postJournal(work, {
    kind: 'payment',
    refId: id,
    postedOn: today,
    currency,
    transfers: [moneyIn(payment), ...settled],
  });
  const allocatedMinor = sumMinor(parts.map((part) => part.amountMinor));
  const recovered = parts.filter(({ invoice }) => invoice.status === 'uncollectible');
  const recoveredMinor = sumMinor(recovered.map((part) => part.amountMinor));
  await audit(work, 'payment.recorded', [customerId, id, ...parts.map(({ invoice }) => invoice.id)], {
    amountMinor: amountMinor.toString(),
    currency,
    method: payment.method,
    ...(parts.length === 1 ? { number: parts[0]?.invoice.number } : {}),
    ...(parts.length > 1 ? { numbers: parts.map(({ invoice }) => invoice.number) } : {}),
    ...(allocatedMinor < amountMinor ? { creditMinor: (amountMinor - allocatedMinor).toString() } : {}),
    ...(recoveredMinor > 0n ? { recoveredMinor: recoveredMinor.toString() } : {}),
  });
  if (await restoreIfPaid(work, customerId)) await restartServices(work, customerId, cut);
  work.announce('customer', customerId);
  work.announce('invoice', '*');
  return id;
}

/** Which invoices a payment settles, and with how much. */
async function choose(
  work: Work,
  { customerId, currency, amountMinor, invoiceIds }: NewCustomerPayment & { currency: string },
): Promise<Allocation<PayableInvoice>[]> {
  const invoices = await lockPayableInvoices(work, customerId, currency, invoiceIds);
  return partsOf(amountMinor, invoices, invoiceIds);
}

/** The oldest first, or those that are named in their order. */
function partsOf(
  amountMinor: bigint,
  invoices: readonly PayableInvoice[],
  invoiceIds: readonly string[] | undefined,
): Allocation<PayableInvoice>[] {
  if (!invoiceIds) return allocateOldestFirst(amountMinor, invoices).allocations;
  let left = amountMinor;
  const parts = [...new Set(invoiceIds)].map((id, index) => {
    const invoice = invoices.find((candidate) => candidate.id === id);
    if (!invoice)
      throw fieldError('invoice_not_open', `invoiceIds.${index}`, 'is not an open invoice of this customer');
    const amount = sumMinor(allocateTo(left, invoice).allocations.map((part) => part.amountMinor));
    // What was given up is made good as a whole, or the rest of it would be owed by nobody.
    if (invoice.status === 'uncollectible' && amount < invoice.balanceMinor)
      throw fieldError('invoice_not_open', 'amountMinor', 'must be all that was given up of this invoice', {
        number: invoice.number,
        status: invoice.status,
      });
    left -= amount;
    return { invoice, amountMinor: amount };
  });
  return parts.filter((part) => part.amountMinor > 0n);
}

export type PaymentToPreview = Pick<NewCustomerPayment, 'customerId' | 'amountMinor' | 'currency' | 'invoiceIds'>;

/** What a payment would settle if it were recorded now, by the same rules; beside it, what is open. */
export async function previewPayment(
  db: Db,
  now: Temporal.Instant,
  { customerId, amountMinor, invoiceIds, ...payment }: PaymentToPreview,
  scope: Scope,
): Promise<z.output<typeof AllocationPreview>> {
  await requireCustomer(db, scope, customerId);
  const currency = payment.currency ?? (await getSettings(db)).currency;
  const invoices = inOrderOfPayment(await listPayableInvoices(db, customerId, currency));
  const parts = partsOf(amountMinor, invoices, invoiceIds);
  const given = new Map(parts.map(({ invoice, amountMinor: part }) => [invoice.id, part]));
  return {
    currency,
    creditMinor: amountMinor - sumMinor([...given.values()]),
    invoices: invoices.map(({ id, number, dueOn, balanceMinor }) => ({
      invoiceId: id,
      number,
      dueOn,
      balanceMinor,
      amountMinor: given.get(id) ?? 0n,
    })),
    restarts: await previewRestarts(db, now, customerId, (id) =>
      invoices.some((invoice) => invoice.id === id && given.get(id) === invoice.balanceMinor),
    ),
  };
}

/** What begins anew once these invoices are paid: of accounts that nothing cuts then. */
async function previewRestarts(
  db: Db,
  now: Temporal.Instant,
  customerId: string,
  isPaid: (invoiceId: string) => boolean,
): Promise<z.output<typeof AllocationPreview>['restarts']> {
  const unpaid = (await listCuttingInvoices(db, customerId, now)).filter(({ id }) => !isPaid(id));
  const cut = await listAccountsCutForMoney(db, customerId);
  const back = cut.filter(({ accountId }) => !unpaid.some((invoice) => doesCut(invoice, accountId)));
  return (await planRestarts(db, now, back)).map(({ term, unused, back: { servicePeriod, newInvoiceMinor } }) => ({
    planName: term.plan.planName,
    ...servicePeriod,
    creditMinor: sumMinor(unused.map(({ creditMinor }) => creditMinor)),
    priceMinor: newInvoiceMinor,
  }));
}
