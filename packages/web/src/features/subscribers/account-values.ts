// What the form of an account holds, named as in the contract.
import { t } from '../../lib/words.ts';
import type { Account } from './queries.ts';

export type AccountValues = ReturnType<typeof accountValuesOf>;

export function accountValuesOf(account: Account | undefined) {
  return {
    routerId: account?.routerId ?? '',
    planId: account?.planId ?? '',
    username: account?.name ?? '',
    /** Never sent back by the server: empty stays as it is, or is made. */
    password: '',
    staticAddress: account?.staticAddress ?? '',
    macAddress: account?.macAddress ?? '',
  };
}

export function accountTroubles(values: AccountValues) {
  const username = values.username.trim();
  return {
    routerId: values.routerId ? null : t('customers.form.needed.routerId'),
    planId: values.planId ? null : t('customers.form.needed.planId'),
    username: !username
      ? t('customers.form.needed.username')
      : /\s/.test(username)
        ? t('customers.form.noSpaces')
        : null,
  };
}

/** As the server takes a new account: what is empty is left out. */
export function newAccountOf({ password, staticAddress, macAddress, ...values }: AccountValues) {
  return {
    ...values,
    ...(password ? { password } : {}),
    ...(staticAddress.trim() ? { staticAddress: staticAddress.trim() } : {}),
    ...(macAddress.trim() ? { macAddress: macAddress.trim() } : {}),
  };
}

/** What was changed, with the revision that it was changed from. */
export function accountChangeOf(values: AccountValues, opened: Account) {
  const before = accountValuesOf(opened);
  const changed = Object.entries(values).filter(([field, value]) => value !== before[field as keyof AccountValues]);
  return {
    ...Object.fromEntries(
      changed.map(([field, value]) => [
        field,
        (field === 'staticAddress' || field === 'macAddress') && !value.trim() ? null : value,
      ]),
    ),
    revision: opened.revision,
  };
}
