// The books as an accountant reads them. Amounts are in minor units of the currency that stands beside them.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Day, Id, Instant, Minor, PageQuery, page, SearchText, text } from './shapes.ts';

export const accountKinds = [
  'bad_debt',
  'bank',
  'breakage',
  'cash',
  'cash_drawer',
  'cash_expense',
  'cash_in_transit',
  'cash_over_short',
  'customer_credit',
  'deferred_revenue',
  'fee_expense',
  'late_fee_revenue',
  'opening_balance',
  'provider',
  'receivable',
  'refund_clearing',
  'revenue',
  'safe',
  'tax_payable',
  'voucher_liability',
] as const;

const AccountKind = z.enum(accountKinds);

export const TrialBalance = z
  .object({
    /** With this day included. */
    on: Day,
    currencies: z.array(
      z.object({
        currency: Currency,
        rows: z.array(z.object({ kind: AccountKind, debitMinor: Minor, creditMinor: Minor })),
        debitMinor: Minor,
        creditMinor: Minor,
        /** Debits are credits: never false, for a transfer is both. */
        isBalanced: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'TrialBalance' });

export const LedgerAccount = z
  .object({
    id: z.string(),
    kind: AccountKind,
    customerId: Id.nullable(),
    customerName: z.string().nullable(),
    currency: Currency,
    /** Debits less credits. */
    balanceMinor: Minor,
  })
  .meta({ id: 'LedgerAccount' });

const Side = z.object({
  id: z.string(),
  kind: AccountKind,
  customerId: Id.nullable(),
  customerName: z.string().nullable(),
});

export const Journal = z
  .object({
    id: Id,
    postedOn: Day,
    /** What was booked: invoice, payment, credit_note, recognition and others. */
    kind: z.string(),
    refId: Id,
    /** The number of the document, where it has one. */
    reference: z.string().nullable(),
    /** Where the document can be looked at. */
    source: z.object({ kind: z.enum(['invoice', 'payment', 'customer']), id: Id }).nullable(),
    currency: Currency,
    /** What it moved in all; money that only passes an account counts once. */
    amountMinor: Minor,
    postings: z.array(z.object({ debit: Side, credit: Side, amountMinor: Minor })),
  })
  .meta({ id: 'Journal' });

const AgedParts = {
  notDueMinor: Minor,
  upTo30Minor: Minor,
  upTo60Minor: Minor,
  upTo90Minor: Minor,
  olderMinor: Minor,
  totalMinor: Minor,
};

export const AgedCustomer = z
  .object({ customerId: Id, customerName: z.string(), oldestDueOn: Day, currency: Currency, ...AgedParts })
  .meta({ id: 'AgedCustomer' });

export const AgedTotal = z
  .object({ currency: Currency, customerCount: z.int(), ...AgedParts })
  .meta({ id: 'AgedTotal' });

export const RevenueMonth = z
  .object({
    /** Its first day. */
    month: Day,
    currency: Currency,
    /** Without taxes, less what was credited and voided. */
    invoicedMinor: Minor,
    /** Less what was given back. */
    receivedMinor: Minor,
    earnedMinor: Minor,
    /** What is still to be earned when the month ends. */
    deferredMinor: Minor,
  })
  .meta({ id: 'RevenueMonth' });

export const BooksClosing = z
  .object({
    /** The last closed day; null: every month is open. */
    closedThrough: Day.nullable(),
    closedBy: z.string().nullable(),
    closedAt: Instant.nullable(),
    /** The last day of the last month that is over and open; null: there is none. */
    closableThrough: Day.nullable(),
    /** Whether what its days have earned is booked: it can be closed. */
    isEarned: z.boolean(),
  })
  .meta({ id: 'BooksClosing' });

export const BookCheck = z
  .object({
    at: Instant,
    count: z.int(),
    /** The first of them. */
    differences: z.array(
      z.object({
        kind: z.enum(['receivable', 'customer_credit', 'tax_payable', 'cash_drawer', 'report_sums']),
        customerId: Id.nullable(),
        customerName: z.string().nullable(),
        /** Of tax and of reports: the month whose documents, or kept sums, say otherwise, as 2026-05. */
        month: z.string().nullable(),
        /** Of a drawer: the closed shift in which something is left. */
        shiftId: Id.nullable(),
        currency: Currency,
        /** What the ledger says. */
        bookedMinor: Minor,
        /**
         * What the documents sum to: open invoices, what is left of payments and credit notes, their tax; of a closed shift nothing;
         * of reports the sums that are kept for them.
         */
        countedMinor: Minor,
      }),
    ),
  })
  .meta({ id: 'BookCheck' });

const days = { from: Day.optional(), to: Day.optional() };

export const JournalFilter = z.object({
  ...days,
  kind: z.string().max(40).optional(),
  accountId: z
    .string()
    .regex(/^\d{1,18}$/, 'must be an account of the books')
    .optional(),
  customerId: Id.optional(),
  /** A number of an invoice, a credit note or a receipt, or its beginning. */
  search: SearchText.optional(),
});

const permission = 'books:read';

export const books = {
  'GET /api/books/trial-balance': {
    name: 'getTrialBalance',
    summary: 'What each kind of account holds at the end of a day.',
    permission,
    needsEverywhere: true,
    query: z.object({ on: Day.optional() }),
    reply: TrialBalance,
  },
  'GET /api/books/accounts': {
    name: 'listLedgerAccounts',
    summary: 'Accounts with their balances.',
    permission,
    needsEverywhere: true,
    query: PageQuery.extend({ kind: AccountKind.optional(), customerId: Id.optional() }),
    reply: page(LedgerAccount),
  },
  'GET /api/books/journals': {
    name: 'listJournals',
    summary: 'What was booked, the latest first.',
    permission,
    needsEverywhere: true,
    query: PageQuery.extend(JournalFilter.shape),
    reply: page(Journal),
  },
  'GET /api/books/aged-receivables': {
    name: 'listAgedReceivables',
    summary: 'What customers owe, by how long it is due.',
    permission,
    needsEverywhere: true,
    query: PageQuery.extend({ currency: Currency.optional() }),
    reply: page(AgedCustomer),
  },
  'GET /api/books/aged-receivables/totals': {
    name: 'getAgedTotals',
    summary: 'The same for all customers together.',
    permission,
    needsEverywhere: true,
    reply: z.object({ on: Day, items: z.array(AgedTotal) }),
  },
  'GET /api/books/revenue': {
    name: 'getRevenue',
    summary: 'Months with what was invoiced, received and earned, and what is deferred.',
    permission,
    needsEverywhere: true,
    query: z.object({ months: z.coerce.number().int().min(1).max(60).default(12) }),
    reply: z.object({
      /** The first day that is not booked as earned yet. */
      recognizedThrough: Day.nullable(),
      items: z.array(RevenueMonth),
    }),
  },
  'GET /api/books/check': {
    name: 'checkBooks',
    summary:
      'Hold the books against invoices, payments, credit notes and closed shifts, and name what differs. Nothing is changed.',
    permission,
    needsEverywhere: true,
    reply: BookCheck,
  },
  'GET /api/books/closing': {
    name: 'getBooksClosing',
    summary: 'Through which day the books are closed, and which month could be.',
    permission,
    needsEverywhere: true,
    reply: BooksClosing,
  },
  'POST /api/books/closing': {
    name: 'closeBooks',
    summary: 'Close all months through the last day of one that is over: nothing is booked in them any more.',
    permission: 'books:close',
    needsEverywhere: true,
    body: z.object({ through: Day }),
    reply: BooksClosing,
    status: 201,
  },
  'POST /api/books/reopening': {
    name: 'reopenBooks',
    summary: 'Open a closed month and all after it again, for a stated reason.',
    permission: 'books:reopen',
    needsEverywhere: true,
    body: z.object({ from: Day, reason: text(300, 1) }),
    reply: BooksClosing,
    status: 201,
  },
} satisfies EndpointRecord;
