import { audit } from '#audit/entries.ts';
import { type AccountKind, postJournal, type Transfer } from '#ledger/journals.ts';
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { absolute } from '#platform/money.ts';
import {
  announceInvoice,
  getInvoice,
  getToday,
  type InvoiceDetailView,
  lockInvoice,
  refuseClosed,
} from './invoices.ts';
import { holdRecognition } from './recognition.ts';
import { earningsOf } from './rules/compose-invoice-rules.ts';
import { transitionOfInvoice } from './rules/invoice-state-rules.ts';
import { restoreIfPaid } from './suspension.ts';

/** Takes an invoice back on which nothing was paid; who was cut for it comes back. It keeps its number, and the books show both. */
export async function voidInvoice(work: Work, invoiceId: string, reason: string | null): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  if (!transitionOfInvoice(invoice.status as 'open', 'void')) refuseClosed(invoice);
  if (invoice.settledMinor > 0n || invoice.creditedMinor > 0n)
    throw new DomainError(
      'invoice_not_open',
      { number: invoice.number },
      'something was paid or credited on this invoice, so it cannot be voided',
    );
  const detail = await getInvoice(work.db, invoiceId, work.now);
  await work.db
    .updateTable('billing.invoices')
    .set({ status: 'void', void_reason: reason })
    .where('id', '=', invoiceId)
    .execute();
  // What was given up before is taken back from there.
  const isWrittenOff = invoice.status === 'uncollectible';
  const owedBy = isWrittenOff
    ? ({ kind: 'bad_debt' } as const)
    : ({ kind: 'receivable', customerId: invoice.customerId } as const);
  const parts = partsOf(detail.lines, detail.taxMinor, await holdRecognition(work));
  const transfers = parts.map(({ kind, amountMinor }): Transfer => {
    const [debit, credit] = amountMinor > 0n ? [{ kind }, owedBy] : [owedBy, { kind }];
    return { debit, credit, amountMinor: absolute(amountMinor) };
  });
  await postJournal(work, {
    kind: 'invoice_void',
    refId: invoiceId,
    postedOn: await getToday(work.db, work.now),
    currency: invoice.currency,
    transfers,
  });
  await audit(work, 'invoice.voided', [invoice.customerId, invoiceId], {
    number: invoice.number,
    reason,
    amountMinor: invoice.amountMinor.toString(),
    taxMinor: detail.taxMinor.toString(),
    currency: invoice.currency,
    ...(isWrittenOff ? { wasWrittenOff: true } : {}),
  });
  await restoreIfPaid(work, invoice.customerId);
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

/** Where the money of lines went in the books, the taxes last. */
export function partsOf(
  lines: Parameters<typeof earningsOf>[0],
  taxMinor: bigint,
  recognizedThrough: Temporal.PlainDate | undefined,
): { kind: AccountKind; amountMinor: bigint }[] {
  const earned = earningsOf(lines, recognizedThrough).map(({ earning, netMinor }) => ({
    kind: earning,
    amountMinor: netMinor,
  }));
  return taxMinor === 0n ? earned : [...earned, { kind: 'tax_payable', amountMinor: taxMinor }];
}

/** What is open of it is given up. It stays on record: a payment that comes after all counts. */
export async function writeOffInvoice(work: Work, invoiceId: string, reason: string): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  refuseClosed(invoice);
  const openMinor = invoice.amountMinor - invoice.settledMinor;
  await work.db
    .updateTable('billing.invoices')
    .set({ status: 'uncollectible', void_reason: reason })
    .where('id', '=', invoiceId)
    .execute();
  await postJournal(work, {
    kind: 'write_off',
    refId: invoiceId,
    postedOn: await getToday(work.db, work.now),
    currency: invoice.currency,
    transfers: [
      {
        debit: { kind: 'bad_debt' },
        credit: { kind: 'receivable', customerId: invoice.customerId },
        amountMinor: openMinor,
      },
    ],
  });
  await audit(work, 'invoice.written_off', [invoice.customerId, invoiceId], {
    number: invoice.number,
    reason,
    amountMinor: openMinor.toString(),
    currency: invoice.currency,
  });
  await restoreIfPaid(work, invoice.customerId);
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}
