import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Change,
  type ChangePlan,
  type Observed,
  type ObservedProfile,
  type ObservedSecret,
  type ObservedSession,
  planChanges,
  type Wanted,
  type WantedAccount,
  type WantedProfile,
} from './change-rules.ts';

const basic: WantedProfile = { id: 'p1', name: 'Basic', rateLimit: '5120k/5120k' };
const onRouter: ObservedProfile = { ref: '*p1', name: 'Basic', rateLimit: '5120k/5120k', ownerId: 'p1' };

function account(change: Partial<WantedAccount> = {}): WantedAccount {
  return {
    id: 'a1',
    appliedName: 'ana',
    formerNames: [],
    name: 'ana',
    password: 'secret-1',
    profileId: 'p1',
    isEnabled: true,
    isRemoved: false,
    isUnsettled: false,
    ...change,
  };
}

function secret(change: Partial<ObservedSecret> = {}): ObservedSecret {
  return {
    ref: '*1',
    name: 'ana',
    service: 'pppoe',
    profile: 'Basic',
    password: 'secret-1',
    isDisabled: false,
    comment: '',
    ownerId: 'a1',
    ...change,
  };
}

const session: ObservedSession = { ref: '*F1', name: 'ana' };

function plan(accounts: WantedAccount[], observed: Partial<Observed> = {}, profiles: WantedProfile[] = [basic]) {
  const { changes, obstacles, waitingIds } = planChanges(
    { profiles, accounts },
    { profiles: [onRouter], secrets: [], sessions: [], ...observed },
  );
  return { changes: changes.map(short), obstacles: Object.fromEntries(obstacles), waiting: [...waitingIds] };
}

/** A change without the objects that it is about, so that a test reads as a line. */
function short(change: Change): Record<string, unknown> {
  const { kind, ...rest } = change;
  const {
    account: about,
    profile,
    ...fields
  } = rest as Record<string, unknown> & {
    account?: WantedAccount;
    profile?: WantedProfile;
  };
  return { kind, of: about?.id ?? profile?.id, ...fields };
}

describe('profiles', () => {
  test('one that is missing is added', () => {
    expect(plan([], { profiles: [] }).changes).toEqual([{ kind: 'add_profile', of: 'p1' }]);
  });

  test('one that is as wanted is left alone, however its rate is written', () => {
    expect(plan([], { profiles: [{ ...onRouter, rateLimit: '5120000/5120000' }] }).changes).toEqual([]);
  });

  test('a new speed is set', () => {
    expect(plan([], {}, [{ ...basic, rateLimit: '1024k/2048k' }]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', rateLimit: '1024k/2048k' },
    ]);
  });

  test('a new name is set on the object that carries our mark', () => {
    expect(plan([], {}, [{ ...basic, name: 'Gold' }]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', name: 'Gold' },
    ]);
  });

  test('somebody else’s of the same name stops the accounts that need it, and is not touched', () => {
    const foreign = { ref: '*9', name: 'Basic', rateLimit: '', ownerId: undefined };
    expect(plan([account({ appliedName: null })], { profiles: [foreign] })).toMatchObject({
      changes: [],
      obstacles: { a1: { code: 'profile_name_taken', name: 'Basic' } },
    });
  });

  test('two that exchange their names get them by way of a third name', () => {
    const gold = { id: 'p2', name: 'Basic', rateLimit: '5120k/5120k' };
    const observed = [onRouter, { ...onRouter, ref: '*p2', name: 'Gold', ownerId: 'p2' }];
    const { changes, obstacles } = plan([], { profiles: observed }, [{ ...basic, name: 'Gold' }, gold]);
    expect(obstacles).toEqual({});
    expect(changes.map(({ kind, ref }) => `${kind} ${ref}`)).toEqual([
      'free_profile_name *p2',
      'set_profile *p1',
      'free_profile_name *p1',
      'set_profile *p2',
    ]);
  });
});

describe('accounts', () => {
  test('one that is as wanted is left alone', () => {
    expect(plan([account()], { secrets: [secret()] }).changes).toEqual([]);
  });

  test('one that is missing is added', () => {
    expect(plan([account({ appliedName: null })]).changes).toEqual([
      { kind: 'add_secret', of: 'a1', profileName: 'Basic' },
    ]);
  });

  test.each<[string, Partial<ObservedSecret>, Record<string, unknown>]>([
    ['another password', { password: 'old' }, { password: 'secret-1' }],
    ['another profile', { profile: 'default' }, { profile: 'Basic' }],
    ['disabled by hand', { isDisabled: true }, { isDisabled: false }],
    ['renamed by hand', { name: 'anna' }, { name: 'ana' }],
  ])('%s is set right, and nothing else', (_name, change, fields) => {
    expect(plan([account()], { secrets: [secret(change)] }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields },
    ]);
  });

  test('a password that the router does not show is written when it may be new, and not each time', () => {
    const secrets = [secret({ password: undefined })];
    expect(plan([account({ isUnsettled: true })], { secrets }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields: { password: 'secret-1' } },
    ]);
    expect(plan([account()], { secrets }).changes).toEqual([]);
  });

  test('a cut disables first and drops the session then', () => {
    expect(plan([account({ isEnabled: false })], { secrets: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a session that is still there after the cut is dropped again', () => {
    const secrets = [secret({ isDisabled: true })];
    expect(plan([account({ isEnabled: false })], { secrets, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a renaming ends the session of the old name, for nobody would find it again', () => {
    expect(plan([account({ name: 'ana-2' })], { secrets: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields: { name: 'ana-2' } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a removal cuts first, and takes the secret when no session has its name any more', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    expect(plan([gone], { secrets: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
    const disabled = [secret({ isDisabled: true })];
    expect(plan([gone], { secrets: disabled, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
    expect(plan([gone], { secrets: disabled }).changes).toEqual([{ kind: 'remove_secret', of: 'a1', ref: '*1' }]);
  });

  test('a removal takes the copies that somebody made of it, mark and all', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const secrets = [secret({ isDisabled: true }), secret({ ref: '*2', name: 'ana-copy' })];
    expect(plan([gone], { secrets }).changes.map(({ kind, ref }) => `${kind} ${ref}`)).toEqual([
      'remove_secret *1',
      'set_secret *2',
    ]);
  });

  test('a removal of what is gone already drops the session that stayed', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    expect(plan([gone], { sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a removal leaves the session of somebody else who has the name by now', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const secrets = [secret({ ref: '*2', ownerId: undefined })];
    expect(plan([gone], { secrets, sessions: [session] }).changes).toEqual([]);
  });

  test('a removal frees the name for another account in the same round', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const next = account({ id: 'a2', appliedName: null });
    const { changes, obstacles } = plan([next, gone], { secrets: [secret({ isDisabled: true })] });
    expect(obstacles).toEqual({});
    expect(changes.map(({ kind, of }) => `${kind} ${of}`)).toEqual(['remove_secret a1', 'add_secret a2']);
  });

  test('nobody gets the name of a removed account while its session may be online under it', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const next = account({ id: 'a2', appliedName: null });
    const kindsWith = (observed: Partial<Observed>) => {
      const { changes, obstacles, waiting } = plan([next, gone], observed);
      expect(obstacles).toEqual({});
      expect(waiting).toEqual(['a2']);
      return changes.map(({ kind, of }) => `${kind} ${of}`);
    };
    expect(kindsWith({ secrets: [secret()], sessions: [session] })).toEqual(['set_secret a1', 'drop_session a1']);
    // Our process died between the removal and the drop.
    expect(kindsWith({ sessions: [session] })).toEqual(['drop_session a1']);
  });

  test('the session of an old name is dropped also when the renaming was done in a round that never ended', () => {
    const secrets = [secret({ name: 'ana-2' })];
    expect(plan([account({ name: 'ana-2' })], { secrets, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a service that does not let the subscriber in is set right', () => {
    expect(plan([account()], { secrets: [secret({ service: 'l2tp' })] }).changes).toEqual([
      { kind: 'set_secret', of: 'a1', ref: '*1', fields: { service: 'pppoe' } },
    ]);
    expect(plan([account()], { secrets: [secret({ service: 'any' })] }).changes).toEqual([]);
  });

  test('secrets follow a profile that gets another name, and are not written for it', () => {
    expect(plan([account()], { secrets: [secret()] }, [{ ...basic, name: 'Gold' }]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', name: 'Gold' },
    ]);
  });

  test('a name that somebody else has waits for a person, and his secret is not touched', () => {
    const foreign = secret({ ref: '*9', ownerId: undefined, isDisabled: true });
    expect(plan([account({ appliedName: null })], { secrets: [foreign], sessions: [session] })).toMatchObject({
      changes: [],
      obstacles: { a1: { code: 'account_name_taken', name: 'ana' } },
    });
  });

  test('a cut does not wait for a name to come free', () => {
    const secrets = [secret(), secret({ ref: '*9', name: 'ana-2', ownerId: undefined })];
    const wanted = account({ name: 'ana-2', isEnabled: false });
    expect(plan([wanted], { secrets, sessions: [session] })).toMatchObject({
      changes: [
        { kind: 'set_secret', of: 'a1', ref: '*1', fields: { isDisabled: true } },
        { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
      ],
      obstacles: { a1: { code: 'account_name_taken', name: 'ana-2' } },
    });
  });

  test('two that exchange their names get them by way of a third name, once the sessions of the old ones are gone', () => {
    const wanted = [account({ name: 'ben' }), account({ id: 'a2', name: 'ana', appliedName: 'ben' })];
    const look = (observed: Partial<Observed>) => {
      const { changes, obstacles } = plan(wanted, observed);
      expect(obstacles).toEqual({});
      return changes.map(({ kind, ref }) => `${kind} ${ref}`);
    };
    const secrets = [secret(), secret({ ref: '*2', name: 'ben', ownerId: 'a2' })];
    expect(look({ secrets, sessions: [session] })).toEqual([
      'free_secret_name *1',
      'drop_session *F1',
      'free_secret_name *2',
    ]);
    const freed = [secret({ name: 'lm-a1' }), secret({ ref: '*2', name: 'lm-a2', ownerId: 'a2' })];
    expect(look({ secrets: freed, sessions: [session] })).toEqual(['drop_session *F1']);
    expect(look({ secrets: freed })).toEqual(['set_secret *1', 'set_secret *2']);
  });

  test('what has the name may be ours where it carries a mark that is not in sight', () => {
    const secrets = [secret({ ownerId: 'a9' })];
    expect(plan([account({ appliedName: null })], { secrets }).obstacles).toEqual({
      a1: { code: 'account_name_taken', name: 'ana', mayBeOurs: true },
    });
  });

  test('who waits for a name that its holder cannot leave, waits with him, and both keep what they have', () => {
    const wanted = [account({ name: 'ben' }), account({ id: 'a2', name: 'cyril', appliedName: 'ben' })];
    const secrets = [
      secret(),
      secret({ ref: '*2', name: 'ben', ownerId: 'a2' }),
      secret({ ref: '*9', name: 'cyril', ownerId: undefined }),
    ];
    const { changes, obstacles } = plan(wanted, { secrets });
    expect(changes).toEqual([]);
    expect(Object.keys(obstacles)).toEqual(['a1', 'a2']);
  });

  test('a copy that somebody made at the router, mark and all, is not taken for ours', () => {
    const secrets = [secret(), secret({ ref: '*2', name: 'ana-copy' })];
    expect(plan([account()], { secrets }).changes).toEqual([]);
    expect(plan([account()], { secrets: secrets.toReversed() }).changes).toEqual([]);
  });
});

// A plain model of a router: what its commands do to its tables.
type Model = { profiles: ObservedProfile[]; secrets: ObservedSecret[]; sessions: ObservedSession[]; nextRef: number };

const steps: readonly (readonly Change['kind'][])[] = [
  ['remove_secret', 'free_profile_name', 'free_secret_name'],
  ['add_profile', 'set_profile'],
  ['add_secret', 'set_secret'],
  ['drop_session'],
];

function apply(model: Model, changes: readonly Change[]): void {
  for (const kinds of steps) for (const change of changes) if (kinds.includes(change.kind)) applyOne(model, change);
}

function applyOne(model: Model, change: Change): void {
  const { profiles, secrets } = model;
  switch (change.kind) {
    case 'free_profile_name':
      rename(profiles, change.ref, change.name);
      return;
    case 'free_secret_name':
      rename(secrets, change.ref, change.name);
      return;
    case 'add_profile': {
      const { id, name, rateLimit } = change.profile;
      refuseTaken(profiles, name);
      profiles.push({ ref: `*${model.nextRef++}`, name, rateLimit, ownerId: id });
      return;
    }
    case 'set_profile':
      if (change.name) renameProfile(model, change.ref, change.name);
      if (change.rateLimit) at(profiles, change.ref).rateLimit = change.rateLimit;
      return;
    case 'add_secret': {
      const { id, name, password, isEnabled } = change.account;
      refuseTaken(secrets, name);
      at(
        profiles.map((profile) => ({ ...profile, ref: profile.name })),
        change.profileName,
      );
      secrets.push(
        secret({
          ref: `*${model.nextRef++}`,
          name,
          password,
          profile: change.profileName,
          isDisabled: !isEnabled,
          ownerId: id,
        }),
      );
      return;
    }
    case 'set_secret': {
      const { name, ...fields } = change.fields;
      if (name !== undefined) rename(secrets, change.ref, name);
      Object.assign(at(secrets, change.ref), fields);
      return;
    }
    case 'remove_secret':
      secrets.splice(secrets.indexOf(at(secrets, change.ref)), 1);
      return;
    case 'drop_session':
      model.sessions = model.sessions.filter(({ ref }) => ref !== change.ref);
  }
}

/** A secret names its profile by its id, so it follows a renaming. */
function renameProfile(model: Model, ref: string, name: string): void {
  const before = at(model.profiles, ref).name;
  rename(model.profiles, ref, name);
  for (const one of model.secrets) if (one.profile === before) one.profile = name;
}

function at<T extends { ref: string }>(rows: T[], ref: string): T {
  const row = rows.find((candidate) => candidate.ref === ref);
  if (!row) throw new Error(`no such item ${ref}`);
  return row;
}

function rename(rows: { ref: string; name: string }[], ref: string, name: string): void {
  if (at(rows, ref).name !== name) refuseTaken(rows, name);
  at(rows, ref).name = name;
}

function refuseTaken(rows: { name: string }[], name: string): void {
  if (rows.some((row) => row.name === name)) throw new Error(`already have ${name}`);
}

const names = ['ana', 'ben', 'cyril', 'dora', 'eva', 'fin'] as const;
const profileNames = ['Basic', 'Gold', 'Silver', 'default'] as const;
const profileIds = ['p1', 'p2', 'p3'] as const;
const accountIds = ['a1', 'a2', 'a3', 'a4'] as const;

const uniqueBy = <T>(key: (row: T) => unknown, rows: T[]) => [...new Map(rows.map((row) => [key(row), row])).values()];

const wantedStates: fc.Arbitrary<Wanted> = fc
  .record({
    profileNames: fc.shuffledSubarray([...profileNames], { minLength: 3, maxLength: 3 }),
    rates: fc.array(fc.constantFrom('1024k/1024k', '5120k/10240k'), { minLength: 3, maxLength: 3 }),
    names: fc.shuffledSubarray([...names], { minLength: 4, maxLength: 4 }),
    accounts: fc.array(
      fc.record({
        id: fc.constantFrom(...accountIds),
        appliedName: fc.option(fc.constantFrom(...names)),
        formerNames: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
        password: fc.constantFrom('x', 'y'),
        profileId: fc.constantFrom(...profileIds),
        isEnabled: fc.boolean(),
        isRemoved: fc.boolean(),
        isUnsettled: fc.boolean(),
      }),
    ),
  })
  .map((drawn) => ({
    profiles: profileIds.map((id, place) => ({
      id,
      name: drawn.profileNames[place] ?? '',
      rateLimit: drawn.rates[place] ?? '',
    })),
    accounts: uniqueBy(({ id }) => id, drawn.accounts).map((one, place) => ({
      ...one,
      name: drawn.names[place] ?? '',
      isEnabled: one.isEnabled && !one.isRemoved,
    })),
  }));

const models: fc.Arbitrary<Model> = fc
  .record({
    profiles: fc.array(
      fc.record({
        ref: fc.constant(''),
        name: fc.constantFrom(...profileNames),
        rateLimit: fc.constantFrom('', '5M/10M', '1024k/1024k'),
        ownerId: fc.constantFrom(undefined, ...profileIds, 'p-of-another'),
      }),
    ),
    secrets: fc.array(
      fc.record({
        ref: fc.constant(''),
        name: fc.constantFrom(...names),
        service: fc.constant('pppoe'),
        profile: fc.constantFrom(...profileNames),
        password: fc.constantFrom('x', 'y'),
        isDisabled: fc.boolean(),
        comment: fc.string(),
        ownerId: fc.constantFrom(undefined, ...accountIds, 'a-of-another'),
      }),
    ),
    sessions: fc.array(fc.record({ ref: fc.constant(''), name: fc.constantFrom(...names) })),
  })
  .map(({ profiles, secrets, sessions }) => {
    const marked = <T extends { ref: string; name: string }>(rows: T[], stem: string) =>
      uniqueBy(({ name }) => name, rows).map((row, place) => ({ ...row, ref: `*${stem}${place}` }));
    return {
      profiles: marked(profiles, 'p'),
      secrets: marked(secrets, 's'),
      sessions: sessions.map((one, place) => ({ ...one, ref: `*f${place}` })),
      nextRef: 1,
    };
  });

const isOurs = (wanted: Wanted, ownerId: string | undefined) =>
  [...wanted.accounts, ...wanted.profiles].some(({ id }) => id === ownerId);

/** Looks, plans and applies until nothing is left to do, as a round does; answers the first plan and what is wanted then. */
function converge(wanted: Wanted, model: Model): { first: ChangePlan; wanted: Wanted } {
  const first = planChanges(wanted, model);
  let next = wanted;
  let plan = first;
  for (let pass = 0; pass < 4; pass++) {
    const { namesToNote } = plan;
    const accounts = next.accounts.map((one) => {
      const noted = namesToNote.get(one.id);
      if (noted === undefined || noted === one.appliedName) return one;
      return {
        ...one,
        appliedName: noted,
        formerNames: [...one.formerNames, ...(one.appliedName ? [one.appliedName] : [])],
      };
    });
    apply(model, plan.changes);
    next = { ...next, accounts: accounts.map((one) => ({ ...one, isUnsettled: false })) };
    plan = planChanges(next, model);
  }
  return { first, wanted: next };
}

test('what is planned can be done, and then nothing is left to do', () => {
  fc.assert(
    fc.property(wantedStates, models, (wanted, drawn) => {
      const model = structuredClone(drawn);
      const { first, wanted: left } = converge(wanted, model);
      const second = planChanges(left, model);
      expect(second.changes).toEqual([]);
      expect([...second.waitingIds]).toEqual([]);
      // What stood in the way stands there still, and nothing else does.
      expect([...second.obstacles.keys()].toSorted()).toEqual([...first.obstacles.keys()].toSorted());
    }),
    { numRuns: 2000 },
  );
});

test('what is not ours is as it was, to the byte', () => {
  fc.assert(
    fc.property(wantedStates, models, (wanted, drawn) => {
      const model = structuredClone(drawn);
      converge(wanted, model);
      const foreign = (state: Model) =>
        JSON.stringify(
          [state.profiles, state.secrets].map((rows) => rows.filter(({ ownerId }) => !isOurs(wanted, ownerId))),
        );
      const plain = (state: Model) =>
        foreign({ ...state, secrets: state.secrets.map((row) => ({ ...row, profile: '' })) });
      expect(plain(model)).toBe(plain(drawn));
    }),
    { numRuns: 2000 },
  );
});

test('where nothing stands in the way, each account is as wanted and no cut one is online', () => {
  fc.assert(
    fc.property(wantedStates, models, (wanted, drawn) => {
      const model = structuredClone(drawn);
      const { obstacles } = converge(wanted, model).first;
      for (const one of wanted.accounts) {
        if (obstacles.has(one.id)) continue;
        const own = model.secrets.find(({ ownerId, name }) => ownerId === one.id && name === one.name);
        if (one.isRemoved) continue;
        expect(own).toMatchObject({ password: one.password, isDisabled: !one.isEnabled });
        expect(own?.profile).toBe(wanted.profiles.find(({ id }) => id === one.profileId)?.name);
        if (!one.isEnabled) expect(model.sessions.filter(({ name }) => name === one.name)).toEqual([]);
      }
    }),
    { numRuns: 2000 },
  );
});
