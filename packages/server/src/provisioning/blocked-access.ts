// What blocked accounts get: nothing, or the walled garden, a profile that leads to a page and no further.
import type { BlockedAccess } from '@lastmile/contract/provisioning.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { changeProfile, type ServiceKind } from './profiles.ts';

export type BlockedAccessView = z.output<typeof BlockedAccess>;

export async function getBlockedAccess(db: Db): Promise<BlockedAccessView> {
  const row = await db
    .selectFrom('provisioning.blocked_access as access')
    .innerJoin('provisioning.profiles as profile', (join) =>
      join.on('profile.is_for_blocked', '=', true).on('profile.service', '=', 'pppoe'),
    )
    .select([
      'access.mode',
      'access.revision',
      'access.allowed_places as allowedPlaces',
      sql<string | null>`host(access.page_address)`.as('pageAddress'),
      'profile.address_list as addressList',
      'profile.address_pool as addressPool',
      'profile.address_range as addressRange',
      'profile.down_kbps as downKbps',
      'profile.up_kbps as upKbps',
    ])
    .select((e) =>
      e
        .selectFrom('provisioning.blocks as block')
        .select(sql<number>`count(distinct block.account_id)::float8`.as('count'))
        .where('block.lifted_at', 'is', null)
        .as('blockedCount'),
    )
    .executeTakeFirstOrThrow();
  return {
    ...row,
    mode: row.mode as BlockedAccessView['mode'],
    addressList: row.addressList ?? '',
    blockedCount: row.blockedCount ?? 0,
  };
}

type Change = Partial<Omit<BlockedAccessView, 'blockedCount' | 'revision'>> & { revision: number };

/** Another way for all that are blocked: each of their routers gets it, and who is online dials again. */
export async function changeBlockedAccess(work: Work, { revision, ...change }: Change): Promise<BlockedAccessView> {
  const locked = await work.db
    .selectFrom('provisioning.blocked_access')
    .select(['mode', 'revision'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (locked.revision !== revision) throw new DomainError('edit_conflict', { revision: locked.revision });
  const before = await getBlockedAccess(work.db);
  const {
    mode = before.mode,
    allowedPlaces = before.allowedPlaces,
    pageAddress = before.pageAddress,
    addressPool,
    addressRange,
    ...shared
  } = change;
  const profiles = await work.db
    .selectFrom('provisioning.profiles')
    .select(['id', 'service'])
    .where('is_for_blocked', '=', true)
    .orderBy('service')
    .execute();
  // A hotspot's devices have their addresses from its DHCP server before anybody logs in.
  for (const { id, service } of profiles)
    await changeProfile(work, id, service === 'pppoe' ? { ...shared, addressPool, addressRange } : shared);
  await work.db
    .updateTable('provisioning.blocked_access')
    .set({ mode, allowed_places: allowedPlaces, page_address: pageAddress, revision: revision + 1 })
    .execute();
  if (mode !== before.mode) await unsettleBlocked(work);
  const after = await getBlockedAccess(work.db);
  const [was, is] = [audited(before), audited(after)];
  const changed = Object.keys(is).filter((key) => was[key] !== is[key]);
  await audit(
    work,
    'settings.blocked_access_changed',
    [],
    Object.fromEntries(changed.map((key) => [key, [was[key] ?? null, is[key] ?? null]])),
  );
  work.announce('settings', 'blocked_access');
  work.announce('router', '*');
  return after;
}

function audited({ allowedPlaces, blockedCount: _count, revision: _revision, ...rest }: BlockedAccessView) {
  return { ...rest, allowedPlaces: allowedPlaces.join(', ') } as Record<string, string | number | null>;
}

async function unsettleBlocked(work: Work): Promise<void> {
  await sql`
    update provisioning.accounts account set
      version = version + 1,
      pending_since = coalesce(pending_since, ${work.now}),
      attempt_count = 0,
      next_try_at = ${work.now},
      trouble_code = null,
      trouble_message = null
    where removed_at is null and exists (
      select from provisioning.blocks block where block.account_id = account.id and block.lifted_at is null)`.execute(
    work.db,
  );
}

export type Garden = {
  /** By kind, the profile that a blocked account gets; empty while blocked accounts are disabled. */
  profileIds: ReadonlyMap<ServiceKind, string>;
  list: string | undefined;
  /** This router had it once: somebody may be inside still. */
  isOnRouter: boolean;
};

export async function getGardenOf(db: Db, routerId: string): Promise<Garden> {
  const { rows } = await sql<{ id: string; service: ServiceKind; list: string; is_on: boolean; is_copied: boolean }>`
    select profile.id, profile.service, profile.address_list as list, access.mode = 'walled_garden' as is_on,
           exists (select from provisioning.profile_copies copy
                   where copy.profile_id = profile.id and copy.router_id = ${routerId}) as is_copied
    from provisioning.profiles profile cross join provisioning.blocked_access access
    where profile.is_for_blocked`.execute(db);
  return {
    profileIds: new Map(rows.filter(({ is_on }) => is_on).map(({ service, id }) => [service, id])),
    list: rows[0]?.list,
    isOnRouter: rows.some(({ is_copied }) => is_copied),
  };
}
