// The heart: from what is wanted and what was seen on a router, what has to be done there. Pure, so that every case can
// be a line in a table.
import { isSameRate } from './rate-limits.ts';

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
  for (const profile of wanted.profiles) {
    const planned = planProfile(profile, observed.profiles);
    if (planned && 'code' in planned) takenProfiles.set(profile.id, planned);
    else if (planned) changes.push(planned);
  }
  const profileNames = new Map(wanted.profiles.map(({ id, name }) => [id, name]));
  const secrets = indexSecrets(observed.secrets);
  const sessions = Map.groupBy(observed.sessions, ({ name }) => name);
  // What goes frees a name for what comes.
  const removalsFirst = wanted.accounts.toSorted((a, b) => Number(b.isRemoved) - Number(a.isRemoved));
  const freed = new Set<string>();
  for (const account of removalsFirst) {
    const own = secrets.byOwner.get(account.id);
    if (account.isRemoved) {
      if (own) {
        changes.push({ kind: 'remove_secret', account, ref: own.ref });
        freed.add(own.ref);
      }
      changes.push(...dropSessions(account, [own?.name, account.appliedName], sessions, secrets, freed));
      continue;
    }
    const holder = secrets.byName.get(account.name);
    const isNameTaken = holder !== undefined && holder !== own && !freed.has(holder.ref);
    const obstacle: Obstacle | undefined = isNameTaken
      ? { code: 'account_name_taken', name: account.name }
      : takenProfiles.get(account.profileId);
    // A cut must not wait for a name or a profile to come free: what is ours is switched off all the same.
    if (obstacle) {
      obstacles.set(account.id, obstacle);
      if (own && !account.isEnabled) changes.push(...cutOnly(account, own, sessions));
      continue;
    }
    changes.push(...planAccount(account, own, profileNames.get(account.profileId) ?? '', sessions));
  }
  return { changes, obstacles };
}

function planProfile(profile: WantedProfile, observed: readonly ObservedProfile[]): Change | Obstacle | undefined {
  const own = observed.find(({ ownerId }) => ownerId === profile.id);
  const holder = observed.find(({ name }) => name === profile.name);
  if (holder && holder !== own) return { code: 'profile_name_taken', name: profile.name };
  if (!own) return { kind: 'add_profile', profile };
  const name = own.name === profile.name ? undefined : profile.name;
  const rateLimit = isSameRate(own.rateLimit, profile.rateLimit) ? undefined : profile.rateLimit;
  if (name === undefined && rateLimit === undefined) return undefined;
  return { kind: 'set_profile', profile, ref: own.ref, ...(name ? { name } : {}), ...(rateLimit ? { rateLimit } : {}) };
}

type SecretIndex = { byOwner: Map<string, ObservedSecret>; byName: Map<string, ObservedSecret> };

function indexSecrets(secrets: readonly ObservedSecret[]): SecretIndex {
  return {
    byOwner: new Map(secrets.flatMap((secret) => (secret.ownerId ? [[secret.ownerId, secret] as const] : []))),
    byName: new Map(secrets.map((secret) => [secret.name, secret])),
  };
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
  names: readonly (string | null | undefined)[],
  sessions: Map<string, ObservedSession[]>,
  secrets: SecretIndex,
  freed: ReadonlySet<string>,
): Change[] {
  return [...new Set(names)].flatMap((name) => {
    if (!name) return [];
    const holder = secrets.byName.get(name);
    const isOthers = holder !== undefined && !freed.has(holder.ref);
    return isOthers ? [] : dropsOf(account, name, sessions);
  });
}
