// Which things are of a scope, told by their ids alone: for announcements and for the log, which know nothing else.
import { sql } from 'kysely';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { routerInScope } from '#routers/scope.ts';

/** Those of the ids that are a router, a customer or an account of the scope. */
export async function idsInScope(db: Db, scope: Scope, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from routers.routers where id = any(${ids}::uuid[]) and ${routerInScope(scope, 'id')}
    union all
    select id from customers.customers where id = any(${ids}::uuid[]) and ${customerInScope(scope, 'customers.id')}
    union all
    select id from provisioning.accounts where id = any(${ids}::uuid[]) and ${customerInScope(scope, 'accounts.customer_id')}`.execute(
    db,
  );
  return new Set(rows.map(({ id }) => id));
}
