// One deed of the office, several rooms: the person, the account on the router, the plan. All of it happens or none.
import { exemptWhoOwes } from '#billing/holds.ts';
import { addPerson, changePerson, lockPresentCustomer, type NewPerson, removePerson } from '#customers/customers.ts';
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
import { blockAccount, liftBlock } from '#provisioning/blocks.ts';
import { moveAccount } from '#provisioning/move-account.ts';
import { holdRouter } from '#routers/routers.ts';

export type NewSubscriber = NewPerson & { username: string; password: string; routerId: string; planId: string };

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
    await refuseUnknownRouter(work, routerId);
    await moveAccount(work, sealer, account, { routerId, name: username, password, profileId });
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
