import { expect, test } from 'vitest';
import { startTestRouter } from '#test/provider.test-support.ts';
import { startTestLastmile } from '#test/running.ts';

test('a router that the environment names is added at the first start, and once (B2)', async () => {
  const router = await startTestRouter({ identity: 'Hilltop' });
  const env = {
    MIKROTIK_HOST: '127.0.0.1',
    MIKROTIK_USER: 'lastmile',
    MIKROTIK_PASSWORD: 'demo',
    MIKROTIK_PORT: String(router.port),
  };
  const running = await startTestLastmile({ env });
  const list = async () => (await running.call('GET /api/routers')).body.items;
  const [first] = await list();
  expect(first).toMatchObject({ label: 'Hilltop', port: router.port, username: 'lastmile', mode: 'manage' });
  await running.restart();
  expect(await list()).toHaveLength(1);
  // One that was removed stays away.
  expect(await running.call(`DELETE /api/routers/${first.id}`)).toMatchObject({ status: 204 });
  await running.restart();
  expect(await list()).toEqual([]);
});

test('one that has subscribers already, or does not answer, is only observed', async () => {
  const router = await startTestRouter();
  router.put('/ppp/secret', { name: 'somebody', password: 'x' });
  const access = { MIKROTIK_HOST: '127.0.0.1', MIKROTIK_USER: 'lastmile', MIKROTIK_PASSWORD: 'demo' };
  const used = await startTestLastmile({ env: { ...access, MIKROTIK_PORT: String(router.port) } });
  expect((await used.call('GET /api/routers')).body.items).toMatchObject([{ mode: 'observe' }]);
  const away = await startTestLastmile({ env: { ...access, MIKROTIK_PORT: '9' } });
  expect((await away.call('GET /api/routers')).body.items).toMatchObject([
    { label: '127.0.0.1', mode: 'observe', trouble: { code: expect.any(String) } },
  ]);
});
