// What a counter sells, and the life of each code.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import {
  Bytes,
  Currency,
  Id,
  Instant,
  Kbps,
  Minor,
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
export const unreachableWays = ['refuse', 'pending'] as const;
export const endReasons = ['expired', 'used_up', 'voided', 'refunded', 'not_sold', 'lost'] as const;

export const notNegative = Minor.refine((amount) => amount >= 0n, 'must not be negative');
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
  /** On which it was used, and at which sites. */
  devices: z.array(z.object({ mac: z.string(), routerLabel: z.string(), firstSeenAt: Instant })),
  events: z.array(
    z.object({ at: Instant, kind: z.string(), byName: z.string(), details: z.record(z.string(), z.unknown()) }),
  ),
}).meta({ id: 'VoucherDetail' });

/** What is printed of a code. */
export const Ticket = z
  .object({
    id: Id,
    code: z.string(),
    packageName: z.string(),
    priceMinor: Minor,
    currency: Currency,
    /** null: printed before it is sold. */
    soldAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
    printCount: z.int(),
    /** A picture that opens the login page with the code, as a data address. */
    qr: z.string(),
  })
  .meta({ id: 'VoucherTicket' });

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

export const IdempotencyKey = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(100)
  .regex(/^[\w.-]+$/, 'must be letters, digits, dot, dash or underscore');

const packageId = z.object({ packageId: Id });
const voucherId = z.object({ voucherId: Id });

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
} satisfies EndpointRecord;
