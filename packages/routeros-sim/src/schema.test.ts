// Every menu, command, argument and property that the simulator accepts or returns exists on real routers of that version.

import { describe, expect, it } from 'vitest';
import { catalogFor } from './catalog.ts';
import { type Board, isWithin, type Span, type Version } from './dialect.ts';
import type { Command, Field, MenuView } from './model.ts';

import { absent, readShared } from './test-shared.ts';

interface SchemaMenu {
  kind: string;
  commands?: Record<string, readonly string[]>;
  commandVersions?: Record<string, Span>;
  argVersions?: Record<string, Span>;
  unsetValueNames?: readonly string[];
  read?: readonly string[];
  writeOnlyOrUnlisted?: readonly string[];
  args?: Record<string, { enum?: readonly string[]; ref?: boolean; enumTruncated?: number }>;
  variants?: Record<string, { read: readonly string[] }>;
}

interface Schema {
  menus: Record<string, SchemaMenu>;
  commands: Record<
    string,
    { args: readonly string[]; until?: string; since?: string; argVersions?: Record<string, Span> }
  >;
  _meta: { print_versions: Record<string, Span | string> };
}

const file = 'routeros-7.x-schema.json';
const schema = readShared(file) as Schema | undefined;

// Words of the API that the console, and so the schema, does not have.
const apiCommands = ['getall', 'listen'];
const apiArguments = ['.id', '.proplist'];

/** What the schema does not confirm but the simulator has, and why. */
const exceptions: Record<string, string> = {
  '/tool/ping .proplist': 'API spelling of proplist',
  '/ping .proplist': 'API spelling of proplist',
  '/interface monitor-traffic .proplist': 'API spelling of proplist',
  '/radius monitor .proplist': 'API spelling of proplist',
  '/radius/incoming monitor .proplist': 'API spelling of proplist',
};

const propertyExceptions: Record<string, string> = {
  '/system/health name': 'RouterBOARD variant, manual Health page',
  '/system/health value': 'RouterBOARD variant, manual Health page',
  '/system/health type': 'RouterBOARD variant, manual Health page',
  '/system/health voltage': '6.x variant, library fixtures',
  '/system/health temperature': '6.x variant, library fixtures',
  '/system/health cpu-temperature': '6.x variant, library fixtures',
  '/system/health fan1-speed': '6.x variant, library fixtures',
};

const versions: { version: Version; board: Board; release: string }[] = [
  // The schema starts at 7.9.2; 6.x is held against that.
  { version: '6.42', board: 'RouterBOARD', release: '7.9.2' },
  { version: '6.49', board: 'CHR', release: '7.9.2' },
  { version: '7.16', board: 'CHR', release: '7.16.2' },
  { version: '7.16', board: 'RouterBOARD', release: '7.16.2' },
  { version: '7.18', board: 'RouterBOARD', release: '7.18.2' },
  { version: '7.24', board: 'RouterBOARD', release: '7.24' },
  { version: '7.24', board: 'CHR', release: '7.24' },
];

function hasArgument(
  known: SchemaMenu | undefined,
  path: string,
  command: string,
  name: string,
  release: string,
): boolean {
  const own = schema!.commands[`${path}/${command}`];
  const listed = known?.commands?.[command]?.includes(name) ?? own?.args.includes(name) ?? false;
  const general = command === 'print' ? schema!._meta.print_versions[name] : undefined;
  const span =
    known?.argVersions?.[`${command} ${name}`] ?? own?.argVersions?.[name] ?? (general as Span | undefined) ?? {};
  return listed && isWithin(span, release);
}

function unknownToSchema(view: MenuView, release: string): string[] {
  const known = schema!.menus[view.path];
  const wrong: string[] = [];
  // The list of sensors is known from the manual only, the schema comes from a virtual machine.
  const isVariant = known !== undefined && known.kind !== view.menu.kind && known.variants !== undefined;
  for (const [name, command] of view.commands) {
    if (apiCommands.includes(name)) continue;
    const own = schema!.commands[`${view.path}/${name}`];
    const span = known?.commandVersions?.[name] ?? own ?? {};
    if ((known?.commands?.[name] === undefined && own === undefined) || !isWithin(span, release)) {
      wrong.push(`command ${view.path}/${name}`);
      continue;
    }
    if (!isVariant) wrong.push(...unknownArguments(view, known, name, command, release));
  }
  for (const field of view.fields) {
    if (field.isWriteOnly) continue;
    const isKnown = known?.read?.includes(field.name) || known?.writeOnlyOrUnlisted?.includes(field.name);
    if (!isKnown && !propertyExceptions[`${view.path} ${field.name}`])
      wrong.push(`property ${view.path} ${field.name}`);
    wrong.push(...unknownWords(view, known, field));
    const mayUnset = known?.unsetValueNames?.includes(field.name) ?? false;
    if (field.canUnset && view.commands.has('unset') && !mayUnset) wrong.push(`unset ${view.path} ${field.name}`);
  }
  return wrong;
}

function unknownWords(view: MenuView, known: SchemaMenu | undefined, field: Field): string[] {
  const domain = known?.args?.[field.name];
  if (domain?.enum === undefined || domain.ref || domain.enumTruncated) return [];
  const words = field.words ?? (field.isFlag && !field.isReadOnly ? ['no', 'yes'] : []);
  return words.filter((word) => !domain.enum!.includes(word)).map((word) => `word ${view.path} ${field.name}=${word}`);
}

function unknownArguments(
  view: MenuView,
  known: SchemaMenu | undefined,
  name: string,
  command: Command,
  release: string,
): string[] {
  const wrong: string[] = [];
  for (const [argument, span] of Object.entries(command.arguments)) {
    if (!isWithin(span, release) || apiArguments.includes(argument)) continue;
    if (exceptions[`${view.path} ${name} ${argument}`]) continue;
    if (!hasArgument(known, view.path, name, argument, release))
      wrong.push(`argument ${view.path}/${name} ${argument}`);
  }
  return wrong;
}

describe.skipIf(schema === undefined)(schema === undefined ? absent(file) : 'the schema of real routers', () => {
  it.each(versions)('knows everything that RouterOS $version on $board has here', ({ version, board, release }) => {
    const { menus } = catalogFor(version, board);
    const wrong = [...menus.values()].flatMap((view) => {
      const isDirectory = view.menu.kind === 'dir';
      if (!isDirectory && schema!.menus[view.path] === undefined) return [`menu ${view.path}`];
      return unknownToSchema(view, release);
    });
    expect(wrong).toEqual([]);
  });

  it('agrees on which menus hold one row and which hold many', () => {
    const { menus } = catalogFor('7.24', 'CHR');
    for (const [path, view] of menus) {
      const known = schema!.menus[path];
      if (known) expect([path, view.menu.kind]).toEqual([path, known.kind]);
    }
  });
});
