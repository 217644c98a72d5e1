// What would be done on a router now, and what was found there. Only reads.
import { createHash } from 'node:crypto';
import { type Actor, type Database, scopeOf } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { getRouter, type RouterRow } from '#routers/routers.ts';
import { routerTrouble } from '#routers/trouble.ts';
import { getWritePolicy } from './change-limit.ts';
import { type DriftView, getDrift } from './drifts.ts';
import type { Driver, Scope } from './drivers/driver.ts';
import { routerosDriver } from './drivers/routeros.ts';
import { planWithAdoption } from './rules/adoption-rules.ts';
import { heldCount } from './rules/drift-rules.ts';
import type { Observed } from './rules/object-rules.ts';
import { type ObjectDifference, type Preview, previewOf } from './rules/preview-rules.ts';
import { missingPoolWords, obstacleWords } from './trouble-words.ts';
import { getWanted } from './wanted.ts';

/** What was found on a router. */
export type Seen = Observed;

export type Looking = { database: Database; sealer: Sealer; connections: RouterConnections };

export function withRouter<T>(
  { connections }: Looking,
  router: RouterRow,
  look: (driver: Driver) => Promise<T>,
): Promise<T> {
  return refuseTrouble(router, async () => look(routerosDriver(await connections.get(router))));
}

/** What a router or the network does is a refusal in words. */
export async function refuseTrouble<T>(router: RouterRow, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const { state, message } = routerTrouble(error);
    const code = {
      unreachable: 'router_unreachable',
      login_refused: 'router_login_refused',
      rejected: 'router_rejected',
    };
    throw new DomainError(code[state] as 'router_unreachable', { router: router.label }, message);
  }
}

const everything: Scope = {
  kinds: [
    { service: 'pppoe', accounts: 'all' },
    { service: 'hotspot', accounts: 'all' },
  ],
  hasPools: true,
  walledList: undefined,
};

// The first of them tell what it is about; the counts tell the rest.
const shownObjects = 200;

export type RouterPreview = Omit<Preview, 'objects'> & {
  objects: ObjectDifference[];
  objectCount: number;
  obstacles: { name: string; message: string }[];
  heldCount: number | null;
  limitPercent: number;
  token: string;
};

export async function previewRouter(looking: Looking, actor: Actor, routerId: string): Promise<RouterPreview> {
  const { database, sealer } = looking;
  const now = database.clock.now();
  const router = await getRouter(database.db, routerId, scopeOf(actor));
  const observed = await withRouter(looking, router, (driver) => driver.observe(everything));
  const wanted = await getWanted(database.db, sealer, routerId, 'everything', now);
  const policy = await getWritePolicy(database.db, routerId, now);
  const plan = planWithAdoption(wanted, observed, wanted.adopted);
  const preview = previewOf(plan, observed);
  return {
    ...preview,
    objects: preview.objects.slice(0, shownObjects),
    objectCount: preview.objects.length,
    obstacles: [
      ...missingPoolWords(wanted, observed),
      ...[...plan.obstacles.values()].map((obstacle) => ({
        name: obstacle.name,
        message: obstacleWords(obstacle).message,
      })),
    ].slice(0, shownObjects),
    heldCount: heldCount(plan.changes, policy) ?? null,
    limitPercent: policy.percent,
    token: tokenOf(preview),
  };
}

/** Two previews that say the same have the same token. */
function tokenOf({ objects, counts, droppedSessions }: Preview): string {
  const said = objects.map((object) => JSON.stringify(object)).toSorted();
  return createHash('sha256')
    .update(JSON.stringify([said, counts, droppedSessions]))
    .digest('base64url');
}

/** Whoever lets us write to a router has seen what will be written. Answers how many objects are beyond its limit. */
export async function requirePreview(
  looking: Looking,
  actor: Actor,
  routerId: string,
  seenToken: string | undefined,
): Promise<number> {
  if (seenToken === undefined)
    throw fieldError('preview_needed', 'previewToken', 'is needed: look at what would be written first');
  const { token, heldCount } = await previewRouter(looking, actor, routerId);
  if (token !== seenToken)
    throw fieldError(
      'preview_outdated',
      'previewToken',
      'is of another preview: the router or what is wanted changed since',
    );
  return heldCount ?? 0;
}

/** What is on the router now of an object that somebody changed there. */
export async function lookAtDrift(
  looking: Looking,
  actor: Actor,
  driftId: string,
): Promise<{ drift: DriftView; observed: Seen }> {
  const { db } = looking.database;
  const drift = await getDrift(db, driftId, scopeOf(actor));
  const router = await getRouter(db, drift.routerId, scopeOf(actor));
  const accounts = drift.accountId ? { names: [drift.name], ids: [drift.accountId] } : { names: [], ids: [] };
  const observed = await withRouter(looking, router, (driver) =>
    driver.observe({
      kinds: [{ service: drift.service, accounts }],
      hasPools: drift.kind === 'pool',
      walledList: undefined,
    }),
  );
  return { drift, observed };
}
