// Accounts on routers as they are wanted. Each change makes the row's version grow; the reconciler brings it to the router.
import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { recordKeywords } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import { type Db, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { SealedColumn, Sealer } from '#platform/secrets.ts';
import { withFormerName } from './former-names.ts';
import type { ServiceKind } from './profiles.ts';
import { nameSessions } from './sessions.ts';

export type NewAccount = {
  customerId: string;
  routerId: string;
  /** Says the kind, too. */
  profileId: string;
  name: string;
  /** undefined: a new one is made. Empty: nobody knows it, and it is never written till somebody gives one. */
  password?: string | undefined;
  staticAddress?: string | null | undefined;
  macAddress?: string | null | undefined;
  /** It is on the router already, without our mark. */
  isAdopted?: boolean;
};

export const sealedAccountPasswords: SealedColumn = {
  table: 'provisioning.accounts',
  column: 'password_sealed',
  key: ['id'],
  contextOf: (accountId = '') => accountId,
  mayBePlain: true,
};

export async function addAccount(work: Work, sealer: Sealer, account: NewAccount): Promise<string> {
  const id = newId();
  const service = await getServiceOf(work.db, account.profileId);
  await work.db
    .insertInto('provisioning.accounts')
    .values({
      id,
      customer_id: account.customerId,
      router_id: account.routerId,
      profile_id: account.profileId,
      service,
      name: account.name,
      password_sealed: sealer.seal(account.password ?? newAccountPassword(), id),
      is_adopted: account.isAdopted ?? false,
      is_password_unknown: account.password === '',
      static_address: account.staticAddress ?? null,
      mac_address: account.macAddress ?? null,
      pending_since: work.now,
      next_try_at: work.now,
      created_at: work.now,
    })
    .execute()
    .catch((error: unknown) => refuseDuplicate(error, account.name, account.staticAddress));
  await recordNames(work, account.customerId);
  await nameSessions(work, { ...account, id, service });
  await audit(work, 'account.added', [account.customerId, id], {
    name: account.name,
    service,
    routerId: account.routerId,
    ...(account.staticAddress ? { staticAddress: account.staticAddress } : {}),
    ...(account.macAddress ? { macAddress: account.macAddress } : {}),
  });
  announceAccount(work, id, account.routerId);
  return id;
}

// Without letters and digits that are taken for one another when they are read out on the telephone.
const passwordLetters = 'abcdefghjkmnpqrstuvwxyz23456789';
const passwordLength = 10;

/** A password that can be read out: 49 bits, far more than a router lets anybody try. */
export function newAccountPassword(): string {
  return Array.from({ length: passwordLength }, () => passwordLetters[randomInt(passwordLetters.length)]).join('');
}

async function getServiceOf(db: Db, profileId: string): Promise<ServiceKind> {
  const { service } = await db
    .selectFrom('provisioning.profiles')
    .select('service')
    .where('id', '=', profileId)
    .executeTakeFirstOrThrow();
  return service as ServiceKind;
}

/** What is left out stays; null clears. */
export type AccountChange = {
  name?: string | undefined;
  password?: string | undefined;
  profileId?: string | undefined;
  staticAddress?: string | null | undefined;
  macAddress?: string | null | undefined;
};

export type LockedAccount = {
  id: string;
  customerId: string;
  routerId: string;
  profileId: string;
  service: ServiceKind;
  name: string;
  passwordSealed: Buffer;
  staticAddress: string | null;
  macAddress: string | null;
};

const lockedColumns = [
  'id',
  'customer_id as customerId',
  'router_id as routerId',
  'profile_id as profileId',
  'service',
  'name',
  'password_sealed as passwordSealed',
  'static_address as staticAddress',
  'mac_address as macAddress',
] as const;

/** One account that is not removed, locked. */
export async function lockAccount(work: Work, accountId: string): Promise<LockedAccount> {
  const row = await work.db
    .selectFrom('provisioning.accounts')
    .select(lockedColumns)
    .where('id', '=', accountId)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('account_not_found', { accountId });
  return { ...row, service: row.service as ServiceKind };
}

/** The accounts of a customer that are not removed, locked. */
export function lockAccountsOf(work: Work, customerId: string): Promise<LockedAccount[]> {
  return lockAccountsOfAll(work, [customerId]);
}

/** The accounts of customers that are not removed, locked in one order, so that nobody waits in a circle. */
export function lockAccountsOfAll(work: Work, customerIds: readonly string[]): Promise<LockedAccount[]> {
  return lockAccountsBy(work, 'customer_id', customerIds);
}

/** Accounts that are not removed, locked in one order. */
export function lockAccountsById(work: Work, accountIds: readonly string[]): Promise<LockedAccount[]> {
  return lockAccountsBy(work, 'id', accountIds);
}

async function lockAccountsBy(
  work: Work,
  column: 'id' | 'customer_id',
  ids: readonly string[],
): Promise<LockedAccount[]> {
  const rows = await work.db
    .selectFrom('provisioning.accounts')
    .select(lockedColumns)
    .where(column, '=', sql<string>`any(${ids}::uuid[])`)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => ({ ...row, service: row.service as ServiceKind }));
}

// The name that it has before the change, where the router may know it.
const nameOnRouter = sql<string | null>`case when account.applied_name is not null then account.name end`;

export async function changeAccount(
  work: Work,
  sealer: Sealer,
  account: LockedAccount,
  change: AccountChange,
): Promise<void> {
  const isPasswordNew =
    change.password !== undefined && change.password !== sealer.openOrPlain(account.passwordSealed, account.id);
  const changed = changedFields(account, change);
  if (Object.keys(changed).length === 0 && !isPasswordNew) return;
  if (changed.profileId !== undefined) await refuseOtherKind(work.db, account, changed.profileId);
  await work.db
    .updateTable('provisioning.accounts as account')
    .set({
      ...(changed.name === undefined ? {} : { name: changed.name, former_names: withFormerName(nameOnRouter) }),
      ...(changed.profileId === undefined ? {} : { profile_id: changed.profileId }),
      ...(changed.staticAddress === undefined ? {} : { static_address: changed.staticAddress }),
      ...(changed.macAddress === undefined ? {} : { mac_address: changed.macAddress }),
      ...(isPasswordNew
        ? { password_sealed: sealer.seal(change.password ?? '', account.id), is_password_unknown: false }
        : {}),
    })
    .where('account.id', '=', account.id)
    .execute()
    .catch((error: unknown) => refuseDuplicate(error, changed.name ?? account.name, changed.staticAddress));
  if (changed.name !== undefined || changed.staticAddress !== undefined || changed.macAddress !== undefined)
    await recordNames(work, account.customerId);
  await audit(work, 'account.changed', [account.customerId, account.id], {
    ...Object.fromEntries(Object.entries(changed).map(([key, now]) => [key, [account[key as PlainField], now]])),
    ...(isPasswordNew ? { password: 'changed' } : {}),
  });
  await unsettle(work, account.id);
}

type PlainField = 'name' | 'profileId' | 'staticAddress' | 'macAddress';

function changedFields(account: LockedAccount, change: AccountChange): Omit<AccountChange, 'password'> {
  const keys = ['name', 'profileId', 'staticAddress', 'macAddress'] as const satisfies readonly PlainField[];
  return Object.fromEntries(
    keys.filter((key) => change[key] !== undefined && change[key] !== account[key]).map((key) => [key, change[key]]),
  );
}

async function refuseOtherKind(db: Db, account: LockedAccount, profileId: string): Promise<void> {
  const service = await getServiceOf(db, profileId);
  if (service !== account.service)
    throw fieldError('plan_kind_differs', 'planId', `is a ${service} plan, and the account is for ${account.service}`);
}

/** Another profile of the same kind: what is bought has changed. */
export async function moveToProfile(work: Work, account: LockedAccount, profileId: string): Promise<void> {
  if (profileId === account.profileId) return;
  await refuseOtherKind(work.db, account, profileId);
  await work.db
    .updateTable('provisioning.accounts')
    .set({ profile_id: profileId })
    .where('id', '=', account.id)
    .execute();
  await audit(work, 'account.changed', [account.customerId, account.id], {
    profileId: [account.profileId, profileId],
  });
  await unsettle(work, account.id);
}

/** Wants an account gone from its router. The row stays, for its history. */
export async function removeAccount(work: Work, account: LockedAccount): Promise<void> {
  await work.db
    .updateTable('provisioning.accounts')
    .set({ removed_at: work.now })
    .where('id', '=', account.id)
    .execute();
  await recordNames(work, account.customerId);
  await audit(work, 'account.removed', [account.customerId, account.id], {
    name: account.name,
    routerId: account.routerId,
  });
  await unsettle(work, account.id);
}

/** A caller who tells his account's name, or the address or device that it is bound to, is found by it. */
async function recordNames(work: Work, customerId: string): Promise<void> {
  const rows = await work.db
    .selectFrom('provisioning.accounts')
    .select(['name', 'static_address as staticAddress', 'mac_address as macAddress'])
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  const words = rows.flatMap(({ name, staticAddress, macAddress }) =>
    [name, staticAddress ?? [], macAddress ?? []].flat(),
  );
  await recordKeywords(work, customerId, words.join(' '));
}

/** Marks an account as not known to be on the router as wanted, and has it looked at. */
export function unsettle(work: Work, accountId: string): Promise<void> {
  return unsettleAll(work, [accountId]);
}

export async function unsettleAll(work: Work, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length === 0) return;
  const rows = await work.db
    .updateTable('provisioning.accounts')
    .set((e) => ({
      version: e('version', '+', 1),
      pending_since: e.fn.coalesce('pending_since', e.val(work.now)),
      attempt_count: 0,
      next_try_at: work.now,
      trouble_code: null,
      trouble_message: null,
    }))
    .where('id', '=', sql<string>`any(${accountIds}::uuid[])`)
    .returning(['id', 'router_id as routerId'])
    .execute();
  for (const { id, routerId } of rows) announceAccount(work, id, routerId);
}

/**
 * A person asks to try again now what waits on the router, or, where nothing does, to have the account compared with it and
 * written where it differs. Answers which router.
 */
export async function retryAccount(work: Work, accountId: string): Promise<string> {
  const { customerId, routerId } = await getAccount(work, accountId);
  const waiting = await work.db
    .updateTable('provisioning.accounts')
    .set({ attempt_count: 0, next_try_at: work.now })
    .where('id', '=', accountId)
    .where('pending_since', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  await audit(work, 'account.retried', [customerId, accountId]);
  if (waiting) announceAccount(work, accountId, routerId);
  else await unsettle(work, accountId);
  return routerId;
}

async function getAccount(
  { db, actor }: Work,
  accountId: string,
): Promise<{ customerId: string; routerId: string; name: string; passwordSealed: Buffer }> {
  const row = await db
    .selectFrom('provisioning.accounts')
    .select(['customer_id as customerId', 'router_id as routerId', 'name', 'password_sealed as passwordSealed'])
    .where('id', '=', accountId)
    .where(customerInScope(scopeOf(actor), 'customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('account_not_found', { accountId });
  return row;
}

/** The password as text. An act, because every look is written down. */
export async function revealPassword(work: Work, sealer: Sealer, accountId: string): Promise<string> {
  const { customerId, name, passwordSealed } = await getAccount(work, accountId);
  // Of an account that left its router nothing is kept.
  if (passwordSealed.length === 0) throw new DomainError('account_not_found', { accountId });
  await audit(work, 'account.password_revealed', [customerId, accountId], { name });
  return sealer.openOrPlain(passwordSealed, accountId);
}

export async function countAccountsOfProfile(db: Db, profileId: string): Promise<number> {
  const { count } = await db
    .selectFrom('provisioning.accounts')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('profile_id', '=', profileId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function countAccountsOfRouter(db: Db, routerId: string): Promise<number> {
  const { count } = await db
    .selectFrom('provisioning.accounts')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('router_id', '=', routerId)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

function announceAccount(work: Work, accountId: string, routerId: string): void {
  work.announce('account', accountId);
  work.announce('router', routerId);
}

function refuseDuplicate(error: unknown, name: string, staticAddress?: string | null): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'accounts_name') {
    throw fieldError('account_name_taken', 'username', 'is the name of another account on this router', { name });
  }
  if (constraint === 'accounts_static_address') {
    throw fieldError(
      'account_address_taken',
      'staticAddress',
      'is the address of another account on this router',
      staticAddress ? { staticAddress } : {},
    );
  }
  throw error;
}
