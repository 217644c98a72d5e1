// Taking over what was on a router before us: an object without a mark that has the name of an adopted account is that account's.
// It gets the mark, and stays as it is otherwise. Nothing else without a mark is ever touched.
import { planChanges } from './change-rules.ts';
import { markOf } from './mark-rules.ts';
import type { Change, ChangePlan, Observed, Obstacle, Wanted } from './object-rules.ts';

export type Adopted = {
  accountIds: ReadonlySet<string>;
  profileIds: ReadonlySet<string>;
  /** Accounts whose password nobody could read. */
  withoutPasswordIds: ReadonlySet<string>;
};

export type AdoptionPlan = Omit<ChangePlan, 'obstacles'> & {
  obstacles: Map<string, Obstacle | { code: 'password_needed'; service: Obstacle['service']; name: string }>;
};

/** What `planChanges` yields, with what was there before us taken for ours. */
export function planWithAdoption(wanted: Wanted, observed: Observed, adopted: Adopted): AdoptionPlan {
  const { seen, marks } = claim(wanted, observed, adopted);
  const plan = planChanges(wanted, seen);
  const obstacles: AdoptionPlan['obstacles'] = new Map(plan.obstacles);
  const changes = plan.changes.flatMap((change) => {
    if (!('account' in change) || !adopted.withoutPasswordIds.has(change.account.id)) return [change];
    if (change.kind !== 'add_account') return withoutPassword(change);
    obstacles.set(change.account.id, {
      code: 'password_needed',
      service: change.account.service,
      name: change.account.name,
    });
    return [];
  });
  return { ...plan, obstacles, changes: [...marks, ...changes] };
}

function withoutPassword(change: Change): Change[] {
  if (change.kind !== 'set_account') return [change];
  const { password: _, ...fields } = change.fields;
  return Object.keys(fields).length > 0 ? [{ ...change, fields }] : [];
}

function claim(wanted: Wanted, observed: Observed, adopted: Adopted): { seen: Observed; marks: Change[] } {
  if (adopted.accountIds.size === 0 && adopted.profileIds.size === 0) return { seen: observed, marks: [] };
  const marks: Change[] = [];
  const marked = new Set([...observed.accounts, ...observed.profiles].map(({ ownerId }) => ownerId));
  const accounts = byName(wanted.accounts.filter(({ id }) => adopted.accountIds.has(id) && !marked.has(id)));
  // A hotspot profile has no comment, its name carries the mark: it is never taken over.
  const profiles = byName(
    wanted.profiles.filter(({ id, service }) => service === 'pppoe' && adopted.profileIds.has(id) && !marked.has(id)),
  );
  const seen: Observed = {
    ...observed,
    profiles: observed.profiles.map((row) => {
      const profile = row.ownerId === undefined ? profiles.get(keyOf(row)) : undefined;
      if (!profile) return row;
      marks.push({ kind: 'mark_profile', profile, ref: row.ref, comment: withMark(row.comment, profile.id) });
      return { ...row, ownerId: profile.id };
    }),
    accounts: observed.accounts.map((row) => {
      const account = row.ownerId === undefined && row.isForKind ? accounts.get(keyOf(row)) : undefined;
      if (!account) return row;
      marks.push({ kind: 'mark_account', account, ref: row.ref, comment: withMark(row.comment, account.id) });
      return { ...row, ownerId: account.id };
    }),
  };
  return { seen, marks };
}

type Named = { service: string; name: string };

function keyOf({ service, name }: Named): string {
  return `${service} ${name}`;
}

function byName<T extends Named>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [keyOf(thing), thing]));
}

/** What a person wrote there stays. */
function withMark(comment: string | undefined, id: string): string {
  return [comment?.trim(), markOf(id)].filter(Boolean).join(' ');
}
