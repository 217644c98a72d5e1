// Vouchers, the shifts in which they are sold, and the cash that they bring.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import {
  Bytes,
  Currency,
  Day,
  Id,
  Instant,
  Kbps,
  Minor,
  optionalText,
  PageQuery,
  PositiveMinor,
  page,
  Revision,
  SearchText,
  text,
} from './shapes.ts';

/** Time online, or time since the first login. */
export const durationKinds = ['used', 'wall'] as const;
export const voucherStates = ['generated', 'sold', 'redeemed', 'expired', 'void'] as const;
export const saleStates = ['reserved', 'complete', 'refused'] as const;
export const shiftStates = ['open', 'counted', 'closed'] as const;
export const shiftOutcomes = ['balanced', 'closed_with_variance', 'needs_approval'] as const;
export const movementKinds = ['in', 'to_safe', 'expense'] as const;
export const unreachableWays = ['refuse', 'pending'] as const;
export const alertStates = ['open', 'explained', 'accepted', 'escalated'] as const;
export const endReasons = ['expired', 'used_up', 'voided', 'refunded', 'not_sold'] as const;

const notNegative = Minor.refine((amount) => amount >= 0n, 'must not be negative');
const aboveZeroBytes = Bytes.refine((bytes) => bytes > 0n, 'must be above zero');
const tenYears = 3660;
const HourOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30');

const packageFields = {
  name: text(60, 1),
  priceMinor: notNegative,
  durationKind: z.enum(durationKinds),
  /** null: as long as the data lasts. */
  durationSeconds: z
    .int()
    .min(60, 'must be at least a minute')
    .max(366 * 86_400, 'must be at most a year')
    .nullable(),
  dataBytes: aboveZeroBytes.nullable(),
  downKbps: Kbps,
  upKbps: Kbps,
  /** How many may be online with one code at a time. */
  devices: z.int().min(1).max(100),
  /** How long a sold code waits for its first login; null: for ever. */
  validDays: z.int().min(1).max(tenYears).nullable(),
  /** Hours of the day, in the provider's time zone, in which a code works; null: all day. */
  hours: z.object({ from: HourOfDay, until: HourOfDay }).nullable(),
  /** Empty: sold at every location. */
  locationIds: z.array(Id).max(500),
  /** What a location asks instead. */
  prices: z.array(z.object({ locationId: Id, priceMinor: notNegative })).max(500),
};

export const Package = z
  .object({
    id: Id,
    versionId: Id,
    version: z.int(),
    name: z.string(),
    priceMinor: Minor,
    currency: Currency,
    durationKind: z.enum(durationKinds),
    durationSeconds: z.int().nullable(),
    dataBytes: Bytes.nullable(),
    downKbps: z.int(),
    upKbps: z.int(),
    devices: z.int(),
    validDays: z.int().nullable(),
    hours: z.object({ from: z.string(), until: z.string() }).nullable(),
    locationIds: z.array(Id),
    prices: z.array(z.object({ locationId: Id, priceMinor: Minor })),
    profileName: z.string(),
    archivedAt: Instant.nullable(),
    revision: Revision,
  })
  .meta({ id: 'VoucherPackage' });

const NewPackage = z
  .object({
    ...packageFields,
    durationKind: packageFields.durationKind.default('used'),
    durationSeconds: packageFields.durationSeconds.default(null),
    dataBytes: packageFields.dataBytes.default(null),
    devices: packageFields.devices.default(1),
    validDays: packageFields.validDays.default(null),
    hours: packageFields.hours.default(null),
    locationIds: packageFields.locationIds.default([]),
    prices: packageFields.prices.default([]),
  })
  .meta({ id: 'NewVoucherPackage' });

/** Notes and coins by what is printed on them. */
export const Cash = z
  .array(
    z.object({
      faceValue: z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, 'must be what is printed on the note, such as 20 or 0.50'),
      count: z.int().min(0).max(100_000),
    }),
  )
  .max(40);

export const IdempotencyKey = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(100)
  .regex(/^[\w.-]+$/, 'must be letters, digits, dot, dash or underscore');

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

export const Voucher = z
  .object({
    id: Id,
    code: z.string(),
    state: z.enum(voucherStates),
    packageName: z.string(),
    priceMinor: Minor,
    currency: Currency,
    durationSeconds: z.int().nullable(),
    dataBytes: Bytes.nullable(),
    sellerName: z.string().nullable(),
    routerId: Id.nullable(),
    routerLabel: z.string().nullable(),
    customerPhone: z.string().nullable(),
    soldAt: Instant.nullable(),
    firstUsedAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    endReason: z.enum(endReasons).nullable(),
    usedSeconds: z.int(),
    usedBytes: Bytes,
    printCount: z.int(),
    /** Set while the router is not known to have what is wanted: since when, and why. */
    pending: z.object({ since: Instant, message: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'Voucher' });

export const VoucherDetail = Voucher.extend({
  shiftId: Id.nullable(),
  batchId: Id.nullable(),
  events: z.array(
    z.object({ at: Instant, kind: z.string(), byName: z.string(), details: z.record(z.string(), z.unknown()) }),
  ),
}).meta({ id: 'VoucherDetail' });

export const Sale = z
  .object({
    id: Id,
    state: z.enum(saleStates),
    packageName: z.string(),
    quantity: z.int(),
    totalMinor: Minor,
    currency: Currency,
    at: Instant,
    vouchers: z.array(Voucher),
  })
  .meta({ id: 'VoucherSale' });

export const VoucherSettings = z
  .object({
    whenUnreachable: z.enum(unreachableWays),
    codeLength: z.int().min(8).max(20),
    toleranceMinor: notNegative,
    drawerLimitMinor: PositiveMinor.nullable(),
    voidAloneLimitMinor: notNegative,
    loginUrl: z
      .string()
      .trim()
      .max(200)
      .regex(/^https?:\/\/[^\s?#]+$/, 'must be the address of the login page, such as http://wifi.example/login')
      .nullable(),
    revision: Revision,
  })
  .meta({ id: 'VoucherSettings' });

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
  })
  .meta({ id: 'Counter' });

/** What somebody must look at. */
export const Alert = z
  .object({
    id: Id,
    kind: z.string(),
    state: z.enum(alertStates),
    foundAt: Instant,
    routerId: Id.nullable(),
    routerLabel: z.string().nullable(),
    staffName: z.string().nullable(),
    shiftId: Id.nullable(),
    voucherId: Id.nullable(),
    amountMinor: Minor.nullable(),
    evidence: z.record(z.string(), z.unknown()),
    notes: z.array(z.object({ at: Instant, byName: z.string(), state: z.string(), note: z.string() })),
  })
  .meta({ id: 'VoucherAlert' });

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

/** Sold, seen and counted on one day; never rewritten. */
export const ReconciliationReport = z
  .object({
    id: Id,
    day: Day,
    revision: z.int(),
    madeAt: Instant,
    madeBy: z.string(),
    currency: Currency,
    totals: z.object({
      soldCount: z.int(),
      soldMinor: Minor,
      /** The same sales, as the ledger booked them. */
      ledgerMinor: Minor,
      booksFlag: z.enum(['ok', 'mismatch']),
      countedMinor: Minor,
      varianceMinor: Minor,
      usedCount: z.int(),
      alertCount: z.int(),
    }),
    shifts: z.array(
      z.object({
        shiftId: Id,
        staffName: z.string(),
        locationName: z.string().nullable(),
        soldMinor: Minor,
        expectedMinor: Minor.nullable(),
        countedMinor: Minor.nullable(),
        varianceMinor: Minor.nullable(),
        /** Signed for by another person. */
        receivedMinor: Minor.nullable(),
        varianceBp: z.int().nullable(),
        flag: z.enum(['ok', 'short', 'over', 'open', 'mismatch']),
      }),
    ),
    routers: z.array(
      z.object({
        routerId: Id,
        label: z.string(),
        soldCount: z.int(),
        soldMinor: Minor,
        usedCount: z.int(),
        onRouterCount: z.int(),
        usedBytes: Bytes,
        lookedAt: z.string().nullable(),
      }),
    ),
    alerts: z.array(z.object({ kind: z.string(), count: z.int() })),
  })
  .meta({ id: 'ReconciliationReport' });

const alertId = z.object({ alertId: Id });
const handOverId = z.object({ handOverId: Id });
const packageId = z.object({ packageId: Id });
const voucherId = z.object({ voucherId: Id });
const shiftId = z.object({ shiftId: Id });

export const vouchers = {
  'GET /api/voucher-packages': {
    name: 'listVoucherPackages',
    summary: 'Packages by name, each in its newest version.',
    permission: 'voucher:read',
    query: PageQuery.extend({ status: z.enum(['active', 'archived', 'all']).default('active') }),
    reply: page(Package),
  },
  'POST /api/voucher-packages': {
    name: 'addVoucherPackage',
    summary: 'Add a package, priced in the currency of the provider.',
    permission: 'voucher:write',
    needsEverywhere: true,
    body: NewPackage,
    reply: Package,
    status: 201,
  },
  'GET /api/voucher-packages/:packageId': {
    name: 'getVoucherPackage',
    summary: 'One package.',
    permission: 'voucher:read',
    params: packageId,
    reply: Package,
  },
  'PUT /api/voucher-packages/:packageId': {
    name: 'changeVoucherPackage',
    summary: 'Change or archive a package. A change is a new version; codes that were sold keep theirs.',
    permission: 'voucher:write',
    needsEverywhere: true,
    params: packageId,
    body: z
      .object({ ...packageFields, isArchived: z.boolean() })
      .partial()
      .extend({ revision: Revision }),
    reply: Package,
  },
  'GET /api/voucher-settings': {
    name: 'getVoucherSettings',
    summary: 'How vouchers are sold and counted here.',
    permission: 'voucher:read',
    reply: VoucherSettings,
  },
  'PUT /api/voucher-settings': {
    name: 'changeVoucherSettings',
    summary: 'Change how vouchers are sold and counted; what is left out stays.',
    permission: 'voucher:write',
    needsEverywhere: true,
    body: VoucherSettings.omit({ revision: true }).partial().extend({ revision: Revision }),
    reply: VoucherSettings,
  },

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
      })
      .meta({ id: 'NewVoucherSale' }),
    reply: Sale,
    status: 201,
  },
  'POST /api/counter/prints': {
    name: 'printVouchers',
    summary: 'Tickets of own codes. Every print is counted, and the second of a code is a reprint.',
    permission: 'counter:sell',
    body: z.object({ voucherIds: z.array(Id).min(1).max(100) }),
    reply: z.object({
      tickets: z.array(
        z.object({
          id: Id,
          code: z.string(),
          packageName: z.string(),
          priceMinor: Minor,
          currency: Currency,
          soldAt: Instant,
          expiresAt: Instant.nullable(),
          printCount: z.int(),
          /** A picture that opens the login page with the code, as a data address. */
          qr: z.string(),
        }),
      ),
    }),
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

  'GET /api/vouchers': {
    name: 'listVouchers',
    summary: 'Codes that were sold, newest first, found by code, seller or the phone of a customer.',
    permission: 'voucher:read',
    query: PageQuery.extend({
      search: SearchText.optional(),
      state: z.enum([...voucherStates, 'pending', 'all']).default('all'),
    }),
    reply: page(Voucher),
  },
  'GET /api/vouchers/:voucherId': {
    name: 'getVoucher',
    summary: 'One code with its life.',
    permission: 'voucher:read',
    params: voucherId,
    reply: VoucherDetail,
  },
  'POST /api/vouchers/:voucherId/refund': {
    name: 'refundVoucher',
    summary: 'Take an unused code back and give the money back. Never by the person who sold it.',
    permission: 'voucher:approve',
    params: voucherId,
    body: z.object({ reason: text(300, 1) }),
    reply: VoucherDetail,
  },
  'GET /api/voucher-alerts': {
    name: 'listVoucherAlerts',
    summary: 'What somebody must look at, newest first, with its evidence.',
    permission: 'voucher:read',
    query: PageQuery.extend({ state: z.enum([...alertStates, 'all']).default('open') }),
    reply: page(Alert),
  },
  'POST /api/voucher-alerts/:alertId/notes': {
    name: 'settleVoucherAlert',
    summary: 'Explain, accept or escalate an alert, with the reason. Never by the person it is about.',
    permission: 'voucher:approve',
    params: alertId,
    body: z.object({ state: z.enum(alertStates), note: text(500, 1) }),
    reply: Alert,
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
  'GET /api/reconciliations': {
    name: 'listReconciliations',
    summary: 'Reports of days, newest first, every revision.',
    permission: 'voucher:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(ReconciliationReport),
  },
  'POST /api/reconciliations': {
    name: 'reconcileDay',
    summary: 'Reconcile a day now: another revision, the earlier ones stay.',
    permission: 'voucher:approve',
    needsEverywhere: true,
    body: z.object({ day: Day }),
    reply: ReconciliationReport,
    status: 201,
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
