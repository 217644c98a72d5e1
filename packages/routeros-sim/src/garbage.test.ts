// Whatever a stranger sends, the router survives, forgets him and serves the next one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTestRouters } from './test-routers.ts';

const { start, connect, logIn } = createTestRouters();

describe('garbage', () => {
  it('of any bytes before login never disturbs others', async () => {
    const { router } = await start();
    const witness = await logIn(router);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const client = await connect(router);
        client.socket.end(bytes);
        // Reply or close: both are fine, a hang is not.
        await client.closed();
        expect(await witness.talk('/ppp/secret/print', '=count-only=')).toEqual([['!done', '=ret=0']]);
      }),
      { numRuns: 60 },
    );
    expect(router.connections).toBe(1);
  });

  it('of any words after login is answered and never ends the process', async () => {
    const { router } = await start();
    const client = await logIn(router);
    const paths = ['/ppp/secret/print', '/ppp/secret/add', '/ip/pool/set', '/interface/monitor-traffic', '/x/y', 'z'];
    const word = fc.oneof(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.string({ maxLength: 8 }).map((text) => `=${text}=x`),
      fc.string({ maxLength: 8 }).map((text) => `?${text}`),
      fc.constantFrom('=.id=*1', '=numbers=*1,*2', '=interval=0', '=once=', '?#|', '?#!!&&', '=!name=', '=.proplist='),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.array(word, { maxLength: 6 }), async (path, words) => {
        const clean = words.filter((one) => !/^=(interval|follow|follow-only)=/.test(one) && !one.startsWith('.tag'));
        const replies = await client.talk(path, ...clean, '=once=', '=count-only=');
        expect(replies.at(-1)?.[0]).toBe('!done');
      }),
      { numRuns: 200 },
    );
  });

  it('as an endless word is cut off at a small size, before and after login', async () => {
    const { router } = await start();
    const stranger = await connect(router);
    const friend = await logIn(router);
    await friend.talk('/ppp/secret/print');
    for (const [client, announced] of [
      [stranger, Buffer.from([0xc0, 0xff, 0xff])],
      [friend, Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff])],
    ] as const) {
      client.socket.write(announced);
      await client.closed();
    }
    expect(router.connections).toBe(0);
  });

  it('as a sentence of endless words is cut off', async () => {
    const { router } = await start();
    const client = await connect(router);
    client.socket.write(Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from([1, 0x61]))));
    await client.closed();
  });

  it('as commands that nobody reads the answers of does not fill the memory', async () => {
    const { router } = await start();
    for (let at = 0; at < 1000; at++) router.put('/ppp/secret', { name: `user${at}`, comment: 'x'.repeat(500) });
    const client = await logIn(router);
    client.socket.pause();
    const before = process.memoryUsage().rss;
    // Unread, the answers would be 600 MB.
    for (let at = 0; at < 1000; at++) client.write('/ppp/secret/print', `.tag=${at}`);
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20);
  });
});
