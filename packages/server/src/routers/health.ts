// What is known of a router's state, as its worker saw it last.
import type { Db, Scope, Work } from '#platform/db.ts';
import type { RouterFacts } from './probe.ts';
import type { RouterState } from './routers.ts';
import { routerInScope } from './scope.ts';
import type { RouterTrouble } from './trouble.ts';

/** Records that a router answered. Announces only a change of state, for figures are read often. */
export async function recordOnline(work: Work, routerId: string, facts: RouterFacts | undefined): Promise<void> {
  const before = await stateOf(work, routerId);
  if (before === undefined) return;
  await work.db
    .updateTable('routers.routers')
    .set({
      state: 'online',
      trouble_code: null,
      trouble_message: null,
      last_seen_at: work.now,
      ...(before === 'online' ? {} : { state_since: work.now }),
      ...(facts
        ? {
            identity: facts.identity,
            model: facts.model,
            ros_version: facts.rosVersion,
            uptime_seconds: facts.uptimeSeconds,
            cpu_load_percent: facts.cpuLoadPercent,
            free_memory_bytes: facts.freeMemoryBytes,
            total_memory_bytes: facts.totalMemoryBytes,
          }
        : {}),
    })
    .where('id', '=', routerId)
    .execute();
  if (before !== 'online' || facts) work.announce('router', routerId);
}

export async function recordTrouble(work: Work, routerId: string, trouble: RouterTrouble): Promise<void> {
  const before = await stateOf(work, routerId);
  if (before === undefined) return;
  await work.db
    .updateTable('routers.routers')
    .set({
      state: trouble.state,
      trouble_code: trouble.code,
      trouble_message: trouble.message,
      ...(before === trouble.state ? {} : { state_since: work.now }),
    })
    .where('id', '=', routerId)
    .execute();
  if (before !== trouble.state) work.announce('router', routerId);
}

export async function recordSync(work: Work, routerId: string): Promise<void> {
  await work.db.updateTable('routers.routers').set({ last_sync_at: work.now }).where('id', '=', routerId).execute();
  work.announce('router', routerId);
}

async function stateOf(work: Work, routerId: string): Promise<RouterState | undefined> {
  const row = await work.db
    .selectFrom('routers.routers')
    .select('state')
    .where('id', '=', routerId)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row?.state as RouterState | undefined;
}

export async function countRouters(db: Db, scope: Scope): Promise<{ total: number; online: number; troubled: number }> {
  const row = await db
    .selectFrom('routers.routers')
    .select((e) => [
      e.fn.countAll<bigint>().as('total'),
      e.fn.countAll<bigint>().filterWhere('state', '=', 'online').as('online'),
      e.fn.countAll<bigint>().filterWhere('state', 'in', ['unreachable', 'login_refused', 'rejected']).as('troubled'),
    ])
    .where('removed_at', 'is', null)
    .where(routerInScope(scope, 'id'))
    .executeTakeFirstOrThrow();
  return { total: Number(row.total), online: Number(row.online), troubled: Number(row.troubled) };
}
