// One deed of the office, several rooms: the person, the account on the router, the plan. All of it happens or none.
import { exemptWhoOwes } from '#billing/holds.ts';
import { addPerson, changePerson, lockPresentCustomer, type Person, removePerson } from '#customers/customers.ts';
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
import { type BlockReason, blockAccount, liftBlock } from '#provisioning/blocks.ts';
import { holdRouter } from '#routers/routers.ts';

export type NewSubscriber = Person & { username: string; password: string; routerId: string; planId: string };

export async function addSubscriber(work: Work, sealer: Sealer, subscriber: NewSubscriber): Promise<string> {
  const { username, password, routerId, planId, ...person } = subscriber;
  await refuseUnknownRouter(work, routerId);
  const { profileId } = await lockSellablePlan(work, planId);
  const customerId = await addPerson(work, person);
  await addAccount(work, sealer, { customerId, routerId, profileId, name: username, password });
  return customerId;
}

export type SubscriberChange = Partial<NewSubscriber> & { revision: number };

export async function changeSubscriber(
  work: Work,
  sealer: Sealer,
  customerId: string,
  change: SubscriberChange,
): Promise<void> {
  const customer = await lockPresentCustomer(work, customerId);
  const { username, password, routerId, planId, revision, ...person } = change;
  await changePerson(work, customer, person, revision);
  if (username === undefined && password === undefined && routerId === undefined && planId === undefined) return;
  const [account] = await lockAccountsOf(work, customerId);
  if (!account) throw new DomainError('account_not_found', { customerId });
  const profileId = planId === undefined ? undefined : (await profileOfChosenPlan(work, planId, account)).profileId;
  if (routerId !== undefined && routerId !== account.routerId) {
    await moveAccount(work, sealer, account, { routerId, username, password, profileId });
  } else {
    await changeAccount(work, sealer, account, { name: username, password, profileId });
  }
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

type Move = {
  routerId: string;
  username?: string | undefined;
  password?: string | undefined;
  profileId?: string | undefined;
};

/** Another router is another object: the old one is removed there, and a new one made here with the same blocks. */
async function moveAccount(work: Work, sealer: Sealer, account: LockedAccount, move: Move): Promise<void> {
  await refuseUnknownRouter(work, move.routerId);
  const blocks = await work.db
    .selectFrom('provisioning.blocks')
    .select(['reason', 'note'])
    .where('account_id', '=', account.id)
    .where('lifted_at', 'is', null)
    .execute();
  await removeAccount(work, account);
  const id = await addAccount(work, sealer, {
    customerId: account.customerId,
    routerId: move.routerId,
    profileId: move.profileId ?? account.profileId,
    name: move.username ?? account.name,
    password: move.password ?? sealer.open(account.passwordSealed, account.id),
  });
  for (const { reason, note } of blocks)
    await blockAccount(
      work,
      { id, customerId: account.customerId, name: move.username ?? account.name },
      reason as BlockReason,
      note,
    );
}

async function refuseUnknownRouter(work: Work, routerId: string): Promise<void> {
  if (!(await holdRouter(work, routerId))) throw fieldError('router_not_found', 'routerId', 'is not a router');
}

/** Removes a customer from the routers and from the lists. What he owes and paid stays in the books. */
export async function removeSubscriber(work: Work, customerId: string): Promise<void> {
  const customer = await lockPresentCustomer(work, customerId);
  for (const account of await lockAccountsOf(work, customerId)) await removeAccount(work, account);
  await removePerson(work, customer);
}

/** Blocks all accounts by hand: a payment does not lift this. */
export async function suspendSubscriber(work: Work, customerId: string, note: string | null): Promise<void> {
  await lockPresentCustomer(work, customerId);
  for (const account of await lockAccountsOf(work, customerId)) await blockAccount(work, account, 'staff', note);
  work.announce('customer', customerId);
}

/**
 * Lifts every block by hand. Who owes past grace is exempt for some days, so that the next run does not undo what a person
 * decided.
 */
export async function activateSubscriber(work: Work, customerId: string, note: string | null): Promise<void> {
  await lockPresentCustomer(work, customerId);
  for (const account of await lockAccountsOf(work, customerId)) {
    await liftBlock(work, account, 'staff', note);
    await liftBlock(work, account, 'overdue', note);
  }
  await exemptWhoOwes(work, customerId, note);
  work.announce('customer', customerId);
}
