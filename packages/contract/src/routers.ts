import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, optionalText, PageQuery, page, Revision, SearchText, text } from './shapes.ts';

export const tlsModes = ['off', 'verify', 'pinned', 'anonymous'] as const;
export const routerModes = ['observe', 'manage'] as const;
/** Why a router that answers is not well; with any of them it is shown as degraded. */
export const routerConcerns = ['cpu_high', 'memory_low', 'hot', 'clock_wrong', 'slow'] as const;
export const routerStates = ['unknown', 'online', 'unreachable', 'login_refused', 'rejected'] as const;

/** Facts that a router tells about itself. */
export const RouterFacts = z
  .object({
    identity: z.string(),
    model: z.string(),
    rosVersion: z.string(),
    /** Accounts that somebody already made there, whoever it was. */
    secretCount: z.int(),
  })
  .meta({ id: 'RouterFacts' });

/** Why something did not work and what a person can do about it. */
export const Trouble = z.object({ code: z.string(), message: z.string() }).meta({ id: 'Trouble' });

export const Router = z
  .object({
    id: Id,
    label: z.string(),
    locationId: Id.nullable(),
    locationName: z.string().nullable(),
    host: z.string(),
    port: z.int(),
    tls: z.enum(tlsModes),
    fingerprint: z.string().nullable(),
    username: z.string(),
    mode: z.enum(routerModes),
    state: z.enum(routerStates),
    stateSince: Instant.nullable(),
    trouble: Trouble.nullable(),
    identity: z.string().nullable(),
    model: z.string().nullable(),
    rosVersion: z.string().nullable(),
    uptimeSeconds: z.int().nullable(),
    cpuLoadPercent: z.int().nullable(),
    freeMemoryBytes: z.string().nullable(),
    totalMemoryBytes: z.string().nullable(),
    /** Of its sensors the hottest; null where it has none. */
    temperatureCelsius: z.number().nullable(),
    /** How far its clock is ahead of ours; below zero: behind. */
    clockSkewSeconds: z.int().nullable(),
    /** How long it took to answer a small question. */
    latencyMs: z.int().nullable(),
    /** Only of a router that answers. */
    concerns: z.array(z.enum(routerConcerns)),
    lastSeenAt: Instant.nullable(),
    lastSyncAt: Instant.nullable(),
    /** Share of the accounts that may be written within an hour before a person has looked; 100: no limit. */
    changeLimitPercent: z.int(),
    /** Put right at once what somebody else changed on our objects, or list it. */
    healsDrift: z.boolean(),
    /** Accounts whose change waits because they are too many at once. */
    heldCount: z.int(),
    heldSince: Instant.nullable(),
    driftCount: z.int(),
    accountCount: z.int(),
    pendingCount: z.int(),
    /** Who is online, where the router answers; 0 where it does not. */
    onlineCount: z.int(),
    /** Who was online when a router that does not answer was last heard. */
    lastSeenCount: z.int(),
    revision: Revision,
  })
  .meta({ id: 'Router' });

export const healthWindows = ['day', 'week', 'quarter'] as const;

/** How a router was. A point that is missing was not measured, because we did not run. */
export const HealthHistory = z
  .object({
    since: Instant,
    until: Instant,
    stepSeconds: z.int(),
    points: z.array(
      z.object({
        at: Instant,
        onlinePercent: z.number(),
        cpuLoadPercent: z.number().nullable(),
        memoryUsedPercent: z.number().nullable(),
        temperatureCelsius: z.number().nullable(),
        latencyMs: z.number().nullable(),
        activeCount: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'HealthHistory' });

const Host = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(253, 'must have at most 253 characters')
  .regex(
    /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9])?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/,
    'must be a host name or an IP address',
  );

const Fingerprint = z
  .string()
  .transform((value) => value.replaceAll(':', '').trim().toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 fingerprint: 64 hexadecimal digits'));

const connection = {
  host: Host,
  port: z.int().min(1).max(65535),
  tls: z.enum(tlsModes),
  fingerprint: Fingerprint.nullish().transform((value) => value ?? null),
  username: text(64, 1),
  password: z.string().max(200, 'must have at most 200 characters'),
};

const withDefaults = {
  ...connection,
  port: connection.port.default(8728),
  tls: connection.tls.default('off'),
};

export const NewRouter = z
  .object({
    label: text(80, 1),
    ...withDefaults,
    mode: z.enum(routerModes).optional(),
    locationId: Id.nullable().default(null),
  })
  .refine((router) => router.tls !== 'pinned' || router.fingerprint !== null, {
    path: ['fingerprint'],
    message: 'is needed when the certificate is pinned',
  })
  .meta({ id: 'NewRouter' });

const routerId = z.object({ routerId: Id });

/** A place that groups routers: a tower, a village, a shop. A person may be limited to some. */
export const Location = z
  .object({
    id: Id,
    name: z.string(),
    address: z.string().nullable(),
    notes: z.string().nullable(),
    routerCount: z.int(),
    /** Routers that do not answer, or refuse us. */
    troubledCount: z.int(),
    customerCount: z.int(),
    /** On routers that answer. */
    onlineCount: z.int(),
    revision: Revision,
  })
  .meta({ id: 'Location' });

const location = { name: text(80, 1), address: optionalText(300), notes: optionalText(2000) };
const locationId = z.object({ locationId: Id });

/** The outcome of a try to connect: facts, or what to do. */
export const ConnectionTest = z
  .object({
    ok: z.boolean(),
    latencyMs: z.int().nullable(),
    facts: RouterFacts.nullable(),
    trouble: Trouble.nullable(),
  })
  .meta({ id: 'ConnectionTest' });

export const routers = {
  'GET /api/routers': {
    name: 'listRouters',
    summary: 'Routers with their health, by label.',
    permission: 'router:read',
    query: PageQuery.extend({ search: SearchText.optional(), locationId: Id.optional() }),
    reply: page(Router),
  },
  'POST /api/routers': {
    name: 'addRouter',
    summary:
      'Add a router. The connection is tried; a router that does not answer is added all the same and tried again.',
    permission: 'router:write',
    body: NewRouter,
    reply: Router,
    status: 201,
  },
  'POST /api/routers/test': {
    name: 'testNewRouter',
    summary: 'Try a connection before saving it. With `routerId` and no password, the stored password is used.',
    permission: 'router:write',
    body: z.object({ ...withDefaults, password: connection.password.optional(), routerId: Id.optional() }),
    reply: ConnectionTest,
  },
  'GET /api/routers/:routerId': {
    name: 'getRouter',
    summary: 'One router.',
    permission: 'router:read',
    params: routerId,
    reply: Router,
  },
  'PUT /api/routers/:routerId': {
    name: 'changeRouter',
    summary:
      'Change a router; what is left out stays. Mode "observe" never writes to the router, "manage" does: who switches to it sends the token of the preview that he has seen, and is refused with `preview_outdated` when it would not be the same any more.',
    permission: 'router:write',
    params: routerId,
    body: z
      .object({
        label: text(80, 1),
        ...connection,
        mode: z.enum(routerModes),
        locationId: Id.nullable(),
        changeLimitPercent: z.int().min(1).max(100),
        healsDrift: z.boolean(),
      })
      .partial()
      .extend({
        fingerprint: Fingerprint.nullish(),
        revision: Revision,
        /** The token of the preview that was looked at: needed to switch from "observe" to "manage". */
        previewToken: z.string().max(100).optional(),
      }),
    reply: Router,
  },
  'DELETE /api/routers/:routerId': {
    name: 'removeRouter',
    summary: 'Remove a router that has no accounts.',
    permission: 'router:write',
    params: routerId,
  },
  'POST /api/routers/:routerId/test': {
    name: 'testRouter',
    summary: 'Try the connection to a router now.',
    permission: 'router:read',
    params: routerId,
    reply: ConnectionTest,
  },
  'GET /api/routers/:routerId/health': {
    name: 'getRouterHealth',
    summary: 'How a router was in the last day, week or quarter.',
    permission: 'router:read',
    params: routerId,
    query: z.object({ window: z.enum(healthWindows).default('day') }),
    reply: HealthHistory,
  },
  'POST /api/routers/:routerId/sync': {
    name: 'syncRouter',
    summary: 'Look at the whole router now and bring what is pending to it.',
    permission: 'router:write',
    params: routerId,
    reply: Router,
  },

  'GET /api/locations': {
    name: 'listLocations',
    summary: 'Locations by name, with what stands there. Who is limited to some sees those.',
    permission: 'location:read',
    query: PageQuery.extend({ search: SearchText.optional() }),
    reply: page(Location),
  },
  'POST /api/locations': {
    name: 'addLocation',
    summary: 'Add a location.',
    permission: 'location:write',
    needsEverywhere: true,
    body: z.object(location).meta({ id: 'NewLocation' }),
    reply: Location,
    status: 201,
  },
  'GET /api/locations/:locationId': {
    name: 'getLocation',
    summary: 'One location.',
    permission: 'location:read',
    params: locationId,
    reply: Location,
  },
  'PUT /api/locations/:locationId': {
    name: 'changeLocation',
    summary: 'Change a location; what is left out stays.',
    permission: 'location:write',
    needsEverywhere: true,
    params: locationId,
    body: z
      .object({ name: location.name, address: text(300).nullable(), notes: text(2000).nullable() })
      .partial()
      .extend({ revision: Revision }),
    reply: Location,
  },
  'DELETE /api/locations/:locationId': {
    name: 'removeLocation',
    summary: 'Remove a location that no router stands at.',
    permission: 'location:write',
    needsEverywhere: true,
    params: locationId,
  },
} satisfies EndpointRecord;
