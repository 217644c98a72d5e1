// Invoices by hand: what one would come to, a draft that may still change, and the invoice that never does again (R-CN-1).
import type { InvoiceLine, InvoicePreview } from '@lastmile/contract/billing.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { postJournals } from '#ledger/journals.ts';
import { listTaxes } from '#plans/taxes.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import { applyCredit } from './allocations.ts';
import {
  announceInvoice,
  getInvoice,
  type InvoiceDetailView,
  type LockedInvoice,
  lockInvoice,
  taxTableOf,
} from './invoices.ts';
import { auditIssues, type InvoiceToIssue, issueAll, journalOfInvoice, writeLines } from './issue-invoices.ts';
import { drawNumbers } from './numbers.ts';
import { getPolicy, taxPolicyOf } from './policy.ts';
import { holdRecognition } from './recognition.ts';
import { amountOfLine, type ComposedInvoice, composeInvoice, type WantedLine } from './rules/compose-invoice-rules.ts';
import { refusalToDelete, type StoredStatus, transitionOfInvoice } from './rules/invoice-state-rules.ts';
import type { TaxPolicy } from './rules/tax-rules.ts';

export type NewLine = {
  description: string;
  quantity: number;
  unitMinor: bigint;
  discountMinor: bigint;
  taxId: string | null;
};

export type NewInvoice = {
  customerId: string;
  dueOn: Temporal.PlainDate;
  description: string;
  /** One line without tax, in place of lines. */
  amountMinor?: bigint | undefined;
  lines?: readonly NewLine[] | undefined;
  isDraft?: boolean | undefined;
};

export async function issueInvoice(work: Work, invoice: NewInvoice): Promise<InvoiceDetailView> {
  await lockPresentCustomer(work, invoice.customerId);
  const taxPolicy = taxPolicyOf(await getPolicy(work.db));
  const composed = composeInvoice(await wantedLines(work.db, invoice), taxPolicy);
  refuseTooMuch(composed);
  const { currency, timeZone } = await getSettings(work.db);
  if (invoice.isDraft) return addDraft(work, { ...invoice, ...composed }, currency, taxPolicy);
  const issue = { currency, issuedOn: localDate(work.now, timeZone), taxPolicy };
  const [issued] = await issueAll(work, [{ ...invoice, ...composed }], issue);
  await auditIssues(work, [issued!], currency);
  announceInvoice(work, issued!.id, invoice.customerId);
  return getInvoice(work.db, issued!.id, work.now);
}

async function wantedLines(
  db: Db,
  { amountMinor, description, lines }: Pick<NewInvoice, 'amountMinor' | 'description' | 'lines'>,
): Promise<WantedLine[]> {
  if (amountMinor !== undefined) {
    return [{ kind: 'manual', description, quantity: 1, unitMinor: amountMinor, discountMinor: 0n, tax: undefined }];
  }
  const taxes = new Map((await listTaxes(db)).map((tax) => [tax.id, tax]));
  return (lines ?? []).map((line, index) => {
    const { taxId, ...rest } = line;
    const tax = taxId === null ? undefined : taxes.get(taxId);
    if (taxId !== null && !tax) throw fieldError('tax_not_found', `lines.${index}.taxId`, 'is not a tax');
    if (line.discountMinor > BigInt(line.quantity) * line.unitMinor)
      throw fieldError('invalid_input', `lines.${index}.discountMinor`, 'is more than the line');
    return { kind: 'manual', ...rest, tax };
  });
}

// What the contract carries as one amount: 15 digits.
const largestTotal = 10n ** 15n - 1n;

function refuseTooMuch({ totalMinor }: ComposedInvoice): void {
  if (totalMinor > largestTotal) throw fieldError('amount_too_large', 'lines', 'sum to more than an invoice can say');
}

/** What lines would come to: for the form, so that it reckons nothing itself. */
export async function previewInvoice(db: Db, lines: readonly NewLine[]): Promise<z.output<typeof InvoicePreview>> {
  const policy = await getPolicy(db);
  const composed = composeInvoice(await wantedLines(db, { description: '', lines }), taxPolicyOf(policy));
  refuseTooMuch(composed);
  return {
    lines: composed.lines.map((line) => ({
      amountMinor: amountOfLine(line),
      netMinor: line.netMinor,
      taxMinor: line.taxMinor,
    })),
    taxes: taxTableOf(
      composed.lines.map(({ tax, ...line }) => ({ ...line, taxName: tax?.name ?? null, rateBp: tax?.rateBp ?? 0 })),
    ),
    netMinor: composed.netMinor,
    taxMinor: composed.taxMinor,
    amountMinor: composed.totalMinor,
    taxMode: policy.taxMode,
    currency: (await getSettings(db)).currency,
  };
}

// ---- drafts

async function addDraft(
  work: Work,
  draft: InvoiceToIssue,
  currency: string,
  { mode, level, rounding }: TaxPolicy,
): Promise<InvoiceDetailView> {
  const id = newId();
  await work.db
    .insertInto('billing.invoices')
    .values({
      id,
      customer_id: draft.customerId,
      currency,
      net_minor: draft.netMinor,
      tax_minor: draft.taxMinor,
      status: 'draft',
      due_on: draft.dueOn,
      description: draft.description,
      tax_mode: mode,
      tax_level: level,
      tax_rounding: rounding,
      created_at: work.now,
    })
    .execute();
  await writeLines(work, [{ ...draft, id }]);
  await audit(work, 'invoice.drafted', [draft.customerId, id], { amountMinor: draft.totalMinor.toString(), currency });
  announceInvoice(work, id, draft.customerId);
  return getInvoice(work.db, id, work.now);
}

async function lockDraft(work: Work, invoiceId: string): Promise<LockedInvoice> {
  const invoice = await lockInvoice(work, invoiceId);
  if (refusalToDelete(invoice.status as StoredStatus)) throw immutable(invoice);
  return invoice;
}

function immutable({ number, status }: LockedInvoice): DomainError {
  return new DomainError('invoice_immutable', { number, status }, `invoice ${number} is issued, and never changed`);
}

export type DraftChange = Partial<Pick<NewInvoice, 'dueOn' | 'description' | 'amountMinor' | 'lines'>>;

/** Changes a draft; an issued invoice is refused here, and by the database (R-CN-1). */
export async function changeDraft(work: Work, invoiceId: string, change: DraftChange): Promise<InvoiceDetailView> {
  const invoice = await lockDraft(work, invoiceId);
  const { dueOn, description, amountMinor, lines } = change;
  if (amountMinor !== undefined && lines !== undefined)
    throw fieldError('invalid_input', 'amountMinor', 'and lines exclude each other');
  const set = { ...(dueOn ? { due_on: dueOn } : {}), ...(description ? { description } : {}) };
  if (Object.keys(set).length > 0)
    await work.db.updateTable('billing.invoices').set(set).where('id', '=', invoiceId).execute();
  if (amountMinor !== undefined || lines !== undefined) {
    const before = await getInvoice(work.db, invoiceId, work.now);
    const text = description ?? before.description;
    await replaceLines(work, invoiceId, await wantedLines(work.db, { amountMinor, lines, description: text }));
  }
  await audit(work, 'invoice.draft_changed', [invoice.customerId, invoiceId], { fields: Object.keys(change) });
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

async function replaceLines(work: Work, invoiceId: string, wanted: readonly WantedLine[]): Promise<void> {
  const composed = composeInvoice(wanted, taxPolicyOf(await getPolicy(work.db)));
  refuseTooMuch(composed);
  await work.db.deleteFrom('billing.invoice_lines').where('invoice_id', '=', invoiceId).execute();
  await work.db
    .updateTable('billing.invoices')
    .set({ net_minor: composed.netMinor, tax_minor: composed.taxMinor })
    .where('id', '=', invoiceId)
    .execute();
  await writeLines(work, [{ ...composed, id: invoiceId }]);
}

export async function deleteDraft(work: Work, invoiceId: string): Promise<InvoiceDetailView> {
  const invoice = await lockDraft(work, invoiceId);
  const deleted = await getInvoice(work.db, invoiceId, work.now);
  await work.db.deleteFrom('billing.invoices').where('id', '=', invoiceId).execute();
  await audit(work, 'invoice.draft_deleted', [invoice.customerId, invoiceId], {
    amountMinor: invoice.amountMinor.toString(),
    currency: invoice.currency,
  });
  announceInvoice(work, invoiceId, invoice.customerId);
  return deleted;
}

/** A draft becomes an invoice: with a number, of today, in the books. */
export async function issueDraft(work: Work, invoiceId: string): Promise<InvoiceDetailView> {
  const draft = await lockDraft(work, invoiceId);
  const detail = await getInvoice(work.db, invoiceId, work.now);
  const { timeZone } = await getSettings(work.db);
  const issuedOn = localDate(work.now, timeZone);
  const to = transitionOfInvoice('draft', 'issue', draft.amountMinor)?.to ?? 'open';
  const [number] = await drawNumbers(work, 'invoice', issuedOn, 1);
  await work.db
    .updateTable('billing.invoices')
    .set({
      status: to,
      series_prefix: number!.prefix,
      series_year: number!.year,
      series_no: number!.no,
      number: number!.text,
      issued_on: issuedOn,
    })
    .where('id', '=', invoiceId)
    .execute();
  const invoice = {
    ...detail,
    totalMinor: detail.amountMinor,
    lines: detail.lines.map(composedOf),
    number: number!.text,
  };
  const recognizedThrough = await holdRecognition(work);
  await postJournals(work, journalOfInvoice(invoice, { currency: draft.currency, issuedOn, recognizedThrough }));
  await auditIssues(work, [invoice], draft.currency);
  await applyCredit(work, draft.customerId);
  announceInvoice(work, invoiceId, draft.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

function composedOf(line: z.output<typeof InvoiceLine>): ComposedInvoice['lines'][number] {
  return {
    kind: line.kind,
    description: line.description,
    quantity: line.quantity,
    unitMinor: line.unitMinor,
    discountMinor: line.discountMinor,
    tax: line.taxName === null ? undefined : { name: line.taxName, rateBp: line.rateBp },
    startsOn: line.startsOn ?? undefined,
    endsOn: line.endsOn ?? undefined,
    netMinor: line.netMinor,
    taxMinor: line.taxMinor,
    totalMinor: line.netMinor + line.taxMinor,
  };
}
