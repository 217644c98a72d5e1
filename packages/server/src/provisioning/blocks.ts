// A block is a row with a reason. Access is on when no block stands; each reason is lifted by its own remedy only.
import type { blockReasons } from '@lastmile/contract/provisioning.ts';
import { sql } from 'kysely';
import { auditEach } from '#audit/entries.ts';
import type { Work } from '#platform/db.ts';
import { unsettleAll } from './accounts.ts';

export type BlockReason = (typeof blockReasons)[number];

type AccountRef = { id: string; customerId: string; name: string };

/** Blocks an account for a reason; returns false when that block stands already. */
export async function blockAccount(
  work: Work,
  account: AccountRef,
  reason: BlockReason,
  note: string | null = null,
): Promise<boolean> {
  return (await blockAccounts(work, [account], reason, note)).length > 0;
}

/** Blocks accounts for a reason; returns those for which that block did not stand. */
export async function blockAccounts<Account extends AccountRef>(
  work: Work,
  accounts: readonly Account[],
  reason: BlockReason,
  note: string | null = null,
): Promise<Account[]> {
  if (accounts.length === 0) return [];
  const block = { reason, since: work.now, by_name: work.actor.name, note };
  const rows = await work.db
    .insertInto('provisioning.blocks')
    .values(accounts.map(({ id }) => ({ account_id: id, ...block })))
    .onConflict((conflict) => conflict.columns(['account_id', 'reason']).where('lifted_at', 'is', null).doNothing())
    .returning('account_id as id')
    .execute();
  return tell(work, 'account.blocked', accounts, rows, { reason, note });
}

/** Lifts the block of one reason; returns false when there was none. */
export async function liftBlock(
  work: Work,
  account: AccountRef,
  reason: BlockReason,
  note: string | null = null,
): Promise<boolean> {
  return (await liftBlocks(work, [account], reason, note)).length > 0;
}

/** Lifts the blocks of one reason; returns those accounts that had one. */
export async function liftBlocks<Account extends AccountRef>(
  work: Work,
  accounts: readonly Account[],
  reason: BlockReason,
  note: string | null = null,
): Promise<Account[]> {
  if (accounts.length === 0) return [];
  const rows = await work.db
    .updateTable('provisioning.blocks')
    .set({ lifted_at: work.now, lifted_by: work.actor.name })
    .where('account_id', '=', sql<string>`any(${accounts.map(({ id }) => id)}::uuid[])`)
    .where('reason', '=', reason)
    .where('lifted_at', 'is', null)
    .returning('account_id as id')
    .execute();
  return tell(work, 'account.block_lifted', accounts, rows, { reason, note });
}

/** Writes down what changed, and has the routers told. */
async function tell<Account extends AccountRef>(
  work: Work,
  action: string,
  accounts: readonly Account[],
  rows: readonly { id: string }[],
  { reason, note }: { reason: BlockReason; note: string | null },
): Promise<Account[]> {
  const ids = new Set(rows.map(({ id }) => id));
  const changed = accounts.filter(({ id }) => ids.has(id));
  const detailsOf = ({ name }: Account) => ({ name, reason, ...(note ? { note } : {}) });
  await auditEach(
    work,
    action,
    changed.map((account) => ({ about: [account.customerId, account.id], details: detailsOf(account) })),
  );
  await unsettleAll(work, [...ids]);
  return changed;
}
