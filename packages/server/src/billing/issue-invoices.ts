// Invoices come to be here, one or a thousand: rows, numbers and books appear together or not at all (R-RUN-2).
import type { InvoiceLine, InvoicePreview } from '@lastmile/contract/billing.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit, auditEach } from '#audit/entries.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { type NewJournal, postJournals, type Transfer } from '#ledger/journals.ts';
import { listTaxes } from '#plans/taxes.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { absolute } from '#platform/money.ts';
import { rowSet } from '#platform/row-set.ts';
import { getSettings } from '#settings/provider.ts';
import { applyCredit, applyCredits } from './allocations.ts';
import {
  announceInvoice,
  getInvoice,
  type InvoiceDetailView,
  type LockedInvoice,
  lockInvoice,
  taxTableOf,
} from './invoices.ts';
import { drawNumbers } from './numbers.ts';
import { getPolicy, taxPolicyOf } from './policy.ts';
import { holdRecognition } from './recognition.ts';
import {
  amountOfLine,
  type ComposedInvoice,
  composeInvoice,
  earningsOf,
  type WantedLine,
} from './rules/compose-invoice-rules.ts';
import { refusalToDelete, type StoredStatus, transitionOfInvoice } from './rules/invoice-state-rules.ts';
import type { TaxPolicy } from './rules/tax-rules.ts';

// ---- many at once

export type InvoiceToIssue = ComposedInvoice & {
  customerId: string;
  dueOn: Temporal.PlainDate;
  description: string;
};

export type IssuedInvoice = InvoiceToIssue & { id: string; number: string };

export type Issue = { currency: string; issuedOn: Temporal.PlainDate; taxPolicy: TaxPolicy };

/** Writes invoices with their lines and books. The periods that they charge stand already. */
export async function issueAll(
  work: Work,
  invoices: readonly InvoiceToIssue[],
  issue: Issue,
): Promise<IssuedInvoice[]> {
  if (invoices.length === 0) return [];
  // Those of one millisecond are in no order; lists go by id, and it should be that of the numbers.
  const ids = invoices.map(() => newId()).sort();
  const recognizedThrough = await holdRecognition(work);
  await postJournals(
    work,
    invoices.flatMap((invoice, index) =>
      journalOfInvoice({ ...invoice, id: ids[index]! }, { ...issue, recognizedThrough }),
    ),
  );
  // From here on the series is ours alone until the commit: what can be done before has been.
  const numbers = await drawNumbers(work, 'invoice', issue.issuedOn, invoices.length);
  const issued = invoices.map((invoice, index) => ({ ...invoice, id: ids[index]!, number: numbers[index]!.text }));
  const { mode, level, rounding } = issue.taxPolicy;
  await sql`
    insert into billing.invoices
      (id, series_prefix, series_year, series_no, number, customer_id, currency, net_minor, tax_minor, status, issued_on, due_on,
       description, tax_mode, tax_level, tax_rounding, created_at)
    select id, series_prefix, series_year, no, number, customer_id, ${issue.currency}, net, tax,
      case when net + tax = 0 then 'paid' else 'open' end, ${issue.issuedOn}, due_on, description, ${mode}, ${level}, ${rounding}, ${work.now}
    from ${rowSet(issued, {
      id: ['uuid', ({ id }) => id],
      series_prefix: ['text', (_, index) => numbers[index]!.prefix],
      series_year: ['int', (_, index) => numbers[index]!.year],
      no: ['bigint', (_, index) => numbers[index]!.no],
      number: ['text', ({ number }) => number],
      customer_id: ['uuid', ({ customerId }) => customerId],
      net: ['bigint', ({ netMinor }) => netMinor],
      tax: ['bigint', ({ taxMinor }) => taxMinor],
      due_on: ['date', ({ dueOn }) => dueOn],
      description: ['text', ({ description }) => description],
    })} as invoice`.execute(work.db);
  await writeLines(work, issued);
  // Credit pays what it can of an invoice on the day it is issued (R-PAY-3).
  await applyCredits(work, [...new Set(issued.map(({ customerId }) => customerId))]);
  return issued;
}

/** All lines in one statement: the database checks that they sum to their invoices. */
async function writeLines(work: Work, invoices: readonly (ComposedInvoice & { id: string })[]): Promise<void> {
  const lines = invoices.flatMap(({ id, lines: own }) =>
    own.map((line, index) => ({ id, lineNo: index + 1, ...line })),
  );
  await sql`
    insert into billing.invoice_lines
      (invoice_id, line_no, kind, description, quantity, unit_minor, discount_minor, tax_name, rate_bp, net_minor, tax_minor,
       subscription_id, period_on, starts_on, ends_on)
    select * from ${rowSet(lines, {
      invoice_id: ['uuid', ({ id }) => id],
      line_no: ['int', ({ lineNo }) => lineNo],
      kind: ['text', ({ kind }) => kind],
      description: ['text', ({ description }) => description],
      quantity: ['int', ({ quantity }) => quantity],
      unit_minor: ['bigint', ({ unitMinor }) => unitMinor],
      discount_minor: ['bigint', ({ discountMinor }) => discountMinor],
      tax_name: ['text', ({ tax }) => tax?.name],
      rate_bp: ['int', ({ tax }) => tax?.rateBp ?? 0],
      net_minor: ['bigint', ({ netMinor }) => netMinor],
      tax_minor: ['bigint', ({ taxMinor }) => taxMinor],
      subscription_id: ['uuid', ({ subscriptionId }) => subscriptionId],
      period_on: ['date', ({ periodOn }) => periodOn],
      starts_on: ['date', ({ startsOn }) => startsOn],
      ends_on: ['date', ({ endsOn }) => endsOn],
    })} as line`.execute(work.db);
}

type JournalTerms = Pick<Issue, 'currency' | 'issuedOn'> & { recognizedThrough: Temporal.PlainDate | undefined };

/** Receivable against what is earned and what is owed to the tax office; nothing where an invoice is of zero. */
function journalOfInvoice(
  invoice: ComposedInvoice & { id: string; customerId: string },
  { currency, issuedOn, recognizedThrough }: JournalTerms,
): NewJournal[] {
  const receivable = { kind: 'receivable', customerId: invoice.customerId } as const;
  const parts = [
    ...earningsOf(invoice.lines, recognizedThrough).map(({ earning, netMinor }) => ({
      kind: earning,
      amountMinor: netMinor,
    })),
    ...(invoice.taxMinor === 0n ? [] : [{ kind: 'tax_payable' as const, amountMinor: invoice.taxMinor }]),
  ];
  const transfers = parts.map(({ kind, amountMinor }): Transfer => {
    const [debit, credit] = amountMinor > 0n ? [receivable, { kind }] : [{ kind }, receivable];
    return { debit, credit, amountMinor: absolute(amountMinor) };
  });
  return transfers.length === 0
    ? []
    : [{ kind: 'invoice', refId: invoice.id, postedOn: issuedOn, currency, transfers }];
}

// ---- one by hand

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

/** What an act or a run charges a customer for. */
export type Charge = { customerId: string; lines: readonly WantedLine[]; description: string };

/** Issues what is charged: today, and due after the terms of the policy. */
export async function issueCharges(work: Work, currency: string, charges: readonly Charge[]): Promise<IssuedInvoice[]> {
  const policy = await getPolicy(work.db);
  const { timeZone } = await getSettings(work.db);
  const taxPolicy = taxPolicyOf(policy);
  const issuedOn = localDate(work.now, timeZone);
  const dueOn = issuedOn.add({ days: policy.termsDays });
  const invoices = charges.map(({ lines, ...rest }) => ({ ...composeInvoice(lines, taxPolicy), ...rest, dueOn }));
  const issued = await issueAll(work, invoices, { currency, issuedOn, taxPolicy });
  await auditIssues(work, issued, currency);
  for (const { id, customerId } of issued) announceInvoice(work, id, customerId);
  return issued;
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

type AuditedIssue = Pick<
  IssuedInvoice,
  'id' | 'customerId' | 'number' | 'totalMinor' | 'netMinor' | 'taxMinor' | 'dueOn'
>;

async function auditIssues(work: Work, invoices: readonly AuditedIssue[], currency: string): Promise<void> {
  const deeds = invoices.map(({ id, customerId, number, totalMinor, netMinor, taxMinor, dueOn }) => ({
    about: [customerId, id],
    details: {
      number,
      amountMinor: totalMinor.toString(),
      netMinor: netMinor.toString(),
      taxMinor: taxMinor.toString(),
      currency,
      dueOn: dueOn.toString(),
    },
  }));
  await auditEach(work, 'invoice.issued', deeds);
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
