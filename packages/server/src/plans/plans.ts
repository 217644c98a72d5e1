// What is sold: a price for a profile.
import type { Plan, periodUnits, usedUpActs } from '@lastmile/contract/plans.ts';
import { profileOptions } from '@lastmile/contract/provisioning.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { counted, DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { countAccountsOfProfile } from '#provisioning/accounts.ts';
import {
  addProfile,
  changeProfile,
  freeProfileName,
  type NewProfile,
  type ProfileChange,
  profileColumns,
  rateLimitOf,
  removeProfile,
  setSlowSpeed,
} from '#provisioning/profiles.ts';
import { getSettings } from '#settings/provider.ts';
import { refuseUnknownTax } from './taxes.ts';
import { findUsedUpFault, type UsedUpTerms } from './used-up-rules.ts';

export type PlanView = z.output<typeof Plan>;

const optionNames = Object.keys(profileOptions) as (keyof typeof profileOptions)[];

type PlanFields = {
  name: string;
  priceMinor: bigint;
  dataCapBytes: bigint | null;
  periodUnit: (typeof periodUnits)[number];
  periodCount: number;
  taxId: string | null;
};

// The cheapest first, as they are offered; those of one price by name.
const byPrice = sql<string>`lpad(version.price_minor::text, 20, '0') || lower(plan.name)`;

function selectPlans(db: Db) {
  return db
    .selectFrom('plans.plans as plan')
    .innerJoin('provisioning.profiles as profile', 'profile.id', 'plan.profile_id')
    .leftJoin('provisioning.profiles as slow', 'slow.slow_of', 'profile.id')
    .innerJoin('plans.versions as version', (join) =>
      join.onRef('version.plan_id', '=', 'plan.id').onRef('version.version', '=', 'plan.sold_version'),
    )
    .leftJoin('plans.taxes as tax', 'tax.id', 'version.tax_id')
    .select([
      'plan.id',
      'plan.name',
      byPrice.as('sortKey'),
      'version.id as versionId',
      'version.version',
      'version.price_minor as priceMinor',
      'version.currency',
      'version.tax_id as taxId',
      'tax.name as taxName',
      'tax.rate_bp as taxRateBp',
      'plan.data_cap_bytes as dataCapBytes',
      'plan.when_used_up as whenUsedUp',
      'slow.down_kbps as slowDownKbps',
      'slow.up_kbps as slowUpKbps',
      'version.period_unit as periodUnit',
      'version.period_count as periodCount',
      'profile.name as profileName',
      ...profileColumns,
      'plan.archived_at as archivedAt',
      'plan.revision',
      sql<number>`(select count(distinct a.customer_id) from provisioning.accounts a where a.profile_id = profile.id and a.removed_at is null)::float8`.as(
        'customerCount',
      ),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPlans>['executeTakeFirstOrThrow']>>;

function viewOf(row: Row): PlanView {
  return {
    ...row,
    service: row.service as PlanView['service'],
    periodUnit: row.periodUnit as PlanView['periodUnit'],
    whenUsedUp: row.whenUsedUp as PlanView['whenUsedUp'],
    rateLimit: rateLimitOf(row),
  };
}

export async function listPlans(
  db: Db,
  query: PageRequest & { status: 'active' | 'archived' | 'all'; service?: PlanView['service'] | undefined },
): Promise<Page<PlanView>> {
  const key = keyOf(query.after, 'text', 'uuid');
  const rows = await selectPlans(db)
    .$if(query.status !== 'all', (q) => q.where('plan.archived_at', query.status === 'active' ? 'is' : 'is not', null))
    .$if(query.service !== undefined, (q) => q.where('profile.service', '=', query.service ?? ''))
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`(${byPrice}, plan.id) > (${key?.[0]}, ${key?.[1]}::uuid)`))
    .orderBy(byPrice)
    .orderBy('plan.id')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.sortKey, row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

export async function getPlan(db: Db, planId: string): Promise<PlanView> {
  const row = await selectPlans(db).where('plan.id', '=', planId).executeTakeFirst();
  if (!row) throw new DomainError('plan_not_found', { planId });
  return viewOf(row);
}

export async function findPlanNamed(db: Db, name: string): Promise<PlanView | undefined> {
  const row = await selectPlans(db).where(sql`lower(plan.name)`, '=', name.toLowerCase()).executeTakeFirst();
  return row && viewOf(row);
}

/** The profile of a plan that may be sold now. A share lock keeps the plan from being archived or removed meanwhile. */
export async function lockSellablePlan(work: Work, planId: string): Promise<{ profileId: string }> {
  const row = await work.db
    .selectFrom('plans.plans')
    .select(['profile_id as profileId', 'archived_at as archivedAt'])
    .where('id', '=', planId)
    .forShare()
    .executeTakeFirst();
  if (!row) throw fieldError('plan_not_found', 'planId', 'is not a plan');
  if (row.archivedAt) throw fieldError('plan_archived', 'planId', 'is an archived plan: choose one that is sold');
  return { profileId: row.profileId };
}

export async function hasPlans(db: Db): Promise<boolean> {
  return (await db.selectFrom('plans.plans').select('id').limit(1).executeTakeFirst()) !== undefined;
}

type UsedUpFields = {
  whenUsedUp?: (typeof usedUpActs)[number] | undefined;
  slowDownKbps?: number | null | undefined;
  slowUpKbps?: number | null | undefined;
};

export type NewPlan = Omit<PlanFields, 'taxId'> &
  UsedUpFields &
  Omit<NewProfile, 'name'> & { taxId?: string | null; profileName?: string | undefined };

export async function addPlan(work: Work, plan: NewPlan): Promise<PlanView> {
  const { currency } = await getSettings(work.db);
  const { whenUsedUp = 'nothing', slowDownKbps = null, slowUpKbps = null } = plan;
  const usedUp = { ...plan, whenUsedUp, slowDownKbps, slowUpKbps };
  refuseFault(usedUp);
  const profileName = plan.profileName ?? (await freeProfileName(work.db, plan.name));
  const profileId = await addProfile(work, { ...plan, name: profileName });
  await keepSlowSpeed(work, profileId, usedUp);
  const id = newId();
  await work.db
    .insertInto('plans.plans')
    .values({
      id,
      name: plan.name,
      data_cap_bytes: plan.dataCapBytes,
      when_used_up: whenUsedUp,
      profile_id: profileId,
      created_at: work.now,
    })
    .execute()
    .catch(refuseDuplicate);
  await addVersion(work, id, 1, { ...plan, taxId: plan.taxId ?? null, currency });
  await audit(work, 'plan.added', [id], { name: plan.name, priceMinor: plan.priceMinor.toString(), currency });
  work.announce('plan', id);
  return getPlan(work.db, id);
}

function refuseFault(terms: UsedUpTerms): void {
  const fault = findUsedUpFault(terms);
  if (fault) throw fieldError('invalid_input', fault.field, fault.message);
}

/** A slow speed that was said once is kept, also while nobody is slowed down. */
async function keepSlowSpeed(work: Work, profileId: string, { slowDownKbps, slowUpKbps }: UsedUpTerms): Promise<void> {
  if (slowDownKbps === null || slowUpKbps === null) return;
  await setSlowSpeed(work, profileId, { downKbps: slowDownKbps, upKbps: slowUpKbps });
}

type VersionFields = Pick<PlanFields, 'priceMinor' | 'periodUnit' | 'periodCount' | 'taxId'> & { currency: string };

async function addVersion(work: Work, planId: string, version: number, fields: VersionFields): Promise<void> {
  if (fields.taxId !== null) await refuseUnknownTax(work, fields.taxId);
  await work.db
    .insertInto('plans.versions')
    .values({
      id: newId(),
      plan_id: planId,
      version,
      price_minor: fields.priceMinor,
      currency: fields.currency,
      period_unit: fields.periodUnit,
      period_count: fields.periodCount,
      tax_id: fields.taxId,
      created_at: work.now,
    })
    .execute();
}

export type PlanChange = { [K in keyof PlanFields]?: PlanFields[K] | undefined } & UsedUpFields &
  Omit<ProfileChange, 'name'> & {
    profileName?: string | undefined;
    isArchived?: boolean | undefined;
    revision: number;
  };

/**
 * Changes what is given. Another price, period or tax is a new version, in the provider's currency of today: whoever has the plan
 * keeps the version that he has.
 */
export async function changePlan(work: Work, planId: string, change: PlanChange): Promise<PlanView> {
  const locked = await work.db
    .selectFrom('plans.plans')
    .select(['profile_id', 'revision'])
    .where('id', '=', planId)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) throw new DomainError('plan_not_found', { planId });
  if (locked.revision !== change.revision) throw new DomainError('edit_conflict', { revision: locked.revision });
  const before = await getPlan(work.db, planId);
  const usedUp = usedUpAfter(before, change);
  refuseFault(usedUp);
  const soldVersion = await versionAfter(work, before, change);
  await work.db
    .updateTable('plans.plans')
    .set({
      sold_version: soldVersion,
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.dataCapBytes === undefined ? {} : { data_cap_bytes: change.dataCapBytes }),
      when_used_up: usedUp.whenUsedUp,
      ...(change.isArchived === undefined
        ? {}
        : { archived_at: change.isArchived ? (before.archivedAt ?? work.now) : null }),
      revision: change.revision + 1,
    })
    .where('id', '=', planId)
    .execute()
    .catch(refuseDuplicate);
  await changeProfile(work, locked.profile_id, { ...change, name: change.profileName });
  await keepSlowSpeed(work, locked.profile_id, usedUp);
  const after = await getPlan(work.db, planId);
  await audit(work, 'plan.changed', [planId], differences(before, after));
  work.announce('plan', planId);
  return after;
}

function usedUpAfter(before: PlanView, change: PlanChange): UsedUpTerms {
  return {
    downKbps: change.downKbps ?? before.downKbps,
    upKbps: change.upKbps ?? before.upKbps,
    dataCapBytes: change.dataCapBytes === undefined ? before.dataCapBytes : change.dataCapBytes,
    whenUsedUp: change.whenUsedUp ?? before.whenUsedUp,
    slowDownKbps: change.slowDownKbps ?? before.slowDownKbps,
    slowUpKbps: change.slowUpKbps ?? before.slowUpKbps,
  };
}

/** The version that is sold after a change: a new one where what it costs differs. */
async function versionAfter(work: Work, before: PlanView, change: PlanChange): Promise<number> {
  const { currency } = change.priceMinor === undefined ? before : await getSettings(work.db);
  const after: VersionFields = {
    priceMinor: change.priceMinor ?? before.priceMinor,
    periodUnit: change.periodUnit ?? before.periodUnit,
    periodCount: change.periodCount ?? before.periodCount,
    taxId: change.taxId === undefined ? before.taxId : change.taxId,
    currency,
  };
  const keys = ['priceMinor', 'periodUnit', 'periodCount', 'taxId', 'currency'] as const;
  if (keys.every((key) => after[key] === before[key])) return before.version;
  await addVersion(work, before.id, before.version + 1, after);
  return before.version + 1;
}

function differences(before: PlanView, after: PlanView): Record<string, unknown> {
  const keys = [
    'name',
    'priceMinor',
    'currency',
    'downKbps',
    'upKbps',
    ...optionNames,
    'dataCapBytes',
    'whenUsedUp',
    'slowDownKbps',
    'slowUpKbps',
    'periodUnit',
    'periodCount',
    'taxName',
    'profileName',
    'archivedAt',
  ] as const;
  return Object.fromEntries(
    keys
      .filter((key) => String(before[key]) !== String(after[key]))
      .map((key) => [key, [plain(before[key]), plain(after[key])]]),
  );
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

export async function removePlan(work: Work, planId: string): Promise<void> {
  const plan = await work.db
    .selectFrom('plans.plans')
    .select(['name', 'profile_id as profileId'])
    .where('id', '=', planId)
    .forUpdate()
    .executeTakeFirst();
  if (!plan) throw new DomainError('plan_not_found', { planId });
  const accountCount = await countAccountsOfProfile(work.db, plan.profileId);
  if (accountCount > 0) {
    throw new DomainError(
      'plan_in_use',
      { accountCount },
      `this plan is or was used by ${counted(accountCount, 'account')}: archive it instead`,
    );
  }
  await work.db.deleteFrom('plans.plans').where('id', '=', planId).execute();
  await removeProfile(work, plan.profileId);
  await audit(work, 'plan.removed', [planId], { name: plan.name });
  work.announce('plan', planId);
}

function refuseDuplicate(error: unknown): never {
  if (violatedConstraint(error) === 'plans_name')
    throw fieldError('plan_name_taken', 'name', 'is the name of another plan');
  throw error;
}
