// One deed of the office, several rooms: the person, the account on the router, the plan. All of it happens or none.
import { exemptWhoOwes } from '#billing/holds.ts';
import { endSubscriptionsOf } from '#billing/subscriptions.ts';
import { addPerson, changePerson, lockPresentCustomer, type NewPerson, removePerson } from '#customers/customers.ts';
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { lockAccountsOf, removeAccount } from '#provisioning/accounts.ts';
import { blockAccount, liftBlock } from '#provisioning/blocks.ts';
import { addAccountOf, applyAccountChange, type NewAccountOf } from './account-acts.ts';

export type NewSubscriber = NewPerson & NewAccountOf;

export async function addSubscriber(work: Work, sealer: Sealer, subscriber: NewSubscriber): Promise<string> {
  const { username, password, routerId, planId, staticAddress, macAddress, ...person } = subscriber;
  const customerId = await addPerson(work, person);
  await addAccountOf(work, sealer, customerId, {
    username,
    password,
    routerId,
    planId,
    staticAddress,
    macAddress,
  });
  return customerId;
}

export type SubscriberChange = Partial<NewPerson & Omit<NewAccountOf, 'staticAddress' | 'macAddress'>> & {
  revision: number;
};

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
  await applyAccountChange(work, sealer, account, { username, password, routerId, planId });
}

/** Removes a customer from the routers and from the lists. What he owes and paid stays in the books. */
export async function removeSubscriber(work: Work, customerId: string): Promise<void> {
  const customer = await lockPresentCustomer(work, customerId);
  await endSubscriptionsOf(work, customerId);
  for (const account of await lockAccountsOf(work, customerId)) await removeAccount(work, account);
  await removePerson(work, customer);
}

/** Blocks all accounts by hand: a payment does not lift this. Answers whether any was not so before. */
export async function suspendSubscriber(work: Work, customerId: string, note: string | null): Promise<boolean> {
  await lockPresentCustomer(work, customerId);
  let isChanged = false;
  for (const account of await lockAccountsOf(work, customerId))
    isChanged = (await blockAccount(work, account, 'staff', note)) || isChanged;
  work.announce('customer', customerId);
  return isChanged;
}

/**
 * Lifts every block by hand. Who owes past grace is exempt for some days, so that the next run does not undo what a person
 * decided. Answers whether any block stood.
 */
export async function activateSubscriber(work: Work, customerId: string, note: string | null): Promise<boolean> {
  await lockPresentCustomer(work, customerId);
  let isChanged = false;
  for (const account of await lockAccountsOf(work, customerId))
    for (const reason of ['staff', 'overdue'] as const)
      isChanged = (await liftBlock(work, account, reason, note)) || isChanged;
  await exemptWhoOwes(work, customerId, note);
  work.announce('customer', customerId);
  return isChanged;
}
