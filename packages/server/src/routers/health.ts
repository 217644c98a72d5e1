// What is known of a router's state, as its worker saw it last.

import { sql } from 'kysely';
import type { Db, Scope, Work } from '#platform/db.ts';
import { recordEvent } from '#system/events.ts';
import { recordHealthPoint } from './health-history.ts';
import { type Concern, concernsOf, type HealthFigures, memoryUsedPercent } from './health-rules.ts';
import type { RouterFacts } from './probe.ts';
import type { RouterState } from './routers.ts';
import { routerInScope } from './scope.ts';
import type { RouterTrouble } from './trouble.ts';

/** Records that a router answered, and what it told of itself. */
export async function recordOnline(
  work: Work,
  routerId: string,
  facts: RouterFacts,
  activeCount: number | null,
): Promise<void> {
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
      identity: facts.identity,
      model: facts.model,
      ros_version: facts.rosVersion,
      uptime_seconds: facts.uptimeSeconds,
      cpu_load_percent: facts.cpuLoadPercent,
      free_memory_bytes: facts.freeMemoryBytes,
      total_memory_bytes: facts.totalMemoryBytes,
      temperature_celsius: facts.temperatureCelsius,
      clock_skew_seconds: facts.clockSkewSeconds,
      latency_ms: facts.latencyMs,
    })
    .where('id', '=', routerId)
    .execute();
  await recordHealthPoint(work, routerId, {
    onlinePercent: 100,
    ...facts,
    memoryUsedPercent: memoryUsedPercent(facts.freeMemoryBytes, facts.totalMemoryBytes),
    activeCount,
  });
  if (before !== 'online') {
    const message = `${await labelOf(work.db, routerId)} answers.`;
    await recordEvent(work, { kind: 'router', level: 'info', name: 'router.online', message, subjectId: routerId });
  }
  work.announce('router', routerId);
}

async function labelOf(db: Db, routerId: string): Promise<string> {
  const row = await db.selectFrom('routers.routers').select('label').where('id', '=', routerId).executeTakeFirst();
  return row?.label ?? routerId;
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
      // Whoever asked for a look sees why there was none.
      look_done: sql`look_asked`,
      ...(before === trouble.state ? {} : { state_since: work.now }),
    })
    .where('id', '=', routerId)
    .execute();
  await recordHealthPoint(work, routerId, { onlinePercent: 0 });
  if (before === trouble.state) return;
  await recordEvent(work, {
    kind: 'router',
    level: 'warning',
    name: `router.${trouble.state}`,
    message: `${await labelOf(work.db, routerId)}: ${trouble.message}`,
    subjectId: routerId,
  });
  work.announce('router', routerId);
}

/** A full look was done; `lookAsked` is what had been asked for when it began. */
export async function recordSync(work: Work, routerId: string, lookAsked: number): Promise<void> {
  await work.db
    .updateTable('routers.routers')
    .set({ last_sync_at: work.now, look_done: sql`greatest(look_done, ${lookAsked})` })
    .where('id', '=', routerId)
    .execute();
  work.announce('router', routerId);
}

/** Asks for a full look, of whichever process holds the router; answers the number to wait for. */
export async function askForLook(work: Work, routerId: string): Promise<number | undefined> {
  const row = await work.db
    .updateTable('routers.routers')
    .set((e) => ({ look_asked: e('look_asked', '+', 1) }))
    .where('id', '=', routerId)
    .where('removed_at', 'is', null)
    .returning('look_asked as lookAsked')
    .executeTakeFirst();
  work.announce('router', routerId);
  return row?.lookAsked;
}

/** Whether the look that was asked for is over, well or not; of a router that is gone, too. */
export async function isLookDone(db: Db, routerId: string, asked: number): Promise<boolean> {
  const row = await db
    .selectFrom('routers.routers')
    .select('look_done as lookDone')
    .where('id', '=', routerId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row === undefined || row.lookDone >= asked;
}

type Figures = Omit<HealthFigures, 'memoryUsedPercent'> & {
  freeMemoryBytes: string | null;
  totalMemoryBytes: string | null;
};

export function listConcerns({ freeMemoryBytes, totalMemoryBytes, ...figures }: Figures): Concern[] {
  const [free, total] = [freeMemoryBytes, totalMemoryBytes].map((digits) => (digits === null ? null : BigInt(digits)));
  return concernsOf({ ...figures, memoryUsedPercent: memoryUsedPercent(free ?? null, total ?? null) });
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
