import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Day, Id, Instant, PageQuery, page, SearchText } from './shapes.ts';

/** With what an action begins, by where a person would look for it. */
export const auditKinds = {
  people: ['customer', 'customer_field', 'account', 'bulk', 'import', 'message', 'message_template'],
  network: ['router', 'location', 'session', 'drift', 'plan'],
  money: [
    'subscription',
    'invoice',
    'invoices',
    'payment',
    'credit',
    'promise',
    'exemption',
    'statement',
    'bank_statement',
    'bank_line',
    'payment_gateway',
    'tax',
    'billing',
    'revenue',
    'books',
  ],
  counters: ['voucher', 'shift', 'cash'],
  house: ['staff', 'role', 'key', 'settings', 'emergency', 'event', 'job', 'secrets'],
} as const;

export const AuditEntry = z
  .object({
    id: Id,
    /** Its place in the chain; null in the first moment. */
    seq: z.string().nullable(),
    at: Instant,
    actor: z.object({
      kind: z.enum(['staff', 'schedule', 'reconciler', 'system']),
      id: Id.nullable(),
      name: z.string(),
      /** As what he did it. */
      role: z.string().nullable(),
      /** The API key that he lent to a program. */
      via: z.string().nullable(),
    }),
    /** From where. */
    address: z.string().nullable(),
    action: z.string(),
    /** The ids of the things concerned: the customer first, where it is about one. */
    about: z.array(Id),
    reason: z.string().nullable(),
    /** A change of a field is `[before, after]`. */
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

/** One place where the log is not as it was written. */
export const AuditProblem = z
  .object({
    /**
     * changed, removed, reordered: against the chain. inserted: not written by this program. rewritten: chained anew
     * without its key, or against what was told outside. truncated: the newest are missing. day_differs: the root of a day.
     */
    kind: z.enum(['changed', 'removed', 'reordered', 'inserted', 'rewritten', 'truncated', 'day_differs']),
    seq: z.codec(z.string(), z.bigint(), { decode: (digits) => BigInt(digits), encode: String }).nullable(),
    entryId: z.string().nullable(),
    at: Instant.nullable(),
    action: z.string().nullable(),
    actor: z.string().nullable(),
  })
  .meta({ id: 'AuditProblem' });

export const AuditVerification = z
  .object({
    isSound: z.boolean(),
    count: z.int(),
    firstSeq: z.string(),
    headSeq: z.string(),
    headHash: z.string(),
    waiting: z.int(),
    problems: z.array(AuditProblem),
  })
  .meta({ id: 'AuditVerification' });

export const AuditDay = z
  .object({
    day: Day,
    firstSeq: z.string(),
    lastSeq: z.string(),
    root: z.string(),
    head: z.string(),
    closedAt: Instant,
  })
  .meta({ id: 'AuditDay' });

/** Checked by scripts/check-audit-proof.mjs, which needs nothing of ours. */
export const AuditProof = z
  .object({
    format: z.literal('lastmile-audit-proof-1'),
    day: Day,
    seq: z.string(),
    index: z.int(),
    size: z.int(),
    payload: z.string(),
    path: z.array(z.string()),
    root: z.string(),
    head: z.string(),
  })
  .meta({ id: 'AuditProof' });

export const audit = {
  'GET /api/audit': {
    name: 'listAuditEntries',
    summary: 'What happened, newest first; `about` narrows it to one thing, `actor` to one person.',
    permission: 'audit:read',
    query: PageQuery.extend({
      about: Id.optional(),
      actor: Id.optional(),
      action: z
        .string()
        .regex(/^[a-z_]{1,40}(\.[a-z_]{1,60})?$/, 'must be an action such as invoice.issued, or its first word')
        .optional(),
      search: SearchText.optional(),
      /** Days of the operator, both included. */
      from: Day.optional(),
      to: Day.optional(),
    }),
    reply: page(AuditEntry),
  },
  'GET /api/audit/verification': {
    name: 'verifyAuditLog',
    summary: 'Read the log again and say what is not as it was written, and where.',
    permission: 'audit:read',
    needsEverywhere: true,
    query: z.object({ since: Day.optional() }),
    reply: AuditVerification,
  },
  'GET /api/audit/days': {
    name: 'listAuditDays',
    summary: 'The Merkle roots of the days that are over, newest first.',
    permission: 'audit:read',
    needsEverywhere: true,
    reply: z.object({ items: z.array(AuditDay) }),
  },
  'GET /api/audit/:entryId/proof': {
    name: 'getAuditProof',
    summary: 'What shows, without the rest of the log, that one entry is in the books of its day.',
    permission: 'audit:read',
    needsEverywhere: true,
    params: z.object({ entryId: Id }),
    reply: AuditProof,
  },
} satisfies EndpointRecord;
