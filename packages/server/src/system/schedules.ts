// The books of the schedules: when each ran, how it ended, and whether somebody paused it.
import type { SystemJob } from '@lastmile/contract/system.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { JobKeeper } from '#platform/jobs.ts';
import { nextRun } from './cron-rules.ts';
import { recordEvent } from './events.ts';

export type SystemJobView = z.output<typeof SystemJob>;

const schedule: Actor = { kind: 'schedule', id: null, name: 'schedules' };
const longestError = 500;

export function createJobKeeper(database: Database): JobKeeper {
  return {
    know: async ({ name, cron, timeZone }) => {
      await database.db
        .insertInto('system.jobs')
        .values({ name, cron, time_zone: timeZone })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ cron, time_zone: timeZone }))
        .execute();
    },
    begin: (name) => inTransaction(database, schedule, (work) => beginRun(work, name)),
    end: (name, error) => inTransaction(database, schedule, (work) => endRun(work, name, error)),
  };
}

async function beginRun(work: Work, name: string): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('system.jobs')
    .set({ last_started_at: work.now })
    .where('name', '=', name)
    .where('paused_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

async function endRun(work: Work, name: string, error: unknown): Promise<void> {
  const before = await work.db
    .selectFrom('system.jobs')
    .select('last_started_at as startedAt')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  const startedMs = before?.startedAt?.epochMilliseconds ?? work.now.epochMilliseconds;
  const said = error === undefined ? null : String(error instanceof Error ? error.message : error);
  await work.db
    .updateTable('system.jobs')
    .set((e) => ({
      last_ended_at: work.now,
      last_duration_ms: Math.max(0, Math.min(work.now.epochMilliseconds - startedMs, 2 ** 31 - 1)),
      run_count: e('run_count', '+', 1n),
      ...(said === null
        ? { last_error: null }
        : {
            last_failed_at: work.now,
            last_error: said.slice(0, longestError),
            failure_count: e('failure_count', '+', 1n),
          }),
    }))
    .where('name', '=', name)
    .execute();
  if (said !== null)
    await recordEvent(work, { kind: 'job', level: 'warning', name: 'job.failed', message: `${name}: ${said}` });
}

// The program has some dozen of them.
const mostJobs = 200;

export async function listSystemJobs(db: Db, now: Temporal.Instant): Promise<SystemJobView[]> {
  const rows = await db.selectFrom('system.jobs').selectAll().orderBy('name').limit(mostJobs).execute();
  return rows.map((row) => ({
    name: row.name,
    cron: row.cron,
    timeZone: row.time_zone,
    pausedAt: row.paused_at,
    pausedBy: row.paused_by,
    lastStartedAt: row.last_started_at,
    lastEndedAt: row.last_ended_at,
    lastDurationMs: row.last_duration_ms,
    lastFailedAt: row.last_failed_at,
    lastError: row.last_error,
    runCount: Number(row.run_count),
    failureCount: Number(row.failure_count),
    nextRunAt: row.paused_at ? null : (nextRun(row.cron, row.time_zone, now) ?? null),
  }));
}

export async function pauseJob(work: Work, name: string, reason: string): Promise<void> {
  const { numUpdatedRows } = await work.db
    .updateTable('system.jobs')
    .set({ paused_at: work.now, paused_by: work.actor.name })
    .where('name', '=', name)
    .where('paused_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) await refuseUnknown(work.db, name, 'job_paused');
  await audit(work, 'job.paused', [], { job: name, reason });
  await recordEvent(work, {
    kind: 'job',
    level: 'warning',
    name: 'job.paused',
    message: `${name}: paused by ${work.actor.name}`,
  });
}

export async function resumeJob(work: Work, name: string): Promise<void> {
  const { numUpdatedRows } = await work.db
    .updateTable('system.jobs')
    .set({ paused_at: null, paused_by: null })
    .where('name', '=', name)
    .where('paused_at', 'is not', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) await refuseUnknown(work.db, name, 'job_not_paused');
  await audit(work, 'job.resumed', [], { job: name });
  await recordEvent(work, {
    kind: 'job',
    level: 'info',
    name: 'job.resumed',
    message: `${name}: goes on, by ${work.actor.name}`,
  });
}

async function refuseUnknown(db: Db, name: string, code: 'job_paused' | 'job_not_paused'): Promise<never> {
  const known = await db.selectFrom('system.jobs').select('name').where('name', '=', name).executeTakeFirst();
  throw known ? new DomainError(code, { job: name }) : new DomainError('job_not_found', { job: name });
}

/** Somebody asks for a run; refused while it is paused. */
export async function askForRun(work: Work, name: string): Promise<void> {
  const job = await work.db
    .selectFrom('system.jobs')
    .select('paused_at as pausedAt')
    .where('name', '=', name)
    .executeTakeFirst();
  if (!job) throw new DomainError('job_not_found', { job: name });
  if (job.pausedAt) throw new DomainError('job_paused', { job: name });
  await audit(work, 'job.run_asked', [], { job: name });
}
