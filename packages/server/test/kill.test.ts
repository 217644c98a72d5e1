// The server as a process of its own, with its own database, killed without a warning in the middle of the story.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.ts';
import { startTestRouter } from './provider.test-support.ts';
import { eventually } from './running.ts';
import { type Call, password, startServer } from './server-process.test-support.ts';

function createDataDir(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-kill-'));
  // As root the database runs as another user, who must get through to his own folder.
  fs.chmodSync(folder, 0o711);
  onTestFinished(async () => {
    // The database of the last one killed may still be ending: take it over, and end it for good.
    const postgres = await startEmbeddedPostgres(folder);
    await postgres.stop();
    fs.rmSync(new URL(postgres.url).searchParams.get('host') ?? '', { recursive: true, force: true });
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test('killed without a warning in mid-story and started again, the story continues and the router converges', async () => {
  const router = await startTestRouter();
  const DATA_DIR = createDataDir();
  const output: string[] = [];
  let server = await startServer({ ...process.env, DATA_DIR });
  const call: Call = (route, body) => server.call(route, body);
  const token = await server.signIn();
  const restart = async () => {
    await server.kill();
    output.push(...server.output);
    server = await startServer({ ...process.env, DATA_DIR });
  };
  const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
  const { id: routerId } = (await call('POST /api/routers', { label: 'Tower', ...access })).body;
  const [plan] = (await call('GET /api/plans')).body.items;

  // Killed as soon as the customer is promised: the router has not heard of him, or just half.
  const customer = { name: 'Ana', username: 'ana', password: 'hunter-66', routerId, planId: plan.id };
  router.faults.latencyMs = 200;
  const added = await call('POST /api/customers', customer);
  expect(added.status).toBe(201);
  await restart();
  await eventually(() => router.find('/ppp/secret', { name: 'ana' }));
  router.addSubscriber({ name: 'ana', password: 'hunter-66', redialMs: 100 });
  await eventually(() => router.find('/ppp/active', { name: 'ana' }));

  // Killed as soon as he is cut.
  const invoice = { customerId: added.body.id, amountMinor: '2999', dueOn: '2026-01-31', description: 'January' };
  const { id: invoiceId } = (await call('POST /api/invoices', invoice)).body;
  expect((await call('POST /api/billing/overdue-runs')).body).toMatchObject({ suspendedCount: 1 });
  await restart();
  await eventually(() => router.find('/ppp/secret', { name: 'ana' })?.disabled === 'true');
  await eventually(() => router.find('/ppp/active', { name: 'ana' }) === undefined);

  // Killed as soon as he paid: he paid once, and he is on.
  expect(await call(`POST /api/invoices/${invoiceId}/payments`)).toMatchObject({ status: 201 });
  await restart();
  await eventually(() => router.find('/ppp/active', { name: 'ana' }));
  const settled = await eventually(
    async () => (await call(`GET /api/customers/${added.body.id}`)).body,
    ({ accounts }) => accounts[0].pending === null,
  );
  expect(settled).toMatchObject({ status: 'active', balanceMinor: '0' });
  expect((await call(`GET /api/invoices/${invoiceId}`)).body.payments).toHaveLength(1);
  expect(router.rows('/ppp/secret').map(({ name }) => name)).toEqual(['ana']);
  await server.kill();
  output.push(...server.output);

  // Four starts at the level "debug" wrote no secret down.
  expect(output.length).toBeGreaterThan(0);
  for (const secret of ['hunter-66', password, token]) expect(output.join('\n')).not.toContain(secret);
});
