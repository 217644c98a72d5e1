// A person asks for a full look at a router: it is written down, then done.
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, inTransaction, scopeOf } from '#platform/db.ts';
import { getRouter } from '#routers/routers.ts';
import type { Reconciler } from './reconciler.ts';
import { getRouterOverview, type RouterOverview } from './router-overview.ts';

export async function syncRouter(
  database: Database,
  reconciler: Reconciler,
  actor: Actor,
  routerId: string,
): Promise<RouterOverview> {
  await inTransaction(database, actor, async (work) => {
    const { label } = await getRouter(work.db, routerId, scopeOf(actor));
    await audit(work, 'router.synced', [routerId], { label });
  });
  await reconciler.lookNow(routerId);
  return getRouterOverview(database.db, routerId, scopeOf(actor));
}
