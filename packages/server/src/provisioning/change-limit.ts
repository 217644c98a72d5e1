// How much may be written to a router within an hour before a person has looked, over all rounds.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { recordHold, recordLift } from '#routers/write-policy.ts';
import type { ChangeLimit } from './rules/drift-rules.ts';

export type WritePolicy = ChangeLimit & {
  healsDrift: boolean;
  /** Objects whose drift is to be left alone for now. */
  ignoredKeys: ReadonlySet<string>;
};

type KeyLists = 'ignoredKeys' | 'writtenKeys' | 'addedKeys';
type Row = Omit<WritePolicy, KeyLists> & Record<KeyLists, string[]>;

const windowHours = 1;

/** While changes are held the window stands still: waiting alone does not let them go on. */
export async function getWritePolicy(db: Db, routerId: string, now: Temporal.Instant): Promise<WritePolicy> {
  const writtenLately = sql`select kind || ' ' || object_id from provisioning.written_objects
    where router_id = router.id and written_at > least(${now}, router.held_since) - make_interval(hours => ${windowHours})`;
  const { rows } = await sql<Row>`
    select change_limit_percent as percent, heals_drift as "healsDrift",
      case when lifted_until > ${now} then lifted_count else 0 end as "liftedCount",
      (select count(*)::integer from provisioning.accounts where router_id = router.id and removed_at is null) as "accountCount",
      array(${writtenLately} and not is_addition) as "writtenKeys",
      array(${writtenLately} and is_addition) as "addedKeys",
      array(select kind || ' ' || coalesce(account_id, profile_id) from provisioning.drifts
        where router_id = router.id and closed_at is null and ignored_until > ${now}) as "ignoredKeys"
    from routers.routers router where id = ${routerId}`.execute(db);
  const row = rows[0];
  if (!row) throw new DomainError('router_not_found', { routerId });
  return {
    ...row,
    writtenKeys: new Set(row.writtenKeys),
    addedKeys: new Set(row.addedKeys),
    ignoredKeys: new Set(row.ignoredKeys),
  };
}

/** Before it is sent: what is lost on the way counts, too. */
export async function recordWrites(
  work: Work,
  routerId: string,
  keys: ReadonlySet<string>,
  addedKeys: ReadonlySet<string>,
): Promise<void> {
  if (keys.size === 0) return;
  await sql`
    insert into provisioning.written_objects (router_id, kind, object_id, written_at, is_addition)
    select ${routerId}, split_part(key, ' ', 1), split_part(key, ' ', 2)::uuid, ${work.now}, key = any(${[...addedKeys]}::text[])
    from unnest(${[...keys]}::text[]) as key
    on conflict (router_id, kind, object_id) do update
      set written_at = excluded.written_at, is_addition = excluded.is_addition`.execute(work.db);
}

export const heldCode = 'change_limit';

export function heldWords(count: number): string {
  return `${count} objects of this router wait to be written, more than its limit for an hour allows. Look at the preview, then let it go on.`;
}

/** Writes down that a round was stopped, or that none is any more. */
export async function recordHeld(work: Work, routerId: string, count: number): Promise<void> {
  const before = await recordHold(work, routerId, count);
  if (before === 0 && count > 0) await audit(work, 'router.changes_held', [routerId], { count });
}

/** A person has looked: so many objects may be written within the next hour, beside what always may. */
export async function liftLimit(work: Work, routerId: string, allowedCount: number): Promise<void> {
  const { heldCount } = await recordLift(work, routerId, allowedCount);
  // He has seen what was written before, too: the count begins anew.
  await work.db.deleteFrom('provisioning.written_objects').where('router_id', '=', routerId).execute();
  await work.db
    .updateTable('provisioning.accounts')
    .set({ next_try_at: work.now, attempt_count: 0 })
    .where('router_id', '=', routerId)
    .where('trouble_code', '=', heldCode)
    .where('pending_since', 'is not', null)
    .execute();
  await audit(work, 'router.limit_lifted', [routerId], { heldCount, allowedCount });
}
