// The items of open bulk acts: taken one by one, written down with what became of them, and the act ended or held.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { findStanding } from '#auth/standing.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { type BulkParams, getBulkJob } from './bulk-jobs.ts';
import { type BulkKind, isMostlyFailed, isPassing, retryDelayMs } from './bulk-rules.ts';
import type { DueItem, Outcome } from './item-acts.ts';

export type OpenJob = {
  id: string;
  kind: BulkKind;
  params: BulkParams;
  staffId: string;
  keyId: string | null;
  isLifted: boolean;
};

export type Refusal = { code: string; message: string };

const schedule: Actor = { kind: 'schedule', id: null, name: 'bulk acts' };

// Live commands are sent to several routers at once, so they go in heaps.
const leaseSeconds = 120;
const keptDays = 90;
// Files hold passwords: one that nobody confirmed is not kept for long.
const keptDraftDays = 7;

export async function listOpenJobs({ db }: Database): Promise<OpenJob[]> {
  const rows = await db
    .selectFrom('bulk.jobs')
    .select(['id', 'kind', 'params', 'staff_id as staffId', 'key_id as keyId', 'lifted_at as liftedAt'])
    .where('ended_at', 'is', null)
    .where('held_why', 'is', null)
    .orderBy('id')
    .limit(100)
    .execute();
  return rows.map(({ liftedAt, ...row }) => ({
    ...row,
    kind: row.kind as BulkKind,
    params: row.params as BulkParams,
    isLifted: liftedAt !== null,
  }));
}

/** Holds the job, too: who stops it waits for what is being done, and nothing begins after that. */
export async function lockDueItems(work: Work, jobId: string, most: number): Promise<DueItem[]> {
  const job = await work.db
    .selectFrom('bulk.jobs')
    .select('id')
    .where('id', '=', jobId)
    .where('ended_at', 'is', null)
    .where('held_why', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (!job) return [];
  return work.db
    .selectFrom('bulk.items')
    .select((e) => [
      'job_id as jobId',
      'place',
      e.fn.coalesce(sql<string>`customer_id::text`, e.val('')).as('customerId'),
      'attempt_count as attemptCount',
      'line',
      'row_sealed as rowSealed',
    ])
    .where('job_id', '=', jobId)
    .where('state', '=', 'waiting')
    .where('next_try_at', '<=', work.now)
    .orderBy('next_try_at')
    .orderBy('place')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function leaseItems(work: Work, jobId: string, most: number): Promise<DueItem[]> {
  const items = await lockDueItems(work, jobId, most);
  if (items.length > 0)
    await work.db
      .updateTable('bulk.items')
      .set({ next_try_at: work.now.add({ seconds: leaseSeconds }) })
      .where('job_id', '=', jobId)
      .where(
        'place',
        'in',
        items.map(({ place }) => place),
      )
      .execute();
  return items;
}

/** What became of an item: done, failed, or to be tried again after a growing while. */
export async function record(
  work: Work,
  { id: jobId, kind }: OpenJob,
  { place, attemptCount }: Pick<DueItem, 'place' | 'attemptCount'>,
  outcome: Outcome | Refusal,
): Promise<void> {
  const attempts = attemptCount + 1;
  const mayPass = 'state' in outcome ? outcome.state === 'waiting' : isPassing(outcome.code);
  const delayMs = mayPass ? retryDelayMs(attempts, Math.random()) : undefined;
  const isFailed = !('state' in outcome) || outcome.state === 'waiting';
  const { code, message } = 'code' in outcome ? outcome : { code: null, message: null };
  const late = kind === 'sync' && code === 'asked' ? 'router_look_late' : code;
  await work.db
    .updateTable('bulk.items')
    .set(
      delayMs === undefined
        ? {
            state: isFailed ? 'failed' : (outcome as { state: string }).state,
            code: late,
            message,
            attempt_count: attempts,
            next_try_at: null,
            done_at: work.now,
            // What was added is in its own place now.
            ...('customerId' in outcome ? { customer_id: outcome.customerId, row_sealed: null } : {}),
          }
        : { code, message, attempt_count: attempts, next_try_at: work.now.add({ milliseconds: delayMs }) },
    )
    .where('job_id', '=', jobId)
    .where('place', '=', place)
    .where('state', '=', 'waiting')
    .execute();
}

/** Answers whether it ended now. */
export async function endIfDone(database: Database, { id, kind, staffId }: OpenJob): Promise<boolean> {
  const { db, clock } = database;
  const waiting = await db
    .selectFrom('bulk.items')
    .select('place')
    .where('job_id', '=', id)
    .where('state', '=', 'waiting')
    .limit(1)
    .executeTakeFirst();
  if (waiting) return false;
  const { actor } = await findStanding(db, staffId, clock.now());
  return inTransaction(database, { ...actor, kind: 'schedule' }, async (work) => {
    const { numUpdatedRows } = await work.db
      .updateTable('bulk.jobs')
      .set({ ended_at: clock.now() })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .where((e) =>
        e.not(
          e.exists(e.selectFrom('bulk.items').select('place').where('job_id', '=', id).where('state', '=', 'waiting')),
        ),
      )
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    const { done, unchanged, failed } = await getBulkJob(work.db, id);
    await audit(work, 'bulk.ended', [id], { kind, done, unchanged, failed });
    work.announce('bulk', id);
    return true;
  });
}

export async function holdIfMostlyFailed(database: Database, { id, kind }: OpenJob): Promise<void> {
  const job = await getBulkJob(database.db, id);
  if (job.state !== 'running' || job.waiting === 0 || !isMostlyFailed(job)) return;
  await inTransaction(database, schedule, async (work) => {
    const { numUpdatedRows } = await work.db
      .updateTable('bulk.jobs')
      .set({ held_why: 'mostly_failed' })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .where('held_why', 'is', null)
      .where('lifted_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return;
    await audit(work, 'bulk.held', [id], { kind, failed: job.failed, done: job.done });
    work.announce('bulk', id);
  });
}

export async function msToNextTry({ db, clock }: Database): Promise<number | undefined> {
  const { rows } = await sql<{ at: Temporal.Instant | null }>`
    select min((select min(item.next_try_at) from bulk.items item where item.job_id = job.id and item.state = 'waiting')) as at
    from bulk.jobs job where job.ended_at is null and job.held_why is null`.execute(db);
  const at = rows[0]?.at;
  return at ? Math.max(50, at.epochMilliseconds - clock.now().epochMilliseconds) : undefined;
}

export async function deleteOld(database: Database): Promise<void> {
  const before = database.clock.now().subtract({ hours: 24 * keptDays });
  await database.db.deleteFrom('bulk.jobs').where('ended_at', '<', before).execute();
  const forgotten = database.clock.now().subtract({ hours: 24 * keptDraftDays });
  await database.db.deleteFrom('bulk.jobs').where('held_why', '=', 'draft').where('asked_at', '<', forgotten).execute();
}
