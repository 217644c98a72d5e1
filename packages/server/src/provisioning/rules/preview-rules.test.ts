import { expect, test } from 'vitest';
import { planWithAdoption } from './adoption-rules.ts';
import { findDrifts, heldCount } from './drift-rules.ts';
import { markOf } from './mark-rules.ts';
import type { Observed, Wanted, WantedAccount } from './object-rules.ts';
import { previewOf } from './preview-rules.ts';

const ids = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
const account = (change: Partial<WantedAccount> = {}): WantedAccount => ({
  id: ids[0],
  service: 'pppoe',
  staticAddress: null,
  macAddress: null,
  appliedName: 'ana',
  formerNames: [],
  name: 'ana',
  password: 'a',
  profileId: ids[1],
  isEnabled: true,
  isWalled: false,
  isRemoved: false,
  isUnsettled: false,
  ...change,
});
const plain = {
  service: 'pppoe' as const,
  sessionTimeoutSeconds: null,
  idleTimeoutSeconds: null,
  sharedUsers: null,
  pool: null,
  localAddress: null,
  addressList: null,
  dnsServers: null,
};
const profile = { ...plain, id: ids[1], name: 'gold', rateLimit: '1M/2M' };
const wanted = (...accounts: WantedAccount[]): Wanted => ({ pools: [], profiles: [profile], accounts });
const nobody = { accountIds: new Set<string>(), profileIds: new Set<string>(), withoutPasswordIds: new Set<string>() };

/** Refs are counted per menu, as routers do: the first of both is *1. */
const observed = (comment = markOf(ids[0]), isDisabled = false): Observed => ({
  pools: [],
  profiles: [
    { ...plain, ref: '*1', name: 'gold', rateLimit: '1M/2M', comment: markOf(ids[1]), ownerId: ids[1] },
    { ...plain, ref: '*2', name: 'default', rateLimit: '', comment: '', ownerId: undefined },
  ],
  accounts: [
    {
      ref: '*1',
      name: 'ana',
      service: 'pppoe',
      isForKind: true,
      staticAddress: null,
      macAddress: null,
      profile: 'gold',
      password: 'a',
      isDisabled,
      comment,
      ownerId: comment.includes('#lm-') ? ids[0] : undefined,
    },
  ],
  sessions: [],
});

const preview = (accounts: WantedAccount[], seen: Observed, adopted = nobody) =>
  previewOf(planWithAdoption(wanted(...accounts), seen, adopted), seen);

test('nothing to do: what is ours is untouched, the rest foreign', () => {
  expect(preview([account()], observed())).toEqual({
    objects: [],
    counts: { add: 0, change: 0, remove: 0, untouched: 2, foreign: 1 },
    droppedSessions: 0,
  });
});

test('a change is told field by field, what was there and what comes, and a password never', () => {
  const seen = observed(undefined, true);
  const [secret] = seen.accounts;
  const { objects, counts } = preview([account()], {
    ...seen,
    accounts: secret ? [{ ...secret, password: 'x', profile: 'old' }] : [],
  });
  expect(objects).toEqual([
    {
      kind: 'account',
      deed: 'change',
      id: ids[0],
      name: 'ana',
      fields: [
        { field: 'password', from: null, to: null },
        { field: 'profile', from: 'old', to: 'gold' },
        { field: 'isDisabled', from: 'yes', to: 'no' },
      ],
    },
  ]);
  expect(counts).toEqual({ add: 0, change: 1, remove: 0, untouched: 1, foreign: 1 });
});

test('an account that is new is added, one that is gone removed', () => {
  const other = account({ id: '00000000-0000-4000-8000-000000000003', name: 'ben', appliedName: null });
  const removed = account({ isRemoved: true, isEnabled: false });
  const seen = preview([removed, other], observed(undefined, true));
  expect(seen.objects.map(({ deed, name }) => [deed, name])).toEqual([
    ['remove', 'ana'],
    ['add', 'ben'],
  ]);
});

test('without a mark it is somebody else’s, unless the account was taken over: then it gets the mark behind the comment', () => {
  const seen = observed('Ana Horvat');
  const fresh = account({ appliedName: null, isUnsettled: true });
  const stranger = planWithAdoption(wanted(fresh), seen, nobody);
  expect([...stranger.obstacles.values()]).toMatchObject([{ code: 'account_name_taken' }]);
  expect(stranger.changes).toEqual([]);
  const adopted = planWithAdoption(wanted(fresh), seen, { ...nobody, accountIds: new Set([ids[0]]) });
  expect(adopted.obstacles.size).toBe(0);
  expect(adopted.changes).toMatchObject([{ kind: 'mark_account', ref: '*1', comment: `Ana Horvat ${markOf(ids[0])}` }]);
});

test('a password that nobody knows is neither written nor made up', () => {
  const unknown = account({ password: '', isUnsettled: true });
  const adopted = { ...nobody, withoutPasswordIds: new Set([ids[0]]) };
  expect(planWithAdoption(wanted(unknown), observed(), adopted).changes).toEqual([]);
  const gone = planWithAdoption(wanted(unknown), { ...observed(), accounts: [] }, adopted);
  expect(gone.changes).toEqual([]);
  expect([...gone.obstacles.values()]).toEqual([{ code: 'password_needed', service: 'pppoe', name: 'ana' }]);
});

test('drift is what differs of a settled account, and not what is on its way', () => {
  const seen = observed(undefined, true);
  const changesOf = (one: WantedAccount) => planWithAdoption(wanted(one), seen, nobody).changes;
  expect(findDrifts(changesOf(account()), seen, new Set())).toEqual([
    { kind: 'account', id: ids[0], differences: [{ field: 'isDisabled', from: 'yes', to: 'no' }] },
  ]);
  expect(findDrifts(changesOf(account({ isUnsettled: true })), seen, new Set())).toEqual([]);
});

test('a profile or a pool that somebody changed or removed is drift, and one whose new version is on its way is not', () => {
  const pool = { id: ids[1], name: 'gold-pool', ranges: '10.0.0.2-10.0.0.9' };
  const plan = { ...wanted(account()), pools: [pool] };
  const seen = observed();
  const slow: Observed = {
    ...seen,
    profiles: seen.profiles.map((row) => ({ ...row, rateLimit: '64k/64k' })),
    pools: [{ ref: '*1', name: pool.name, ranges: '10.0.0.2-10.0.0.3', ownerId: ids[1] }],
  };
  const found = (settling: string[], what: Observed) =>
    findDrifts(planWithAdoption(plan, what, nobody).changes, what, new Set(settling));
  expect(found([], slow)).toEqual([
    { kind: 'pool', id: ids[1], differences: [{ field: 'ranges', from: '10.0.0.2-10.0.0.3', to: pool.ranges }] },
    { kind: 'profile', id: ids[1], differences: [{ field: 'rateLimit', from: '64k/64k', to: '1M/2M' }] },
  ]);
  expect(found([], { ...seen, profiles: [], pools: [] })).toMatchObject([
    { kind: 'pool', differences: [{ field: 'object', from: null, to: 'gold-pool' }] },
    { kind: 'profile', differences: [{ field: 'object', from: null, to: 'gold' }] },
  ]);
  expect(found([ids[1]], slow)).toEqual([]);
});

const limit = {
  accountCount: 100,
  percent: 30,
  liftedCount: 0,
  writtenKeys: new Set<string>(),
  addedKeys: new Set<string>(),
};
const switched = (count: number) =>
  Array.from({ length: count }, (_, place) => ({
    kind: 'set_account' as const,
    account: account({ id: `id-${place}` }),
    ref: `*${place}`,
    fields: { isDisabled: true },
  }));
const added = (count: number, change: Partial<WantedAccount> = { isUnsettled: true }) =>
  switched(count).map(({ account: { id } }) => ({
    kind: 'add_account' as const,
    account: account({ id, ...change }),
    profileName: 'gold',
  }));
const written = (count: number, from = 0) =>
  new Set(Array.from({ length: count }, (_, place) => `account id-${from + place}`));

test.each([
  ['a handful is never held', 20, { accountCount: 20 }, undefined],
  ['more than the share is', 31, {}, 31],
  ['as much as the share is not', 30, {}, undefined],
  ['what a person allowed beside it is not', 61, { liftedCount: 31 }, undefined],
  ['more than a person allowed is', 62, { liftedCount: 31 }, 62],
  ['many small rounds are, together', 1, { writtenKeys: written(30, 500) }, 1],
  ['the same objects written again are not', 30, { writtenKeys: written(30) }, undefined],
  ['who was added lately does not count', 30, { addedKeys: written(400, 500) }, undefined],
  ['nothing is where nothing is written', 0, { writtenKeys: written(31) }, undefined],
  ['nothing is where a person wants no limit', 5000, { percent: 100 }, undefined],
])('%s', (_name, count, change, held) => {
  expect(heldCount(switched(count), { ...limit, ...change })).toBe(held);
});

test('new accounts wait from the 501st of an hour on, and are counted apart from what is changed', () => {
  expect(heldCount(added(500), limit)).toBeUndefined();
  expect(heldCount(added(501), limit)).toBe(501);
  expect(heldCount(added(1), { ...limit, addedKeys: written(500, 700) })).toBe(1);
  expect(heldCount(added(501), { ...limit, accountCount: 5000 })).toBeUndefined();
  expect(heldCount([...added(40), ...switched(70).slice(40)], limit)).toBeUndefined();
  expect(heldCount([...added(40), ...switched(71).slice(40)], limit)).toBe(71);
});

test('what is added and what is changed of profiles counts, and a session that is dropped does not', () => {
  const add = added(30, { isUnsettled: false });
  expect(heldCount(add, limit)).toBeUndefined();
  expect(heldCount([...add, { kind: 'add_profile', profile }], limit)).toBe(31);
  expect(
    heldCount([...add, { kind: 'drop_session', account: account(), ref: '*1', name: 'ana' }], limit),
  ).toBeUndefined();
});

test('who gets back what he had before his data was used up is not counted, and who stays off is', () => {
  const back = switched(500).map((change) => ({
    ...change,
    account: { ...change.account, isGivenBack: true },
    fields: { isDisabled: false },
  }));
  expect(heldCount(back, limit)).toBeUndefined();
  expect(heldCount([...back, ...switched(531).slice(500)], limit)).toBe(31);
  expect(heldCount([...back, ...switched(530).slice(500)], limit)).toBeUndefined();
  expect(
    heldCount(
      back.map((change) => ({ ...change, fields: { isDisabled: true } })),
      limit,
    ),
  ).toBe(500);
  expect(
    heldCount(
      back.map((change) => ({ ...change, account: { ...change.account, isWalled: true } })),
      limit,
    ),
  ).toBe(500);
});
