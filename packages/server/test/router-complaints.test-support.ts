// For tests only: what must be true of a router when a history is over.
import { rateLimitWord } from '@lastmile/contract/rate-limit.ts';
import type { ServiceKind } from '../src/provisioning/profiles.ts';
import { idInComment, markOf } from '../src/provisioning/rules/mark-rules.ts';
import { isSameRate } from '../src/provisioning/rules/rate-limit-rules.ts';
import type { Simulated } from './provider.test-support.ts';
import { callerIdOf, menus, type Place, services, slots } from './router-events.test-support.ts';

/** What is at a router when a history is over, and what is wanted there. */
export type Scene = {
  place: Place;
  router: Simulated;
  /** Everything there that is not ours, as it must stay: by menu and id. */
  foreign: ReadonlyMap<string, ObjectRow>;
  foreignSessions: readonly ForeignSession[];
  /** Of both routers. */
  accounts: readonly AccountRow[];
  wantedProfiles: readonly Loose[];
};

export type ForeignSession = { place: Place; service: ServiceKind; name: string; callerId: string };

/** A row of a router, property by property. */
export type ObjectRow = Record<string, string>;

export type AccountRow = {
  id: string;
  service: ServiceKind;
  staticAddress: string | null;
  macAddress: string | null;
  slot: number;
  place: Place;
  name: string;
  appliedName: string | null;
  password: string;
  profileId: string;
  isRemoved: boolean;
  isBlocked: boolean;
  isWalled: boolean;
  version: number;
  appliedVersion: number;
  isPending: boolean;
  isWaitingForPerson: boolean;
  troubleCode: string | null;
};

/** Everything that is not as it must be, in words; empty when all is well. */
export function complaintsOf(scene: Scene): string[] {
  return [...complaintsOfForeign(scene), ...complaintsOfObjects(scene), ...complaintsOfSessions(scene)];
}

/** A row as it must stay. What the router itself writes into it, and the name of a profile of ours, may change. */
export function plainRow(router: Simulated, menu: string, id: string): ObjectRow {
  const row = router.rows(menu).find((candidate) => candidate['.id'] === id);
  if (!row) return { gone: `${menu} ${id} is gone` };
  const kept = Object.entries(row).filter(([key]) => !/^(last-|uptime$|bytes-|packets-)/.test(key));
  const profiles = menu === menus.pppoe.account ? menus.pppoe.profile : menus.hotspot.profile;
  const profileId = row.profile && router.find(profiles, { name: row.profile })?.['.id'];
  return { ...Object.fromEntries(kept), ...(profileId ? { profile: profileId } : {}) } as ObjectRow;
}

/** What has no comment has our mark in its name. */
export function ownerOf(row: ObjectRow): string | undefined {
  return idInComment(row.comment) ?? idInComment(row.name);
}

export function marked(router: Simulated, menu: string): ObjectRow[] {
  return (router.rows(menu) as ObjectRow[]).filter((row) => ownerOf(row));
}

function complaintsOfForeign({ place: at, router, foreign, foreignSessions }: Scene): string[] {
  const changed = [...foreign].flatMap(([key, before]) => {
    const [menu = '', id = ''] = key.split(' ');
    const now = JSON.stringify(plainRow(router, menu, id));
    return now === JSON.stringify(before) ? [] : [`foreign ${key} was ${JSON.stringify(before)}, is ${now}`];
  });
  const known = new Set(foreign.keys());
  const strangers = services.flatMap((kind) =>
    router
      .rows(menus[kind].account)
      .filter((row) => row.default !== 'true' && !idInComment(row.comment))
      .filter((row) => !known.has(`${menus[kind].account} ${row['.id']}`)),
  );
  const alive = new Set(router.sessions.map(({ kind, callerId }) => `${kind} ${callerId}`));
  const cut = foreignSessions.filter(
    (session) => session.place === at && !alive.has(`${session.service} ${session.callerId}`),
  );
  return [
    ...changed,
    ...strangers.map((row) => `${row.name} appeared without a mark`),
    ...cut.map((session) => `the foreign session of ${session.name} was cut`),
  ];
}

function complaintsOfObjects({ place: at, router, accounts, wantedProfiles }: Scene): string[] {
  const here = accounts.filter((account) => account.place === at);
  const profileTrouble = (profileId: string): boolean => {
    const wanted = wantedProfiles.find(({ id }) => id === profileId);
    if (wanted?.service !== 'pppoe') return false;
    const holder = router.find('/ppp/profile', { name: wanted.name });
    return holder !== undefined && !idInComment(holder.comment);
  };
  const isStuck = (account: AccountRow): boolean => {
    if (!account.isWalled && profileTrouble(account.profileId)) return true;
    const holder = router.find(menus[account.service].account, { name: account.name });
    const ownerId = idInComment(holder?.comment);
    if (!holder || ownerId === account.id) return false;
    const owner = here.find(({ id, isRemoved }) => id === ownerId && !isRemoved);
    return !owner || (owner.name !== account.name && isStuck(owner));
  };
  const orphans = services.flatMap((kind) =>
    marked(router, menus[kind].account).filter((row) => {
      const owner = here.find(({ id, service: its }) => id === idInComment(row.comment) && its === kind);
      return !owner || owner.isRemoved;
    }),
  );
  return [
    ...orphans.map((row) => `${row.name} (${row.comment}) should be gone from ${at}`),
    ...here.flatMap((account) => complaintsOfAccount(router, account, isStuck(account), wantedProfiles)),
    ...wantedProfiles.flatMap((wanted) => complaintsOfProfile(router, wanted, profileTrouble(wanted.id))),
  ].map((complaint) => `${complaint} [${at}]`);
}

function complaintsOfAccount(
  router: Simulated,
  account: AccountRow,
  isStuck: boolean,
  wantedProfiles: readonly Loose[],
): string[] {
  const { account: menu } = menus[account.service];
  const own = marked(router, menu).filter((row) => row.comment?.includes(markOf(account.id)));
  const label = `account ${account.slot} ${account.name}`;
  if (account.isRemoved) return account.isPending ? [`${label} still waits to be removed: ${account.troubleCode}`] : [];
  if (isStuck) {
    const isOff = !account.isBlocked || own.every((row) => row.disabled === 'true');
    return [
      ...(account.isWaitingForPerson ? [] : [`${label} should wait for a person: ${JSON.stringify(account)}`]),
      ...(/^(account|profile)_name_taken$/.test(account.troubleCode ?? '') ? [] : [`${label}: ${account.troubleCode}`]),
      ...(own.length < 2 ? [] : [`${label} has ${own.length} secrets`]),
      ...(isOff ? [] : [`${label} is not switched off`]),
    ];
  }
  const profile = wantedProfiles.find(({ id, is_for_blocked, service }) =>
    account.isWalled ? is_for_blocked && service === account.service : id === account.profileId,
  );
  const isTunnel = account.service === 'pppoe';
  const wanted = {
    name: account.name,
    password: account.password,
    service: isTunnel ? 'pppoe' : undefined,
    profile: isTunnel ? profile?.name : `${profile?.name}${markOf(profile?.id ?? '')}`,
    disabled: String(account.isBlocked && !account.isWalled),
    address: account.staticAddress,
    mac: account.macAddress,
    limits: [],
  };
  const seen = own.map((row) => ({
    name: row.name,
    password: row.password,
    service: row.service,
    profile: row.profile,
    disabled: row.disabled,
    address: row[isTunnel ? 'remote-address' : 'address'] || null,
    mac: row[isTunnel ? 'caller-id' : 'mac-address'] || null,
    limits: Object.entries(row).filter(([key, value]) => key.startsWith('limit-') && !/^0?s?$/.test(value)),
  }));
  return [
    ...(JSON.stringify(seen) === JSON.stringify([wanted])
      ? []
      : [`${label} should be ${JSON.stringify(wanted)}, is ${JSON.stringify(seen)}`]),
    ...(account.isPending ? [`${label} is still pending: ${JSON.stringify(account)}`] : []),
    ...(account.troubleCode ? [`${label} has trouble: ${account.troubleCode}`] : []),
  ];
}

function complaintsOfProfile(router: Simulated, wanted: Loose, isTaken: boolean): string[] {
  const isTunnel = wanted.service === 'pppoe';
  const ofWanted = (menu: string) => marked(router, menu).filter((row) => ownerOf(row) === wanted.id);
  const own = ofWanted(isTunnel ? '/ppp/profile' : '/ip/hotspot/user/profile');
  if (own.length > 1) return [`profile ${wanted.name} is there ${own.length} times`];
  const [row] = own;
  if (!row || isTaken) return [];
  const rate = rateLimitWord({ downKbps: wanted.down_kbps, upKbps: wanted.up_kbps });
  const expected = {
    name: isTunnel ? wanted.name : `${wanted.name}${markOf(wanted.id)}`,
    rate: true,
    idle: wanted.idle_timeout_seconds ? '10m' : 'none',
    list: wanted.address_list ?? '',
    pool: wanted.address_range ? `${wanted.name}-pool${markOf(wanted.id)} ${wanted.address_range}` : 'none',
  };
  const pool = row[isTunnel ? 'remote-address' : 'address-pool'] ?? 'none';
  const actual = {
    name: row.name,
    rate: isSameRate(row['rate-limit'] ?? '', rate),
    idle: row['idle-timeout'] ?? 'none',
    list: row['address-list'] ?? '',
    pool: pool === 'none' ? pool : `${pool} ${router.find('/ip/pool', { name: pool })?.ranges}`,
  };
  const pools = ofWanted('/ip/pool');
  return [
    ...(JSON.stringify(actual) === JSON.stringify(expected)
      ? []
      : [`profile ${rate} should be ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`]),
    ...(pools.length > 1 ? [`pool ${wanted.name} is there ${pools.length} times`] : []),
  ];
}

/** Online is only who may be: under the name of his own enabled account, or of one that is not ours to close. So are cookies. */
function complaintsOfSessions({ place: at, router, accounts }: Scene): string[] {
  const cookies = router.rows('/ip/hotspot/cookie').map((row) => ({
    kind: 'hotspot' as const,
    name: row.user ?? '',
    callerId: row['mac-address'],
    what: 'a cookie',
  }));
  const walled = new Set(
    router
      .rows('/ip/firewall/address-list')
      .filter(({ list }) => list === 'lm-blocked')
      .map(({ address }) => address),
  );
  const online = router.sessions.map((session) => ({ ...session, what: 'a session' }));
  return [...online, ...cookies].flatMap(({ kind, name: its, callerId, what, ...session }) => {
    const caller = slots.find((one) => callerIdOf(one) === callerId);
    if (caller === undefined) return [];
    const holder = router.find(menus[kind].account, { name: its });
    const ownerId = idInComment(holder?.comment);
    if (holder && !ownerId) return [];
    // Where something stands in the way, the account may have another name than the session that goes on.
    const owner = accounts.find((one) => one.service === kind && (holder ? one.id === ownerId : one.name === its));
    const isInPlace = !('address' in session) || walled.has(session.address) === (owner?.isWalled ?? false);
    const mayBe = owner?.slot === caller && !owner.isRemoved && (!owner.isBlocked || owner.isWalled) && isInPlace;
    return mayBe ? [] : [`customer ${caller} has ${what} as ${its} [${at}]`];
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into rows freely, and fails where they are not as it says.
type Loose = any;
