// Another router is another object: the old one is removed there, and a new one is made here, to which go over the blocks, what was
// used and how fast it is.
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { type AccountChange, addAccount, type LockedAccount, removeAccount } from './accounts.ts';

/** Moves an account to another router and changes what else is given. Answers the new account's id. */
export async function moveAccount(
  work: Work,
  sealer: Sealer,
  account: LockedAccount,
  move: AccountChange & { routerId: string },
): Promise<string> {
  await removeAccount(work, account);
  const name = move.name ?? account.name;
  const id = await addAccount(work, sealer, {
    customerId: account.customerId,
    routerId: move.routerId,
    profileId: move.profileId ?? account.profileId,
    name,
    password: move.password ?? sealer.openOrPlain(account.passwordSealed, account.id),
    staticAddress: move.staticAddress === undefined ? account.staticAddress : move.staticAddress,
    macAddress: move.macAddress === undefined ? account.macAddress : move.macAddress,
  });
  // All of them, standing and lifted, with who and since when: he is blocked or not, whatever router he is on.
  await work.db
    .updateTable('provisioning.blocks')
    .set({ account_id: id })
    .where('account_id', '=', account.id)
    .execute();
  // What he used he used, and it is as fast as there.
  await sql`update provisioning.daily_usage set account_id = ${id} where account_id = ${account.id}`.execute(work.db);
  await sql`
    update provisioning.accounts moved set slowed_since = account.slowed_since
    from provisioning.accounts account where account.id = ${account.id} and moved.id = ${id}`.execute(work.db);
  return id;
}
