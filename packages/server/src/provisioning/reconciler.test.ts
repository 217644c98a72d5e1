// The reconciler alone, on a real database and real sockets: what only it can be asked.
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { addPerson } from '#customers/customers.ts';
import { hearAnnouncements } from '#platform/announcements.ts';
import { systemClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { createLocks } from '#platform/locks.ts';
import { createLog, type Log } from '#platform/log.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { RouterConnections } from '#routers/connections.ts';
import { addRouter, changeRouter, newRouterId } from '#routers/routers.ts';
import { fresh, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { eventually } from '#test/running.ts';
import { addAccount, unsettle } from './accounts.ts';
import { addProfile } from './profiles.ts';
import { Reconciler } from './reconciler.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const actor: Actor = { kind: 'system', id: null, name: 'test' };
const silent = createLog('silent', false);
let database: Database;
let url: string;
let profileId: string;

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  url = testDatabase.url;
  database = openDatabase(url, systemClock);
  profileId = await inTransaction(database, actor, (work) =>
    addProfile(work, { name: 'Basic', downKbps: 5120, upKbps: 5120 }),
  );
  return async () => {
    await database.pool.end();
    await testDatabase.drop();
  };
});

type Options = { log?: Log; sealer?: typeof sealer; commandTimeoutMs?: number; lookTimeoutMs?: number };

/** As a server process has it; stopped when the test is over. */
async function startReconciler(options: Options = {}): Promise<Reconciler> {
  const log = options.log ?? silent;
  const connections = new RouterConnections(options.sealer ?? sealer, {
    areLocalRoutersAllowed: true,
    ...(options.commandTimeoutMs ? { commandTimeoutMs: options.commandTimeoutMs } : {}),
  });
  const locks = createLocks(url, log);
  const announcements = await hearAnnouncements(url, log);
  const { lookTimeoutMs } = options;
  const parts = { database, sealer: options.sealer ?? sealer, connections, locks, log };
  const reconciler = new Reconciler({ ...parts, ...(lookTimeoutMs ? { lookTimeoutMs } : {}) });
  await reconciler.start(announcements);
  onTestFinished(async () => {
    await reconciler.stop();
    await locks.stop();
    await announcements.stop();
    await database.pool.query('update routers.routers set removed_at = now() where removed_at is null');
  });
  return reconciler;
}

async function saveRouter(router: Simulated): Promise<string> {
  const id = newRouterId();
  const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
  const fields = { label: fresh('Tower'), tls: 'off', fingerprint: null, mode: 'manage', ...access } as const;
  await inTransaction(database, actor, (work) => addRouter(work, sealer, id, fields));
  return id;
}

async function saveAccount(routerId: string): Promise<{ id: string; name: string }> {
  const name = fresh('ana');
  const id = await inTransaction(database, actor, async (work) => {
    const customerId = await addPerson(work, { name, email: null, phone: null, address: null, notes: null });
    return addAccount(work, sealer, { customerId, routerId, profileId, name, password: 'secret-1' });
  });
  return { id, name };
}

async function isSettled(accountId: string): Promise<boolean> {
  const { rows } = await database.pool.query(
    'select applied_version = version as settled from provisioning.accounts where id = $1',
    [accountId],
  );
  return rows[0].settled;
}

test('a change that was committed while no process ran is done at the next start', async () => {
  const router = await startTestRouter();
  const account = await saveAccount(await saveRouter(router));
  await startReconciler();
  await eventually(() => isSettled(account.id));
  expect(router.find('/ppp/secret', { name: account.name })).toBeDefined();
});

test('a change in the middle of the one before is not lost: what is marked as done is what was read', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  const account = await saveAccount(routerId);
  await startReconciler();
  await eventually(() => isSettled(account.id));
  for (let round = 1; round <= 20; round++) {
    const name = `${account.name}-${round}`;
    await inTransaction(database, actor, async (work) => {
      await work.db.updateTable('provisioning.accounts').set({ name }).where('id', '=', account.id).execute();
      await unsettle(work, account.id);
    });
  }
  await eventually(() => isSettled(account.id));
  expect(router.rows('/ppp/secret').map(({ name }) => name)).toEqual([`${account.name}-20`]);
});

test('a connection that is dead without knowing is given up and opened anew', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  await startReconciler({ commandTimeoutMs: 300 });
  const first = await saveAccount(routerId);
  await eventually(() => isSettled(first.id));
  router.faults.halfOpen = true;
  const second = await saveAccount(routerId);
  await eventually(() => isSettled(second.id));
  expect(router.find('/ppp/secret', { name: second.name })).toBeDefined();
});

test('a fault of our own is tried again with growing pauses, not in a circle', async () => {
  const lines: string[] = [];
  const log = createLog('error', false, { write: (line) => lines.push(line) });
  const account = await saveAccount(await saveRouter(await startTestRouter()));
  // The key of another installation: nothing can be opened.
  await startReconciler({ log, sealer: createSealer(keyFromSecret('another secret')) });
  await eventually(() => lines.length >= 3);
  // At least 0.75 s after the first, and 1.5 s after the second.
  const [first, , third] = lines.map((line) => JSON.parse(line).time);
  expect(third - first).toBeGreaterThanOrEqual(2000);
  expect(lines[0]).toContain('a visit to a router failed');
  expect(lines[0]).toContain('which is not at hand');
  expect(await isSettled(account.id)).toBe(false);
});

test('two processes on one database: one works on a router, and when it stops the other goes on', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  const one = await startReconciler();
  const first = await saveAccount(routerId);
  await eventually(() => isSettled(first.id));
  const other = await startReconciler();
  await other.lookNow(routerId);
  expect(router.connections).toBe(1);
  await one.stop();
  const second = await saveAccount(routerId);
  await other.lookNow(routerId);
  await eventually(() => isSettled(second.id));
  expect(router.find('/ppp/secret', { name: second.name })).toBeDefined();
});

test('a look that is asked for in a process that does not hold the router is done by the one that does', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  const one = await startReconciler();
  await one.lookNow(routerId);
  const account = await saveAccount(routerId);
  await eventually(() => isSettled(account.id));
  const other = await startReconciler();
  router.drop('/ppp/secret', router.find('/ppp/secret', { name: account.name })?.['.id'] ?? '');
  await other.lookNow(routerId);
  // When it answers, it was looked and mended, though by somebody else.
  expect(router.find('/ppp/secret', { name: account.name })).toBeDefined();
  expect(router.connections).toBe(1);
});

test('a look at a router that does not answer ends with its trouble, wherever it was asked for', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  const one = await startReconciler();
  await one.lookNow(routerId);
  const other = await startReconciler();
  router.faults.offline = true;
  await other.lookNow(routerId);
  const { rows } = await database.pool.query('select state from routers.routers where id = $1', [routerId]);
  expect(rows[0].state).toBe('unreachable');
});

test('a look that nobody does in time says so', async () => {
  const routerId = await saveRouter(await startTestRouter());
  // A process that hangs, and holds the router all the same.
  const hanging = createLocks(url, silent);
  onTestFinished(() => hanging.stop());
  await hanging.take(`router ${routerId}`);
  const reconciler = await startReconciler({ lookTimeoutMs: 300 });
  await expect(reconciler.lookNow(routerId)).rejects.toMatchObject({ code: 'router_look_late' });
});

test('a full look that is asked for while a smaller one is under way is a full look', async () => {
  const router = await startTestRouter();
  const routerId = await saveRouter(router);
  const reconciler = await startReconciler();
  const [lost, busy] = [await saveAccount(routerId), await saveAccount(routerId)];
  await eventually(() => isSettled(lost.id));
  await eventually(() => isSettled(busy.id));
  router.faults.latencyMs = 300;
  router.clearLog();
  await inTransaction(database, actor, (work) => unsettle(work, busy.id));
  await eventually(() => router.log().some(({ command }) => command === '/ppp/secret/print'));
  router.drop('/ppp/secret', router.find('/ppp/secret', { name: lost.name })?.['.id'] ?? '');
  await reconciler.lookNow(routerId);
  expect(router.find('/ppp/secret', { name: lost.name })).toBeDefined();
});

test('an edited address is used at once, and the old connection is closed', async () => {
  const [before, after] = [await startTestRouter(), await startTestRouter()];
  const routerId = await saveRouter(before);
  await startReconciler();
  const account = await saveAccount(routerId);
  await eventually(() => isSettled(account.id));
  await inTransaction(database, actor, (work) =>
    changeRouter(work, sealer, routerId, { revision: 1, port: after.port }),
  );
  await inTransaction(database, actor, (work) => unsettle(work, account.id));
  await eventually(() => after.find('/ppp/secret', { name: account.name }));
  await eventually(() => before.connections === 0);
});
