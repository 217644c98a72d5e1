import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { RouterConnections } from '#routers/connections.ts';
import { addCustomer, addRouter, fresh, settled, startTestRouter } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { runRedials } from './redials.ts';

let running: Running & { close(): Promise<void> };
let database: Database;
let connections: RouterConnections;

beforeAll(async () => {
  running = await openTestLastmile();
  database = openDatabase(running.databaseUrl, systemClock, 4);
  connections = new RouterConnections(createSealer(keyFromSecret('a secret for the tests')), {
    areLocalRoutersAllowed: true,
  });
});
afterAll(async () => {
  await connections.stop();
  await database.pool.end();
  await running.close();
});

/** Two customers of a plan who are online when its speed changes. */
async function beginWithOldSpeeds() {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const plan = (
    await running.call('POST /api/plans', { name: fresh('Plan'), priceMinor: '1', downKbps: '10M', upKbps: '5M' })
  ).body;
  const names = [fresh('ana'), fresh('ben')];
  for (const username of names) {
    const customer = await addCustomer(running, routerId, { username, planId: plan.id });
    await settled(running, customer.id);
    router.dial(username, 'secret-1');
  }
  await running.call(`POST /api/routers/${routerId}/sync`);
  const rows = async (): Promise<Loose> => (await running.call(`GET /api/plans/${plan.id}/routers`)).body;
  expect((await rows()).items).toMatchObject([
    { routerId, isApplied: true, accountCount: 2, liveCount: 2, oldSpeedCount: 0 },
  ]);
  await running.query(
    `update provisioning.sessions set started_at = started_at - interval '1 hour' where router_id = $1`,
    [routerId],
  );
  await running.call(`PUT /api/plans/${plan.id}`, { revision: 1, downKbps: '20M' });
  await eventually(rows, ({ items }) => items[0].isApplied && items[0].oldSpeedCount === 2);
  return { router, routerId, planId: plan.id, names, rows };
}

test('a new speed reaches the router, and the page tells how many run on the old one till they dial again', async () => {
  const { router, planId, names, rows } = await beginWithOldSpeeds();
  expect(router.find('/queue/simple', { name: `<pppoe-${names[0]}>` })?.['max-limit']).toBe('5120000/10240000');
  const asked = await running.call(`POST /api/plans/${planId}/redial`, { when: 'now' });
  expect(asked).toMatchObject({ status: 200, body: { endedAt: null, droppedCount: 0, failedCount: 0 } });
  // Nothing runs by itself in this test: now is when somebody asks, not the next minute.
  const done = await eventually(rows, ({ redial }) => redial.endedAt !== null);
  expect(router.count('/ppp/active')).toBe(0);
  expect(done).toMatchObject({
    items: [{ liveCount: 0, oldSpeedCount: 0 }],
    redial: { endedAt: expect.any(String), isStopped: false, droppedCount: 2, failedCount: 0, failures: [] },
  });
  router.dial(names[0] ?? '', 'secret-1');
  expect(router.find('/queue/simple', { name: `<pppoe-${names[0]}>` })?.['max-limit']).toBe('5120000/20480000');
});

test('a re-dial for the quiet hour of the settings drops nobody before, and can be stopped', async () => {
  const { router, planId, rows } = await beginWithOldSpeeds();
  const { revision } = (await running.call('GET /api/settings')).body;
  await running.call('PUT /api/settings', { revision, timeZone: 'Asia/Kolkata', quietHour: '04:20' });
  const { body } = await running.call(`POST /api/plans/${planId}/redial`, { when: 'quiet_hour' });
  expect(Date.parse(body.notBefore)).toBeGreaterThan(Date.now());
  // 04:20 in Kolkata, which has no summer time.
  expect(body.notBefore).toMatch(/T22:50:00/);
  expect((await rows()).quietAt).toBe(body.notBefore);
  await runRedials(database, connections, 5000, 0);
  expect(router.count('/ppp/active')).toBe(2);
  expect((await running.call(`DELETE /api/plans/${planId}/redial`)).status).toBe(204);
  expect((await rows()).redial).toMatchObject({ isStopped: true, droppedCount: 0 });
  expect(await running.call(`DELETE /api/plans/${planId}/redial`)).toMatchObject({
    status: 404,
    body: { code: 'redial_not_found' },
  });
});

test('what does not work is told, and is not tried for ever', async () => {
  const { router, routerId, planId, names, rows } = await beginWithOldSpeeds();
  const { revision } = (await running.call(`GET /api/routers/${routerId}`)).body;
  await running.call(`PUT /api/routers/${routerId}`, { revision, mode: 'observe' });
  await running.call(`POST /api/plans/${planId}/redial`, { when: 'now' });
  await runRedials(database, connections, 5000, 0);
  expect(router.count('/ppp/active')).toBe(2);
  const { redial } = await rows();
  expect(redial).toMatchObject({ endedAt: expect.any(String), droppedCount: 0, failedCount: 2 });
  expect(redial.failures.map(({ accountName }: Loose) => accountName).toSorted()).toEqual(names.toSorted());
  expect(redial.failures[0].trouble).toContain('only observed');
});
