// Does bulk acts, customer by customer: each in a transaction of his own, with the rights that the person who asked has now.
// Several processes may run at once, and one may die at any point: an item is locked while it is done, and done with its act.
import { bulkPermissions } from '@lastmile/contract/bulk-kinds.ts';
import { findStanding, type Standing } from '#auth/standing.ts';
import type { Announcements } from '#platform/announcements.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Log } from '#platform/log.ts';
import type { Sealer } from '#platform/secrets.ts';
import { disconnectSessions, listSessionIdsOf } from '#provisioning/disconnect.ts';
import type { RouterConnections } from '#routers/connections.ts';
import {
  deleteOld,
  endIfDone,
  holdIfMostlyFailed,
  leaseItems,
  listOpenJobs,
  lockDueItems,
  msToNextTry,
  type OpenJob,
  type Refusal,
  record,
} from './bulk-items.ts';
import { type DueItem, itemActs, type Outcome } from './item-acts.ts';

export type BulkParts = { database: Database; sealer: Sealer; connections: RouterConnections; log: Log };

const sweepMs = 30_000;
// A small act does not wait for a large one: each has so many done in its turn.
const turnSize = 25;
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
    const items = await inTransaction(database, actor, (work) => leaseItems(work, job.id, turnSize));
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

function standingOf({ db, clock }: Database, { staffId, keyId }: OpenJob): Promise<Standing> {
  return findStanding(db, staffId, clock.now(), keyId);
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
