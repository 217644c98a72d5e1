// What a version on a board has of a menu.

import type { Board, Dialect, Span } from './dialect.ts';
import { isWithin } from './dialect.ts';
import type { Command, Menu, MenuView } from './model.ts';

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
