// An account that somebody wants to change, held with its customer.
import { lockPresentCustomer } from '#customers/customers.ts';
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type LockedAccount, lockAccountsOf } from './accounts.ts';

/** The customer first: parents before children, and he tells whether it is in the scope. */
export async function lockAccountAndCustomer(
  work: Work,
  accountId: string,
): Promise<LockedAccount & { version: number }> {
  const owner = await work.db
    .selectFrom('provisioning.accounts')
    .select('customer_id as customerId')
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (!owner) throw new DomainError('account_not_found', { accountId });
  await lockPresentCustomer(work, owner.customerId).catch((error: unknown) => {
    if (error instanceof DomainError) throw new DomainError('account_not_found', { accountId });
    throw error;
  });
  const account = (await lockAccountsOf(work, owner.customerId)).find(({ id }) => id === accountId);
  if (!account) throw new DomainError('account_not_found', { accountId });
  const { version } = await work.db
    .selectFrom('provisioning.accounts')
    .select('version')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return { ...account, version };
}
