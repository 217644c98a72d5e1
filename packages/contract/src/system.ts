// The machine itself, for the owner: what happened to it, its schedules, its database.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, PageQuery, page, SearchText, text } from './shapes.ts';

export const eventKinds = ['system', 'router', 'job', 'security'] as const;
export const eventLevels = ['info', 'warning', 'alarm'] as const;

const EventId = z.string().regex(/^\d{1,18}$/, 'must be the number of an event');

export const SystemEvent = z
  .object({
    id: EventId,
    at: Instant,
    kind: z.enum(eventKinds),
    level: z.enum(eventLevels),
    name: z.string(),
    message: z.string(),
    /** The router, person or thing that it is about. */
    subjectId: Id.nullable(),
    /** An alarm rings until then. */
    seenAt: Instant.nullable(),
    seenBy: z.string().nullable(),
  })
  .meta({ id: 'SystemEvent' });

export const SystemJob = z
  .object({
    name: z.string(),
    /** Five fields of cron, in the time zone. */
    cron: z.string(),
    timeZone: z.string(),
    pausedAt: Instant.nullable(),
    pausedBy: z.string().nullable(),
    lastStartedAt: Instant.nullable(),
    lastEndedAt: Instant.nullable(),
    lastDurationMs: z.int().nullable(),
    lastFailedAt: Instant.nullable(),
    /** Of the last run; null where it went well. */
    lastError: z.string().nullable(),
    runCount: z.int(),
    failureCount: z.int(),
    nextRunAt: Instant.nullable(),
  })
  .meta({ id: 'SystemJob' });

export const DatabaseReport = z
  .object({
    version: z.string(),
    bytes: z.string(),
    startedAt: Instant,
    maxConnections: z.int(),
    /** Somebody holds a table, so that no size is to be had. */
    areTablesLocked: z.boolean(),
    /** The largest first. */
    tables: z.array(
      z.object({
        name: z.string(),
        bytes: z.string(),
        indexBytes: z.string(),
        /** As the database counts along. */
        rowCount: z.string(),
        vacuumedAt: Instant.nullable(),
      }),
    ),
    /** The user of the database as whom the program works; as owner, nothing but triggers keeps what is kept for ever. */
    worksAs: z.object({ name: z.string(), isOwner: z.boolean() }),
    connections: z.array(z.object({ application: z.string(), state: z.string(), count: z.int() })),
    /** Who waits for a lock now. */
    waits: z.array(
      z.object({
        pid: z.int(),
        waitsFor: z.string(),
        blockedBy: z.array(z.int()),
        statement: z.string(),
        seconds: z.int(),
      }),
    ),
    /** The slowest that this process asked since it started, without their values. */
    slowStatements: z.array(
      z.object({ statement: z.string(), count: z.int(), slowestMs: z.int(), totalMs: z.int(), lastAt: Instant }),
    ),
    /** Null where the database is not the embedded one: whoever runs it backs it up. */
    backups: z
      .object({
        count: z.int(),
        /** So many are kept, the newest. */
        kept: z.int(),
        isUnderWay: z.boolean(),
        last: z.object({ name: z.string(), madeAt: Instant, bytes: z.string() }).nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'DatabaseReport' });

const job = z.object({
  job: z.string().regex(/^[a-z-]{1,40}\.[a-z-]{1,40}$/, 'must be a schedule such as billing.invoices'),
});

export const system = {
  'GET /api/events': {
    name: 'listEvents',
    summary: 'What happened to the program, its routers, schedules and doors, newest first.',
    permission: 'system:read',
    needsEverywhere: true,
    query: PageQuery.extend({
      kind: z.enum(eventKinds).optional(),
      level: z.enum(eventLevels).optional(),
      search: SearchText.optional(),
    }),
    reply: page(SystemEvent).extend({ ringingCount: z.int() }),
  },
  'POST /api/events/silence': {
    name: 'silenceAlarms',
    summary: 'All alarms up to this one were seen: they ring no more.',
    permission: 'system:write',
    needsEverywhere: true,
    body: z.object({ upToId: EventId }),
  },
  'GET /api/jobs': {
    name: 'listJobs',
    summary: 'The schedules: when each runs, how the last run ended, and which are paused.',
    permission: 'system:read',
    needsEverywhere: true,
    reply: z.object({ items: z.array(SystemJob) }),
  },
  'POST /api/jobs/run': {
    name: 'runJob',
    summary: 'Run a schedule now.',
    permission: 'system:write',
    needsEverywhere: true,
    body: job,
  },
  'POST /api/jobs/pause': {
    name: 'pauseJob',
    summary: 'Let a schedule rest until somebody resumes it.',
    permission: 'system:write',
    needsEverywhere: true,
    isDangerous: true,
    body: job.extend({ reason: text(300, 5) }),
  },
  'POST /api/jobs/resume': {
    name: 'resumeJob',
    summary: 'Let a paused schedule go on.',
    permission: 'system:write',
    needsEverywhere: true,
    body: job,
  },
  'GET /api/database': {
    name: 'getDatabaseReport',
    summary: 'Size, largest tables, connections, waits and slow statements of the database.',
    permission: 'system:read',
    needsEverywhere: true,
    reply: DatabaseReport,
  },
} satisfies EndpointRecord;
