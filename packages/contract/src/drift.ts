// What would be changed on a router, and what somebody else changed there.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { serviceKinds } from './provisioning.ts';
import { Router } from './routers.ts';
import { Id, Instant, PageQuery, page } from './shapes.ts';

/** null: not told (a password), or nothing there. */
const FieldDifference = z
  .object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })
  .meta({ id: 'FieldDifference' });

export const objectKinds = ['account', 'profile', 'pool'] as const;

export const RouterPreview = z
  .object({
    counts: z.object({
      add: z.int(),
      change: z.int(),
      remove: z.int(),
      untouched: z.int(),
      /** Not ours: never touched. */
      foreign: z.int(),
    }),
    droppedSessions: z.int(),
    /** The first of them, in the order in which they are done. */
    objects: z.array(
      z.object({
        kind: z.enum(objectKinds),
        deed: z.enum(['add', 'change', 'remove']),
        /** Of the account, or of the profile. */
        id: z.string(),
        name: z.string(),
        fields: z.array(FieldDifference),
      }),
    ),
    objectCount: z.int(),
    obstacles: z.array(z.object({ name: z.string(), message: z.string() })),
    /** More than the limit, with what was written within the hour: nothing is written before a person lifts it. */
    heldCount: z.int().nullable(),
    limitPercent: z.int(),
    /** Stands for what this preview says. Who switches the router to "manage" sends it back: see `changeRouter`. */
    token: z.string(),
  })
  .meta({ id: 'RouterPreview' });

export const driftOutcomes = ['reverted', 'adopted', 'gone'] as const;

export const Drift = z
  .object({
    id: Id,
    routerId: Id,
    routerLabel: z.string(),
    kind: z.enum(objectKinds),
    service: z.enum(serviceKinds),
    /** Of the account; of the profile, also where its pool was changed. */
    name: z.string(),
    /** Of an account. */
    accountId: Id.nullable(),
    customerId: Id.nullable(),
    customerName: z.string().nullable(),
    /** Of a profile or its pool. */
    profileId: Id.nullable(),
    /** `from`: as found; `to`: as wanted. The field `object`: it is not there any more. */
    differences: z.array(FieldDifference),
    foundAt: Instant,
    ignoredUntil: Instant.nullable(),
    closedAt: Instant.nullable(),
    outcome: z.enum(driftOutcomes).nullable(),
    closedBy: z.string().nullable(),
    canAdopt: z.boolean(),
  })
  .meta({ id: 'Drift' });

/** Whose speed is another one now: who is online keeps the one before till he dials again, see `redialPlan`. */
const AdoptedDrift = Drift.extend({
  changedSpeedOf: z.object({ id: Id, name: z.string() }).nullable(),
}).meta({ id: 'AdoptedDrift' });

const routerId = z.object({ routerId: Id });
const driftId = z.object({ driftId: Id });

export const drift = {
  'GET /api/routers/:routerId/preview': {
    name: 'previewRouter',
    summary:
      'What would be added, changed and removed on the router now, object by object. Reads the router, writes nothing.',
    permission: 'router:read',
    params: routerId,
    reply: RouterPreview,
  },
  'POST /api/routers/:routerId/limit-lifts': {
    name: 'liftRouterLimit',
    summary: 'Let changes go on that were held because they are many, for as many accounts as you have looked at.',
    permission: 'router:write',
    params: routerId,
    body: z.object({ allowedCount: z.int().min(1).max(1_000_000) }).meta({ id: 'LimitLift' }),
    reply: Router,
  },
  'GET /api/drifts': {
    name: 'listDrifts',
    summary: 'What somebody else changed on our objects, newest first.',
    permission: 'router:read',
    query: PageQuery.extend({ routerId: Id.optional(), state: z.enum(['open', 'closed']).default('open') }),
    reply: page(Drift),
  },
  'POST /api/drifts/:driftId/revert': {
    name: 'revertDrift',
    summary: 'Put the object right on the router.',
    permission: 'router:write',
    params: driftId,
    reply: Drift,
  },
  'POST /api/drifts/:driftId/ignore': {
    name: 'ignoreDrift',
    summary:
      'Leave the difference alone until a time, a year from now at most. Then it is listed or put right as any other.',
    permission: 'router:write',
    params: driftId,
    body: z.object({ until: Instant }).meta({ id: 'DriftIgnored' }),
    reply: Drift,
  },
} satisfies EndpointRecord;

/** Apart, for it reaches up to plans and what is charged. */
export const driftAdoption = {
  'POST /api/drifts/:driftId/adopt': {
    name: 'adoptDrift',
    summary:
      'Take what was found on the router: of an account its name, password, plan, address, device and whether it is off; of a profile and its pool what the plan says, on every router that has it. The router is read once more.',
    permission: 'router:write',
    params: driftId,
    reply: AdoptedDrift,
  },
} satisfies EndpointRecord;
