import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type RouterOptions, type SimulatedRouter, startRouter } from './simulator.ts';
import { logInTo, type TestClient } from './test-client.ts';

const open: { router: SimulatedRouter; client: TestClient }[] = [];

async function start(options: RouterOptions = {}) {
  const clock = createVirtualClock();
  const router = await startRouter({ clock, ...options });
  const client = await logInTo(router.port);
  open.push({ router, client });
  router.put('/ip/pool', { name: 'clients', ranges: '10.0.0.2-10.0.0.254' });
  router.put('/ppp/profile', { name: 'basic', 'rate-limit': '5M/10M', 'remote-address': 'clients' });
  return { router, clock, client };
}

afterEach(async () => {
  for (const { router, client } of open.splice(0)) {
    client.destroy();
    await router.stop();
  }
});

describe('a secret', () => {
  it('is printed with the defaults that a router prints and without what is unset', async () => {
    const { client } = await start();
    await client.talk('/ppp/secret/add', '=name=ali', '=password=x', '=profile=basic');
    const [row] = await client.rows('/ppp/secret/print');
    expect(row).toEqual({
      '.id': '*1',
      name: 'ali',
      service: 'any',
      'caller-id': '',
      password: 'x',
      profile: 'basic',
      routes: '',
      'ipv6-routes': '',
      'limit-bytes-in': '0',
      'limit-bytes-out': '0',
      'last-logged-out': '1970-01-01 00:00:00',
      disabled: 'false',
    });
  });

  it.each([
    [['=name=ali'], ['!trap', '=message=failure: secret with the same name already exists']],
    [
      ['=name=bob', '=profile=gold'],
      ['!trap', '=category=1', '=message=input does not match any value of profile'],
    ],
    [
      ['=name=bob', '=remote-address=x'],
      ['!trap', '=category=1', '=message=invalid value for argument remote-address'],
    ],
    [
      ['=name=bob', '=nickname=b'],
      ['!trap', '=message=unknown parameter nickname'],
    ],
    [
      ['=name=bob', '=last-caller-id=b'],
      ['!trap', '=message=unknown parameter last-caller-id'],
    ],
    [['=password=x'], ['!trap', '=message=missing value(s) of argument(s) name']],
  ])('is refused with the words of the router: %j', async (words, trap) => {
    const { client, router } = await start();
    router.put('/ppp/secret', { name: 'ali' });
    expect(await client.talk('/ppp/secret/add', ...words)).toEqual([trap, ['!done']]);
  });

  it('takes 10,000 characters in its name and gives them back', async () => {
    const { client, router } = await start();
    const name = 'ж'.repeat(10_000);
    await client.talk('/ppp/secret/add', `=name=${name}`);
    expect(router.find('/ppp/secret', { name })?.name).toBe(name);
  });

  it('can be named instead of its id, and loses values by unset and by !name', async () => {
    const { client, router } = await start();
    router.put('/ppp/secret', { name: 'ali', 'remote-address': '10.9.9.9', comment: 'x' });
    await client.talk('/ppp/secret/unset', '=.id=ali', '=value-name=remote-address');
    await client.talk('/ppp/secret/set', '=.id=ali', '=!comment=');
    const row = router.find('/ppp/secret', { name: 'ali' });
    expect(row).not.toHaveProperty('remote-address');
    expect(row).not.toHaveProperty('comment');
  });
});

describe('a subscriber', () => {
  it('dials in with an enabled secret and shows up everywhere a router shows him', async () => {
    const { router, clock, client } = await start();
    router.put('/ppp/secret', { name: 'ali', password: 'x', profile: 'basic' });
    expect(router.dial('ali', 'x', { callerId: '02:00:00:00:00:07' })).toMatchObject({ ok: true });
    clock.advance(8000);
    expect(await client.rows('/ppp/active/print')).toMatchObject([
      { name: 'ali', service: 'pppoe', 'caller-id': '02:00:00:00:00:07', address: '10.0.0.2', uptime: '8s' },
    ]);
    expect(await client.rows('/interface/print', '?name=<pppoe-ali>')).toMatchObject([
      { type: 'pppoe-in', dynamic: 'true', running: 'true', 'rx-byte': '5000000', 'tx-byte': '10000000' },
    ]);
    expect(await client.rows('/queue/simple/print')).toMatchObject([
      { name: '<pppoe-ali>', 'max-limit': '5000000/10000000', bytes: '5000000/10000000', dynamic: 'true' },
    ]);
  });

  it('keeps his session when the secret is disabled and cannot come back once it is cut', async () => {
    const { router, clock, client } = await start();
    router.put('/ppp/secret', { name: 'ali', password: 'x', profile: 'basic' });
    router.addSubscriber({ name: 'ali', password: 'x', redialMs: 3000 });
    await client.talk('/ppp/secret/disable', '=.id=ali');
    clock.advance(60_000);
    expect(router.count('/ppp/active')).toBe(1);
    const [session] = await client.rows('/ppp/active/print');
    await client.talk('/ppp/active/remove', `=.id=${session!['.id']}`);
    expect(router.rows('/interface').filter((row) => row.type === 'pppoe-in')).toEqual([]);
    clock.advance(60_000);
    expect(router.count('/ppp/active')).toBe(0);
    await client.talk('/ppp/secret/enable', '=.id=ali');
    clock.advance(1);
    expect(router.find('/ppp/active', { name: 'ali' })).toMatchObject({ uptime: '0s' });
  });

  it('redials after a cut while his secret stays enabled, under a new id and with counters from zero', async () => {
    const { router, clock, client } = await start();
    router.put('/ppp/secret', { name: 'ali', password: 'x', profile: 'basic' });
    router.addSubscriber({ name: 'ali', password: 'x', redialMs: 3000 });
    clock.advance(10_000);
    await client.talk('/ppp/active/remove', '=.id=*1');
    clock.advance(2999);
    expect(router.count('/ppp/active')).toBe(0);
    clock.advance(1001);
    expect(router.find('/ppp/active', { name: 'ali' })).toMatchObject({ '.id': '*2', uptime: '1s' });
    expect(router.find('/interface', { name: '<pppoe-ali>' })).toMatchObject({ 'rx-byte': '625000' });
  });

  it('shows up when somebody makes his secret by hand', async () => {
    const { router, clock } = await start();
    router.addSubscriber({ name: 'ali', password: 'x' });
    clock.advance(60_000);
    expect(router.count('/ppp/active')).toBe(0);
    router.put('/ppp/secret', { name: 'ali', password: 'x' });
    clock.advance(1);
    expect(router.count('/ppp/active')).toBe(1);
  });
});
