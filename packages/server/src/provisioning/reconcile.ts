// One round on one router: what is wanted, what is there, what to do; then it is looked at again, and only what was seen
// is marked as done.
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { findTrouble } from '#routers/trouble.ts';
import { type Change, type Observed, type Obstacle, planChanges, type Wanted } from './change-rules.ts';
import type { Applied, Driver, Scope } from './drivers/driver.ts';
import { getWanted, maxAccountsPerRound, type Outcome, recordOutcome, type WantedState } from './wanted.ts';

export type Round = {
  changeCount: number;
  /** As many as a round takes: there may be more. */
  isFull: boolean;
  /** The user of the API may not write: everything else on this router would fail the same way. */
  notPermitted: Error | undefined;
};

const reconciler: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

export async function reconcileRound(
  database: Database,
  sealer: Sealer,
  driver: Driver,
  routerId: string,
  look: 'unsettled' | 'everything',
): Promise<Round> {
  const wanted = await getWanted(database.db, sealer, routerId, look, database.clock.now());
  if (wanted.accounts.length === 0 && wanted.profiles.length === 0)
    return { changeCount: 0, isFull: false, notPermitted: undefined };
  const scope = scopeOf(wanted, look);
  const observed = await driver.observe(scope);
  const plan = planChanges(wanted, observed);
  const applied = await driver.apply(plan.changes);
  const seen = plan.changes.length > 0 ? await driver.observe(scope) : observed;
  const outcome = outcomeOf(wanted, seen, plan.obstacles, applied);
  await inTransaction(database, reconciler, (work) => recordOutcome(work, routerId, wanted, outcome));
  const refused = applied.find(({ error }) => findTrouble(error)?.code === 'not_permitted');
  return {
    changeCount: plan.changes.length,
    isFull: look === 'unsettled' && wanted.accounts.length >= maxAccountsPerRound,
    notPermitted: refused?.error,
  };
}

function scopeOf(wanted: WantedState, look: 'unsettled' | 'everything'): Scope {
  if (look === 'everything') return 'everything';
  const names = wanted.accounts.flatMap(({ name, appliedName }) =>
    appliedName && appliedName !== name ? [name, appliedName] : [name],
  );
  // Only an account that was there before can have been renamed by hand.
  const accountIds = wanted.accounts.filter(({ appliedName }) => appliedName !== null).map(({ id }) => id);
  return { accountNames: [...new Set(names)], accountIds, profiles: wanted.profiles };
}

function outcomeOf(
  wanted: Wanted,
  seen: Observed,
  obstacles: ReadonlyMap<string, Obstacle>,
  applied: readonly Applied[],
): Outcome {
  const left = stillToDo(wanted, seen);
  const failed = new Map(applied.flatMap(({ change, error }) => (error ? [[targetOf(change), error] as const] : [])));
  const troubles = new Map<string, { code: string; message: string; needsPerson: boolean }>();
  const settledIds: string[] = [];
  for (const account of wanted.accounts) {
    const obstacle = obstacles.get(account.id);
    const error = failed.get(account.id) ?? (left.has(account.id) ? failed.get(account.profileId) : undefined);
    if (obstacle) troubles.set(account.id, { ...obstacleWords(obstacle), needsPerson: true });
    else if (error)
      troubles.set(account.id, {
        code: 'code' in error ? String(error.code) : 'rejected',
        message: findTrouble(error)?.message ?? error.message,
        needsPerson: true,
      });
    else if (left.has(account.id))
      troubles.set(account.id, {
        code: 'not_seen',
        message: 'The change was sent, but is not seen on the router yet.',
        needsPerson: false,
      });
    else settledIds.push(account.id);
  }
  return { settledIds, troubles, appliedProfileIds: wanted.profiles.map(({ id }) => id).filter((id) => !left.has(id)) };
}

/** The accounts and profiles that are not yet as wanted. A password that was just written counts as seen. */
function stillToDo(wanted: Wanted, seen: Observed): Set<string> {
  const settled = { ...wanted, accounts: wanted.accounts.map((account) => ({ ...account, isUnsettled: false })) };
  const { changes, obstacles } = planChanges(settled, seen);
  return new Set([...changes.map(targetOf), ...obstacles.keys()]);
}

function targetOf(change: Change): string {
  return 'account' in change ? change.account.id : change.profile.id;
}

function obstacleWords({ code, name }: Obstacle): { code: string; message: string } {
  const message =
    code === 'profile_name_taken'
      ? `The router already has a PPP profile "${name}" that is not ours. Rename it there, or give the plan another profile name.`
      : `The router already has a PPP secret "${name}" that is not ours. Remove or rename it there, or choose another account name.`;
  return { code, message };
}
