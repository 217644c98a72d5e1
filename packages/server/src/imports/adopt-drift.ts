// What somebody changed by hand on an object of ours becomes what we want: of the account with what is charged for it, or of the plan.
import { Ipv4, MacAddress } from '@lastmile/contract/shapes.ts';
import { changePlan, type PlanView } from '#plans/plans.ts';
import { type Actor, type Db, inTransaction, scopeOf, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { unsettle } from '#provisioning/accounts.ts';
import { blockAccount } from '#provisioning/blocks.ts';
import { closeDrift, type DriftView, lockOpenDrift } from '#provisioning/drifts.ts';
import { lockAccountAndCustomer } from '#provisioning/lock-account.ts';
import { type Looking, lookAtDrift, type Seen } from '#provisioning/preview.ts';
import { plainRates } from '#provisioning/profiles.ts';
import { applyAccountChange } from '#subscribers/account-acts.ts';
import { ratesOf } from './review-rules.ts';

export type AdoptedDrift = DriftView & { changedSpeedOf: { id: string; name: string } | null };

/** The router is asked once more, so that what is taken over is what is there now. */
export async function adoptDrift(looking: Looking, actor: Actor, driftId: string): Promise<AdoptedDrift> {
  const { observed } = await lookAtDrift(looking, actor, driftId);
  return inTransaction(looking.database, actor, async (work) => {
    const drift = await lockOpenDrift(work, driftId);
    if (!drift.canAdopt) throw notAdoptable(drift);
    if (drift.accountId) await adoptAccount(work, looking.sealer, drift, drift.accountId, observed);
    const plan = drift.accountId ? undefined : await adoptProfile(work, drift, observed);
    const isOtherSpeed = drift.differences.some(({ field }) => field === 'rateLimit');
    return {
      ...(await closeDrift(work, drift, 'adopted')),
      changedSpeedOf: plan && isOtherSpeed ? { id: plan.id, name: plan.name } : null,
    };
  });
}

function notAdoptable({ id, name }: DriftView, why?: string): DomainError {
  return new DomainError('drift_not_adoptable', { driftId: id, name }, why);
}

async function adoptAccount(
  work: Work,
  sealer: Sealer,
  drift: DriftView,
  accountId: string,
  { accounts, profiles }: Seen,
): Promise<void> {
  const found = accounts.find(({ ownerId }) => ownerId === accountId);
  if (!found) throw notAdoptable(drift, 'the account is not on the router any more');
  const address = Ipv4.nullable().safeParse(found.staticAddress);
  const device = MacAddress.nullable().safeParse(found.macAddress);
  if (!address.success) throw notAdoptable(drift, `the address there is none: ${found.staticAddress}`);
  if (!device.success) throw notAdoptable(drift, `the device there is no MAC address: ${found.macAddress}`);
  const isMoved = drift.differences.some(({ field }) => field === 'profile');
  const profileId = profiles.find(({ name }) => name === found.profile)?.ownerId;
  const plan = isMoved ? await findPlanOf(work.db, profileId) : undefined;
  if (isMoved && !plan) throw notAdoptable(drift, `the profile "${found.profile}" there is not one of a plan`);
  const account = await lockAccountAndCustomer(work, accountId);
  await applyAccountChange(work, sealer, account, {
    username: found.name,
    staticAddress: address.data,
    macAddress: device.data,
    ...(found.password ? { password: found.password } : {}),
    ...(plan ? { planId: plan.id } : {}),
  });
  if (found.isDisabled) await blockAccount(work, account, 'staff', 'switched off on the router');
  await unsettle(work, accountId);
  work.announce('customer', account.customerId);
}

async function findPlanOf(db: Db, profileId: string | undefined) {
  if (profileId === undefined) return undefined;
  return db.selectFrom('plans.plans').select(['id', 'revision']).where('profile_id', '=', profileId).executeTakeFirst();
}

/** A plan is what it is on every router that has it. */
async function adoptProfile(work: Work, drift: DriftView, seen: Seen): Promise<PlanView> {
  if (scopeOf(work.actor) !== 'everywhere') throw new DomainError('limited_to_locations');
  const plan = await findPlanOf(work.db, drift.profileId ?? undefined);
  if (!plan) throw notAdoptable(drift);
  return changePlan(work, plan.id, { revision: plan.revision, ...changeOf(drift, seen) });
}

/** Of what differs what stands there, in the words of a plan. */
function changeOf(drift: DriftView, { profiles, pools }: Seen) {
  if (drift.kind === 'pool') {
    const pool = pools.find(({ ownerId }) => ownerId === drift.profileId);
    if (!pool) throw notAdoptable(drift, 'the pool is not on the router any more');
    return { addressRange: pool.ranges };
  }
  const found = profiles.find(({ ownerId }) => ownerId === drift.profileId);
  if (!found) throw notAdoptable(drift, 'the profile is not on the router any more');
  const rates = ratesOf(found.rateLimit);
  const differs = (name: string) => drift.differences.some(({ field }) => field === name);
  if (differs('rateLimit') && !rates) throw notAdoptable(drift, `no speed can be read off "${found.rateLimit}"`);
  return {
    ...(differs('rateLimit') ? { ...plainRates, ...rates } : {}),
    // A hotspot profile has its mark in its name.
    ...(differs('name') ? { profileName: found.name.replace(/ ?#lm-[0-9a-f]{32}$/, '') } : {}),
    ...(differs('pool') ? { addressPool: found.pool, addressRange: null } : {}),
    ...(differs('sessionTimeoutSeconds') ? { sessionTimeoutSeconds: found.sessionTimeoutSeconds } : {}),
    ...(differs('idleTimeoutSeconds') ? { idleTimeoutSeconds: found.idleTimeoutSeconds } : {}),
    ...(differs('sharedUsers') ? { sharedUsers: found.sharedUsers } : {}),
    ...(differs('localAddress') ? { localAddress: found.localAddress } : {}),
    ...(differs('addressList') ? { addressList: found.addressList } : {}),
    ...(differs('dnsServers') ? { dnsServers: found.dnsServers } : {}),
  };
}
