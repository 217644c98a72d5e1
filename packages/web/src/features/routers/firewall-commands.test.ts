// What a person pastes into a router must be understood there.
import fs from 'node:fs';
import { expect, test } from 'vitest';
import {
  allowedPlacesCommands,
  gardenFilterCommands,
  gardenMasqueradeCommands,
  gardenPageCommands,
  gardenRemovalCommands,
  hotspotGardenCommands,
  serviceCommands,
} from './firewall-commands.ts';
import { plainCommands, secureCommands } from './routeros-commands.ts';

const garden = {
  addressList: 'late',
  allowedPlaces: ['pay.example.net', '198.51.100.0/24'],
  pageAddress: '192.0.2.10',
};
const access = { address: '192.0.2.5', username: 'lastmile', password: 'a"b$c' };

test('the places and the page stay open to those in the list, and nothing else but name servers', () => {
  expect(allowedPlacesCommands(garden).split('\n')).toEqual([
    '/ip firewall address-list',
    'add list=late-allowed address=pay.example.net comment="Lastmile"',
    'add list=late-allowed address=198.51.100.0/24 comment="Lastmile"',
    'add list=late-allowed address=192.0.2.10 comment="Lastmile"',
  ]);
  const [, places, udp, tcp, reject, jump] = gardenFilterCommands(garden).split('\n');
  expect(places).toContain('action=accept dst-address-list=late-allowed');
  expect([udp, tcp]).toEqual([
    expect.stringContaining('action=accept protocol=udp dst-port=53'),
    expect.stringContaining('action=accept protocol=tcp dst-port=53'),
  ]);
  expect(reject).toContain('action=reject');
  expect(jump).toMatch(/^add chain=forward action=jump .*src-address-list=late .*place-before=/);
});

test('a page that stays open is not led to the page of the provider', () => {
  expect(gardenPageCommands(garden)).toContain('src-address-list=late dst-address-list=!late-allowed');
});

test('the hotspot lets names through by name and addresses by address', () => {
  expect(hotspotGardenCommands(garden).split('\n')).toEqual([
    '/ip hotspot walled-garden add action=allow dst-host=pay.example.net comment="Lastmile"',
    '/ip hotspot walled-garden ip add action=accept dst-host=pay.example.net comment="Lastmile"',
    '/ip hotspot walled-garden ip add action=accept dst-address=198.51.100.0/24 comment="Lastmile"',
  ]);
});

test('the encrypted way opens no plain port, and the user of Lastmile may log in from its address only', () => {
  const all = secureCommands(access)
    .map(({ commands }) => commands)
    .join('\n');
  expect(all).toContain('/ip service set api-ssl certificate=lastmile-api tls-version=only-1.2 address=192.0.2.5');
  expect(all).not.toMatch(/service set api /);
  expect(all).toMatch(/user add name=lastmile group=lastmile address=192\.0\.2\.5 password="a\\"b\\\$c"/);
});

type Menu = { commands?: Record<string, readonly string[]> };
type Schema = { menus: Record<string, Menu>; commands: Record<string, { args?: unknown }> };

/** Ground truth beside the repository; absent on most machines. */
const schemaFile = new URL('../../../../../../shared/data/routeros-7.x-schema.json', import.meta.url);
const schema = fs.existsSync(schemaFile) ? (JSON.parse(fs.readFileSync(schemaFile, 'utf8')) as Schema) : undefined;

const blocks = [
  allowedPlacesCommands(garden),
  gardenFilterCommands(garden),
  gardenPageCommands(garden),
  gardenMasqueradeCommands(garden),
  hotspotGardenCommands(garden),
  gardenRemovalCommands(garden),
  serviceCommands.pppoe,
  serviceCommands.fasttrack,
  ...[...secureCommands(access), ...plainCommands(access)].map(({ commands }) => commands),
];

test.skipIf(!schema).each(blocks)('each argument exists on real routers: %s', (commands) => {
  let place = '';
  for (const line of commands.split('\n')) {
    // Neither quoted texts nor what stands in brackets are arguments of the command.
    const [bare = ''] = [line.replace(/"(\\.|[^"\\])*"/g, 'x').replace(/\[.*\]/, 'x')];
    if (bare.startsWith(':')) continue;
    const words = bare.split(' ');
    const path = words.filter((word) => !word.includes('='));
    if (path.length === words.length && path.length > 1 && menuOf(path)) {
      place = path.join(' ');
      continue;
    }
    const known = [...(bare.startsWith('/') ? [] : place.split(' ')), ...path];
    const at = known.findLastIndex((_, index) => menuOf(known.slice(0, index)) !== undefined);
    const command = known[at] ?? '';
    const allowed = menuOf(known.slice(0, at))?.commands?.[command];
    expect(allowed, `${line}: the command "${command}"`).toBeDefined();
    const given = words.filter((word) => word.includes('=')).map((word) => word.slice(0, word.indexOf('=')));
    expect(allowed).toEqual(expect.arrayContaining(given));
  }
});

function menuOf(words: readonly string[]): Menu | undefined {
  return schema?.menus[`/${words.join('/').replace(/^\//, '')}`];
}
