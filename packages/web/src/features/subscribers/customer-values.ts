// What the form of a person holds. The fields are named as in the contract, so that the server's objections find them.
import type { Body } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { positionOfText, textOfPosition } from './position-text.ts';
import type { Customer, CustomerField } from './queries.ts';

export type Values = ReturnType<typeof valuesOf>;
export type Field = keyof Values;

export function valuesOf(customer: Customer | undefined) {
  return {
    name: customer?.name ?? '',
    phone: customer?.phone ?? '',
    email: customer?.email ?? '',
    address: customer?.address ?? '',
    billingAddress: customer?.billingAddress ?? '',
    position: textOfPosition(customer?.position ?? null),
    tags: customer?.tags ?? [],
    /** By field, as text: a field is emptied like any other. */
    custom: Object.fromEntries(
      Object.entries(customer?.custom ?? {}).map(([id, value]) => [
        id,
        typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value),
      ]),
    ) as Record<string, string>,
    notes: customer?.notes ?? '',
  };
}

type Sent = Omit<Body<'PUT /api/customers/:customerId'>, 'revision' | 'username' | 'password' | 'routerId' | 'planId'>;

/** What was typed, as the server takes it. */
export function sentOf(values: Partial<Values>, fields: readonly CustomerField[]): Sent {
  const { position, custom, ...words } = values;
  return {
    ...words,
    ...(position === undefined ? {} : { position: positionOfText(position) ?? null }),
    ...(custom === undefined ? {} : { custom: customOf(custom, fields) }),
  };
}

function customOf(custom: Record<string, string>, fields: readonly CustomerField[]) {
  const given = fields.filter(({ id }) => custom[id] !== undefined);
  return Object.fromEntries(given.map(({ id, kind }) => [id, customValue(kind, (custom[id] ?? '').trim())]));
}

function customValue(kind: CustomerField['kind'], text: string): string | number | boolean | null {
  if (text === '') return null;
  if (kind === 'number') return Number(text);
  return kind === 'yes_no' ? text === 'yes' : text;
}

/** What was changed, with the revision that it was changed from: the rest stays as it is. */
export function changeOf(values: Values, opened: Customer, fields: readonly CustomerField[]) {
  return { ...sentOf(changedOf(values, opened), fields), revision: opened.revision };
}

function changedOf(values: Values, opened: Customer): Partial<Values> {
  const before = valuesOf(opened);
  const changed = Object.entries(values).filter(([field, value]) => !isSame(value, before[field as Field]));
  return Object.fromEntries(changed) as Partial<Values>;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Which rules of the contract a form can tell before it asks; the others the server tells. */
export function troubles(values: Values) {
  return {
    name: values.name.trim() ? null : t('customers.form.needed.name'),
    position: positionOfText(values.position) === undefined ? t('customers.form.noPosition') : null,
  };
}

/** What somebody else wrote meanwhile into fields that were changed here too, as text. */
export function theirChanges(values: Values, opened: Customer, latest: Customer): Partial<Record<Field, string>> {
  const [before, now] = [valuesOf(opened), valuesOf(latest)];
  const fields = Object.keys(before) as Field[];
  const both = fields.filter((field) => !isSame(values[field], before[field]) && !isSame(now[field], before[field]));
  return Object.fromEntries(both.map((field) => [field, textOf(now[field])]));
}

function textOf(value: Values[Field]): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(', ') : Object.values(value).join(', ');
}

/** The latest, with what was typed here on top. */
export function mergedValues(values: Values, opened: Customer, latest: Customer): Values {
  return { ...valuesOf(latest), ...changedOf(values, opened) };
}
