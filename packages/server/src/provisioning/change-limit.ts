// How much one round may change on a router before a person has looked at it.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { recordHold, recordLift } from '#routers/write-policy.ts';

export type WritePolicy = {
  accountCount: number;
  percent: number;
  /** What a person has allowed, while it lasts. */
  liftedCount: number;
  healsDrift: boolean;
  /** Accounts whose drift is to be left alone for now. */
  ignoredIds: ReadonlySet<string>;
};

export async function getWritePolicy(db: Db, routerId: string, now: Temporal.Instant): Promise<WritePolicy> {
  const { rows } = await sql<Omit<WritePolicy, 'ignoredIds'> & { ignoredIds: string[] }>`
    select change_limit_percent as percent, heals_drift as "healsDrift",
      case when lifted_until > ${now} then lifted_count else 0 end as "liftedCount",
      (select count(*)::integer from provisioning.accounts where router_id = router.id and removed_at is null) as "accountCount",
      array(select account_id::text from provisioning.drifts
        where router_id = router.id and closed_at is null and ignored_until > ${now}) as "ignoredIds"
    from routers.routers router where id = ${routerId}`.execute(db);
  const row = rows[0];
  if (!row) throw new DomainError('router_not_found', { routerId });
  return { ...row, ignoredIds: new Set(row.ignoredIds) };
}

export const heldCode = 'change_limit';

export function heldWords(count: number): string {
  return `One round would change ${count} accounts of this router, more than its limit. Look at the preview, then let it go on.`;
}

/** Writes down that a round was stopped, or that none is any more. */
export async function recordHeld(work: Work, routerId: string, count: number): Promise<void> {
  const before = await recordHold(work, routerId, count);
  if (before === 0 && count > 0) await audit(work, 'router.changes_held', [routerId], { count });
}

/** A person has looked: so many accounts may be changed at once within the next hour. */
export async function liftLimit(work: Work, routerId: string, allowedCount: number): Promise<void> {
  const { heldCount } = await recordLift(work, routerId, allowedCount);
  await work.db
    .updateTable('provisioning.accounts')
    .set({ next_try_at: work.now, attempt_count: 0 })
    .where('router_id', '=', routerId)
    .where('trouble_code', '=', heldCode)
    .where('pending_since', 'is not', null)
    .execute();
  await audit(work, 'router.limit_lifted', [routerId], { heldCount, allowedCount });
}
