// One worker per router: it alone talks to it. A router that does not answer keeps only its own worker waiting.
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Locks } from '#platform/locks.ts';
import type { Log } from '#platform/log.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { recordOnline, recordSync, recordTrouble } from '#routers/health.ts';
import { readFacts } from '#routers/probe.ts';
import { findRouter, type RouterRow } from '#routers/routers.ts';
import { findTrouble, type RouterTrouble } from '#routers/trouble.ts';
import type { Driver } from './drivers/driver.ts';
import { routerosDriver } from './drivers/routeros.ts';
import { routerosHotspotUsers } from './drivers/routeros-hotspot-users.ts';
import type { Guest } from './hotspot-users.ts';
import { type Look, reconcileRound } from './reconcile.ts';
import { recordSessions } from './sessions.ts';
import { getWanted } from './wanted.ts';

export type WorkerParts = {
  database: Database;
  sealer: Sealer;
  connections: RouterConnections;
  locks: Locks;
  log: Log;
  liveIntervalMs: () => number;
  /** Between two looks at everything of ours on the router. */
  fullLookMs: () => number;
  /** How long one who asks for a look waits for it. */
  lookTimeoutMs?: number;
  /** What rooms above keep on routers. */
  guests?: readonly Guest[];
};

// Health is kept in steps of five minutes; a little less, so that none is left out. Whoever looks more often hears it more often.
const healthMs = 295_000;
const idleMs = 60_000;
const takeOverMs = 10_000;
// What everybody carries, for lists by data and for the history. Rows that somebody looks at have figures of their own, every few
// seconds: see session-traffic.ts.
const countersMs = 60_000;
// One event seldom comes alone, and a storm of redials must not become a storm of readings.
const eventPauseMs = 100;
const leastSessionsMs = 1000;
const firstRetryMs = 1000;
const longestRetryMs = 60_000;

const actor: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

export class RouterWorker {
  readonly #parts: WorkerParts;
  readonly #routerId: string;
  #isDirty = true;
  #isStopped = false;
  #failureCount = 0;
  /** Set while only a person can help: the connection that was refused. */
  #refusedVersion: number | undefined;
  /** The way to connect that was tried last: after an edit of it nobody waits. */
  #triedVersion: number | undefined;
  #nextFullLookAt = 0;
  #nextHealthAt = 0;
  #nextSessionsAt = 0;
  #lastSessionsAt = 0;
  #nextCountersAt = 0;
  /** Somebody may have come or gone since they were read. */
  #isStirred = true;
  /** The connection on which comings and goings are listened to. */
  #watched: unknown;
  #activeCount: number | null = null;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: WorkerParts, routerId: string) {
    this.#parts = parts;
    this.#routerId = routerId;
  }

  start(): void {
    this.#plan();
  }

  /** Something about this router may have changed. */
  wake(): void {
    this.#isDirty = true;
    this.#plan();
  }

  /** A person asks for a full look now: whatever was refused or delayed is tried at once. */
  async lookNow(): Promise<void> {
    // A visit under way may be past the look that is asked for, so this is another one.
    while (this.#running) await this.#running;
    this.#forgetRefusals();
    await this.#run();
  }

  #forgetRefusals(): void {
    this.#refusedVersion = undefined;
    this.#triedVersion = undefined;
    this.#nextFullLookAt = 0;
    this.#nextHealthAt = 0;
    this.#nextCountersAt = 0;
    this.#stir(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#parts.locks.release(`router ${this.#routerId}`).catch(() => {});
  }

  #waitFor(delayMs: number): void {
    this.#notBefore = Date.now() + delayMs;
  }

  #plan(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const nextAt = Math.min(this.#nextFullLookAt, this.#nextHealthAt, this.#nextSessionsAt);
    const waitMs = this.#isDirty ? 0 : Math.max(nextAt, this.#notBefore) - Date.now();
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, waitMs));
  }

  #run(): Promise<void> {
    this.#running ??= this.#visit()
      .catch((error: unknown) => {
        this.#parts.log.error({ error, routerId: this.#routerId }, 'a visit to a router failed');
        this.#waitForNextTry();
      })
      .finally(() => {
        this.#running = undefined;
        this.#plan();
      });
    return this.#running;
  }

  async #visit(): Promise<void> {
    this.#isDirty = false;
    const router = await findRouter(this.#parts.database.db, this.#routerId);
    if (!router || this.#isStopped) return this.#waitFor(idleMs);
    // Somebody asked for a look, perhaps in another process.
    if (router.lookAsked > router.lookDone) this.#forgetRefusals();
    if (router.connectionVersion === this.#triedVersion) {
      // A wake says that rows changed, not that the router answers again: while it does not, the next try stays in its time.
      if (Date.now() < this.#notBefore) return;
      // Nothing changed since the refusal: look at the row now and then, never at the router.
      if (this.#refusedVersion === router.connectionVersion) return this.#waitFor(idleMs);
    }
    // One process works on a router at a time; when it dies, another takes over at its next look.
    if (!(await this.#parts.locks.take(`router ${router.id}`))) return this.#waitFor(takeOverMs);
    this.#triedVersion = router.connectionVersion;
    try {
      await this.#work(router);
      this.#failureCount = 0;
      this.#notBefore = 0;
    } catch (error) {
      const trouble = findTrouble(error);
      if (!trouble) throw error;
      // We closed the connection ourselves (stopped, edited, lost our locks): the router has nothing to do with it.
      if (trouble.code === 'aborted') return this.#waitForNextTry();
      await this.#giveUpForNow(router, trouble);
    }
  }

  async #work(router: RouterRow): Promise<void> {
    const { database, sealer, connections } = this.#parts;
    const client = await connections.get(router);
    const driver = routerosDriver(client);
    const isFullLook = Date.now() >= this.#nextFullLookAt;
    if (this.#watched !== client) void this.#watch(driver, client);
    const look: Look = isFullLook ? 'everything' : 'unsettled';
    // The rows are read while the router is still asked how it is.
    const [read] = await Promise.all([
      router.mode === 'manage' ? getWanted(database.db, sealer, router.id, look, database.clock.now()) : undefined,
      this.#tellHealth(router),
    ]);
    if (read) {
      const round = await reconcileRound(database, driver, router.id, look, read);
      if (round.notPermitted) throw round.notPermitted;
      if (round.isFull) this.#isDirty = true;
      if (round.changeCount > 0) this.#stir(0);
      for (const guest of this.#parts.guests ?? []) await guest(router, routerosHotspotUsers(client), look);
    }
    if (isFullLook) {
      await inTransaction(database, actor, (work) => recordSync(work, router.id, router.lookAsked));
      this.#nextFullLookAt = Date.now() + this.#parts.fullLookMs() * (0.9 + Math.random() / 5);
    }
    if (Date.now() >= this.#nextSessionsAt) await this.#readSessions(router.id, driver);
  }

  async #tellHealth(router: RouterRow): Promise<void> {
    if (router.state === 'online' && Date.now() < this.#nextHealthAt) return;
    const { database, connections } = this.#parts;
    const facts = await readFacts(await connections.get(router), database.clock.now());
    await inTransaction(database, actor, (work) => recordOnline(work, router.id, facts, this.#activeCount));
    this.#nextHealthAt = Date.now() + Math.min(healthMs, this.#parts.fullLookMs());
  }

  /**
   * All of them when somebody came or went and once a minute; else only how many there are, which is what a router without events is
   * noticed by, and one that is gone.
   */
  async #readSessions(routerId: string, driver: Driver): Promise<void> {
    const { database, liveIntervalMs } = this.#parts;
    this.#lastSessionsAt = Date.now();
    const isCounting = Date.now() >= this.#nextCountersAt;
    const isToRead = isCounting || this.#isStirred || (await driver.countSessions()) !== this.#activeCount;
    if (isToRead) {
      this.#isStirred = false;
      const readAt = database.clock.now();
      const live = await driver.sessions(isCounting);
      await inTransaction(database, actor, (work) => recordSessions(work, routerId, live, readAt));
      this.#activeCount = live.length;
      if (isCounting) this.#nextCountersAt = Date.now() + countersMs;
    }
    // What was stirred meanwhile has its own time.
    this.#nextSessionsAt = this.#isStirred
      ? Math.min(Date.now() + liveIntervalMs(), this.#lastSessionsAt + leastSessionsMs)
      : Date.now() + liveIntervalMs();
  }

  /** Who is online is to be read again, at this time at the latest. */
  #stir(at: number): void {
    this.#isStirred = true;
    this.#nextSessionsAt = Math.min(this.#nextSessionsAt, at);
  }

  /** Whoever comes or goes is shown at once, and not only with the next reading of figures. */
  async #watch(driver: Driver, client: unknown): Promise<void> {
    this.#watched = client;
    try {
      for await (const _ of driver.watchSessions()) {
        if (this.#isStopped || this.#watched !== client) return;
        this.#stir(Math.max(Date.now() + eventPauseMs, this.#lastSessionsAt + leastSessionsMs));
        this.#plan();
      }
    } catch (error) {
      // The connection's own end is told where it is used; a router that cannot listen is read in its turn.
      if (!findTrouble(error)) this.#parts.log.error({ error, routerId: this.#routerId }, 'watching sessions failed');
    }
  }

  async #giveUpForNow(router: RouterRow, trouble: RouterTrouble): Promise<void> {
    const { database, connections, log } = this.#parts;
    log.warn({ router: router.label, code: trouble.code }, trouble.message);
    connections.drop(router.id);
    await inTransaction(database, actor, (work) => recordTrouble(work, router.id, trouble));
    if (trouble.code === 'login_refused') this.#refusedVersion = router.connectionVersion;
    // Missing rights do not come back by themselves within seconds, and asking again is cheap: with the full look.
    this.#waitForNextTry(trouble.code === 'not_permitted' ? this.#parts.fullLookMs() : undefined);
    // What was read before the gap is old.
    this.#nextFullLookAt = 0;
    this.#stir(0);
  }

  #waitForNextTry(fixedMs?: number): void {
    this.#failureCount += 1;
    const growingMs = Math.min(firstRetryMs * 2 ** (this.#failureCount - 1), longestRetryMs);
    this.#notBefore = Date.now() + (fixedMs ?? growingMs) * (0.75 + Math.random() / 2);
  }
}
