// What is wanted on a router, what was seen there, and the changes that lead from one to the other.
import type { ServiceKind } from './profile-rules.ts';

export type ProfileFields = {
  rateLimit: string;
  /** null: the router's own way, in each of them. */
  sessionTimeoutSeconds: number | null;
  idleTimeoutSeconds: number | null;
  sharedUsers: number | null;
  /** The name of a pool. */
  pool: string | null;
  /** null: whatever it is there, for each router has its own. */
  localAddress: string | null;
  addressList: string | null;
  dnsServers: string | null;
};

export type WantedProfile = { id: string; service: ServiceKind; name: string } & ProfileFields;

/** The addresses of a profile, under the profile's id. */
export type WantedPool = { id: string; name: string; ranges: string };

export type WantedAccount = {
  id: string;
  service: ServiceKind;
  /** The name that the router last had from us. */
  appliedName: string | null;
  /** Other names that a session of it may still have there. */
  formerNames: readonly string[];
  name: string;
  password: string;
  profileId: string;
  staticAddress: string | null;
  macAddress: string | null;
  isEnabled: boolean;
  /** Blocked, and let in to the walled garden only. */
  isWalled: boolean;
  isRemoved: boolean;
  /** Not known to be on the router as wanted: what cannot be read back (a password) must be written. */
  isUnsettled: boolean;
  /** Another speed is wanted for him: his sessions begin anew. */
  isToRedial?: boolean;
  /** It gets back what it had before its data was used up. */
  isGivenBack?: boolean;
};

export type Wanted = {
  pools: readonly WantedPool[];
  profiles: readonly WantedProfile[];
  accounts: readonly WantedAccount[];
  /** Profiles of the walled garden that the router does not take: without walls a blocked account is off. */
  refusedWalls?: ReadonlySet<string>;
};

export type Named = {
  ref: string;
  name: string;
  ownerId: string | undefined;
  /** Where the object can carry one. */
  comment?: string;
};

export type ObservedPool = Named & { ranges: string };

export type ObservedProfile = Named & { service: ServiceKind } & ProfileFields;

/** Limits of a user or secret that only hands at the router set: an account of ours has none. */
export const handLimits = ['limitUptime', 'limitBytesIn', 'limitBytesOut', 'limitBytesTotal'] as const;
export type HandLimit = (typeof handLimits)[number];

export type ObservedAccount = Named & {
  service: ServiceKind;
  profile: string;
  /** undefined where the router does not show it. */
  password: string | undefined;
  staticAddress: string | null;
  macAddress: string | null;
  isDisabled: boolean;
  /** Lets a subscriber in by its kind: a PPP secret may be for other tunnels only. */
  isForKind: boolean;
} & { [limit in HandLimit]?: string };

/** Somebody who is online under a name, or a device that may come back by its cookie. */
export type ObservedSession = {
  ref: string;
  service: ServiceKind;
  name: string;
  isCookie: boolean;
  /** Its address is in the list of the walled garden; undefined where nobody looked. */
  isWalled?: boolean | undefined;
};

export type Observed = {
  pools: readonly ObservedPool[];
  profiles: readonly ObservedProfile[];
  accounts: readonly ObservedAccount[];
  sessions: readonly ObservedSession[];
  /** Kinds that this router does not have. */
  missingKinds?: readonly ServiceKind[];
};

export type AccountFields = {
  name?: string;
  password?: string;
  profile?: string;
  staticAddress?: string | null;
  macAddress?: string | null;
  isForKind?: true;
  isDisabled?: boolean;
} & { [limit in HandLimit]?: null };

export type Change =
  /** Gives an object of ours that gets another name a name that nobody wants, so that its own comes free for another. */
  | { kind: 'free_profile_name'; profile: WantedProfile; ref: string; name: string }
  | { kind: 'free_account_name'; account: WantedAccount; ref: string; name: string }
  | { kind: 'add_pool'; pool: WantedPool }
  | { kind: 'set_pool'; pool: WantedPool; ref: string; name?: string; ranges?: string }
  | { kind: 'add_profile'; profile: WantedProfile }
  | { kind: 'set_profile'; profile: WantedProfile; ref: string; fields: { name?: string } & Partial<ProfileFields> }
  | { kind: 'add_account'; account: WantedAccount; profileName: string }
  | { kind: 'set_account'; account: WantedAccount; ref: string; fields: AccountFields }
  | { kind: 'remove_account'; account: WantedAccount; ref: string }
  /** What was there before us is taken over: see adoption-rules.ts. */
  | { kind: 'mark_profile'; profile: WantedProfile; ref: string; comment: string }
  | { kind: 'mark_account'; account: WantedAccount; ref: string; comment: string }
  | { kind: 'drop_session' | 'drop_cookie'; account: WantedAccount; ref: string; name: string };

/** Why something wanted cannot be made by itself. */
export type Obstacle = {
  code: 'profile_name_taken' | 'account_name_taken' | 'kind_missing' | 'walls_refused';
  service: ServiceKind;
  name: string;
  /** What has the name carries a mark that may be of ours: a look at everything will tell. */
  mayBeOurs?: true;
};

export type ChangePlan = {
  changes: Change[];
  /** By account id: waits for a person. */
  obstacles: Map<string, Obstacle>;
  /** Accounts that wait till another one of ours has left their name, and its session with it. */
  waitingIds: Set<string>;
  /**
   * By account id, to be written down before anything is sent: the name under which the router may know it from now on. What
   * is lost on the way (our answer, our process) is found again by it, and so is a session of the old name.
   */
  namesToNote: Map<string, string>;
};
