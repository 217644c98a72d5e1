// Holds the books against what they are about: what customers owe against their open invoices, their credit against what is left of
// payments and credit notes. Where the two differ, the customer is named; nothing is changed.
import type { BookCheck } from '@lastmile/contract/books.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { raiseAlarm } from '#system/events.ts';
import { getToday } from './invoices.ts';

export type BookCheckView = z.output<typeof BookCheck>;

const mostShown = 100;

/** The first differences, and how many there are. One statement: it sees one moment. */
export async function checkBooks(db: Db, now: Temporal.Instant): Promise<BookCheckView> {
  const { rows } = await sql<BookCheckView['differences'][number] & { count: number }>`
    with moved as (
      select debit_id as account_id, amount_minor as amount from ledger.postings
      union all select credit_id, -amount_minor from ledger.postings
    ), booked as (
      select account.kind, account.customer_id, account.currency,
        (case account.kind when 'receivable' then sum(amount) else -sum(amount) end)::bigint as amount
      from moved join ledger.accounts account on account.id = moved.account_id
      where account.kind in ('receivable', 'customer_credit') group by 1, 2, 3
    ), counted as (
      select 'receivable' as kind, customer_id, currency, sum(balance_minor)::bigint as amount
      from billing.invoices where status = 'open' group by 2, 3
      union all
      select 'customer_credit', customer_id, currency, sum(amount)::bigint from (
        select customer_id, currency, amount_minor - allocated_minor - refunded_minor as amount
        from billing.payments where reversed_at is null
        union all
        select note.customer_id, note.currency, note.amount_minor - note.applied_minor
          - coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
          - coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0)
        from billing.credit_notes note where note.amount_minor > note.applied_minor
      ) credit group by 2, 3
    )
    select coalesce(booked.kind, counted.kind) as kind, coalesce(booked.customer_id, counted.customer_id) as "customerId",
      customer.name as "customerName", coalesce(booked.currency, counted.currency) as currency,
      coalesce(booked.amount, 0)::bigint as "bookedMinor", coalesce(counted.amount, 0)::bigint as "countedMinor",
      count(*) over ()::integer as count
    from booked full join counted using (kind, customer_id, currency)
    left join customers.customers customer on customer.id = coalesce(booked.customer_id, counted.customer_id)
    where coalesce(booked.amount, 0) <> coalesce(counted.amount, 0) or coalesce(booked.amount, 0) < 0
    order by kind, "customerId", currency limit ${mostShown}`.execute(db);
  return {
    at: now,
    count: rows[0]?.count ?? 0,
    differences: rows.map(({ count: _count, ...difference }) => difference),
  };
}

/** The nightly look: a difference rings on the owner's pages, once a day. */
export async function watchBooks(database: Database, actor: Actor): Promise<BookCheckView> {
  const check = await checkBooks(database.db, database.clock.now());
  if (check.count === 0) return check;
  await inTransaction(database, actor, async (work) => {
    const today = await getToday(work.db, work.now);
    const names = check.differences.slice(0, 3).map(({ customerName, customerId }) => customerName ?? customerId);
    await raiseAlarm(work, {
      kind: 'system',
      name: 'books.differ',
      title: 'The books differ from the invoices and payments.',
      message: `${check.count} accounts of customers, ${names.join(', ')} among them: see Books, Check.`,
      dedupeKey: `books.differ:${today}`,
    });
  });
  return check;
}
