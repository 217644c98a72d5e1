// What sessions carry now, for those who look at them: read from the routers when somebody asks, shared between all who ask, and
// kept nowhere. A router that does not answer in time is left out, and keeps nobody else waiting.
import type { Traffic } from '@lastmile/contract/provisioning.ts';
import type { z } from 'zod';
import type { Database, Scope } from '#platform/db.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { findRouter } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';
import { type Counters, readCounters, type Watched } from './drivers/routeros-traffic.ts';
import { isRouterHeard } from './sessions.ts';

type TrafficView = z.output<typeof Traffic>;
type Sample = Counters & { at: number; downBps: number | null; upBps: number | null };

// Two who look at the same session share a reading of this age.
const freshMs = 1500;
const answerMs = 3000;
// Who was not looked at for so long begins anew; it also bounds how many are remembered.
const forgetMs = 60_000;
const mostRemembered = 20_000;

export class SessionTraffic {
  readonly #database: Database;
  readonly #connections: RouterConnections;
  readonly #samples = new Map<string, Sample>();
  /** One question at a time to each router. */
  readonly #asked = new Map<string, Promise<void>>();

  constructor(database: Database, connections: RouterConnections) {
    this.#database = database;
    this.#connections = connections;
  }

  async read(sessionIds: readonly string[], scope: Scope): Promise<TrafficView[]> {
    const watched = await this.#listWatched(sessionIds, scope);
    const byRouter = Map.groupBy(watched, ({ routerId }) => routerId);
    await Promise.all([...byRouter].map(([routerId, sessions]) => this.#refresh(routerId, sessions)));
    this.#forget();
    const now = Date.now();
    return watched.flatMap(({ sessionId }) => {
      const sample = this.#samples.get(sessionId);
      if (!sample || now - sample.at > answerMs + freshMs) return [];
      const { downBytes, upBytes, downBps, upBps } = sample;
      return [{ sessionId, downBytes, upBytes, downBps, upBps }];
    });
  }

  async #listWatched(sessionIds: readonly string[], scope: Scope): Promise<(Watched & { routerId: string })[]> {
    const rows = await this.#database.db
      .selectFrom('provisioning.sessions as session')
      .innerJoin('routers.routers as router', 'router.id', 'session.router_id')
      .select([
        'session.id as sessionId',
        'session.router_id as routerId',
        'session.service',
        'session.account_name as accountName',
        'session.address',
        'session.caller_id as callerId',
      ])
      .where('session.id', 'in', [...sessionIds])
      .where('session.ended_at', 'is', null)
      .where(isRouterHeard)
      .where(routerInScope(scope, 'session.router_id'))
      .execute();
    return rows.map((row) => ({ ...row, service: row.service as Watched['service'] }));
  }

  async #refresh(routerId: string, sessions: readonly Watched[]): Promise<void> {
    await this.#asked.get(routerId);
    const stale = sessions.filter(({ sessionId }) => Date.now() - (this.#samples.get(sessionId)?.at ?? 0) > freshMs);
    if (stale.length === 0) return;
    const asked = this.#ask(routerId, stale).finally(() => {
      if (this.#asked.get(routerId) === asked) this.#asked.delete(routerId);
    });
    this.#asked.set(routerId, asked);
    await asked;
  }

  /** Whatever goes wrong is told by the router's own worker; here it means that there is nothing to show. */
  async #ask(routerId: string, sessions: readonly Watched[]): Promise<void> {
    const deadline = new Promise<undefined>((resolve) => setTimeout(resolve, answerMs, undefined).unref());
    const counters = await Promise.race([this.#read(routerId, sessions).catch(() => undefined), deadline]);
    const at = Date.now();
    for (const [sessionId, counted] of counters ?? []) this.#take(sessionId, counted, at);
  }

  async #read(routerId: string, sessions: readonly Watched[]): Promise<Map<string, Counters> | undefined> {
    const router = await findRouter(this.#database.db, routerId);
    return router && readCounters(await this.#connections.get(router), sessions, answerMs);
  }

  #take(sessionId: string, counted: Counters, at: number): void {
    const before = this.#samples.get(sessionId);
    const seconds = before && at - before.at < forgetMs ? (at - before.at) / 1000 : 0;
    // A counter that went back was reset: no rate is told for that moment.
    const rate = (now: bigint, then: bigint | undefined) =>
      seconds > 0 && then !== undefined && now >= then ? Math.round((Number(now - then) * 8) / seconds) : null;
    this.#samples.delete(sessionId);
    this.#samples.set(sessionId, {
      ...counted,
      at,
      downBps: rate(counted.downBytes, before?.downBytes),
      upBps: rate(counted.upBytes, before?.upBytes),
    });
  }

  /** The oldest stand first. */
  #forget(): void {
    const now = Date.now();
    for (const [sessionId, { at }] of this.#samples) {
      if (now - at < forgetMs && this.#samples.size <= mostRemembered) return;
      this.#samples.delete(sessionId);
    }
  }
}
