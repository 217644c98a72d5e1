// What a plan of changes comes to, object by object, for a person to read before it is done.
import type { Change, ChangePlan, Observed, WantedAccount } from './object-rules.ts';

/** A password is never told: only that it differs. */
export type FieldDifference = { field: string; from: string | null; to: string | null };

export type ObjectDifference = {
  kind: 'account' | 'profile' | 'pool';
  deed: 'add' | 'change' | 'remove';
  /** Of the account or the profile. */
  id: string;
  name: string;
  fields: FieldDifference[];
};

export type Preview = {
  /** In the order in which they are done. */
  objects: ObjectDifference[];
  counts: { add: number; change: number; remove: number; untouched: number; foreign: number };
  droppedSessions: number;
};

export function previewOf({ changes }: Pick<ChangePlan, 'changes'>, observed: Observed): Preview {
  // A menu counts its rows by itself: the same ref may stand for a secret and for a profile.
  const rows: Rows = {
    account: new Map(observed.accounts.map((row) => [`${row.service} ${row.ref}`, row])),
    profile: new Map(observed.profiles.map((row) => [`${row.service} ${row.ref}`, row])),
    pool: new Map(observed.pools.map((row) => [row.ref, row])),
  };
  const objects = new Map<string, ObjectDifference>();
  const touched = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'drop_session' || change.kind === 'drop_cookie') continue;
    const kind = 'account' in change ? 'account' : 'profile' in change ? 'profile' : 'pool';
    const key = 'ref' in change ? keyOf(change, change.ref) : '';
    touched.add(`${kind} ${key}`);
    const difference = differenceOf(change, rows[kind].get(key));
    if (!difference) continue;
    const known = objects.get(difference.id);
    // A mark and a new speed of one object are one change of it.
    if (known) known.fields.push(...difference.fields);
    else objects.set(difference.id, difference);
  }
  const all = [...objects.values()];
  const count = (deed: ObjectDifference['deed']) => all.filter((object) => object.deed === deed).length;
  const untouched = (['account', 'profile', 'pool'] as const).flatMap((kind) =>
    [...rows[kind]].filter(([key]) => !touched.has(`${kind} ${key}`)).map(([, row]) => row),
  );
  return {
    objects: all,
    counts: {
      add: count('add'),
      change: count('change'),
      remove: count('remove'),
      untouched: untouched.filter(({ ownerId }) => ownerId !== undefined).length,
      foreign: untouched.filter(({ ownerId }) => ownerId === undefined).length,
    },
    droppedSessions: changes.filter(({ kind }) => kind === 'drop_session').length,
  };
}

function keyOf(change: Change, ref: string): string {
  if ('account' in change) return `${change.account.service} ${ref}`;
  return 'profile' in change ? `${change.profile.service} ${ref}` : ref;
}

type Seen = { ref: string; name: string; ownerId: string | undefined; comment?: string };
type Rows = Record<ObjectDifference['kind'], ReadonlyMap<string, Seen>>;

function differenceOf(change: Change, row: Seen | undefined): ObjectDifference | undefined {
  switch (change.kind) {
    case 'add_pool':
      return ofPool(change.pool, 'add', [{ field: 'ranges', from: null, to: change.pool.ranges }]);
    case 'set_pool': {
      const { name, ranges } = change;
      return ofPool(change.pool, 'change', differences({ name, ranges }, row));
    }
    case 'add_profile':
      return ofProfile(change.profile, 'add', [{ field: 'rateLimit', from: null, to: change.profile.rateLimit }]);
    case 'free_profile_name':
      return ofProfile(change.profile, 'change', differences({ name: change.name }, row));
    case 'set_profile':
      return ofProfile(change.profile, 'change', differences(change.fields, row));
    case 'mark_profile':
      return ofProfile(change.profile, 'change', differences({ comment: change.comment }, row));
    case 'add_account':
      return ofAccount(change.account, 'add', [
        { field: 'profile', from: null, to: change.profileName },
        { field: 'isDisabled', from: null, to: yesNo(!change.account.isEnabled) },
      ]);
    case 'free_account_name':
      return ofAccount(change.account, 'change', differences({ name: change.name }, row));
    case 'set_account':
      return ofAccount(change.account, 'change', differences(change.fields, row));
    case 'mark_account':
      return ofAccount(change.account, 'change', differences({ comment: change.comment }, row));
    case 'remove_account':
      return ofAccount(change.account, 'remove', []);
    default:
      return undefined;
  }
}

/** What fields would change of an object, as it was seen. */
export function differences(fields: object, row: object | undefined): FieldDifference[] {
  return Object.entries(fields).flatMap(([field, to]) => {
    if (to === undefined) return [];
    if (field === 'password') return [{ field, from: null, to: null }];
    return [{ field, from: wordOf(row?.[field as keyof typeof row]), to: wordOf(to) }];
  });
}

function wordOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'boolean' ? yesNo(value) : String(value);
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}

function ofPool(
  { id, name }: { id: string; name: string },
  deed: ObjectDifference['deed'],
  fields: FieldDifference[],
): ObjectDifference {
  return { kind: 'pool', deed, id: `pool ${id}`, name, fields };
}

function ofProfile(
  { id, name }: { id: string; name: string },
  deed: ObjectDifference['deed'],
  fields: FieldDifference[],
): ObjectDifference {
  return { kind: 'profile', deed, id, name, fields };
}

function ofAccount(
  { id, name }: WantedAccount,
  deed: ObjectDifference['deed'],
  fields: FieldDifference[],
): ObjectDifference {
  return { kind: 'account', deed, id, name, fields };
}
