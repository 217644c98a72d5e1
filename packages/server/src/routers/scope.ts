// Of which places something is, for people who are limited to some. See decision 0007.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';

/**
 * A condition for any query: the router that a column names is of the scope. `where(routerInScope(scope, 'account.router_id'))`;
 * in a template as `and ${routerInScope(...)}`. A router that stands nowhere is seen only by who sees everything.
 */
export function routerInScope(scope: Scope, routerIdColumn: string): RawBuilder<SqlBool> {
  if (scope === 'everywhere') return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(routerIdColumn)} in (select id from routers.routers where location_id = any(${scope.locationIds}::uuid[]))`;
}

/** A condition for any query: the location that a column names is of the scope. For shifts, tills and whatever stands at a place. */
export function locationInScope(scope: Scope, locationIdColumn: string): RawBuilder<SqlBool> {
  if (scope === 'everywhere') return sql<SqlBool>`true`;
  return sql<SqlBool>`${sql.ref(locationIdColumn)} = any(${scope.locationIds}::uuid[])`;
}

export function isLocationInScope(scope: Scope, locationId: string | null): boolean {
  return scope === 'everywhere' || (locationId !== null && scope.locationIds.includes(locationId));
}

/** Somebody else's router is answered like one that does not exist. */
export async function requireRouter(db: Db, scope: Scope, routerId: string): Promise<void> {
  const row = await db
    .selectFrom('routers.routers')
    .select('id')
    .where('id', '=', routerId)
    .where('removed_at', 'is', null)
    .where(routerInScope(scope, 'id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('router_not_found', { routerId });
}

/** Holds the location that something is put at, which must be of the actor's scope; null is for those who see everything. */
export async function holdLocation(work: Work, locationId: string | null): Promise<void> {
  const scope = scopeOf(work.actor);
  if (locationId === null && scope === 'everywhere') return;
  const row = isLocationInScope(scope, locationId)
    ? await work.db
        .selectFrom('routers.locations')
        .select('id')
        .where('id', '=', locationId)
        .forKeyShare()
        .executeTakeFirst()
    : undefined;
  if (row) return;
  if (locationId === null) throw fieldError('invalid_input', 'locationId', 'is needed: you are limited to locations');
  throw fieldError('location_not_found', 'locationId', 'is not a location');
}
