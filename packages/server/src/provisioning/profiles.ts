// Profiles: what an account may do on a router. A plan prices one.
import type { Db, Work } from '#platform/db.ts';
import { fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { rateLimitWord } from './rate-limit-rules.ts';

export type ProfileFields = { name: string; downKbps: number; upKbps: number };

/** The rate-limit text of a profile, as it is written to a router. */
export function rateLimitOf(profile: { downKbps: number; upKbps: number }): string {
  return rateLimitWord(profile);
}

export async function addProfile(work: Work, profile: ProfileFields): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('provisioning.profiles')
    .values({ id, name: profile.name, down_kbps: profile.downKbps, up_kbps: profile.upKbps })
    .execute()
    .catch(refuseDuplicate);
  return id;
}

/** Changes a profile. Every router that has it gets the change; live sessions keep their speed till the next login. */
export async function changeProfile(work: Work, profileId: string, change: Partial<ProfileFields>): Promise<void> {
  const before = await work.db
    .selectFrom('provisioning.profiles')
    .selectAll()
    .where('id', '=', profileId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const after = {
    name: change.name ?? before.name,
    down_kbps: change.downKbps ?? before.down_kbps,
    up_kbps: change.upKbps ?? before.up_kbps,
  };
  if (after.name === before.name && after.down_kbps === before.down_kbps && after.up_kbps === before.up_kbps) return;
  await work.db
    .updateTable('provisioning.profiles')
    .set({ ...after, version: before.version + 1 })
    .where('id', '=', profileId)
    .execute()
    .catch(refuseDuplicate);
  for (const routerId of await listRoutersWith(work.db, profileId)) work.announce('router', routerId);
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
