// What somebody else did to our objects, and how much may be changed at once before a person has looked.
import type { Change, Observed } from './object-rules.ts';
import { differences, type FieldDifference, type ObjectDifference } from './preview-rules.ts';

export type ObjectKind = ObjectDifference['kind'];
export type ObjectRef = { kind: ObjectKind; id: string };
export type FoundDrift = ObjectRef & { differences: FieldDifference[] };

/** What a change is about. A pool has the id of its profile. */
export function objectOf(change: Change): ObjectRef {
  if ('account' in change) return { kind: 'account', id: change.account.id };
  return 'profile' in change ? { kind: 'profile', id: change.profile.id } : { kind: 'pool', id: change.pool.id };
}

export function keyOfObject({ kind, id }: ObjectRef): string {
  return `${kind} ${id}`;
}

/**
 * A settled object that is not as we left it was changed by somebody else; what is on its way there is no drift. In the differences
 * `from` is what was found, `to` what is wanted.
 */
export function findDrifts(
  changes: readonly Change[],
  observed: Observed,
  unsettledProfileIds: ReadonlySet<string>,
): FoundDrift[] {
  const found = new Map<string, FoundDrift>();
  for (const change of changes) {
    const object = objectOf(change);
    const isUnsettled = 'account' in change ? change.account.isUnsettled : unsettledProfileIds.has(object.id);
    const differences = isUnsettled ? [] : differencesOf(change, observed);
    if (differences.length === 0) continue;
    const known = found.get(keyOfObject(object));
    if (known) known.differences.push(...differences);
    else found.set(keyOfObject(object), { ...object, differences });
  }
  return [...found.values()];
}

function differencesOf(change: Change, { accounts, profiles, pools }: Observed): FieldDifference[] {
  const inMenu = <T extends { ref: string; service: string }>(rows: readonly T[], service: string, ref: string) =>
    rows.find((row) => row.service === service && row.ref === ref);
  switch (change.kind) {
    case 'add_account':
      return [{ field: 'object', from: null, to: change.account.name }];
    case 'add_profile':
      return [{ field: 'object', from: null, to: change.profile.name }];
    case 'add_pool':
      return [{ field: 'object', from: null, to: change.pool.name }];
    case 'set_account':
      return differences(change.fields, inMenu(accounts, change.account.service, change.ref));
    case 'set_profile':
      return differences(change.fields, inMenu(profiles, change.profile.service, change.ref));
    case 'set_pool': {
      const { name, ranges, ref } = change;
      return differences(
        { name, ranges },
        pools.find((pool) => pool.ref === ref),
      );
    }
    default:
      return [];
  }
}

/** What keeps somebody out who is to be out is done whatever a person decides of the rest. */
export function isCutting(change: Change): boolean {
  if (change.kind === 'drop_session' || change.kind === 'drop_cookie' || change.kind === 'remove_account') return true;
  return change.kind === 'set_account' && change.fields.isDisabled === true;
}

// A handful is no bulk, however small the router.
const leastHeld = 20;
// Who is new takes nothing from those who are there: a router is filled one by one, and only a bulk of that waits for a person.
const leastAddedHeld = 500;
const noLimitPercent = 100;

export type ChangeLimit = {
  accountCount: number;
  percent: number;
  /** What a person has allowed beside it, while that lasts. */
  liftedCount: number;
  /** What was changed or removed lately. */
  writtenKeys: ReadonlySet<string>;
  /** What was added lately. */
  addedKeys: ReadonlySet<string>;
};

/**
 * How many objects would be added, changed or removed, where that, with those that were lately, is more than a person has allowed;
 * undefined: go on. New accounts are counted apart. Whose session alone is dropped keeps what he has.
 * Who gets back what he had is not counted: a month begins for thousands at once, and nobody loses by it.
 */
export function heldCount(changes: readonly Change[], limit: ChangeLimit): number | undefined {
  if (limit.percent >= noLimitPercent) return undefined;
  const wanted = writtenBy(changes);
  const added = addedBy(changes);
  const share = Math.floor((limit.accountCount * limit.percent) / 100);
  const isTooMuch = (keys: ReadonlySet<string>, latelyKeys: ReadonlySet<string>, least: number) =>
    keys.size > 0 && keys.union(latelyKeys).size > Math.max(least, share) + limit.liftedCount;
  const isHeld =
    isTooMuch(wanted.difference(added), limit.writtenKeys, leastHeld) ||
    isTooMuch(added, limit.addedKeys, leastAddedHeld);
  return isHeld ? wanted.size : undefined;
}

/** The objects that changes write, as the limit counts them. */
export function writtenBy(changes: readonly Change[]): Set<string> {
  const writing = changes.filter(
    (change) => change.kind !== 'drop_session' && change.kind !== 'drop_cookie' && !isGivingBack(change),
  );
  return new Set(writing.map((change) => keyOfObject(objectOf(change))));
}

/** The accounts that are new. One that was settled and is gone from the router is no new one: it was removed there. */
export function addedBy(changes: readonly Change[]): Set<string> {
  const adding = changes.filter((change) => change.kind === 'add_account' && change.account.isUnsettled);
  return new Set(adding.map((change) => keyOfObject(objectOf(change))));
}

/** Who is off for another reason all the same gets nothing back. */
function isGivingBack(change: Change): boolean {
  if (change.kind !== 'set_account' || isCutting(change)) return false;
  const { isGivenBack, isWalled } = change.account;
  return isGivenBack === true && !isWalled;
}
