// Where a plan is on the routers, and what of it waits for a next login.
import { audit } from '#audit/entries.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import {
  askForRedial,
  findRedial,
  listRoutersWithProfile,
  nextQuietHour,
  type ProfileOnRouter,
  type RedialView,
  stopRedial,
} from '#provisioning/redials.ts';

async function getProfileOf(db: Db, planId: string): Promise<{ name: string; profileId: string }> {
  const row = await db
    .selectFrom('plans.plans')
    .select(['name', 'profile_id as profileId'])
    .where('id', '=', planId)
    .executeTakeFirst();
  if (!row) throw new DomainError('plan_not_found', { planId });
  return row;
}

export async function getPlanOnRouters(
  db: Db,
  planId: string,
  scope: Scope,
  now: Temporal.Instant,
): Promise<{ items: ProfileOnRouter[]; redial: RedialView | null; quietAt: Temporal.Instant }> {
  const { profileId } = await getProfileOf(db, planId);
  return {
    items: await listRoutersWithProfile(db, profileId, scope),
    redial: await findRedial(db, profileId),
    quietAt: await nextQuietHour(db, now),
  };
}

export async function redialPlan(work: Work, planId: string, when: 'now' | 'quiet_hour'): Promise<RedialView> {
  const { name, profileId } = await getProfileOf(work.db, planId);
  await askForRedial(work, profileId, when);
  await audit(work, 'plan.redial_asked', [planId], { name, when });
  work.announce('plan', planId);
  const redial = await findRedial(work.db, profileId);
  if (!redial) throw new DomainError('redial_not_found');
  return redial;
}

export async function stopRedialOfPlan(work: Work, planId: string): Promise<void> {
  const { name, profileId } = await getProfileOf(work.db, planId);
  await stopRedial(work, profileId);
  await audit(work, 'plan.redial_stopped', [planId], { name });
  work.announce('plan', planId);
}
