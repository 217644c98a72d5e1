// Every column of the database that holds sealed texts, and the key that changes under a server that works.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addSecret, readSecrets } from '#platform/key-file.ts';
import { addAbsentRouter, addCustomer } from '#test/provider.test-support.ts';
import { type Running, startTestLastmile } from '#test/running.ts';
import { runCommand, sealedColumns } from './command-line.ts';
import { readConfig } from './config.ts';

const password = 'hunter2-of-a-router';

async function furnished(env: NodeJS.ProcessEnv): Promise<{ running: Running; routerId: string; accountId: string }> {
  const running = await startTestLastmile({ env });
  const router = await addAbsentRouter(running);
  const { revision } = router;
  await running.call(`PUT /api/routers/${router.id}`, { revision, password });
  const customer = await addCustomer(running, router.id, { password: 'secret-of-ana' });
  await addCustomer(running, router.id);
  const mail = (await running.call('GET /api/mail-settings')).body;
  await running.call('PUT /api/mail-settings', {
    revision: mail.revision,
    host: 'mail.example.org',
    username: 'x',
    password: 'mail-secret',
  });
  return { running, routerId: router.id, accountId: customer.accounts[0].id };
}

async function run(
  running: Running,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const config = readConfig({ DATABASE_URL: running.databaseUrl, DATA_DIR: running.dataDir, ...env });
  const code = await runCommand(config, 'secrets:rotate', args, (line) => said.push(line));
  return { code, said: said.join('\n') };
}

/** How many texts each key (or format) seals, over all columns. */
async function seals({ query }: Running): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { table, column } of sealedColumns) {
    const rows = await query(
      `select encode(substring(${column} from 1 for 5), 'hex') as key, count(*)::int as count from ${table} where length(${column}) > 0 group by 1`,
    );
    for (const { key, count } of rows) found[key] = (found[key] ?? 0) + count;
  }
  return found;
}

const revealed = async (running: Running, accountId: string) =>
  (await running.call(`POST /api/accounts/${accountId}/reveal`)).body?.password;

test('every column of the database that holds a sealed text is known to the rotation', async () => {
  const running = await startTestLastmile();
  const rows = await running.query(
    `select table_schema || '.' || table_name as table, column_name as column from information_schema.columns where column_name like '%\\_sealed' order by 1, 2`,
  );
  const known = sealedColumns.map(({ table, column }) => ({ table, column }));
  expect(known.toSorted((a, b) => a.table.localeCompare(b.table))).toEqual(rows);
});

test('while the server works all is sealed again by a new key, and both open meanwhile', async () => {
  const { running, accountId } = await furnished({ SECRET_KEY: '' });
  const before = Object.keys(await seals(running));
  expect(before).toHaveLength(1);
  const { code, said } = await run(running, {});
  expect([code, said]).toEqual([0, expect.stringMatching(/sealed 5 texts again/)]);
  const after = Object.keys(await seals(running));
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  expect(await revealed(running, accountId)).toBe('secret-of-ana');
  // What the running server seals now is sealed by the new key: it was not started again.
  await running.call('POST /api/customers', {
    name: 'New Nora',
    username: 'nora',
    password: 'x',
    routerId: (await running.call('GET /api/routers')).body.items[0].id,
    planId: (await running.call('GET /api/plans')).body.items[0].id,
  });
  expect(Object.keys(await seals(running))).toEqual(after);
  expect(readSecrets(running.dataDir)).toHaveLength(2);
  expect(await run(running, {}, '--forget-old')).toMatchObject({ code: 0, said: 'forgot 1 older key' });
  expect(await revealed(running, accountId)).toBe('secret-of-ana');
  expect(fs.statSync(path.join(running.dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('a rotation that was killed in the middle goes on where it was, with the same key', async () => {
  const { running, accountId } = await furnished({ SECRET_KEY: '' });
  // As it is left by a kill: the new key is there, one text is sealed by it, the others are not.
  addSecret(running.dataDir, readSecrets(running.dataDir));
  const [current] = readSecrets(running.dataDir);
  const id = (await running.call('GET /api/routers')).body.items[0].id;
  const { revision } = (await running.call(`GET /api/routers/${id}`)).body;
  await running.call(`PUT /api/routers/${id}`, { revision, password });
  expect(Object.keys(await seals(running))).toHaveLength(2);
  expect(await run(running, {}, '--forget-old')).toMatchObject({ code: 1 });
  const { said } = await run(running, {});
  expect(said).toMatch(/going on with a rotation that was cut short: 4 texts left/);
  expect(readSecrets(running.dataDir)[0]).toBe(current);
  expect(Object.keys(await seals(running))).toHaveLength(1);
  expect(await revealed(running, accountId)).toBe('secret-of-ana');
});

test('a key of the settings is changed by naming the former beside it', async () => {
  const { running, accountId } = await furnished({});
  const env = { SECRET_KEY: 'another secret, and a long one', SECRET_KEY_OLD: 'a secret for the tests' };
  await running.restart(env);
  expect(await revealed(running, accountId)).toBe('secret-of-ana');
  expect((await run(running, env)).code).toBe(0);
  await running.restart({ SECRET_KEY: env.SECRET_KEY });
  expect(await revealed(running, accountId)).toBe('secret-of-ana');
  expect((await run(running, { SECRET_KEY: env.SECRET_KEY })).said).toContain('all is sealed by SECRET_KEY');
});

test('a password that an import left as plain text works, and is sealed at the next look (D35)', async () => {
  const { running, accountId } = await furnished({});
  await running.query(`update provisioning.accounts set password_sealed = 'plain-secret' where id = $1`, [accountId]);
  expect(await revealed(running, accountId)).toBe('plain-secret');
  await running.restart();
  const [{ kept }] = await running.query(
    `select encode(password_sealed, 'escape') as kept from provisioning.accounts where id = $1`,
    [accountId],
  );
  expect(kept).not.toContain('plain-secret');
  expect(await revealed(running, accountId)).toBe('plain-secret');
});
