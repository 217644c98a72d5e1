// Lines of a bank that are payments which a person recorded before: linked, so that nothing is in the books twice, and unlinked.
import { audit } from '#audit/entries.ts';
import { scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { type BankLineView, lockLine, lockWaitingLine, restOf, viewOfLine } from './bank-lines.ts';
import { getPayment, type PaymentDetailView } from './payments.ts';

/** The payment first and then the line, as all who need both. */
async function lockPayment(work: Work, paymentId: string): Promise<PaymentDetailView> {
  await work.db.selectFrom('billing.payments').select('id').where('id', '=', paymentId).forUpdate().execute();
  return getPayment(work.db, paymentId, scopeOf(work.actor));
}

/** Says that a line is a payment that stands in the books. No money moves by this. */
export async function linkPayment(work: Work, lineId: string, paymentId: string): Promise<BankLineView> {
  const payment = await lockPayment(work, paymentId);
  const line = await lockWaitingLine(work, lineId);
  const { receiptNumber, amountMinor, currency } = payment;
  if (payment.reversedAt) throw new DomainError('payment_reversed', { receiptNumber });
  if (payment.method === 'cash') throw fieldError('invalid_input', 'paymentId', 'is cash, which no bank tells of');
  if (currency !== line.currency) throw fieldError('invalid_input', 'paymentId', `is in ${currency}`);
  if (amountMinor > restOf(line))
    throw fieldError('bank_line_exceeded', 'paymentId', 'is more than is left of this line', {
      leftMinor: restOf(line).toString(),
      currency,
    });
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('billing.bank_line_payments')
    .values({ payment_id: paymentId, line_id: lineId, currency, is_linked: true })
    .onConflict((conflict) => conflict.column('payment_id').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n)
    throw new DomainError('payment_linked', { receiptNumber }, `${receiptNumber} belongs to a line already`);
  return finish(work, 'bank_line.linked', line, payment, line.assignedMinor + amountMinor);
}

/** Takes a link back: the payment stays as it was, and the line waits again. */
export async function unlinkPayment(work: Work, lineId: string, paymentId: string): Promise<BankLineView> {
  const payment = await lockPayment(work, paymentId);
  const line = await lockLine(work, lineId);
  const { numDeletedRows } = await work.db
    .deleteFrom('billing.bank_line_payments')
    .where('payment_id', '=', paymentId)
    .where('line_id', '=', lineId)
    .where('is_linked', '=', true)
    .executeTakeFirstOrThrow();
  // Of a payment that was undone the line has been free since.
  if (numDeletedRows === 0n || payment.reversedAt)
    throw new DomainError('payment_not_linked', { receiptNumber: payment.receiptNumber });
  return finish(work, 'bank_line.unlinked', line, payment, line.assignedMinor - payment.amountMinor);
}

async function finish(
  work: Work,
  action: 'bank_line.linked' | 'bank_line.unlinked',
  line: Awaited<ReturnType<typeof lockLine>>,
  { id, customerId, receiptNumber }: PaymentDetailView,
  assignedMinor: bigint,
): Promise<BankLineView> {
  await work.db
    .updateTable('billing.bank_lines')
    .set({ assigned_minor: assignedMinor })
    .where('id', '=', line.id)
    .execute();
  await audit(work, action, [line.id, customerId, id], { bank: line.bank, bankRef: line.bankRef, receiptNumber });
  work.announce('invoice', '*');
  return viewOfLine(work.db, line.id);
}
