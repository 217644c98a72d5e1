// The heart: from what is wanted and what was seen on a router, what has to be done there. Pure, so that every case can
// be a line in a table.
import { isSameRate } from './rate-limit-rules.ts';

export type WantedProfile = { id: string; name: string; rateLimit: string };

export type WantedAccount = {
  id: string;
  /** The name that the router last had from us. */
  appliedName: string | null;
  name: string;
  password: string;
  profileId: string;
  isEnabled: boolean;
  isRemoved: boolean;
  /** Not known to be on the router as wanted: what cannot be read back (a password) must be written. */
  isUnsettled: boolean;
};

export type Wanted = { profiles: readonly WantedProfile[]; accounts: readonly WantedAccount[] };

export type ObservedProfile = { ref: string; name: string; rateLimit: string; ownerId: string | undefined };

export type ObservedSecret = {
  ref: string;
  name: string;
  service: string;
  profile: string;
  /** undefined where the router does not show it. */
  password: string | undefined;
  isDisabled: boolean;
  comment: string;
  ownerId: string | undefined;
};

export type ObservedSession = { ref: string; name: string };

export type Observed = {
  profiles: readonly ObservedProfile[];
  secrets: readonly ObservedSecret[];
  sessions: readonly ObservedSession[];
};

export type SecretFields = { name?: string; password?: string; profile?: string; isDisabled?: boolean };

export type Change =
  /** Gives an object of ours that gets another name a name that nobody wants, so that its own comes free for another. */
  | { kind: 'free_profile_name'; profile: WantedProfile; ref: string; name: string }
  | { kind: 'free_secret_name'; account: WantedAccount; ref: string; name: string }
  | { kind: 'add_profile'; profile: WantedProfile }
  | { kind: 'set_profile'; profile: WantedProfile; ref: string; name?: string; rateLimit?: string }
  | { kind: 'add_secret'; account: WantedAccount; profileName: string }
  | { kind: 'set_secret'; account: WantedAccount; ref: string; fields: SecretFields }
  | { kind: 'remove_secret'; account: WantedAccount; ref: string }
  | { kind: 'drop_session'; account: WantedAccount; ref: string; name: string };

/** Why something wanted cannot be made by itself. */
export type Obstacle = { code: 'profile_name_taken' | 'account_name_taken'; name: string };

export type ChangePlan = {
  changes: Change[];
  /** By account id: waits for a person. */
  obstacles: Map<string, Obstacle>;
};

export function planChanges(wanted: Wanted, observed: Observed): ChangePlan {
  const obstacles = new Map<string, Obstacle>();
  const takenProfiles = new Map<string, Obstacle>();
  const changes: Change[] = [];
  const profiles = lookAtNames(wanted.profiles, observed.profiles, ({ name }) => [name]);
  for (const profile of wanted.profiles) {
    if (isNameTaken(profile, profiles))
      takenProfiles.set(profile.id, { code: 'profile_name_taken', name: profile.name });
    else changes.push(...planProfile(profile, profiles));
  }
  const profileNames = new Map(wanted.profiles.map(({ id, name }) => [id, name]));
  const sessions = Map.groupBy(observed.sessions, ({ name }) => name);
  const secrets = lookAtNames(wanted.accounts, observed.secrets, ({ name, appliedName }) => [name, appliedName]);
  secrets.isStuck = ({ profileId }) => takenProfiles.has(profileId);
  // What goes frees a name for what comes.
  const removalsFirst = wanted.accounts.toSorted((a, b) => Number(b.isRemoved) - Number(a.isRemoved));
  for (const account of removalsFirst) {
    const own = secrets.own.get(account.id);
    if (account.isRemoved) {
      // Copies of it, too: what carries the mark of somebody who is gone would be his way back in.
      const leftovers = observed.secrets.filter(({ ownerId }) => ownerId === account.id);
      for (const { ref } of leftovers) {
        changes.push({ kind: 'remove_secret', account, ref });
        secrets.freed.add(ref);
      }
      const names = [...leftovers.map(({ name }) => name), account.appliedName];
      changes.push(...dropSessions(account, names, sessions, secrets));
      continue;
    }
    const obstacle: Obstacle | undefined = isNameTaken(account, secrets)
      ? { code: 'account_name_taken', name: account.name }
      : takenProfiles.get(account.profileId);
    // A cut must not wait for a name or a profile to come free: what is ours is switched off all the same.
    if (obstacle) {
      obstacles.set(account.id, obstacle);
      if (own && !account.isEnabled) changes.push(...cutOnly(account, own, sessions));
      continue;
    }
    const leaving = findLeaving(account, secrets);
    if (leaving) changes.push({ kind: 'free_secret_name', account: leaving.wanted, ...passing(leaving) });
    changes.push(...planAccount(account, own, profileNames.get(account.profileId) ?? '', sessions));
  }
  return { changes, obstacles };
}

type Named = { ref: string; name: string; ownerId: string | undefined };

/** Who has which name at the router, and who is to have it. */
type NameSight<W, O> = {
  wantedById: ReadonlyMap<string, W>;
  /** What is ours there, by the id in its mark. */
  own: ReadonlyMap<string, O>;
  byName: ReadonlyMap<string, O>;
  /** What is removed before anything takes its name. */
  freed: Set<string>;
  /** Stays as it is for another reason than its name. */
  isStuck: (wanted: W) => boolean;
};

function lookAtNames<W extends { id: string; name: string }, O extends Named>(
  wanted: readonly W[],
  observed: readonly O[],
  givenNames: (wanted: W) => readonly (string | null)[],
): NameSight<W, O> {
  const marked = Map.groupBy(observed, ({ ownerId }) => ownerId);
  const own = wanted.flatMap((one) => {
    const candidates = marked.get(one.id) ?? [];
    // Who copies an object at the router copies its mark with it: ours is the one under a name that we gave.
    const named = givenNames(one).map((name) => candidates.find((candidate) => candidate.name === name));
    const found = named.find((candidate) => candidate !== undefined) ?? candidates[0];
    return found ? [[one.id, found] as const] : [];
  });
  return {
    wantedById: new Map(wanted.map((one) => [one.id, one])),
    own: new Map(own),
    byName: new Map(observed.map((row) => [row.name, row])),
    freed: new Set(),
    isStuck: () => false,
  };
}

/** What has the name that something is to get, where it is not itself and does not go. */
function findHolder<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): O | undefined {
  if (sight.own.get(wanted.id)?.name === wanted.name) return undefined;
  const holder = sight.byName.get(wanted.name);
  return holder && !sight.freed.has(holder.ref) ? holder : undefined;
}

/** The holder of the name that something is to get, where it is ours and about to get another name. */
function findLeaving<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): { wanted: W; observed: O } | undefined {
  const observed = findHolder(wanted, sight);
  const leaver = sight.wantedById.get(observed?.ownerId ?? '');
  if (!observed || !leaver || leaver.name === observed.name || sight.own.get(leaver.id) !== observed) return undefined;
  return { wanted: leaver, observed };
}

/** A name comes free only when its holder finds his own new one free: along the chain, and around the ring. */
function isNameTaken<W extends { id: string; name: string }, O extends Named>(
  wanted: W,
  sight: NameSight<W, O>,
): boolean {
  const asked = new Set<string>();
  for (let next = wanted; !asked.has(next.id); ) {
    asked.add(next.id);
    if (!findHolder(next, sight)) return false;
    const leaving = findLeaving(next, sight);
    if (!leaving || sight.isStuck(leaving.wanted)) return true;
    next = leaving.wanted;
  }
  return false;
}

/** A name for the moment between two names. */
function passing(leaving: { wanted: { id: string }; observed: Named }): { ref: string; name: string } {
  return { ref: leaving.observed.ref, name: `lm-${leaving.wanted.id}` };
}

function planProfile(profile: WantedProfile, profiles: NameSight<WantedProfile, ObservedProfile>): Change[] {
  const leaving = findLeaving(profile, profiles);
  const free: Change[] = leaving ? [{ kind: 'free_profile_name', profile: leaving.wanted, ...passing(leaving) }] : [];
  const own = profiles.own.get(profile.id);
  if (!own) return [...free, { kind: 'add_profile', profile }];
  const set = {
    ...(own.name === profile.name ? {} : { name: profile.name }),
    ...(isSameRate(own.rateLimit, profile.rateLimit) ? {} : { rateLimit: profile.rateLimit }),
  };
  return Object.keys(set).length > 0 ? [...free, { kind: 'set_profile', profile, ref: own.ref, ...set }] : free;
}

function planAccount(
  account: WantedAccount,
  own: ObservedSecret | undefined,
  profileName: string,
  sessions: Map<string, ObservedSession[]>,
): Change[] {
  if (!own)
    return [
      { kind: 'add_secret', account, profileName },
      ...(account.isEnabled ? [] : dropsOf(account, account.name, sessions)),
    ];
  const fields: SecretFields = {
    ...(own.name === account.name ? {} : { name: account.name }),
    ...(isPasswordToWrite(account, own) ? { password: account.password } : {}),
    ...(own.profile === profileName ? {} : { profile: profileName }),
    ...(own.isDisabled === !account.isEnabled ? {} : { isDisabled: !account.isEnabled }),
  };
  const set: Change[] = Object.keys(fields).length > 0 ? [{ kind: 'set_secret', account, ref: own.ref, fields }] : [];
  // A session keeps the name that it logged in with, so after a renaming nobody would find it again.
  const lostNames = own.name === account.name ? [] : [own.name];
  const cutNames = account.isEnabled ? lostNames : [...lostNames, account.name];
  return [...set, ...cutNames.flatMap((name) => dropsOf(account, name, sessions))];
}

function isPasswordToWrite(account: WantedAccount, own: ObservedSecret): boolean {
  return own.password === undefined ? account.isUnsettled : own.password !== account.password;
}

function cutOnly(account: WantedAccount, own: ObservedSecret, sessions: Map<string, ObservedSession[]>): Change[] {
  const disable: Change[] = own.isDisabled
    ? []
    : [{ kind: 'set_secret', account, ref: own.ref, fields: { isDisabled: true } }];
  return [...disable, ...dropsOf(account, own.name, sessions)];
}

function dropsOf(account: WantedAccount, name: string, sessions: Map<string, ObservedSession[]>): Change[] {
  return (sessions.get(name) ?? []).map(({ ref }) => ({ kind: 'drop_session', account, ref, name }));
}

/** The sessions of a removed account, but not those of somebody else who has its name by now. */
function dropSessions(
  account: WantedAccount,
  names: readonly (string | null)[],
  sessions: Map<string, ObservedSession[]>,
  secrets: NameSight<WantedAccount, ObservedSecret>,
): Change[] {
  return [...new Set(names)].flatMap((name) => {
    if (!name) return [];
    const holder = secrets.byName.get(name);
    const isOthers = holder !== undefined && !secrets.freed.has(holder.ref);
    return isOthers ? [] : dropsOf(account, name, sessions);
  });
}
