// The client of this house against the simulator: every dialect, every bad day. Whatever the router does, the outcome is a row or
// a named error on that connection alone.

import {
  ClosedBeforeLogin,
  Conflict,
  connectRouter,
  NotFound,
  ProtocolError,
  type RouterClient,
  RouterError,
  Timeout,
  Unreachable,
  Unsupported,
} from '@lastmile/routeros';
import { afterEach, describe, expect, it } from 'vitest';
import type { Garble, SimulatedRouter } from './simulator.ts';
import { createTestRouters } from './test-routers.ts';

const { start } = createTestRouters();
const clients: RouterClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

type Options = Partial<Parameters<typeof connectRouter>[0]>;

async function connect(router: SimulatedRouter, options: Options = {}): Promise<RouterClient> {
  const client = await connectRouter({
    host: '127.0.0.1',
    port: router.port,
    username: 'lastmile',
    password: 'demo',
    ...options,
  });
  clients.push(client);
  return client;
}

describe.each(['6.42', '6.49', '7.16', '7.18', '7.24'] as const)('on RouterOS %s', (version) => {
  it('lists, adds, changes, removes and listens, on a line that cuts everything', async () => {
    const { router } = await start({ version, board: 'CHR' });
    router.faults.fragment = 3;
    const client = await connect(router);
    expect(await client.print('/ppp/secret')).toEqual([]);
    const events = client.listen('/ppp/secret');
    const first = events.next();
    const id = await client.add('/ppp/secret', { name: 'çelik', password: 'x' });
    expect((await first).value).toMatchObject({ '.id': id, name: 'çelik' });
    await client.set('/ppp/secret', id, { comment: 'жук' });
    expect(await client.print('/ppp/secret')).toMatchObject([{ name: 'çelik', comment: 'жук' }]);
    await expect(client.add('/ppp/secret', { name: 'çelik' })).rejects.toBeInstanceOf(Conflict);
    await expect(client.set('/ppp/secret', '*FF', { comment: '' })).rejects.toBeInstanceOf(NotFound);
    await expect(client.print('/system/routerboard')).rejects.toBeInstanceOf(Unsupported);
    await client.remove('/ppp/secret', id);
    await events.return?.();
    expect(router.count('/ppp/secret')).toBe(0);
  });
});

describe('on a bad day', () => {
  it.each(['endless-word', 'huge-length', 'million-words', 'control-byte'] as const)(
    '%s ends that connection with a protocol error',
    async (garble: Garble) => {
      const { router } = await start();
      const witness = await connect(router);
      const victim = await connect(router);
      router.faults.garble = garble;
      await expect(victim.print('/ppp/secret')).rejects.toBeInstanceOf(ProtocolError);
      router.faults.clear();
      expect(await witness.print('/system/identity')).toEqual([{ name: 'MikroTik' }]);
    },
  );

  it.each(['stranger-tag', 'double-done'] as const)('%s is survived', async (garble: Garble) => {
    const { router } = await start();
    const client = await connect(router);
    router.faults.garble = garble;
    router.faults.unknownReply = true;
    for (let round = 0; round < 3; round++)
      expect(await client.print('/system/identity')).toEqual([{ name: 'MikroTik' }]);
  });

  it('a login that is never answered, a closed door and a cut reply have names', async () => {
    const { router } = await start();
    router.faults.silentLogin = true;
    await expect(connect(router, { connectTimeoutMs: 200 })).rejects.toBeInstanceOf(Timeout);
    router.faults.clear();
    router.faults.closeOnAccept = true;
    await expect(connect(router)).rejects.toBeInstanceOf(ClosedBeforeLogin);
    router.faults.clear();
    const client = await connect(router);
    router.faults.truncateReply = 5;
    await expect(client.print('/system/resource')).rejects.toBeInstanceOf(RouterError);
    router.faults.clear();
    router.faults.offline = true;
    await router.settled();
    await expect(connect(router)).rejects.toBeInstanceOf(Unreachable);
  });

  it('garbage instead of TLS has a name, and both kinds of TLS work without it', async () => {
    const anonymous = await start({ tls: {} });
    const client = await connect(anonymous.router, { port: anonymous.router.tlsPort, tls: 'anonymous' });
    expect(await client.print('/system/identity')).toEqual([{ name: 'MikroTik' }]);
    const { router } = await start({ tls: { certificate: 'self-signed' } });
    const pinned: Options = { port: router.tlsPort, tls: 'pinned', fingerprint: router.fingerprint };
    expect(await (await connect(router, pinned)).print('/system/identity')).toEqual([{ name: 'MikroTik' }]);
    router.faults.tlsGarbage = true;
    await expect(connect(router, pinned)).rejects.toBeInstanceOf(RouterError);
  });
});
