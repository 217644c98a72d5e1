// Seed B's way of thinking: bring this customer with this package to the router. Here it is four acts that exist already
// (plan, customer, account, block), in one transaction for each customer; the reconciler carries it to the router.
import type { mikrotik } from '@lastmile/contract/compat.ts';
import type { Parsed } from '@lastmile/contract/endpoint.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { addPlan, getPlan, type PlanView } from '#plans/plans.ts';
import { type Actor, type Database, type Db, inTransaction, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import {
  addAccount,
  changeAccount,
  type LockedAccount,
  lockAccount,
  lockAccountsOf,
  newAccountPassword,
} from '#provisioning/accounts.ts';
import { blockAccount, liftBlock } from '#provisioning/blocks.ts';
import type { ServiceKind } from '#provisioning/profiles.ts';
import type { Reconciler } from '#provisioning/reconciler.ts';
import { addSubscriber } from '#subscribers/subscriber-acts.ts';
import { chooseRouter } from './router-readings.ts';

type BulkBody = Parsed<(typeof mikrotik)['PUT /api/mikrotik/sync']>['body'];
type SyncedCustomer = BulkBody['customers'][number];
export type Package = BulkBody['packages'][number];

export type SyncTools = {
  database: Database;
  sealer: Sealer;
  reconciler: Reconciler;
  actor: Actor;
  mayAddPlans: boolean;
};

export type SyncResult = {
  success: boolean;
  username: string | null;
  customerId: string | null;
  profile: string | null;
  pending: boolean;
  error: { code: string; message: string } | null;
};

type Synced = { accountId: string; routerId: string; username: string; customerId: string; profile: string };

/** Each customer by himself: what is refused for one is said there, and the others go on. Doing it twice changes nothing. */
export async function syncCustomers(tools: SyncTools, request: BulkBody): Promise<SyncResult[]> {
  const { database, actor } = tools;
  const outcomes: (Synced | SyncResult)[] = [];
  for (const customer of request.customers) {
    try {
      outcomes.push(await inTransaction(database, actor, (work) => syncCustomer(work, tools, customer, request)));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code, message } = error;
      const failed = { success: false, customerId: customer.id ?? null, profile: null, pending: false };
      outcomes.push({ ...failed, username: customer.username ?? null, error: { code, message } });
    }
  }
  const synced = outcomes.filter((outcome) => 'accountId' in outcome);
  await lookAtRouters(tools, new Set(synced.map(({ routerId }) => routerId)));
  const waiting = await listUnsettled(
    database.db,
    synced.map(({ accountId }) => accountId),
  );
  return outcomes.map((outcome) => {
    if (!('accountId' in outcome)) return outcome;
    const { accountId, username, customerId, profile } = outcome;
    return { success: true, username, customerId, profile, pending: waiting.has(accountId), error: null };
  });
}

/** One look for all that was changed there. A router that does not answer in time still gets it: it is written down. */
async function lookAtRouters({ reconciler }: SyncTools, routerIds: ReadonlySet<string>): Promise<void> {
  await Promise.all(
    [...routerIds].map((routerId) =>
      reconciler.lookNow(routerId).catch((error: unknown) => {
        if (!(error instanceof DomainError && error.code === 'router_look_late')) throw error;
      }),
    ),
  );
}

async function listUnsettled(db: Db, accountIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (accountIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('provisioning.accounts')
    .select('id')
    .where('id', 'in', accountIds)
    .whereRef('applied_version', '<>', 'version')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** As the seed orders it: profile, account, status. */
async function syncCustomer(
  work: Work,
  tools: SyncTools,
  customer: SyncedCustomer,
  { packages, serviceType, routerId }: BulkBody,
): Promise<Synced> {
  const chosen = choosePackage(customer, packages);
  const plan = await ensurePlan(work, chosen, serviceType, tools.mayAddPlans);
  const account = await ensureAccount(work, tools.sealer, customer, { plan, serviceType, routerId });
  if (customer.status === 'Inactive') await blockAccount(work, account, 'staff', 'Inactive');
  // Only what a person blocked: who owes is not on again by a sync.
  else await liftBlock(work, account, 'staff');
  work.announce('customer', account.customerId);
  const { id: accountId, customerId } = account;
  return { accountId, customerId, routerId: account.routerId, username: account.name, profile: plan.profileName };
}

function choosePackage({ package: named }: SyncedCustomer, packages: readonly Package[]): Package {
  const chosen = named === undefined ? packages : packages.filter(({ id, name }) => id === named || name === named);
  const [first, another] = chosen;
  if (!first) throw fieldError('plan_not_found', 'package', 'is not one of the packages');
  if (another && named === undefined)
    throw fieldError('invalid_input', 'package', 'is needed where there are several packages');
  return first;
}

async function ensurePlan(work: Work, chosen: Package, service: ServiceKind, mayAddPlans: boolean): Promise<PlanView> {
  const plan = await findPlan(work.db, chosen);
  if (plan) {
    if (plan.service === service) return plan;
    throw fieldError('plan_kind_differs', 'package', `is a plan for ${plan.service}, not for ${service}`);
  }
  if (!mayAddPlans || chosen.downloadSpeed === undefined)
    throw fieldError('plan_not_found', 'package', 'is not a plan');
  return addPackagePlan(work, chosen, service);
}

async function findPlan(db: Db, { id, name }: Package): Promise<PlanView | undefined> {
  const row = await db
    .selectFrom('plans.plans')
    .select('id')
    .where('archived_at', 'is', null)
    .$if(id !== undefined, (q) => q.where('id', '=', id ?? ''))
    .$if(id === undefined, (q) => q.where((e) => e(e.fn('lower', ['name']), '=', e.fn('lower', [e.val(name)]))))
    .executeTakeFirst();
  return row && getPlan(db, row.id);
}

/** "10Mbps" becomes the profile 10Mbps_pppoe. A timeout of 0 is none, as routers write it. */
export async function addPackagePlan(work: Work, chosen: Package, service: ServiceKind): Promise<PlanView> {
  const { name, downloadSpeed, uploadSpeed, burstDownloadSpeed, burstUploadSpeed } = chosen;
  if (name === undefined) throw fieldError('invalid_input', 'package.name', 'must not be empty');
  if (downloadSpeed === undefined) throw fieldError('invalid_input', 'package.downloadSpeed', 'must be given');
  return addPlan(work, {
    name,
    service,
    profileName: `${name.replace(/[^A-Za-z0-9.-]+/g, '').slice(0, 39) || 'plan'}_${service}`,
    priceMinor: chosen.priceMinor ?? 0n,
    downKbps: downloadSpeed,
    upKbps: uploadSpeed ?? downloadSpeed,
    burstDownKbps: burstDownloadSpeed ?? null,
    burstUpKbps: burstUploadSpeed ?? burstDownloadSpeed ?? null,
    sessionTimeoutSeconds: chosen.sessionTimeout || null,
    idleTimeoutSeconds: chosen.idleTimeout || null,
    sharedUsers: chosen.sharedUsers ?? null,
    dataCapBytes: null,
    periodUnit: 'month',
    periodCount: 1,
  });
}

type Wanted = { plan: PlanView; serviceType: ServiceKind; routerId: string | undefined };

/** Changes the account that is there, or adds it, and the customer with it where he is new. */
async function ensureAccount(
  work: Work,
  sealer: Sealer,
  customer: SyncedCustomer,
  { plan, serviceType, routerId }: Wanted,
): Promise<LockedAccount> {
  const { username, password, ipAddress: staticAddress, macAddress } = customer;
  const found = await findAccount(work, customer, serviceType, routerId);
  if (found) {
    const profileId = await profileOf(work.db, plan);
    await changeAccount(work, sealer, found, { name: username, password, profileId, staticAddress, macAddress });
    return lockAccount(work, found.id);
  }
  if (username === undefined) throw new DomainError('account_not_found', { customerId: customer.id });
  const router = await chooseRouter(work.db, routerId, scopeOf(work.actor));
  if (customer.id !== undefined) {
    const profileId = await profileOf(work.db, plan);
    const account = { customerId: customer.id, routerId: router.id, profileId, name: username, password };
    return lockAccount(work, await addAccount(work, sealer, { ...account, staticAddress, macAddress }));
  }
  const { name = username, email, phone, address } = customer;
  const person = { name, email, phone, address };
  const newcomer = { ...person, username, password: password ?? newAccountPassword(), planId: plan.id };
  const customerId = await addSubscriber(work, sealer, { ...newcomer, routerId: router.id });
  const [account] = await lockAccountsOf(work, customerId);
  if (!account) throw new Error('a new subscriber has an account');
  if (staticAddress || macAddress) await changeAccount(work, sealer, account, { staticAddress, macAddress });
  return account;
}

/** Of the customer who is named; otherwise of the one who has this name on the router. */
async function findAccount(
  work: Work,
  { id, username }: SyncedCustomer,
  service: ServiceKind,
  routerId: string | undefined,
): Promise<LockedAccount | undefined> {
  if (id !== undefined) {
    await lockPresentCustomer(work, id);
    const accounts = (await lockAccountsOf(work, id)).filter((account) => account.service === service);
    return accounts.find(({ name }) => name === username) ?? accounts[0];
  }
  const router = await chooseRouter(work.db, routerId, scopeOf(work.actor));
  const row = await work.db
    .selectFrom('provisioning.accounts')
    .select('id')
    .where('router_id', '=', router.id)
    .where('service', '=', service)
    .where('name', '=', username ?? '')
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return row && lockAccount(work, row.id);
}

async function profileOf(db: Db, plan: PlanView): Promise<string> {
  const row = await db
    .selectFrom('plans.plans')
    .select('profile_id as profileId')
    .where('id', '=', plan.id)
    .executeTakeFirstOrThrow();
  return row.profileId;
}
