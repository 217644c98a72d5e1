// An installation as it is delivered: no simulator is let in.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRouter } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile({ env: { ALLOW_LOCAL_ROUTERS: '' } });
});
afterAll(() => running.close());

const loginOf = (host: string, port: number) => ({ host, port, username: 'lastmile', password: 'demo' });
const refusal = { status: 400, body: { code: 'router_host_refused', fields: [{ path: 'host' }] } };

test.each(['127.0.0.1', 'localhost', '127.1', '2130706433', '::1', '::ffff:127.0.0.1', '0.0.0.0', '169.254.169.254'])(
  'a router at %s is neither tried nor added, and nothing knocks there',
  async (host) => {
    const router = await startTestRouter();
    const login = loginOf(host, router.port);
    expect(await running.call('POST /api/routers/test', login)).toMatchObject(refusal);
    expect(await running.call('POST /api/routers', { ...login, label: host })).toMatchObject(refusal);
    expect(router.log()).toEqual([]);
    expect(await running.query('select id from routers.routers where label = $1', [host])).toEqual([]);
  },
);

test('a router does not move to such a host', async () => {
  const { body } = await running.call('POST /api/routers', { ...loginOf('192.0.2.1', 1), label: 'Tower', tls: 'off' });
  const change = { host: 'localhost', revision: body.revision };
  expect(await running.call(`PUT /api/routers/${body.id}`, change)).toMatchObject(refusal);
  expect((await running.call(`GET /api/routers/${body.id}`)).body.host).toBe('192.0.2.1');
});

test('a router that is there already, or whose name moved, is not connected with, and says why', async () => {
  const router = await startTestRouter();
  for (const [label, host] of [
    ['Moved', 'localhost'],
    ['Old', '127.0.0.1'],
  ]) {
    await running.query(
      `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, created_at)
       values (gen_random_uuid(), $1, $2, $3, 'off', 'lastmile', 'demo', 'observe', now())`,
      [label, host, router.port],
    );
    const [{ id }] = await running.query('select id from routers.routers where label = $1', [label]);
    expect((await running.call(`POST /api/routers/${id}/test`)).body).toMatchObject({
      ok: false,
      trouble: { code: 'address_refused' },
    });
  }
  expect(router.log()).toEqual([]);
});
