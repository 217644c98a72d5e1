import type { Invoice, InvoiceDetail, Payment } from '@lastmile/contract/billing.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockCustomer, lockPresentCustomer } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import { postJournal } from '#ledger/journals.ts';
import { localDate, startOfMonth } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';
import { drawNumber } from './numbers.ts';
import { isOverdue } from './overdue-rules.ts';
import { restoreIfPaid } from './suspension.ts';

export type InvoiceView = z.output<typeof Invoice>;
export type InvoiceDetailView = z.output<typeof InvoiceDetail>;
type InvoiceStatus = InvoiceView['status'];

/** Today, as the operator counts days. */
export async function getToday(db: Db, now: Temporal.Instant): Promise<Temporal.PlainDate> {
  return localDate(now, (await getSettings(db)).timeZone);
}

function selectInvoices(db: Db) {
  return db
    .selectFrom('billing.invoices as invoice')
    .innerJoin('customers.customers as customer', 'customer.id', 'invoice.customer_id')
    .select([
      'invoice.id',
      'invoice.number',
      'invoice.customer_id as customerId',
      'customer.name as customerName',
      'invoice.status',
      'invoice.amount_minor as amountMinor',
      'invoice.settled_minor as settledMinor',
      'invoice.currency',
      'invoice.issued_on as issuedOn',
      'invoice.due_on as dueOn',
      'invoice.description',
      'invoice.void_reason as voidReason',
      'invoice.created_at as createdAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectInvoices>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row, today: Temporal.PlainDate): InvoiceView & { voidReason: string | null } {
  return { ...row, status: row.status as InvoiceStatus, isOverdue: isOverdue(row, today) };
}

export type InvoiceQuery = PageRequest & {
  status?: InvoiceStatus | 'overdue' | undefined;
  customerId?: string | undefined;
  search?: string | undefined;
};

export async function listInvoices(
  db: Db,
  query: InvoiceQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<InvoiceView>> {
  const today = await getToday(db, now);
  const key = keyOf(query.after, 'uuid');
  const rows = await selectInvoices(db)
    .where(customerInScope(scope, 'invoice.customer_id'))
    .$if(query.status === 'overdue', (q) => q.where('invoice.status', '=', 'open').where('invoice.due_on', '<', today))
    .$if(query.status !== undefined && query.status !== 'overdue', (q) =>
      q.where('invoice.status', '=', query.status ?? ''),
    )
    .$if(query.customerId !== undefined, (q) => q.where('invoice.customer_id', '=', query.customerId ?? ''))
    .$if(Boolean(query.search?.trim()), (q) => q.where(matches(query.search ?? '')))
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

/** Within an act the invoice was locked already, and with it the scope seen to. */
export async function getInvoice(
  db: Db,
  invoiceId: string,
  now: Temporal.Instant,
  scope: Scope = 'everywhere',
): Promise<InvoiceDetailView> {
  const row = await selectInvoices(db)
    .where('invoice.id', '=', invoiceId)
    .where(customerInScope(scope, 'invoice.customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('invoice_not_found', { invoiceId });
  return { ...viewOf(row, await getToday(db, now)), payments: await listPayments(db, invoiceId) };
}

async function listPayments(db: Db, invoiceId: string): Promise<z.output<typeof Payment>[]> {
  const rows = await db
    .selectFrom('billing.allocations as allocation')
    .innerJoin('billing.payments as payment', 'payment.id', 'allocation.payment_id')
    .select([
      'payment.id',
      'allocation.amount_minor as amountMinor',
      'payment.currency',
      'payment.method',
      'payment.note',
      'payment.received_on as receivedOn',
      'payment.recorded_by as recordedBy',
      'payment.recorded_at as recordedAt',
    ])
    .where('allocation.invoice_id', '=', invoiceId)
    .orderBy('payment.id')
    .limit(1000)
    .execute();
  return rows.map((row) => ({ ...row, method: row.method as z.output<typeof Payment>['method'] }));
}

export type NewInvoice = { customerId: string; amountMinor: bigint; dueOn: Temporal.PlainDate; description: string };

export async function issueInvoice(work: Work, invoice: NewInvoice): Promise<InvoiceDetailView> {
  await lockPresentCustomer(work, invoice.customerId);
  const { currency, invoicePrefix, timeZone } = await getSettings(work.db);
  const issuedOn = localDate(work.now, timeZone);
  const id = newId();
  const number = await drawNumber(work, invoicePrefix, issuedOn.year);
  await work.db
    .insertInto('billing.invoices')
    .values({
      id,
      series_prefix: number.prefix,
      series_year: number.year,
      series_no: number.no,
      number: number.text,
      customer_id: invoice.customerId,
      currency,
      amount_minor: invoice.amountMinor,
      issued_on: issuedOn,
      due_on: invoice.dueOn,
      description: invoice.description,
      created_at: work.now,
    })
    .execute();
  await postJournal(work, {
    kind: 'invoice',
    refId: id,
    postedOn: issuedOn,
    currency,
    transfers: [
      {
        debit: { kind: 'receivable', customerId: invoice.customerId },
        credit: { kind: 'revenue' },
        amountMinor: invoice.amountMinor,
      },
    ],
  });
  await audit(work, 'invoice.issued', [invoice.customerId, id], {
    number: number.text,
    amountMinor: invoice.amountMinor.toString(),
    currency,
    dueOn: invoice.dueOn.toString(),
  });
  announceInvoice(work, id, invoice.customerId);
  return getInvoice(work.db, id, work.now);
}

export type LockedInvoice = {
  id: string;
  number: string;
  customerId: string;
  status: string;
  amountMinor: bigint;
  settledMinor: bigint;
  currency: string;
  dueOn: Temporal.PlainDate;
};

/** Locks the customer first and then his invoice: parents before children, so that no two acts wait for each other. */
export async function lockInvoice(work: Work, invoiceId: string): Promise<LockedInvoice> {
  const owner = await work.db
    .selectFrom('billing.invoices')
    .select('customer_id')
    .where('id', '=', invoiceId)
    .executeTakeFirst();
  if (!owner) throw new DomainError('invoice_not_found', { invoiceId });
  await lockCustomer(work, owner.customer_id);
  return work.db
    .selectFrom('billing.invoices')
    .select([
      'id',
      'number',
      'customer_id as customerId',
      'status',
      'amount_minor as amountMinor',
      'settled_minor as settledMinor',
      'currency',
      'due_on as dueOn',
    ])
    .where('id', '=', invoiceId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** Changes the due date or the description of an open invoice; what was booked never changes. */
export async function changeInvoice(
  work: Work,
  invoiceId: string,
  change: { dueOn?: Temporal.PlainDate | undefined; description?: string | undefined },
): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  refuseClosed(invoice);
  const set = {
    ...(change.dueOn ? { due_on: change.dueOn } : {}),
    ...(change.description ? { description: change.description } : {}),
  };
  if (Object.keys(set).length > 0) {
    await work.db.updateTable('billing.invoices').set(set).where('id', '=', invoiceId).execute();
    await audit(work, 'invoice.changed', [invoice.customerId, invoiceId], {
      number: invoice.number,
      ...(change.dueOn ? { dueOn: [invoice.dueOn.toString(), change.dueOn.toString()] } : {}),
      ...(change.description ? { description: change.description } : {}),
    });
    await restoreIfPaid(work, invoice.customerId);
    announceInvoice(work, invoiceId, invoice.customerId);
  }
  return getInvoice(work.db, invoiceId, work.now);
}

/** Takes an invoice back on which nothing was paid; who was cut for it comes back. It keeps its number, and the books show both. */
export async function voidInvoice(work: Work, invoiceId: string, reason: string | null): Promise<InvoiceDetailView> {
  const invoice = await lockInvoice(work, invoiceId);
  refuseClosed(invoice);
  if (invoice.settledMinor > 0n)
    throw new DomainError(
      'invoice_not_open',
      { number: invoice.number },
      'something was paid on this invoice, so it cannot be voided',
    );
  await work.db
    .updateTable('billing.invoices')
    .set({ status: 'void', void_reason: reason })
    .where('id', '=', invoiceId)
    .execute();
  await postJournal(work, {
    kind: 'invoice_void',
    refId: invoiceId,
    postedOn: await getToday(work.db, work.now),
    currency: invoice.currency,
    transfers: [
      {
        debit: { kind: 'revenue' },
        credit: { kind: 'receivable', customerId: invoice.customerId },
        amountMinor: invoice.amountMinor,
      },
    ],
  });
  await audit(work, 'invoice.voided', [invoice.customerId, invoiceId], { number: invoice.number, reason });
  await restoreIfPaid(work, invoice.customerId);
  announceInvoice(work, invoiceId, invoice.customerId);
  return getInvoice(work.db, invoiceId, work.now);
}

export function refuseClosed(invoice: LockedInvoice): void {
  if (invoice.status !== 'open')
    throw new DomainError(
      'invoice_not_open',
      { number: invoice.number, status: invoice.status },
      `invoice ${invoice.number} is ${invoice.status}`,
    );
}

export function announceInvoice(work: Work, invoiceId: string, customerId: string): void {
  work.announce('invoice', invoiceId);
  work.announce('customer', customerId);
}

export type InvoiceTotals = {
  currency: string;
  openCount: number;
  openMinor: bigint;
  overdueCount: number;
  overdueMinor: bigint;
};

export async function sumOpenInvoices(db: Db, now: Temporal.Instant, scope: Scope): Promise<InvoiceTotals> {
  const { currency, timeZone } = await getSettings(db);
  const { rows } = await sql<{ open_count: string; open_minor: string; overdue_count: string; overdue_minor: string }>`
    select count(*)::text as open_count,
           coalesce(sum(amount_minor - settled_minor), 0)::text as open_minor,
           count(*) filter (where due_on < ${localDate(now, timeZone)})::text as overdue_count,
           coalesce(sum(amount_minor - settled_minor) filter (where due_on < ${localDate(now, timeZone)}), 0)::text as overdue_minor
    from billing.invoices where status = 'open' and currency = ${currency}
      and ${customerInScope(scope, 'invoices.customer_id')}`.execute(db);
  const row = rows[0];
  return {
    currency,
    openCount: Number(row?.open_count ?? 0),
    openMinor: BigInt(row?.open_minor ?? 0),
    overdueCount: Number(row?.overdue_count ?? 0),
    overdueMinor: BigInt(row?.overdue_minor ?? 0),
  };
}

/** Received between two days, the last one included, in the provider's currency. */
export async function sumReceived(
  db: Db,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
  scope: Scope,
): Promise<bigint> {
  const { currency } = await getSettings(db);
  const { rows } = await sql<{ total: string }>`
    select coalesce(sum(amount_minor), 0)::text as total from billing.payments
    where received_on between ${from} and ${to} and currency = ${currency}
      and ${customerInScope(scope, 'payments.customer_id')}`.execute(db);
  return BigInt(rows[0]?.total ?? 0);
}

export async function getInvoiceTotals(
  db: Db,
  now: Temporal.Instant,
  scope: Scope,
): Promise<InvoiceTotals & { receivedThisMonthMinor: bigint }> {
  const today = await getToday(db, now);
  return {
    ...(await sumOpenInvoices(db, now, scope)),
    receivedThisMonthMinor: await sumReceived(db, startOfMonth(today), today, scope),
  };
}
