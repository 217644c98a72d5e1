// Locations with what stands there: routers, customers, who is online.
import type { Location } from '@lastmile/contract/routers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { locationInScope } from '#routers/scope.ts';
import { isRouterHeard } from './sessions.ts';

export type LocationOverview = z.output<typeof Location>;

function selectLocations(db: Db, scope: Scope) {
  return db
    .selectFrom('routers.locations as location')
    .where(locationInScope(scope, 'location.id'))
    .select([
      'location.id',
      'location.name',
      sql<string>`lower(location.name)`.as('sortKey'),
      'location.address',
      'location.notes',
      'location.revision',
      sql<number>`(select count(*) from routers.routers r where r.location_id = location.id and r.removed_at is null)::float8`.as(
        'routerCount',
      ),
      sql<number>`(select count(*) from routers.routers r where r.location_id = location.id and r.removed_at is null
        and r.state in ('unreachable', 'login_refused', 'rejected'))::float8`.as('troubledCount'),
      sql<number>`(select count(*) from customers.customers c
        where c.removed_at is null and c.location_ids @> array[location.id])::float8`.as('customerCount'),
      sql<number>`(select count(*) from provisioning.sessions s join routers.routers router on router.id = s.router_id
        where s.ended_at is null and router.location_id = location.id and ${isRouterHeard})::float8`.as('onlineCount'),
    ]);
}

export async function listLocations(
  db: Db,
  query: PageRequest & { search?: string | undefined },
  scope: Scope,
): Promise<Page<LocationOverview>> {
  const key = keyOf(query.after, 'text', 'uuid');
  const rows = await selectLocations(db, scope)
    .$if(Boolean(query.search?.trim()), (q) =>
      q.where(
        sql<SqlBool>`lower(location.name || ' ' || coalesce(location.address, '')) like lower(${likePattern(query.search ?? '')})`,
      ),
    )
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(lower(location.name), location.id) > (${key?.[0]}, ${key?.[1]}::uuid)`),
    )
    .orderBy(sql`lower(location.name)`)
    .orderBy('location.id')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows, query.limit, (row) => [row.sortKey, row.id]);
}

export async function getLocation(db: Db, locationId: string, scope: Scope): Promise<LocationOverview> {
  const row = await selectLocations(db, scope).where('location.id', '=', locationId).executeTakeFirst();
  if (!row) throw new DomainError('location_not_found', { locationId });
  return row;
}
