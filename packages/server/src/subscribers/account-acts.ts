// A customer's accounts: each on a router, with a plan. A plan is sold, so an account is given one here, above the plans.
import { correctSubscriptionOf, subscribeAccount } from '#billing/add-subscription.ts';
import { endSubscriptionsOf } from '#billing/subscriptions.ts';
import { suspendIfOverdue } from '#billing/suspension.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { lockSellablePlan } from '#plans/plans.ts';
import type { Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import {
  addAccount,
  changeAccount,
  type LockedAccount,
  lockAccountsOf,
  removeAccount,
} from '#provisioning/accounts.ts';
import { type BlockReason, blockAccount } from '#provisioning/blocks.ts';
import { lockAccountAndCustomer } from '#provisioning/lock-account.ts';
import { moveAccount } from '#provisioning/move-account.ts';
import { holdRouter } from '#routers/routers.ts';
import { moveGrants } from '#usage/grants.ts';

export type NewAccountOf = {
  username: string;
  /** undefined: one is made. */
  password?: string | undefined;
  routerId: string;
  planId: string;
  staticAddress?: string | null | undefined;
  macAddress?: string | null | undefined;
};

/** Gives a customer, who is locked, an account. */
export async function addAccountOf(
  work: Work,
  sealer: Sealer,
  customerId: string,
  { username, routerId, planId, ...account }: NewAccountOf,
): Promise<string> {
  await refuseUnknownRouter(work, routerId);
  const { profileId } = await lockSellablePlan(work, planId);
  const id = await addAccount(work, sealer, { customerId, routerId, profileId, name: username, ...account });
  await subscribeAccount(work, { id, customerId }, planId);
  return id;
}

// A person with hundreds of accounts is a mistake of a program.
const mostAccounts = 100;

export async function addAccountToCustomer(
  work: Work,
  sealer: Sealer,
  customerId: string,
  account: NewAccountOf,
): Promise<void> {
  await lockPresentCustomer(work, customerId);
  const accounts = await lockAccountsOf(work, customerId);
  if (accounts.length >= mostAccounts) throw new DomainError('too_many_accounts', { most: mostAccounts });
  const id = await addAccountOf(work, sealer, customerId, account);
  const [present] = accounts;
  if (present) await copyStaffBlock(work, present.id, { id, customerId, name: account.username });
  // Who is cut already is so with this one too, where what he owes is not for another.
  if (await hasOverdueBlock(work, accounts)) await suspendIfOverdue(work, customerId);
  work.announce('customer', customerId);
}

function standingBlocks(work: Work, reason: BlockReason, accountIds: readonly string[]) {
  return work.db
    .selectFrom('provisioning.blocks')
    .select('note')
    .where('account_id', 'in', accountIds)
    .where('lifted_at', 'is', null)
    .where('reason', '=', reason);
}

/** Who is suspended by hand is so with all that he has. A vacation and an end are of the account that has them. */
async function copyStaffBlock(
  work: Work,
  fromId: string,
  to: { id: string; customerId: string; name: string },
): Promise<void> {
  const block = await standingBlocks(work, 'staff', [fromId]).executeTakeFirst();
  if (block) await blockAccount(work, to, 'staff', block.note);
}

async function hasOverdueBlock(work: Work, accounts: readonly LockedAccount[]): Promise<boolean> {
  if (accounts.length === 0) return false;
  const ids = accounts.map(({ id }) => id);
  return (await standingBlocks(work, 'overdue', ids).limit(1).executeTakeFirst()) !== undefined;
}

export type AccountOfChange = Partial<NewAccountOf>;

/** Changes an account that is locked. On another router it is another object, made anew there. */
export async function applyAccountChange(
  work: Work,
  sealer: Sealer,
  account: LockedAccount,
  { username, planId, routerId, ...change }: AccountOfChange,
): Promise<void> {
  const profileId = planId === undefined ? undefined : (await profileOfChosenPlan(work, planId, account)).profileId;
  const newPlanId = profileId === account.profileId ? undefined : planId;
  if (routerId === undefined || routerId === account.routerId) {
    await changeAccount(work, sealer, account, { name: username, profileId, ...change });
    if (newPlanId) await correctSubscriptionOf(work, account, { planId: newPlanId });
    return;
  }
  await refuseUnknownRouter(work, routerId);
  const accountId = await moveAccount(work, sealer, account, { routerId, name: username, profileId, ...change });
  await moveGrants(work, account.id, accountId);
  await correctSubscriptionOf(work, account, { accountId, planId: newPlanId });
}

/** Answers whose account it is. */
export async function changeAccountOfCustomer(
  work: Work,
  sealer: Sealer,
  accountId: string,
  { revision, ...change }: AccountOfChange & { revision: number },
): Promise<string> {
  const account = await lockAccountAndCustomer(work, accountId);
  if (account.version !== revision) throw new DomainError('edit_conflict', { revision: account.version });
  await applyAccountChange(work, sealer, account, change);
  work.announce('customer', account.customerId);
  return account.customerId;
}

export async function removeAccountOfCustomer(work: Work, accountId: string): Promise<void> {
  const account = await lockAccountAndCustomer(work, accountId);
  await endSubscriptionsOf(work, account.customerId, accountId);
  await removeAccount(work, account);
  work.announce('customer', account.customerId);
}

/** A plan that the account has already may be kept, also when it is archived. */
async function profileOfChosenPlan(work: Work, planId: string, account: LockedAccount): Promise<{ profileId: string }> {
  const row = await work.db
    .selectFrom('plans.plans')
    .select('profile_id as profileId')
    .where('id', '=', planId)
    .executeTakeFirst();
  if (row?.profileId === account.profileId) return row;
  return lockSellablePlan(work, planId);
}

async function refuseUnknownRouter(work: Work, routerId: string): Promise<void> {
  if (!(await holdRouter(work, routerId))) throw fieldError('router_not_found', 'routerId', 'is not a router');
}
