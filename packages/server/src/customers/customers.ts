// The people. What they have on routers and what they owe stands in rooms above.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { getSettings } from '#settings/provider.ts';
import { type CustomValues, type GivenValues, writtenValues } from './custom-value-rules.ts';
import { listFields } from './fields.ts';
import { phoneOf } from './phone-rules.ts';
import { customerInScope } from './scope.ts';

export type Position = { latitude: number; longitude: number };

export type NewPerson = {
  name: string;
  email?: string | null | undefined;
  phone?: string | null | undefined;
  address?: string | null | undefined;
  billingAddress?: string | null | undefined;
  position?: Position | null | undefined;
  tags?: string[] | undefined;
  custom?: GivenValues | undefined;
  notes?: string | null | undefined;
};

export type CustomerPerson = {
  id: string;
  number: number;
  name: string;
  email: string | null;
  phone: string | null;
  phoneE164: string | null;
  address: string | null;
  billingAddress: string | null;
  position: Position | null;
  tags: string[];
  custom: CustomValues;
  notes: string | null;
  createdAt: Temporal.Instant;
  removedAt: Temporal.Instant | null;
  revision: number;
};

const columns = [
  'id',
  'number',
  'name',
  'email',
  'phone',
  'phone_e164 as phoneE164',
  'address',
  'billing_address as billingAddress',
  'latitude',
  'longitude',
  'tags',
  'custom',
  'notes',
  'created_at as createdAt',
  'removed_at as removedAt',
  'revision',
] as const;

function selectPerson(db: Db, customerId: string, scope: Scope) {
  return db
    .selectFrom('customers.customers')
    .select(columns)
    .where('id', '=', customerId)
    .where(customerInScope(scope, 'customers.customers.id'));
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof selectPerson>['executeTakeFirst']>>>;

function personOf({ latitude, longitude, custom, ...row }: Row): CustomerPerson {
  const position = latitude === null || longitude === null ? null : { latitude, longitude };
  return { ...row, position, custom: custom as CustomValues };
}

export async function getPerson(db: Db, customerId: string, scope: Scope): Promise<CustomerPerson> {
  const row = await selectPerson(db, customerId, scope).executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { customerId });
  return personOf(row);
}

/**
 * Locks a customer: the parent of his accounts and invoices, so the first lock of every act about them. One of another place
 * than the actor's is not found, so whatever locks here first is limited, too.
 */
export async function lockCustomer(work: Work, customerId: string): Promise<CustomerPerson> {
  const row = await selectPerson(work.db, customerId, scopeOf(work.actor)).forUpdate().executeTakeFirst();
  if (!row) throw new DomainError('customer_not_found', { customerId });
  return personOf(row);
}

/** Those of many that nobody else holds, locked: whoever acts on many at once waits for nobody while others wait for him. */
export async function lockFreeCustomers(work: Work, customerIds: readonly string[]): Promise<string[]> {
  const rows = await work.db
    .selectFrom('customers.customers')
    .select('id')
    .where('id', '=', sql<string>`any(${customerIds}::uuid[])`)
    .where(customerInScope(scopeOf(work.actor), 'customers.customers.id'))
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(({ id }) => id);
}

export async function lockPresentCustomer(work: Work, customerId: string): Promise<CustomerPerson> {
  const customer = await lockCustomer(work, customerId);
  if (customer.removedAt) throw new DomainError('customer_removed', { customerId });
  return customer;
}

export async function addPerson(work: Work, person: NewPerson): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('customers.customers')
    .values({
      id,
      name: person.name,
      location_ids: placesOf(work),
      created_at: work.now,
      ...(await columnsOf(work, person)),
      custom: JSON.stringify(await checkedValues(work.db, undefined, person.custom ?? {})),
    })
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

type PersonFields = Omit<NewPerson, 'custom'>;

/** The columns of what is given. */
async function columnsOf(work: Work, person: Partial<PersonFields>) {
  const { email, phone, address, billingAddress, position, tags, notes } = person;
  return {
    ...(person.name === undefined ? {} : { name: person.name }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : await phoneColumns(work.db, phone)),
    ...(address === undefined ? {} : { address }),
    ...(billingAddress === undefined ? {} : { billing_address: billingAddress }),
    ...(position === undefined ? {} : { latitude: position?.latitude ?? null, longitude: position?.longitude ?? null }),
    ...(tags === undefined ? {} : { tags }),
    ...(notes === undefined ? {} : { notes }),
  };
}

async function phoneColumns(db: Db, phone: string | null) {
  const { e164, words } = phoneOf(phone, (await getSettings(db)).country);
  return { phone, phone_e164: e164, phone_words: words };
}

/** The digits by which a phone is told from others, in every way that they are typed. */
export function phoneWordsOf(phone: string | null, country: string): string {
  return phoneOf(phone, country).words;
}

async function checkedValues(db: Db, before: CustomValues | undefined, given: GivenValues): Promise<CustomValues> {
  const { values, faults } = writtenValues(await listFields(db), before, given);
  if (faults.length === 0) return values;
  const fields = faults.map(({ fieldId, message }) => ({ path: `custom.${fieldId}`, message }));
  throw new DomainError(
    'invalid_input',
    {},
    faults.map(({ name, message }) => `${name} ${message}`).join('; '),
    fields,
  );
}

const comparedFields = ['name', 'email', 'phone', 'address', 'billingAddress', 'position', 'tags', 'notes'] as const;

/** Changes what is given. The revision is the one that the editor read: a change in between is not overwritten. */
export async function changePerson(
  work: Work,
  before: CustomerPerson,
  { custom: given, ...change }: Partial<NewPerson>,
  revision: number,
): Promise<void> {
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const changed = comparedFields.filter(
    (field) => change[field] !== undefined && differs(before[field], change[field]),
  );
  const custom = given === undefined ? undefined : await checkedValues(work.db, before.custom, given);
  const set = await columnsOf(work, Object.fromEntries(changed.map((field) => [field, change[field]])));
  await work.db
    .updateTable('customers.customers')
    .set({ ...set, ...(custom ? { custom: JSON.stringify(custom) } : {}), revision: revision + 1 })
    .where('id', '=', before.id)
    .execute();
  const details = {
    ...Object.fromEntries(changed.map((field) => [field, [before[field], change[field]]])),
    ...(custom ? await changedValues(work.db, before.custom, custom) : {}),
  };
  if (Object.keys(details).length > 0) await audit(work, 'customer.changed', [before.id], details);
  work.announce('customer', before.id);
}

function differs(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

/** By the name of the field, as `[before, after]`. */
async function changedValues(db: Db, before: CustomValues, after: CustomValues): Promise<Record<string, unknown>> {
  const names = new Map((await listFields(db)).map(({ id, name }) => [id, name]));
  const ids = [...names.keys()].filter((id) => before[id] !== after[id]);
  return Object.fromEntries(ids.map((id) => [names.get(id) ?? id, [before[id] ?? null, after[id] ?? null]]));
}

/** Adds and takes away tags, whatever else was edited meanwhile; answers whether that changed anything. */
export async function retagPerson(
  work: Work,
  customer: CustomerPerson,
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<boolean> {
  const tags = [...new Set([...customer.tags.filter((tag) => !remove.includes(tag)), ...add])];
  if (!differs(customer.tags, tags)) return false;
  await changePerson(work, customer, { tags }, customer.revision);
  return true;
}

/** He took something that is priced in this currency, so he may owe in it; in that of the provider everybody may. */
export async function letOwe(work: Work, customerId: string, currency: string): Promise<void> {
  await work.db
    .insertInto('customers.currencies')
    .values({ customer_id: customerId, currency })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
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

/** Words by which a customer can also be found, from a room above: what his accounts are called and bound to. */
export async function recordKeywords(work: Work, customerId: string, keywords: string): Promise<void> {
  await work.db.updateTable('customers.customers').set({ keywords }).where('id', '=', customerId).execute();
}
