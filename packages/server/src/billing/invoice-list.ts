// Finding invoices: the list, what it comes to, and all of it as a file.
import type { Readable } from 'node:stream';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { customerInScope } from '#customers/scope.ts';
import { type CsvColumns, csvStream } from '#platform/csv.ts';
import type { Db, Scope } from '#platform/db.ts';
import { formatMoney } from '#platform/money.ts';
import { likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getToday, type InvoiceView, selectInvoices, viewOf } from './invoices.ts';
import { type Condition, newestFirst } from './newest-first.ts';

export type InvoiceFilter = {
  status?: InvoiceView['status'] | 'overdue' | undefined;
  customerId?: string | undefined;
  search?: string | undefined;
  issuedFrom?: Temporal.PlainDate | undefined;
  issuedTo?: Temporal.PlainDate | undefined;
};

export type InvoiceQuery = PageRequest & InvoiceFilter;

/** All that a person asked for but words, of what he may see: conditions over `billing.invoices invoice`. */
function meets(
  { status, customerId, issuedFrom, issuedTo }: InvoiceFilter,
  today: Temporal.PlainDate,
  scope: Scope,
): Condition[] {
  const conditions: Condition[] = [customerInScope(scope, 'invoice.customer_id')];
  if (status === 'overdue') conditions.push(sql`invoice.status = 'open' and invoice.due_on < ${today}`);
  else if (status !== undefined) conditions.push(sql`invoice.status = ${status}`);
  if (customerId !== undefined) conditions.push(sql`invoice.customer_id = ${customerId}`);
  if (issuedFrom !== undefined) conditions.push(sql`invoice.issued_on >= ${issuedFrom}`);
  if (issuedTo !== undefined) conditions.push(sql`invoice.issued_on <= ${issuedTo}`);
  return conditions;
}

// Below three letters no trigram narrows anything: the list is walked from its top.
const shortestNarrowing = 3;

/**
 * Which invoices have these words in their number or are of a customer who has, and meet the conditions; as many as are wanted of
 * each. Each side is asked by itself, so that it is found by its own index, or by a walk from the top where nearly all match.
 */
function selectMatching(search: string, met: Condition, first: RawBuilder<unknown>) {
  const pattern = likePattern(search);
  return sql`
    (select invoice.id from billing.invoices invoice
     where ${met} and lower(invoice.number) like lower(${pattern}) and ${canBeInNumber(search)} ${first})
    union all
    (select invoice.id from billing.invoices invoice join customers.customers whose on whose.id = invoice.customer_id
     where ${met} and whose.search like customers.plain(${pattern}) ${first})`;
}

/** What no series begins with stands in no number: not all of them are walked to find none. */
function canBeInNumber(search: string): Condition {
  if (search.length >= shortestNarrowing || /^[\d-]+$/.test(search)) return sql`true`;
  return sql`exists (select from billing.number_series series
    where series.kind = 'invoice' and lower(series.prefix || '-') like lower(${likePattern(search)}))`;
}

const isByDay = ({ issuedFrom, issuedTo }: InvoiceFilter) => issuedFrom !== undefined || issuedTo !== undefined;

type Part = { limit: number; after?: string | undefined };

/** No more than `limit` of what a filter finds, newest first. */
function selectFound(db: Db, filter: InvoiceFilter, today: Temporal.PlainDate, scope: Scope, { limit, after }: Part) {
  const { order, beyond } = newestFirst('invoice.id', isByDay(filter) ? 'invoice.issued_on' : undefined, after);
  const met = sql<SqlBool>`${sql.join([...meets(filter, today, scope), ...beyond], sql` and `)}`;
  const search = filter.search?.trim();
  const found = search ? selectMatching(search, met, sql`order by ${order} limit ${limit}`) : undefined;
  return selectInvoices(db)
    .where(found ? sql<SqlBool>`invoice.id in (${found})` : met)
    .orderBy(order)
    .limit(limit);
}

export async function listInvoices(
  db: Db,
  query: InvoiceQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<InvoiceView>> {
  const today = await getToday(db, now);
  const part = { limit: query.limit + 1, after: query.after };
  const rows = await selectFound(db, query, today, scope, part).execute();
  const page = pageOf(rows, query.limit, ({ id, issuedOn }) => (isByDay(query) ? [String(issuedOn), id] : [id]));
  return { next: page.next, items: page.items.map((row) => viewOf(row, today)) };
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
  const found = selectFound(db, filter, await getToday(db, now), scope, { limit: mostSummed + 1 }).as('found');
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
