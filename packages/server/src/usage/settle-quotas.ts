// Who has used up what his plan includes is slowed down or kept off, and comes back when his period begins or more is given.
import { isSuspensionPaused } from '#billing/suspension-pause.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { lockAccountsById } from '#provisioning/accounts.ts';
import { blockAccounts, liftBlocks } from '#provisioning/blocks.ts';
import { restoreSpeed, slowDown } from '#provisioning/slow-speed.ts';
import { type AccessSpeed, speedOf } from './quota-rules.ts';
import { type AccountQuota, listQuotas, quotaPages } from './quotas.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'data quotas' };

// Changed in one transaction, which is short.
const accountsPerChange = 100;

/** Looks at everybody whom a quota concerns. Answers how many were changed; a second run changes nothing. */
export async function runQuotas(database: Database): Promise<number> {
  const isKept = await isSuspensionPaused(database.db, database.clock.now());
  let changedCount = 0;
  for await (const quotas of quotaPages(database)) {
    const due = quotas.filter((quota) => isDue(quota, isKept)).map(({ id }) => id);
    for (let from = 0; from < due.length; from += accountsPerChange) {
      const some = due.slice(from, from + accountsPerChange);
      changedCount += await inTransaction(database, schedule, (work) => settleQuotas(work, some));
    }
  }
  return changedCount;
}

function speedNow({ slowedSince, cutSince }: AccountQuota): AccessSpeed {
  if (cutSince) return 'off';
  return slowedSince ? 'slow' : 'full';
}

/** `isKept`: in an emergency nobody is made slower or cut; who may have more gets it. */
function isDue(quota: AccountQuota, isKept: boolean): boolean {
  if (isKept && isWorse(quota)) return false;
  // Both at once is what a plan leaves behind that slowed down and cuts now.
  return speedNow(quota) !== speedOf(quota.allowance) || (quota.slowedSince !== null && quota.cutSince !== null);
}

const rank: Record<AccessSpeed, number> = { off: 0, slow: 1, full: 2 };

function isWorse(quota: AccountQuota): boolean {
  return rank[speedOf(quota.allowance)] < rank[speedNow(quota)];
}

/** Brings accounts to what their quota says, decided anew now that nobody else changes them; answers how many were changed. */
export async function settleQuotas(work: Work, accountIds: readonly string[]): Promise<number> {
  const ids = (await lockAccountsById(work, accountIds)).map(({ id }) => id);
  const isKept = await isSuspensionPaused(work.db, work.now);
  const quotas = [...(await listQuotas(work.db, ids, work.now)).values()].filter((quota) => isDue(quota, isKept));
  const bySpeed = Map.groupBy(quotas, ({ allowance }) => speedOf(allowance));
  const [full, slow, off] = [bySpeed.get('full') ?? [], bySpeed.get('slow') ?? [], bySpeed.get('off') ?? []];
  const usedUp = 'what the plan includes is used up';
  const changed = [
    ...(await blockAccounts(work, off, 'cap_reached', usedUp)),
    ...(await slowDown(work, slow, usedUp)),
    // Back in a new period, by more data, or by another plan: the log of the act beside it says by which.
    ...(await liftBlocks(work, [...full, ...slow], 'cap_reached', 'there is data to use again')),
    ...(await restoreSpeed(work, [...full, ...off], 'there is data to use again')),
  ];
  const customerIds = new Set(changed.map(({ customerId }) => customerId));
  for (const customerId of customerIds) work.announce('customer', customerId);
  return new Set(changed.map(({ id }) => id)).size;
}
