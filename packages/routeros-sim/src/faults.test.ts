import { describe, expect, it } from 'vitest';
import type { Faults } from './simulator.ts';
import { createTestRouters } from './test-routers.ts';

const { start, connect, logIn } = createTestRouters();

async function startWithRows(rows: number) {
  const { router, clock } = await start();
  for (let at = 0; at < rows; at++) router.put('/ppp/secret', { name: `user${at}` });
  return { router, clock, client: await logIn(router) };
}

describe('a router that cannot be reached', () => {
  it('offline refuses and cuts; back, it listens on the same port', async () => {
    const { router, client } = await startWithRows(0);
    const { port } = router;
    router.faults.offline = true;
    await client.closed();
    await router.settled();
    await expect(connect(router)).rejects.toThrow('ECONNREFUSED');
    router.faults.offline = false;
    await router.settled();
    expect(router.port).toBe(port);
    await logIn(router);
  });

  it('silent accepts and says nothing', async () => {
    const { router } = await startWithRows(0);
    router.faults.silent = true;
    const accepted = router.accepted;
    const client = await connect(router);
    client.write('/login', '=name=lastmile', '=password=demo');
    const before = router.commands;
    while (router.accepted === accepted) await new Promise((resolve) => setImmediate(resolve));
    router.faults.silent = false;
    await logIn(router);
    expect(client.received).toEqual([]);
    expect(router.commands).toBe(before + 1);
  });

  it('closeOnAccept closes without a word', async () => {
    const { router } = await startWithRows(0);
    router.faults.closeOnAccept = true;
    const client = await connect(router);
    await client.closed();
    expect(client.received).toEqual([]);
  });

  it('halfOpen leaves old connections dead while new ones work', async () => {
    const { router, client } = await startWithRows(0);
    router.faults.halfOpen = true;
    client.write('/ppp/secret/print');
    const other = await logIn(router);
    expect(await other.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=0']]);
    expect(client.isClosed).toBe(false);
    expect(client.received).toHaveLength(1);
  });

  it('silentLogin never answers the login', async () => {
    const { router } = await startWithRows(0);
    router.faults.silentLogin = true;
    const client = await connect(router);
    client.write('/login', '=name=lastmile', '=password=demo');
    client.write('/quit');
    expect(await client.read()).toEqual(['!fatal', 'session terminated on request']);
  });
});

describe('a slow router', () => {
  it.each([
    ['latencyMs', (faults: Faults) => Object.assign(faults, { latencyMs: 40 }), 39],
    ['slowMs', (faults: Faults) => Object.assign(faults, { slowMs: 10 }), 49],
    ['ceiling', (faults: Faults) => Object.assign(faults, { ceiling: 100 }), 39],
  ])('%s makes five commands take at least as long as it says', async (_name, slow, leastMs) => {
    const { router, client } = await startWithRows(0);
    slow(router.faults);
    const startMs = performance.now();
    for (let tag = 0; tag < 5; tag++) client.write('/system/identity/print', `.tag=${tag}`);
    for (let reply = 0; reply < 10; reply++) await client.read();
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(leastMs);
  });
});

describe('a router on a bad line', () => {
  it.each([1, 7, 'every-offset'] as const)('fragment %s changes the chunks, not the bytes', async (fragment) => {
    const { router, client } = await startWithRows(3);
    const whole = await client.talk('/ppp/secret/print');
    router.faults.fragment = fragment;
    for (let round = 0; round < 5; round++) expect(await client.talk('/ppp/secret/print')).toEqual(whole);
  });

  it('coalesce lets replies of several commands leave in one piece', async () => {
    const { router, client } = await startWithRows(1);
    // An hour: only the goodbye lets them go.
    router.faults.coalesce = 3_600_000;
    const before = client.chunks.length;
    for (const tag of ['1', '2']) {
      const { commands } = router;
      client.write('/ppp/secret/print', `.tag=${tag}`);
      while (router.commands === commands) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.chunks.length).toBe(before);
    client.write('/quit');
    for (let reply = 0; reply < 5; reply++) await client.read();
    expect(client.chunks.length).toBe(before + 1);
  });

  it('truncateReply cuts a reply in the middle and closes', async () => {
    const { router, client } = await startWithRows(1);
    router.faults.truncateReply = 10;
    client.write('/ppp/secret/print');
    await client.closed();
    expect(Buffer.concat(client.chunks).length).toBe('!done'.length + 2 + 10);
  });

  it('interleave alternates the rows of commands that run together', async () => {
    const { router, client } = await startWithRows(4);
    router.faults.interleave = true;
    client.write('/ppp/secret/print', '=.proplist=name', '.tag=a');
    client.write('/ppp/secret/print', '=.proplist=name', '.tag=b');
    const tags: string[] = [];
    for (let reply = 0; reply < 10; reply++) tags.push((await client.read())!.at(-1)!.slice(5));
    expect(tags.join('')).toMatch(/^(ab){2,}/);
    expect(tags.filter((tag) => tag === 'a')).toHaveLength(5);
  });

  it('unknownReply, stranger-tag and double-done say more than was asked', async () => {
    const { router, client } = await startWithRows(0);
    router.faults.unknownReply = true;
    expect(await client.talk('/ppp/secret/print')).toEqual([['!empty'], ['!news', '=text=x'], ['!done']]);
    router.faults.unknownReply = false;
    router.faults.garble = 'stranger-tag';
    client.write('/ppp/secret/print', '.tag=1');
    const words: (string[] | undefined)[] = [];
    for (let reply = 0; reply < 4; reply++) words.push(await client.read());
    expect(words).toContainEqual(['!done', '.tag=never-sent']);
    router.faults.garble = 'double-done';
    client.write('/ppp/secret/print', '.tag=2');
    for (let reply = 0; reply < 3; reply++) words.push(await client.read());
    expect(words.filter((one) => one?.join() === '!done,.tag=2')).toHaveLength(2);
  });

  it.each(['endless-word', 'huge-length', 'million-words', 'control-byte', 'noise'] as const)(
    'garble %s is sent in place of a reply and costs the router nothing',
    async (garble) => {
      const { router } = await startWithRows(0);
      const victim = await logIn(router);
      victim.socket.removeAllListeners('data');
      let bytes = 0;
      router.faults.garble = garble;
      victim.write('/ppp/secret/print');
      await new Promise<void>((resolve) => {
        victim.socket.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes >= 3) resolve();
        });
      });
      victim.destroy();
      router.faults.clear();
      await logIn(router);
    },
  );
});

describe('a router with odd contents', () => {
  it('nonUtf8 writes texts as WinBox 3 did', async () => {
    const { router, client } = await startWithRows(0);
    router.put('/ppp/secret', { name: 'a', comment: 'café' });
    router.faults.nonUtf8 = true;
    await client.talk('/ppp/secret/print');
    expect(Buffer.concat(client.chunks).includes(Buffer.from('=comment=caf\xe9', 'latin1'))).toBe(true);
  });

  it('bigCounters pass 2^53, omit hides properties, clockSkewMs moves the clock', async () => {
    const { router, client, clock } = await startWithRows(1);
    router.faults.bigCounters = true;
    const [port] = await client.rows('/interface/print', '?name=ether1');
    expect(BigInt(port!['rx-byte']!)).toBeGreaterThan(2n ** 53n);
    router.faults.omit = new Set(['profile']);
    expect(await client.rows('/ppp/secret/print')).not.toHaveProperty([0, 'profile']);
    router.faults.clockSkewMs = 86_400_000;
    const [now] = await client.rows('/system/clock/print');
    expect(now!.date).toBe(new Date(clock.now() + 86_400_000).toISOString().slice(0, 10));
  });

  it('failNext refuses the next command that matches and no other', async () => {
    const { router, client } = await startWithRows(0);
    router.faults.failNext('/ppp/secret/add', 'action failed (6)');
    await client.talk('/ppp/secret/print');
    expect(await client.talk('/ppp/secret/add', '=name=a')).toEqual([
      ['!trap', '=message=action failed (6)'],
      ['!done'],
    ]);
    expect((await client.talk('/ppp/secret/add', '=name=a'))[0]?.[0]).toBe('!done');
  });

  it('sessionTableFull turns subscribers away until there is room', async () => {
    const { router, clock } = await startWithRows(1);
    router.faults.sessionTableFull = true;
    router.addSubscriber({ name: 'user0', password: '', redialMs: 1000 });
    clock.advance(5000);
    expect(router.count('/ppp/active')).toBe(0);
    router.faults.sessionTableFull = false;
    clock.advance(1001);
    expect(router.count('/ppp/active')).toBe(1);
  });
});

describe('a reboot', () => {
  it('cuts connections, forgets what is dynamic, and subscribers come back', async () => {
    const { router, clock, client } = await startWithRows(1);
    router.addSubscriber({ name: 'user0', password: '', redialMs: 1000 });
    router.put('/ip/firewall/address-list', { list: 'a', address: '10.0.0.1', timeout: '1h' });
    router.put('/ip/firewall/address-list', { list: 'a', address: '10.0.0.2' });
    clock.advance(60_000);
    router.reboot({ bootMs: 30_000 });
    await client.closed();
    await router.settled();
    await expect(connect(router)).rejects.toThrow('ECONNREFUSED');
    clock.advance(30_000);
    await router.settled();
    const again = await logIn(router);
    expect(await again.rows('/ip/firewall/address-list/print')).toMatchObject([{ address: '10.0.0.2' }]);
    expect(router.count('/ppp/active')).toBe(0);
    clock.advance(1000);
    expect(router.rows('/ppp/active')).toMatchObject([{ name: 'user0', uptime: '0s' }]);
    expect(await again.rows('/system/resource/print')).toMatchObject([{ uptime: '1s' }]);
  });

  it('ordered through the API closes the connection without a reply', async () => {
    const { router, client } = await startWithRows(0);
    expect(await client.talk('/system/reboot')).toEqual([]);
    expect(router.connections).toBe(0);
  });
});
