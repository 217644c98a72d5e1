// What is due of subscriptions, made into invoices: their periods, lines, taxes, journals and numbers, in one transaction.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { rowSet } from '#platform/row-set.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday } from './invoices.ts';
import { type InvoiceToIssue, issueAll } from './issue-invoices.ts';
import { writePeriods } from './periods.ts';
import { billingTermsOf, getPolicy, type PolicyView, taxPolicyOf } from './policy.ts';
import { billEach, dueOrReason } from './rules/billing-run-rules.ts';
import { composeInvoice } from './rules/compose-invoice-rules.ts';
import type { BillingTerms, Due, PartCharge } from './rules/subscription-rules.ts';
import { selectTerms, type TermRow, termOf } from './subscription-terms.ts';

// A subscription that nobody looked after for years is caught up with in several passes.
const mostPartsPerBatch = 12;

export type Conditions = {
  policy: PolicyView;
  billing: BillingTerms;
  timeZone: string;
  today: Temporal.PlainDate;
};

export async function getConditions(db: Db, now: Temporal.Instant, day?: Temporal.PlainDate): Promise<Conditions> {
  const policy = await getPolicy(db);
  const { timeZone } = await getSettings(db);
  const billing = billingTermsOf(policy);
  return { policy, billing, timeZone, today: day ?? (await getToday(db, now)) };
}

export type Billed = {
  invoices: { currency: string; totalMinor: bigint }[];
  passedCount: number;
  failures: { row: TermRow; reason: string }[];
};

export async function bill(work: Work, rows: readonly TermRow[], conditions: Conditions): Promise<Billed> {
  const { dues, failures } = duesOf(rows, conditions);
  await writePeriods(
    work,
    dues.flatMap(({ row, due }) =>
      due.charges.map(({ part, plan, priceMinor }) => ({ subscriptionId: row.id, part, plan, priceMinor })),
    ),
  );
  await moveOn(work, dues);
  const byCurrency = Map.groupBy(dues, ({ row }) => row.currency);
  const invoices: Billed['invoices'] = [];
  for (const [currency, own] of byCurrency) {
    const toIssue = own.flatMap(({ row, due }) => due.charges.flatMap((charge) => invoiceOf(row, charge, conditions)));
    const taxPolicy = taxPolicyOf(conditions.policy);
    // The day of the run, not the day that was due: nothing is backdated (R-INV-4).
    const issue = { currency, issuedOn: await getToday(work.db, work.now), taxPolicy };
    const issued = await issueAll(work, toIssue, issue);
    if (issued.length === 0) continue;
    invoices.push(...issued.map(({ totalMinor }) => ({ currency, totalMinor })));
    // One entry for the batch: what it adds to the books, and which numbers it took.
    await audit(work, 'invoices.issued', [], {
      count: issued.length,
      from: issued[0]?.number,
      to: issued.at(-1)?.number,
      currency,
      amountMinor: sumMinor(issued.map(({ totalMinor }) => totalMinor)).toString(),
      taxMinor: sumMinor(issued.map(({ taxMinor }) => taxMinor)).toString(),
    });
  }
  if (invoices.length > 0) {
    work.announce('invoice', '*');
    work.announce('customer', '*');
  }
  const passedCount = dues.flatMap(({ due }) => due.charges).filter(({ part }) => part.kind === 'pause').length;
  return { invoices, passedCount, failures };
}

/** What is due of each, and of whom it cannot be said (R-RUN-3). */
export function duesOf(
  rows: readonly TermRow[],
  { billing, timeZone, today }: Conditions,
): { dues: DueRow[]; failures: Billed['failures'] } {
  const { dues, failures } = billEach(rows, (row) =>
    dueOrReason(termOf(row, timeZone), billing, today, mostPartsPerBatch),
  );
  return {
    dues: dues.map(({ subscription, due }) => ({ row: subscription, due })),
    failures: failures.map(({ subscription, reason }) => ({ row: subscription, reason })),
  };
}

export function invoiceOf(
  { customerId }: TermRow,
  { lines, plan, dueOn }: PartCharge,
  { policy }: Conditions,
): InvoiceToIssue[] {
  if (lines.length === 0) return [];
  return [{ ...composeInvoice(lines, taxPolicyOf(policy)), customerId, dueOn, description: plan.planName }];
}

type DueRow = { row: TermRow; due: Due };

async function moveOn(work: Work, dues: readonly DueRow[]): Promise<void> {
  if (dues.length === 0) return;
  // A plan that waits for its day is put in place on that day, not when its first period is charged.
  await sql`
    update billing.subscriptions subscription
    set charged_through = moved.charged_through, next_invoice_on = moved.next_on,
        is_setup_charged = subscription.is_setup_charged or moved.setup_left = 0
    from ${rowSet(dues, {
      id: ['uuid', ({ due }) => due.term.id],
      charged_through: ['date', ({ due }) => due.term.chargedThrough],
      next_on: ['date', ({ due }) => due.nextLookOn],
      setup_left: ['bigint', ({ due }) => due.term.setupFeeMinor],
    })} as moved
    where subscription.id = moved.id`.execute(work.db);
}

/**
 * Invoices what is due of some subscriptions in the transaction of who made it due; their customers are locked. Where invoices are not
 * made by themselves they wait for the run of a person, and so does what cannot be billed: the run says why.
 */
export async function billNow(work: Work, subscriptionIds: readonly string[]): Promise<void> {
  const conditions = await getConditions(work.db, work.now);
  if (!conditions.policy.isAutomatic || subscriptionIds.length === 0) return;
  const rows = await selectTerms(
    work.db,
    sql`where subscription.id = any(${subscriptionIds}::uuid[]) and subscription.next_invoice_on <= ${conditions.today}::date
      order by subscription.id for update of subscription`,
  );
  await bill(work, rows, conditions);
}
