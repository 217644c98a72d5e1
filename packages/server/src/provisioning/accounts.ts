// Accounts on routers as they are wanted. Each change makes the row's version grow; the reconciler brings it to the router.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { recordKeywords } from '#customers/customers.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { withFormerName } from './former-names.ts';

export type NewAccount = { customerId: string; routerId: string; profileId: string; name: string; password: string };

export async function addAccount(work: Work, sealer: Sealer, account: NewAccount): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('provisioning.accounts')
    .values({
      id,
      customer_id: account.customerId,
      router_id: account.routerId,
      profile_id: account.profileId,
      service: 'pppoe',
      name: account.name,
      password_sealed: sealer.seal(account.password, id),
      pending_since: work.now,
      next_try_at: work.now,
      created_at: work.now,
    })
    .execute()
    .catch((error: unknown) => refuseDuplicate(error, account.name));
  await recordNames(work, account.customerId);
  await audit(work, 'account.added', [account.customerId, id], { name: account.name, routerId: account.routerId });
  announceAccount(work, id, account.routerId);
  return id;
}

export type AccountChange = {
  name?: string | undefined;
  password?: string | undefined;
  profileId?: string | undefined;
};

export type LockedAccount = {
  id: string;
  customerId: string;
  routerId: string;
  profileId: string;
  name: string;
  passwordSealed: Buffer;
};

const lockedColumns = [
  'id',
  'customer_id as customerId',
  'router_id as routerId',
  'profile_id as profileId',
  'name',
  'password_sealed as passwordSealed',
] as const;

/** The accounts of a customer that are not removed, locked. */
export async function lockAccountsOf(work: Work, customerId: string): Promise<LockedAccount[]> {
  return work.db
    .selectFrom('provisioning.accounts')
    .select(lockedColumns)
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
}

// The name that it has before the change, where the router may know it.
const nameOnRouter = sql<string | null>`case when account.applied_name is not null then account.name end`;

export async function changeAccount(
  work: Work,
  sealer: Sealer,
  account: LockedAccount,
  change: AccountChange,
): Promise<void> {
  const name = change.name !== undefined && change.name !== account.name ? change.name : undefined;
  const profileId =
    change.profileId !== undefined && change.profileId !== account.profileId ? change.profileId : undefined;
  const isPasswordNew =
    change.password !== undefined && change.password !== sealer.open(account.passwordSealed, account.id);
  if (name === undefined && profileId === undefined && !isPasswordNew) return;
  await work.db
    .updateTable('provisioning.accounts as account')
    .set({
      ...(name === undefined ? {} : { name, former_names: withFormerName(nameOnRouter) }),
      ...(profileId === undefined ? {} : { profile_id: profileId }),
      ...(isPasswordNew ? { password_sealed: sealer.seal(change.password ?? '', account.id) } : {}),
    })
    .where('account.id', '=', account.id)
    .execute()
    .catch((error: unknown) => refuseDuplicate(error, name ?? account.name));
  if (name !== undefined) await recordNames(work, account.customerId);
  await audit(work, 'account.changed', [account.customerId, account.id], {
    ...(name === undefined ? {} : { name: [account.name, name] }),
    ...(profileId === undefined ? {} : { profileId: [account.profileId, profileId] }),
    ...(isPasswordNew ? { password: 'changed' } : {}),
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

/** A caller who tells his account's name is found by it. */
async function recordNames(work: Work, customerId: string): Promise<void> {
  const rows = await work.db
    .selectFrom('provisioning.accounts')
    .select('name')
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute();
  await recordKeywords(work, customerId, rows.map(({ name }) => name).join(' '));
}

/** Marks an account as not known to be on the router as wanted, and has it looked at. */
export async function unsettle(work: Work, accountId: string): Promise<void> {
  const { routerId } = await work.db
    .updateTable('provisioning.accounts')
    .set((e) => ({
      version: e('version', '+', 1),
      pending_since: e.fn.coalesce('pending_since', e.val(work.now)),
      attempt_count: 0,
      next_try_at: work.now,
      trouble_code: null,
      trouble_message: null,
    }))
    .where('id', '=', accountId)
    .returning('router_id as routerId')
    .executeTakeFirstOrThrow();
  announceAccount(work, accountId, routerId);
}

/** A person asks to try again now what waits on the router; answers which one. */
export async function retryAccount(work: Work, accountId: string): Promise<string> {
  const { customerId, routerId } = await getAccount(work.db, accountId);
  await work.db
    .updateTable('provisioning.accounts')
    .set({ attempt_count: 0, next_try_at: work.now })
    .where('id', '=', accountId)
    .where('pending_since', 'is not', null)
    .execute();
  await audit(work, 'account.retried', [customerId, accountId]);
  announceAccount(work, accountId, routerId);
  return routerId;
}

async function getAccount(
  db: Db,
  accountId: string,
): Promise<{ customerId: string; routerId: string; name: string; passwordSealed: Buffer }> {
  const row = await db
    .selectFrom('provisioning.accounts')
    .select(['customer_id as customerId', 'router_id as routerId', 'name', 'password_sealed as passwordSealed'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (!row) throw new DomainError('account_not_found', { accountId });
  return row;
}

/** The password as text. An act, because every look is written down. */
export async function revealPassword(work: Work, sealer: Sealer, accountId: string): Promise<string> {
  const { customerId, name, passwordSealed } = await getAccount(work.db, accountId);
  await audit(work, 'account.password_revealed', [customerId, accountId], { name });
  return sealer.open(passwordSealed, accountId);
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

function refuseDuplicate(error: unknown, name: string): never {
  if (violatedConstraint(error) === 'accounts_name') {
    throw fieldError('account_name_taken', 'username', 'is the name of another account on this router', { name });
  }
  throw error;
}

/** What waits, over all routers. */
export async function countPending(db: Db): Promise<{ total: number; needsPerson: number }> {
  const { rows } = await sql<{ total: string; needs_person: string }>`
    select count(*)::text as total, count(*) filter (where next_try_at is null)::text as needs_person
    from provisioning.accounts where pending_since is not null`.execute(db);
  return { total: Number(rows[0]?.total ?? 0), needsPerson: Number(rows[0]?.needs_person ?? 0) };
}
