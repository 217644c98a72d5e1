// Does bulk acts, customer by customer: each in a transaction of his own, with the rights that the person who asked has now.
// Several processes may run at once, and one may die at any point: an item is locked while it is done, and done with its act.
import { bulkPermissions } from '@lastmile/contract/bulk-kinds.ts';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { findStanding, type Standing } from '#auth/standing.ts';
import type { Announcements } from '#platform/announcements.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Log } from '#platform/log.ts';
import type { Sealer } from '#platform/secrets.ts';
import { disconnectSessions, listSessionIdsOf } from '#provisioning/disconnect.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { type BulkParams, getBulkJob } from './bulk-jobs.ts';
import { type BulkKind, isMostlyFailed, isPassing, retryDelayMs } from './bulk-rules.ts';
import { type DueItem, itemActs, type Outcome } from './item-acts.ts';

export type BulkParts = { database: Database; sealer: Sealer; connections: RouterConnections; log: Log };

type OpenJob = {
  id: string;
  kind: BulkKind;
  params: BulkParams;
  staffId: string;
  keyId: string | null;
  isLifted: boolean;
};

type Refusal = { code: string; message: string };

const schedule: Actor = { kind: 'schedule', id: null, name: 'bulk acts' };

const sweepMs = 30_000;
// A small act does not wait for a large one: each has so many done in its turn.
const turnSize = 25;
// Live commands are sent to several routers at once, so they go in heaps.
const leaseSeconds = 120;
const keptDays = 90;
// Files hold passwords: one that nobody confirmed is not kept for long.
const keptDraftDays = 7;
const announceEveryMs = 300;

export class BulkRunner {
  readonly #parts: BulkParts;
  #deaf: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isAsked = false;
  readonly #announcedAt = new Map<string, number>();

  constructor(parts: BulkParts) {
    this.#parts = parts;
  }

  start(announcements: Announcements): void {
    this.#deaf = announcements.listen(({ topic }) => {
      if (topic === 'bulk') this.#wake();
    });
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#deaf?.();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wake(): void {
    this.#isAsked = true;
    if (this.#running || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#isAsked = false;
    this.#running = this.#runAll()
      .catch((error: unknown) => {
        this.#parts.log.error({ error }, 'the bulk acts have trouble');
        return sweepMs;
      })
      .then((waitMs) => {
        this.#running = undefined;
        if (this.#isStopped) return;
        this.#timer = setTimeout(() => this.#wake(), this.#isAsked ? 0 : waitMs);
      });
  }

  /** A turn for each open act, again and again, until nothing is due; answers when to look next. */
  async #runAll(): Promise<number> {
    const { database } = this.#parts;
    for (;;) {
      let doneCount = 0;
      for (const job of await listOpenJobs(database)) {
        if (this.#isStopped) return 0;
        doneCount += await this.#turn(job);
      }
      if (doneCount === 0) break;
    }
    await deleteOld(database);
    return Math.min(sweepMs, (await msToNextTry(database)) ?? sweepMs);
  }

  async #turn(job: OpenJob): Promise<number> {
    const { database } = this.#parts;
    const count = job.kind === 'disconnect' ? await this.#disconnectSome(job) : await this.#actOnSome(job);
    if (count === 0) {
      const hasEnded = await endIfDone(database, job);
      if (hasEnded) this.#announcedAt.delete(job.id);
      return Number(hasEnded);
    }
    if (!job.isLifted) await holdIfMostlyFailed(database, job);
    return count;
  }

  async #actOnSome(job: OpenJob): Promise<number> {
    for (let count = 0; count < turnSize; count++) {
      if (this.#isStopped || !(await this.#actOnNext(job))) return count;
    }
    return turnSize;
  }

  async #actOnNext(job: OpenJob): Promise<boolean> {
    const { database, sealer, log } = this.#parts;
    const { kind } = job;
    if (kind === 'disconnect') throw new Error('is sent to routers, in no transaction');
    const { actor, permissions } = await standingOf(database, job);
    let item: DueItem | undefined;
    try {
      return await inTransaction(database, actor, async (work) => {
        [item] = await lockDueItems(work, job.id, 1);
        if (!item) return false;
        if (!permissions.includes(bulkPermissions[kind]))
          throw new DomainError('forbidden', { permission: bulkPermissions[kind] });
        await record(work, job, item, await itemActs[kind](work, sealer, item, job.params));
        this.#tell(work, job.id);
        return true;
      });
    } catch (error) {
      if (!item) throw error;
      const refusal = refusalOf(error);
      if (refusal.code === 'internal') log.error({ error, bulkJobId: job.id }, 'a bulk act met a fault of the program');
      const { place, attemptCount } = item;
      await inTransaction(database, actor, async (work) => {
        await record(work, job, { place, attemptCount }, refusal);
        this.#tell(work, job.id);
      });
      return true;
    }
  }

  /** Leased, sent, written down. Who dies in between has sent what may be sent twice: a session that is gone stays gone. */
  async #disconnectSome(job: OpenJob): Promise<number> {
    const { database, connections } = this.#parts;
    const { actor, permissions } = await standingOf(database, job);
    const items = await inTransaction(database, actor, (work) => leaseItems(work, job.id));
    if (items.length === 0) return 0;
    const outcomes = permissions.includes('session:disconnect')
      ? await disconnectCustomers(database, connections, actor, items)
      : new Map(items.map(({ place }) => [place, { code: 'forbidden', message: 'forbidden' }] as const));
    await inTransaction(database, actor, async (work) => {
      for (const item of items) await record(work, job, item, outcomes.get(item.place) ?? { state: 'unchanged' });
      this.#tell(work, job.id);
    });
    return items.length;
  }

  /** Now and then: whoever looks cannot follow each. */
  #tell(work: Work, jobId: string): void {
    if (Date.now() < (this.#announcedAt.get(jobId) ?? 0) + announceEveryMs) return;
    this.#announcedAt.set(jobId, Date.now());
    work.announce('bulk', jobId);
  }
}

async function listOpenJobs({ db }: Database): Promise<OpenJob[]> {
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

function standingOf({ db, clock }: Database, { staffId, keyId }: OpenJob): Promise<Standing> {
  return findStanding(db, staffId, clock.now(), keyId);
}

/** Holds the job, too: who stops it waits for what is being done, and nothing begins after that. */
async function lockDueItems(work: Work, jobId: string, most: number): Promise<DueItem[]> {
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

async function leaseItems(work: Work, jobId: string): Promise<DueItem[]> {
  const items = await lockDueItems(work, jobId, turnSize);
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

async function disconnectCustomers(
  database: Database,
  connections: RouterConnections,
  actor: Actor,
  items: readonly DueItem[],
): Promise<Map<number, Outcome | Refusal>> {
  const sessions = await listSessionIdsOf(
    database.db,
    items.map(({ customerId }) => customerId),
  );
  const ids = sessions.map(({ id }) => id);
  const dropped = new Map(
    (await disconnectSessions(database, connections, actor, ids)).map(({ sessionId, refusal }) => [sessionId, refusal]),
  );
  return new Map(
    items.map(({ place, customerId }) => {
      const own = sessions.filter((session) => session.customerId === customerId);
      const refusal = own.map(({ id }) => dropped.get(id)).find((one) => one && one.code !== 'session_not_found');
      return [place, refusal ?? { state: own.length > 0 ? 'done' : 'unchanged' }];
    }),
  );
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  return { code: 'internal', message: 'a fault of the program: it is in the log of the server' };
}

/** What became of an item: done, failed, or to be tried again after a growing while. */
async function record(
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
async function endIfDone(database: Database, { id, kind, staffId }: OpenJob): Promise<boolean> {
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

async function holdIfMostlyFailed(database: Database, { id, kind }: OpenJob): Promise<void> {
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

async function msToNextTry({ db, clock }: Database): Promise<number | undefined> {
  const { rows } = await sql<{ at: Temporal.Instant | null }>`
    select min((select min(item.next_try_at) from bulk.items item where item.job_id = job.id and item.state = 'waiting')) as at
    from bulk.jobs job where job.ended_at is null and job.held_why is null`.execute(db);
  const at = rows[0]?.at;
  return at ? Math.max(50, at.epochMilliseconds - clock.now().epochMilliseconds) : undefined;
}

async function deleteOld(database: Database): Promise<void> {
  const before = database.clock.now().subtract({ hours: 24 * keptDays });
  await database.db.deleteFrom('bulk.jobs').where('ended_at', '<', before).execute();
  const forgotten = database.clock.now().subtract({ hours: 24 * keptDraftDays });
  await database.db.deleteFrom('bulk.jobs').where('held_why', '=', 'draft').where('asked_at', '<', forgotten).execute();
}
