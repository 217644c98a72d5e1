// What a provider keeps of his customers beside what every provider keeps.
import { mostCustomerFields } from '@lastmile/contract/customers.ts';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { FieldView } from './custom-value-rules.ts';
import { customerInScope } from './scope.ts';

export type { FieldView };

const columns = ['id', 'name', 'kind', 'choices', 'is_required as isRequired', 'position', 'revision'] as const;

export async function listFields(db: Db): Promise<FieldView[]> {
  const rows = await db
    .selectFrom('customers.fields')
    .select(columns)
    .where('removed_at', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .limit(mostCustomerFields)
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as FieldView['kind'] }));
}

type NewField = Pick<FieldView, 'name' | 'kind' | 'choices' | 'isRequired'>;

export async function addField(work: Work, field: NewField): Promise<FieldView> {
  // One at a time: two who add at once would pass the limit together.
  await sql`select pg_advisory_xact_lock(hashtextextended('customers.fields', 0))`.execute(work.db);
  const fields = await listFields(work.db);
  if (fields.length >= mostCustomerFields)
    throw new DomainError('too_many_customer_fields', { most: mostCustomerFields });
  refuseWrongChoices(field.kind, field.choices);
  const id = newId();
  const position = Math.max(0, ...fields.map((other) => other.position)) + 1;
  await work.db
    .insertInto('customers.fields')
    .values({
      id,
      name: field.name,
      kind: field.kind,
      choices: uniqueChoices(field.choices),
      is_required: field.isRequired,
      position,
      created_at: work.now,
    })
    .execute()
    .catch(refuseDuplicate);
  await audit(work, 'customer_field.added', [id], { name: field.name, kind: field.kind });
  work.announce('settings', id);
  return getField(work.db, id);
}

type FieldChange = Partial<Pick<FieldView, 'name' | 'choices' | 'isRequired' | 'position'>> & { revision: number };

export async function changeField(work: Work, fieldId: string, change: FieldChange): Promise<FieldView> {
  const before = await lockField(work, fieldId);
  if (before.revision !== change.revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = {
    name: change.name ?? before.name,
    choices: change.choices === undefined ? before.choices : uniqueChoices(change.choices),
    is_required: change.isRequired ?? before.isRequired,
    position: change.position ?? before.position,
  };
  refuseWrongChoices(before.kind, after.choices);
  await work.db
    .updateTable('customers.fields')
    .set({ ...after, revision: before.revision + 1 })
    .where('id', '=', fieldId)
    .execute()
    .catch(refuseDuplicate);
  await audit(work, 'customer_field.changed', [fieldId], { name: after.name });
  work.announce('settings', fieldId);
  return getField(work.db, fieldId);
}

export async function removeField(work: Work, fieldId: string): Promise<void> {
  const { name } = await lockField(work, fieldId);
  await work.db.updateTable('customers.fields').set({ removed_at: work.now }).where('id', '=', fieldId).execute();
  await audit(work, 'customer_field.removed', [fieldId], { name });
  work.announce('settings', fieldId);
}

async function getField(db: Db, fieldId: string): Promise<FieldView> {
  const row = await db
    .selectFrom('customers.fields')
    .select(columns)
    .where('id', '=', fieldId)
    .executeTakeFirstOrThrow();
  return { ...row, kind: row.kind as FieldView['kind'] };
}

async function lockField(work: Work, fieldId: string): Promise<FieldView> {
  const row = await work.db
    .selectFrom('customers.fields')
    .select(columns)
    .where('id', '=', fieldId)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('customer_field_not_found', { fieldId });
  return { ...row, kind: row.kind as FieldView['kind'] };
}

function uniqueChoices(choices: readonly string[]): string[] {
  return [...new Set(choices)];
}

function refuseWrongChoices(kind: FieldView['kind'], choices: readonly string[]): void {
  if (kind === 'choice' && choices.length === 0)
    throw fieldError('invalid_input', 'choices', 'must name what may be chosen');
  if (kind !== 'choice' && choices.length > 0)
    throw fieldError('invalid_input', 'choices', 'are only for a field of the kind "choice"');
}

function refuseDuplicate(error: unknown): never {
  if (violatedConstraint(error) === 'fields_name')
    throw fieldError('customer_field_name_taken', 'name', 'is the name of another field');
  throw error;
}

/** The tags in use. A picker asks for them when it opens. */
export async function listTags(db: Db, scope: Scope): Promise<{ tag: string; count: number }[]> {
  const { rows } = await sql<{ tag: string; count: number }>`
    select tag, count(*)::int as count from customers.customers customer, unnest(customer.tags) tag
    where customer.removed_at is null and customer.tags <> '{}' and ${customerInScope(scope, 'customer.id')}
    group by tag order by count(*) desc, tag limit 500`.execute(db);
  return rows;
}
