// Another router is another object: the old one is removed there, and a new one is made here with the same blocks.
import type { Work } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { type AccountChange, addAccount, type LockedAccount, removeAccount } from './accounts.ts';
import { type BlockReason, blockAccount } from './blocks.ts';

/** Moves an account to another router and changes what else is given. Answers the new account's id. */
export async function moveAccount(
  work: Work,
  sealer: Sealer,
  account: LockedAccount,
  move: AccountChange & { routerId: string },
): Promise<string> {
  const blocks = await work.db
    .selectFrom('provisioning.blocks')
    .select(['reason', 'note'])
    .where('account_id', '=', account.id)
    .where('lifted_at', 'is', null)
    .orderBy('id')
    .execute();
  await removeAccount(work, account);
  const name = move.name ?? account.name;
  const id = await addAccount(work, sealer, {
    customerId: account.customerId,
    routerId: move.routerId,
    profileId: move.profileId ?? account.profileId,
    name,
    password: move.password ?? sealer.open(account.passwordSealed, account.id),
    staticAddress: move.staticAddress === undefined ? account.staticAddress : move.staticAddress,
    macAddress: move.macAddress === undefined ? account.macAddress : move.macAddress,
  });
  for (const { reason, note } of blocks)
    await blockAccount(work, { id, customerId: account.customerId, name }, reason as BlockReason, note);
  return id;
}
