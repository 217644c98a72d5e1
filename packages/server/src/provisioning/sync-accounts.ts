// Bringing the accounts of one customer to their routers once more, and whether they have come there.
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { lockAccountsOf, unsettle } from './accounts.ts';
import { type PendingColumns, pendingColumns, pendingOf } from './pending.ts';

/** Has each account compared with its router and written where it differs; answers how many there are. */
export async function askToSync(work: Work, customerId: string, routerId?: string): Promise<number> {
  const accounts = (await lockAccountsOf(work, customerId)).filter(
    (account) => routerId === undefined || account.routerId === routerId,
  );
  for (const { id, name } of accounts) {
    await audit(work, 'account.synced', [customerId, id], { name });
    await unsettle(work, id);
  }
  return accounts.length;
}

/** Why one of the accounts is not on its router yet; undefined: all are there as wanted. */
export async function findUnsettled(
  db: Db,
  customerId: string,
  routerId?: string,
): Promise<ReturnType<typeof pendingOf> | undefined> {
  const row = await db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .select([...pendingColumns])
    .where('account.customer_id', '=', customerId)
    .where('account.pending_since', 'is not', null)
    .$if(routerId !== undefined, (q) => q.where('account.router_id', '=', routerId ?? ''))
    // Those that wait for a person first.
    .orderBy('account.next_try_at', (order) => order.desc().nullsFirst())
    .limit(1)
    .executeTakeFirst();
  return row && pendingOf(row as PendingColumns);
}
