// One round on one router: what is wanted, what is there, what to do; then it is looked at again, and only what was seen
// is marked as done.
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { findTrouble } from '#routers/trouble.ts';
import { getWritePolicy, heldCode, heldWords, recordHeld, recordWrites, type WritePolicy } from './change-limit.ts';
import { recordDrifts } from './drifts.ts';
import type { Applied, Driver, Scope } from './drivers/driver.ts';
import { type Outcome, recordCopies, recordNames, recordOutcome, type Trouble } from './outcomes.ts';
import { type Adopted, planWithAdoption } from './rules/adoption-rules.ts';
import {
  addedBy,
  type FoundDrift,
  findDrifts,
  heldCount,
  isCutting,
  keyOfObject,
  objectOf,
  writtenBy,
} from './rules/drift-rules.ts';
import type { Change, Observed, Wanted, WantedProfile } from './rules/object-rules.ts';
import { isOutdated, obstacleWords, refusalWords, waitWords } from './trouble-words.ts';
import { maxAccountsPerRound, type WantedState } from './wanted.ts';

export type Round = {
  changeCount: number;
  /** As many as a round takes: there may be more. */
  isFull: boolean;
  /** The user of the API may not write: everything else on this router would fail the same way. */
  notPermitted: Error | undefined;
};

const reconciler: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

// One look shows what the change before it made possible: cut, leave the name, take it. Who exchanges names needs three.
const maxPasses = 4;

const notYetApplied = 0;

/** `read` is what is wanted, as getWanted told it for this look. */
export async function reconcileRound(
  database: Database,
  driver: Driver,
  routerId: string,
  look: Look,
  read: WantedState,
): Promise<Round> {
  if (read.accounts.length === 0 && read.profiles.length === 0)
    return { changeCount: 0, isFull: false, notPermitted: undefined };
  const progress: Progress = {
    wanted: read,
    adopted: read.adopted,
    leftKeys: new Set(),
    noted: new Set(),
    goneIds: new Set(),
    errors: new Map(),
    changeCount: 0,
  };
  let observed = await driver.observe(scopeOf(progress, look));
  const policy = await getWritePolicy(database.db, routerId, database.clock.now());
  const first = planWithAdoption(read, observed, read.adopted);
  const held = heldCount(first.changes, policy);
  if (held !== undefined) {
    const outcome = heldOutcome(first.changes, held);
    await inTransaction(database, reconciler, async (work) => {
      await recordHeld(work, routerId, held);
      await recordOutcome(work, routerId, read, outcome);
    });
    return { changeCount: 0, isFull: false, notPermitted: undefined };
  }
  const drifts = findDrifts(first.changes, observed, read.unsettledProfileIds);
  progress.leftKeys = leftBy(policy, drifts, read);
  for (let pass = 0; pass < maxPasses; pass++) {
    const plan = planWithAdoption(progress.wanted, observed, read.adopted);
    const changes = plan.changes.filter((change) => !isRefused(change, progress) && !isLeft(change, progress));
    if (changes.length === 0) break;
    await noteWhatComes(database, progress, routerId, changes, plan.namesToNote);
    takeIn(progress, await driver.apply(changes));
    observed = await driver.observe(scopeOf(progress, look));
    progress.wanted = { ...progress.wanted, refusedWalls: refusedWallsOf(progress, observed) };
  }
  const outcome = outcomeOf(progress, observed, look);
  await inTransaction(database, reconciler, async (work) => {
    await recordOutcome(work, routerId, read, outcome);
    if (look !== 'everything') return;
    await recordHeld(work, routerId, 0);
    await recordDrifts(work, routerId, openOrMended(drifts, outcome), progress.leftKeys);
  });
  return {
    changeCount: progress.changeCount,
    isFull: look === 'unsettled' && read.accounts.length >= maxAccountsPerRound,
    notPermitted: [...progress.errors.values()].find((error) => findTrouble(error)?.code === 'not_permitted'),
  };
}

export type Look = 'unsettled' | 'everything';

/** How far a round has come. */
type Progress = {
  wanted: Wanted & Pick<WantedState, 'walledList'>;
  adopted: Adopted;
  /** Objects changed by somebody else, and to be left so till a person decides. */
  leftKeys: ReadonlySet<string>;
  /** Objects that are written down as written. */
  noted: Set<string>;
  /** Removed by us in this round: their absence is no surprise. */
  goneIds: Set<string>;
  /** By account or profile: what its last changes came to. */
  errors: Map<string, Error>;
  changeCount: number;
};

function scopeOf({ wanted, goneIds }: Progress, look: Look): Scope {
  const kinds = new Set([...wanted.accounts, ...wanted.profiles].map(({ service }) => service));
  return {
    hasPools: wanted.pools.length > 0,
    walledList: wanted.walledList,
    kinds: [...kinds].map((service) => {
      if (look === 'everything') return { service, accounts: 'all' };
      const accounts = wanted.accounts.filter((account) => account.service === service);
      const names = accounts.flatMap(({ name, appliedName, formerNames }) => [
        name,
        ...(appliedName === null ? [] : [appliedName]),
        ...formerNames,
      ]);
      // Only an account that was there before can have been renamed by hand.
      const ids = accounts
        .filter(({ id, appliedName }) => appliedName !== null && !goneIds.has(id))
        .map(({ id }) => id);
      return { service, accounts: { names: [...new Set(names)], ids } };
    }),
  };
}

/** Before anything is sent: whatever is lost on the way, we know what to look for on this router. */
async function noteWhatComes(
  database: Database,
  progress: Progress,
  routerId: string,
  changes: readonly Change[],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const { wanted } = progress;
  const newNames = wanted.accounts.flatMap(({ id, appliedName }) => {
    const name = names.get(id);
    return name === undefined || name === appliedName ? [] : [{ id, name }];
  });
  const newProfiles = changes.flatMap((change) =>
    change.kind === 'add_profile' ? [{ id: change.profile.id, version: notYetApplied }] : [],
  );
  const newWrites = writtenBy(changes).difference(progress.noted);
  if (newNames.length === 0 && newProfiles.length === 0 && newWrites.size === 0) return;
  for (const key of newWrites) progress.noted.add(key);
  await inTransaction(database, reconciler, async (work) => {
    await recordWrites(work, routerId, newWrites, addedBy(changes));
    await recordNames(work, newNames);
    await recordCopies(work, routerId, newProfiles);
  });
  const noted = new Map(newNames.map(({ id, name }) => [id, name]));
  progress.wanted = {
    ...wanted,
    accounts: wanted.accounts.map((account) => {
      const { appliedName, formerNames } = account;
      const name = noted.get(account.id);
      if (name === undefined) return account;
      return {
        ...account,
        appliedName: name,
        formerNames: appliedName === null ? formerNames : [...formerNames, appliedName],
      };
    }),
  };
}

function takeIn(progress: Progress, applied: readonly Applied[]): void {
  progress.changeCount += applied.length;
  for (const { change } of applied) progress.errors.delete(targetOf(change));
  for (const { change, error } of applied) if (error) progress.errors.set(targetOf(change), error);
  const written = new Set<string>();
  const redialed = new Set<string>();
  for (const { change, error } of applied) {
    if (error) continue;
    if (change.kind === 'drop_session') redialed.add(change.account.id);
    if (change.kind === 'remove_account') progress.goneIds.add(change.account.id);
    if (change.kind === 'add_account') progress.goneIds.delete(change.account.id);
    const isWritten =
      change.kind === 'add_account' || (change.kind === 'set_account' && change.fields.password !== undefined);
    if (isWritten) written.add(change.account.id);
  }
  // A password that was just written counts as seen where the router does not show it.
  const accounts = progress.wanted.accounts.map((account) => ({
    ...account,
    isUnsettled: account.isUnsettled && !written.has(account.id),
    // Whoever is online again by now came back with what was written before.
    isToRedial: account.isToRedial === true && !redialed.has(account.id),
  }));
  progress.wanted = { ...progress.wanted, accounts };
}

/**
 * The profiles of the walled garden that the router refuses and has no older version of with the same address list: who is put into
 * such a profile would be online without walls.
 */
function refusedWallsOf({ wanted, errors }: Progress, seen: Observed): Set<string> {
  const wallIds = new Set(wanted.accounts.filter(({ isWalled }) => isWalled).map(({ profileId }) => profileId));
  const standing = new Map(seen.profiles.map(({ ownerId, addressList }) => [ownerId, addressList]));
  return new Set(
    wanted.profiles
      .filter(({ id, addressList }) => wallIds.has(id) && errors.has(id) && standing.get(id) !== addressList)
      .map(({ id }) => id),
  );
}

/** Refused by the router: sending it again changes nothing. */
function isRefused(change: Change, { errors }: Progress): boolean {
  const error = errors.get(targetOf(change)) ?? (change.kind === 'add_account' && errors.get(change.account.profileId));
  return error instanceof Error && !isOutdated(error);
}

/** What keeps somebody out is done all the same. */
function isLeft(change: Change, { leftKeys }: Progress): boolean {
  return leftKeys.has(keyOfObject(objectOf(change))) && !isCutting(change);
}

/**
 * The drifts that are left for a person. Not of a profile that is gone while somebody is to get it, and not of the walls around those
 * who are blocked.
 */
function leftBy(policy: WritePolicy, drifts: readonly FoundDrift[], { accounts }: Wanted): ReadonlySet<string> {
  const needed = new Set(accounts.filter(({ isUnsettled }) => isUnsettled).map(({ profileId }) => profileId));
  const walls = new Set(accounts.filter(({ isWalled }) => isWalled).map(({ profileId }) => profileId));
  const isLeftAlone = (drift: FoundDrift) => {
    const isGone = drift.differences.some(({ field }) => field === 'object');
    if (walls.has(drift.id) || (isGone && drift.kind !== 'account' && needed.has(drift.id))) return false;
    return !policy.healsDrift || policy.ignoredKeys.has(keyOfObject(drift));
  };
  return new Set(drifts.filter(isLeftAlone).map(keyOfObject));
}

/** What could not be put right is in trouble, and is told there. */
function openOrMended(drifts: readonly FoundDrift[], { troubles }: Outcome): FoundDrift[] {
  return drifts.filter(({ id }) => !troubles.has(id));
}

/** Nothing was sent. What was wanted before waits for a person; what somebody else changed is left as it was. */
function heldOutcome(changes: readonly Change[], count: number): Outcome {
  const accounts = changes.flatMap((change) =>
    'account' in change && change.account.isUnsettled ? [change.account] : [],
  );
  const trouble = { code: heldCode, message: heldWords(count), needsPerson: true };
  return { settledIds: [], appliedProfileIds: [], troubles: new Map(accounts.map(({ id }) => [id, trouble])) };
}

function outcomeOf({ wanted, adopted, errors, leftKeys }: Progress, seen: Observed, look: Look): Outcome {
  const { changes, obstacles, waitingIds } = planWithAdoption(wanted, seen, adopted);
  const left = new Set([...changes.map(targetOf), ...waitingIds, ...obstacles.keys()]);
  const troubles = new Map<string, Trouble>();
  for (const account of wanted.accounts) {
    if (!left.has(account.id) || leftKeys.has(keyOfObject({ kind: 'account', id: account.id }))) continue;
    const obstacle = obstacles.get(account.id);
    const error = errors.get(account.profileId) ?? errors.get(account.id);
    troubles.set(
      account.id,
      obstacle
        ? { ...obstacleWords(obstacle, error), needsPerson: look === 'everything' || !('mayBeOurs' in obstacle) }
        : error
          ? refusalWords(error)
          : waitWords(account.name, waitingIds.has(account.id)),
    );
  }
  return {
    settledIds: wanted.accounts.map(({ id }) => id).filter((id) => !left.has(id)),
    troubles,
    appliedProfileIds: wanted.profiles
      .filter((profile) => !left.has(profile.id) && isThere(profile, seen))
      .map(({ id }) => id),
  };
}

/** A profile whose name somebody else has is left alone, so nothing is left to do for it. */
function isThere({ id, name, service }: WantedProfile, seen: Observed): boolean {
  return seen.profiles.some(
    (profile) => profile.service === service && profile.ownerId === id && profile.name === name,
  );
}

function targetOf(change: Change): string {
  if ('account' in change) return change.account.id;
  return 'profile' in change ? change.profile.id : change.pool.id;
}
