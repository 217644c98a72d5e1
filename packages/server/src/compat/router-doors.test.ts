// Seed D's endpoints for one router, called as they are written there: one line for each, with its row of the seeds.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addRouter, startTestRouter } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const facts = { identity: 'Hilltop', model: expect.any(String), firmware: expect.stringMatching(/^7\./) };
const figures = { cpuLoadPercent: expect.any(Number), freeMemoryBytes: expect.stringMatching(/^\d+$/), activeUsers: 0 };

const lines: [row: string, route: string, expected: Loose][] = [
  ['D24', 'POST /api/routers/:id/test', { ok: true, facts: { identity: 'Hilltop' } }],
  ['D25', 'GET /api/routers/:id/info', facts],
  ['D26', 'GET /api/routers/:id/stats', { ...figures, totalMemoryBytes: expect.stringMatching(/^\d+$/) }],
  ['D27', 'GET /api/routers/:id/active-users', { items: [], total: 0, next: null }],
  ['D28', 'POST /api/routers/:id/sync', { state: 'online', lastSyncAt: expect.any(String) }],
];

test.each(lines)('%s: %s works as seed D writes it', async (_row, route, expected) => {
  const router = await addRouter(running, await startTestRouter({ identity: 'Hilltop' }));
  const { status, body } = await running.call(route.replace(':id', router.id));
  expect(status).toBe(200);
  expect(body).toMatchObject(expected);
});

test('a router that does not answer is said to be away, with what to do', async () => {
  const { id } = await addAbsentRouter(running);
  for (const door of ['info', 'stats']) {
    const answer = await running.call(`GET /api/routers/${id}/${door}`);
    expect(answer).toMatchObject({ status: 502, body: { code: 'router_unreachable', message: expect.any(String) } });
  }
  const unknown = '01900000-0000-7000-8000-000000000000';
  for (const door of ['info', 'stats', 'active-users']) {
    expect(await running.call(`GET /api/routers/${unknown}/${door}`)).toMatchObject({ status: 404 });
  }
});
