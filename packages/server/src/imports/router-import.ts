// A router that was there before us is taken over: read, reviewed, and made customers and accounts in one act. Never written to.
import type { ImportReview } from '@lastmile/contract/imports.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { addSubscription } from '#billing/add-subscription.ts';
import { getToday } from '#billing/invoices.ts';
import { addPerson } from '#customers/customers.ts';
import { addPlan, lockSellablePlan } from '#plans/plans.ts';
import { isBefore } from '#platform/dates.ts';
import { type Actor, type Db, inTransaction, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { addAccount } from '#provisioning/accounts.ts';
import { adoptProfile } from '#provisioning/adoption.ts';
import { blockAccount } from '#provisioning/blocks.ts';
import { type FoundAccount, type FoundProfile, type Inventory, takeInventory } from '#provisioning/inventory.ts';
import { type Looking, refuseTrouble } from '#provisioning/preview.ts';
import { getRouter, holdRouter } from '#routers/routers.ts';
import { type KnownAccount, type KnownPlan, ratesOf, reviewAccounts, reviewProfiles } from './review-rules.ts';

type Review = z.output<typeof ImportReview>;

// One transaction, and one page of customers to look through: the rest comes with the next.
const mostAtOnce = 2000;
const shownPerState = 100;

export async function reviewImport(looking: Looking, actor: Actor, routerId: string): Promise<Review> {
  const { db } = looking.database;
  const inventory = await readRouter(looking, actor, routerId);
  const accounts = reviewAccounts(inventory.accounts, await listKnownAccounts(db, routerId), inventory.profiles);
  const fresh = new Set(
    accounts.filter(({ state }) => state === 'new').map(({ service, name }) => `${service} ${name}`),
  );
  const newOnes = inventory.accounts.filter(({ service, name }) => fresh.has(`${service} ${name}`));
  const byState = Map.groupBy(accounts, ({ state }) => state);
  const count = (state: Review['accounts'][number]['state']) => byState.get(state)?.length ?? 0;
  return {
    profiles: reviewProfiles(inventory.profiles, newOnes, await listKnownPlans(db)),
    counts: {
      new: count('new'),
      known: count('known'),
      conflict: count('conflict'),
      unclear: count('unclear'),
      needsPassword: accounts.filter(({ state, needsPassword }) => state === 'new' && needsPassword).length,
    },
    accounts: [...byState.values()].flatMap((list) => list.slice(0, shownPerState)),
    pools: inventory.pools,
    otherCount: inventory.accounts.filter(({ isForKind }) => !isForKind).length,
    voucherCount: inventory.voucherCount,
    mostAtOnce,
  };
}

/** What there is to take over. Codes of vouchers are cash of somebody's: they are counted, and nobody reads them here. */
async function readRouter(
  { database: { db }, connections }: Looking,
  actor: Actor,
  routerId: string,
): Promise<Inventory & { voucherCount: number }> {
  const router = await getRouter(db, routerId, scopeOf(actor));
  const inventory = await refuseTrouble(router, () => takeInventory(connections, router));
  const isVoucher = await findVouchers(db, inventory.accounts);
  const accounts = inventory.accounts.filter((account) => !isVoucher(account));
  return { ...inventory, accounts, voucherCount: inventory.accounts.length - accounts.length };
}

/** By their marks, and by their codes: a person may have written one anew. */
async function findVouchers(db: Db, accounts: readonly FoundAccount[]): Promise<(account: FoundAccount) => boolean> {
  const users = accounts.filter(({ service }) => service === 'hotspot');
  const ids = users.flatMap(({ ownerId }) => ownerId ?? []);
  const { rows } = await sql<{ id: string; code: string }>`
    select id, code from vouchers.vouchers where id = any(${ids}::uuid[])
    union select id, code from vouchers.vouchers where code = any(${users.map(({ name }) => name)}::text[])`.execute(
    db,
  );
  const known = new Set(rows.flatMap(({ id, code }) => [id, code]));
  return ({ service, name, ownerId }) =>
    service === 'hotspot' && (known.has(name) || (ownerId !== undefined && known.has(ownerId)));
}

async function listKnownPlans(db: Db): Promise<KnownPlan[]> {
  const rows = await db
    .selectFrom('plans.plans as plan')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'plan.profile_id')
    .select([
      'plan.id',
      'plan.name',
      'profile.service',
      'profile.name as profileName',
      'profile.down_kbps as downKbps',
      'profile.up_kbps as upKbps',
    ])
    .where('plan.archived_at', 'is', null)
    .orderBy('plan.id')
    .limit(10_000)
    .execute();
  return rows.map((row) => ({ ...row, service: row.service as KnownPlan['service'] }));
}

async function listKnownAccounts(db: Db, routerId: string): Promise<KnownAccount[]> {
  const rows = await db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .select(['account.service', 'account.name', 'customer.id as customerId', 'customer.name as customerName'])
    .where('account.router_id', '=', routerId)
    .where('account.removed_at', 'is', null)
    .execute();
  return rows.map((row) => ({ ...row, service: row.service as KnownAccount['service'] }));
}

type NewPlan = { name: string; priceMinor: bigint; downKbps: number; upKbps: number };
export type ProfileChoice = { service: 'pppoe' | 'hotspot'; name: string } & (
  | { planId: string }
  | { newPlan: NewPlan }
);
export type ImportWish = {
  profiles: readonly ProfileChoice[];
  /** null: they are not charged by this. */
  chargedFrom: Temporal.PlainDate | null;
};
type PlanRef = { planId: string; profileId: string };

export type Imported = {
  importedCount: number;
  newPlanCount: number;
  leftCount: number;
  withoutPasswordCount: number;
};

export async function importRouter(
  looking: Looking,
  actor: Actor,
  routerId: string,
  { profiles: choices, chargedFrom }: ImportWish,
): Promise<Imported> {
  if (choices.some((choice) => 'newPlan' in choice) && scopeOf(actor) !== 'everywhere')
    throw new DomainError('limited_to_locations');
  // The router is read before the transaction begins: nothing waits for the network while rows are locked.
  const inventory = await readRouter(looking, actor, routerId);
  return inTransaction(looking.database, actor, async (work) => {
    if (chargedFrom) await refuseFarDay(work, chargedFrom);
    return takeOver(work, looking.sealer, routerId, inventory, { profiles: choices, chargedFrom });
  });
}

/** A slip of the pen must not bring a thousand customers the invoices of years. */
async function refuseFarDay(work: Work, day: Temporal.PlainDate): Promise<void> {
  const today = await getToday(work.db, work.now);
  const [earliest, latest] = [today.subtract({ months: 1 }), today.add({ years: 1 })];
  if (isBefore(day, earliest) || isBefore(latest, day))
    throw fieldError('invalid_input', 'chargedFrom', `must be from ${earliest} to ${latest}`);
}

async function takeOver(
  work: Work,
  sealer: Sealer,
  routerId: string,
  inventory: Inventory,
  { profiles: choices, chargedFrom }: ImportWish,
): Promise<Imported> {
  if (!(await holdRouter(work, routerId))) throw new DomainError('router_not_found', { routerId });
  // Two imports of one router at once: the second waits, and finds nothing new. Both hold the router by then, so no stronger lock.
  await work.db.selectFrom('routers.routers').select('id').where('id', '=', routerId).forNoKeyUpdate().execute();
  const known = await listKnownAccounts(work.db, routerId);
  const review = reviewAccounts(inventory.accounts, known, inventory.profiles);
  const names = new Map(
    review.filter(({ state }) => state === 'new').map((row) => [`${row.service} ${row.name}`, row.customerName]),
  );
  const profiles = await profilesOf(work, routerId, choices, inventory.profiles);
  const wanted = inventory.accounts.filter(({ service, name }) => names.has(`${service} ${name}`));
  const taken = wanted.filter(({ service, profile }) => profiles.has(`${service} ${profile}`)).slice(0, mostAtOnce);
  for (const account of taken) {
    await takeOverAccount(work, sealer, routerId, account, {
      plan: profiles.get(`${account.service} ${account.profile}`),
      chargedFrom,
      customerName: names.get(`${account.service} ${account.name}`) ?? account.name,
    });
  }
  const imported = {
    importedCount: taken.length,
    newPlanCount: choices.filter((choice) => 'newPlan' in choice).length,
    leftCount: wanted.length - taken.length,
    withoutPasswordCount: taken.filter(({ password }) => password === undefined).length,
  };
  await audit(work, 'router.imported', [routerId], imported);
  work.announce('customer', '*');
  return imported;
}

/** By the profile on the router, that of the plan it becomes. */
async function profilesOf(
  work: Work,
  routerId: string,
  choices: readonly ProfileChoice[],
  found: readonly FoundProfile[],
): Promise<Map<string, PlanRef>> {
  const profiles = new Map<string, PlanRef>();
  for (const choice of choices) {
    const { planId, profileId, profileName } = await planOf(
      work,
      choice,
      found.find(({ service, name }) => service === choice.service && name === choice.name),
    );
    profiles.set(`${choice.service} ${choice.name}`, { planId, profileId });
    // The very profile of the router becomes ours when it has the name of the plan's, and gets our mark with the accounts.
    if (choice.service === 'pppoe' && profileName === choice.name) await adoptProfile(work, routerId, profileId);
  }
  return profiles;
}

async function planOf(
  work: Work,
  choice: ProfileChoice,
  found: FoundProfile | undefined,
): Promise<PlanRef & { profileName: string }> {
  const planId =
    'planId' in choice
      ? choice.planId
      : (
          await addPlan(work, {
            ...optionsOf(found),
            ...choice.newPlan,
            service: choice.service,
            dataCapBytes: null,
            periodUnit: 'month',
            periodCount: 1,
            ...(await freeName(work, choice.name)),
          })
        ).id;
  const { profileId } = await lockSellablePlan(work, planId);
  const profile = await work.db
    .selectFrom('provisioning.profiles')
    .select(['name', 'service'])
    .where('id', '=', profileId)
    .executeTakeFirstOrThrow();
  if (profile.service !== choice.service)
    throw fieldError(
      'plan_kind_differs',
      'profiles',
      `names a ${profile.service} plan for a ${choice.service} profile`,
    );
  return { planId, profileId, profileName: profile.name };
}

/** What the profile says there beside its speed, so that nothing of it changes when it becomes ours. */
function optionsOf(found: FoundProfile | undefined) {
  if (!found) return {};
  const { upKbps: _up, downKbps: _down, ...rates } = ratesOf(found.rateLimit) ?? { upKbps: 0, downKbps: 0 };
  const { sessionTimeoutSeconds, idleTimeoutSeconds, sharedUsers, pool, addressList, dnsServers } = found;
  return {
    ...rates,
    sessionTimeoutSeconds,
    idleTimeoutSeconds,
    sharedUsers,
    addressPool: pool,
    addressList,
    dnsServers,
  };
}

/** The router's own name of the profile, where no other plan has it. */
async function freeName({ db }: Work, name: string): Promise<{ profileName?: string }> {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,47}$/.test(name)) return {};
  const taken = await db
    .selectFrom('provisioning.profiles')
    .select('id')
    .where((e) => e(e.fn('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
  return taken ? {} : { profileName: name };
}

async function takeOverAccount(
  work: Work,
  sealer: Sealer,
  routerId: string,
  found: FoundAccount,
  {
    plan,
    customerName,
    chargedFrom,
  }: { plan: PlanRef | undefined; customerName: string } & Pick<ImportWish, 'chargedFrom'>,
): Promise<void> {
  if (!plan) return;
  const customerId = await addPerson(work, {
    name: customerName,
    email: null,
    phone: null,
    address: null,
    notes: null,
  });
  const id = await addAccount(work, sealer, {
    customerId,
    routerId,
    profileId: plan.profileId,
    name: found.name,
    password: found.password ?? '',
    staticAddress: found.staticAddress,
    macAddress: found.macAddress,
    isAdopted: true,
  });
  if (chargedFrom)
    await addSubscription(work, customerId, { accountId: id, planId: plan.planId, startsOn: chargedFrom });
  // Who was switched off there is not switched on by us.
  if (found.isDisabled)
    await blockAccount(work, { id, customerId, name: found.name }, 'staff', 'was off on the router');
}
