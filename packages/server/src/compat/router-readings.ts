// What a router tells at this moment, for those who ask under a seed's path.
import type { Database, Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { RouterConnections } from '#routers/connections.ts';
import type { Probe } from '#routers/probe.ts';
import { getRouter, type RouterRow } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';

/** The one that is named; or, as these doors come from a house with one router only, the one that was added first. */
export async function chooseRouter(db: Db, routerId: string | undefined, scope: Scope): Promise<RouterRow> {
  const router = await findChosenRouter(db, routerId, scope);
  if (!router) throw new DomainError('router_not_found', {}, noRouterYet);
  return router;
}

const noRouterYet = 'there is no router yet: add one first';

async function findChosenRouter(db: Db, routerId: string | undefined, scope: Scope): Promise<RouterRow | undefined> {
  if (routerId !== undefined) return getRouter(db, routerId, scope);
  const first = await db
    .selectFrom('routers.routers')
    .select('id')
    .where('removed_at', 'is', null)
    .where(routerInScope(scope, 'id'))
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return first && getRouter(db, first.id, scope);
}

/** Whether a router answers, and what it says: trouble is an answer to this question, and so is that there is none yet. */
export async function tryRouter(db: Db, connections: RouterConnections, routerId: string | undefined, scope: Scope) {
  const router = await findChosenRouter(db, routerId, scope);
  if (!router) {
    const error = { code: 'router_not_found', message: noRouterYet };
    return { success: false, routerId: null, router: null, latencyMs: null, system: null, error };
  }
  const about = { routerId: router.id, router: router.label };
  const tried = await connections.probeKnown(router);
  if (!tried.ok) {
    const { code, message } = tried.trouble;
    return { ...about, success: false, latencyMs: null, system: null, error: { code, message } };
  }
  const { identity, model, rosVersion, secretCount, uptimeSeconds, cpuLoadPercent } = tried.facts;
  const system = { identity, model, rosVersion, secretCount, uptimeSeconds, cpuLoadPercent };
  return { ...about, success: true, latencyMs: tried.latencyMs, system, error: null };
}

type Reading = { router: RouterRow; facts: Extract<Probe, { ok: true }>['facts']; latencyMs: number };

const refusals = {
  unreachable: 'router_unreachable',
  login_refused: 'router_login_refused',
  rejected: 'router_rejected',
} as const;

/** What a router says of itself; refused in words where it does not answer. */
export async function readRouter(
  database: Database,
  connections: RouterConnections,
  routerId: string,
  scope: Scope,
): Promise<Reading> {
  const router = await getRouter(database.db, routerId, scope);
  const tried = await connections.probeKnown(router);
  if (tried.ok) return { router, facts: tried.facts, latencyMs: tried.latencyMs };
  const { state, message } = tried.trouble;
  throw new DomainError(refusals[state], { router: router.label }, message);
}
