// The wanted state of one router, and what became of it.
import { type SqlBool, sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { getGardenOf } from './blocked-access.ts';
import { withFormerName } from './former-names.ts';
import { profileColumns, rateLimitOf, type ServiceKind } from './profiles.ts';
import type { Adopted } from './rules/adoption-rules.ts';
import type { Wanted, WantedAccount, WantedPool, WantedProfile } from './rules/change-rules.ts';
import { markOf } from './rules/mark-rules.ts';

/** The version that was read: what is marked as applied later is this one, not what came since. */
export type Versions = { accounts: Map<string, number>; profiles: Map<string, number> };

export type WantedState = Wanted & {
  versions: Versions;
  /** Profiles whose latest version the router is not known to have. */
  unsettledProfileIds: ReadonlySet<string>;
  adopted: Adopted;
  /** The address list of the walled garden, where this router has or gets one. */
  walledList: string | undefined;
};

// One round brings this many accounts to the router; the next follows at once. It bounds memory and how long live
// figures wait for their turn.
export const maxAccountsPerRound = 500;

/**
 * `unsettled`: accounts that are due to be tried and profiles whose copy is old. `everything`: all, as a full look needs. One account
 * comes with its profile.
 */
export type WantedScope = 'unsettled' | 'everything' | { accountId: string };

export async function getWanted(
  db: Db,
  sealer: Sealer,
  routerId: string,
  scope: WantedScope,
  now: Temporal.Instant,
): Promise<WantedState> {
  const rows = await db
    .selectFrom('provisioning.accounts as account')
    .select((e) => [
      'account.id',
      'account.service',
      'account.name',
      'account.static_address as staticAddress',
      'account.mac_address as macAddress',
      'account.applied_name as appliedName',
      'account.former_names as formerNames',
      'account.password_sealed as passwordSealed',
      'account.profile_id as profileId',
      'account.version',
      'account.is_adopted as isAdopted',
      'account.is_password_unknown as isPasswordUnknown',
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
        .where((e) => e.or([e('account.next_try_at', '<=', now), hasNameOfDueAccount(now)]))
        .orderBy(sql`coalesce(account.next_try_at <= ${now}, false) desc`)
        .orderBy('account.pending_since')
        .limit(maxAccountsPerRound),
    )
    .$if(typeof scope === 'object', (q) => q.where('account.id', '=', (scope as { accountId: string }).accountId))
    // A removed account that is known to be gone from the router is history.
    .$if(scope === 'everything', (q) =>
      q.where((e) => e.or([e('account.removed_at', 'is', null), sql<SqlBool>`account.pending_since is not null`])),
    )
    .execute();
  const garden = await getGardenOf(db, routerId);
  const accounts: WantedAccount[] = rows.map((row) => {
    const service = row.service as ServiceKind;
    const isRemoved = row.removedAt !== null;
    const walledProfileId = row.isEnabled || isRemoved ? undefined : garden.profileIds.get(service);
    return {
      id: row.id,
      service,
      name: row.name,
      staticAddress: row.staticAddress,
      macAddress: row.macAddress,
      appliedName: row.appliedName,
      formerNames: row.formerNames,
      password: sealer.openOrPlain(row.passwordSealed, row.id),
      profileId: walledProfileId ?? row.profileId,
      isEnabled: (Boolean(row.isEnabled) || walledProfileId !== undefined) && !isRemoved,
      isWalled: walledProfileId !== undefined,
      isRemoved,
      isUnsettled: row.version !== row.appliedVersion,
    };
  });
  const profiles = await listWantedProfiles(
    db,
    routerId,
    new Set(accounts.filter(({ isRemoved }) => !isRemoved).map(({ profileId }) => profileId)),
    scope,
  );
  return {
    accounts,
    walledList: garden.isOnRouter || accounts.some(({ isWalled }) => isWalled) ? garden.list : undefined,
    pools: profiles.flatMap(poolOf),
    profiles: profiles.map(wantedProfileOf),
    adopted: {
      accountIds: new Set(rows.filter(({ isAdopted }) => isAdopted).map(({ id }) => id)),
      profileIds: new Set(profiles.filter(({ isAdopted }) => isAdopted).map(({ id }) => id)),
      withoutPasswordIds: new Set(rows.filter(({ isPasswordUnknown }) => isPasswordUnknown).map(({ id }) => id)),
    },
    unsettledProfileIds: new Set(
      profiles.filter(({ version, appliedVersion }) => version !== appliedVersion).map(({ id }) => id),
    ),
    versions: {
      accounts: new Map(rows.map(({ id, version }) => [id, version])),
      profiles: new Map(profiles.map(({ id, version }) => [id, version])),
    },
  };
}

/** Who is to leave a name that another one is due to get is looked at with him, whether its own time has come or not. */
function hasNameOfDueAccount(now: Temporal.Instant) {
  return sql<SqlBool>`exists (
    select from provisioning.accounts due
    where due.router_id = account.router_id and due.pending_since is not null and due.next_try_at <= ${now}
      and (due.name = account.applied_name or due.name = any(account.former_names)) and due.id <> account.id)`;
}

async function listWantedProfiles(db: Db, routerId: string, neededIds: ReadonlySet<string>, scope: WantedScope) {
  return db
    .selectFrom('provisioning.profiles as profile')
    .leftJoin('provisioning.profile_copies as copy', (join) =>
      join.onRef('copy.profile_id', '=', 'profile.id').on('copy.router_id', '=', routerId),
    )
    .select([
      'profile.id',
      'profile.name',
      'profile.version',
      'copy.is_adopted as isAdopted',
      'copy.applied_version as appliedVersion',
      ...profileColumns,
    ])
    .where((e) =>
      e.or([
        e('profile.id', 'in', [...neededIds, '00000000-0000-0000-0000-000000000000']),
        ...(scope === 'everything' ? [e('copy.applied_version', 'is not', null)] : []),
        ...(scope === 'unsettled' ? [sql<SqlBool>`copy.applied_version <> profile.version`] : []),
      ]),
    )
    .execute();
}

type ProfileRow = Awaited<ReturnType<typeof listWantedProfiles>>[number];

/** What cannot carry a comment carries our mark in its name. */
function wantedProfileOf(row: ProfileRow): WantedProfile {
  const service = row.service as ServiceKind;
  return {
    id: row.id,
    service,
    name: service === 'hotspot' ? `${row.name}${markOf(row.id)}` : row.name,
    rateLimit: rateLimitOf(row),
    sessionTimeoutSeconds: row.sessionTimeoutSeconds,
    idleTimeoutSeconds: row.idleTimeoutSeconds,
    sharedUsers: row.sharedUsers,
    pool: poolOf(row)[0]?.name ?? row.addressPool,
    localAddress: row.localAddress,
    addressList: row.addressList,
    dnsServers: row.dnsServers,
  };
}

/** The pool of a profile that has addresses of its own. Before RouterOS 7 a pool had no comment either. */
function poolOf({ id, name, addressRange }: ProfileRow): WantedPool[] {
  return addressRange === null ? [] : [{ id, name: `${name}-pool${markOf(id)}`, ranges: addressRange }];
}

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
