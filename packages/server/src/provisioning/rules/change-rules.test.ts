import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planChanges } from './change-rules.ts';
import type {
  Change,
  ChangePlan,
  Observed,
  ObservedAccount,
  ObservedPool,
  ObservedProfile,
  ObservedSession,
  Wanted,
  WantedAccount,
  WantedProfile,
} from './object-rules.ts';
import type { ServiceKind } from './profile-rules.ts';

const plain = {
  service: 'pppoe',
  sessionTimeoutSeconds: null,
  idleTimeoutSeconds: null,
  sharedUsers: null,
  pool: null,
  localAddress: null,
  addressList: null,
  dnsServers: null,
} as const;
const basic: WantedProfile = { ...plain, id: 'p1', name: 'Basic', rateLimit: '5120k/5120k' };
const onRouter: ObservedProfile = { ...plain, ref: '*p1', name: 'Basic', rateLimit: '5120k/5120k', ownerId: 'p1' };

function account(change: Partial<WantedAccount> = {}): WantedAccount {
  return {
    id: 'a1',
    service: 'pppoe',
    staticAddress: null,
    macAddress: null,
    appliedName: 'ana',
    formerNames: [],
    name: 'ana',
    password: 'secret-1',
    profileId: 'p1',
    isEnabled: true,
    isWalled: false,
    isRemoved: false,
    isUnsettled: false,
    ...change,
  };
}

function secret(change: Partial<ObservedAccount> = {}): ObservedAccount {
  return {
    ref: '*1',
    name: 'ana',
    service: 'pppoe',
    profile: 'Basic',
    password: 'secret-1',
    staticAddress: null,
    macAddress: null,
    isDisabled: false,
    isForKind: true,
    ownerId: 'a1',
    ...change,
  };
}

const session: ObservedSession = { ref: '*F1', service: 'pppoe', name: 'ana', isCookie: false };

function plan(accounts: WantedAccount[], observed: Partial<Observed> = {}, profiles: WantedProfile[] = [basic]) {
  const { changes, obstacles, waitingIds } = planChanges(
    { pools: [], profiles, accounts },
    { pools: [], profiles: [onRouter], accounts: [], sessions: [], ...observed },
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
      { kind: 'set_profile', of: 'p1', ref: '*p1', fields: { rateLimit: '1024k/2048k' } },
    ]);
  });

  test('a new name is set on the object that carries our mark', () => {
    expect(plan([], {}, [{ ...basic, name: 'Gold' }]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', fields: { name: 'Gold' } },
    ]);
  });

  test('somebody else’s of the same name stops the accounts that need it, and is not touched', () => {
    const foreign = { ...plain, ref: '*9', name: 'Basic', rateLimit: '', ownerId: undefined };
    expect(plan([account({ appliedName: null })], { profiles: [foreign] })).toMatchObject({
      changes: [],
      obstacles: { a1: { code: 'profile_name_taken', name: 'Basic' } },
    });
  });

  test('two that exchange their names get them by way of a third name', () => {
    const gold = { ...basic, id: 'p2' };
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
    expect(plan([account()], { accounts: [secret()] }).changes).toEqual([]);
  });

  test('one that is missing is added', () => {
    expect(plan([account({ appliedName: null })]).changes).toEqual([
      { kind: 'add_account', of: 'a1', profileName: 'Basic' },
    ]);
  });

  test.each<[string, Partial<ObservedAccount>, Record<string, unknown>]>([
    ['another password', { password: 'old' }, { password: 'secret-1' }],
    ['another profile', { profile: 'default' }, { profile: 'Basic' }],
    ['disabled by hand', { isDisabled: true }, { isDisabled: false }],
    ['renamed by hand', { name: 'anna' }, { name: 'ana' }],
  ])('%s is set right, and nothing else', (_name, change, fields) => {
    expect(plan([account()], { accounts: [secret(change)] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields },
    ]);
  });

  test('a password that the router does not show is written when it may be new, and not each time', () => {
    const accounts = [secret({ password: undefined })];
    expect(plan([account({ isUnsettled: true })], { accounts }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { password: 'secret-1' } },
    ]);
    expect(plan([account()], { accounts }).changes).toEqual([]);
  });

  test('a cut disables first and drops the session then', () => {
    expect(plan([account({ isEnabled: false })], { accounts: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a session that is still there after the cut is dropped again', () => {
    const accounts = [secret({ isDisabled: true })];
    expect(plan([account({ isEnabled: false })], { accounts, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a renaming ends the session of the old name, for nobody would find it again', () => {
    expect(plan([account({ name: 'ana-2' })], { accounts: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { name: 'ana-2' } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a removal cuts first, and takes the secret when no session has its name any more', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    expect(plan([gone], { accounts: [secret()], sessions: [session] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
    const disabled = [secret({ isDisabled: true })];
    expect(plan([gone], { accounts: disabled, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
    expect(plan([gone], { accounts: disabled }).changes).toEqual([{ kind: 'remove_account', of: 'a1', ref: '*1' }]);
  });

  test('a removal takes the copies that somebody made of it, mark and all', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const accounts = [secret({ isDisabled: true }), secret({ ref: '*2', name: 'ana-copy' })];
    expect(plan([gone], { accounts }).changes.map(({ kind, ref }) => `${kind} ${ref}`)).toEqual([
      'remove_account *1',
      'set_account *2',
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
    const accounts = [secret({ ref: '*2', ownerId: undefined })];
    expect(plan([gone], { accounts, sessions: [session] }).changes).toEqual([]);
  });

  test('a removal frees the name for another account in the same round', () => {
    const gone = account({ isRemoved: true, isEnabled: false });
    const next = account({ id: 'a2', appliedName: null });
    const { changes, obstacles } = plan([next, gone], { accounts: [secret({ isDisabled: true })] });
    expect(obstacles).toEqual({});
    expect(changes.map(({ kind, of }) => `${kind} ${of}`)).toEqual(['remove_account a1', 'add_account a2']);
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
    expect(kindsWith({ accounts: [secret()], sessions: [session] })).toEqual(['set_account a1', 'drop_session a1']);
    // Our process died between the removal and the drop.
    expect(kindsWith({ sessions: [session] })).toEqual(['drop_session a1']);
  });

  test('the session of an old name is dropped also when the renaming was done in a round that never ended', () => {
    const accounts = [secret({ name: 'ana-2' })];
    expect(plan([account({ name: 'ana-2' })], { accounts, sessions: [session] }).changes).toEqual([
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
    ]);
  });

  test('a service that does not let the subscriber in is set right', () => {
    expect(plan([account()], { accounts: [secret({ isForKind: false })] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isForKind: true } },
    ]);
    expect(plan([account()], { accounts: [secret({ isForKind: true })] }).changes).toEqual([]);
  });

  test('a limit that somebody set on it by hand', () => {
    const limited = secret({ limitUptime: '1h', limitBytesTotal: '1000000' });
    expect(plan([account()], { accounts: [limited] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { limitUptime: null, limitBytesTotal: null } },
    ]);
  });

  test('accounts follow a profile that gets another name, and are not written for it', () => {
    expect(plan([account()], { accounts: [secret()] }, [{ ...basic, name: 'Gold' }]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', fields: { name: 'Gold' } },
    ]);
  });

  test('a name that somebody else has waits for a person, and his secret is not touched', () => {
    const foreign = secret({ ref: '*9', ownerId: undefined, isDisabled: true });
    expect(plan([account({ appliedName: null })], { accounts: [foreign], sessions: [session] })).toMatchObject({
      changes: [],
      obstacles: { a1: { code: 'account_name_taken', name: 'ana' } },
    });
  });

  test('a cut does not wait for a name to come free', () => {
    const accounts = [secret(), secret({ ref: '*9', name: 'ana-2', ownerId: undefined })];
    const wanted = account({ name: 'ana-2', isEnabled: false });
    expect(plan([wanted], { accounts, sessions: [session] })).toMatchObject({
      changes: [
        { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
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
    const accounts = [secret(), secret({ ref: '*2', name: 'ben', ownerId: 'a2' })];
    expect(look({ accounts, sessions: [session] })).toEqual([
      'free_account_name *1',
      'drop_session *F1',
      'free_account_name *2',
    ]);
    const freed = [secret({ name: 'lm-a1' }), secret({ ref: '*2', name: 'lm-a2', ownerId: 'a2' })];
    expect(look({ accounts: freed, sessions: [session] })).toEqual(['drop_session *F1']);
    expect(look({ accounts: freed })).toEqual(['set_account *1', 'set_account *2']);
  });

  test('what has the name may be ours where it carries a mark that is not in sight', () => {
    const accounts = [secret({ ownerId: 'a9' })];
    expect(plan([account({ appliedName: null })], { accounts }).obstacles).toEqual({
      a1: { code: 'account_name_taken', service: 'pppoe', name: 'ana', mayBeOurs: true },
    });
  });

  test('who waits for a name that its holder cannot leave, waits with him, and both keep what they have', () => {
    const wanted = [account({ name: 'ben' }), account({ id: 'a2', name: 'cyril', appliedName: 'ben' })];
    const accounts = [
      secret(),
      secret({ ref: '*2', name: 'ben', ownerId: 'a2' }),
      secret({ ref: '*9', name: 'cyril', ownerId: undefined }),
    ];
    const { changes, obstacles } = plan(wanted, { accounts });
    expect(changes).toEqual([]);
    expect(Object.keys(obstacles)).toEqual(['a1', 'a2']);
  });

  test('a copy that somebody made at the router, mark and all, is not taken for ours', () => {
    const accounts = [secret(), secret({ ref: '*2', name: 'ana-copy' })];
    expect(plan([account()], { accounts }).changes).toEqual([]);
    expect(plan([account()], { accounts: accounts.toReversed() }).changes).toEqual([]);
  });
});

describe('hotspot', () => {
  const guest = { ...account(), service: 'hotspot' } as const;
  const user = secret({ service: 'hotspot' });
  const plans = [{ ...basic, service: 'hotspot' as const }];
  const profiles = [{ ...onRouter, service: 'hotspot' as const }];
  const online: ObservedSession = { ...session, service: 'hotspot' };
  const cookie: ObservedSession = { ...online, ref: '*C1', isCookie: true };

  test('a cut takes the cookie along with the session, and is not over before both are gone', () => {
    const cutOne = { ...guest, isEnabled: false };
    expect(plan([cutOne], { profiles, accounts: [user], sessions: [online, cookie] }, plans).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' },
      { kind: 'drop_cookie', of: 'a1', ref: '*C1', name: 'ana' },
    ]);
    const left = plan([cutOne], { profiles, accounts: [{ ...user, isDisabled: true }], sessions: [cookie] }, plans);
    expect(left.changes).toEqual([{ kind: 'drop_cookie', of: 'a1', ref: '*C1', name: 'ana' }]);
  });

  test('who may come in keeps his cookie', () => {
    expect(plan([guest], { profiles, accounts: [user], sessions: [online, cookie] }, plans).changes).toEqual([]);
  });

  test('a secret of the same name is another thing than a user', () => {
    const accounts = [secret(), { ...user, ref: '*2', ownerId: 'a2' }];
    const both = [account(), { ...guest, id: 'a2', profileId: 'p2' }];
    const wanted = [basic, { ...basic, id: 'p2', service: 'hotspot' as const }];
    const seen = [onRouter, { ...onRouter, ref: '*p2', ownerId: 'p2', service: 'hotspot' as const }];
    expect(plan(both, { profiles: seen, accounts }, wanted)).toEqual({ changes: [], obstacles: {}, waiting: [] });
  });

  test('a stranger’s user of the same name at another server of the hotspot waits for a person, and keeps his session', () => {
    const stranger = { ...user, ref: '*9', ownerId: undefined };
    const seen = { profiles, accounts: [user, stranger], sessions: [online, cookie] };
    expect(plan([guest], seen, plans)).toMatchObject({
      changes: [],
      obstacles: { a1: { code: 'account_name_taken' } },
    });
    expect(plan([{ ...guest, isEnabled: false }], seen, plans)).toMatchObject({
      changes: [{ kind: 'set_account', ref: '*1', fields: { isDisabled: true } }],
      obstacles: { a1: { code: 'account_name_taken' } },
    });
  });

  test('a router without a hotspot says so, and its PPPoE accounts go on', () => {
    const both = [account({ id: 'a2', appliedName: null }), guest];
    expect(plan(both, { missingKinds: ['hotspot'] })).toEqual({
      changes: [{ kind: 'add_account', of: 'a2', profileName: 'Basic' }],
      obstacles: { a1: { code: 'kind_missing', service: 'hotspot', name: 'ana' } },
      waiting: [],
    });
  });
});

describe('another speed for one account', () => {
  const slow: WantedProfile = { ...basic, id: 'p2', name: 'Basic-slow', rateLimit: '1024k/1024k' };
  const slowOnRouter: ObservedProfile = {
    ...onRouter,
    ref: '*p2',
    name: 'Basic-slow',
    rateLimit: '1024k/1024k',
    ownerId: 'p2',
  };
  const slowed = account({ profileId: 'p2', isToRedial: true });
  const seen = { profiles: [onRouter, slowOnRouter], sessions: [session] };
  const drop = { kind: 'drop_session', of: 'a1', ref: '*F1', name: 'ana' };

  test('he gets the profile first, and then dials again', () => {
    expect(plan([slowed], { ...seen, accounts: [secret()] }, [basic, slow]).changes).toEqual([
      expect.objectContaining({ kind: 'set_account', fields: { profile: 'Basic-slow' } }),
      drop,
    ]);
  });

  test('he dials again also where the profile was written before the connection was lost', () => {
    const accounts = [secret({ profile: 'Basic-slow' })];
    expect(plan([slowed], { ...seen, accounts }, [basic, slow]).changes).toEqual([drop]);
    expect(plan([{ ...slowed, isToRedial: false }], { ...seen, accounts }, [basic, slow]).changes).toEqual([]);
  });

  test('a device that may come back by its cookie keeps it', () => {
    const cookie: ObservedSession = { ...session, ref: '*C1', isCookie: true };
    const accounts = [secret({ profile: 'Basic-slow' })];
    expect(plan([slowed], { ...seen, accounts, sessions: [session, cookie] }, [basic, slow]).changes).toEqual([drop]);
  });
});

describe('the walled garden', () => {
  const inside = account({ isWalled: true });
  const outsideSession = { ...session, isWalled: false };
  const insideSession = { ...session, ref: '*F2', isWalled: true };
  const drop = (ref: string) => ({ kind: 'drop_session', of: 'a1', ref, name: 'ana' });

  test('who is blocked and online outside dials again, and is left alone inside', () => {
    expect(plan([inside], { accounts: [secret()], sessions: [outsideSession] }).changes).toEqual([drop('*F1')]);
    expect(plan([inside], { accounts: [secret()], sessions: [insideSession] }).changes).toEqual([]);
  });

  test('who paid and is online inside dials again, and is left alone outside', () => {
    expect(plan([account()], { accounts: [secret()], sessions: [insideSession] }).changes).toEqual([drop('*F2')]);
    expect(plan([account()], { accounts: [secret()], sessions: [outsideSession] }).changes).toEqual([]);
  });

  test('where nobody looked, nobody is dropped', () => {
    expect(plan([inside], { accounts: [secret()], sessions: [session] }).changes).toEqual([]);
  });

  test('where its profile cannot be made, a blocked account is disabled', () => {
    const foreign = { ...plain, ref: '*9', name: 'Basic', rateLimit: '', ownerId: undefined };
    const seen = { profiles: [foreign], accounts: [secret()], sessions: [outsideSession] };
    expect(plan([inside], seen)).toMatchObject({
      changes: [{ kind: 'set_account', fields: { isDisabled: true } }, drop('*F1')],
      obstacles: { a1: { code: 'profile_name_taken' } },
    });
  });

  test('where the router refuses its profile, who is blocked is off, and nobody else is touched', () => {
    const other = account({ id: 'a2', name: 'ben', appliedName: 'ben' });
    const { changes, obstacles } = planChanges(
      { pools: [], profiles: [basic], accounts: [inside, other], refusedWalls: new Set(['p1']) },
      {
        pools: [],
        profiles: [onRouter],
        accounts: [secret(), secret({ ref: '*2', name: 'ben', ownerId: 'a2' })],
        sessions: [outsideSession],
      },
    );
    expect(changes.map(short)).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      drop('*F1'),
    ]);
    expect(Object.fromEntries(obstacles)).toMatchObject({ a1: { code: 'walls_refused' } });
  });
});

describe('what else is said of an account or a profile', () => {
  test('a static address and a device are set, and cleared where nobody wants them any more', () => {
    const wanted = account({ staticAddress: '10.1.2.3', macAddress: '02:AB:CD:00:11:22' });
    expect(plan([wanted], { accounts: [secret()] }).changes).toEqual([
      {
        kind: 'set_account',
        of: 'a1',
        ref: '*1',
        fields: { staticAddress: '10.1.2.3', macAddress: '02:AB:CD:00:11:22' },
      },
    ]);
    expect(plan([account()], { accounts: [secret({ staticAddress: '10.1.2.3' })] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { staticAddress: null } },
    ]);
  });

  test('a cut goes by itself, so that a refusal of anything else does not hold it up', () => {
    const wanted = account({ isEnabled: false, staticAddress: '10.1.2.3' });
    expect(plan([wanted], { accounts: [secret()] }).changes).toEqual([
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { isDisabled: true } },
      { kind: 'set_account', of: 'a1', ref: '*1', fields: { staticAddress: '10.1.2.3' } },
    ]);
  });

  test('only what differs of a profile is set; the router’s end of the tunnel is its own where the plan says nothing', () => {
    const wanted = { ...basic, idleTimeoutSeconds: 600, pool: 'homes', addressList: 'subscribers' };
    const seen = { ...onRouter, pool: 'homes', localAddress: '10.0.0.1', dnsServers: '9.9.9.9' };
    const fields = { idleTimeoutSeconds: 600, addressList: 'subscribers', dnsServers: null };
    expect(plan([], { profiles: [seen] }, [wanted]).changes).toEqual([
      { kind: 'set_profile', of: 'p1', ref: '*p1', fields },
    ]);
    expect(plan([], { profiles: [{ ...seen, dnsServers: null }] }, [{ ...basic, pool: 'homes' }]).changes).toEqual([]);
  });

  test('a pool is added before its profile, and set where its ranges differ from what was written', () => {
    const pools = [{ id: 'p1', name: 'Basic-pool', ranges: '10.5.0.2-10.5.0.9,10.5.1.2' }];
    const changesFor = (ranges: string | undefined) => {
      const seen = ranges === undefined ? [] : [{ ref: '*a', name: 'Basic-pool', ranges, ownerId: 'p1' }];
      const observed = { pools: seen, profiles: [], accounts: [], sessions: [] };
      return planChanges({ pools, profiles: [], accounts: [] }, observed).changes.map(({ kind }) => kind);
    };
    expect(changesFor(undefined)).toEqual(['add_pool']);
    expect(changesFor('10.5.0.2-10.5.0.9')).toEqual(['set_pool']);
    expect(changesFor('10.5.1.2-10.5.1.2,10.5.0.2-10.5.0.9')).toEqual([]);
  });
});

// A plain model of a router: what its commands do to its tables.
type Model = {
  pools: ObservedPool[];
  profiles: ObservedProfile[];
  accounts: ObservedAccount[];
  sessions: ObservedSession[];
  nextRef: number;
};

const steps: readonly (readonly Change['kind'][])[] = [
  ['remove_account', 'free_profile_name', 'free_account_name'],
  ['add_profile', 'set_profile'],
  ['add_account', 'set_account'],
  ['drop_session', 'drop_cookie'],
];

function apply(model: Model, changes: readonly Change[]): void {
  for (const kinds of steps) for (const change of changes) if (kinds.includes(change.kind)) applyOne(model, change);
}

function applyOne(model: Model, change: Change): void {
  const { profiles, accounts } = model;
  switch (change.kind) {
    case 'free_profile_name':
      rename(profiles, change.ref, change.name);
      return;
    case 'free_account_name':
      rename(accounts, change.ref, change.name);
      return;
    case 'add_profile': {
      const { id, ...fields } = change.profile;
      refuseTaken(ofKind(profiles, fields.service), fields.name);
      profiles.push({ ref: `*${model.nextRef++}`, ...fields, ownerId: id });
      return;
    }
    case 'set_profile': {
      const { name, ...fields } = change.fields;
      if (name) renameProfile(model, change.ref, name);
      Object.assign(at(profiles, change.ref), fields);
      return;
    }
    case 'add_pool':
    case 'set_pool':
      throw new Error('no pool is wanted');
    case 'add_account': {
      const { id, service, name, password, staticAddress, macAddress, isEnabled } = change.account;
      refuseTaken(ofKind(accounts, service), name);
      at(
        ofKind(profiles, service).map((profile) => ({ ...profile, ref: profile.name })),
        change.profileName,
      );
      accounts.push(
        secret({
          ref: `*${model.nextRef++}`,
          service,
          name,
          password,
          staticAddress,
          macAddress,
          profile: change.profileName,
          isDisabled: !isEnabled,
          ownerId: id,
        }),
      );
      return;
    }
    case 'set_account': {
      const { name, ...fields } = change.fields;
      if (name !== undefined) rename(accounts, change.ref, name);
      Object.assign(at(accounts, change.ref), fields);
      return;
    }
    case 'remove_account':
      accounts.splice(accounts.indexOf(at(accounts, change.ref)), 1);
      return;
    case 'drop_session':
    case 'drop_cookie':
      // Two may each drop the session of a name that both had: then the second one finds it gone.
      expect(model.sessions.find(({ ref }) => ref === change.ref)?.isCookie ?? change.kind === 'drop_cookie').toBe(
        change.kind === 'drop_cookie',
      );
      model.sessions = model.sessions.filter(({ ref }) => ref !== change.ref);
  }
}

/** A secret names its profile by its id, so it follows a renaming. */
function renameProfile(model: Model, ref: string, name: string): void {
  const { name: before, service } = at(model.profiles, ref);
  rename(model.profiles, ref, name);
  for (const one of ofKind(model.accounts, service)) if (one.profile === before) one.profile = name;
}

function at<T extends { ref: string }>(rows: T[], ref: string): T {
  const row = rows.find((candidate) => candidate.ref === ref);
  if (!row) throw new Error(`no such item ${ref}`);
  return row;
}

function ofKind<T extends { service: ServiceKind }>(rows: T[], service: ServiceKind): T[] {
  return rows.filter((row) => row.service === service);
}

function rename(rows: { ref: string; service: ServiceKind; name: string }[], ref: string, name: string): void {
  const row = at(rows, ref);
  if (row.name !== name) refuseTaken(ofKind(rows, row.service), name);
  row.name = name;
}

function refuseTaken(rows: { name: string }[], name: string): void {
  if (rows.some((row) => row.name === name)) throw new Error(`already have ${name}`);
}

const names = ['ana', 'ben', 'cyril', 'dora', 'eva', 'fin'] as const;
const profileNames = ['Basic', 'Gold', 'Silver', 'default'] as const;
const profileIds = ['p1', 'p2', 'p3', 'p4'] as const;
const serviceOf = { p1: 'pppoe', p2: 'pppoe', p3: 'hotspot', p4: 'hotspot' } as const;
const services = ['pppoe', 'hotspot'] as const;
const addresses = [null, '10.1.0.1', '10.1.0.2'] as const;
const macs = [null, '02:00:00:00:00:01'] as const;
const accountIds = ['a1', 'a2', 'a3', 'a4'] as const;

const uniqueBy = <T>(key: (row: T) => unknown, rows: T[]) => [...new Map(rows.map((row) => [key(row), row])).values()];

const wantedStates: fc.Arbitrary<Wanted> = fc
  .record({
    profileNames: fc.shuffledSubarray([...profileNames], { minLength: 4, maxLength: 4 }),
    rates: fc.array(fc.constantFrom('1024k/1024k', '5120k/10240k'), { minLength: 4, maxLength: 4 }),
    sharedUsers: fc.constantFrom(null, 1),
    names: fc.shuffledSubarray([...names], { minLength: 4, maxLength: 4 }),
    accounts: fc.array(
      fc.record({
        id: fc.constantFrom(...accountIds),
        appliedName: fc.option(fc.constantFrom(...names)),
        formerNames: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
        password: fc.constantFrom('x', 'y'),
        profileId: fc.constantFrom(...profileIds),
        staticAddress: fc.constantFrom(...addresses),
        macAddress: fc.constantFrom(...macs),
        isEnabled: fc.boolean(),
        isWalled: fc.constant(false),
        isRemoved: fc.boolean(),
        isUnsettled: fc.boolean(),
      }),
    ),
  })
  .map((drawn) => ({
    pools: [],
    profiles: profileIds.map((id, place) => ({
      ...plain,
      service: serviceOf[id],
      sharedUsers: drawn.sharedUsers,
      id,
      name: drawn.profileNames[place] ?? '',
      rateLimit: drawn.rates[place] ?? '',
    })),
    accounts: uniqueBy(({ id }) => id, drawn.accounts).map((one, place) => ({
      ...one,
      service: serviceOf[one.profileId],
      name: drawn.names[place] ?? '',
      isEnabled: one.isEnabled && !one.isRemoved,
    })),
  }));

const models: fc.Arbitrary<Model> = fc
  .record({
    profiles: fc.array(
      fc
        .record({
          ref: fc.constant(''),
          service: fc.constantFrom(...services),
          name: fc.constantFrom(...profileNames),
          rateLimit: fc.constantFrom('', '5M/10M', '1024k/1024k'),
          sharedUsers: fc.constantFrom(null, 1),
          ownerId: fc.constantFrom(undefined, ...profileIds, 'p-of-another'),
        })
        .map((row) => ({ ...plain, ...row })),
    ),
    accounts: fc.array(
      fc.record({
        ref: fc.constant(''),
        name: fc.constantFrom(...names),
        service: fc.constantFrom(...services),
        staticAddress: fc.constantFrom(...addresses),
        macAddress: fc.constantFrom(...macs),
        isForKind: fc.boolean(),
        profile: fc.constantFrom(...profileNames),
        password: fc.constantFrom('x', 'y'),
        isDisabled: fc.boolean(),
        ownerId: fc.constantFrom(undefined, ...accountIds, 'a-of-another'),
      }),
    ),
    sessions: fc.array(
      fc
        .record({
          ref: fc.constant(''),
          service: fc.constantFrom(...services),
          name: fc.constantFrom(...names),
          isCookie: fc.boolean(),
        })
        .map((one) => ({ ...one, isCookie: one.isCookie && one.service === 'hotspot' })),
    ),
  })
  .map(({ profiles, accounts, sessions }) => {
    const marked = <T extends { ref: string; service: ServiceKind; name: string }>(rows: T[], stem: string) =>
      uniqueBy(({ service, name }) => `${service} ${name}`, rows).map((row, place) => ({
        ...row,
        ref: `*${stem}${place}`,
      }));
    return {
      pools: [],
      profiles: marked(profiles, 'p').map(keepOwnKind),
      accounts: marked(accounts, 's').map((row) => ({ ...row, isForKind: row.isForKind || row.service === 'hotspot' })),
      sessions: sessions.map((one, place) => ({ ...one, ref: `*f${place}` })),
      nextRef: 1,
    };
  });

/** A mark of ours is on an object of its kind. */
function keepOwnKind<T extends { service: ServiceKind; ownerId: string | undefined }>(row: T): T {
  const service = serviceOf[row.ownerId as keyof typeof serviceOf];
  return service === undefined || service === row.service ? row : { ...row, ownerId: undefined };
}

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
          [state.profiles, state.accounts].map((rows) => rows.filter(({ ownerId }) => !isOurs(wanted, ownerId))),
        );
      const plain = (state: Model) =>
        foreign({ ...state, accounts: state.accounts.map((row) => ({ ...row, profile: '' })) });
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
        const own = model.accounts.find(
          ({ ownerId, service, name }) => ownerId === one.id && service === one.service && name === one.name,
        );
        if (one.isRemoved) continue;
        const { password, staticAddress, macAddress } = one;
        expect(own).toMatchObject({ password, staticAddress, macAddress, isDisabled: !one.isEnabled, isForKind: true });
        expect(own?.profile).toBe(wanted.profiles.find(({ id }) => id === one.profileId)?.name);
        if (!one.isEnabled) {
          const isOwn = (left: ObservedSession) => left.service === one.service && left.name === one.name;
          expect(model.sessions.filter(isOwn)).toEqual([]);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
