// What a menu is made of: a declarative table of fields and verbs plus hooks for its behaviour.

import type { Board, Dialect, Span } from './dialect.ts';
import { isWithin } from './dialect.ts';
import type { Field } from './fields.ts';
import type { Refusal } from './refusal.ts';
import type { Reply } from './reply.ts';
import type { Request } from './request.ts';
import type { Router } from './router.ts';
import type { Row, Values } from './table.ts';

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

export function isInDialect(span: Span & { board?: Board }, dialect: Dialect): boolean {
  return isWithin(span, dialect.release) && (span.board === undefined || span.board === dialect.board);
}

export function createMenuView(menu: Menu, dialect: Dialect, commands: ReadonlyMap<string, Command>): MenuView {
  const fields = menu.fields.filter((field) => isInDialect(field, dialect));
  return {
    menu,
    path: menu.path,
    fields,
    fieldByName: new Map(fields.map((field) => [field.name, field])),
    commands,
    acceptsNames: menu.kind === 'list' && menu.unique?.by.join() === 'name',
  };
}

/** `argumentsOf('once', 'interval')`: arguments that every version has. */
export function argumentsOf(...names: readonly string[]): Record<string, Span> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
