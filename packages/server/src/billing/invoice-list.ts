// Finding invoices: the list, what it comes to, and all of it as a file.
import type { Readable } from 'node:stream';
import { type SqlBool, sql } from 'kysely';
import { customerInScope } from '#customers/scope.ts';
import { type CsvColumns, csvStream } from '#platform/csv.ts';
import type { Db, Scope } from '#platform/db.ts';
import { formatMoney } from '#platform/money.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getToday, type InvoiceView, selectInvoices, viewOf } from './invoices.ts';

export type InvoiceFilter = {
  status?: InvoiceView['status'] | 'overdue' | undefined;
  customerId?: string | undefined;
  search?: string | undefined;
  issuedFrom?: Temporal.PlainDate | undefined;
  issuedTo?: Temporal.PlainDate | undefined;
};

export type InvoiceQuery = PageRequest & InvoiceFilter;

/** All that a person asked for, of what he may see. */
function selectFiltered(db: Db, filter: InvoiceFilter, today: Temporal.PlainDate, scope: Scope) {
  const { status, customerId, search, issuedFrom, issuedTo } = filter;
  return selectInvoices(db)
    .where(customerInScope(scope, 'invoice.customer_id'))
    .$if(status === 'overdue', (q) => q.where('invoice.status', '=', 'open').where('invoice.due_on', '<', today))
    .$if(status !== undefined && status !== 'overdue', (q) => q.where('invoice.status', '=', status ?? ''))
    .$if(customerId !== undefined, (q) => q.where('invoice.customer_id', '=', customerId ?? ''))
    .$if(issuedFrom !== undefined, (q) => q.where('invoice.issued_on', '>=', issuedFrom ?? today))
    .$if(issuedTo !== undefined, (q) => q.where('invoice.issued_on', '<=', issuedTo ?? today))
    .$if(Boolean(search?.trim()), (q) => q.where(matches(search ?? '')));
}

export async function listInvoices(
  db: Db,
  query: InvoiceQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<InvoiceView>> {
  const today = await getToday(db, now);
  const key = keyOf(query.after, 'uuid');
  const rows = await selectFiltered(db, query, today, scope)
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`invoice.id < ${key?.[0]}::uuid`))
    .orderBy('invoice.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return { next: page.next, items: page.items.map((row) => viewOf(row, today)) };
}

// Below three letters no trigram narrows anything, and nearly everything matches: the list is walked from its top instead.
const shortestNarrowing = 3;

function matches(search: string) {
  const pattern = sql<string>`lower(${likePattern(search)})`;
  if (search.trim().length < shortestNarrowing)
    return sql<SqlBool>`(lower(invoice.number) like ${pattern} or customer.search like ${pattern})`;
  // Each side of the union uses its own index; an "or" over two tables would use none.
  return sql<SqlBool>`invoice.id in (
    select id from billing.invoices where lower(number) like ${pattern}
    union all
    select i.id from billing.invoices i join customers.customers c on c.id = i.customer_id where c.search like ${pattern})`;
}

// A person who narrows a list to more than this wants a report, not a line above it; and it must not cost a walk over a million.
const mostSummed = 10_000;

export type InvoiceSums = {
  isAll: boolean;
  count: number;
  sums: { currency: string; amountMinor: bigint; balanceMinor: bigint }[];
};

/** What is found comes to: what is void or given up is owed by nobody. */
export async function sumInvoices(
  db: Db,
  filter: InvoiceFilter,
  now: Temporal.Instant,
  scope: Scope,
): Promise<InvoiceSums> {
  const found = selectFiltered(db, filter, await getToday(db, now), scope)
    .orderBy('invoice.id', 'desc')
    .limit(mostSummed + 1)
    .as('found');
  const rows = await db
    .selectFrom(found)
    .select([
      'found.currency',
      sql<number>`count(*)::integer`.as('count'),
      sql<bigint>`sum(found."amountMinor")::bigint`.as('amountMinor'),
      sql<bigint>`coalesce(sum(found."balanceMinor") filter (where found.status = 'open'), 0)::bigint`.as(
        'balanceMinor',
      ),
    ])
    .groupBy('found.currency')
    .orderBy('found.currency')
    .execute();
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  return {
    isAll: count <= mostSummed,
    count: Math.min(count, mostSummed),
    sums: rows.map(({ currency, amountMinor, balanceMinor }) => ({ currency, amountMinor, balanceMinor })),
  };
}

const exportedAtOnce = 1000;

async function* eachInvoice(
  db: Db,
  filter: InvoiceFilter,
  now: Temporal.Instant,
  scope: Scope,
): AsyncGenerator<InvoiceView> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await listInvoices(db, { ...filter, after, limit: exportedAtOnce }, now, scope);
    yield* items;
    if (next === null) return;
    after = next;
  }
}

const columns: CsvColumns<InvoiceView> = {
  Number: ({ number }) => number,
  Customer: ({ customerName }) => customerName,
  State: ({ status, isOverdue }) => (isOverdue ? 'overdue' : status),
  Issued: ({ issuedOn }) => issuedOn,
  Due: ({ dueOn }) => dueOn,
  Currency: ({ currency }) => currency,
  Amount: ({ amountMinor, currency }) => formatMoney(amountMinor, currency),
  Settled: ({ settledMinor, currency }) => formatMoney(settledMinor, currency),
  'Still open': ({ status, balanceMinor, currency }) => formatMoney(status === 'open' ? balanceMinor : 0n, currency),
  Credited: ({ creditedMinor, currency }) => formatMoney(creditedMinor, currency),
  Description: ({ description }) => description,
};

/** All that a filter finds, newest first, a thousand at a time. */
export function invoicesCsv(db: Db, filter: InvoiceFilter, now: Temporal.Instant, scope: Scope): Readable {
  return csvStream(columns, eachInvoice(db, filter, now, scope));
}
