import { sql } from 'kysely';
import { auditEach } from '#audit/entries.ts';
import { type NewJournal, postJournals, type Transfer } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { absolute } from '#platform/money.ts';
import { rowSet } from '#platform/row-set.ts';
import { getSettings } from '#settings/provider.ts';
import { applyCredits } from './allocations.ts';
import { announceInvoice } from './invoices.ts';
import { drawNumbers } from './numbers.ts';
import { getPolicy, taxPolicyOf } from './policy.ts';
import { holdRecognition } from './recognition.ts';
import { type ComposedInvoice, composeInvoice, earningsOf, type WantedLine } from './rules/compose-invoice-rules.ts';
import type { TaxPolicy } from './rules/tax-rules.ts';

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
export async function writeLines(work: Work, invoices: readonly (ComposedInvoice & { id: string })[]): Promise<void> {
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
export function journalOfInvoice(
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

type AuditedIssue = Pick<
  IssuedInvoice,
  'id' | 'customerId' | 'number' | 'totalMinor' | 'netMinor' | 'taxMinor' | 'dueOn'
>;

export async function auditIssues(work: Work, invoices: readonly AuditedIssue[], currency: string): Promise<void> {
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
