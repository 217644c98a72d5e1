// What is done for one customer of a bulk act: the same acts that a person does one by one.
import { lockPresentCustomer, retagPerson } from '#customers/customers.ts';
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { lockAccountsOf } from '#provisioning/accounts.ts';
import { askToSync, findUnsettled } from '#provisioning/sync-accounts.ts';
import { applyAccountChange } from '#subscribers/account-acts.ts';
import { activateSubscriber, suspendSubscriber } from '#subscribers/subscriber-acts.ts';
import type { BulkParams } from './bulk-jobs.ts';
import type { BulkKind } from './bulk-rules.ts';
import { type ImportParams, openRow } from './customer-imports.ts';
import { importRow } from './import-rows.ts';
import { cellsOf } from './import-rules.ts';

export type DueItem = {
  jobId: string;
  place: number;
  /** Empty for a row of a file that is not added yet. */
  customerId: string;
  attemptCount: number;
  line: number | null;
  rowSealed: Buffer | null;
};

/** waiting: not refused, and not seen on the router yet. */
export type Outcome =
  | { state: 'done' | 'unchanged'; customerId?: string }
  | { state: 'waiting'; code: string; message: string };

type ActKind = Exclude<BulkKind, 'disconnect'>;

type ItemAct = (work: Work, sealer: Sealer, item: DueItem, params: BulkParams) => Promise<Outcome>;

export const itemActs: Record<ActKind, ItemAct> = {
  suspend: async (work, _sealer, { customerId }, { note }) =>
    changed(await suspendSubscriber(work, customerId, note ?? null)),
  activate: async (work, _sealer, { customerId }, { note }) =>
    changed(await activateSubscriber(work, customerId, note ?? null)),
  move: moveAccounts,
  change_plan: changePlans,
  tag: (work, _sealer, item, { tag = '' }) => retag(work, item, { add: [tag], remove: [] }),
  untag: (work, _sealer, item, { tag = '' }) => retag(work, item, { add: [], remove: [tag] }),
  sync: syncAccounts,
  import: async (work, sealer, { jobId, line, rowSealed }, params) => {
    // The row of such a job holds these.
    const setup = params as unknown as ImportParams;
    if (line === null || !rowSealed) throw new DomainError('invalid_input', {}, 'the row of the file is gone');
    return importRow(work, sealer, cellsOf(openRow(sealer, jobId, line, rowSealed), setup.mapping), setup);
  },
};

function changed(isChanged: boolean): Outcome {
  return { state: isChanged ? 'done' : 'unchanged' };
}

async function retag(work: Work, { customerId }: DueItem, tags: { add: string[]; remove: string[] }): Promise<Outcome> {
  return changed(await retagPerson(work, await lockPresentCustomer(work, customerId), tags));
}

async function moveAccounts(
  work: Work,
  sealer: Sealer,
  { customerId }: DueItem,
  { routerId, fromRouterId }: BulkParams,
): Promise<Outcome> {
  await lockPresentCustomer(work, customerId);
  const accounts = (await lockAccountsOf(work, customerId)).filter(
    (account) => account.routerId !== routerId && (!fromRouterId || account.routerId === fromRouterId),
  );
  for (const account of accounts) await applyAccountChange(work, sealer, account, { routerId });
  work.announce('customer', customerId);
  return changed(accounts.length > 0);
}

async function changePlans(
  work: Work,
  sealer: Sealer,
  { customerId }: DueItem,
  { planId }: BulkParams,
): Promise<Outcome> {
  await lockPresentCustomer(work, customerId);
  const { service, profileId } = await work.db
    .selectFrom('plans.plans as plan')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'plan.profile_id')
    .select(['profile.service', 'profile.id as profileId'])
    .where('plan.id', '=', planId ?? '')
    .executeTakeFirstOrThrow();
  const accounts = await lockAccountsOf(work, customerId);
  const ofKind = accounts.filter((account) => account.service === service);
  if (accounts.length > 0 && ofKind.length === 0)
    throw new DomainError('plan_kind_differs', { planId }, `has no account for ${service}, for which the plan is`);
  for (const account of ofKind) await applyAccountChange(work, sealer, account, { planId });
  work.announce('customer', customerId);
  return changed(ofKind.some((account) => account.profileId !== profileId));
}

/** First it is asked for; after that the routers are waited for. */
async function syncAccounts(
  work: Work,
  _sealer: Sealer,
  { customerId, attemptCount }: DueItem,
  { fromRouterId }: BulkParams,
): Promise<Outcome> {
  await lockPresentCustomer(work, customerId);
  if (attemptCount === 0) {
    const count = await askToSync(work, customerId, fromRouterId);
    return count === 0 ? { state: 'unchanged' } : { state: 'waiting', code: 'asked', message: '' };
  }
  const waiting = await findUnsettled(work.db, customerId, fromRouterId);
  if (!waiting) return { state: 'done' };
  const { trouble, nextTryAt } = waiting;
  // Only a person can help: waiting longer does not.
  if (nextTryAt === null || trouble?.code === 'router_not_managed')
    throw new DomainError('router_rejected', {}, trouble?.message ?? 'waits for a person');
  return { state: 'waiting', code: trouble?.code ?? 'asked', message: trouble?.message ?? '' };
}
