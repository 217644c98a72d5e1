// The router as its menus see it. A menu's hooks are given the router, and a router knows its menus: these types need each other, so
// they stand in one file, and nothing in it runs.

import type { Assumptions } from './assumptions.ts';
import type { Clock, OwnClock } from './clock.ts';
import type { Board, Dialect, Span, Version } from './dialect.ts';
import type { Faults } from './faults.ts';
import type { Meter } from './meter.ts';
import type { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { Row, Session, Values } from './rows.ts';
import type { SessionIndex } from './session-index.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';
import type { Table } from './table.ts';
import type { IpRange } from './values.ts';

export type Parse = (input: string, name: string, router: Router) => string;

export interface FieldOptions extends Span {
  /** Printed although nobody set it. Without it an unset property is absent. */
  initial?: string;
  isRequired?: boolean;
  isReadOnly?: boolean;
  /** Set but never printed, such as the password of a /user. */
  isWriteOnly?: boolean;
  /** Needs the `sensitive` policy to be seen. */
  isSensitive?: boolean;
  /** May be named in `unset`. */
  canUnset?: boolean;
  /** Only `add` takes it. */
  isAddOnly?: boolean;
  /** First release whose `set` takes it; add took it before. */
  setSince?: string;
  /** The empty text takes the value away instead of storing it. */
  emptyClears?: boolean;
  /** Only one kind of board has it. */
  board?: 'RouterBOARD' | 'CHR';
}

export interface Field extends FieldOptions {
  name: string;
  parse: Parse;
  isFlag: boolean;
  /** The words that are accepted, where there are only a few. */
  words?: readonly string[];
  /** The menu whose rows this field names. */
  refersTo?: string;
}

export type Policy =
  | 'local'
  | 'telnet'
  | 'ssh'
  | 'ftp'
  | 'reboot'
  | 'read'
  | 'write'
  | 'policy'
  | 'test'
  | 'winbox'
  | 'password'
  | 'web'
  | 'sniff'
  | 'sensitive'
  | 'api'
  | 'romon'
  | 'rest-api';

/** On whose behalf a command runs. The person at WinBox (`put`, `edit`, `drop`) may do everything. */
export interface Actor {
  name: string;
  policies: ReadonlySet<Policy>;
}

export interface Call {
  router: Router;
  menu: MenuView;
  request: Request;
  actor: Actor;
  reply: Reply;
}

export interface Command extends Span {
  arguments: Readonly<Record<string, Span>>;
  policy: Policy;
  takesQueries?: boolean;
  run(call: Call): void;
}

export type Verb = 'add' | 'set' | 'remove' | 'enable' | 'disable' | 'comment' | 'unset' | 'move' | 'print' | 'listen';

export interface Menu extends Span {
  path: string;
  kind: 'list' | 'single' | 'dir';
  board?: Board;
  fields: readonly Field[];
  /** Generic verbs; print, getall and listen come by themselves. */
  verbs?: Partial<Record<Verb, Span>>;
  actions?: Readonly<Record<string, Command>>;
  /** Arguments of print beyond those of every menu. */
  printArguments?: Readonly<Record<string, Span>>;
  /** Arguments of print that this menu lacks. */
  missingPrintArguments?: readonly string[];
  /** Versions whose add takes `copy-from`, where not all do. */
  copyFrom?: Span;
  /** The property that a row is looked up by, besides its .id. Default: name. */
  keyField?: string;
  unique?: {
    by: readonly string[];
    /** Where an assumption lifts the rule, `check` takes over. */
    isLifted?(router: Router): boolean;
    refusal(router: Router, proposed: Values): Refusal;
  };
  /** Changes need more than `write`, as /user does. */
  writePolicy?: Policy;
  /** Rows that exist from the first boot on. */
  seed?(router: Router): readonly Readonly<Record<string, string | undefined>>[];
  /** Rules that span fields; may correct the proposal. */
  check?(router: Router, proposed: Values, row: Row | undefined): void;
  protect?(router: Router, row: Row, verb: 'set' | 'remove'): void;
  added?(router: Router, row: Row): void;
  changed?(router: Router, row: Row, before: Readonly<Values>): void;
  removed?(router: Router, row: Row): void;
  /** Properties that depend on the moment of looking. */
  live?(router: Router, row: Row): Readonly<Record<string, string | undefined>>;
}

/** A menu as one version on one board has it. */
export interface MenuView {
  menu: Menu;
  path: string;
  fields: readonly Field[];
  fieldByName: ReadonlyMap<string, Field>;
  commands: ReadonlyMap<string, Command>;
  /** Whether a name may stand where an .id is expected. */
  acceptsNames: boolean;
}

/** Addresses of one pool: which are taken, and where the next search begins. */
export interface PoolState {
  rangesText: string;
  ranges: readonly IpRange[];
  total: number;
  next: number;
  used: Set<number>;
}

/** What one version on one board has, shared by all such routers. */
export interface Catalog {
  readonly dialect: Dialect;
  /** By path. */
  readonly menus: ReadonlyMap<string, MenuView>;
  menu(path: string): MenuView;
  menusReferringTo(path: string): readonly MenuView[];
  resolve(segments: readonly string[], unknownCommand: string): Resolved;
}

export interface Resolved {
  menu: MenuView;
  name: string;
  command: Command;
}

export interface RouterSettings {
  version: Version;
  board: Board;
  identity: string;
  model: string;
  serialNumber: string;
  clock: Clock;
  assumptions: Assumptions;
  /** Groups and users besides the built-in ones, as byte strings. */
  users: readonly { name: string; password: string; policy?: string }[];
}

export type RowFollower = (row: Row, isDead: boolean) => void;

/** The state of one router: its tables, its time, its log, its sessions. */
export interface Router {
  readonly settings: RouterSettings;
  readonly catalog: Catalog;
  readonly dialect: Dialect;
  readonly clock: OwnClock;
  readonly assumptions: Assumptions;
  readonly faults: Faults;
  readonly subscribers: Subscribers;
  /** By the id of the pool's row. */
  readonly pools: Map<number, PoolState>;
  readonly pppoeSessions: SessionIndex;
  readonly hotspotSessions: SessionIndex;
  /** What all subscribers together send and receive: the uplink. */
  traffic: { up: Meter; down: Meter };
  bootedMs: number;
  isDown: boolean;
  nextSessionNumber: number;
  nextJob: number;
  fallbackAddresses: number;
  /** Set by a person through /system/clock; the rest follows the clock. */
  clockShiftMs: number;
  readonly hidesPasswords: boolean;
  /** Called when the configuration of the API service changes. */
  onServiceChange: () => void;
  /** Called when somebody throws a user out through /user/active. */
  onLogout: (row: Row) => void;
  onReboot: (bootMs: number) => void;
  menu(path: string): MenuView;
  /** The rows of a menu. Filled on first sight, so an untouched menu costs nothing. */
  table(path: string): Table;
  existingTable(path: string): Table | undefined;
  /** The value of a property as it stands in the table, without live parts. */
  valueOf(path: string, row: Row, name: string): string | undefined;
  follow(path: string, follower: RowFollower): () => void;
  announce(path: string, row: Row): void;
  announceDead(path: string, row: Row): void;
  /** Local wall time as the router believes it. */
  localMs(): number;
  zoneOffsetMs(utcMs: number): number;
  writeLog(topics: string, message: string): void;
  findPppoeSession(name: string): Session | undefined;
  endHotspotSession(session: Session, reason: string): void;
  /** One attempt of a device. 'parked': nothing will change until somebody changes the account. */
  connectSubscriber(subscriber: Subscriber): 'online' | 'later' | 'parked';
  /** Everything that lives in memory only is gone: sessions, dynamic rows, the log, counters. */
  forgetMemory(): void;
}
