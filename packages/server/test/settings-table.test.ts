// docs/settings.md, held against the contract and against what a fresh installation has.
import fs from 'node:fs';
import path from 'node:path';
import { api } from '@lastmile/contract/api.ts';
import type { Endpoint } from '@lastmile/contract/endpoint.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type Loose, openTestLastmile, type Running } from './running.ts';

const text = fs.readFileSync(path.join(import.meta.dirname, '../../../docs/settings.md'), 'utf8');

/** Of each table its route and, by field, what stands under "at first". */
const written = new Map(
  text.split('\n## ').flatMap((section) => {
    const route = /`(PUT [^`]+)`/.exec(section.split('\n')[0] ?? '')?.[1];
    const rows = [...section.matchAll(/^\| (\w+) \| (.+?) \| .*\|$/gm)].filter(([, field]) => field !== 'field');
    return route ? [[route, new Map(rows.map(([, field = '', first = '']) => [field, first]))] as const] : [];
  }),
);

// They change a picture, a role, a router that the caller names.
const noSettings = ['PUT /api/settings/logo', 'PUT /api/roles', 'PUT /api/mikrotik/sync'];

// What everybody changes is his own.
const isOwn = ({ permission }: Endpoint) => permission === 'signed_in' || permission === 'password_change';

const settingRoutes = (Object.entries(api) as [string, Endpoint][]).filter(
  ([route, endpoint]) =>
    route.startsWith('PUT ') && !route.includes(':') && !noSettings.includes(route) && !isOwn(endpoint),
);

test('every setting of the contract stands in docs/settings.md, and nothing else does', () => {
  const fields = settingRoutes.map(([route, { body }]) => [
    route,
    Object.keys((body as z.ZodObject).shape).filter((name) => name !== 'revision'),
  ]);
  const known = Object.fromEntries([...written].map(([route, rows]) => [route, [...rows.keys()]]));
  expect(known).toEqual(Object.fromEntries(fields));
});

describe('a fresh installation', () => {
  let running: Running & { close(): Promise<void> };
  beforeAll(async () => {
    running = await openTestLastmile();
  });
  afterAll(() => running.close());

  const read = async (route: string) => (await running.call(route.replace('PUT', 'GET'))).body;

  test('has what docs/settings.md says', async () => {
    const found: Loose = {};
    for (const [route, rows] of written) {
      const body = await read(route);
      const told = [...rows.keys()].map((name) => [name, name in body ? JSON.stringify(body[name]) : 'written only']);
      found[route] = Object.fromEntries(told);
    }
    expect(found).toEqual(Object.fromEntries([...written].map(([route, rows]) => [route, Object.fromEntries(rows)])));
  });

  test('refuses a wrong value of each setting, and names it', async () => {
    for (const [route, rows] of written) {
      const { revision } = await read(route);
      for (const name of rows.keys())
        expect([name, await running.call(route, { revision, [name]: { wrong: true } })]).toMatchObject([
          name,
          { status: 400, body: { code: 'invalid_input', fields: [{ path: name }] } },
        ]);
    }
  });
});
