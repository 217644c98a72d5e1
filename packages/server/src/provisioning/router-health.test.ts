// What a router tells of its health, how it was, and that its silence costs nobody his access.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, inTransaction, openDatabase } from '#platform/db.ts';
import { condenseHealth } from '#routers/health-history.ts';
import { addCustomer, addRouter, getCustomer, settled, startTestRouter } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock(Temporal.Now.instant().toString());
const actor: Actor = { kind: 'system', id: null, name: 'test' };
let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile({ clock });
});
afterAll(() => running.close());

const routerOf = async (id: string) => (await running.call(`GET /api/routers/${id}`)).body;
const history = async (id: string, window = 'day') =>
  (await running.call(`GET /api/routers/${id}/health?window=${window}`)).body.points as Loose[];

test('a router tells its health, and a point of it is kept', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  expect(await routerOf(id)).toMatchObject({
    state: 'online',
    cpuLoadPercent: expect.any(Number),
    temperatureCelsius: 47,
    clockSkewSeconds: expect.any(Number),
    latencyMs: expect.any(Number),
    uptimeSeconds: expect.any(Number),
    rosVersion: expect.stringMatching(/^7/),
    concerns: [],
  });
  expect(await history(id)).toMatchObject([
    { onlinePercent: 100, temperatureCelsius: 47, memoryUsedPercent: expect.any(Number) },
  ]);
});

test('a router with a wrong clock is degraded, and well again when the clock is', async () => {
  const router = await startTestRouter();
  router.faults.clockSkewMs = 3_600_000;
  const { id } = await addRouter(running, router);
  const degraded = await routerOf(id);
  expect(degraded).toMatchObject({ state: 'online', concerns: ['clock_wrong'] });
  expect(Math.abs(degraded.clockSkewSeconds - 3600)).toBeLessThan(60);
  router.faults.clockSkewMs = 0;
  await running.call(`POST /api/routers/${id}/sync`);
  expect((await routerOf(id)).concerns).toEqual([]);
});

test('a router that is offline does not suspend anybody', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id);
  await settled(running, customer.id);
  router.dial(customer.accounts[0].name, 'secret-1');
  router.faults.offline = true;
  await running.call(`POST /api/routers/${id}/sync`);
  expect(await routerOf(id)).toMatchObject({ state: 'unreachable', stateSince: expect.any(String), concerns: [] });
  await running.call('POST /api/billing/overdue-runs');
  expect(await getCustomer(running, customer.id)).toMatchObject({
    status: 'active',
    accounts: [{ blocks: [], pending: null }],
  });
  expect(await running.query('select from provisioning.blocks')).toEqual([]);
  router.clearLog();
  router.faults.offline = false;
  await eventually(
    async () => {
      await running.call(`POST /api/routers/${id}/sync`);
      return routerOf(id);
    },
    ({ state }) => state === 'online',
  );
  expect(router.log().filter(({ command }) => /\/(add|set|remove|disable)$/.test(command))).toEqual([]);
  expect(router.find('/ppp/secret', { name: customer.accounts[0].name })).toMatchObject({ disabled: 'false' });
});

test('silence is a point, too', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.faults.offline = true;
  clock.advance({ minutes: 5 });
  await running.call(`POST /api/routers/${id}/sync`);
  expect((await history(id)).map(({ onlinePercent }) => onlinePercent)).toEqual([100, 0]);
});

test('old points become hours, then nothing, and twice is as once', async () => {
  const { id } = await addRouter(running, await startTestRouter());
  const now = clock.now();
  await running.query('delete from routers.health_points where router_id = $1', [id]);
  const insert = (at: Temporal.Instant, step: number, cpu: number) =>
    running.query(
      `insert into routers.health_points (router_id, at, step_seconds, online_percent, cpu_load_percent) values ($1, $2, $3, 100, $4)`,
      [id, at.toString(), step, cpu],
    );
  const hour = Temporal.Instant.fromEpochMilliseconds(Math.floor(now.epochMilliseconds / 3_600_000) * 3_600_000);
  const old = hour.subtract({ hours: 5 * 24 });
  for (const [minutes, cpu] of [
    [0, 10],
    [5, 30],
    [60, 50],
  ] as const)
    await insert(old.add({ minutes }), 300, cpu);
  await insert(hour.subtract({ hours: 1 }), 300, 70);
  await insert(hour.subtract({ hours: 200 * 24 }), 3600, 90);
  const database = openDatabase(running.databaseUrl, clock);
  for (let time = 0; time < 2; time++) {
    await inTransaction(database, actor, condenseHealth);
    const rows = await running.query(
      'select step_seconds, cpu_load_percent from routers.health_points where router_id = $1 order by at',
      [id],
    );
    expect(rows.map(({ step_seconds, cpu_load_percent }) => [step_seconds, cpu_load_percent])).toEqual([
      [3600, 20],
      [3600, 50],
      [300, 70],
    ]);
  }
  await database.pool.end();
  expect((await history(id, 'week')).map(({ cpuLoadPercent }) => cpuLoadPercent)).toEqual([20, 50, 70]);
});
