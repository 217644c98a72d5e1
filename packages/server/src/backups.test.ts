// Backups of the whole program: asked for on the page, put back at the command line, and the failure that rings.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { eventually, type Loose, startTestLastmile } from '#test/running.ts';
import { runCommand } from './command-line.ts';
import { readConfig } from './config.ts';

const customersOf = async (call: (route: string) => Promise<Loose>) =>
  (await call('GET /api/customers')).body.items.map(({ name }: Loose) => name);

test('the database is backed up from the page, rings where it cannot be, and is put back with books and log that agree', async () => {
  // The embedded database, in the data folder of this test alone.
  const running = await startTestLastmile({ env: { DATABASE_URL: '' } });
  const { call, dataDir } = running;
  const run = async (name: string, ...args: string[]) => {
    const said: string[] = [];
    const config = readConfig({ DATA_DIR: dataDir, SECRET_KEY: 'a secret for the tests' });
    const code = await runCommand(config, name, args, (line) => said.push(line));
    return { code, said: said.join('\n') };
  };
  const backups = async () => (await call('GET /api/database')).body.backups;
  const router = await addAbsentRouter(running);
  const ana = await addCustomer(running, router.id);
  await issueInvoice(running, ana.id);
  expect(await backups()).toEqual({ count: 0, kept: 7, isUnderWay: false, last: null });

  expect((await call('POST /api/jobs/run', { job: 'system.back-up' })).status).toBe(204);
  const { last } = await eventually(backups, ({ last }) => last !== null, 90_000);
  expect(Number(last.bytes)).toBeGreaterThan(10_000_000);
  await eventually(
    async () => (await call('GET /api/events?search=backup.made')).body.items,
    ({ length }) => length === 1,
  );
  expect(await run('database:restore', '--backup', last.name).catch(({ message }) => message)).toMatch(
    /stop the server/,
  );

  await addCustomer(running, router.id, { name: 'Later' });
  expect(await customersOf(call)).toContain('Later');
  await running.lastmile.stop();
  expect(await run('database:restore', '--backup', last.name)).toMatchObject({
    code: 0,
    said: expect.stringMatching(/restored 20.*the database of before lies in .*postgres\.before-restore-/s),
  });
  expect(await run('audit:verify')).toMatchObject({ code: 0 });
  await running.restart();
  expect(await customersOf(call)).toEqual([ana.name]);
  expect((await call('GET /api/books/check')).body).toMatchObject({ count: 0 });

  // In the place of the folder lies a file.
  fs.rmSync(path.join(dataDir, 'backups'), { recursive: true });
  fs.writeFileSync(path.join(dataDir, 'backups'), '');
  await expect(run('database:backup')).rejects.toThrow(/ENOTDIR/);
  const { items } = (await call('GET /api/events?level=alarm&search=backup.failed')).body;
  expect(items).toMatchObject([{ message: expect.stringContaining('The database was not backed up.'), seenAt: null }]);
}, 240_000);

test('backups of an own PostgreSQL are its operator’s', async () => {
  const { call, databaseUrl, dataDir } = await startTestLastmile();
  expect((await call('GET /api/database')).body.backups).toBeNull();
  expect((await call('POST /api/jobs/run', { job: 'system.back-up' })).status).toBe(404);
  const config = readConfig({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, SECRET_KEY: 'a secret for the tests' });
  for (const name of ['database:backup', 'database:restore'])
    await expect(runCommand(config, name, [], () => {})).rejects.toThrow(/a PostgreSQL of your own/);
});
