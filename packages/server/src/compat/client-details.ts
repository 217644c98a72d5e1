// A client with all that seed E nests below him: subscriptions, their invoices, the payments of each.
import { decimalsOfCurrency } from '@lastmile/contract/currencies.ts';
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';

// Of a customer with many years of books the newest: the rest is in the pages.
const mostInvoices = 500;

export async function listSubscriptionsOf(db: Db, customerId: string) {
  const subscriptions = await db
    .selectFrom('billing.subscriptions')
    .select(['id', 'starts_on as startsOn', 'ends_on as endsOn', 'charged_through as chargedThrough', 'status'])
    .where('customer_id', '=', customerId)
    .orderBy('starts_on')
    .orderBy('id')
    .limit(100)
    .execute();
  const invoices = await listInvoicesOf(db, customerId);
  const ofSubscription = (id: string | null) =>
    invoices.filter(({ subscriptionId }) => subscriptionId === id).map(({ invoice }) => invoice);
  return {
    subscriptions: subscriptions.map(({ id, startsOn, endsOn, chargedThrough, status }) => ({
      subscription_id: id,
      start_date: startsOn,
      // What runs on is charged until then.
      end_date: endsOn ?? chargedThrough,
      status,
      invoices: ofSubscription(id),
    })),
    invoices: ofSubscription(null),
  };
}

const statuses = {
  draft: 'draft',
  open: 'pending',
  paid: 'paid',
  void: 'void',
  uncollectible: 'uncollectible',
} as const;

async function listInvoicesOf(db: Db, customerId: string) {
  const rows = await db
    .selectFrom('billing.invoices as invoice')
    .select([
      'invoice.id',
      'invoice.number',
      'invoice.issued_on as issuedOn',
      'invoice.due_on as dueOn',
      'invoice.amount_minor as amountMinor',
      'invoice.currency',
      'invoice.status',
      sql<string | null>`(select line.subscription_id from billing.invoice_lines line
        where line.invoice_id = invoice.id and line.subscription_id is not null order by line.line_no limit 1)`.as(
        'subscriptionId',
      ),
    ])
    .where('invoice.customer_id', '=', customerId)
    .orderBy('invoice.created_at', 'desc')
    .orderBy('invoice.id', 'desc')
    .limit(mostInvoices)
    .execute();
  const ids = rows.map(({ id }) => id);
  const payments = await listPaymentsOf(db, ids);
  return rows.map(({ subscriptionId, ...invoice }) => ({
    subscriptionId,
    invoice: {
      invoice_id: invoice.id,
      invoice_number: invoice.number,
      invoice_date: invoice.issuedOn,
      due_date: invoice.dueOn,
      total_amount: decimalOf(invoice.amountMinor, invoice.currency),
      invoice_status: statuses[invoice.status as keyof typeof statuses],
      payments: (payments.get(invoice.id) ?? []).map(({ receivedOn, method, amountMinor, currency }) => ({
        payment_status: 'success' as const,
        payment_date: receivedOn,
        payment_method: method === 'card' ? 'credit_card' : method,
        amount: decimalOf(amountMinor, currency),
      })),
    },
  }));
}

async function listPaymentsOf(db: Db, invoiceIds: readonly string[]) {
  const rows =
    invoiceIds.length === 0
      ? []
      : await db
          .selectFrom('billing.allocations as allocation')
          .innerJoin('billing.payments as payment', 'payment.id', 'allocation.payment_id')
          .select([
            'allocation.invoice_id as invoiceId',
            'allocation.amount_minor as amountMinor',
            'allocation.currency',
            'payment.received_on as receivedOn',
            'payment.method',
          ])
          .where('allocation.invoice_id', 'in', invoiceIds)
          .orderBy('payment.received_on')
          .orderBy('payment.id')
          .execute();
  return Map.groupBy(rows, ({ invoiceId }) => invoiceId);
}

/** As the seed writes amounts. Up to 15 digits are exact; nothing is ever reckoned with it. */
function decimalOf(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** (decimalsOfCurrency(currency) ?? 2);
}
