// How a router was: a point every five minutes, later one an hour, and nothing after some months.
import type { HealthHistory } from '@lastmile/contract/routers.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope, Work } from '#platform/db.ts';
import { requireRouter } from './scope.ts';

const pointSeconds = 300;
const hourSeconds = 3600;
const fineDays = 3;
const coarseDays = 100;

export type HealthPoint = {
  onlinePercent: 0 | 100;
  cpuLoadPercent?: number | null;
  memoryUsedPercent?: number | null;
  temperatureCelsius?: number | null;
  latencyMs?: number | null;
  activeCount?: number | null;
};

/** Of several readings in five minutes the last one counts. */
export async function recordHealthPoint(work: Work, routerId: string, point: HealthPoint): Promise<void> {
  const slotMs = pointSeconds * 1000;
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(work.now.epochMilliseconds / slotMs) * slotMs);
  const values = {
    online_percent: point.onlinePercent,
    cpu_load_percent: point.cpuLoadPercent ?? null,
    memory_used_percent: point.memoryUsedPercent ?? null,
    temperature_celsius: point.temperatureCelsius ?? null,
    latency_ms: point.latencyMs ?? null,
    active_count: point.activeCount ?? null,
  };
  await work.db
    .insertInto('routers.health_points')
    .values({ router_id: routerId, at, step_seconds: pointSeconds, ...values })
    .onConflict((conflict) => conflict.columns(['router_id', 'at', 'step_seconds']).doUpdateSet(values))
    .execute();
}

/** Makes hours of what is older than some days, and forgets what is older than some months. Running it twice changes nothing. */
export async function condenseHealth(work: Work): Promise<void> {
  const before = sql`date_trunc('hour', ${work.now}::timestamptz - make_interval(days => ${fineDays}))`;
  await sql`
    insert into routers.health_points
    select router_id, date_trunc('hour', at), ${hourSeconds}, avg(online_percent)::smallint, avg(cpu_load_percent)::smallint,
      avg(memory_used_percent)::smallint, max(temperature_celsius), avg(latency_ms)::integer, max(active_count)
    from routers.health_points where step_seconds = ${pointSeconds} and at < ${before}
    group by router_id, date_trunc('hour', at)
    on conflict do nothing`.execute(work.db);
  await sql`delete from routers.health_points where step_seconds = ${pointSeconds} and at < ${before}`.execute(work.db);
  await sql`delete from routers.health_points
    where step_seconds = ${hourSeconds} and at < ${work.now}::timestamptz - make_interval(days => ${coarseDays})`.execute(
    work.db,
  );
}

// So that no window has more points than a small chart has pixels.
const windows = {
  day: { seconds: 86_400, stepSeconds: pointSeconds },
  week: { seconds: 7 * 86_400, stepSeconds: hourSeconds },
  quarter: { seconds: 90 * 86_400, stepSeconds: 6 * hourSeconds },
};

export async function getHealthHistory(
  db: Db,
  routerId: string,
  window: keyof typeof windows,
  now: Temporal.Instant,
  scope: Scope,
): Promise<z.output<typeof HealthHistory>> {
  await requireRouter(db, scope, routerId);
  const { seconds, stepSeconds } = windows[window];
  const since = now.subtract({ seconds });
  const { rows } = await sql<z.output<typeof HealthHistory>['points'][number]>`
    select date_bin(make_interval(secs => ${stepSeconds}), at, 'epoch') as at, avg(online_percent)::float8 as "onlinePercent",
      avg(cpu_load_percent)::float8 as "cpuLoadPercent", avg(memory_used_percent)::float8 as "memoryUsedPercent",
      max(temperature_celsius)::float8 as "temperatureCelsius", avg(latency_ms)::float8 as "latencyMs",
      max(active_count)::float8 as "activeCount"
    from routers.health_points where router_id = ${routerId} and at > ${since}
    group by 1 order by 1 limit 1000`.execute(db);
  return { since, until: now, stepSeconds, points: rows };
}
