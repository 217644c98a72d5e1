// Holds the books against what they are about (billing.md section 5): what customers owe against their open invoices, their credit
// against what is left of payments and credit notes, the tax of a month against its documents, and the drawer of a closed shift
// against nothing; and the sums by which reports are read against the postings. What differs is named; nothing is changed. That debits
// equal credits needs no look: a posting is both.
import type { BookCheck } from '@lastmile/contract/books.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { differencesOfSums } from '#ledger/daily-sums.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { raiseAlarm } from '#system/events.ts';
import { getToday } from './invoices.ts';

export type BookCheckView = z.output<typeof BookCheck>;
type Difference = BookCheckView['differences'][number];

const mostShown = 100;

/** The first differences, and how many there are. Each statement sees one moment. */
export async function checkBooks(db: Db, now: Temporal.Instant): Promise<BookCheckView> {
  const found: (Difference & { count: number })[] = [];
  let count = 0;
  for (const differences of [differencesOfCustomers, differencesOfTaxes, differencesOfDrawers, differencesOfReports]) {
    const { rows } = await sql<Difference & { count: number }>`
      select kind, "customerId", customer.name as "customerName", month, "shiftId", currency,
        "bookedMinor"::bigint, "countedMinor"::bigint, count(*) over ()::integer as count
      from (${differences}) difference left join customers.customers customer on customer.id = "customerId"
      where kind = 'report_sums' or "bookedMinor" <> "countedMinor" or (kind = 'receivable' or kind = 'customer_credit') and "bookedMinor" < 0
      order by kind, "customerId", month, "shiftId", currency limit ${mostShown}`.execute(db);
    count += rows[0]?.count ?? 0;
    found.push(...rows);
  }
  return {
    at: now,
    count,
    differences: found.slice(0, mostShown).map(({ count: _count, ...difference }) => difference),
  };
}

/** What customers owe, and their credit. */
const differencesOfCustomers = sql`
  with moved as (
    select debit_id as account_id, amount_minor as amount from ledger.postings
    union all select credit_id, -amount_minor from ledger.postings
  ), booked as (
    select account.kind, account.customer_id, account.currency,
      case account.kind when 'receivable' then sum(amount) else -sum(amount) end as amount
    from moved join ledger.accounts account on account.id = moved.account_id
    where account.kind in ('receivable', 'customer_credit') group by 1, 2, 3
  ), counted as (
    select 'receivable' as kind, customer_id, currency, sum(balance_minor) as amount
    from billing.invoices where status = 'open' group by 2, 3
    union all
    select 'customer_credit', customer_id, currency, sum(amount) from (
      select customer_id, currency, amount_minor - allocated_minor - refunded_minor as amount
      from billing.payments where reversed_at is null
      union all
      select note.customer_id, note.currency, note.amount_minor - note.applied_minor
        - coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
        - coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0)
      from billing.credit_notes note where note.amount_minor > note.applied_minor
    ) credit group by 2, 3
  )
  select kind, customer_id as "customerId", null as month, null::uuid as "shiftId", currency,
    coalesce(booked.amount, 0) as "bookedMinor", coalesce(counted.amount, 0) as "countedMinor"
  from booked full join counted using (kind, customer_id, currency)`;

/** The movement of a kind of account by its postings, found by the account: there are few such accounts. */
const movedOn = (kind: string): RawBuilder<unknown> => sql`
  select account.owner_id, account.currency, side.journal_id, side.amount from ledger.accounts account cross join lateral (
    select journal_id, amount_minor as amount from ledger.postings where debit_id = account.id
    union all select journal_id, -amount_minor from ledger.postings where credit_id = account.id
  ) side where account.kind = ${kind}`;

/** By months: tax of the invoices, without what was voided or credited in it. */
const differencesOfTaxes = sql`
  with booked as (
    select to_char(journal.posted_on, 'YYYY-MM') as month, moved.currency, -sum(moved.amount) as amount
    from (${movedOn('tax_payable')}) moved join ledger.journals journal on journal.id = moved.journal_id group by 1, 2
  ), counted as (
    select to_char(on_day, 'YYYY-MM') as month, currency, sum(amount) as amount from (
      select issued_on as on_day, currency, tax_minor as amount from billing.invoices where status <> 'draft'
      union all
      select void.posted_on, invoice.currency, -invoice.tax_minor from billing.invoices invoice
      join ledger.journals void on void.kind = 'invoice_void' and void.ref_id = invoice.id where invoice.status = 'void'
      union all
      select issued_on, currency, -tax_minor from billing.credit_notes
    ) document group by 1, 2
  )
  select 'tax_payable' as kind, null::uuid as "customerId", month, null::uuid as "shiftId", currency,
    coalesce(booked.amount, 0) as "bookedMinor", coalesce(counted.amount, 0) as "countedMinor"
  from booked full join counted using (month, currency)`;

/** Whose closing is booked has nothing in his drawer any more. */
const differencesOfDrawers = sql`
  select 'cash_drawer' as kind, null::uuid as "customerId", null as month, owner_id as "shiftId", currency,
    sum(amount) as "bookedMinor", 0 as "countedMinor"
  from (${movedOn('cash_drawer')}) moved
  where exists (select from ledger.journals where kind = 'shift_closed' and ref_id = owner_id) group by owner_id, currency`;

/** What reports of a month add to, against its postings; equal where only kinds or days within it differ. */
const differencesOfReports = sql`
  select 'report_sums' as kind, null::uuid as "customerId", month, null::uuid as "shiftId", currency,
    posted as "bookedMinor", kept as "countedMinor"
  from (${differencesOfSums}) difference`;

/** The nightly look: a difference rings on the owner's pages, once a day. */
export async function watchBooks(database: Database, actor: Actor): Promise<BookCheckView> {
  const check = await checkBooks(database.db, database.clock.now());
  if (check.count === 0) return check;
  await inTransaction(database, actor, async (work) => {
    const today = await getToday(work.db, work.now);
    const names = [...new Set(check.differences.map(whoseIs))].slice(0, 3);
    await raiseAlarm(work, {
      kind: 'system',
      name: 'books.differ',
      title: 'The books differ from the invoices and payments.',
      message: `${check.count} accounts, ${names.join(', ')} among them: see Books, Check.`,
      dedupeKey: `books.differ:${today}`,
    });
  });
  return check;
}

/** In words for the owner and the command line. */
export function whoseIs({ kind, customerName, customerId, month, shiftId }: Difference): string {
  if (kind === 'report_sums') return `reports of ${month}`;
  return customerName ?? customerId ?? (month ? `tax of ${month}` : `drawer of shift ${shiftId}`);
}
