// A credit note takes back what an issued invoice says, all of it, lines, or parts of lines, with their taxes (R-CN-1 to R-CN-3).
import type { CreditNotePreview } from '@lastmile/contract/billing.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { postJournal, type Transfer } from '#ledger/journals.ts';
import type { DateRange } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { smallerOf, sumMinor } from '#platform/money.ts';
import { partsOf } from './correct-invoices.ts';
import {
  announceInvoice,
  type CreditedLineView,
  getInvoice,
  getToday,
  type InvoiceDetailView,
  type InvoiceLineView,
  type LockedInvoice,
  listCreditedLines,
  lockInvoice,
  refuseClosed,
} from './invoices.ts';
import { drawNumbers } from './numbers.ts';
import { holdRecognition } from './recognition.ts';
import {
  creditableOf,
  refusalOfCreditNote,
  splitOfCredit,
  taxesOfCreditNote,
  wholeCredit,
} from './rules/credit-note-rules.ts';
import { sumTaxes, type TaxAmounts, type TaxGroup, type TaxPolicy, taxesOf } from './rules/tax-rules.ts';
import { restoreIfPaid } from './suspension.ts';

export type CreditWish = {
  reason: string;
  /** Left out: all that is not credited yet. */
  lines?:
    | readonly {
        lineNo: number;
        amountMinor: bigint;
        description?: string;
        /** The days that are given back; left out, all that it charges. */
        days?: DateRange;
      }[]
    | undefined;
};

type CreditLine = {
  lineNo: number;
  kind: string;
  startsOn: Temporal.PlainDate | null;
  endsOn: Temporal.PlainDate | null;
  description: string;
  amountMinor: bigint;
  taxName: string | null;
  rateBp: number;
};

type CreditPlan = {
  earlier: readonly CreditedLineView[];
  lines: readonly CreditLine[];
  credited: readonly TaxedCreditLine[];
  totals: TaxAmounts;
  appliedMinor: bigint;
};

/** What a credit note would say, by the rules; refused where more is wanted than is left. */
async function planCredit(
  db: Db,
  invoice: Pick<LockedInvoice, 'number' | 'amountMinor' | 'creditedMinor' | 'currency'>,
  detail: InvoiceDetailView,
  wanted: CreditWish['lines'],
): Promise<CreditPlan> {
  const earlier = await listCreditedLines(db, detail.id);
  const lines = linesToCredit(detail, earlier, wanted);
  const credited = taxedCreditLines(detail, earlier, lines, await taxPolicyOfInvoice(db, detail.id));
  const totals = sumTaxes(credited);
  const refusal = refusalOfCreditNote(
    { totalMinor: invoice.amountMinor, creditedMinor: invoice.creditedMinor },
    totals.totalMinor,
  );
  if (refusal) throw exceedsInvoice(invoice);
  // What is settled already, by money or by an earlier note, is not settled again: it becomes credit.
  const { cancelledMinor: appliedMinor } = splitOfCredit(
    { totalMinor: invoice.amountMinor, paidMinor: detail.settledMinor },
    totals.totalMinor,
  );
  return { earlier, lines, credited, totals, appliedMinor };
}

function refuseNotCreditable(invoice: Parameters<typeof refuseClosed>[0]): void {
  if (invoice.status !== 'open' && invoice.status !== 'paid') refuseClosed(invoice);
}

/**
 * Credits an invoice. It settles what is open of it first; what was paid already becomes credit of the customer (R-CN-1 to
 * R-CN-3).
 */
export async function creditInvoice(work: Work, invoiceId: string, wish: CreditWish): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  refuseNotCreditable(invoice);
  const detail = await getInvoice(work.db, invoiceId, work.now);
  const { earlier, lines, credited, appliedMinor } = await planCredit(work.db, invoice, detail, wish.lines);
  const id = await writeCreditNote(work, invoice, wish.reason, credited, appliedMinor);
  await settleByCredit(work, invoice, appliedMinor);
  await bookCreditNote(work, id, invoice, credited, appliedMinor);
  await markCreditedLines(work, id, detail, [...earlier, ...lines]);
  await restoreIfPaid(work, invoice.customerId);
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

/** What `creditInvoice` would do now. */
export async function previewCredit(
  db: Db,
  invoiceId: string,
  lines: CreditWish['lines'],
  now: Temporal.Instant,
  scope: Scope,
): Promise<z.output<typeof CreditNotePreview>> {
  const detail = await getInvoice(db, invoiceId, now, scope);
  const invoice = { ...detail, number: detail.number ?? 'draft' };
  refuseNotCreditable(invoice);
  const { totals, appliedMinor } = await planCredit(db, invoice, detail, lines);
  const { netMinor, taxMinor, totalMinor } = totals;
  return { netMinor, taxMinor, amountMinor: totalMinor, appliedMinor, currency: detail.currency };
}

function exceedsInvoice({
  number,
  amountMinor,
  creditedMinor,
  currency,
}: Pick<LockedInvoice, 'number' | 'amountMinor' | 'creditedMinor' | 'currency'>): DomainError {
  const leftMinor = (amountMinor - creditedMinor).toString();
  return new DomainError(
    'credit_exceeds_invoice',
    { number, leftMinor, currency },
    `of invoice ${number} only ${leftMinor} minor units are not credited yet`,
  );
}

async function taxPolicyOfInvoice(db: Db, invoiceId: string): Promise<TaxPolicy> {
  const row = await db
    .selectFrom('billing.invoices')
    .select(['tax_mode as mode', 'tax_level as level', 'tax_rounding as rounding'])
    .where('id', '=', invoiceId)
    .executeTakeFirstOrThrow();
  return row as TaxPolicy;
}

/** One after the other: what a line takes is no longer left for those after it. */
function linesToCredit(
  { lines }: InvoiceDetailView,
  earlier: readonly CreditedLineView[],
  wanted: CreditWish['lines'],
): CreditLine[] {
  if (!wanted) return wholeCredit(lines, earlier).map(({ line, amountMinor }) => ({ ...line, amountMinor }));
  const chosen: CreditLine[] = [];
  const creditable = (line: InvoiceLineView) => creditableOf(line, lines, [...earlier, ...chosen]);
  for (const [index, { lineNo, amountMinor, description, days }] of wanted.entries()) {
    const line = lines.find((candidate) => candidate.lineNo === lineNo);
    if (!line) throw fieldError('invalid_input', `lines.${index}.lineNo`, 'is not a line of this invoice');
    const leftMinor = creditable(line);
    if (amountMinor > leftMinor)
      throw fieldError('credit_exceeds_invoice', `lines.${index}.amountMinor`, 'is more than is left of this line', {
        leftMinor: leftMinor.toString(),
      });
    chosen.push({ ...line, amountMinor, description: description ?? line.description, ...days });
  }
  return chosen;
}

type TaxedCreditLine = CreditLine & TaxAmounts;

function taxedCreditLines(
  detail: InvoiceDetailView,
  earlier: readonly CreditedLineView[],
  lines: readonly CreditLine[],
  policy: TaxPolicy,
): TaxedCreditLine[] {
  const outcome = taxesOfCreditNote(groupsOf(detail.lines), groupsOf(earlier), lines, policy);
  if (!outcome.ok || lines.length === 0)
    throw new DomainError('credit_exceeds_invoice', { number: detail.number }, 'nothing of that is left to credit');
  const amounts = taxesOf(lines, policy).lines;
  const taxed = lines.map((line, index) => ({ ...line, ...amounts[index]! }));
  // The note that closes a rate takes the cent that is left of it: its last line shows it.
  for (const group of outcome.groups) {
    const own = taxed.filter(({ rateBp }) => rateBp === group.rateBp);
    const last = own.at(-1)!;
    const sums = sumTaxes(own);
    last.netMinor += group.netMinor - sums.netMinor;
    last.taxMinor += group.taxMinor - sums.taxMinor;
    last.totalMinor = last.netMinor + last.taxMinor;
  }
  return taxed;
}

function groupsOf(lines: readonly { rateBp: number; netMinor: bigint; taxMinor: bigint }[]): TaxGroup[] {
  return [...Map.groupBy(lines, ({ rateBp }) => rateBp)].map(([rateBp, own]) => ({
    rateBp,
    ...sumTaxes(own.map((line) => ({ ...line, totalMinor: line.netMinor + line.taxMinor }))),
  }));
}

async function writeCreditNote(
  work: Work,
  invoice: LockedInvoice,
  reason: string,
  lines: readonly TaxedCreditLine[],
  appliedMinor: bigint,
): Promise<string> {
  const issuedOn = await getToday(work.db, work.now);
  const totals = sumTaxes(lines);
  const id = newId();
  const [number] = await drawNumbers(work, 'credit_note', issuedOn, 1);
  await work.db
    .insertInto('billing.credit_notes')
    .values({
      id,
      series_prefix: number!.prefix,
      series_year: number!.year,
      series_no: number!.no,
      number: number!.text,
      invoice_id: invoice.id,
      customer_id: invoice.customerId,
      currency: invoice.currency,
      net_minor: totals.netMinor,
      tax_minor: totals.taxMinor,
      applied_minor: appliedMinor,
      reason,
      issued_on: issuedOn,
      by_name: work.actor.name,
      created_at: work.now,
    })
    .execute();
  const rows = lines.map((line, index) => ({
    credit_note_id: id,
    line_no: index + 1,
    invoice_id: invoice.id,
    invoice_line_no: line.lineNo,
    description: line.description,
    amount_minor: line.amountMinor,
    starts_on: line.startsOn,
    ends_on: line.endsOn,
    tax_name: line.taxName,
    rate_bp: line.rateBp,
    net_minor: line.netMinor,
    tax_minor: line.taxMinor,
  }));
  await work.db.insertInto('billing.credit_note_lines').values(rows).execute();
  await audit(work, 'invoice.credited', [invoice.customerId, invoice.id, id], {
    number: invoice.number,
    creditNote: number!.text,
    amountMinor: totals.totalMinor.toString(),
    taxMinor: totals.taxMinor.toString(),
    appliedMinor: appliedMinor.toString(),
    currency: invoice.currency,
    reason,
  });
  return id;
}

async function settleByCredit(work: Work, invoice: LockedInvoice, appliedMinor: bigint): Promise<void> {
  if (appliedMinor === 0n) return;
  const settledMinor = invoice.settledMinor + appliedMinor;
  await work.db
    .updateTable('billing.invoices')
    .set({ settled_minor: settledMinor, status: settledMinor === invoice.amountMinor ? 'paid' : 'open' })
    .where('id', '=', invoice.id)
    .execute();
}

/** What it settles reduces the receivable; what was paid already is owed to the customer. */
async function bookCreditNote(
  work: Work,
  creditNoteId: string,
  { customerId, currency }: LockedInvoice,
  lines: readonly TaxedCreditLine[],
  appliedMinor: bigint,
): Promise<void> {
  const parts = partsOf(lines, sumTaxes(lines).taxMinor, await holdRecognition(work));
  const receivable = { kind: 'receivable', customerId } as const;
  const credit = { kind: 'customer_credit', customerId } as const;
  const transfers: Transfer[] = [];
  let leftToApply = appliedMinor;
  // What is taken back below zero first: the receivable that it makes is settled with the rest.
  for (const { kind, amountMinor } of parts.filter((part) => part.amountMinor < 0n)) {
    transfers.push({ debit: receivable, credit: { kind }, amountMinor: -amountMinor });
    leftToApply -= amountMinor;
  }
  for (const { kind, amountMinor } of parts.filter((part) => part.amountMinor > 0n)) {
    const toReceivable = smallerOf(leftToApply, amountMinor);
    leftToApply -= toReceivable;
    if (toReceivable > 0n) transfers.push({ debit: { kind }, credit: receivable, amountMinor: toReceivable });
    const toCredit = amountMinor - toReceivable;
    if (toCredit > 0n) transfers.push({ debit: { kind }, credit, amountMinor: toCredit });
  }
  await postJournal(work, {
    kind: 'credit_note',
    refId: creditNoteId,
    postedOn: await getToday(work.db, work.now),
    currency,
    transfers,
  });
}

/** The charge of a period that is credited whole is taken back: the period may be charged again. */
async function markCreditedLines(
  work: Work,
  creditNoteId: string,
  detail: InvoiceDetailView,
  credits: readonly { lineNo: number | null; amountMinor: bigint }[],
): Promise<void> {
  const gone = detail.lines
    .filter(({ subscriptionId }) => subscriptionId !== null)
    .filter(({ lineNo, amountMinor }) => {
      const own = credits.filter((credit) => credit.lineNo === lineNo).map((credit) => credit.amountMinor);
      return own.length > 0 && sumMinor(own) === amountMinor;
    })
    .map(({ lineNo }) => lineNo);
  if (gone.length === 0) return;
  await work.db
    .updateTable('billing.invoice_lines')
    .set({ credited_by: creditNoteId })
    .where('invoice_id', '=', detail.id)
    .where('line_no', 'in', gone)
    .where(sql<boolean>`credited_by is null`)
    .execute();
}
