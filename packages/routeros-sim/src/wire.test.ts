import { describe, expect, it } from 'vitest';
import { createTestRouters } from './test-routers.ts';

const { start, connect, logIn } = createTestRouters();

describe('a login', () => {
  it('with a plain password on 6.42 gets a challenge and is not in', async () => {
    const { router } = await start({ version: '6.42' });
    const client = await connect(router);
    const replies = await client.talk('/login', '=name=lastmile', '=password=demo');
    expect(replies[0]?.[1]).toMatch(/^=ret=[0-9a-f]{32}$/);
    expect(await client.talk('/ppp/secret/print')).toEqual([['!fatal', 'not logged in']]);
  });

  it('without a password on 7.x gets a challenge as well', async () => {
    const { router } = await start();
    const client = await connect(router);
    expect((await client.talk('/login'))[0]?.[1]).toMatch(/^=ret=[0-9a-f]{32}$/);
  });

  it('is refused without the api policy, and noted in the log when wrong', async () => {
    const { router } = await start({ users: [{ name: 'reader', password: 'x', policy: 'read,winbox' }] });
    const client = await connect(router);
    expect(await client.talk('/login', '=name=reader', '=password=x')).toEqual([
      ['!trap', '=message=not allowed (9)'],
      ['!done'],
    ]);
    await client.talk('/login', '=name=mallory', '=password=x');
    expect(router.rows('/log').at(-1)).toMatchObject({
      topics: 'system,error,critical',
      message: 'login failure for user mallory from 127.0.0.1 via api',
    });
  });

  it('from an address that /ip/service does not list is closed without a word', async () => {
    const { router } = await start();
    router.edit('/ip/service', 'api', { address: '10.0.0.0/8' });
    const client = await connect(router);
    client.write('/login', '=name=lastmile', '=password=demo');
    expect(await client.read()).toBeUndefined();
  });

  it('shows in /user/active until the connection closes, and can be ended there', async () => {
    const { router } = await start({ version: '7.24' });
    const client = await logIn(router);
    expect(router.rows('/user/active')).toMatchObject([{ name: 'lastmile', via: 'api', address: '127.0.0.1' }]);
    expect(router.find('/ip/service', { name: 'api', dynamic: 'true' })).toMatchObject({ connection: 'true' });
    await client.talk('/user/active/remove', `=.id=${router.rows('/user/active')[0]!['.id']}`);
    await client.closed();
    expect(router.count('/user/active')).toBe(0);
  });

  it('may be repeated on the same connection', async () => {
    const { router } = await start();
    const client = await logIn(router);
    expect(await client.talk('/login', '=name=lastmile', '=password=demo')).toEqual([['!done']]);
    expect(router.count('/user/active')).toBe(1);
    expect(await client.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=0']]);
  });

  it('as admin without a password is not possible unless it was asked for', async () => {
    const { router } = await start();
    const client = await connect(router);
    const [trap] = await client.talk('/login', '=name=admin', '=password=');
    expect(trap).toEqual(['!trap', '=message=invalid user name or password (6)']);
  });

  it('stops working when the API service is disabled, and works again when it is enabled', async () => {
    const { router } = await start();
    router.edit('/ip/service', 'api', { disabled: true });
    await router.settled();
    await expect(connect(router)).rejects.toThrow('ECONNREFUSED');
    router.edit('/ip/service', 'api', { disabled: false });
    await router.settled();
    await logIn(router);
  });
});

describe('policies', () => {
  it('refuse with (9) what the group does not allow', async () => {
    const { router } = await start({ users: [{ name: 'own', password: 'x', policy: 'read,api' }] });
    router.put('/ppp/secret', { name: 'ali', password: 'secret' });
    const client = await logIn(router, 'own', 'x');
    const refused = [['!trap', '=message=not enough permissions (9)'], ['!done']];
    expect(await client.talk('/ppp/secret/add', '=name=x')).toEqual(refused);
    expect(await client.talk('/user/add', '=name=x', '=group=full')).toEqual(refused);
    expect(await client.talk('/system/reboot')).toEqual(refused);
    // Without `sensitive` a password is not displayed.
    expect(await client.rows('/ppp/secret/print')).not.toHaveProperty([0, 'password']);
  });

  it('are set by increments, as policy= does it', async () => {
    const { router } = await start();
    router.put('/user/group', { name: 'ours', policy: 'read,write,api' });
    router.edit('/user/group', 'ours', { policy: 'test,!write' });
    const { policy } = router.find('/user/group', { name: 'ours' })!;
    expect(policy?.split(',').filter((word) => !word.startsWith('!'))).toEqual(['read', 'test', 'api']);
    expect(() => router.drop('/user/group', 'full')).toThrow();
  });
});

describe('print', () => {
  it('counts, selects properties in their order, and answers bare rows', async () => {
    const { router } = await start();
    for (const name of ['a', 'b', 'c']) router.put('/ppp/secret', { name, comment: name === 'b' ? 'x' : '' });
    const client = await logIn(router);
    expect(await client.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=3']]);
    expect(await client.talk('/ppp/secret/print', '=.proplist=disabled,name', '?name=c')).toEqual([
      ['!re', '=disabled=false', '=name=c'],
      ['!done'],
    ]);
    expect(await client.talk('/ppp/secret/print', '=.proplist=comment')).toEqual([
      ['!re'],
      ['!re', '=comment=x'],
      ['!re'],
      ['!done'],
    ]);
    expect(await client.rows('/ppp/secret/getall', '?>comment=')).toMatchObject([{ name: 'b' }]);
  });

  it.each([
    [['?name=a'], ['a']],
    [['?-comment'], ['a', 'c']],
    [['?comment'], ['b']],
    [['?disabled=true'], ['c']],
    [['?disabled'], ['c']],
    [
      ['?name=a', '?name=b', '?#|'],
      ['a', 'b'],
    ],
    [['?name=a', '?name=b', '?#|!'], ['c']],
    [['?.id=*2'], ['b']],
    [['?=name=c'], ['c']],
    [['?<name=b'], ['a']],
    [['?name=a', '?disabled=false'], ['a']],
    [['?name=a', '?name=a', '?#!.!'], []],
  ])('answers the query %j', async (query, names) => {
    const { router } = await start();
    router.put('/ppp/secret', { name: 'a' });
    router.put('/ppp/secret', { name: 'b', comment: 'x' });
    router.put('/ppp/secret', { name: 'c', disabled: true });
    const client = await logIn(router);
    const rows = await client.rows('/ppp/secret/print', ...query);
    expect(rows.map((row) => row.name)).toEqual(names);
  });

  it.each([
    ['7.16', '/ppp/secret/print', '=group-by=x', 'unknown parameter group-by'],
    ['7.18', '/ppp/secret/print', '=where=x', 'unknown parameter where'],
    ['7.18', '/ppp/secret/print', '=show-sensitive=', 'unknown parameter show-sensitive'],
    ['7.18', '/system/identity/print', '=count-only=', 'unknown parameter count-only'],
    ['7.18', '/system/identity/listen', '=.proplist=name', 'unknown parameter follow-only'],
    ['7.24', '/ping', '=address=1.1.1.1', 'no such command'],
    ['7.18', '/ppp/profile/disable', '=.id=*1', 'no such command'],
    ['7.24', '/ip/service/unset', '=.id=*1', 'no such command'],
  ] as const)('on %s refuses %s %s', async (version, command, word, message) => {
    const { router } = await start({ version });
    const client = await logIn(router);
    const [trap] = await client.talk(command, word);
    expect(trap?.at(-1)).toBe(`=message=${message}`);
  });

  it('with interval repeats itself until it is cancelled', async () => {
    const { router, clock } = await start();
    const client = await logIn(router);
    client.write('/ppp/secret/print', '=interval=1s', '.tag=1');
    expect(await client.read()).toEqual(['!empty', '.tag=1']);
    router.put('/ppp/secret', { name: 'a' });
    clock.advance(1000);
    expect((await client.read())?.[0]).toBe('!re');
    client.write('/cancel', '.tag=2');
    expect(await client.read()).toEqual(['!trap', '=category=2', '=message=interrupted', '.tag=1']);
    expect(await client.read()).toEqual(['!done', '.tag=2']);
    expect(await client.read()).toEqual(['!done', '.tag=1']);
  });
});

describe('listen', () => {
  it('tells of additions, changes and removals, and of what its query selects only', async () => {
    const { router } = await start();
    const client = await logIn(router);
    client.write('/ppp/secret/listen', '=.proplist=.id,name', '?disabled=false', '.tag=9');
    await client.talk('/ppp/secret/print', '.tag=1');
    const read = async () => (await client.read())!.join(' ');
    const id = router.put('/ppp/secret', { name: 'a' });
    expect(await read()).toBe('!re =.id=*1 =name=a .tag=9');
    router.put('/ppp/secret', { name: 'b', disabled: true });
    router.edit('/ppp/secret', id, { name: 'c' });
    expect(await read()).toBe('!re =.id=*1 =name=c .tag=9');
    router.drop('/ppp/secret', id);
    expect(await read()).toBe('!re =.id=*1 =.dead=true .tag=9');
  });

  it('with follow prints first and goes on from there', async () => {
    const { router } = await start();
    router.put('/ppp/secret', { name: 'a' });
    const client = await logIn(router);
    client.write('/ppp/secret/print', '=follow=', '=.proplist=name', '.tag=1');
    expect(await client.read()).toEqual(['!re', '=name=a', '.tag=1']);
    router.put('/ppp/secret', { name: 'b' });
    expect(await client.read()).toEqual(['!re', '=name=b', '.tag=1']);
  });

  it('puts the tag first on 6.x and last on 7.x', async () => {
    const { router } = await start({ version: '6.49' });
    router.put('/ppp/secret', { name: 'a' });
    const client = await logIn(router);
    const [row] = await client.talk('/ppp/secret/print', '=.proplist=name', '.tag=1');
    expect(row).toEqual(['!re', '.tag=1', '=name=a']);
  });
});

describe('monitor commands', () => {
  it('report once, for a while, or until they are cancelled, each row with its section', async () => {
    const { router, clock } = await start();
    const client = await logIn(router);
    const once = await client.rows('/interface/monitor-traffic', '=interface=ether1,ether2', '=once=');
    expect(once).toMatchObject([
      { name: 'ether1', 'rx-bits-per-second': '0', '.section': '0' },
      { name: 'ether2', '.section': '0' },
    ]);
    client.write('/interface/monitor-traffic', '=interface=ether1', '=duration=3s', '.tag=1');
    const sections: string[] = [];
    for (let row = await client.read(); row?.[0] === '!re'; row = await client.read()) {
      sections.push(row.find((word) => word.startsWith('=.section='))!);
      clock.advance(1000);
    }
    expect(sections).toEqual(['=.section=0', '=.section=1', '=.section=2']);
  });

  it('ping tells who answers', async () => {
    const { router, clock } = await start();
    router.put('/ip/pool', { name: 'p', ranges: '10.0.0.2-10.0.0.9' });
    router.put('/ppp/profile', { name: 'plan', 'remote-address': 'p' });
    router.put('/ppp/secret', { name: 'ali', password: 'x', profile: 'plan' });
    router.dial('ali', 'x');
    const client = await logIn(router);
    const [seen] = await client.rows('/tool/ping', '=address=10.0.0.2', '=count=1');
    expect(seen).toMatchObject({ seq: '0', host: '10.0.0.2', received: '1', 'packet-loss': '0' });
    const missing = await client.rows('/tool/ping', '=address=10.0.0.3', '=count=1');
    expect(missing).toMatchObject([{ status: 'timeout', received: '0', 'packet-loss': '100' }]);
    const arp = await client.talk('/tool/ping', '=address=10.0.0.3', '=arp-ping=yes');
    expect(arp[0]).toEqual(['!trap', '=message=interface needs to be specified for arp ping']);
    clock.advance(0);
  });
});

describe('texts', () => {
  it('are bytes: whatever came in goes out, valid UTF-8 or not', async () => {
    const { router } = await start();
    const client = await logIn(router);
    await client.talk('/ppp/secret/add', '=name=жük', Buffer.from('=comment=caf\xe9', 'latin1'));
    await client.talk('/ppp/secret/print', '=.proplist=name,comment');
    const wire = Buffer.concat(client.chunks);
    expect(wire.includes(Buffer.from('=name=жük', 'utf8'))).toBe(true);
    expect(wire.includes(Buffer.from('=comment=caf\xe9', 'latin1'))).toBe(true);
    expect(router.find('/ppp/secret', { name: 'жük' })).toMatchObject({ comment: 'café' });
  });
});
