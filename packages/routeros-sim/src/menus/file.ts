// /file, backup and export.

import { addRow } from '../changes.ts';
import { choice, custom, shown, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import type { Call, Menu, MenuView, Router } from '../model.ts';
import { missingValues, noSuchItem, refuse } from '../refusal.ts';
import type { Row } from '../rows.ts';

import { formatDateTime } from '../values.ts';

// About 60 KB since 7.x, one memory page before.
const longestContents = (router: Router) => (router.dialect.isVersion6 ? 4096 : 61440);

function parseContents(input: string, _name: string, router: Router): string {
  if (input.length > longestContents(router)) throw refuse('failure: contents too long');
  return input;
}

const fileMenu: Menu = {
  path: '/file',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1, setSince: '7.13.5' }),
    choice('type', ['directory', 'file'], { since: '7.15.3' }),
    shown('size'),
    shown('last-modified'),
    custom('contents', parseContents),
  ],
  verbs: { add: {}, set: {}, remove: {} },
  copyFrom: { until: '7.17.1' },
  printArguments: {
    path: { since: '7.18.2' },
    recursive: { since: '7.18.2' },
    relative: { since: '7.18.2' },
    'show-hidden': { since: '7.19.6' },
    list: { since: '7.15.3', until: '7.20.8' },
  },
  unique: { by: ['name'], refusal: () => refuse('failure: file with such name already exists') },
  live(router, row) {
    const contents = row.values.contents ?? '';
    return {
      type: row.values.type ?? typeOf(row.values.name ?? ''),
      size: row.values.size ?? String(contents.length),
      'last-modified': row.values['last-modified'] ?? formatDateTime(router.bootedMs, router.dialect.hasIsoDates),
      contents: contents.length > longestContents(router) ? undefined : row.values.contents,
    };
  },
  added: touch,
  changed: touch,
  actions: {
    read: {
      since: '7.13.5',
      policy: 'read',
      arguments: argumentsOf('file', 'offset', 'chunk-size', 'as-value'),
      run: read,
    },
  },
};

function typeOf(name: string): string {
  if (name.endsWith('.backup')) return 'backup';
  return name.endsWith('.rsc') ? 'script' : '.txt file';
}

function touch(router: Router, row: Row): void {
  row.values['last-modified'] = formatDateTime(router.localMs(), router.dialect.hasIsoDates);
}

function read({ router, request, reply }: Call): void {
  const row = router.table('/file').findByName(request.attributes.get('file') ?? '');
  if (row === undefined) throw noSuchItem();
  const offset = Number(request.attributes.get('offset') ?? 0);
  const chunk = Number(request.attributes.get('chunk-size') ?? 32768);
  reply.row([`=data=${(row.values.contents ?? '').slice(offset, offset + chunk)}`]);
  reply.done();
}

function writeFile(router: Router, name: string, contents: string, size: number): void {
  const table = router.table('/file');
  const row =
    table.findByName(name) ??
    addRow(router, router.menu('/file'), { attributes: new Map([['name', name]]), cleared: new Set() });
  row.values.contents = contents;
  row.values.size = String(size);
  touch(router, row);
  router.announce('/file', row);
}

const backupMenu: Menu = {
  path: '/system/backup',
  kind: 'dir',
  fields: [],
  actions: {
    save: {
      policy: 'ftp',
      arguments: argumentsOf('dont-encrypt', 'encryption', 'name', 'password'),
      run({ router, request, reply }) {
        const name = request.attributes.get('name') ?? router.table('/system/identity').all().next().value?.values.name;
        // Without a password a backup is not encrypted (since 6.43), and it holds every secret of the router.
        writeFile(router, `${name ?? 'MikroTik'}.backup`, '', 20_000 + router.table('/ppp/secret').size * 120);
        reply.done();
      },
    },
    load: {
      policy: 'ftp',
      arguments: argumentsOf('force-v6-to-v7-configuration-upgrade', 'name', 'password'),
      run({ router, request }) {
        const name = request.attributes.get('name');
        if (name === undefined) throw missingValues(['name']);
        if (router.table('/file').findByName(name) === undefined) throw noSuchItem();
        router.onReboot(2000);
      },
    },
  },
};

/** The configuration as a script. The API never returns it: it has to be written to a file and fetched. */
function exportText(router: Router, showsSecrets: boolean): string {
  const lines = [`# RouterOS ${router.dialect.release}`];
  for (const menu of router.catalog.menus.values()) {
    const table = router.existingTable(menu.path);
    if (table === undefined || !menu.commands.has('add') || menu.path === '/file') continue;
    const commands = [...table.all()].flatMap((row) => exportLine(menu, row, showsSecrets) ?? []);
    if (commands.length > 0) lines.push(menu.path.replaceAll('/', ' ').trim().replace(/^/, '/'), ...commands);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function exportLine(menu: MenuView, row: Row, showsSecrets: boolean): string | undefined {
  if (row.isDynamic || row.values.default === 'true') return undefined;
  const words = menu.fields.flatMap((field) => {
    const value = row.values[field.name];
    const isHidden = field.isReadOnly || field.isWriteOnly || (field.isSensitive && !showsSecrets);
    if (value === undefined || isHidden) return [];
    const printed = field.isFlag ? (value === 'true' ? 'yes' : 'no') : value;
    return [`${field.name}=${/^[\w.,:/-]+$/.test(printed) ? printed : JSON.stringify(printed)}`];
  });
  return `add ${words.join(' ')}`;
}

export function runExport({ router, request, reply }: Call): void {
  const { attributes } = request;
  const file = attributes.get('file');
  // 6.x shows secrets unless told not to, 7.x hides them unless told to show.
  const showsSecrets = router.dialect.isVersion6 ? !attributes.has('hide-sensitive') : attributes.has('show-sensitive');
  if (file !== undefined) {
    const script = exportText(router, showsSecrets);
    writeFile(router, file.endsWith('.rsc') ? file : `${file}.rsc`, script, script.length);
  }
  reply.done();
}

export const fileMenus: readonly Menu[] = [fileMenu, backupMenu];
