// A block is a row with a reason. Access is on when no block stands; each reason is lifted by its own remedy only.
import type { blockReasons } from '@lastmile/contract/provisioning.ts';
import { audit } from '#audit/entries.ts';
import type { Work } from '#platform/db.ts';
import { unsettle } from './accounts.ts';

export type BlockReason = (typeof blockReasons)[number];

type AccountRef = { id: string; customerId: string; name: string };

/** Blocks an account for a reason; returns false when that block stands already. */
export async function blockAccount(
  work: Work,
  account: AccountRef,
  reason: BlockReason,
  note: string | null = null,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('provisioning.blocks')
    .values({ account_id: account.id, reason, since: work.now, by_name: work.actor.name, note })
    .onConflict((conflict) => conflict.columns(['account_id', 'reason']).where('lifted_at', 'is', null).doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return false;
  await audit(work, 'account.blocked', [account.customerId, account.id], blockDetails(account, reason, note));
  await unsettle(work, account.id);
  return true;
}

/** Lifts the block of one reason; returns false when there was none. */
export async function liftBlock(
  work: Work,
  account: AccountRef,
  reason: BlockReason,
  note: string | null = null,
): Promise<boolean> {
  const { numUpdatedRows } = await work.db
    .updateTable('provisioning.blocks')
    .set({ lifted_at: work.now, lifted_by: work.actor.name })
    .where('account_id', '=', account.id)
    .where('reason', '=', reason)
    .where('lifted_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return false;
  await audit(work, 'account.block_lifted', [account.customerId, account.id], blockDetails(account, reason, note));
  await unsettle(work, account.id);
  return true;
}

function blockDetails({ name }: AccountRef, reason: BlockReason, note: string | null): Record<string, unknown> {
  return { name, reason, ...(note ? { note } : {}) };
}
