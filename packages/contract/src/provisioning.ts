import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Trouble } from './routers.ts';
import { Bytes, Id, Instant, Ipv4, Kbps, MacAddress, PageQuery, page, Revision } from './shapes.ts';

/** By what a subscriber comes online: a plan and its accounts are of one kind. */
export const serviceKinds = ['pppoe', 'hotspot'] as const;

export const AccountName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .refine((name) => !/[\s\p{C}]/u.test(name), 'must not hold spaces or control characters');

export const AccountPassword = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must have at most 128 characters')
  .refine((password) => !/\p{C}/u.test(password), 'must not hold control characters');

/** What an account may have besides its name and password. */
export const accountFields = {
  /** null: an address from the plan's pool. */
  staticAddress: Ipv4.nullable(),
  /** The only device that may use the account: caller-id of a PPPoE secret, mac-address of a hotspot user. null: any. */
  macAddress: MacAddress.nullable(),
};

const nameOnRouter = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$/, 'must be 1 to 48 letters, digits, dot, dash or underscore');

const rangeWords = 'must be ranges such as 10.5.0.2-10.5.0.254, separated by commas';
const AddressRange = z
  .string()
  .transform((ranges) => ranges.replace(/\s+/g, ''))
  .pipe(z.string().max(500, 'must have at most 500 characters').refine(isAddressRange, rangeWords));

function isAddressRange(ranges: string): boolean {
  return ranges.split(',').every((range) => {
    const ends = range.split('-');
    const [from, to = from] = ends.map(addressNumber);
    return ends.length <= 2 && from !== undefined && to !== undefined && from <= to;
  });
}

function addressNumber(address: string): number | undefined {
  return z.ipv4().safeParse(address).success
    ? address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
    : undefined;
}

const DnsServers = z
  .string()
  .transform((servers) => servers.replace(/\s+/g, ''))
  .pipe(
    z.string().refine((servers) => {
      const list = servers.split(',');
      return list.length <= 2 && list.every((server) => addressNumber(server) !== undefined);
    }, 'must be one or two IPv4 addresses, separated by a comma'),
  );

const seconds = (most: number) =>
  z.int().min(1, 'must be at least 1 second').max(most, `must be at most ${most} seconds`);
const year = 366 * 86_400;

/** What a profile says, each of them null where it says nothing and the router does as it does by itself. */
export const profileOptions = {
  burstDownKbps: Kbps.nullable(),
  burstUpKbps: Kbps.nullable(),
  /** Burst is allowed while the average is below it; without one it is the speed. */
  thresholdDownKbps: Kbps.nullable(),
  thresholdUpKbps: Kbps.nullable(),
  burstDownSeconds: seconds(3600).nullable(),
  burstUpSeconds: seconds(3600).nullable(),
  /** 1 is served first, 8 last. */
  priority: z.int().min(1, 'must be 1 to 8').max(8, 'must be 1 to 8').nullable(),
  /** What is kept free for the subscriber on a full line. */
  limitAtDownKbps: Kbps.nullable(),
  limitAtUpKbps: Kbps.nullable(),
  sessionTimeoutSeconds: seconds(year).nullable(),
  idleTimeoutSeconds: seconds(year).nullable(),
  /** How many may be online with one login at a time. */
  sharedUsers: z.int().min(1, 'must be at least 1').max(1000, 'must be at most 1000').nullable(),
  /** A pool that is on the router already. */
  addressPool: nameOnRouter.nullable(),
  /** Addresses for a pool that is made on each router. */
  addressRange: AddressRange.nullable(),
  /** The router's end of the tunnel (PPPoE). null: as the router has it. */
  localAddress: Ipv4.nullable(),
  addressList: nameOnRouter.nullable(),
  dnsServers: DnsServers.nullable(),
};

export const blockReasons = ['overdue', 'staff', 'vacation', 'ended', 'cap_reached'] as const;

export const Block = z
  .object({ reason: z.enum(blockReasons), since: Instant, by: z.string(), note: z.string().nullable() })
  .meta({ id: 'Block' });

/** What is wanted on the router and is not known to be there yet. */
export const Pending = z
  .object({
    since: Instant,
    /** null: waits for a person. */
    nextTryAt: Instant.nullable(),
    trouble: Trouble.nullable(),
  })
  .meta({ id: 'Pending' });

/** A host name, an address or a network, as an address list of RouterOS takes it. */
const Place = z
  .string()
  .trim()
  .toLowerCase()
  .max(253, 'must have at most 253 characters')
  .refine(isPlace, 'must be a host name such as pay.example.net, an address or a network such as 192.0.2.0/24');

function isPlace(place: string): boolean {
  return (
    z.ipv4().safeParse(place).success ||
    z.cidrv4().safeParse(place).success ||
    // With a letter in its last part: 1.2.3 is no name, and RouterOS would take it for one.
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(place)
  );
}

const blockedAccess = {
  mode: z.enum(['disable', 'walled_garden']),
  /** Holds the addresses of blocked subscribers: the firewall's rules go by it. */
  addressList: nameOnRouter,
  /** Where blocked PPPoE subscribers get their addresses from. */
  addressPool: profileOptions.addressPool,
  addressRange: profileOptions.addressRange,
  downKbps: Kbps,
  upKbps: Kbps,
  /** Where blocked subscribers may go nevertheless. For the rules to paste: nothing of it is written to a router. */
  allowedPlaces: z
    .array(Place)
    .max(50, 'must be at most 50 places')
    .transform((places) => [...new Set(places)]),
  /** The web server that their other web pages lead to; null: to none. For the rules to paste, too. */
  pageAddress: Ipv4.nullable(),
};

export const BlockedAccess = z
  .object({
    mode: blockedAccess.mode,
    addressList: z.string(),
    addressPool: z.string().nullable(),
    addressRange: z.string().nullable(),
    downKbps: z.int(),
    upKbps: z.int(),
    allowedPlaces: z.array(z.string()),
    pageAddress: z.string().nullable(),
    /** How many accounts are blocked now. */
    blockedCount: z.int(),
    revision: Revision,
  })
  .meta({ id: 'BlockedAccess' });

export const Redial = z
  .object({
    id: Id,
    askedAt: Instant,
    by: z.string(),
    notBefore: Instant,
    endedAt: Instant.nullable(),
    isStopped: z.boolean(),
    droppedCount: z.int(),
    failedCount: z.int(),
    /** The last ones that did not work, and why. */
    failures: z.array(z.object({ accountName: z.string(), routerLabel: z.string(), trouble: z.string() })),
  })
  .meta({ id: 'Redial' });

export const Session = z
  .object({
    id: Id,
    service: z.enum(serviceKinds),
    routerId: Id,
    routerLabel: z.string(),
    locationName: z.string().nullable(),
    /** Of a voucher this is its code: all of it only for those who may read vouchers. */
    accountName: z.string(),
    customerId: Id.nullable(),
    customerName: z.string().nullable(),
    /** What was bought, where it is the session of a voucher. */
    packageName: z.string().nullable(),
    address: z.string().nullable(),
    /** The subscriber's MAC address, as the router tells it. */
    callerId: z.string().nullable(),
    startedAt: Instant,
    downBytes: Bytes,
    upBytes: Bytes,
    downBps: z.int().nullable(),
    upBps: z.int().nullable(),
    planName: z.string().nullable(),
    /** All data of the plan is used. */
    isSlowed: z.boolean(),
    /** false: its router does not answer now, so it was online when that was last heard, at `seenAt`. */
    isLive: z.boolean(),
    seenAt: Instant,
  })
  .meta({ id: 'Session' });

export const sessionEnds = ['left', 'cut', 'dropped', 'forgotten'] as const;

/** A session that may be over. */
export const PastSession = Session.extend({
  endedAt: Instant.nullable(),
  /** left: at the subscriber's end. cut: blocked or removed. dropped: by a person. forgotten: with its router. */
  endedHow: z.enum(sessionEnds).nullable(),
  endedBy: z.string().nullable(),
}).meta({ id: 'PastSession' });

export const Traffic = z
  .object({ sessionId: Id, downBytes: Bytes, upBytes: Bytes, downBps: z.int().nullable(), upBps: z.int().nullable() })
  .meta({ id: 'Traffic' });

const sessionIds = z.array(Id).min(1, 'must name a session').max(200, 'must be at most 200 sessions');

export const PendingAccount = z
  .object({
    accountId: Id,
    accountName: z.string(),
    customerId: Id,
    customerName: z.string(),
    routerId: Id,
    routerLabel: z.string(),
    isRemoval: z.boolean(),
    pending: Pending,
  })
  .meta({ id: 'PendingAccount' });

export const refusalReasons = [
  'wrong_password',
  /** No account of this name is there; the name that was tried may be another way to write it. */
  'unknown_name',
  'switched_off',
  'wrong_device',
  'too_many_sessions',
  'limit_reached',
  'no_address',
  'radius_silent',
] as const;

/** One account, as it is wanted and as its router has it at this moment. */
export const RouterState = z
  .object({
    accountId: Id,
    accountName: z.string(),
    service: z.enum(serviceKinds),
    routerId: Id,
    readAt: Instant,
    /** An object of this account is there, under whatever name. */
    isOnRouter: z.boolean(),
    isAsWanted: z.boolean(),
    /**
     * What an account has: name, password (never told, null), profile, rateLimit, staticAddress, macAddress, isDisabled (yes or no).
     * `isSame` is null where the router does not show it.
     */
    fields: z.array(
      z.object({
        field: z.string(),
        wanted: z.string().nullable(),
        actual: z.string().nullable(),
        isSame: z.boolean().nullable(),
      }),
    ),
    /** The devices that are online under one of its names. */
    sessionCount: z.int(),
    /** The latest logins that the router refused, the latest first. null: its log could not be read. */
    refusedLogins: z
      .array(
        z.object({
          /** By our clock; null: the router wrote a time that is not understood. */
          at: Instant.nullable(),
          triedName: z.string(),
          reason: z.enum(refusalReasons),
          /** The router's own words. */
          message: z.string(),
        }),
      )
      .nullable(),
  })
  .meta({ id: 'RouterState' });

export const provisioning = {
  'GET /api/settings/blocked-access': {
    name: 'getBlockedAccess',
    summary: 'What blocked accounts get: nothing, or the walled garden.',
    permission: 'settings:read',
    reply: BlockedAccess,
  },
  'PUT /api/settings/blocked-access': {
    name: 'changeBlockedAccess',
    summary: 'Change what blocked accounts get; what is left out stays. The routers follow by themselves.',
    permission: 'settings:write',
    needsEverywhere: true,
    body: z.object(blockedAccess).partial().extend({ revision: Revision }),
    reply: BlockedAccess,
  },
  'DELETE /api/sessions/:sessionId': {
    name: 'disconnectSession',
    summary: 'Drop a session now. The subscriber may dial in again.',
    permission: 'session:disconnect',
    params: z.object({ sessionId: Id }),
  },
  'POST /api/sessions/traffic': {
    name: 'readTraffic',
    summary: 'What some sessions carry now, read from their routers. Those that cannot be told are left out.',
    permission: 'session:read',
    body: z.object({ sessionIds }),
    reply: z.object({ items: z.array(Traffic) }),
  },
  'POST /api/sessions/disconnect': {
    name: 'disconnectSessions',
    summary: 'Drop several sessions now; each has its own result. The subscribers may dial in again.',
    permission: 'session:disconnect',
    body: z.object({ sessionIds }),
    reply: z.object({
      items: z.array(
        z
          .object({
            sessionId: Id,
            /** null: dropped. */
            refusal: Trouble.nullable(),
          })
          .meta({ id: 'Disconnected' }),
      ),
    }),
  },
  'GET /api/pending': {
    name: 'listPendingAccounts',
    summary: 'What waits to be written to which router, and why.',
    permission: 'customer:read',
    query: PageQuery.extend({ routerId: Id.optional() }),
    reply: page(PendingAccount).extend({ total: z.int() }),
  },
  'GET /api/accounts/:accountId/router-state': {
    name: 'getRouterState',
    summary:
      'One account, field by field as wanted and as its router has it now, and the logins that the router refused. Reads the router, writes nothing.',
    permission: 'customer:read',
    params: z.object({ accountId: Id }),
    reply: RouterState,
  },
  'POST /api/accounts/:accountId/reveal': {
    name: 'revealAccountPassword',
    summary: 'Show the password of an account. Every look is written to the audit log.',
    permission: 'account:reveal',
    params: z.object({ accountId: Id }),
    reply: z.object({ password: z.string() }),
  },
  'POST /api/accounts/:accountId/retry': {
    name: 'retryAccount',
    summary: 'Try again now what waits on the router.',
    permission: 'customer:write',
    params: z.object({ accountId: Id }),
  },
} satisfies EndpointRecord;
