// The counter: who sells, in which shift, and the way of the cash to the bank.
import { z } from 'zod';
import { Pin } from './auth.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Day, Id, Instant, Minor, optionalText, PageQuery, PositiveMinor, page, text } from './shapes.ts';
import { IdempotencyKey, notNegative, Package, Sale, Ticket, Voucher } from './vouchers.ts';

export const shiftStates = ['open', 'counted', 'closed'] as const;
export const shiftOutcomes = ['balanced', 'closed_with_variance', 'needs_approval'] as const;
export const movementKinds = ['in', 'to_safe', 'expense'] as const;
export const ticketWays = ['paper', 'text'] as const;

/** Notes and coins by what is printed on them. */
export const Cash = z
  .array(
    z.object({
      faceValue: z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'must be what is printed on the note, such as 20 or 0.50'),
      count: z.int().min(0).max(100_000),
    }),
  )
  .max(40);

/** A person's own shift, with nothing from which the expected sum could be read while it is open. */
export const OwnShift = z
  .object({
    id: Id,
    state: z.enum(shiftStates),
    routerId: Id,
    routerLabel: z.string(),
    currency: Currency,
    openedAt: Instant,
    openedMinor: Minor,
    countedAt: Instant.nullable(),
    closedAt: Instant.nullable(),
    /** What was found, once the count is final. */
    result: z
      .object({
        expectedMinor: Minor,
        countedMinor: Minor,
        varianceMinor: Minor,
        outcome: z.enum(shiftOutcomes),
      })
      .nullable(),
  })
  .meta({ id: 'OwnShift' });

export const CashMovement = z
  .object({
    id: Id,
    kind: z.enum(movementKinds),
    amountMinor: Minor,
    reason: z.string(),
    at: Instant,
    byName: z.string(),
  })
  .meta({ id: 'CashMovement' });

/** A shift as a manager sees it. */
export const Shift = OwnShift.extend({
  staffId: Id,
  staffName: z.string(),
  locationId: Id.nullable(),
  locationName: z.string().nullable(),
  soldCount: z.int(),
  /** null: not told to who still has to count it. */
  soldMinor: Minor.nullable(),
  expectedNowMinor: Minor.nullable(),
  approvedName: z.string().nullable(),
  approvalNote: z.string().nullable(),
}).meta({ id: 'Shift' });

export const Count = z
  .object({
    id: Id,
    cash: Cash,
    countedMinor: Minor,
    isBlind: z.boolean(),
    countedName: z.string(),
    countedAt: Instant,
  })
  .meta({ id: 'ShiftCount' });

/** A pre-printed code at the counter. */
export const SealedVoucher = z
  .object({ code: z.string(), packageName: z.string(), priceMinor: Minor, currency: Currency })
  .meta({ id: 'SealedVoucher' });

/** All that the cashier's screen shows. */
export const Counter = z
  .object({
    shift: OwnShift.nullable(),
    /** Where a shift may be opened. */
    routers: z.array(z.object({ id: Id, label: z.string(), locationName: z.string().nullable() })),
    packages: z.array(
      Package.pick({
        id: true,
        name: true,
        priceMinor: true,
        currency: true,
        durationKind: true,
        durationSeconds: true,
        dataBytes: true,
        downKbps: true,
        upKbps: true,
        devices: true,
        validDays: true,
        hours: true,
      }),
    ),
    today: z.object({ soldCount: z.int(), soldMinor: Minor, currency: Currency }),
    loginUrl: z.string().nullable(),
    /** Up to which an unused code is taken back alone. */
    voidAloneLimitMinor: Minor,
  })
  .meta({ id: 'Counter' });

/** Cash on its way, given by one person and signed for by another. */
export const HandOver = z
  .object({
    id: Id,
    kind: z.enum(['drawer_to_safe', 'safe_to_bank']),
    shiftId: Id.nullable(),
    locationId: Id.nullable(),
    locationName: z.string().nullable(),
    currency: Currency,
    amountMinor: Minor,
    reference: z.string().nullable(),
    givenBy: Id,
    givenName: z.string(),
    givenAt: Instant,
    receivedMinor: Minor.nullable(),
    receivedName: z.string().nullable(),
    receivedAt: Instant.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'HandOver' });

/** Signs by his PIN, or by his password and the code of his app where he has one. */
const SecondPerson = z
  .object({
    username: text(64, 1),
    pin: Pin.optional(),
    password: z.string().min(1).max(200).optional(),
    code: z.string().max(20).optional(),
  })
  .refine(({ pin, password }) => (pin === undefined) !== (password === undefined), {
    path: ['pin'],
    message: 'must be given, or a password, and not both',
  });

/** Sold in this shift, or not at all: the screen may be another person's. */
const shownShift = { shiftId: Id.optional() };

const handOverId = z.object({ handOverId: Id });
const shiftId = z.object({ shiftId: Id });

export const counter = {
  'GET /api/counter': {
    name: 'getCounter',
    summary: 'The own counter: shift, packages, and what was sold today.',
    permission: 'counter:read',
    reply: Counter,
  },
  'GET /api/counter/sales': {
    name: 'listOwnSales',
    summary: 'Own tokens, newest first.',
    permission: 'counter:read',
    query: PageQuery,
    reply: page(Voucher),
  },
  'POST /api/counter/sales': {
    name: 'sellVouchers',
    summary:
      'Sell codes in the own open shift: sold and on the router, or not sold at all. The same key again sells nothing more.',
    permission: 'counter:sell',
    body: z
      .object({
        packageId: Id,
        quantity: z.int().min(1, 'must be at least 1').max(100, 'must be at most 100').default(1),
        customerPhone: optionalText(40),
        idempotencyKey: IdempotencyKey,
        ...shownShift,
      })
      .meta({ id: 'NewVoucherSale' }),
    reply: Sale,
    status: 201,
  },
  'POST /api/counter/prints': {
    name: 'printVouchers',
    summary: 'Tickets of own codes, or the text to send. Every one is counted, and the second of a code is a reprint.',
    permission: 'counter:sell',
    body: z.object({ voucherIds: z.array(Id).min(1).max(100), way: z.enum(ticketWays).default('paper') }),
    reply: z.object({ tickets: z.array(Ticket) }),
  },
  'POST /api/counter/sealed': {
    name: 'getSealedVoucher',
    summary: 'What a pre-printed code is, before it is sold here.',
    permission: 'counter:sell',
    body: z.object({ code: text(40, 1) }),
    reply: SealedVoucher,
  },
  'POST /api/counter/sealed-sales': {
    name: 'sellSealedVouchers',
    summary: 'Sell pre-printed codes of one package in the own open shift. From then on they work.',
    permission: 'counter:sell',
    body: z
      .object({
        codes: z.array(text(40, 1)).min(1).max(100),
        customerPhone: optionalText(40),
        idempotencyKey: IdempotencyKey,
        ...shownShift,
      })
      .meta({ id: 'NewSealedSale' }),
    reply: Sale,
    status: 201,
  },
  'POST /api/counter/voids': {
    name: 'voidOwnVoucher',
    summary: 'Take back an unused code of the own open shift: up to a limit alone, above it with a second person.',
    permission: 'counter:sell',
    body: z
      .object({
        voucherId: Id,
        reason: text(300, 1),
        /** Who signs for it at this counter: somebody else, who may approve. */
        second: SecondPerson.optional(),
      })
      .meta({ id: 'NewVoid' }),
    reply: Voucher,
  },
  'POST /api/counter/shift': {
    name: 'openShift',
    summary: 'Clock in at a router with counted cash. One shift per person.',
    permission: 'counter:sell',
    body: z.object({ routerId: Id, cash: Cash }),
    reply: OwnShift,
    status: 201,
  },
  'POST /api/counter/shift/count': {
    name: 'countShift',
    summary: 'Clock out with a count of the drawer. It is final; only then the expected sum is told.',
    permission: 'counter:sell',
    body: z.object({ cash: Cash }),
    reply: OwnShift,
  },
  'POST /api/counter/cash': {
    name: 'moveCash',
    summary: 'Cash put into the drawer or taken out of it, with a reason.',
    permission: 'counter:sell',
    body: z.object({
      kind: z.enum(movementKinds),
      amountMinor: PositiveMinor,
      reason: text(300, 1),
      idempotencyKey: IdempotencyKey,
    }),
    reply: CashMovement,
    status: 201,
  },

  'GET /api/hand-overs': {
    name: 'listHandOvers',
    summary: 'Cash on its way to a safe or the bank, newest first.',
    permission: 'voucher:read',
    query: PageQuery.extend({ state: z.enum(['open', 'all']).default('open') }),
    reply: page(HandOver),
  },
  'POST /api/hand-overs': {
    name: 'sendToBank',
    summary: 'Take cash from the safe of a location to the bank.',
    permission: 'voucher:approve',
    body: z.object({
      locationId: Id.nullable().default(null),
      amountMinor: PositiveMinor,
      reference: optionalText(100),
    }),
    reply: HandOver,
    status: 201,
  },
  'POST /api/hand-overs/:handOverId/receipt': {
    name: 'receiveHandOver',
    summary: 'Sign for cash that somebody else gave, with what was counted.',
    permission: 'voucher:approve',
    params: handOverId,
    body: z.object({ receivedMinor: notNegative, note: optionalText(300) }),
    reply: HandOver,
  },
  'GET /api/shifts': {
    name: 'listShifts',
    summary: 'Shifts, newest first.',
    permission: 'voucher:read',
    query: PageQuery.extend({
      state: z.enum([...shiftStates, 'standing', 'all']).default('all'),
      staffId: Id.optional(),
      locationId: Id.optional(),
      from: Day.optional(),
      to: Day.optional(),
    }),
    reply: page(Shift),
  },
  'GET /api/shifts/:shiftId': {
    name: 'getShift',
    summary: 'One shift with its counts and cash movements.',
    permission: 'voucher:read',
    params: shiftId,
    reply: Shift.extend({
      openedCash: Cash,
      counts: z.array(Count),
      movements: z.array(CashMovement),
    }),
  },
  'POST /api/shifts/:shiftId/approval': {
    name: 'approveVariance',
    summary: 'Close a counted shift whose difference needs a second person. Never by the person who counted.',
    permission: 'voucher:approve',
    params: shiftId,
    body: z.object({ note: text(500, 1) }),
    reply: Shift,
  },
} satisfies EndpointRecord;
