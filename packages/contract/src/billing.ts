import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import {
  Currency,
  Day,
  Id,
  Instant,
  Minor,
  optionalText,
  PageQuery,
  PositiveMinor,
  page,
  SearchText,
  text,
} from './shapes.ts';

export const invoiceStatuses = ['open', 'paid', 'void'] as const;
export const paymentMethods = ['cash', 'transfer', 'card', 'mobile_money', 'other'] as const;

export const Payment = z
  .object({
    id: Id,
    amountMinor: Minor,
    currency: Currency,
    method: z.enum(paymentMethods),
    note: z.string().nullable(),
    receivedOn: Day,
    recordedBy: z.string(),
    recordedAt: Instant,
  })
  .meta({ id: 'Payment' });

export const Invoice = z
  .object({
    id: Id,
    number: z.string(),
    customerId: Id,
    customerName: z.string(),
    status: z.enum(invoiceStatuses),
    /** Derived from the due date, never stored. */
    isOverdue: z.boolean(),
    amountMinor: Minor,
    settledMinor: Minor,
    currency: Currency,
    issuedOn: Day,
    dueOn: Day,
    description: z.string(),
    createdAt: Instant,
  })
  .meta({ id: 'Invoice' });

export const InvoiceDetail = Invoice.extend({ payments: z.array(Payment), voidReason: z.string().nullable() }).meta({
  id: 'InvoiceDetail',
});

const invoiceId = z.object({ invoiceId: Id });

export const NewPayment = z
  .object({
    /** What is still open, when left out. */
    amountMinor: PositiveMinor.optional(),
    method: z.enum(paymentMethods).default('cash'),
    note: optionalText(300),
    /** Any text that is the same when the same payment is sent again: it is then recorded once. */
    idempotencyKey: text(100, 8).optional(),
  })
  .meta({ id: 'NewPayment' });

export const billing = {
  'GET /api/invoices': {
    name: 'listInvoices',
    summary: 'Invoices, newest first.',
    permission: 'invoice:read',
    query: PageQuery.extend({
      status: z.enum([...invoiceStatuses, 'overdue']).optional(),
      customerId: Id.optional(),
      search: SearchText.optional(),
    }),
    reply: page(Invoice),
  },
  'GET /api/invoices/totals': {
    name: 'getInvoiceTotals',
    summary: 'What is open, overdue and received this month, in the currency of the provider.',
    permission: 'invoice:read',
    reply: z.object({
      currency: Currency,
      openCount: z.int(),
      openMinor: Minor,
      overdueCount: z.int(),
      overdueMinor: Minor,
      receivedThisMonthMinor: Minor,
    }),
  },
  'POST /api/invoices': {
    name: 'issueInvoice',
    summary: 'Issue an invoice by hand.',
    permission: 'invoice:write',
    body: z
      .object({ customerId: Id, amountMinor: PositiveMinor, dueOn: Day, description: text(500, 1) })
      .meta({ id: 'NewInvoice' }),
    reply: InvoiceDetail,
    status: 201,
  },
  'GET /api/invoices/:invoiceId': {
    name: 'getInvoice',
    summary: 'One invoice with its payments.',
    permission: 'invoice:read',
    params: invoiceId,
    reply: InvoiceDetail,
  },
  'PUT /api/invoices/:invoiceId': {
    name: 'changeInvoice',
    summary:
      'Give an open invoice a later due date or a clearer description. Its amount never changes: void it and issue another.',
    permission: 'invoice:write',
    params: invoiceId,
    body: z.object({ dueOn: Day, description: text(500, 1) }).partial(),
    reply: InvoiceDetail,
  },
  'DELETE /api/invoices/:invoiceId': {
    name: 'voidInvoice',
    summary: 'Void an invoice on which nothing was paid. It keeps its number.',
    permission: 'invoice:write',
    params: invoiceId,
    body: z.object({ reason: optionalText(300) }).nullish(),
    reply: InvoiceDetail,
  },
  'POST /api/invoices/:invoiceId/payments': {
    name: 'recordPayment',
    summary: 'Record a payment. An account that was blocked for being overdue comes back at once.',
    permission: 'payment:record',
    params: invoiceId,
    body: NewPayment,
    reply: InvoiceDetail,
    status: 201,
  },
} satisfies EndpointRecord;
