import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const schemaFile = fileURLToPath(new URL('../../../../shared/data/routeros-7.x-schema.json', import.meta.url));

interface Schema {
  menus: Record<string, { commands: Record<string, string[]>; read?: string[] }>;
}

function readSchema(): Schema | undefined {
  if (existsSync(schemaFile)) return JSON.parse(readFileSync(schemaFile, 'utf8')) as Schema;
  console.warn('skipped: the schema of real routers (../shared/data/routeros-7.x-schema.json) is not here');
  return undefined;
}

const schema = readSchema();

describe.skipIf(schema === undefined)('what the client says by itself is known to real routers', () => {
  it('the keepalive', () => {
    const identity = schema!.menus['/system/identity']!;
    // The console's print of a singleton has no proplist, the API's has (the documentation's example asks /system/resource with one).
    expect(identity.commands.print).toBeDefined();
    expect(identity.read).toContain('name');
  });

  it.each([
    ['/ppp/secret', 'print', ['count-only', 'proplist', 'follow', 'follow-only']],
    // The API's own name for the console's numbers is .id; move knows numbers only.
    ['/queue/simple', 'move', ['numbers', 'destination']],
    ['/ppp/secret', 'unset', ['value-name']],
    ['/ppp/secret', 'set', []],
    ['/ppp/secret', 'add', []],
    ['/ppp/secret', 'remove', []],
    ['/ppp/secret', 'enable', []],
    ['/ppp/secret', 'disable', []],
  ])('%s/%s', (menu, command, named) => {
    const known = schema!.menus[menu]!.commands[command];
    expect(known).toBeDefined();
    expect(known).toEqual(expect.arrayContaining(named));
  });
});
