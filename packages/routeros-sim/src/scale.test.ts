import { describe, expect, it } from 'vitest';
import { createTestRouters } from './test-routers.ts';

const { start, logIn } = createTestRouters();

const mebibyte = 1 << 20;

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

describe('scale', () => {
  it('one router carries 10,000 secrets and 5,000 live sessions', async () => {
    const { router, clock } = await start();
    const before = heapBytes();
    router.put('/ip/pool', { name: 'p', ranges: '10.0.0.0/16' });
    router.put('/ppp/profile', { name: 'plan', 'rate-limit': '1M/10M', 'remote-address': 'p' });
    for (let at = 0; at < 10_000; at++) {
      const name = `user${at}`;
      router.put('/ppp/secret', { name, password: 'x', profile: 'plan' });
      if (at < 5000) router.addSubscriber({ name, password: 'x' });
    }
    expect(router.count('/ppp/active')).toBe(5000);
    clock.advance(3_600_000);
    const client = await logIn(router);
    expect(await client.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=10000']]);
    expect(await client.rows('/ppp/secret/print')).toHaveLength(10_000);
    const active = await client.rows('/ppp/active/print');
    expect(active).toHaveLength(5000);
    expect(new Set(active.map((row) => row.address)).size).toBe(5000);
    const queues = await client.rows('/queue/simple/print', '=.proplist=bytes', '?name=<pppoe-user4999>');
    expect(queues).toEqual([{ bytes: '450000000/4500000000' }]);
    expect(heapBytes() - before).toBeLessThan(256 * mebibyte);
  });

  it('one process carries 1,000 routers', async () => {
    const before = process.memoryUsage().rss;
    const routers = await Promise.all(Array.from({ length: 1000 }, () => start()));
    for (const { router } of routers) {
      router.put('/ppp/secret', { name: 'ali', password: 'x' });
      router.dial('ali', 'x');
    }
    for (const index of [0, 499, 999]) {
      const client = await logIn(routers[index]!.router);
      expect(await client.rows('/ppp/active/print')).toMatchObject([{ name: 'ali' }]);
    }
    expect(new Set(routers.map(({ router }) => router.port)).size).toBe(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(1024 * mebibyte);
  });
});
