// Who has used all that his plan includes has the slow profile of his own, till somebody or a new period gives him back his speed.
import { sql } from 'kysely';
import { auditEach } from '#audit/entries.ts';
import type { Work } from '#platform/db.ts';
import { unsettleAll } from './accounts.ts';

type AccountRef = { id: string; customerId: string; name: string };

/** Slows accounts down; returns those that were not slowed already. Their sessions begin anew. */
export function slowDown<Account extends AccountRef>(
  work: Work,
  accounts: readonly Account[],
  note: string,
): Promise<Account[]> {
  return change(work, accounts, work.now, { action: 'account.slowed', note });
}

/** Gives accounts back their speed; returns those that were slowed. */
export function restoreSpeed<Account extends AccountRef>(
  work: Work,
  accounts: readonly Account[],
  note: string,
): Promise<Account[]> {
  return change(work, accounts, null, { action: 'account.speed_restored', note });
}

async function change<Account extends AccountRef>(
  work: Work,
  accounts: readonly Account[],
  slowedSince: Temporal.Instant | null,
  { action, note }: { action: string; note: string },
): Promise<Account[]> {
  if (accounts.length === 0) return [];
  const rows = await work.db
    .updateTable('provisioning.accounts')
    .set({ slowed_since: slowedSince, is_to_redial: true })
    .where('id', '=', sql<string>`any(${accounts.map(({ id }) => id)}::uuid[])`)
    .where('slowed_since', slowedSince === null ? 'is not' : 'is', null)
    .where('removed_at', 'is', null)
    .returning('id')
    .execute();
  const ids = new Set(rows.map(({ id }) => id));
  const changed = accounts.filter(({ id }) => ids.has(id));
  await auditEach(
    work,
    action,
    changed.map(({ id, customerId, name }) => ({ about: [customerId, id], details: { name, note } })),
  );
  await unsettleAll(work, [...ids]);
  return changed;
}
