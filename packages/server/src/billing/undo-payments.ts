// Money that goes back: a payment that was none, and a refund. Nothing is deleted; what happened and what undid it both stay.
import { audit } from '#audit/entries.ts';
import { lockCustomer } from '#customers/customers.ts';
import { type AccountKind, postJournal, reverseJournal, type Transfer } from '#ledger/journals.ts';
import { scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { smallerOf, sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { type CreditSum, listCredits, releaseAllocations, type Source, sumCredits } from './allocations.ts';
import { releaseLine } from './bank-lines.ts';
import { getToday } from './invoices.ts';
import { getPayment, type PaymentDetailView, type PaymentMethod } from './payments.ts';
import { moneyIn, moneyOut } from './receive-payments.ts';
import { outcomeOfRefund, refusalOfRefund } from './rules/refund-rules.ts';

/** Locks the customer and then his payment, as all who move money do. */
async function lockPayment(work: Work, paymentId: string): Promise<PaymentDetailView> {
  const { customerId } = await getPayment(work.db, paymentId, scopeOf(work.actor));
  await lockCustomer(work, customerId);
  await work.db.selectFrom('billing.payments').select('id').where('id', '=', paymentId).forUpdate().execute();
  const payment = await getPayment(work.db, paymentId);
  if (payment.reversedAt) throw new DomainError('payment_reversed', { receiptNumber: payment.receiptNumber });
  return payment;
}

/** Undoes a payment as a whole. Nobody is cut by this: the next run sees what is overdue then, with its old due date (R-REF-2). */
export async function reversePayment(work: Work, paymentId: string, reason: string): Promise<PaymentDetailView> {
  const payment = await lockPayment(work, paymentId);
  const { customerId, amountMinor, currency, receiptNumber } = payment;
  if (payment.refundedMinor > 0n)
    throw new DomainError(
      'payment_refunded',
      { receiptNumber },
      `something of payment ${receiptNumber} was given back`,
    );
  const released = await releaseAllocations(work, customerId, paymentId, amountMinor);
  await work.db
    .updateTable('billing.payments')
    .set({ reversed_at: work.now, reversed_by: work.actor.name, reverse_reason: reason })
    .where('id', '=', paymentId)
    .execute();
  await releaseLine(work, paymentId, amountMinor);
  await reverseJournal(
    work,
    { kind: 'payment', refId: paymentId, transfers: [moneyIn(payment)] },
    {
      kind: 'payment_reversal',
      refId: paymentId,
      postedOn: await getToday(work.db, work.now),
      currency,
      transfers: released,
    },
  );
  await audit(work, 'payment.reversed', [customerId, paymentId, ...payment.allocations.map((part) => part.invoiceId)], {
    receiptNumber,
    amountMinor: amountMinor.toString(),
    currency,
    method: payment.method,
    ...reopenedBy(released),
    reason,
  });
  work.announce('customer', customerId);
  work.announce('invoice', '*');
  return getPayment(work.db, paymentId);
}

/** What of the money that goes back is owed again, and what was given up before and is so again. */
function reopenedBy(released: readonly Transfer[]): Record<string, string> {
  const sumOf = (kind: AccountKind) =>
    sumMinor(released.filter(({ debit }) => debit.kind === kind).map(({ amountMinor }) => amountMinor)).toString();
  return released.length === 0 ? {} : { reopenedMinor: sumOf('receivable'), givenUpMinor: sumOf('bad_debt') };
}

export type NewRefund = {
  amountMinor: bigint;
  method: PaymentMethod;
  reason: string;
  idempotencyKey?: string | undefined;
};

/** Gives money of a payment back: first what is credit, then what it settled last, which is open again (R-REF-1). */
export async function refundPayment(work: Work, paymentId: string, refund: NewRefund): Promise<PaymentDetailView> {
  const payment = await lockPayment(work, paymentId);
  if (await isRefundedAlready(work, refund)) return payment;
  const { customerId, currency, refundedMinor, allocatedMinor, amountMinor: paidMinor } = payment;
  const refusal = refusalOfRefund({ paidMinor, refundedMinor }, refund.amountMinor);
  if (refusal) {
    const leftMinor = (paidMinor - refundedMinor).toString();
    throw fieldError('refund_exceeds_payment', 'amountMinor', 'is more than is left of this payment', {
      leftMinor,
      currency,
    });
  }
  // What it settled is what it paid for: the part of that which goes back is open again.
  const paid = { totalMinor: allocatedMinor, paidMinor, refundedMinor };
  const { invoiceBalanceMinor } = outcomeOfRefund(paid, refund.amountMinor, false);
  const released = await releaseAllocations(work, customerId, paymentId, invoiceBalanceMinor);
  await payOut(
    work,
    { customerId, currency, parts: [{ source: { paymentId }, amountMinor: refund.amountMinor }] },
    refund,
    released,
  );
  return getPayment(work.db, paymentId);
}

/** Pays credit out, wherever it came from: payments that were too much, or credit notes for what was paid (R-CN-3). */
export async function refundCredit(
  work: Work,
  customerId: string,
  refund: NewRefund & { currency?: string | undefined },
): Promise<CreditSum[]> {
  await lockCustomer(work, customerId);
  if (await isRefundedAlready(work, refund)) return sumCredits(work.db, customerId);
  const currency = refund.currency ?? (await getSettings(work.db)).currency;
  const credits = (await listCredits(work.db, customerId)).filter((credit) => credit.currency === currency);
  const thereMinor = sumMinor(credits.map(({ leftMinor }) => leftMinor));
  if (refund.amountMinor > thereMinor)
    throw fieldError('refund_exceeds_credit', 'amountMinor', 'is more than the credit of this customer', {
      creditMinor: thereMinor.toString(),
      currency,
    });
  let left = refund.amountMinor;
  const parts = credits.map(({ source, leftMinor }) => {
    const amountMinor = smallerOf(left, leftMinor);
    left -= amountMinor;
    return { source, amountMinor };
  });
  await payOut(work, { customerId, currency, parts: parts.filter(({ amountMinor }) => amountMinor > 0n) }, refund, []);
  return sumCredits(work.db, customerId);
}

async function isRefundedAlready(work: Work, { idempotencyKey, amountMinor }: NewRefund): Promise<boolean> {
  if (!idempotencyKey) return false;
  const known = await work.db
    .selectFrom('billing.refunds')
    .select('amount_minor as amountMinor')
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  if (known && known.amountMinor > amountMinor)
    throw fieldError('invalid_input', 'idempotencyKey', 'was used for another refund');
  return known !== undefined;
}

type PayOut = { customerId: string; currency: string; parts: { source: Source; amountMinor: bigint }[] };

async function payOut(
  work: Work,
  { customerId, currency, parts }: PayOut,
  refund: NewRefund,
  released: Parameters<typeof postJournal>[1]['transfers'],
): Promise<void> {
  const refundedOn = await getToday(work.db, work.now);
  const firstId = newId();
  for (const [index, { source, amountMinor }] of parts.entries()) {
    await work.db
      .insertInto('billing.refunds')
      .values({
        id: index === 0 ? firstId : newId(),
        customer_id: customerId,
        payment_id: 'paymentId' in source ? source.paymentId : null,
        credit_note_id: 'creditNoteId' in source ? source.creditNoteId : null,
        currency,
        amount_minor: amountMinor,
        method: refund.method,
        reason: refund.reason,
        refunded_on: refundedOn,
        recorded_by: work.actor.name,
        recorded_at: work.now,
        idempotency_key: index === 0 ? (refund.idempotencyKey ?? null) : null,
      })
      .execute()
      .catch((error: unknown) => {
        if (violatedConstraint(error) === 'refunds_idempotency_key_key')
          throw fieldError('invalid_input', 'idempotencyKey', 'was used for another refund');
        throw error;
      });
    if ('paymentId' in source)
      await work.db
        .updateTable('billing.payments')
        .set((e) => ({ refunded_minor: e('refunded_minor', '+', amountMinor) }))
        .where('id', '=', source.paymentId)
        .execute();
  }
  await postJournal(work, {
    kind: 'refund',
    refId: firstId,
    postedOn: refundedOn,
    currency,
    transfers: [...released, moneyOut({ customerId, method: refund.method, amountMinor: refund.amountMinor })],
  });
  const about = parts.flatMap(({ source }) => ('paymentId' in source ? [source.paymentId] : [source.creditNoteId]));
  await audit(work, 'payment.refunded', [customerId, firstId, ...about], {
    amountMinor: refund.amountMinor.toString(),
    currency,
    method: refund.method,
    ...reopenedBy(released),
    reason: refund.reason,
  });
  work.announce('customer', customerId);
  work.announce('invoice', '*');
}
