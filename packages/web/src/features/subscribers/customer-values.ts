// What the form holds. The fields are named as in the contract, so that the server's objections find them.
import { t } from '../../lib/words.ts';
import type { Customer } from './queries.ts';

export type Values = ReturnType<typeof valuesOf>;
export type Field = keyof Values;

export function valuesOf(customer: Customer | undefined) {
  const account = customer?.accounts[0];
  return {
    name: customer?.name ?? '',
    phone: customer?.phone ?? '',
    email: customer?.email ?? '',
    address: customer?.address ?? '',
    notes: customer?.notes ?? '',
    routerId: account?.routerId ?? '',
    planId: account?.planId ?? '',
    username: account?.name ?? '',
    /** Never sent back by the server: empty stays as it is. */
    password: '',
  };
}

/** What was changed, with the revision that it was changed from: the rest stays as it is. */
export function changeOf(values: Values, opened: Customer) {
  const before = valuesOf(opened);
  const changed = Object.entries(values).filter(([field, value]) => value !== before[field as Field]);
  return { ...(Object.fromEntries(changed) as Partial<Values>), revision: opened.revision };
}

/** Which rules of the contract a form can tell before it asks; the others the server tells. */
export function troubles(values: Values, has: { account: boolean; password: boolean }) {
  const needed = (field: Field, isNeeded: boolean) =>
    isNeeded && !values[field].trim() ? t(`customers.form.needed.${field as NeededField}`) : null;
  return {
    name: needed('name', true),
    routerId: needed('routerId', has.account),
    planId: needed('planId', has.account),
    username:
      needed('username', has.account) ?? (/\s/.test(values.username.trim()) ? t('customers.form.noSpaces') : null),
    password: needed('password', has.account && !has.password),
  };
}

type NeededField = 'name' | 'routerId' | 'planId' | 'username' | 'password';

/** What somebody else wrote meanwhile into fields that were changed here too. */
export function theirChanges(values: Values, opened: Customer, latest: Customer): Partial<Values> {
  const [before, now] = [valuesOf(opened), valuesOf(latest)];
  const fields = Object.keys(before) as Field[];
  const both = fields.filter((field) => values[field] !== before[field] && now[field] !== before[field]);
  return Object.fromEntries(both.map((field) => [field, now[field]]));
}

/** The latest, with what was typed here on top. */
export function mergedValues(values: Values, opened: Customer, latest: Customer): Values {
  const { revision: _, ...typed } = changeOf(values, opened);
  return { ...valuesOf(latest), ...typed };
}
