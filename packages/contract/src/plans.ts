import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { profileOptions, Redial, serviceKinds } from './provisioning.ts';
import { Bytes, Currency, Id, Instant, Kbps, Minor, PageQuery, page, Revision, text } from './shapes.ts';

export const periodUnits = ['day', 'week', 'month', 'year'] as const;

/** What happens to who has used all that his plan includes. */
export const usedUpActs = ['nothing', 'slow', 'cut'] as const;

/** The same as what may be said of a profile, as it is told. */
const told = z.object({
  burstDownKbps: z.int().nullable(),
  burstUpKbps: z.int().nullable(),
  thresholdDownKbps: z.int().nullable(),
  thresholdUpKbps: z.int().nullable(),
  burstDownSeconds: z.int().nullable(),
  burstUpSeconds: z.int().nullable(),
  priority: z.int().nullable(),
  limitAtDownKbps: z.int().nullable(),
  limitAtUpKbps: z.int().nullable(),
  sessionTimeoutSeconds: z.int().nullable(),
  idleTimeoutSeconds: z.int().nullable(),
  sharedUsers: z.int().nullable(),
  addressPool: z.string().nullable(),
  addressRange: z.string().nullable(),
  localAddress: z.string().nullable(),
  addressList: z.string().nullable(),
  dnsServers: z.string().nullable(),
} satisfies Record<keyof typeof profileOptions, z.ZodType>);

export const Plan = told
  .extend({
    id: Id,
    service: z.enum(serviceKinds),
    name: z.string(),
    priceMinor: Minor,
    currency: Currency,
    /** Counts its prices: whoever subscribed to an earlier one keeps it. */
    version: z.int(),
    versionId: Id,
    taxId: Id.nullable(),
    taxName: z.string().nullable(),
    taxRateBp: z.int().nullable(),
    downKbps: z.int(),
    upKbps: z.int(),
    /** For each billing period, both directions and all devices together. null: no cap. */
    dataCapBytes: Bytes.nullable(),
    whenUsedUp: z.enum(usedUpActs),
    /** How fast who is slowed down still is; null: never said. */
    slowDownKbps: z.int().nullable(),
    slowUpKbps: z.int().nullable(),
    periodUnit: z.enum(periodUnits),
    periodCount: z.int(),
    /** The profile's name on the routers. */
    profileName: z.string(),
    /** As it is written to the router, upload first. */
    rateLimit: z.string(),
    archivedAt: Instant.nullable(),
    customerCount: z.int(),
    revision: Revision,
  })
  .meta({ id: 'Plan' });

export const Tax = z
  .object({
    id: Id,
    name: z.string(),
    /** Basis points: 1800 is 18 %. */
    rateBp: z.int(),
    archivedAt: Instant.nullable(),
  })
  .meta({ id: 'Tax' });

const fields = {
  name: text(80, 1),
  priceMinor: Minor.refine((price) => price >= 0n, 'must not be negative'),
  downKbps: Kbps,
  upKbps: Kbps,
  dataCapBytes: Bytes.refine((bytes) => bytes > 0n, 'must be above zero')
    .nullish()
    .transform((value) => value ?? null),
  whenUsedUp: z.enum(usedUpActs),
  slowDownKbps: Kbps.nullable(),
  slowUpKbps: Kbps.nullable(),
  periodUnit: z.enum(periodUnits),
  periodCount: z.int().min(1).max(366),
  taxId: Id.nullable(),
  profileName: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$/, 'must be 1 to 48 letters, digits, dot, dash or underscore'),
};

const planId = z.object({ planId: Id });

export const plans = {
  'GET /api/taxes': {
    name: 'listTaxes',
    summary: 'Taxes by name, archived ones included.',
    permission: 'plan:read',
    reply: z.object({ items: z.array(Tax) }),
  },
  'POST /api/taxes': {
    name: 'addTax',
    summary: 'Add a tax. Its rate never changes: another rate is another tax.',
    permission: 'plan:write',
    needsEverywhere: true,
    body: z.object({ name: text(60, 1), rateBp: z.int().min(0).max(10_000) }).meta({ id: 'NewTax' }),
    reply: Tax,
    status: 201,
  },
  'POST /api/taxes/:taxId/archive': {
    name: 'archiveTax',
    summary: 'Archive a tax: no new price can have it; those that have it keep it.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: z.object({ taxId: Id }),
    reply: Tax,
  },
  'GET /api/plans': {
    name: 'listPlans',
    summary: 'Plans by name, of one kind of service or both.',
    permission: 'plan:read',
    query: PageQuery.extend({
      status: z.enum(['active', 'archived', 'all']).default('active'),
      service: z.enum(serviceKinds).optional(),
    }),
    reply: page(Plan),
  },
  'POST /api/plans': {
    name: 'addPlan',
    summary: 'Add a plan, priced in the currency of the provider.',
    permission: 'plan:write',
    needsEverywhere: true,
    body: z
      .object({
        ...fields,
        service: z.enum(serviceKinds).default('pppoe'),
        whenUsedUp: fields.whenUsedUp.default('nothing'),
        slowDownKbps: fields.slowDownKbps.default(null),
        slowUpKbps: fields.slowUpKbps.default(null),
        periodUnit: fields.periodUnit.default('month'),
        periodCount: fields.periodCount.default(1),
        taxId: fields.taxId.default(null),
        profileName: fields.profileName.optional(),
      })
      .extend(z.object(profileOptions).partial().shape)
      .meta({ id: 'NewPlan' }),
    reply: Plan,
    status: 201,
  },
  'GET /api/plans/:planId': {
    name: 'getPlan',
    summary: 'One plan.',
    permission: 'plan:read',
    params: planId,
    reply: Plan,
  },
  'PUT /api/plans/:planId': {
    name: 'changePlan',
    summary:
      'Change or archive a plan; what is left out stays. Another price, period or tax is a new version, and subscriptions keep theirs. A new speed reaches every router; live sessions keep theirs till the next login.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: planId,
    body: z
      .object({ ...fields, ...profileOptions, dataCapBytes: Bytes.nullable(), isArchived: z.boolean() })
      .partial()
      .extend({ revision: Revision }),
    reply: Plan,
  },
  'GET /api/plans/:planId/routers': {
    name: 'listRoutersOfPlan',
    summary:
      'The routers that have the profile of a plan, how many are online with it and how many of them on an old speed.',
    permission: 'plan:read',
    params: planId,
    reply: z.object({
      items: z.array(
        z.object({
          routerId: Id,
          routerLabel: z.string(),
          /** false: the latest version is on the way. */
          isApplied: z.boolean(),
          accountCount: z.int(),
          liveCount: z.int(),
          oldSpeedCount: z.int(),
        }),
      ),
      /** The latest wish to have old sessions dial again. */
      redial: Redial.nullable(),
      /** When the quiet hour of the settings comes next. */
      quietAt: Instant,
    }),
  },
  'POST /api/plans/:planId/redial': {
    name: 'redialPlan',
    summary:
      'Have the sessions that run on an old speed of this plan dial again, now or at the quiet hour of the settings.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: planId,
    body: z.object({ when: z.enum(['now', 'quiet_hour']) }),
    reply: Redial,
  },
  'DELETE /api/plans/:planId/redial': {
    name: 'stopRedial',
    summary: 'Drop no more sessions: who is left keeps his speed until his next login.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: planId,
  },
  'DELETE /api/plans/:planId': {
    name: 'removePlan',
    summary: 'Remove a plan that nobody has. A plan in use can be archived instead.',
    permission: 'plan:write',
    needsEverywhere: true,
    params: planId,
  },
} satisfies EndpointRecord;
