import type { Invoice, InvoiceDetail, Payment } from '@lastmile/contract/billing.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { lockCustomer } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import { localDate, startOfMonth } from '#platform/dates.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { sumReceived } from './received.ts';
import { type CreditedLine, creditableOf } from './rules/credit-note-rules.ts';
import { shownStatus } from './rules/invoice-state-rules.ts';

export type InvoiceView = z.output<typeof Invoice>;
export type InvoiceDetailView = z.output<typeof InvoiceDetail>;
type InvoiceStatus = InvoiceView['status'];

/** Today, as the operator counts days. */
export async function getToday(db: Db, now: Temporal.Instant): Promise<Temporal.PlainDate> {
  return localDate(now, (await getSettings(db)).timeZone);
}

export function selectInvoices(db: Db) {
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
      'invoice.balance_minor as balanceMinor',
      'invoice.credited_minor as creditedMinor',
      'invoice.net_minor as netMinor',
      'invoice.tax_minor as taxMinor',
      'invoice.tax_mode as taxMode',
      'invoice.currency',
      'invoice.issued_on as issuedOn',
      'invoice.due_on as dueOn',
      'invoice.description',
      'invoice.void_reason as voidReason',
      'invoice.created_at as createdAt',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectInvoices>['executeTakeFirstOrThrow']>>;

export function viewOf(row: Row, today: Temporal.PlainDate) {
  const status = row.status as InvoiceStatus;
  const taxMode = row.taxMode as InvoiceDetailView['taxMode'];
  const { amountMinor: totalMinor, settledMinor, dueOn } = row;
  return {
    ...row,
    status,
    taxMode,
    isOverdue: shownStatus({ status, totalMinor, settledMinor, dueOn }, today) === 'overdue',
  };
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
  const lines = await listLines(db, invoiceId);
  return {
    ...viewOf(row, await getToday(db, now)),
    lines,
    taxes: taxTableOf(lines),
    creditNotes: await listCreditNotes(db, invoiceId),
    payments: await listPayments(db, invoiceId),
  };
}

export type InvoiceLineView = InvoiceDetailView['lines'][number];

async function listLines(db: Db, invoiceId: string): Promise<InvoiceLineView[]> {
  const rows = await db
    .selectFrom('billing.invoice_lines')
    .select([
      'line_no as lineNo',
      'kind',
      'description',
      'quantity',
      'unit_minor as unitMinor',
      'discount_minor as discountMinor',
      'amount_minor as amountMinor',
      'tax_name as taxName',
      'rate_bp as rateBp',
      'net_minor as netMinor',
      'tax_minor as taxMinor',
      'subscription_id as subscriptionId',
      'starts_on as startsOn',
      'ends_on as endsOn',
    ])
    .where('invoice_id', '=', invoiceId)
    .orderBy('line_no')
    .execute();
  const credited = await listCreditedLines(db, invoiceId);
  return rows.map((row) => ({
    ...row,
    kind: row.kind as InvoiceLineView['kind'],
    creditedMinor: sumMinor(credited.filter(({ lineNo }) => lineNo === row.lineNo).map((line) => line.amountMinor)),
    creditableMinor: creditableOf(row, rows, credited),
  }));
}

export type CreditedLineView = CreditedLine & { netMinor: bigint; taxMinor: bigint };

/** What the credit notes of an invoice took back. */
export function listCreditedLines(db: Db, invoiceId: string): Promise<CreditedLineView[]> {
  return db
    .selectFrom('billing.credit_notes as note')
    .innerJoin('billing.credit_note_lines as line', 'line.credit_note_id', 'note.id')
    .select([
      'line.invoice_line_no as lineNo',
      'line.amount_minor as amountMinor',
      'line.rate_bp as rateBp',
      'line.net_minor as netMinor',
      'line.tax_minor as taxMinor',
    ])
    .where('note.invoice_id', '=', invoiceId)
    .execute();
}

/** What is owed for each tax: the lines of a rate always sum to it, so it is written down nowhere else. */
export function taxTableOf(
  lines: readonly Pick<InvoiceLineView, 'taxName' | 'rateBp' | 'netMinor' | 'taxMinor'>[],
): InvoiceDetailView['taxes'] {
  const groups = Map.groupBy(
    lines.filter(({ taxName }) => taxName !== null),
    ({ taxName, rateBp }) => `${rateBp} ${taxName}`,
  );
  return [...groups.values()].map((group) => ({
    name: group[0]?.taxName ?? '',
    rateBp: group[0]?.rateBp ?? 0,
    netMinor: sumMinor(group.map(({ netMinor }) => netMinor)),
    taxMinor: sumMinor(group.map(({ taxMinor }) => taxMinor)),
  }));
}

function listCreditNotes(db: Db, invoiceId: string): Promise<InvoiceDetailView['creditNotes']> {
  return db
    .selectFrom('billing.credit_notes')
    .select([
      'id',
      'number',
      'net_minor as netMinor',
      'tax_minor as taxMinor',
      'amount_minor as amountMinor',
      'applied_minor as appliedMinor',
      'reason',
      'issued_on as issuedOn',
      'by_name as by',
      'created_at as createdAt',
    ])
    .where('invoice_id', '=', invoiceId)
    .orderBy('id')
    .limit(1000)
    .execute();
}

async function listPayments(db: Db, invoiceId: string): Promise<z.output<typeof Payment>[]> {
  const rows = await db
    .selectFrom('billing.allocations as allocation')
    .innerJoin('billing.payments as payment', 'payment.id', 'allocation.payment_id')
    .select([
      'payment.id',
      // What was taken back of it is not there any more.
      sql<bigint>`sum(allocation.amount_minor)::bigint`.as('amountMinor'),
      'payment.currency',
      'payment.method',
      'payment.note',
      'payment.received_on as receivedOn',
      'payment.recorded_by as recordedBy',
      'payment.recorded_at as recordedAt',
    ])
    .where('allocation.invoice_id', '=', invoiceId)
    .groupBy('payment.id')
    .having(sql<SqlBool>`sum(allocation.amount_minor) > 0`)
    .orderBy('payment.id')
    .limit(1000)
    .execute();
  return rows.map((row) => ({ ...row, method: row.method as z.output<typeof Payment>['method'] }));
}

export type LockedInvoice = {
  id: string;
  number: string;
  customerId: string;
  status: string;
  amountMinor: bigint;
  settledMinor: bigint;
  creditedMinor: bigint;
  currency: string;
  dueOn: Temporal.PlainDate;
};

/** Locks the customer first and then his invoice: parents before children, so that no two acts wait for each other. */
export async function lockInvoice(work: Work, invoiceId: string): Promise<LockedInvoice> {
  const owner = await work.db
    .selectFrom('billing.invoices')
    .select('customer_id')
    .where('id', '=', invoiceId)
    // Who works elsewhere is not told whose it is, and not that it is there.
    .where(customerInScope(scopeOf(work.actor), 'billing.invoices.customer_id'))
    .executeTakeFirst();
  if (!owner) throw new DomainError('invoice_not_found', { invoiceId });
  await lockCustomer(work, owner.customer_id);
  return work.db
    .selectFrom('billing.invoices')
    .select([
      'id',
      // A draft has none, and nobody is told one.
      sql<string>`coalesce(number, 'draft')`.as('number'),
      'customer_id as customerId',
      'status',
      'amount_minor as amountMinor',
      'settled_minor as settledMinor',
      'credited_minor as creditedMinor',
      'currency',
      'due_on as dueOn',
    ])
    .where('id', '=', invoiceId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export function refuseClosed(invoice: Pick<LockedInvoice, 'number' | 'status'>): void {
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
           coalesce(sum(balance_minor), 0)::text as open_minor,
           count(*) filter (where due_on < ${localDate(now, timeZone)})::text as overdue_count,
           coalesce(sum(balance_minor) filter (where due_on < ${localDate(now, timeZone)}), 0)::text as overdue_minor
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
