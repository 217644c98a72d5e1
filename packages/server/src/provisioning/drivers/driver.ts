// What the reconciler needs of a device, whatever it speaks. Few verbs; a new kind of device is another of these.

import type { ServiceKind } from '#provisioning/profiles.ts';
import type { LogLine } from '#provisioning/rules/login-log-rules.ts';
import type { Change, Observed } from '#provisioning/rules/object-rules.ts';

export type LiveSession = {
  service: ServiceKind;
  /** Tells this session of the router from all others, also after a reboot. */
  routerKey: string;
  accountName: string;
  address: string | null;
  callerId: string | null;
  uptimeSeconds: number;
  /** null: not asked for, or not told. */
  downBytes: bigint | null;
  upBytes: bigint | null;
};

/** What to look at of one kind: all accounts, or some, of which those with the ids must be there, under whatever name. */
export type KindScope = {
  service: ServiceKind;
  accounts: 'all' | { names: readonly string[]; ids: readonly string[] };
};

export type Scope = {
  kinds: readonly KindScope[];
  hasPools: boolean;
  /** The address list of the walled garden, where sessions are to be told apart by it. */
  walledList: string | undefined;
};

export type DeviceLog = {
  /** The latest last. */
  lines: readonly LogLine[];
  /** When a line was written, by our clock. */
  timeOf: (time: string) => Temporal.Instant | null;
};

/** The outcome of one change; an error of the device is its outcome, a lost connection is thrown. */
export type Applied = { change: Change; error: Error | undefined };

export type Driver = {
  observe(scope: Scope): Promise<Observed>;
  apply(changes: readonly Change[]): Promise<Applied[]>;
  /** Who is online; with what each has carried only where `isCounting`, for that costs a router more. */
  sessions(isCounting: boolean): Promise<LiveSession[]>;
  /** How many are online: a question that costs next to nothing. */
  countSessions(): Promise<number>;
  /** Says each time that somebody came or went, until the connection ends: a hint to look, where the device can give one. */
  watchSessions(): AsyncIterable<unknown>;
  /** What happened there lately, as of now; undefined where the device does not tell it. */
  readLog(now: Temporal.Instant): Promise<DeviceLog | undefined>;
  /** Drops a session by its key; nothing to do when it is gone already. */
  disconnect(routerKey: string): Promise<void>;
};
