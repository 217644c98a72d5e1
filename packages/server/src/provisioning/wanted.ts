// The wanted state of one router, and what became of it.
import { type SqlBool, sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { Wanted, WantedAccount } from './change-rules.ts';
import { rateLimitWord } from './rate-limit-rules.ts';

/** The version that was read: what is marked as applied later is this one, not what came since. */
export type Versions = { accounts: Map<string, number>; profiles: Map<string, number> };

export type WantedState = Wanted & { versions: Versions };

// One round brings this many accounts to the router; the next follows at once. It bounds memory and how long live
// figures wait for their turn.
export const maxAccountsPerRound = 500;

/**
 * `unsettled`: accounts that are due to be tried and profiles whose copy is old. `everything`: all, as a full look needs.
 */
export async function getWanted(
  db: Db,
  sealer: Sealer,
  routerId: string,
  scope: 'unsettled' | 'everything',
  now: Temporal.Instant,
): Promise<WantedState> {
  const rows = await db
    .selectFrom('provisioning.accounts as account')
    .select((e) => [
      'account.id',
      'account.name',
      'account.applied_name as appliedName',
      'account.password_sealed as passwordSealed',
      'account.profile_id as profileId',
      'account.version',
      'account.applied_version as appliedVersion',
      'account.removed_at as removedAt',
      e
        .not(
          e.exists(
            e
              .selectFrom('provisioning.blocks as block')
              .select('block.id')
              .whereRef('block.account_id', '=', 'account.id')
              .where('block.lifted_at', 'is', null),
          ),
        )
        .as('isEnabled'),
    ])
    .where('account.router_id', '=', routerId)
    .$if(scope === 'unsettled', (q) =>
      q
        .where(sql<SqlBool>`account.pending_since is not null`)
        .where('account.next_try_at', '<=', now)
        .orderBy('account.pending_since')
        .limit(maxAccountsPerRound),
    )
    // A removed account that is known to be gone from the router is history.
    .$if(scope === 'everything', (q) =>
      q.where((e) => e.or([e('account.removed_at', 'is', null), sql<SqlBool>`account.pending_since is not null`])),
    )
    .execute();
  const accounts: WantedAccount[] = rows.map((row) => ({
    id: row.id,
    name: row.name,
    appliedName: row.appliedName,
    password: sealer.open(row.passwordSealed, row.id),
    profileId: row.profileId,
    isEnabled: Boolean(row.isEnabled) && row.removedAt === null,
    isRemoved: row.removedAt !== null,
    isUnsettled: row.version !== row.appliedVersion,
  }));
  const profiles = await listWantedProfiles(
    db,
    routerId,
    new Set(accounts.filter(({ isRemoved }) => !isRemoved).map(({ profileId }) => profileId)),
    scope,
  );
  return {
    accounts,
    profiles: profiles.map((profile) => ({ id: profile.id, name: profile.name, rateLimit: rateLimitWord(profile) })),
    versions: {
      accounts: new Map(rows.map(({ id, version }) => [id, version])),
      profiles: new Map(profiles.map(({ id, version }) => [id, version])),
    },
  };
}

async function listWantedProfiles(
  db: Db,
  routerId: string,
  neededIds: ReadonlySet<string>,
  scope: 'unsettled' | 'everything',
) {
  return db
    .selectFrom('provisioning.profiles as profile')
    .leftJoin('provisioning.profile_copies as copy', (join) =>
      join.onRef('copy.profile_id', '=', 'profile.id').on('copy.router_id', '=', routerId),
    )
    .select([
      'profile.id',
      'profile.name',
      'profile.down_kbps as downKbps',
      'profile.up_kbps as upKbps',
      'profile.version',
    ])
    .where((e) =>
      e.or([
        e('profile.id', 'in', [...neededIds, '00000000-0000-0000-0000-000000000000']),
        scope === 'everything'
          ? e('copy.applied_version', 'is not', null)
          : sql<SqlBool>`copy.applied_version <> profile.version`,
      ]),
    )
    .execute();
}

export type Outcome = {
  settledIds: readonly string[];
  appliedProfileIds: readonly string[];
  /** By account id; `needsPerson` waits until somebody does something. */
  troubles: ReadonlyMap<string, { code: string; message: string; needsPerson: boolean }>;
};

/** Marks what was seen to be as wanted, in the version that was read, and why the rest was not. */
export async function recordOutcome(
  work: Work,
  routerId: string,
  wanted: WantedState,
  outcome: Outcome,
): Promise<void> {
  const settled = outcome.settledIds.map((id) => ({
    id,
    version: wanted.versions.accounts.get(id),
    name: wanted.accounts.find((account) => account.id === id)?.name,
  }));
  await markSettled(work, settled);
  for (const profileId of outcome.appliedProfileIds) {
    const version = wanted.versions.profiles.get(profileId) ?? 0;
    await work.db
      .insertInto('provisioning.profile_copies')
      .values({ router_id: routerId, profile_id: profileId, applied_version: version })
      .onConflict((conflict) => conflict.columns(['router_id', 'profile_id']).doUpdateSet({ applied_version: version }))
      .execute();
  }
  for (const [accountId, trouble] of outcome.troubles)
    await recordTrouble(work, accountId, wanted.versions.accounts.get(accountId) ?? 0, trouble);
  if (settled.length > 0 || outcome.troubles.size > 0) work.announce('router', routerId);
}

async function markSettled(
  work: Work,
  settled: readonly { id: string; version: number | undefined; name: string | undefined }[],
): Promise<void> {
  if (settled.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    update provisioning.accounts account set
      applied_version = seen.version,
      applied_name = seen.name,
      pending_since = case when account.version = seen.version then null else account.pending_since end,
      attempt_count = 0,
      trouble_code = null,
      trouble_message = null,
      next_try_at = case when account.version = seen.version then null else account.next_try_at end
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as seen (id uuid, version integer, name text)
    where account.id = seen.id and (account.applied_version <> seen.version or account.applied_name is distinct from seen.name)
    returning account.id`.execute(work.db);
  for (const { id } of rows) work.announce('account', id);
}

async function recordTrouble(
  work: Work,
  accountId: string,
  version: number,
  trouble: { code: string; message: string; needsPerson: boolean },
): Promise<void> {
  const row = await work.db
    .updateTable('provisioning.accounts')
    .set((e) => ({
      trouble_code: trouble.code,
      trouble_message: trouble.message,
      attempt_count: e('attempt_count', '+', 1),
      next_try_at: trouble.needsPerson
        ? null
        : sql<Temporal.Instant>`${work.now}::timestamptz + least(300, 5 * 2 ^ least(attempt_count, 10)) * (0.75 + random() / 2) * interval '1 second'`,
    }))
    .where('id', '=', accountId)
    .where('version', '=', version)
    .where('pending_since', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  if (row) work.announce('account', accountId);
}

/** The routers on which something waits that is due: for the sweep that finds what no hint told. */
export async function listRoutersWithDueWork(db: Db, now: Temporal.Instant): Promise<string[]> {
  const { rows } = await sql<{ router_id: string }>`
    select distinct router_id from provisioning.accounts where pending_since is not null and next_try_at <= ${now}
    union
    select copy.router_id from provisioning.profile_copies copy
    join provisioning.profiles profile on profile.id = copy.profile_id where copy.applied_version <> profile.version`.execute(
    db,
  );
  return rows.map(({ router_id }) => router_id);
}
