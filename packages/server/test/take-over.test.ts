// Two server processes on one database: one works on a router, and when it is killed the other one takes over.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../src/platform/test-database.ts';
import { startTestRouter } from './provider.test-support.ts';
import { eventually } from './running.ts';
import { startServer } from './server-process.test-support.ts';

test('a killed process’s routers are taken over by another one, which left them alone till then', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const router = await startTestRouter();
  const start = () => {
    const DATA_DIR = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-take-over-'));
    onTestFinished(() => fs.rmSync(DATA_DIR, { recursive: true, force: true }));
    const shared = { DATABASE_URL: database.url, SECRET_KEY: 'a secret key of both processes' };
    return startServer({ ...process.env, ...shared, DATA_DIR });
  };
  const first = await start();
  await first.signIn();
  const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
  const { id: routerId } = (await first.call('POST /api/routers', { label: 'Tower', ...access })).body;
  const [plan] = (await first.call('GET /api/plans')).body.items;
  const second = await start();
  const begun = router.accepted;

  // Asked of the second one, done by the first: nobody else connects.
  const customer = { name: 'Ana', username: 'ana', password: 'hunter-66', routerId, planId: plan.id };
  const { id } = (await second.call('POST /api/customers', customer)).body;
  const isDisabled = () => router.find('/ppp/secret', { name: 'ana' })?.disabled;
  await eventually(() => isDisabled() === 'false');
  expect(router.accepted).toBe(begun);

  await first.kill();
  expect((await second.call(`POST /api/customers/${id}/suspend`)).status).toBe(200);
  // Ten seconds at most till the other one looks whether they are free, and as long as the machine needs.
  await eventually(() => isDisabled() === 'true');
  expect(router.accepted).toBe(begun + 1);
});
