// Money on bank statements: files that are read, lines of them that wait for a customer, and the payments that they become.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Day, Id, Instant, Minor, PageQuery, PositiveMinor, page, SearchText, text } from './shapes.ts';

export const dateOrders = ['ymd', 'dmy', 'mdy'] as const;
/** `new`: will be kept; `known`: was in a file before; `outgoing`: not money that came in; `unreadable`: says why. */
export const bankRowStates = ['new', 'known', 'outgoing', 'unreadable'] as const;
/** `certain`: who and how much both fit; `likely`: who fits; `possible`: a person must look. */
export const matchConfidences = ['certain', 'likely', 'possible'] as const;
export const matchReasons = [
  'invoice_number',
  'customer_number',
  'account_name',
  'payer_name',
  'amount',
  'invoice_paid',
  'several_customers',
  'recorded_already',
] as const;

const column = z.int().min(0).max(99);

/** Where in a file of this bank things stand. Columns are counted from 0. */
export const BankFormat = z
  .object({
    /** Lines before the first entry: the heads, and what a bank writes above them. */
    skippedLines: z.int().min(0).max(50),
    dateColumn: column,
    dateOrder: z.enum(dateOrders),
    /** Money that came in; what is negative here went out. */
    amountColumn: column,
    decimalSign: z.enum(['.', ',']),
    payerColumn: column.nullable(),
    referenceColumns: z.array(column).max(4),
    /** The bank's own number of the entry; without it a line is known by all that it says. */
    bankRefColumn: column.nullable(),
  })
  .meta({ id: 'BankFormat' });

export const BankSuggestion = z
  .object({
    confidence: z.enum(matchConfidences),
    reasons: z.array(z.enum(matchReasons)),
    customerId: Id,
    /** Tells two of one name apart. */
    customerNumber: z.int(),
    customerName: z.string(),
    /** Those that the line names; none: the oldest first. */
    invoices: z.array(z.object({ id: Id, number: z.string() })),
  })
  .meta({ id: 'BankSuggestion' });

const lineFacts = {
  bookedOn: Day,
  amountMinor: Minor,
  currency: Currency,
  payer: z.string(),
  reference: z.string(),
};

const paymentFacts = {
  id: Id,
  receiptNumber: z.string(),
  customerName: z.string(),
  customerNumber: z.int(),
  amountMinor: Minor,
};

export const BankLine = z
  .object({
    id: Id,
    bank: z.string(),
    bankRef: z.string(),
    ...lineFacts,
    /** What of it became payments; the rest waits. */
    assignedMinor: Minor,
    state: z.enum(['waiting', 'assigned', 'set_aside']),
    setAsideBy: z.string().nullable(),
    setAsideReason: z.string().nullable(),
    payments: z.array(
      z.object({
        ...paymentFacts,
        /** Was recorded by hand before the bank told of it, and linked to the line. */
        isLinked: z.boolean(),
      }),
    ),
    /** For what waits: payments of just this amount, recorded by hand in these days, that may be this money. */
    recorded: z.array(z.object({ ...paymentFacts, receivedOn: Day })),
    /** For what waits: who it probably is, the best first. */
    suggestions: z.array(BankSuggestion),
  })
  .meta({ id: 'BankLine' });

export const BankImport = z
  .object({
    id: Id,
    bank: z.string(),
    fileName: z.string(),
    at: Instant,
    by: z.string(),
    newCount: z.int(),
    knownCount: z.int(),
    leftOutCount: z.int(),
    waitingCount: z.int(),
  })
  .meta({ id: 'BankImport' });

// With the third that base64 adds it stays below what a request may have; some 5,000 lines of a bank.
const mostBase64 = 960_000;

const file = {
  fileName: text(200, 1),
  /** The file as it is, in base64. */
  content: z.base64('must be base64').min(4, 'must not be empty').max(mostBase64, 'must be at most 700 kB'),
  format: BankFormat.optional(),
  /** Of the account; the provider's own when left out. */
  currency: Currency.optional(),
};

const BankFileReview = z
  .object({
    /** How the file is written, as it was found. */
    encoding: z.string(),
    delimiter: z.string(),
    /** The first lines as they stand in the file, to choose columns by. */
    firstLines: z.array(z.array(z.string())),
    columnCount: z.int(),
    /** What was sent, else that of a bank whose files look the same, else a guess; null where there is nothing to go by. */
    format: BankFormat.nullable(),
    /** The bank whose format that is. */
    bank: z.string().nullable(),
    currency: Currency,
    counts: z.object({ new: z.int(), known: z.int(), outgoing: z.int(), unreadable: z.int() }),
    newMinor: Minor,
    /** The first 200. */
    rows: z.array(
      z.object({
        lineNo: z.int(),
        state: z.enum(bankRowStates),
        problem: z.string().nullable(),
        bookedOn: Day.nullable(),
        amountMinor: Minor.nullable(),
        payer: z.string(),
        reference: z.string(),
        suggestion: BankSuggestion.nullable(),
      }),
    ),
  })
  .meta({ id: 'BankFileReview' });

const lineId = z.object({ lineId: Id });

export const bank = {
  'POST /api/bank-imports/review': {
    name: 'reviewBankFile',
    summary: 'Read a bank statement (CSV) and say what would become of each line. Nothing is written.',
    permission: 'payment:record',
    needsEverywhere: true,
    body: z.object({ ...file, bank: text(60).optional() }),
    reply: BankFileReview,
  },
  'POST /api/bank-imports': {
    name: 'importBankFile',
    summary:
      'Keep the new lines of a bank statement. Nothing becomes a payment by this: lines wait to be assigned. What was in a file before is left out.',
    permission: 'payment:record',
    needsEverywhere: true,
    body: z.object({ ...file, format: BankFormat, bank: text(60, 1) }),
    reply: BankImport,
    status: 201,
  },
  'GET /api/bank-imports': {
    name: 'listBankImports',
    summary: 'The bank statements that were read, newest first.',
    permission: 'invoice:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(BankImport),
  },
  'GET /api/bank-lines': {
    name: 'listBankLines',
    summary: 'Lines of bank statements, newest first; those that wait with who they probably are of.',
    permission: 'invoice:read',
    needsEverywhere: true,
    query: PageQuery.extend({
      state: z.enum(['waiting', 'assigned', 'set_aside']).optional(),
      search: SearchText.optional(),
    }),
    reply: page(BankLine).extend({
      waitingCount: z.int(),
      waiting: z.array(z.object({ currency: Currency, amountMinor: Minor })),
    }),
  },
  'POST /api/bank-lines/assign-certain': {
    name: 'assignCertainBankLines',
    summary:
      'Record a payment for each waiting line of which customer and amount are certain, some hundred at a time. Ask again with `next` until it is null.',
    permission: 'payment:record',
    needsEverywhere: true,
    body: z.object({ after: z.string().max(500).optional() }),
    reply: z.object({ assignedCount: z.int(), lookedAtCount: z.int(), next: z.string().nullable() }),
  },
  'POST /api/bank-lines/:lineId/assign': {
    name: 'assignBankLine',
    summary: 'Record payments of a waiting line: all of it for one customer, or split over several.',
    permission: 'payment:record',
    needsEverywhere: true,
    params: lineId,
    body: z.object({
      parts: z
        .array(
          z.object({
            customerId: Id,
            amountMinor: PositiveMinor,
            invoiceIds: z.array(Id).min(1).max(100).optional(),
          }),
        )
        .min(1)
        .max(20),
    }),
    reply: BankLine,
    status: 201,
  },
  'POST /api/bank-lines/:lineId/link': {
    name: 'linkBankLine',
    summary: 'Say that a waiting line is a payment which was recorded by hand already. No money is recorded by this.',
    permission: 'payment:record',
    needsEverywhere: true,
    params: lineId,
    body: z.object({ paymentId: Id }),
    reply: BankLine,
  },
  'POST /api/bank-lines/:lineId/unlink': {
    name: 'unlinkBankLine',
    summary: 'Take back that a line is that payment: the payment stays, the line waits again.',
    permission: 'payment:record',
    needsEverywhere: true,
    params: lineId,
    body: z.object({ paymentId: Id }),
    reply: BankLine,
  },
  'POST /api/bank-lines/:lineId/set-aside': {
    name: 'setBankLineAside',
    summary: 'Say that a waiting line is no payment of a customer, and why.',
    permission: 'payment:record',
    needsEverywhere: true,
    params: lineId,
    body: z.object({ reason: text(300, 1) }),
    reply: BankLine,
  },
  'POST /api/bank-lines/:lineId/take-back': {
    name: 'takeBankLineBack',
    summary: 'Let a line that was set aside wait again.',
    permission: 'payment:record',
    needsEverywhere: true,
    params: lineId,
    reply: BankLine,
  },
} satisfies EndpointRecord;
