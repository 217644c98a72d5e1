// The wanted state of one router.
import { type SqlBool, sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { getGardenOf } from './blocked-access.ts';
import { profileColumns, rateLimitOf, type ServiceKind } from './profiles.ts';
import type { Adopted } from './rules/adoption-rules.ts';
import { markOf } from './rules/mark-rules.ts';
import type { Wanted, WantedAccount, WantedPool, WantedProfile } from './rules/object-rules.ts';

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

/** What waits is what it had before its data was used up. */
const isGivenBack = sql<boolean>`account.pending_since is not null and (
  (account.is_to_redial and account.slowed_since is null)
  or exists (select from provisioning.blocks block
    where block.account_id = account.id and block.reason = 'cap_reached' and block.lifted_at >= account.pending_since))`;

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
    .leftJoin('provisioning.profiles as slow', (join) =>
      join.onRef('slow.slow_of', '=', 'account.profile_id').on('account.slowed_since', 'is not', null),
    )
    .select((e) => [
      'account.id',
      'account.service',
      'account.name',
      'account.static_address as staticAddress',
      'account.mac_address as macAddress',
      'account.applied_name as appliedName',
      'account.former_names as formerNames',
      'account.password_sealed as passwordSealed',
      'account.is_to_redial as isToRedial',
      isGivenBack.as('isGivenBack'),
      e.fn.coalesce('slow.id', 'account.profile_id').as('profileId'),
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
      isToRedial: row.isToRedial,
      isGivenBack: row.isGivenBack,
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
    pools: [...new Map(profiles.flatMap(poolOf).map((pool) => [pool.id, pool])).values()],
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
    .leftJoin('provisioning.profiles as full', 'full.id', 'profile.slow_of')
    .select([
      'full.id as fullId',
      'full.name as fullName',
      'full.address_range as fullRange',
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

/**
 * The pool of a profile that has addresses of its own; a slow one has those of the full one, for two pools with the same addresses would
 * give them out twice. Before RouterOS 7 a pool had no comment either.
 */
function poolOf(row: ProfileRow): WantedPool[] {
  const { id, name, addressRange } =
    row.fullId === null ? row : { id: row.fullId, name: row.fullName ?? '', addressRange: row.fullRange };
  return addressRange === null ? [] : [{ id, name: `${name}-pool${markOf(id)}`, ranges: addressRange }];
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
