// One act on many customers: asked for once, done for each by himself, with a result for each.
import { z } from 'zod';
import { bulkJobKinds, bulkKinds } from './bulk-kinds.ts';
import { Tag } from './customers.ts';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, optionalText, PageQuery, page, text } from './shapes.ts';
import { CustomerFilter } from './subscribers.ts';

export const mostBulkItems = 20_000;
// What a page of customers can show, some times over.
export const mostChosenCustomers = 1000;

/** Whom: those who are named, or all who match. */
const selection = {
  customerIds: z
    .array(Id)
    .min(1, 'must name a customer')
    .max(mostChosenCustomers, `must be at most ${mostChosenCustomers} customers`)
    .optional(),
  filter: CustomerFilter.optional(),
};

const request = {
  ...selection,
  /** How many the person was told: more are refused, so that nobody is hit who was not counted. */
  confirmedCount: z.int().min(1).max(mostBulkItems),
  /** The same key is the same wish, however often it is sent. */
  idempotencyKey: text(100, 1),
};

export const bulkItemStates = ['waiting', 'done', 'unchanged', 'failed'] as const;
export const bulkJobStates = ['running', 'held', 'stopped', 'ended'] as const;

export const BulkJob = z
  .object({
    id: Id,
    kind: z.enum(bulkJobKinds),
    note: z.string().nullable(),
    routerLabel: z.string().nullable(),
    planName: z.string().nullable(),
    tag: z.string().nullable(),
    fileName: z.string().nullable(),
    by: z.string(),
    askedAt: Instant,
    state: z.enum(bulkJobStates),
    /**
     * too_many: a person must say that so many are meant. mostly_failed: most of the first ones were refused. draft: a file
     * that is not confirmed yet.
     */
    heldWhy: z.enum(['too_many', 'mostly_failed', 'draft']).nullable(),
    stoppedBy: z.string().nullable(),
    endedAt: Instant.nullable(),
    total: z.int(),
    waiting: z.int(),
    done: z.int(),
    /** It was so already. */
    unchanged: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'BulkJob' });

export const BulkItem = z
  .object({
    place: z.int(),
    /** null: of a file, and not added yet. */
    customerId: Id.nullable(),
    customerName: z.string(),
    /** Of a file. */
    line: z.int().nullable(),
    state: z.enum(bulkItemStates),
    /** Why it failed, or why it waits. */
    code: z.string().nullable(),
    message: z.string().nullable(),
    attemptCount: z.int(),
    nextTryAt: Instant.nullable(),
    doneAt: Instant.nullable(),
    /** Done here, and still on its way to a router. */
    isPending: z.boolean(),
  })
  .meta({ id: 'BulkItem' });

export const BulkPreview = z
  .object({
    total: z.int(),
    /** The first ones. */
    names: z.array(z.string()),
    accountCount: z.int(),
    onlineCount: z.int(),
    /** Suspended by whatever reason now. */
    suspendedCount: z.int(),
    /** On routers that do not answer, or that are only observed: these wait. */
    awayCount: z.int(),
    /** More than this many are held until a person has confirmed them again. null: this act has no limit. */
    limit: z.int().nullable(),
  })
  .meta({ id: 'BulkPreview' });

const jobId = z.object({ bulkJobId: Id });

export const bulk = {
  'POST /api/bulk/preview': {
    name: 'previewBulk',
    summary: 'What an act on many customers would reach, in numbers and first names. Nothing is changed.',
    permission: 'customer:read',
    body: z.object({ ...selection, kind: z.enum(bulkKinds) }),
    reply: BulkPreview,
  },
  'POST /api/bulk/blocks': {
    name: 'blockMany',
    summary: 'Suspend or activate many customers. The answer comes at once; progress stands in the job.',
    permission: 'customer:block',
    body: z.object({ ...request, kind: z.enum(['suspend', 'activate']), note: optionalText(300) }),
    reply: BulkJob,
    status: 202,
  },
  'POST /api/bulk/changes': {
    name: 'changeMany',
    summary:
      'Move the accounts of many customers to a router, change their plan, tag or untag them, or bring them to their routers once more.',
    permission: 'customer:write',
    body: z.object({
      ...request,
      kind: z.enum(['move', 'change_plan', 'tag', 'untag', 'sync']),
      /** move: to which router. */
      routerId: Id.optional(),
      /** move, sync: only the accounts on this one. */
      fromRouterId: Id.optional(),
      planId: Id.optional(),
      tag: Tag.optional(),
    }),
    reply: BulkJob,
    status: 202,
  },
  'POST /api/bulk/disconnects': {
    name: 'disconnectMany',
    summary: 'Drop the sessions of many customers. They may dial in again.',
    permission: 'session:disconnect',
    body: z.object(request),
    reply: BulkJob,
    status: 202,
  },
  'GET /api/bulk/jobs': {
    name: 'listBulkJobs',
    summary: 'Acts on many customers, the latest first.',
    permission: 'customer:read',
    query: PageQuery.extend({ state: z.enum(['open', 'closed']).optional() }),
    reply: page(BulkJob),
  },
  'GET /api/bulk/jobs/:bulkJobId': {
    name: 'getBulkJob',
    summary: 'One act on many customers and how far it is.',
    permission: 'customer:read',
    params: jobId,
    reply: BulkJob,
  },
  'GET /api/bulk/jobs/:bulkJobId/items': {
    name: 'listBulkItems',
    summary: 'What became of each customer, in the order in which they are done.',
    permission: 'customer:read',
    params: jobId,
    query: PageQuery.extend({ state: z.enum(bulkItemStates).optional() }),
    reply: page(BulkItem),
  },
  'POST /api/bulk/jobs/:bulkJobId/stop': {
    name: 'stopBulkJob',
    summary: 'Stop after the customer who is being done now. What is done stays. Asks for the permission of the act.',
    permission: 'customer:read',
    params: jobId,
    reply: BulkJob,
  },
  'POST /api/bulk/jobs/:bulkJobId/retry': {
    name: 'retryBulkJob',
    summary: 'Try again those that failed or were left. Asks for the permission of the act.',
    permission: 'customer:read',
    params: jobId,
    reply: BulkJob,
  },
  'POST /api/bulk/jobs/:bulkJobId/lift': {
    name: 'liftBulkJob',
    summary: 'Let a held job go on: a person has looked at it. Asks for the permission of the act.',
    permission: 'customer:read',
    isDangerous: true,
    params: jobId,
    reply: BulkJob,
  },
} satisfies EndpointRecord;
