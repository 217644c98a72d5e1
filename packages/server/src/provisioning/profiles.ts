// Profiles: what an account may do on a router. A plan prices one.
import { type Rates, rateLimitWord } from '@lastmile/contract/rate-limit.ts';
import type { Selectable, Updateable } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { ProvisioningProfiles } from '#platform/tables.ts';
import { findProfileFault, type Profile, type ProfileOptions, plainOptions } from './rules/profile-rules.ts';

export { type Profile, plainRates, type ServiceKind } from './rules/profile-rules.ts';
export type NewProfile = Omit<Profile, keyof ProfileOptions | 'service'> &
  Partial<{ [K in keyof ProfileOptions]: ProfileOptions[K] | undefined }> & {
    service?: Profile['service'] | undefined;
  };
/** What is left out stays. The kind of a profile is what it is: its accounts are of that kind. */
export type ProfileChange = Partial<{ [K in keyof Omit<Profile, 'service'>]: Profile[K] | undefined }>;

/** The rate-limit text of a profile, as it is written to a router. */
export function rateLimitOf(profile: Rates): string {
  return rateLimitWord(profile);
}

/** For a `select` of `provisioning.profiles as profile`: all that a profile says, without its name. */
export const profileColumns = [
  'profile.service',
  'profile.down_kbps as downKbps',
  'profile.up_kbps as upKbps',
  'profile.burst_down_kbps as burstDownKbps',
  'profile.burst_up_kbps as burstUpKbps',
  'profile.threshold_down_kbps as thresholdDownKbps',
  'profile.threshold_up_kbps as thresholdUpKbps',
  'profile.burst_down_seconds as burstDownSeconds',
  'profile.burst_up_seconds as burstUpSeconds',
  'profile.priority',
  'profile.limit_at_down_kbps as limitAtDownKbps',
  'profile.limit_at_up_kbps as limitAtUpKbps',
  'profile.session_timeout_seconds as sessionTimeoutSeconds',
  'profile.idle_timeout_seconds as idleTimeoutSeconds',
  'profile.shared_users as sharedUsers',
  'profile.address_pool as addressPool',
  'profile.address_range as addressRange',
  'profile.local_address as localAddress',
  'profile.address_list as addressList',
  'profile.dns_servers as dnsServers',
] as const;

type Row = Omit<Selectable<ProvisioningProfiles>, 'id' | 'version' | 'is_for_blocked' | 'speed_version' | 'slow_of'>;

function rowOf(profile: Profile): Row {
  return {
    name: profile.name,
    service: profile.service,
    down_kbps: profile.downKbps,
    up_kbps: profile.upKbps,
    burst_down_kbps: profile.burstDownKbps,
    burst_up_kbps: profile.burstUpKbps,
    threshold_down_kbps: profile.thresholdDownKbps,
    threshold_up_kbps: profile.thresholdUpKbps,
    burst_down_seconds: profile.burstDownSeconds,
    burst_up_seconds: profile.burstUpSeconds,
    priority: profile.priority,
    limit_at_down_kbps: profile.limitAtDownKbps,
    limit_at_up_kbps: profile.limitAtUpKbps,
    session_timeout_seconds: profile.sessionTimeoutSeconds,
    idle_timeout_seconds: profile.idleTimeoutSeconds,
    shared_users: profile.sharedUsers,
    address_pool: profile.addressPool,
    address_range: profile.addressRange,
    local_address: profile.localAddress,
    address_list: profile.addressList,
    dns_servers: profile.dnsServers,
  };
}

/** What is given, without what is left out. */
function givenOf<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export async function addProfile(work: Work, fields: NewProfile): Promise<string> {
  const { name, downKbps, upKbps } = fields;
  const given: Partial<Profile> = givenOf(fields);
  const profile: Profile = { ...plainOptions, service: 'pppoe', ...given, name, downKbps, upKbps };
  refuseFault(profile);
  return insertProfile(work, profile, null);
}

async function insertProfile(work: Work, profile: Profile, slowOf: string | null): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('provisioning.profiles')
    .values({ id, ...rowOf(profile), slow_of: slowOf })
    .execute()
    .catch(refuseDuplicate);
  return id;
}

/** Changes a profile. Every router that has it gets the change; live sessions keep their speed till the next login. */
export async function changeProfile(work: Work, profileId: string, change: ProfileChange): Promise<void> {
  const before = await lockProfile(work, profileId);
  const given: Partial<Profile> = givenOf(change);
  const after: Profile = { ...before, ...given, service: before.service };
  const [old, next] = [rowOf(before), rowOf(after)];
  const changed = Object.fromEntries(
    Object.entries(next).filter(([column, value]) => value !== old[column as keyof Row]),
  ) as Updateable<ProvisioningProfiles>;
  if (Object.keys(changed).length === 0) return;
  refuseFault(after);
  await work.db
    .updateTable('provisioning.profiles')
    .set((e) => ({
      ...changed,
      version: e('version', '+', 1),
      ...(rateLimitOf(before) === rateLimitOf(after) ? {} : { speed_version: e('version', '+', 1) }),
    }))
    .where('id', '=', profileId)
    .execute()
    .catch(refuseDuplicate);
  for (const routerId of await listRoutersWith(work.db, profileId)) work.announce('router', routerId);
  const slow = await findSlowProfile(work.db, profileId);
  if (!slow) return;
  await changeProfile(work, slow.id, sharedWith(after));
  if (before.name !== after.name || before.addressRange !== after.addressRange) await writeAgain(work, slow.id);
}

/** Its pool is another one, which its own row does not say: to routers it is a new version, so that nobody takes it for drift. */
async function writeAgain(work: Work, profileId: string): Promise<void> {
  await work.db
    .updateTable('provisioning.profiles')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('id', '=', profileId)
    .execute();
  for (const routerId of await listRoutersWith(work.db, profileId)) work.announce('router', routerId);
}

export type SlowSpeed = { downKbps: number; upKbps: number };

/** The profile that the accounts of another one have while they are slowed down. */
async function findSlowProfile(db: Db, profileId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('provisioning.profiles').select('id').where('slow_of', '=', profileId).executeTakeFirst();
}

/** What a slow profile says is what the full one says, but for its speeds. Its addresses come from the pool of that one. */
function sharedWith({ sessionTimeoutSeconds, idleTimeoutSeconds, sharedUsers, ...full }: Profile) {
  const { addressPool, localAddress, addressList, dnsServers } = full;
  return { sessionTimeoutSeconds, idleTimeoutSeconds, sharedUsers, addressPool, localAddress, addressList, dnsServers };
}

/** Gives a profile a slow one, or the slow one other speeds. Routers get it with the first account that is slowed down there. */
export async function setSlowSpeed(work: Work, profileId: string, speed: SlowSpeed): Promise<void> {
  const full = await lockProfile(work, profileId);
  const slow = await findSlowProfile(work.db, profileId);
  if (slow) return changeProfile(work, slow.id, speed);
  const name = await freeProfileName(work.db, `${full.name}-slow`);
  await insertProfile(work, { ...plainOptions, ...sharedWith(full), ...speed, service: full.service, name }, profileId);
}

async function lockProfile(work: Work, profileId: string): Promise<Profile> {
  const { service, ...row } = await work.db
    .selectFrom('provisioning.profiles as profile')
    .select(['profile.name', ...profileColumns])
    .where('profile.id', '=', profileId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { ...row, service: service as Profile['service'] };
}

function refuseFault(profile: Profile): void {
  const fault = findProfileFault(profile);
  if (fault) throw fieldError('invalid_input', fault.field, fault.message);
}

async function listRoutersWith(db: Db, profileId: string): Promise<string[]> {
  const copies = await db
    .selectFrom('provisioning.profile_copies')
    .select('router_id')
    .where('profile_id', '=', profileId)
    .execute();
  return copies.map(({ router_id }) => router_id);
}
/** Where routers have it, the row stays and leaves its name, there and here, so that another profile may get it. */
export async function removeProfile(work: Work, profileId: string): Promise<void> {
  const slow = await findSlowProfile(work.db, profileId);
  if (slow) {
    await work.db.updateTable('provisioning.profiles').set({ slow_of: null }).where('id', '=', slow.id).execute();
    await removeProfile(work, slow.id);
  }
  const routerIds = await listRoutersWith(work.db, profileId);
  if (routerIds.length > 0) await changeProfile(work, profileId, { name: `removed-${profileId}` });
  else await work.db.deleteFrom('provisioning.profiles').where('id', '=', profileId).execute();
}

/** A profile name that is free, near the wanted one: router profile names are short and plain. */
export async function freeProfileName(db: Db, wanted: string): Promise<string> {
  const stem =
    wanted
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|-+$/g, '')
      .slice(0, 40) || 'plan';
  for (let suffix = 1; ; suffix++) {
    const name = suffix === 1 ? stem : `${stem}-${suffix}`;
    const taken = await db
      .selectFrom('provisioning.profiles')
      .select('id')
      .where((e) => e(e.fn('lower', ['name']), '=', name.toLowerCase()))
      .executeTakeFirst();
    if (!taken) return name;
  }
}

function refuseDuplicate(error: unknown): never {
  if (violatedConstraint(error) === 'profiles_name')
    throw fieldError('plan_name_taken', 'profileName', 'is the profile name of another plan');
  throw error;
}
