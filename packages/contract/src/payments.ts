// Money that came in, what it settled, what of it went back, and what a customer's account looks like.
import { z } from 'zod';
import { Payment, paymentMethods } from './billing.ts';
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

const method = z.enum(paymentMethods);
const idempotencyKey = text(100, 8).optional();

export const PaymentRow = Payment.extend({
  receiptNumber: z.string(),
  customerId: Id,
  customerName: z.string(),
  allocatedMinor: Minor,
  refundedMinor: Minor,
  /** What of it is credit of the customer. */
  creditMinor: Minor,
  reversedAt: Instant.nullable(),
}).meta({ id: 'PaymentRow' });

export const PaymentDetail = PaymentRow.extend({
  provider: z.string().nullable(),
  providerRef: z.string().nullable(),
  reversedBy: z.string().nullable(),
  reverseReason: z.string().nullable(),
  allocations: z.array(z.object({ invoiceId: Id, number: z.string(), amountMinor: Minor })),
  refunds: z.array(
    z.object({ id: Id, amountMinor: Minor, method, reason: z.string(), refundedOn: Day, recordedBy: z.string() }),
  ),
}).meta({ id: 'PaymentDetail' });

/** What a payment would settle. */
export const AllocationPreview = z
  .object({
    currency: Currency,
    /** What of it would stay as credit. */
    creditMinor: Minor,
    /** All that is open, in the order in which it is paid. */
    invoices: z.array(
      z.object({ invoiceId: Id, number: z.string(), dueOn: Day, balanceMinor: Minor, amountMinor: Minor }),
    ),
    /** What begins anew with it, where the policy says so; the credit is for charged days without service. */
    restarts: z.array(
      z.object({ planName: z.string(), startsOn: Day, endsOn: Day, creditMinor: Minor, priceMinor: Minor }),
    ),
  })
  .meta({ id: 'AllocationPreview' });

export const PaymentTotals = z
  .object({
    /** false: there are more than are summed, and nothing is. */
    isAll: z.boolean(),
    received: z.array(
      z.object({ method, currency: Currency, count: z.int(), amountMinor: Minor, refundedMinor: Minor }),
    ),
  })
  .meta({ id: 'PaymentTotals' });

const paymentFilter = {
  customerId: Id.optional(),
  method: method.optional(),
  /** Only those of which something is credit still. */
  credit: z.enum(['yes']).optional(),
  state: z.enum(['standing', 'reversed']).optional(),
  /** The day on which it was received. */
  from: Day.optional(),
  to: Day.optional(),
  /** The number of a receipt, the reference of a bank, or the customer. */
  search: SearchText.optional(),
};

const NewRefund = z
  .object({ amountMinor: PositiveMinor, method: method.default('cash'), reason: text(300, 1), idempotencyKey })
  .meta({ id: 'NewRefund' });

export const statementKinds = [
  'invoice',
  'payment',
  'credit_note',
  'refund',
  'reversal',
  'void',
  'write_off',
  'other',
] as const;

/** The last year up to today, when left out. */
export const StatementSpan = z.object({
  from: Day.optional(),
  to: Day.optional(),
  currency: Currency.optional(),
});

export const Statement = z
  .object({
    customerId: Id,
    customerName: z.string(),
    currency: Currency,
    from: Day,
    to: Day,
    /** What was owed before the first day; negative when we owed him. */
    openingMinor: Minor,
    entries: z.array(
      z.object({
        on: Day,
        kind: z.enum(statementKinds),
        /** The number of the invoice or the receipt. */
        reference: z.string(),
        refId: Id,
        chargeMinor: Minor,
        creditMinor: Minor,
        balanceMinor: Minor,
      }),
    ),
    closingMinor: Minor,
    /** There were more than fit: choose fewer days. */
    isCut: z.boolean(),
  })
  .meta({ id: 'Statement' });

const paymentId = z.object({ paymentId: Id });
const customerId = z.object({ customerId: Id });

export const payments = {
  'GET /api/payments': {
    name: 'listPayments',
    summary: 'Payments, newest first.',
    permission: 'invoice:read',
    query: PageQuery.extend(paymentFilter),
    reply: page(PaymentRow),
  },
  'GET /api/payments/totals': {
    name: 'sumPayments',
    summary:
      'What was received by each way, of the payments that the same filter lists; what was undone does not count.',
    permission: 'invoice:read',
    query: z.object(paymentFilter),
    reply: PaymentTotals,
  },
  'GET /api/payments/:paymentId': {
    name: 'getPayment',
    summary: 'One payment: what it settled and what of it went back.',
    permission: 'invoice:read',
    params: paymentId,
    reply: PaymentDetail,
  },
  'POST /api/payments/preview': {
    name: 'previewPayment',
    summary: 'What a payment would settle if it were recorded now. Nothing is written.',
    permission: 'payment:record',
    body: z.object({
      customerId: Id,
      amountMinor: Minor.refine((amount) => amount >= 0n, 'must not be negative'),
      currency: Currency.optional(),
      invoiceIds: z.array(Id).min(1).max(100).optional(),
    }),
    reply: AllocationPreview,
  },
  'POST /api/payments': {
    name: 'receivePayment',
    summary:
      'Record a payment of a customer. It settles the oldest invoices first, or those that you name; the rest stays as credit. The same Idempotency-Key, or the same id of a provider, is recorded once.',
    permission: 'payment:record',
    body: z
      .object({
        customerId: Id,
        amountMinor: PositiveMinor,
        currency: Currency.optional(),
        method: method.default('cash'),
        note: optionalText(300),
        /** Today when left out, and never in the future. */
        receivedOn: Day.optional(),
        invoiceIds: z.array(Id).min(1).max(100).optional(),
        provider: text(40, 1).optional(),
        providerRef: text(120, 1).optional(),
        idempotencyKey,
      })
      .meta({ id: 'NewCustomerPayment' }),
    reply: PaymentDetail,
    status: 201,
  },
  'POST /api/payments/:paymentId/reverse': {
    name: 'reversePayment',
    summary: 'Undo a payment that was recorded wrongly or charged back. What it settled is open again.',
    permission: 'invoice:write',
    params: paymentId,
    body: z.object({ reason: text(300, 1) }),
    reply: PaymentDetail,
  },
  'POST /api/payments/:paymentId/refunds': {
    name: 'refundPayment',
    summary: 'Give money of a payment back. What is credit goes first; then what it settled last is open again.',
    permission: 'invoice:write',
    params: paymentId,
    body: NewRefund,
    reply: PaymentDetail,
    status: 201,
  },
  'GET /api/customers/:customerId/credit': {
    name: 'getCredit',
    summary: 'What a customer has with us, by currency: it pays his next invoices.',
    permission: 'invoice:read',
    params: customerId,
    reply: z.object({ credits: z.array(z.object({ currency: Currency, amountMinor: Minor })) }),
  },
  'POST /api/customers/:customerId/credit-refunds': {
    name: 'refundCredit',
    summary: 'Pay credit of a customer out. No invoice is opened again.',
    permission: 'invoice:write',
    params: customerId,
    body: NewRefund.extend({ currency: Currency.optional() }),
    reply: z.object({ credits: z.array(z.object({ currency: Currency, amountMinor: Minor })) }),
    status: 201,
  },
  'GET /api/customers/:customerId/statement': {
    name: 'getStatement',
    summary: 'All that a customer was charged and paid, with the balance after each.',
    permission: 'invoice:read',
    params: customerId,
    query: StatementSpan,
    reply: Statement,
  },
  'POST /api/customers/:customerId/statement/mail': {
    name: 'mailStatement',
    summary: 'Send a statement to the customer as PDF, by mail.',
    permission: 'payment:record',
    params: customerId,
    body: StatementSpan,
    reply: z.object({ toAddress: z.string() }),
    status: 202,
  },
} satisfies EndpointRecord;
