import type { Work } from '#platform/db.ts';

/** The profile of this name that is on the router without a mark is this one: it gets the mark once the router is managed. */
export async function adoptProfile(work: Work, routerId: string, profileId: string): Promise<void> {
  await work.db
    .insertInto('provisioning.profile_copies')
    .values({ router_id: routerId, profile_id: profileId, applied_version: 0, is_adopted: true })
    .onConflict((conflict) => conflict.columns(['router_id', 'profile_id']).doNothing())
    .execute();
}
