// The verbs that menus share: print, listen, add, set, remove and the small ones around them.

import { addRow, isSettable, removeRow, setFlag, setRow, theOnlyRow, unsetValue } from './changes.ts';
import type { Span } from './dialect.ts';
import { argumentsOf } from './menu.ts';
import type { Call, Command, Field, Menu, Verb } from './model.ts';
import { followCommand, printCommand } from './print.ts';
import { missingValues } from './refusal.ts';
import { formatId, type Row } from './rows.ts';

/** The rows that `.id` or `numbers` name; several are separated by commas. */
export function namedRows(call: Call): Row[] {
  const text = call.request.attributes.get('.id') ?? call.request.attributes.get('numbers');
  if (text === undefined) throw missingValues(['numbers']);
  const table = call.router.table(call.menu.path);
  return text.split(',').map((part) => table.get(part, call.menu.acceptsNames));
}

function addCommand(menu: Menu): Command {
  const settable = menu.fields.filter(isSettable);
  const place: Record<string, Span> = menu.verbs?.move ? { 'place-before': {} } : {};
  return {
    policy: menu.writePolicy ?? 'write',
    arguments: { ...spans(settable), 'copy-from': menu.copyFrom ?? {}, ...place },
    run({ router, menu: view, request, reply }) {
      reply.done(formatId(addRow(router, view, request).id));
    },
  };
}

function setCommand(menu: Menu): Command {
  const settable = menu.fields.filter((field) => isSettable(field) && !field.isAddOnly);
  return {
    policy: menu.writePolicy ?? 'write',
    arguments: { ...spans(settable), ...laterSet(settable), ...(menu.kind === 'list' ? byId : {}) },
    run(call) {
      const { router, menu: view, request, reply } = call;
      const rows = menu.kind === 'list' ? namedRows(call) : [theOnlyRow(router, view)];
      for (const row of rows) setRow(router, view, row, request);
      reply.done();
    },
  };
}

const byId = argumentsOf('.id', 'numbers');

function spans(fields: readonly Field[]): Record<string, Span> {
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

// What could be added but only later be changed.
function laterSet(fields: readonly Field[]): Record<string, Span> {
  const later = fields.filter((field) => field.setSince !== undefined);
  return Object.fromEntries(later.map((field) => [field.name, { since: field.setSince }]));
}

function onNamedRows(menu: Menu, more: readonly string[], change: (call: Call, row: Row) => void): Command {
  return {
    policy: menu.writePolicy ?? 'write',
    arguments: { ...byId, ...argumentsOf(...more) },
    run(call) {
      for (const row of namedRows(call)) change(call, row);
      call.reply.done();
    },
  };
}

function moveCommand(menu: Menu): Command {
  return {
    policy: menu.writePolicy ?? 'write',
    arguments: { ...byId, destination: {} },
    run(call) {
      const table = call.router.table(call.menu.path);
      const destination = call.request.attributes.get('destination');
      const target = destination === undefined ? undefined : table.get(destination, call.menu.acceptsNames);
      const rows = namedRows(call).filter((row) => row !== target);
      table.moveBefore(rows, target);
      for (const row of rows) call.router.announce(call.menu.path, row);
      call.reply.done();
    },
  };
}

const makers: Record<Verb, (menu: Menu) => Command> = {
  print: printCommand,
  listen: followCommand,
  add: addCommand,
  set: setCommand,
  remove: (menu) => onNamedRows(menu, [], ({ router, menu: view }, row) => removeRow(router, view, row)),
  enable: (menu) =>
    onNamedRows(menu, [], ({ router, menu: view }, row) => setFlag(router, view, row, 'disabled', false)),
  disable: (menu) =>
    onNamedRows(menu, [], ({ router, menu: view }, row) => setFlag(router, view, row, 'disabled', true)),
  comment: (menu) =>
    onNamedRows(menu, ['comment'], ({ router, menu: view, request }, row) => {
      const comment = request.attributes.get('comment') ?? '';
      setRow(router, view, row, { attributes: new Map([['comment', comment]]), cleared: new Set() });
    }),
  unset: (menu) =>
    onNamedRows(menu, ['value-name'], ({ router, menu: view, request }, row) => {
      for (const name of (request.attributes.get('value-name') ?? '').split(',')) unsetValue(router, view, row, name);
    }),
  move: moveCommand,
};

/** The commands of a menu: its verbs, print under both its names, and its own actions. */
export function commandsOf(menu: Menu): Record<string, Command> {
  const commands: Record<string, Command> = {};
  const verbs: Partial<Record<Verb, Span>> = menu.kind === 'dir' ? {} : { print: {}, listen: {}, ...menu.verbs };
  for (const [verb, span] of Object.entries(verbs) as [Verb, Span][]) {
    commands[verb] = { ...makers[verb](menu), since: span.since, until: span.until };
  }
  // The old alias of print, still understood.
  if (commands.print) commands.getall = commands.print;
  return { ...commands, ...menu.actions };
}
