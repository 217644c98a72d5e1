// What became of a router's wanted state: what it is known to have now, and why the rest is not there.
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';
import { withFormerName } from './former-names.ts';
import type { WantedState } from './wanted.ts';

/** Why an account is not as wanted; `needsPerson` waits until somebody does something. */
export type Trouble = { code: string; message: string; needsPerson: boolean };

export type Outcome = {
  settledIds: readonly string[];
  appliedProfileIds: readonly string[];
  /** By account id. */
  troubles: ReadonlyMap<string, Trouble>;
};

/** Writes down under which names the router may know accounts from now on. */
export async function recordNames(work: Work, names: readonly { id: string; name: string }[]): Promise<void> {
  if (names.length === 0) return;
  await sql`
    update provisioning.accounts account
    set applied_name = noted.name, former_names = ${withFormerName(sql`account.applied_name`)}
    from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as noted (id uuid, name text)
    where account.id = noted.id`.execute(work.db);
}

/** Marks what was seen to be as wanted, in the version that was read, and why the rest was not. */
export async function recordOutcome(
  work: Work,
  routerId: string,
  wanted: WantedState,
  outcome: Outcome,
): Promise<void> {
  const { versions } = wanted;
  const names = new Map(wanted.accounts.map(({ id, name }) => [id, name]));
  const settled = outcome.settledIds.map((id) => ({ id, version: versions.accounts.get(id), name: names.get(id) }));
  const troubled = [...outcome.troubles].map(([id, { code, message, needsPerson }]) => {
    return { id, version: versions.accounts.get(id), code, message, needs_person: needsPerson };
  });
  const changedIds = [...(await markSettled(work, settled)), ...(await recordTroubles(work, troubled))];
  await recordCopies(
    work,
    routerId,
    outcome.appliedProfileIds.map((id) => ({ id, version: versions.profiles.get(id) })),
  );
  for (const id of changedIds) work.announce('account', id);
  if (changedIds.length > 0) work.announce('router', routerId);
}

async function markSettled(
  work: Work,
  settled: readonly { id: string; version: number | undefined; name: string | undefined }[],
): Promise<string[]> {
  if (settled.length === 0) return [];
  // A round that was overtaken by another one's marks nothing: what it saw is older.
  const { rows } = await sql<{ id: string }>`
    update provisioning.accounts account set
      applied_version = seen.version,
      applied_name = seen.name,
      former_names = '{}',
      -- The router has let go of it: nobody needs its password any more.
      password_sealed = case when account.removed_at is not null and account.version = seen.version then '' else account.password_sealed end,
      pending_since = case when account.version = seen.version then null else account.pending_since end,
      is_to_redial = account.is_to_redial and account.version <> seen.version,
      attempt_count = 0,
      trouble_code = null,
      trouble_message = null,
      next_try_at = case when account.version = seen.version then null else account.next_try_at end
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as seen (id uuid, version integer, name text)
    where account.id = seen.id
      and (account.applied_version < seen.version
        or (account.applied_version = seen.version
          and (account.applied_name is distinct from seen.name or account.former_names <> '{}')))
    returning account.id`.execute(work.db);
  return rows.map(({ id }) => id);
}

/** What is in trouble is not as wanted, also where it was before: somebody changed the router since. */
async function recordTroubles(
  work: Work,
  troubled: readonly {
    id: string;
    version: number | undefined;
    code: string;
    message: string;
    needs_person: boolean;
  }[],
): Promise<string[]> {
  if (troubled.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    update provisioning.accounts account set
      applied_version = least(account.applied_version, account.version - 1),
      pending_since = coalesce(account.pending_since, ${work.now}),
      trouble_code = seen.code,
      trouble_message = seen.message,
      attempt_count = account.attempt_count + 1,
      next_try_at = case when seen.needs_person then null else ${work.now}::timestamptz
        + least(300, 5 * 2 ^ least(account.attempt_count, 10)) * (0.75 + random() / 2) * interval '1 second' end
    from jsonb_to_recordset(${JSON.stringify(troubled)}::jsonb)
      as seen (id uuid, version integer, code text, message text, needs_person boolean)
    where account.id = seen.id and account.version = seen.version
      and (account.pending_since is null or account.next_try_at is not null or not seen.needs_person
        or (account.trouble_code, account.trouble_message) is distinct from (seen.code, seen.message))
    returning account.id`.execute(work.db);
  return rows.map(({ id }) => id);
}

const speedVersionOf = sql`(select speed_version from provisioning.profiles where id = excluded.profile_id)`;

/** Writes down which versions of profiles a router has. A profile that was removed meanwhile has no copies any more. */
export async function recordCopies(
  work: Work,
  routerId: string,
  applied: readonly { id: string; version: number | undefined }[],
): Promise<void> {
  if (applied.length === 0) return;
  await sql`
    insert into provisioning.profile_copies as copy (router_id, profile_id, applied_version, speed_applied_at)
    select ${routerId}, profile.id, seen.version, null
    from jsonb_to_recordset(${JSON.stringify(applied)}::jsonb) as seen (id uuid, version integer)
    join provisioning.profiles profile on profile.id = seen.id
    on conflict (router_id, profile_id) do update set
      applied_version = excluded.applied_version,
      -- Sessions that began before the first version came have another profile.
      speed_applied_at = case
        when copy.applied_version > 0 and copy.applied_version < ${speedVersionOf} and excluded.applied_version >= ${speedVersionOf}
        then ${work.now} else copy.speed_applied_at end
    where copy.applied_version < excluded.applied_version`.execute(work.db);
}
