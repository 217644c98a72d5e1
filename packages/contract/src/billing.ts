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
  Revision,
  SearchText,
  text,
} from './shapes.ts';

/** What is stored. Partly paid and overdue are derived. */
export const invoiceStatuses = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;
export const lineKinds = [
  'manual',
  'recurring',
  'stub',
  'setup',
  'proration_credit',
  'proration_charge',
  'late_fee',
] as const;
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
    /** null while it is a draft. */
    number: z.string().nullable(),
    customerId: Id,
    customerName: z.string(),
    status: z.enum(invoiceStatuses),
    /** Derived from the due date, never stored. */
    isOverdue: z.boolean(),
    /** The total, taxes included. */
    amountMinor: Minor,
    settledMinor: Minor,
    /** What is still to be paid. */
    balanceMinor: Minor,
    creditedMinor: Minor,
    currency: Currency,
    /** null while it is a draft. */
    issuedOn: Day.nullable(),
    dueOn: Day,
    description: z.string(),
    createdAt: Instant,
  })
  .meta({ id: 'Invoice' });

export const InvoiceLine = z
  .object({
    lineNo: z.int(),
    kind: z.enum(lineKinds),
    description: z.string(),
    quantity: z.int(),
    unitMinor: Minor,
    discountMinor: Minor,
    /** Net where prices are exclusive of tax, gross where they include it. */
    amountMinor: Minor,
    /** What credit notes took back of it. */
    creditedMinor: Minor,
    /** What may still be credited of it by itself: less what a negative line of the same days takes off it, and never below zero. */
    creditableMinor: Minor,
    taxName: z.string().nullable(),
    rateBp: z.int(),
    netMinor: Minor,
    taxMinor: Minor,
    subscriptionId: Id.nullable(),
    startsOn: Day.nullable(),
    /** The first day that no longer belongs to it. */
    endsOn: Day.nullable(),
  })
  .meta({ id: 'InvoiceLine' });

/** One row of the tax table. */
export const InvoiceTax = z
  .object({ name: z.string(), rateBp: z.int(), netMinor: Minor, taxMinor: Minor })
  .meta({ id: 'InvoiceTax' });

export const CreditNote = z
  .object({
    id: Id,
    number: z.string(),
    netMinor: Minor,
    taxMinor: Minor,
    amountMinor: Minor,
    /** What of it settled the invoice; the rest is credit of the customer. */
    appliedMinor: Minor,
    reason: z.string(),
    issuedOn: Day,
    by: z.string(),
    createdAt: Instant,
  })
  .meta({ id: 'CreditNote' });

export const InvoiceDetail = Invoice.extend({
  netMinor: Minor,
  taxMinor: Minor,
  taxMode: z.enum(['exclusive', 'inclusive']),
  lines: z.array(InvoiceLine),
  taxes: z.array(InvoiceTax),
  creditNotes: z.array(CreditNote),
  payments: z.array(Payment),
  voidReason: z.string().nullable(),
}).meta({
  id: 'InvoiceDetail',
});

const NewLine = z
  .object({
    description: text(500, 1),
    quantity: z.int().min(1).max(100_000).default(1),
    unitMinor: Minor.refine((amount) => amount >= 0n, 'must not be negative'),
    discountMinor: Minor.refine((amount) => amount >= 0n, 'must not be negative').default(0n),
    taxId: Id.nullable().default(null),
  })
  .meta({ id: 'NewInvoiceLine' });

// More than fits on a page a person would read; one line of a statement is a line.
const mostLines = 200;

const NewInvoice = z
  .object({
    customerId: Id,
    dueOn: Day,
    description: text(500, 1),
    /** One line without tax, in place of `lines`. */
    amountMinor: PositiveMinor.optional(),
    lines: z.array(NewLine).min(1).max(mostLines).optional(),
    /** A draft has no number, and can be changed and deleted. */
    isDraft: z.boolean().default(false),
  })
  .refine(({ amountMinor, lines }) => (amountMinor === undefined) !== (lines === undefined), {
    path: ['amountMinor'],
    error: 'must be given, or lines in its place',
  })
  .meta({ id: 'NewInvoice' });

/** What lines come to, before anything is issued. */
export const InvoicePreview = z
  .object({
    lines: z.array(z.object({ amountMinor: Minor, netMinor: Minor, taxMinor: Minor })),
    taxes: z.array(InvoiceTax),
    netMinor: Minor,
    taxMinor: Minor,
    amountMinor: Minor,
    taxMode: z.enum(['exclusive', 'inclusive']),
    currency: Currency,
  })
  .meta({ id: 'InvoicePreview' });

const NewCreditNote = z
  .object({
    reason: text(300, 1),
    /** The lines to credit with their amounts, as they stand on the invoice; left out, all that is not credited yet. */
    lines: z
      .array(z.object({ lineNo: z.int().min(1), amountMinor: PositiveMinor }))
      .min(1)
      .max(mostLines)
      .optional(),
  })
  .meta({ id: 'NewCreditNote' });

export const CreditNotePreview = z
  .object({
    netMinor: Minor,
    taxMinor: Minor,
    amountMinor: Minor,
    /** What of it would settle the invoice; the rest would be credit of the customer. */
    appliedMinor: Minor,
    currency: Currency,
  })
  .meta({ id: 'CreditNotePreview' });

export const InvoiceFilters = z.object({
  status: z.enum([...invoiceStatuses, 'overdue']).optional(),
  customerId: Id.optional(),
  search: SearchText.optional(),
  /** Days of issue, both included: drafts have none. */
  issuedFrom: Day.optional(),
  issuedTo: Day.optional(),
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

export const BillingPolicy = z
  .object({
    /** Whether the hourly run makes invoices by itself. */
    isAutomatic: z.boolean(),
    /** Days before the last day of the running period on which the next one is invoiced. */
    leadDays: z.int().min(0).max(27),
    /** Days after the beginning of what is paid for. */
    termsDays: z.int().min(0).max(90),
    /** What a customer has at least when the invoice came late. */
    minDaysToPay: z.int().min(0).max(90),
    taxMode: z.enum(['exclusive', 'inclusive']),
    /** Where taxes are rounded: once for all lines of a rate, or on each line. */
    taxLevel: z.enum(['rate_group', 'line']),
    taxRounding: z.enum(['half_up', 'half_even', 'down']),
    billWhileSuspended: z.boolean(),
    maxUnpaidRecurring: z.int().min(1).max(24),
    /** Whether the days up to the first anchor have an invoice of their own, or wait for that of the period after them. */
    stubPolicy: z.enum(['separate', 'with_next_period']),
    /** How parts of a month are counted: by its own days, or with every month as 30. */
    dayCount: z.enum(['actual', 'fixed30']),
    /** A prepaid term whose debt is paid goes on as it was, or begins anew with the payment. */
    reactivation: z.enum(['continue', 'restart']),
    /** Of a new subscription where nothing is said. */
    defaultPaymentMode: z.enum(['prepaid', 'postpaid']),
    /** The same for its billing day; null: the day on which it starts. */
    defaultAnchorDay: z.int().min(1).max(31).nullable(),
    revision: Revision,
  })
  .meta({ id: 'BillingPolicy' });

const RunTotals = z.array(z.object({ currency: Currency, amountMinor: Minor }));

export const InvoiceRun = z
  .object({
    id: Id,
    at: Instant,
    /** null: it runs, or was broken off; the next one goes on where it was. */
    endedAt: Instant.nullable(),
    day: Day,
    by: z.string(),
    /** Subscriptions that were due when it began, and how many of them it has been at. */
    dueCount: z.int(),
    doneCount: z.int(),
    invoiceCount: z.int(),
    /** Periods that were passed over: paused, or begun while the service was off. */
    passedCount: z.int(),
    failedCount: z.int(),
    totals: RunTotals,
    /** The first that could not be billed, each with its reason. */
    failures: z.array(z.object({ subscriptionId: Id, customerId: Id, reason: z.string() })),
  })
  .meta({ id: 'InvoiceRun' });

export const InvoicingState = z
  .object({
    isAutomatic: z.boolean(),
    /** It is off because nobody was asked yet: subscriptions were there before anything was invoiced by itself. */
    isUndecided: z.boolean(),
    /** The day of the last run, where it is so long ago that the schedule waits for a person to run it. */
    waitsSince: Day.nullable(),
    /** How many subscriptions it charges, the first of them on a day. */
    subscriptionCount: z.int(),
    chargedFrom: Day.nullable(),
  })
  .meta({ id: 'InvoicingState' });

export const InvoicePlan = z
  .object({
    day: Day,
    state: InvoicingState,
    invoiceCount: z.int(),
    passedCount: z.int(),
    totals: RunTotals,
    /** The first of them. */
    invoices: z.array(
      z.object({
        subscriptionId: Id,
        customerId: Id,
        customerName: z.string(),
        planName: z.string(),
        startsOn: Day,
        endsOn: Day,
        dueOn: Day,
        currency: Currency,
        amountMinor: Minor,
      }),
    ),
  })
  .meta({ id: 'InvoicePlan' });

export const billing = {
  'GET /api/billing/invoice-runs': {
    name: 'listInvoiceRuns',
    summary: 'The last runs that made invoices.',
    permission: 'invoice:read',
    needsEverywhere: true,
    reply: z.object({ items: z.array(InvoiceRun) }),
  },
  'POST /api/billing/invoice-runs': {
    name: 'runInvoicing',
    summary: 'Invoice now all that is due. A second run finds nothing more.',
    permission: 'billing:run',
    needsEverywhere: true,
    reply: InvoiceRun,
    status: 201,
  },
  'GET /api/billing/invoice-plan': {
    name: 'planInvoicing',
    summary: 'What a run of a day would issue. Nothing is written.',
    permission: 'invoice:read',
    needsEverywhere: true,
    query: z.object({ day: Day.optional() }),
    reply: InvoicePlan,
  },
  'GET /api/billing/policy': {
    name: 'getBillingPolicy',
    summary: 'How invoices are made.',
    permission: 'invoice:read',
    reply: BillingPolicy,
  },
  'PUT /api/billing/policy': {
    name: 'changeBillingPolicy',
    summary: 'Change how invoices are made from now on; what was issued stays as it is.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: BillingPolicy.partial().extend({ revision: Revision }),
    reply: BillingPolicy,
  },
  'GET /api/invoices': {
    name: 'listInvoices',
    summary: 'Invoices, newest first.',
    permission: 'invoice:read',
    query: PageQuery.extend(InvoiceFilters.shape),
    reply: page(Invoice),
  },
  'GET /api/invoices/sums': {
    name: 'sumInvoices',
    summary: 'How many invoices a filter finds and what they come to, by currency.',
    permission: 'invoice:read',
    query: InvoiceFilters,
    reply: z.object({
      /** false: there are more than were counted. */
      isAll: z.boolean(),
      count: z.int(),
      sums: z.array(z.object({ currency: Currency, amountMinor: Minor, balanceMinor: Minor })),
    }),
  },
  'POST /api/invoices/preview': {
    name: 'previewInvoice',
    summary: 'What lines come to with their taxes. Nothing is written.',
    permission: 'invoice:write',
    body: z.object({ lines: z.array(NewLine).min(1).max(mostLines) }),
    reply: InvoicePreview,
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
    summary: 'Issue an invoice by hand, or make a draft of one.',
    permission: 'invoice:write',
    body: NewInvoice,
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
      'Change a draft; what is left out stays. An issued invoice is never changed: credit it, or void it and issue another.',
    permission: 'invoice:write',
    params: invoiceId,
    body: z
      .object({
        dueOn: Day,
        description: text(500, 1),
        amountMinor: PositiveMinor,
        lines: z.array(NewLine).min(1).max(mostLines),
      })
      .partial()
      .meta({ id: 'DraftChange' }),
    reply: InvoiceDetail,
  },
  'POST /api/invoices/:invoiceId/issue': {
    name: 'issueDraft',
    summary: 'Issue a draft: it gets its number and today’s date, and is booked.',
    permission: 'invoice:write',
    params: invoiceId,
    reply: InvoiceDetail,
  },
  'POST /api/invoices/:invoiceId/credit-notes': {
    name: 'creditInvoice',
    summary:
      'Credit an invoice, whole or in part. It settles what is open of it; the rest becomes credit of the customer.',
    permission: 'invoice:write',
    params: invoiceId,
    body: NewCreditNote,
    reply: InvoiceDetail,
    status: 201,
  },
  'POST /api/invoices/:invoiceId/credit-notes/preview': {
    name: 'previewCreditNote',
    summary: 'What a credit note would come to, and what of it would settle the invoice. Nothing is written.',
    permission: 'invoice:write',
    params: invoiceId,
    body: NewCreditNote.pick({ lines: true }),
    reply: CreditNotePreview,
  },
  'POST /api/invoices/:invoiceId/letters': {
    name: 'mailInvoice',
    summary: 'Send an invoice with its paper to the customer’s address, once more if it was sent before.',
    permission: 'invoice:write',
    params: invoiceId,
    reply: z.object({ toAddress: z.string() }),
    status: 202,
  },
  'POST /api/invoices/:invoiceId/write-off': {
    name: 'writeOffInvoice',
    summary: 'Give up what is open of an invoice: it becomes uncollectible. A later payment still counts.',
    permission: 'invoice:write',
    params: invoiceId,
    body: z.object({ reason: text(300, 1) }),
    reply: InvoiceDetail,
  },
  'DELETE /api/invoices/:invoiceId': {
    name: 'voidInvoice',
    summary:
      'Void an invoice on which nothing was paid: it keeps its number. A draft is deleted: the reply is what it said.',
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
