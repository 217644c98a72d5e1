import { describe, expect, it } from 'vitest';
import { createTestRouters } from './test-routers.ts';

const { start, logIn } = createTestRouters();

describe('/ip/pool', () => {
  it.each([
    ['nonsense', 'value of range expects range of ip addresses'],
    ['x-10.0.0.9', "value of range must have ip address before '-'"],
    ['10.0.0.1-x', "value of range must have ip address after '-'"],
  ])('refuses %s', async (ranges, message) => {
    const { router } = await start();
    expect(() => router.put('/ip/pool', { name: 'p', ranges })).toThrow(message);
  });

  it('runs out, and lends an address again once its session is over', async () => {
    const { router } = await start();
    router.put('/ip/pool', { name: 'p', ranges: '10.0.0.2-10.0.0.3' });
    expect(() => router.put('/ip/pool', { name: 'p', ranges: '10.0.0.4' })).toThrow(
      'failure: pool with such name exists',
    );
    router.put('/ppp/profile', { name: 'plan', 'remote-address': 'p' });
    for (const name of ['a', 'b', 'c']) router.put('/ppp/secret', { name, profile: 'plan' });
    expect(router.dial('a', '').ok && router.dial('b', '').ok).toBe(true);
    expect(router.dial('c', '')).toEqual({ ok: false, reason: 'no more free addresses in pool' });
    expect(router.rows('/ip/pool')).toMatchObject([{ total: '2', used: '2', available: '0' }]);
    router.hangUp('a');
    expect(router.dial('c', '')).toMatchObject({ ok: true, session: { address: '10.0.0.2' } });
  });

  it('goes on with the next pool', async () => {
    const { router } = await start();
    router.put('/ip/pool', { name: 'second', ranges: '10.0.1.2' });
    router.put('/ip/pool', { name: 'first', ranges: '10.0.0.2', 'next-pool': 'second' });
    router.put('/ppp/profile', { name: 'plan', 'remote-address': 'first' });
    for (const name of ['a', 'b']) router.put('/ppp/secret', { name, profile: 'plan' });
    router.dial('a', '');
    expect(router.dial('b', '')).toMatchObject({ ok: true, session: { address: '10.0.1.2' } });
  });
});

describe('/ip/firewall/address-list', () => {
  it('masks host bits, takes any text for a name, and refuses what it has', async () => {
    const { router } = await start();
    const add = (address: string) => router.put('/ip/firewall/address-list', { list: 'blocked', address });
    add('10.0.0.77/24');
    add('no such address');
    expect(router.rows('/ip/firewall/address-list').map((row) => row.address)).toEqual([
      '10.0.0.0/24',
      'no such address',
    ]);
    expect(() => add('10.0.0.0/24')).toThrow('failure: already have such entry');
  });

  it('forgets an entry with a timeout when it is over', async () => {
    const { router, clock } = await start();
    router.put('/ip/firewall/address-list', { list: 'trial', address: '10.0.0.1', timeout: '1h' });
    clock.advance(60_000);
    expect(router.rows('/ip/firewall/address-list')).toMatchObject([{ timeout: '59m', dynamic: 'true' }]);
    clock.advance(3_540_000);
    expect(router.count('/ip/firewall/address-list')).toBe(0);
  });

  it('holds the subscribers of a profile while they are online', async () => {
    const { router } = await start();
    router.put('/ppp/profile', { name: 'plan', 'address-list': 'customers' });
    router.put('/ppp/secret', { name: 'a', profile: 'plan', 'remote-address': '10.9.0.1' });
    router.dial('a', '');
    expect(router.rows('/ip/firewall/address-list')).toMatchObject([{ list: 'customers', address: '10.9.0.1' }]);
    router.hangUp('a');
    expect(router.count('/ip/firewall/address-list')).toBe(0);
  });
});

describe('/queue/simple', () => {
  it('prints rates as numbers, keeps its order, and protects dynamic rows', async () => {
    const { router } = await start();
    const client = await logIn(router);
    await client.talk('/queue/simple/add', '=name=a', '=target=10.0.0.1/32', '=max-limit=5M/10M');
    await client.talk('/queue/simple/add', '=name=b', '=target=10.0.0.2/32', '=place-before=a');
    expect(router.rows('/queue/simple').map((row) => row.name)).toEqual(['b', 'a']);
    expect(router.find('/queue/simple', { name: 'a' })).toMatchObject({
      'max-limit': '5000000/10000000',
      priority: '8/8',
    });
    await client.talk('/queue/simple/move', '=.id=a', '=destination=b');
    expect(router.rows('/queue/simple').map((row) => row.name)).toEqual(['a', 'b']);
    const [trap] = await client.talk('/queue/simple/add', '=name=a', '=target=10.0.0.3/32');
    expect(trap).toEqual(['!trap', '=message=failure: already have such name']);
    router.put('/ppp/profile', { name: 'plan', 'rate-limit': '1M/2M 2M/4M 1M/2M 8/8 5 512k/1M' });
    router.put('/ppp/secret', { name: 'x', profile: 'plan' });
    router.dial('x', '');
    expect(router.find('/queue/simple', { name: '<pppoe-x>' })).toMatchObject({
      'burst-limit': '2000000/4000000',
      'burst-time': '8s/8s',
      priority: '5/5',
      'limit-at': '512000/1000000',
    });
    expect(() => router.edit('/queue/simple', '<pppoe-x>', { 'max-limit': '9M/9M' })).toThrow();
  });
});

describe('/interface', () => {
  it('counts the uplink, resets on demand, and refuses a name twice', async () => {
    const { router, clock } = await start();
    router.put('/ppp/profile', { name: 'plan', 'rate-limit': '8M/80M' });
    router.put('/ppp/secret', { name: 'x', profile: 'plan' });
    router.dial('x', '');
    clock.advance(1000);
    expect(router.find('/interface', { name: 'ether1' })).toMatchObject({
      'rx-byte': '10000000',
      'tx-byte': '1000000',
    });
    const client = await logIn(router);
    await client.talk('/interface/reset-counters', '=.id=ether1');
    clock.advance(500);
    expect(router.find('/interface', { name: 'ether1' })).toMatchObject({ 'rx-byte': '5000000' });
    const [trap] = await client.talk('/interface/set', '=.id=ether2', '=name=ether1');
    expect(trap).toEqual(['!trap', '=message=failure: already have interface with such name']);
  });

  it('of a session belongs to the pppoe server too, which can be closed or full', async () => {
    const { router } = await start();
    router.put('/ppp/secret', { name: 'x' });
    router.put('/ppp/secret', { name: 'y' });
    router.dial('x', '', { callerId: '02:00:00:00:00:07' });
    expect(router.rows('/interface/pppoe-server')).toMatchObject([
      { user: 'x', 'remote-address': '02:00:00:00:00:07' },
    ]);
    router.edit('/interface/pppoe-server/server', '*1', { 'max-sessions': 1 });
    expect(router.dial('y', '')).toEqual({ ok: false, reason: 'too many sessions' });
    router.edit('/interface/pppoe-server/server', '*1', { disabled: true });
    expect(router.dial('y', '')).toEqual({ ok: false, reason: 'no answer' });
  });
});

describe('limits of a secret', () => {
  it('count per session: the session ends, the next begins afresh', async () => {
    const { router, clock } = await start();
    router.put('/ppp/profile', { name: 'plan', 'rate-limit': '8M/8M' });
    router.put('/ppp/secret', { name: 'x', profile: 'plan', 'limit-bytes-out': 10_000_000 });
    router.dial('x', '', { usage: { up: 0, down: 0.1 } });
    clock.advance(10_000);
    // From here on ten times as fast: the limit comes sooner than it looked at first.
    router.setUsage('x', { up: 0, down: 1 });
    clock.advance(8_999);
    expect(router.count('/ppp/active')).toBe(1);
    clock.advance(3);
    expect(router.count('/ppp/active')).toBe(0);
    expect(router.find('/ppp/secret', { name: 'x' })).toMatchObject({
      'last-disconnect-reason': 'traffic limit reached',
    });
    expect(router.dial('x', '').ok).toBe(true);
  });
});

describe('/system', () => {
  it.each([
    ['7.18', 'RouterBOARD', [{ name: 'voltage', value: '24.1', type: 'V' }]],
    ['7.18', 'CHR', [{ state: 'disabled' }]],
    ['6.49', 'RouterBOARD', [{ voltage: '24.1', temperature: '39' }]],
  ] as const)('health on %s %s', async (version, board, rows) => {
    const { router } = await start({ version, board });
    const client = await logIn(router);
    expect((await client.rows('/system/health/print')).slice(0, 1)).toMatchObject(rows);
  });

  it('routerboard is no directory on a CHR', async () => {
    const { router } = await start({ board: 'CHR' });
    const client = await logIn(router);
    expect(await client.talk('/system/routerboard/print')).toEqual([
      ['!trap', '=category=0', '=message=no such command or directory (routerboard)'],
      ['!trap', '=message=no such command prefix'],
      ['!done'],
    ]);
  });

  it('clock keeps running from what a person sets, in the notation of the version', async () => {
    const { router, clock } = await start({ version: '6.49' });
    router.edit('/system/clock', '', { date: 'mar/01/2027', time: '10:00:00' });
    clock.advance(5000);
    expect(router.rows('/system/clock')).toMatchObject([{ date: 'mar/01/2027', time: '10:00:05' }]);
    const current = (await start()).router;
    current.edit('/system/clock', '', { 'time-zone-name': 'Asia/Tashkent' });
    expect(current.rows('/system/clock')).toMatchObject([
      { date: '2026-01-15', time: '17:00:00', 'gmt-offset': '+05:00' },
    ]);
    expect(() => current.edit('/system/clock', '', { 'time-zone-name': 'Mars/Olympus' })).toThrow('time-zone-name');
  });
});

describe('/ip/dhcp-server/lease', () => {
  it('is bound, made static, limited and blocked', async () => {
    const { router } = await start();
    const client = await logIn(router);
    router.put('/ip/pool', { name: 'lan', ranges: '10.1.0.2-10.1.0.9' });
    router.put('/ip/dhcp-server', { name: 'dhcp1', interface: 'ether4', 'address-pool': 'lan' });
    const device = { mac: '02:00:00:00:00:09', server: 'dhcp1', hostName: 'phone' };
    expect(router.bindLease(device)).toBe('10.1.0.2');
    expect(router.rows('/ip/dhcp-server/lease')).toMatchObject([
      { status: 'bound', dynamic: 'true', 'host-name': 'phone' },
    ]);
    await client.talk('/ip/dhcp-server/lease/make-static', '=.id=*1');
    await client.talk('/ip/dhcp-server/lease/set', '=.id=*1', '=rate-limit=1M/2M');
    router.bindLease(device);
    expect(router.find('/queue/simple', { name: 'dhcp-ds<02:00:00:00:00:09>' })).toMatchObject({ dynamic: 'true' });
    router.edit('/ip/dhcp-server/lease', '*1', { 'block-access': true });
    expect(router.bindLease(device)).toBeUndefined();
  });
});

describe('files', () => {
  it('hold backups and exports, which hide secrets as the version does', async () => {
    const { router } = await start();
    const client = await logIn(router);
    router.put('/ppp/secret', { name: 'ali', password: 'hush', comment: 'two words' });
    await client.talk('/system/backup/save', '=name=nightly');
    await client.talk('/export', '=file=config');
    await client.talk('/export', '=file=full', '=show-sensitive=');
    expect(router.rows('/file').map((row) => row.name)).toEqual(['nightly.backup', 'config.rsc', 'full.rsc']);
    const [config] = await client.rows('/file/print', '?name=config.rsc');
    expect(config!.contents).toContain('/ppp secret\r\nadd name=ali comment="two words"');
    const [full] = await client.rows('/file/print', '?name=full.rsc');
    expect(full!.contents).toContain('password=hush');
    const [trap] = await client.talk('/file/set', '=.id=config.rsc', `=contents=${'x'.repeat(70_000)}`);
    expect(trap).toEqual(['!trap', '=message=failure: contents too long']);
    expect(await client.talk('/execute', '=script=:put "hi"', '=as-string=')).toEqual([['!done', '=ret=hi']]);
  });
});

describe('/radius', () => {
  it('has the defaults of a router and reports counters', async () => {
    const { router } = await start();
    const client = await logIn(router);
    await client.talk('/radius/add', '=service=ppp,hotspot', '=address=10.0.0.5', '=secret=x');
    expect(router.rows('/radius')).toMatchObject([
      { service: 'ppp,hotspot', timeout: '300ms', 'authentication-port': '1812', protocol: 'udp' },
    ]);
    expect(await client.rows('/radius/monitor', '=.id=*1', '=once=')).toMatchObject([
      { pending: '0', '.section': '0' },
    ]);
    expect(router.rows('/radius/incoming')).toMatchObject([{ accept: 'false', port: '3799' }]);
  });
});
