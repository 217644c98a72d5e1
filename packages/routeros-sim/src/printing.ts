// Rows as words. Everything a client or a test sees of a row goes through here.

import type { Actor, Field, MenuView, Router } from './model.ts';
import type { Queried } from './query.ts';
import { formatId, type Row } from './rows.ts';

export interface View {
  router: Router;
  menu: MenuView;
  actor: Actor;
  showSensitive: boolean;
}

export function readProperty(view: View, row: Row, live: LiveValues, field: Field): string | undefined {
  if (field.isWriteOnly) return undefined;
  if (field.isSensitive && !maySeePassword(view)) {
    return view.router.assumptions.hiddenPassword === 'stars' ? '*****' : undefined;
  }
  const { omit } = view.router.faults;
  if (omit.size > 0 && omit.has(field.name)) return undefined;
  if (live !== nothingLive && field.name in live) return live[field.name];
  return row.values[field.name] ?? field.initial;
}

export type LiveValues = Readonly<Record<string, string | undefined>>;

const nothingLive: LiveValues = {};

export function liveValues(view: View, row: Row): LiveValues {
  return view.menu.menu.live?.(view.router, row) ?? nothingLive;
}

/** The attribute words of a row: all properties that have a value, or those of a proplist in its order. */
export function rowWords(view: View, row: Row, proplist: readonly string[] | undefined): string[] {
  const live = liveValues(view, row);
  const words: string[] = [];
  if (proplist === undefined) {
    if (view.menu.menu.kind === 'list') words.push(`=.id=${formatId(row.id)}`);
    for (const field of view.menu.fields) {
      const value = readProperty(view, row, live, field);
      if (value !== undefined) words.push(`=${field.name}=${value}`);
    }
    return words;
  }
  for (const name of proplist) {
    const value = propertyByName(view, row, live, name);
    if (value !== undefined) words.push(`=${name}=${value}`);
  }
  return words;
}

export function propertyByName(view: View, row: Row, live: LiveValues, name: string): string | undefined {
  if (name === '.id') return view.menu.menu.kind === 'list' ? formatId(row.id) : undefined;
  const field = view.menu.fieldByName.get(name);
  return field === undefined ? undefined : readProperty(view, row, live, field);
}

export function queriedRow(view: View, row: Row): Queried {
  let live: LiveValues | undefined;
  return {
    read(name) {
      live ??= liveValues(view, row);
      return propertyByName(view, row, live, name);
    },
    isFlag: (name) => view.router.assumptions.flagQuery === 'truth' && view.menu.fieldByName.get(name)?.isFlag === true,
  };
}

function maySeePassword(view: View): boolean {
  if (!view.actor.policies.has('sensitive')) return false;
  return view.showSensitive || !view.router.hidesPasswords;
}
