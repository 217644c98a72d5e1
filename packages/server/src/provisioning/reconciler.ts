// Keeps every router as wanted: one worker per router, woken by announcements, and by a sweep when a hint was lost.
import type { Announcements } from '#platform/announcements.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { askForLook, isLookDone } from '#routers/health.ts';
import { findRouter, listRouterIds } from '#routers/routers.ts';
import { getSettings } from '#settings/provider.ts';
import { RouterWorker, type WorkerParts } from './router-worker.ts';
import { listRoutersWithDueWork } from './wanted.ts';

const sweepMs = 30_000;
// Below the time that a browser or a proxy gives an answer.
const defaultLookTimeoutMs = 45_000;

const reconciler: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

function after(ms: number): { passed: Promise<void>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { passed, forget: () => clearTimeout(timer) };
}

export class Reconciler {
  readonly #parts: WorkerParts;
  readonly #workers = new Map<string, RouterWorker>();
  #liveIntervalMs = 5000;
  #fullLookMs = 5 * 60_000;
  #deaf: (() => void) | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: Omit<WorkerParts, 'liveIntervalMs' | 'fullLookMs'>) {
    this.#parts = { ...parts, liveIntervalMs: () => this.#liveIntervalMs, fullLookMs: () => this.#fullLookMs };
  }

  async start(announcements: Announcements): Promise<void> {
    await this.#readSettings();
    this.#deaf = announcements.listen(({ topic, id }) => {
      if (topic === 'router') this.#wake(id);
      if (topic === 'settings') void this.#readSettings().catch((error: unknown) => this.#complain(error));
    });
    // Another process may take over at once: what is half done here ends here.
    this.#parts.locks.onLost(() => {
      for (const routerId of this.#workers.keys()) this.#parts.connections.drop(routerId);
    });
    for (const routerId of await listRouterIds(this.#parts.database.db)) this.#workerOf(routerId);
    this.#sweep = setInterval(() => void this.#lookForWork().catch((error: unknown) => this.#complain(error)), sweepMs);
  }

  /**
   * Looks at a whole router now and brings what is due to it. Resolves when that was tried, here or in the process that holds
   * the router; refuses with `router_look_late` when nobody did within the time.
   */
  async lookNow(routerId: string): Promise<void> {
    if (this.#isStopped) throw new DomainError('internal');
    const { database, lookTimeoutMs = defaultLookTimeoutMs } = this.#parts;
    const asked = await inTransaction(database, reconciler, (work) => askForLook(work, routerId));
    if (asked === undefined) return;
    const until = Date.now() + lookTimeoutMs;
    const late = after(lookTimeoutMs);
    await Promise.race([this.#workerOf(routerId).lookNow(), late.passed]).finally(late.forget);
    for (let waitMs = 50; !(await isLookDone(database.db, routerId, asked)); waitMs = Math.min(waitMs * 2, 1000)) {
      if (Date.now() >= until)
        throw new DomainError(
          'router_look_late',
          { routerId, timeoutMs: lookTimeoutMs },
          'the look at this router did not end in time; it is still done as soon as the router answers',
        );
      await after(waitMs).passed;
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#deaf?.();
    clearInterval(this.#sweep);
    // Closing the connections ends what the workers wait for.
    await Promise.all([this.#parts.connections.stop(), ...[...this.#workers.values()].map((worker) => worker.stop())]);
  }

  async #readSettings(): Promise<void> {
    const { liveIntervalSeconds, fullLookMinutes } = await getSettings(this.#parts.database.db);
    this.#liveIntervalMs = liveIntervalSeconds * 1000;
    this.#fullLookMs = fullLookMinutes * 60_000;
  }

  /** Our own workers announce routers, too: a wake without anything due costs one read. */
  #wake(routerId: string): void {
    if (routerId === '*') void this.#lookForWork().catch((error: unknown) => this.#complain(error));
    else void this.#wakeKnown(this.#parts.database, routerId).catch((error: unknown) => this.#complain(error));
  }

  async #wakeKnown(database: Database, routerId: string): Promise<void> {
    if (!this.#workers.has(routerId)) {
      if (await findRouter(database.db, routerId)) this.#workerOf(routerId);
      return;
    }
    if (!(await findRouter(database.db, routerId))) await this.#forget(routerId);
    else this.#workers.get(routerId)?.wake();
  }

  async #forget(routerId: string): Promise<void> {
    const worker = this.#workers.get(routerId);
    this.#workers.delete(routerId);
    this.#parts.connections.drop(routerId);
    await worker?.stop();
  }

  async #lookForWork(): Promise<void> {
    const { db, clock } = this.#parts.database;
    const known = new Set(await listRouterIds(db));
    for (const routerId of known) this.#workerOf(routerId);
    for (const routerId of this.#workers.keys()) if (!known.has(routerId)) await this.#forget(routerId);
    for (const routerId of await listRoutersWithDueWork(db, clock.now())) this.#workers.get(routerId)?.wake();
  }

  #workerOf(routerId: string): RouterWorker {
    const known = this.#workers.get(routerId);
    if (known || this.#isStopped) return known ?? new RouterWorker(this.#parts, routerId);
    const worker = new RouterWorker(this.#parts, routerId);
    this.#workers.set(routerId, worker);
    worker.start();
    return worker;
  }

  #complain(error: unknown): void {
    this.#parts.log.error({ error }, 'the reconciler has trouble');
  }
}
