// Of which places a customer is: see decision 0007 and migration 0025.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db, Scope } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';

/**
 * A condition for any query: the customer that a column names is of the scope. `where(customerInScope(scope, 'invoice.customer_id'))`;
 * in a template as `and ${customerInScope(...)}`.
 */
export function customerInScope(scope: Scope, customerIdColumn: string): RawBuilder<SqlBool> {
  if (scope === 'everywhere') return sql<SqlBool>`true`;
  return sql<SqlBool>`exists (select from customers.customers placed
    where placed.id = ${sql.ref(customerIdColumn)} and placed.location_ids && ${scope.locationIds}::uuid[])`;
}

/** Somebody else's customer is answered like one that does not exist. */
export async function requireCustomer(db: Db, scope: Scope, customerId: string): Promise<void> {
  const row = await db
    .selectFrom('customers.customers')
    .select('id')
    .where('id', '=', customerId)
    .where(customerInScope(scope, 'customers.customers.id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { customerId });
}
