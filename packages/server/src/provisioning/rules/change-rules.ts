// The heart: from what is wanted and what was seen on a router, what has to be done there. Pure, so that every case can
// be a line in a table.
import {
  findBlocker,
  findHolder,
  findLeaving,
  lookAtNames,
  type NameSight,
  obstacleOf,
  passing,
} from './name-rules.ts';
import {
  type AccountFields,
  type Change,
  type ChangePlan,
  handLimits,
  type Observed,
  type ObservedAccount,
  type ObservedPool,
  type ObservedProfile,
  type ObservedSession,
  type Obstacle,
  type ProfileFields,
  type Wanted,
  type WantedAccount,
  type WantedPool,
  type WantedProfile,
} from './object-rules.ts';
import type { ServiceKind } from './profile-rules.ts';
import { isSameRate } from './rate-limit-rules.ts';

/**
 * What can be done now. A name passes from one to another only once no session has it any more, so some changes come to light
 * only when the router is looked at again: whoever uses this looks and plans until nothing is left.
 */
export function planChanges(wanted: Wanted, observed: Observed): ChangePlan {
  const plan: ChangePlan = { changes: [], obstacles: new Map(), waitingIds: new Set(), namesToNote: new Map() };
  for (const pool of wanted.pools) plan.changes.push(...planPool(pool, observed.pools));
  for (const service of ['pppoe', 'hotspot'] as const) {
    const ofKind = <T extends { service: ServiceKind }>(rows: readonly T[]) =>
      rows.filter((row) => row.service === service);
    const wantedOfKind = { ...wanted, accounts: ofKind(wanted.accounts), profiles: ofKind(wanted.profiles) };
    if (observed.missingKinds?.includes(service)) {
      for (const { id, name, isRemoved } of wantedOfKind.accounts)
        if (!isRemoved) plan.obstacles.set(id, { code: 'kind_missing', service, name });
    } else {
      const { accounts, profiles, sessions } = observed;
      planKind(
        wantedOfKind,
        { accounts: ofKind(accounts), profiles: ofKind(profiles), sessions: ofKind(sessions) },
        plan,
      );
    }
  }
  return plan;
}

function planPool(pool: WantedPool, observed: readonly ObservedPool[]): Change[] {
  const candidates = observed.filter(({ ownerId }) => ownerId === pool.id);
  const own = candidates.find(({ name }) => name === pool.name) ?? candidates[0];
  if (!own) return [{ kind: 'add_pool', pool }];
  const set = {
    ...(own.name === pool.name ? {} : { name: pool.name }),
    ...(plainRanges(own.ranges) === plainRanges(pool.ranges) ? {} : { ranges: pool.ranges }),
  };
  return Object.keys(set).length > 0 ? [{ kind: 'set_pool', pool, ref: own.ref, ...set }] : [];
}

/** A router may tell `10.0.0.2-10.0.0.2` as one address, and ranges in an order of its own. */
function plainRanges(ranges: string): string {
  return ranges
    .split(',')
    .map((range) => range.trim().replace(/^([^-]+)-\1$/, '$1'))
    .toSorted()
    .join();
}

type OfKind<T extends { accounts: unknown; profiles: unknown }> = Pick<T, 'accounts' | 'profiles'>;

/** Names of PPP secrets and of hotspot users have nothing to do with one another. */
function planKind(
  wanted: OfKind<Wanted> & Pick<Wanted, 'refusedWalls'>,
  observed: OfKind<Observed> & Pick<Observed, 'sessions'>,
  plan: ChangePlan,
): void {
  const takenProfiles = new Map<string, Obstacle>();
  const profiles = lookAtNames(wanted.profiles, observed.profiles, ({ name }) => [name]);
  for (const profile of wanted.profiles) {
    const blocker = findBlocker(profile, profiles);
    const { id, service, name } = profile;
    if (wanted.refusedWalls?.has(id)) takenProfiles.set(id, { code: 'walls_refused', service, name });
    if (blocker) takenProfiles.set(id, obstacleOf('profile_name_taken', profile, blocker, profiles));
    else plan.changes.push(...planProfile(profile, profiles));
  }
  const accounts = lookAtNames(wanted.accounts, observed.accounts, ({ name, appliedName }) => [name, appliedName]);
  accounts.isStuck = ({ profileId }) => takenProfiles.has(profileId);
  const sight: Sight = {
    accounts,
    profileNames: new Map(wanted.profiles.map(({ id, name }) => [id, name])),
    observedProfileNames: new Map([...profiles.own].map(([id, { name }]) => [id, name])),
    sessions: Map.groupBy(observed.sessions, ({ name }) => name),
    wantedNames: new Set(wanted.accounts.filter(({ isRemoved }) => !isRemoved).map(({ name }) => name)),
    knownNames: accountsByKnownName(wanted.accounts),
  };
  // What goes frees a name for what comes.
  for (const account of wanted.accounts) if (account.isRemoved) plan.changes.push(...planRemoval(account, sight));
  for (const account of wanted.accounts) {
    if (account.isRemoved) continue;
    const blocker = findBlocker(account, accounts);
    const obstacle = blocker
      ? obstacleOf('account_name_taken', account, blocker, accounts)
      : takenProfiles.get(account.profileId);
    if (obstacle) {
      plan.obstacles.set(account.id, obstacle);
      // A cut must not wait for a name or a profile to come free: what is ours is switched off all the same.
      const own = accounts.own.get(account.id);
      if (own && (!account.isEnabled || account.isWalled)) plan.changes.push(...cut(account, own, sight));
      plan.changes.push(...dropStrays(account, sight));
    } else planLiving(account, sight, plan);
  }
}

/** All that an account's changes depend on. */
type Sight = {
  accounts: NameSight<WantedAccount, ObservedAccount>;
  profileNames: ReadonlyMap<string, string>;
  /** The names that profiles of ours have on the router now: the secrets that name them follow a renaming. */
  observedProfileNames: ReadonlyMap<string, string>;
  sessions: ReadonlyMap<string, readonly ObservedSession[]>;
  wantedNames: ReadonlySet<string>;
  /** The accounts by the names under which the router knew them. */
  knownNames: ReadonlyMap<string, readonly WantedAccount[]>;
};

function knownNamesOf({ appliedName, formerNames }: WantedAccount): string[] {
  return appliedName === null ? [...formerNames] : [appliedName, ...formerNames];
}

function accountsByKnownName(accounts: readonly WantedAccount[]): ReadonlyMap<string, readonly WantedAccount[]> {
  const known = new Map<string, WantedAccount[]>();
  for (const account of accounts)
    for (const name of knownNamesOf(account)) known.set(name, [...(known.get(name) ?? []), account]);
  return known;
}

function planProfile(profile: WantedProfile, profiles: NameSight<WantedProfile, ObservedProfile>): Change[] {
  const leaving = findLeaving(profile, profiles);
  const free: Change[] = leaving ? [{ kind: 'free_profile_name', profile: leaving.wanted, ...passing(leaving) }] : [];
  const own = profiles.own.get(profile.id);
  if (!own) return [...free, { kind: 'add_profile', profile }];
  const fields = {
    ...(own.name === profile.name ? {} : { name: profile.name }),
    ...(isSameRate(own.rateLimit, profile.rateLimit) ? {} : { rateLimit: profile.rateLimit }),
    ...Object.fromEntries(plainFields.filter((key) => own[key] !== profile[key]).map((key) => [key, profile[key]])),
    ...(profile.localAddress === null || own.localAddress === profile.localAddress
      ? {}
      : { localAddress: profile.localAddress }),
  };
  return Object.keys(fields).length > 0 ? [...free, { kind: 'set_profile', profile, ref: own.ref, fields }] : free;
}

const plainFields = [
  'sessionTimeoutSeconds',
  'idleTimeoutSeconds',
  'sharedUsers',
  'pool',
  'addressList',
  'dnsServers',
] as const satisfies readonly (keyof ProfileFields)[];

/**
 * Switched off first, gone only when no session is seen any more: a session has nothing but its name to be found by, and
 * somebody else may get that name. Copies go, too: what carries the mark of somebody who is gone would be his way back in.
 */
function planRemoval(account: WantedAccount, sight: Sight): Change[] {
  const { accounts } = sight;
  const leftovers = accounts.marked.get(account.id) ?? [];
  return [
    ...leftovers.flatMap((leftover): Change[] => {
      const isQuiet = isCut(account, leftover, sight);
      (isQuiet ? accounts.freed : accounts.going).add(leftover.ref);
      return isQuiet ? [{ kind: 'remove_account', account, ref: leftover.ref }] : cut(account, leftover, sight);
    }),
    ...dropStrays(account, sight),
  ];
}

function planLiving(account: WantedAccount, sight: Sight, plan: ChangePlan): void {
  const own = sight.accounts.own.get(account.id);
  const strays = dropStrays(account, sight);
  plan.changes.push(...strays);
  if (own?.name === account.name) {
    plan.changes.push(...planSet(account, own, sight));
    return;
  }
  // The sessions that go on under an older name go before it gets another.
  const mayMove = !own || (strays.length === 0 && (account.isEnabled || isCut(account, own, sight)));
  if (mayMove && isNameFree(account, sight)) {
    if (own) plan.changes.push(...planSet(account, own, sight));
    else
      plan.changes.push({ kind: 'add_account', account, profileName: sight.profileNames.get(account.profileId) ?? '' });
    if (own || account.appliedName === null) plan.namesToNote.set(account.id, own?.name ?? account.name);
    return;
  }
  plan.waitingIds.add(account.id);
  if (own && mayMove && sight.wantedNames.has(own.name)) {
    plan.changes.push({ kind: 'free_account_name', account, ...passing({ wanted: account, observed: own }) });
    plan.changes.push(...dropsOf(account, own.name, sight));
    plan.namesToNote.set(account.id, own.name);
  } else if (own && !account.isEnabled) plan.changes.push(...cut(account, own, sight));
}

/** Nothing has the name, and no session of somebody else who had it. */
function isNameFree(account: WantedAccount, sight: Sight): boolean {
  if (findHolder(account, sight.accounts)) return false;
  const others = (sight.knownNames.get(account.name) ?? []).filter(({ id }) => id !== account.id);
  return others.length === 0 || !sight.sessions.has(account.name);
}

function isCut(account: WantedAccount, own: ObservedAccount, sight: Sight): boolean {
  return own.isDisabled && dropsOf(account, own.name, sight).length === 0;
}

function planSet(account: WantedAccount, own: ObservedAccount, sight: Sight): Change[] {
  const profileName = sight.profileNames.get(account.profileId) ?? '';
  const fields: AccountFields = {
    ...(own.name === account.name ? {} : { name: account.name }),
    ...(isPasswordToWrite(account, own) ? { password: account.password } : {}),
    ...(own.profile === (sight.observedProfileNames.get(account.profileId) ?? profileName)
      ? {}
      : { profile: profileName }),
    ...(own.staticAddress === account.staticAddress ? {} : { staticAddress: account.staticAddress }),
    ...(own.macAddress === account.macAddress ? {} : { macAddress: account.macAddress }),
    ...(own.isForKind ? {} : { isForKind: true }),
    ...Object.fromEntries(handLimits.filter((limit) => own[limit] !== undefined).map((limit) => [limit, null])),
  };
  const isToSwitch = own.isDisabled === account.isEnabled;
  const switched: AccountFields = isToSwitch ? { isDisabled: !account.isEnabled } : {};
  // A cut goes by itself: a router that refuses another field must not hold it up.
  const isCutApart = isToSwitch && !account.isEnabled && Object.keys(fields).length > 0;
  const sets = isCutApart ? [switched, fields] : [{ ...fields, ...switched }];
  const set = sets
    .filter((some) => Object.keys(some).length > 0)
    .map((some): Change => ({ kind: 'set_account', account, ref: own.ref, fields: some }));
  // A session keeps the name that it logged in with, so after a renaming nobody would find it again.
  const isOldNameCut = own.name !== account.name || !account.isEnabled;
  if (isOldNameCut) return [...set, ...dropsOf(account, own.name, sight)];
  return [...set, ...(account.isToRedial ? sessionDropsOf(account, sight) : dropsAtWall(account, sight))];
}

/** A device that comes back by its cookie comes back with the new speed: the cookie stays. */
function sessionDropsOf(account: WantedAccount, sight: Sight): Change[] {
  return dropsOf(account, account.name, sight).filter(({ kind }) => kind === 'drop_session');
}

/** Who is to be inside the walls and is outside, or the other way about, dials again: a session keeps what it began with. */
function dropsAtWall(account: WantedAccount, sight: Sight): Change[] {
  const misplaced = (sight.sessions.get(account.name) ?? []).filter(
    ({ isCookie, isWalled }) => !isCookie && isWalled !== undefined && isWalled !== account.isWalled,
  );
  const refs = new Set(misplaced.map(({ ref }) => ref));
  return sessionDropsOf(account, sight).filter((drop) => 'ref' in drop && refs.has(drop.ref));
}

function isPasswordToWrite(account: WantedAccount, own: ObservedAccount): boolean {
  return isPasswordSame(account, own) === null ? account.isUnsettled : own.password !== account.password;
}

/** null: the router does not show it. */
export function isPasswordSame({ password }: WantedAccount, own: ObservedAccount): boolean | null {
  return own.password === undefined ? null : own.password === password;
}

function cut(account: WantedAccount, own: ObservedAccount, sight: Sight): Change[] {
  const disable: Change[] = own.isDisabled
    ? []
    : [{ kind: 'set_account', account, ref: own.ref, fields: { isDisabled: true } }];
  return [...disable, ...dropsOf(account, own.name, sight)];
}

function dropsOf(account: WantedAccount, name: string, sight: Sight): Change[] {
  const holders = sight.accounts.byName.get(name) ?? [];
  // Whose session it is cannot be told where a stranger has the same name: then it is let be.
  if (holders.some(({ ownerId }) => ownerId !== account.id)) return [];
  return (sight.sessions.get(name) ?? []).map(({ ref, isCookie }) => ({
    kind: isCookie ? 'drop_cookie' : 'drop_session',
    account,
    ref,
    name,
  }));
}

/** The sessions that an account left under names that nothing has any more, but not those of somebody who has them by now. */
function dropStrays(account: WantedAccount, sight: Sight): Change[] {
  const names = knownNamesOf(account);
  if (names.length === 0) return [];
  return [...new Set(account.isEnabled ? names : [...names, account.name])]
    .filter((name) => !sight.accounts.byName.has(name) && !(account.isEnabled && name === account.name))
    .flatMap((name) => dropsOf(account, name, sight));
}
