// Adding, changing and removing rows, with every check the router makes. The API and the person at WinBox both come through here.

import type { Field, MenuView, Router } from './model.ts';
import { invalidValue, missingValues, noMatch, noSuchItem, unknownParameter } from './refusal.ts';
import type { Row, Values } from './rows.ts';

import type { Table } from './table.ts';

export interface Proposal {
  attributes: ReadonlyMap<string, string>;
  cleared: ReadonlySet<string>;
}

/** Everything of a row may be changed except what the router alone fills in. */
export function isSettable(field: Field | undefined): field is Field {
  return field !== undefined && !field.isReadOnly;
}

export function addRow(router: Router, menu: MenuView, proposal: Proposal): Row {
  const table = router.table(menu.path);
  const values: Values = copiedValues(table, menu, proposal.attributes.get('copy-from'));
  applyProposal(router, menu, proposal, values);
  const missing = menu.fields.filter((field) => field.isRequired && (values[field.name] ?? '') === '');
  if (missing.length > 0) throw missingOrEmpty(missing, proposal);
  menu.menu.check?.(router, values, undefined);
  refuseDuplicate(router, menu, table, values, undefined);
  const before = proposal.attributes.get('place-before');
  const target = before === undefined ? undefined : table.get(before, menu.acceptsNames);
  const row = insertRow(router, menu, values, false);
  if (target !== undefined) table.moveBefore([row], target);
  menu.menu.added?.(router, row);
  router.announce(menu.path, row);
  return row;
}

// A name that is there but empty is a wrong value (its minimum length is 1), one that is not there is missing.
function missingOrEmpty(missing: readonly Field[], proposal: Proposal) {
  const empty = missing.find((field) => proposal.attributes.has(field.name));
  return empty ? invalidValue(empty.name) : missingValues(missing.map((field) => field.name));
}

/** A row that the router makes by itself. */
export function addDynamicRow(router: Router, path: string, values: Values, session?: Row['session']): Row {
  const menu = router.menu(path);
  const row = insertRow(router, menu, values, true);
  if (session !== undefined) row.session = session;
  router.announce(path, row);
  return row;
}

function insertRow(router: Router, menu: MenuView, values: Values, isDynamic: boolean): Row {
  if (isDynamic && menu.fieldByName.has('dynamic')) values.dynamic = 'true';
  return router.table(menu.path).insert(values, isDynamic);
}

export function setRow(router: Router, menu: MenuView, row: Row, proposal: Proposal): void {
  menu.menu.protect?.(router, row, 'set');
  const values = { ...row.values };
  applyProposal(router, menu, proposal, values, row);
  const emptied = menu.fields.find((field) => field.isRequired && (values[field.name] ?? '') === '');
  if (emptied !== undefined && menu.menu.kind === 'list') throw invalidValue(emptied.name);
  menu.menu.check?.(router, values, row);
  const table = router.table(menu.path);
  refuseDuplicate(router, menu, table, values, row);
  const before = row.values;
  table.replace(row, values);
  if (before.name !== values.name && before.name !== undefined) {
    renameReferences(router, menu.path, before.name, values.name ?? '');
  }
  menu.menu.changed?.(router, row, before);
  router.announce(menu.path, row);
}

export function removeRow(router: Router, menu: MenuView, row: Row): void {
  menu.menu.protect?.(router, row, 'remove');
  eraseRow(router, menu.path, row);
}

/** Takes a row away without asking; hooks and listeners still hear of it. */
export function eraseRow(router: Router, path: string, row: Row): void {
  const table = router.table(path);
  if (!table.has(row)) return;
  table.delete(row);
  router.menu(path).menu.removed?.(router, row);
  router.announceDead(path, row);
}

function copiedValues(table: Table, menu: MenuView, source: string | undefined): Values {
  if (source === undefined) return {};
  const row = table.get(source, menu.acceptsNames);
  const settable = Object.entries(row.values).filter(([name]) => isSettable(menu.fieldByName.get(name)));
  return Object.fromEntries(settable);
}

const addressing = new Set(['.id', 'numbers', 'copy-from', 'place-before']);

function applyProposal(router: Router, menu: MenuView, proposal: Proposal, values: Values, row?: Row): void {
  for (const name of proposal.cleared) {
    if (!isSettable(menu.fieldByName.get(name))) throw unknownParameter(name);
    delete values[name];
  }
  for (const [name, input] of proposal.attributes) {
    if (addressing.has(name)) continue;
    const field = menu.fieldByName.get(name);
    if (!isSettable(field) || (row !== undefined && field.isAddOnly)) throw unknownParameter(name);
    if (input === '' && field.emptyClears) delete values[name];
    else storeValue(values, field, field.parse(input, name, router));
  }
}

function storeValue(values: Values, field: Field, value: string): void {
  // Ten thousand rows share their defaults: what equals the initial value is not stored again.
  if (value === field.initial) delete values[field.name];
  else values[field.name] = value;
}

function refuseDuplicate(router: Router, menu: MenuView, table: Table, values: Values, self: Row | undefined): void {
  const unique = menu.menu.unique;
  if (unique === undefined || unique.isLifted?.(router)) return;
  const keyField = menu.menu.keyField ?? 'name';
  const key = values[keyField];
  if (key === undefined) return;
  const read = (row: Values, name: string) => row[name] ?? menu.fieldByName.get(name)?.initial;
  const isSame = (row: Row) => unique.by.every((name) => read(row.values, name) === read(values, name));
  if (table.listByName(key).some((row) => row !== self && isSame(row))) throw unique.refusal(router, values);
}

// References are kept by identity on a router: a renamed profile is renamed in its secrets too.
function renameReferences(router: Router, path: string, before: string, after: string): void {
  for (const menu of router.catalog.menusReferringTo(path)) {
    const names = menu.fields.filter((field) => field.refersTo === path).map((field) => field.name);
    const table = router.existingTable(menu.path);
    if (table === undefined) continue;
    for (const row of table.all()) {
      for (const name of names) {
        if (row.values[name] === before) table.replace(row, { ...row.values, [name]: after });
      }
    }
  }
}

/** Rows of other menus that name this one. */
export function* listReferences(
  router: Router,
  path: string,
  name: string,
): Generator<{ menu: MenuView; row: Row; field: Field }> {
  for (const menu of router.catalog.menusReferringTo(path)) {
    const table = router.existingTable(menu.path);
    if (table === undefined) continue;
    const fields = menu.fields.filter((field) => field.refersTo === path);
    for (const row of table.all()) {
      for (const field of fields) {
        if (row.values[field.name] === name) yield { menu, row, field };
      }
    }
  }
}

export function setFlag(router: Router, menu: MenuView, row: Row, name: string, isOn: boolean): void {
  setRow(router, menu, row, { attributes: new Map([[name, isOn ? 'yes' : 'no']]), cleared: new Set() });
}

/** `unset =value-name=`: only what the menu lists as unsettable. */
export function unsetValue(router: Router, menu: MenuView, row: Row, name: string): void {
  const field = menu.fieldByName.get(name);
  if (!field?.canUnset) throw noMatch('value-name');
  setRow(router, menu, row, { attributes: new Map(), cleared: new Set([name]) });
}

export function theOnlyRow(router: Router, menu: MenuView): Row {
  const first = router.table(menu.path).all().next();
  if (first.done) throw noSuchItem();
  return first.value;
}
