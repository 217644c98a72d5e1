// Data given on top of a plan, and what an account uses, as the office sees both.
import type { AccountUsage } from '@lastmile/contract/usage.ts';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { customerInScope } from '#customers/scope.ts';
import { type DateRange, localDate } from '#platform/dates.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { listDailyUsage } from '#provisioning/daily-usage.ts';
import { lockAccountAndCustomer } from '#provisioning/lock-account.ts';
import { getSettings } from '#settings/provider.ts';
import { quotaStage } from './quota-rules.ts';
import { type AccountQuota, listQuotas } from './quotas.ts';
import { settleQuotas } from './settle-quotas.ts';

export type AccountUsageView = z.output<typeof AccountUsage>;

const shownDays = 30;

export async function getAccountUsage(
  db: Db,
  accountId: string,
  now: Temporal.Instant,
  scope: Scope,
): Promise<AccountUsageView> {
  await requireAccount(db, accountId, scope);
  const quota = await getQuota(db, accountId, now);
  const today = localDate(now, (await getSettings(db)).timeZone);
  return {
    accountId,
    planName: quota.planName,
    periodStartsOn: quota.period.startsOn,
    periodEndsOn: quota.period.endsOn,
    usedBytes: quota.usedBytes,
    doubtedBytes: quota.doubtedBytes,
    quota: viewOf(quota),
    slowedSince: quota.slowedSince,
    cutSince: quota.cutSince,
    grants: await listGrants(db, accountId, quota.period),
    days: await listDailyUsage(db, accountId, today.subtract({ days: shownDays - 1 })),
  };
}

/** Somebody else's account is answered like one that does not exist. */
async function requireAccount(db: Db, accountId: string, scope: Scope): Promise<void> {
  const row = await db
    .selectFrom('provisioning.accounts')
    .select('id')
    .where('id', '=', accountId)
    .where(customerInScope(scope, 'customer_id'))
    .executeTakeFirst();
  if (!row) throw new DomainError('account_not_found', { accountId });
}

async function getQuota(db: Db, accountId: string, now: Temporal.Instant): Promise<AccountQuota> {
  const quota = (await listQuotas(db, [accountId], now)).get(accountId);
  if (!quota) throw new DomainError('account_not_found', { accountId });
  return quota;
}

function viewOf({ allowance }: AccountQuota): AccountUsageView['quota'] {
  if (!allowance) return null;
  const { capBytes, extraBytes, isFree, whenUsedUp } = allowance;
  return { capBytes, extraBytes, isFree, whenUsedUp, stage: quotaStage(allowance) };
}

// Nobody reads more, and who gives more often wants another plan.
const mostGrants = 50;

function listGrants(db: Db, accountId: string, { startsOn, endsOn }: DateRange): Promise<AccountUsageView['grants']> {
  return db
    .selectFrom('usage.grants')
    .select(['id', 'bytes', 'reason', 'by_name as by', 'given_at as givenAt'])
    .where('account_id', '=', accountId)
    .where('period_on', '>=', startsOn)
    .where('period_on', '<', endsOn)
    .orderBy('given_at', 'desc')
    .orderBy('id')
    .limit(mostGrants)
    .execute();
}

/** Gives an account more data for the period that runs, null: as much as it likes. Whoever was slowed or cut is back at once. */
export async function giveData(
  work: Work,
  accountId: string,
  { bytes, reason }: { bytes: bigint | null; reason: string },
): Promise<AccountUsageView> {
  const { customerId, name } = await lockAccountAndCustomer(work, accountId);
  const { period, allowance } = await getQuota(work.db, accountId, work.now);
  if (!allowance) throw new DomainError('account_without_cap', { accountId });
  if ((await listGrants(work.db, accountId, period)).length >= mostGrants)
    throw new DomainError('too_many_data_grants', { most: mostGrants });
  await work.db
    .insertInto('usage.grants')
    .values({
      id: newId(),
      account_id: accountId,
      period_on: period.startsOn,
      bytes,
      reason,
      by_name: work.actor.name,
      given_at: work.now,
    })
    .execute();
  await audit(work, 'account.data_given', [customerId, accountId], {
    name,
    bytes: bytes?.toString() ?? null,
    until: period.endsOn.toString(),
    reason,
  });
  await settleQuotas(work, [accountId]);
  work.announce('account', accountId);
  return getAccountUsage(work.db, accountId, work.now, 'everywhere');
}

/** On another router it is another account: what it was given goes with it. */
export async function moveGrants(work: Work, fromAccountId: string, toAccountId: string): Promise<void> {
  await work.db
    .updateTable('usage.grants')
    .set({ account_id: toAccountId })
    .where('account_id', '=', fromAccountId)
    .execute();
}
