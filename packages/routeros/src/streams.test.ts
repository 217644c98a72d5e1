import { afterEach, describe, expect, it } from 'vitest';
import { encodeSentence, encodeSentences } from './codec.ts';
import { Aborted, NotPermitted, Unreachable } from './errors.ts';
import {
  type Asked,
  answerCancel,
  closeOpened,
  failureOf,
  routerAndClient,
  until,
} from './scripted-router.test-support.ts';

afterEach(closeOpened);

/** Sends rows as fast as the socket takes them, and counts what it could send. */
function pour(asked: Asked, rows: number, sent: { rows: number }): void {
  const burst = encodeSentences(Array.from({ length: 100 }, () => ['!re', '=.id=*1', '=name=customer', ...asked.tag]));
  const more = (): void => {
    while (sent.rows < rows) {
      sent.rows += 100;
      if (!asked.socket.write(burst)) {
        asked.socket.once('drain', more);
        return;
      }
    }
    asked.done();
  };
  more();
}

describe('printEach', () => {
  it('gives every row and ends', async () => {
    const { client } = await routerAndClient((asked) => pour(asked, 5_000, { rows: 0 }));
    let rows = 0;
    for await (const row of client.printEach('/ppp/secret')) {
      expect(row.name).toBe('customer');
      rows += 1;
    }
    expect(rows).toBe(5_000);
  });

  it('is not sent before the first row is asked for', async () => {
    const { client, router } = await routerAndClient((asked) => asked.done());
    const rows = client.printEach('/ppp/secret');
    await client.print('/a');
    expect(router.asked.some((words) => words[0] === '/ppp/secret/print')).toBe(false);
    expect(await rows.next()).toEqual({ done: true, value: undefined });
  });

  it('a slow reader stops the router, and memory with it', async () => {
    const sent = { rows: 0 };
    const { client } = await routerAndClient((asked) => pour(asked, 1_000_000, sent));
    const rows = client.printEach('/ppp/secret');
    await rows.next();
    let before = -1;
    // The kernel's buffers take some; then nothing moves any more.
    while (sent.rows !== before) {
      before = sent.rows;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(sent.rows).toBeLessThan(500_000);
    let read = 1;
    for await (const _row of rows) read += 1;
    expect(read).toBe(1_000_000);
  });

  it('a reader may ask something else for every row, even with the window full of readers', async () => {
    const { client } = await routerAndClient(
      (asked) => {
        if (asked.command === '/ppp/secret/print') pour(asked, 20_000, { rows: 0 });
        else asked.done('=ret=*1');
      },
      { maxInFlight: 2 },
    );
    const readAll = async (): Promise<number> => {
      let rows = 0;
      for await (const _row of client.printEach('/ppp/secret')) {
        rows += 1;
        if (rows % 2_000 === 0) await client.add('/log', { message: String(rows) });
      }
      return rows;
    };
    expect(await Promise.all([readAll(), readAll(), readAll()])).toEqual([20_000, 20_000, 20_000]);
  });

  it('leaving the loop cancels the print on the router', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else for (let row = 0; row < 10; row += 1) asked.reply('!re', '=a=b');
    });
    for await (const row of client.printEach('/log')) {
      expect(row).toEqual({ a: 'b' });
      break;
    }
    expect(router.asked.at(-1)![0]).toBe('/cancel');
    expect(client.state.name).toBe('ready');
  });

  it('rows that came before a trap are read before it', async () => {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re', '=a=1');
      asked.reply('!trap', '=message=not enough permissions (9)');
      asked.done();
    });
    const rows = client.printEach('/log');
    expect(await rows.next()).toEqual({ done: false, value: { a: '1' } });
    await expect(rows.next()).rejects.toThrow(NotPermitted);
    expect(await rows.next()).toEqual({ done: true, value: undefined });
  });

  it('a signal ends it', async () => {
    const abort = new AbortController();
    const { client } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else asked.reply('!re', '=a=1');
    });
    const rows = client.printEach('/log', { signal: abort.signal });
    await rows.next();
    const next = failureOf(rows.next());
    abort.abort();
    expect(await next).toBeInstanceOf(Aborted);
  });
});

describe('listen', () => {
  it('gives changes as they come, beside other commands', async () => {
    let listening: Asked | undefined;
    const { client } = await routerAndClient((asked) => {
      if (asked.command === '/ppp/active/listen') listening = asked;
      else if (asked.command === '/cancel') answerCancel(asked);
      else {
        listening?.reply('!re', '=.id=*1', '=name=new');
        asked.done();
      }
    });
    const changes = client.listen('/ppp/active');
    await client.print('/a');
    expect(await changes.next()).toEqual({ done: false, value: { '.id': '*1', name: 'new' } });
    const next = changes.next();
    listening!.reply('!re', '=.id=*1', '=.dead=true');
    expect(await next).toEqual({ done: false, value: { '.id': '*1', '.dead': 'true' } });
    expect(await changes.return!()).toEqual({ done: true, value: undefined });
    expect(await changes.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['as documented', answerCancel],
    [
      'with !empty, when nothing was ever sent (7.18)',
      (asked: Asked) => {
        const tag = asked.words[1]!.replace('=tag=', '.tag=');
        asked.send(
          encodeSentences([
            ['!trap', '=category=2', '=message=interrupted', tag],
            ['!empty', tag],
          ]),
        );
        asked.done();
        asked.send(encodeSentence(['!done', tag]));
      },
    ],
    [
      'the victim first',
      (asked: Asked) => {
        const tag = asked.words[1]!.replace('=tag=', '.tag=');
        asked.send(
          encodeSentences([
            ['!re', '=late=row', tag],
            ['!trap', '=message=interrupted', tag],
            ['!done', tag],
          ]),
        );
        asked.done();
      },
    ],
    [
      'with a trap of its own, because the victim had just ended',
      (asked: Asked) => {
        asked.send(encodeSentence(['!done', asked.words[1]!.replace('=tag=', '.tag=')]));
        asked.reply('!trap', '=message=no such item');
        asked.done();
      },
    ],
  ])('return waits for the end on the router: %s', async (_name, answer) => {
    const notices: string[] = [];
    const { client } = await routerAndClient((asked) => asked.command === '/cancel' && answer(asked), {
      onNotice: (notice) => notices.push(notice.error.message),
    });
    const changes = client.listen('/ppp/active');
    const pending = changes.next();
    await changes.return!();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(client.state.name).toBe('ready');
    expect(notices).toEqual([]);
  });

  it('return waits no longer than the command timeout', async () => {
    const { client } = await routerAndClient(() => undefined, { commandTimeoutMs: 30 });
    await client.listen('/ppp/active').return!();
    expect(client.state.name).toBe('ready');
  });

  it('has no place in the window', async () => {
    const { client } = await routerAndClient((asked) => asked.command.endsWith('/listen') || asked.done(), {
      maxInFlight: 1,
    });
    const listens = ['/a', '/b', '/c'].map((menu) =>
      client
        .listen(menu)
        .next()
        .catch(() => 'ended'),
    );
    expect(await client.print('/d')).toEqual([]);
    await client.close();
    expect(await Promise.all(listens)).toEqual(['ended', 'ended', 'ended']);
  });

  it('ends with the connection, by an error that is not missed', async () => {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re', '=a=1');
      asked.socket.end();
    });
    const changes = client.listen('/a');
    expect(await client.closed).toBeInstanceOf(Unreachable);
    expect(await changes.next()).toEqual({ done: false, value: { a: '1' } });
    await expect(changes.next()).rejects.toThrow(Unreachable);
  });

  it('a reader that never reads costs a bounded memory', async () => {
    const sent = { rows: 0 };
    const { client } = await routerAndClient((asked) => asked.command === '/cancel' || pour(asked, 300_000, sent));
    const changes = client.listen('/log');
    await until(() => sent.rows >= 300_000);
    await until(() => client.state.name !== 'ready' || sent.rows >= 300_000);
    let rows = 0;
    const error = await failureOf(
      (async () => {
        for await (const _row of changes) rows += 1;
      })(),
    );
    expect(error.message).toContain('the reader of /log/listen fell 100000 rows behind');
    expect(rows).toBeLessThanOrEqual(100_001);
  });
});

describe('rows of megabytes', () => {
  it('do not gather either', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else for (let row = 0; row < 10; row += 1) asked.reply('!re', `=contents=${'x'.repeat(8_000_000)}`);
    });
    const changes = client.listen('/file');
    await until(() => router.asked.some((words) => words[0] === '/cancel'));
    const error = await failureOf(
      (async () => {
        for await (const row of changes) expect(row.contents!.length).toBe(8_000_000);
      })(),
    );
    expect(error.message).toContain('the reader of /file/listen fell');
  });
});

describe('monitor', () => {
  it('reports until it is left', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else
        for (let section = 0; section < 3; section += 1)
          asked.reply('!re', `=.section=${section}`, '=rx-bits-per-second=1');
    });
    const seen: (string | undefined)[] = [];
    for await (const row of client.monitor('/interface/monitor-traffic', { interface: 'ether1' })) {
      seen.push(row['.section']);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['0', '1', '2']);
    expect(router.asked.at(-2)).toEqual(['/interface/monitor-traffic', '=interface=ether1', '.tag=1']);
  });
});
