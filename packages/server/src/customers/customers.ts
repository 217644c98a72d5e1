// The people. What they have on routers and what they owe stands in rooms above.
import { audit } from '#audit/entries.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { customerInScope } from './scope.ts';

export type Person = {
  name: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  notes: string | null;
};

export type CustomerPerson = Person & {
  id: string;
  createdAt: Temporal.Instant;
  removedAt: Temporal.Instant | null;
  revision: number;
};

const columns = [
  'id',
  'name',
  'email',
  'phone',
  'address',
  'notes',
  'created_at as createdAt',
  'removed_at as removedAt',
  'revision',
] as const;

export async function getPerson(db: Db, customerId: string, scope: Scope): Promise<CustomerPerson> {
  const row = await db
    .selectFrom('customers.customers')
    .select(columns)
    .where('id', '=', customerId)
    .where(customerInScope(scope, 'customers.customers.id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { customerId });
  return row;
}

/**
 * Locks a customer: the parent of his accounts and invoices, so the first lock of every act about them. One of another place
 * than the actor's is not found, so whatever locks here first is limited, too.
 */
export async function lockCustomer(work: Work, customerId: string): Promise<CustomerPerson> {
  const row = await work.db
    .selectFrom('customers.customers')
    .select(columns)
    .where('id', '=', customerId)
    .where(customerInScope(scopeOf(work.actor), 'customers.customers.id'))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { customerId });
  return row;
}

export async function lockPresentCustomer(work: Work, customerId: string): Promise<CustomerPerson> {
  const customer = await lockCustomer(work, customerId);
  if (customer.removedAt) throw new DomainError('customer_removed', { customerId });
  return customer;
}

export async function addPerson(work: Work, person: Person): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('customers.customers')
    .values({ id, ...person, location_ids: placesOf(work), created_at: work.now })
    .execute();
  await audit(work, 'customer.added', [id], { name: person.name });
  work.announce('customer', id);
  return id;
}

/** Till he has an account somewhere, he is of the places of the person who added him. */
function placesOf({ actor }: Work): string[] {
  const scope = scopeOf(actor);
  return scope === 'everywhere' ? [] : [...scope.locationIds];
}

/** Changes what is given. The revision is the one that the editor read: a change in between is not overwritten. */
export async function changePerson(
  work: Work,
  before: CustomerPerson,
  change: Partial<Person>,
  revision: number,
): Promise<void> {
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const fields = ['name', 'email', 'phone', 'address', 'notes'] as const;
  const changed = fields.filter((field) => change[field] !== undefined && change[field] !== before[field]);
  const set = Object.fromEntries(changed.map((field) => [field, change[field]]));
  await work.db
    .updateTable('customers.customers')
    .set({ ...set, revision: revision + 1 })
    .where('id', '=', before.id)
    .execute();
  const details = Object.fromEntries(changed.map((field) => [field, [before[field], change[field]]]));
  if (changed.length > 0) await audit(work, 'customer.changed', [before.id], details);
  work.announce('customer', before.id);
}

export async function removePerson(work: Work, customer: CustomerPerson): Promise<void> {
  await work.db
    .updateTable('customers.customers')
    .set((e) => ({ removed_at: work.now, revision: e('revision', '+', 1) }))
    .where('id', '=', customer.id)
    .execute();
  await audit(work, 'customer.removed', [customer.id], { name: customer.name });
  work.announce('customer', customer.id);
}

/** Words by which a customer can also be found, from a room above: the names of his accounts. */
export async function recordKeywords(work: Work, customerId: string, keywords: string): Promise<void> {
  await work.db.updateTable('customers.customers').set({ keywords }).where('id', '=', customerId).execute();
}
