// Routers with what stands on them: how many accounts, how many wait, how many are online.
import type { Router } from '@lastmile/contract/routers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope, Work } from '#platform/db.ts';
import { counted, DomainError } from '#platform/errors.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { listConcerns } from '#routers/health.ts';
import { lockRouter, removeRouter } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';
import { countAccountsOfRouter } from './accounts.ts';
import { endSessionsOfRouter, isRouterHeard } from './sessions.ts';

export type RouterOverview = z.output<typeof Router>;

const sessionCount = sql`(select count(*) from provisioning.sessions s where s.router_id = router.id and s.ended_at is null)::float8`;

function selectRouters(db: Db, scope: Scope) {
  return db
    .selectFrom('routers.routers as router')
    .leftJoin('routers.locations as location', 'location.id', 'router.location_id')
    .where(routerInScope(scope, 'router.id'))
    .select((e) => [
      'router.id',
      'label',
      'location_id as locationId',
      'location.name as locationName',
      sql<string>`lower(label)`.as('sortKey'),
      'host',
      'port',
      'tls',
      'fingerprint',
      'username',
      'mode',
      'state',
      'state_since as stateSince',
      'trouble_code as troubleCode',
      'trouble_message as troubleMessage',
      'identity',
      'model',
      'ros_version as rosVersion',
      'uptime_seconds as uptimeSeconds',
      'cpu_load_percent as cpuLoadPercent',
      e.cast<string | null>('free_memory_bytes', 'text').as('freeMemoryBytes'),
      e.cast<string | null>('total_memory_bytes', 'text').as('totalMemoryBytes'),
      'temperature_celsius as temperatureCelsius',
      'clock_skew_seconds as clockSkewSeconds',
      'latency_ms as latencyMs',
      'change_limit_percent as changeLimitPercent',
      'heals_drift as healsDrift',
      'held_count as heldCount',
      'held_since as heldSince',
      sql<number>`(select count(*) from provisioning.drifts d where d.router_id = router.id and d.closed_at is null)::float8`.as(
        'driftCount',
      ),
      'last_seen_at as lastSeenAt',
      'last_sync_at as lastSyncAt',
      'router.revision',
      sql<number>`(select count(*) from provisioning.accounts a where a.router_id = router.id and a.removed_at is null)::float8`.as(
        'accountCount',
      ),
      sql<number>`(select count(*) from provisioning.accounts a where a.router_id = router.id and a.pending_since is not null)::float8`.as(
        'pendingCount',
      ),
      sql<number>`case when ${isRouterHeard} then ${sessionCount} else 0 end`.as('onlineCount'),
      sql<number>`case when ${isRouterHeard} then 0 else ${sessionCount} end`.as('lastSeenCount'),
    ])
    .where('router.removed_at', 'is', null);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRouters>['executeTakeFirstOrThrow']>>;

function overviewOf({ troubleCode, troubleMessage, ...row }: Row): RouterOverview {
  return {
    ...row,
    tls: row.tls as RouterOverview['tls'],
    mode: row.mode as RouterOverview['mode'],
    state: row.state as RouterOverview['state'],
    trouble: troubleCode ? { code: troubleCode, message: troubleMessage ?? '' } : null,
    concerns: row.state === 'online' ? listConcerns(row) : [],
  };
}

export async function listRouters(
  db: Db,
  query: PageRequest & { search?: string | undefined; locationId?: string | undefined },
  scope: Scope,
): Promise<Page<RouterOverview>> {
  const key = keyOf(query.after, 'text', 'uuid');
  const rows = await selectRouters(db, scope)
    .$if(query.locationId !== undefined, (q) => q.where('location_id', '=', query.locationId ?? ''))
    .$if(Boolean(query.search?.trim()), (q) => {
      const pattern = sql<string>`lower(${likePattern(query.search ?? '')})`;
      return q.where((e) =>
        e.or([
          e(e.fn<string>('lower', ['label']), 'like', pattern),
          e(e.fn<string>('lower', ['host']), 'like', pattern),
          e(e.fn<string>('lower', ['identity']), 'like', pattern),
        ]),
      );
    })
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`(lower(label), router.id) > (${key?.[0]}, ${key?.[1]}::uuid)`))
    .orderBy(sql`lower(label)`)
    .orderBy('router.id')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.sortKey, row.id]);
  return { next: page.next, items: page.items.map(overviewOf) };
}

export async function getRouterOverview(db: Db, routerId: string, scope: Scope): Promise<RouterOverview> {
  const row = await selectRouters(db, scope).where('router.id', '=', routerId).executeTakeFirst();
  if (!row) throw new DomainError('router_not_found', { routerId });
  return overviewOf(row);
}

/** Removes a router without accounts. What still waited to be removed from it will never be: it is settled with it. */
export async function removeEmptyRouter(work: Work, routerId: string): Promise<void> {
  await lockRouter(work, routerId);
  const accountCount = await countAccountsOfRouter(work.db, routerId);
  if (accountCount > 0) {
    throw new DomainError(
      'router_has_accounts',
      { accountCount },
      `this router has ${counted(accountCount, 'account')}: move or remove them first`,
    );
  }
  await work.db
    .updateTable('provisioning.accounts')
    .set((e) => ({
      applied_version: e.ref('version'),
      // All of them are removed: the router has none that is not.
      password_sealed: Buffer.alloc(0),
      pending_since: null,
      next_try_at: null,
      trouble_code: null,
      trouble_message: null,
    }))
    .where('router_id', '=', routerId)
    .where('pending_since', 'is not', null)
    .execute();
  await endSessionsOfRouter(work, routerId);
  await removeRouter(work, routerId);
}
