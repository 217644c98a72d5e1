// Payments as they are looked at: one, a page of them, and what came in by each way.
import type { paymentMethods } from '@lastmile/contract/billing.ts';
import type { PaymentDetail, PaymentRow, PaymentTotals } from '@lastmile/contract/payments.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { type Condition, newestFirst } from './newest-first.ts';

export type PaymentMethod = (typeof paymentMethods)[number];
export type PaymentRowView = z.output<typeof PaymentRow>;
export type PaymentDetailView = z.output<typeof PaymentDetail>;

function selectPayments(db: Db) {
  return db
    .selectFrom('billing.payments as payment')
    .innerJoin('customers.customers as customer', 'customer.id', 'payment.customer_id')
    .select([
      'payment.id',
      'payment.receipt_number as receiptNumber',
      'payment.customer_id as customerId',
      'customer.name as customerName',
      'payment.amount_minor as amountMinor',
      'payment.allocated_minor as allocatedMinor',
      'payment.refunded_minor as refundedMinor',
      'payment.currency',
      'payment.method',
      'payment.note',
      'payment.received_on as receivedOn',
      'payment.recorded_by as recordedBy',
      'payment.recorded_at as recordedAt',
      'payment.reversed_at as reversedAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPayments>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row): PaymentRowView {
  return {
    ...row,
    method: row.method as PaymentMethod,
    creditMinor: row.reversedAt ? 0n : row.amountMinor - row.allocatedMinor - row.refundedMinor,
  };
}

export type PaymentFilter = {
  customerId?: string | undefined;
  method?: PaymentMethod | undefined;
  credit?: 'yes' | undefined;
  state?: 'standing' | 'reversed' | undefined;
  from?: Temporal.PlainDate | undefined;
  to?: Temporal.PlainDate | undefined;
  search?: string | undefined;
};

export type PaymentQuery = PageRequest & PaymentFilter;

const isByDay = ({ from, to }: PaymentFilter) => from !== undefined || to !== undefined;

export async function listPayments(db: Db, query: PaymentQuery, scope: Scope): Promise<Page<PaymentRowView>> {
  const { order, beyond } = newestFirst('payment.id', isByDay(query) ? 'payment.received_on' : undefined, query.after);
  const rows = await selectPayments(db)
    .where(isFound(query, [...meets(query, scope), ...beyond], sql`order by ${order} limit ${query.limit + 1}`))
    .orderBy(order)
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, ({ id, receivedOn }) => (isByDay(query) ? [String(receivedOn), id] : [id]));
  return { next: page.next, items: page.items.map(viewOf) };
}

export type PaymentTotalsView = z.output<typeof PaymentTotals>;

// More than a provider of a hundred thousand customers receives in a month; and no walk over all years.
const mostSummed = 100_000;

/** What came in by each way, of what the same filter lists; what was undone does not count. */
export async function sumPayments(
  db: Db,
  filter: PaymentFilter,
  scope: Scope,
  most = mostSummed,
): Promise<PaymentTotalsView> {
  const limited = sql`limit ${most + 1}`;
  const met = [sql<SqlBool>`payment.reversed_at is null`, ...meets(filter, scope)];
  const { rows } = await sql<PaymentTotalsView['received'][number]>`
    select payment.method, payment.currency, count(*)::integer as count, sum(payment.amount_minor)::bigint as "amountMinor",
      sum(payment.refunded_minor)::bigint as "refundedMinor"
    from (select * from billing.payments payment where ${isFound(filter, met, limited)} ${limited}) payment
    group by payment.method, payment.currency order by payment.currency, payment.method`.execute(db);
  const isAll = rows.reduce((sum, { count }) => sum + count, 0) <= most;
  return { isAll, received: isAll ? rows : [] };
}

/** All that a person asked for but words, of what he may see: conditions over `billing.payments payment`. */
function meets({ customerId, method, credit, state, from, to }: PaymentFilter, scope: Scope): Condition[] {
  const conditions: Condition[] = [customerInScope(scope, 'payment.customer_id')];
  if (customerId) conditions.push(sql`payment.customer_id = ${customerId}`);
  if (method) conditions.push(sql`payment.method = ${method}`);
  if (credit || state === 'standing') conditions.push(sql`payment.reversed_at is null`);
  if (credit) conditions.push(sql`payment.amount_minor > payment.allocated_minor + payment.refunded_minor`);
  if (state === 'reversed') conditions.push(sql`payment.reversed_at is not null`);
  if (from) conditions.push(sql`payment.received_on >= ${from}`);
  if (to) conditions.push(sql`payment.received_on <= ${to}`);
  return conditions;
}

/**
 * With words, the number of a receipt, what the bank calls it, or whose it is. The first two are of few; of a name that many have,
 * no more are looked up than are wanted.
 */
function isFound(filter: PaymentFilter, conditions: readonly Condition[], first: RawBuilder<unknown>): Condition {
  const met = sql<SqlBool>`${sql.join([...conditions], sql` and `)}`;
  const search = filter.search?.trim();
  if (!search) return met;
  return sql`${met} and payment.id in (
    ${selectByReceipt(search)}
    union all
    select id from billing.payments where lower(provider_ref) = lower(${search})
    union all
    (select payment.id from billing.payments payment join customers.customers whose on whose.id = payment.customer_id
     where whose.search like customers.plain(${likePattern(search)}) and ${met} ${first}))`;
}

/** The payments whose receipt has this number, as it is printed or without its zeros; or only the digits at its end. */
export function selectByReceipt(search: string): RawBuilder<unknown> {
  const [, prefix = '', no = null] = /^(.*?)-?0*(\d{1,15})$/.exec(search.trim().toLowerCase()) ?? [];
  return sql`select id from billing.payments
    where receipt_no = ${no}::bigint and starts_with(lower(receipt_number), ${prefix})`;
}

export async function getPayment(db: Db, paymentId: string, scope: Scope = 'everywhere'): Promise<PaymentDetailView> {
  const row = await selectPayments(db)
    .select([
      'payment.provider',
      'payment.provider_ref as providerRef',
      'payment.reversed_by as reversedBy',
      'payment.reverse_reason as reverseReason',
    ])
    .where('payment.id', '=', paymentId)
    .where(customerInScope(scope, 'payment.customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('payment_not_found', { paymentId });
  const { provider, providerRef, reversedBy, reverseReason, ...rest } = row;
  const allocations = await db
    .selectFrom('billing.allocations as allocation')
    .innerJoin('billing.invoices as invoice', 'invoice.id', 'allocation.invoice_id')
    .select([
      'invoice.id as invoiceId',
      sql<string>`coalesce(invoice.number, '')`.as('number'),
      sql<bigint>`sum(allocation.amount_minor)::bigint`.as('amountMinor'),
    ])
    .where('allocation.payment_id', '=', paymentId)
    .groupBy('invoice.id')
    .having(sql<SqlBool>`sum(allocation.amount_minor) > 0`)
    .orderBy('invoice.due_on')
    .execute();
  const refunds = await db
    .selectFrom('billing.refunds')
    .select([
      'id',
      'amount_minor as amountMinor',
      'method',
      'reason',
      'refunded_on as refundedOn',
      'recorded_by as recordedBy',
    ])
    .where('payment_id', '=', paymentId)
    .orderBy('id')
    .execute();
  return {
    ...viewOf(rest),
    provider,
    providerRef,
    reversedBy,
    reverseReason,
    allocations,
    refunds: refunds.map((refund) => ({ ...refund, method: refund.method as PaymentMethod })),
  };
}
