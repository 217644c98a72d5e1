import { afterEach, describe, expect, it } from 'vitest';
import { encodeSentence, encodeSentences, type Word } from './codec.ts';
import {
  Aborted,
  Conflict,
  NotFound,
  NotPermitted,
  ProtocolError,
  Rejected,
  type RouterError,
  Timeout,
  Unreachable,
  Unsupported,
} from './errors.ts';
import { where } from './query.ts';
import {
  type Asked,
  answerCancel,
  closeAfterTest,
  closeOpened,
  connectTo,
  failureOf,
  readVectors,
  routerAndClient,
  type Script,
  startScriptedRouter,
  until,
} from './scripted-router.test-support.ts';

afterEach(closeOpened);

const twoRows = (asked: Asked): void => {
  asked.reply('!re', '=.id=*1', '=name=a');
  asked.reply('!re', '=.id=*2', '=name=b');
  asked.done();
};

describe('print', () => {
  it('gives the rows', async () => {
    const { client, router } = await routerAndClient(twoRows);
    const query = where.and(where.equals('name', 'x'), where.has('comment'));
    const rows = await client.print('/ppp/secret', { query, proplist: ['.id', 'name'], attributes: { detail: '' } });
    expect(rows).toEqual([
      { '.id': '*1', name: 'a' },
      { '.id': '*2', name: 'b' },
    ]);
    expect(router.asked.at(-1)).toEqual([
      '/ppp/secret/print',
      '=detail=',
      '=.proplist=.id,name',
      '?name=x',
      '?comment',
      '?#&',
      '.tag=1',
    ]);
  });

  it.each([
    ['7.18 and later say !empty', ['!empty']],
    ['earlier ones say nothing', undefined],
  ])('of an empty menu: %s', async (_name, empty) => {
    const { client } = await routerAndClient((asked) => {
      if (empty !== undefined) asked.reply(...empty);
      asked.done();
    });
    expect(await client.print('/ip/hotspot/active')).toEqual([]);
  });

  it('of 2,000 rows with the tag anywhere among the words', async () => {
    const { client } = await routerAndClient((asked) => {
      const rows = Array.from({ length: 2_000 }, (_, index): Word[] =>
        index % 2 === 0
          ? ['!re', ...asked.tag, `=.id=*${index}`, '=name=x']
          : ['!re', `=.id=*${index}`, ...asked.tag, '=name=x'],
      );
      asked.send(encodeSentences(rows));
      asked.done();
    });
    const rows = await client.print('/ppp/secret');
    expect(rows.length).toBe(2_000);
    expect(new Set(rows.map((row) => row['.id'])).size).toBe(2_000);
  });

  it('keeps rows without attributes, values with =, numbers as text and an attribute without a value', async () => {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re');
      asked.reply('!re', '=name=a=b==', '=password=007', '=comment=yes', '=mac=', '=bare');
      asked.done();
    });
    expect(await client.print('/ppp/secret')).toEqual([
      {},
      { name: 'a=b==', password: '007', comment: 'yes', mac: '', bare: '' },
    ]);
  });

  it('carries words of 20 kB and 2 MB both ways', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command.endsWith('/set')) asked.done();
      else {
        asked.reply('!re', `=contents=${'y'.repeat(20_000)}`, `=more=${'z'.repeat(2_100_000)}`);
        asked.done();
      }
    });
    await client.set('/file', 'a.txt', { contents: 'x'.repeat(2_100_000) });
    expect(router.asked.at(-1)![2]!.length).toBe('=contents='.length + 2_100_000);
    const [row] = await client.print('/file');
    expect([row!.contents, row!.more]).toEqual(['y'.repeat(20_000), 'z'.repeat(2_100_000)]);
  });

  it('speaks UTF-8 and reads what the code page left', async () => {
    const { client, router } = await routerAndClient((asked) => {
      asked.reply('!re', '=comment=Łódź 🛰', Buffer.from('=old=caf\xe9', 'latin1'));
      asked.done();
    });
    const [row] = await client.print('/ppp/secret', { query: where.equals('comment', 'Łódź 🛰') });
    expect(row).toEqual({ comment: 'Łódź 🛰', old: 'café' });
    expect(router.asked.at(-1)).toContain('?comment=Łódź 🛰');
    const [raw] = await client.printBytes('/ppp/secret');
    expect(Buffer.from(raw!.old!).toString('latin1')).toBe('=old=caf\xe9'.slice(5));
  });

  it('sends bytes as they are', async () => {
    const { client, router } = await routerAndClient((asked) => asked.done('=ret=*1'));
    await client.add('/ppp/secret', { name: 'x', comment: Buffer.from('Ω') });
    expect(router.asked.at(-1)).toContain('=comment=Ω');
  });

  it('is the same one byte at a time', async () => {
    const { client } = await routerAndClient((asked) => {
      const bytes = encodeSentences([
        ['!re', '=.id=*1', `=comment=${'ä'.repeat(100)}`, ...asked.tag],
        ['!done', ...asked.tag],
      ]);
      const drip = (at: number): void => {
        if (at >= bytes.length) return;
        asked.send(bytes.subarray(at, at + 1));
        setImmediate(() => drip(at + 1));
      };
      drip(0);
    });
    expect(await client.print('/ppp/secret')).toEqual([{ '.id': '*1', comment: 'ä'.repeat(100) }]);
  });

  it('is the same split at every position', async () => {
    let offset = 0;
    const { client } = await routerAndClient((asked) => {
      const bytes = encodeSentences([
        ['!re', '=.id=*1', '=name=a', ...asked.tag],
        ['!empty', ...asked.tag],
        ['!done', ...asked.tag],
      ]);
      asked.send(bytes.subarray(0, offset));
      setImmediate(() => asked.send(bytes.subarray(offset)));
    });
    for (offset = 1; offset < 50; offset += 1) expect(await client.print('/x')).toEqual([{ '.id': '*1', name: 'a' }]);
  });

  it('refuses more rows than were bargained for, and the connection lives on', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else if (asked.command === '/log/print') for (let row = 0; row < 20; row += 1) asked.reply('!re', '=a=b');
      else asked.done();
    });
    const error = await failureOf(client.print('/log', { maxRows: 10 }));
    expect(error.message).toContain('more than 10 rows for /log/print');
    expect(await client.print('/x')).toEqual([]);
    expect(router.asked.some((words) => words[0] === '/cancel')).toBe(true);
  });

  it('counts without rows', async () => {
    const { client, router } = await routerAndClient((asked) => asked.done('=ret=12'));
    expect(await client.count('/ppp/secret', { query: where.has('comment') })).toBe(12);
    expect(router.asked.at(-1)!.slice(0, 3)).toEqual(['/ppp/secret/print', '=count-only=', '?comment']);
  });
});

describe('changes', () => {
  it('say what routers expect', async () => {
    const { client, router } = await routerAndClient((asked) =>
      asked.command.endsWith('/add') ? asked.done('=ret=*3') : asked.done(),
    );
    expect(await client.add('/ppp/secret', { name: 'x', password: '' })).toBe('*3');
    await client.set('/ppp/secret', '*3', { comment: 'y', 'remote-address': null });
    await client.enable('/ppp/secret', '*3');
    await client.disable('/ppp/secret', ['*3', '*4']);
    await client.unset('/ppp/secret', '*3', 'remote-address');
    await client.move('/queue/simple', '*3', '*1');
    await client.remove('/ppp/secret', ['*3', '*4']);
    await client.remove('/ppp/secret', []);
    expect(router.asked.slice(1).map((words) => words.slice(0, -1))).toEqual([
      ['/ppp/secret/add', '=name=x', '=password='],
      ['/ppp/secret/set', '=.id=*3', '=comment=y', '=!remote-address='],
      ['/ppp/secret/enable', '=.id=*3'],
      ['/ppp/secret/disable', '=.id=*3,*4'],
      ['/ppp/secret/unset', '=.id=*3', '=value-name=remote-address'],
      ['/queue/simple/move', '=numbers=*3', '=destination=*1'],
      ['/ppp/secret/remove', '=.id=*3,*4'],
    ]);
  });

  it('any other command gives its rows and its value', async () => {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re', '=status=done');
      asked.done('=ret=*7');
    });
    expect(await client.command('/execute', { script: ':put 1' })).toEqual({ rows: [{ status: 'done' }], ret: '*7' });
  });

  it('a reboot is answered by the closed connection', async () => {
    const { client } = await routerAndClient((asked) => asked.socket.end());
    expect(await client.command('/system/reboot')).toEqual({ rows: [] });
  });

  it('what is no command or name is a mistake here, not a sentence there', async () => {
    const { client, router } = await routerAndClient((asked) => asked.done());
    await expect(client.print('ppp/secret')).rejects.toThrow(RangeError);
    await expect(client.print('/ppp secret')).rejects.toThrow(RangeError);
    await expect(client.add('/ppp/secret', { 'a=b': 'c' })).rejects.toThrow(RangeError);
    await expect(client.add('/ppp/secret', { a: 1 as unknown as string })).rejects.toThrow('must be text or bytes');
    await expect(client.print('/x', { timeoutMs: 0 })).rejects.toThrow('every wait has an end');
    expect(router.asked.length).toBe(1);
  });
});

describe('refusals', () => {
  async function refusal(...traps: Word[][]): Promise<RouterError> {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re', '=a=b');
      for (const trap of traps) asked.reply('!trap', ...trap);
      asked.done();
    });
    return (await failureOf(client.command('/ppp/secret/add', { password: 'hidden-word' }))) as RouterError;
  }

  it.each([
    ['failure: secret with the same name already exists', Conflict],
    ['failure: already have user with this name for this server', Conflict],
    ['failure: pool with such name exists', Conflict],
    ['failure: already have such entry', Conflict],
    ['already have device with such name', Conflict],
    ['no such item', NotFound],
    ['no such item (4)', NotFound],
    ['not enough permissions (9)', NotPermitted],
    ['std failure: not allowed (9)', NotPermitted],
    ['failure: not allowed by device-mode', NotPermitted],
    ['no such command', Unsupported],
    ['unknown parameter otp-secret', Unsupported],
    ['input does not match any value of profile', Rejected],
    ['missing value(s) of argument(s) name', Rejected],
    ['action failed (6)', Rejected],
  ])('%s', async (message, expected) => {
    const error = await refusal(['=category=1', `=message=${message}`]);
    expect(error).toBeInstanceOf(expected);
    expect(error.message).toBe(`router r7: /ppp/secret/add was refused: ${message}`);
    expect([error.router, error.command]).toEqual(['r7', '/ppp/secret/add']);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('hidden-word');
  });

  it('all traps of a command are told', async () => {
    const error = await refusal(
      ['=category=0', '=message=no such command or directory (adress)'],
      ['=message=no such command prefix'],
    );
    expect(error).toBeInstanceOf(Unsupported);
    expect(error.traps).toEqual([
      { category: 0, message: 'no such command or directory (adress)' },
      { message: 'no such command prefix' },
    ]);
  });

  it('an interruption from elsewhere is not a refusal', async () => {
    expect(await refusal(['=category=2', '=message=interrupted'])).toBeInstanceOf(Aborted);
  });

  it('a menu that the router lacks is asked for once', async () => {
    const { client, router } = await routerAndClient((asked) => {
      asked.reply('!trap', '=message=no such command prefix');
      asked.done();
    });
    await expect(client.print('/system/routerboard')).rejects.toThrow(Unsupported);
    await expect(client.print('/system/routerboard')).rejects.toThrow('known to be missing');
    await expect(client.command('/system/routerboard/upgrade')).rejects.toThrow(Unsupported);
    expect(router.asked.length).toBe(2);
    client.forgetUnsupported();
    await expect(client.print('/system/routerboard')).rejects.toThrow('was refused');
    expect(router.asked.length).toBe(3);
  });
});

const vectors = readVectors();

describe.skipIf(vectors === undefined)('published exchanges', () => {
  function replay(id: string): Script {
    const answers = vectors!.exchanges.find((exchange) => exchange.id === id)!.steps.filter((step) => step.dir === 'r');
    return (asked) => {
      for (const { words } of answers) asked.reply(...words.filter((word) => !word.startsWith('.tag=')));
    };
  }

  it('rows without attributes', async () => {
    const { client } = await routerAndClient(replay('rows-without-attributes'));
    expect(await client.print('/ip/service', { proplist: ['comment'] })).toEqual(Array.from({ length: 7 }, () => ({})));
  });

  it('add', async () => {
    const { client } = await routerAndClient(replay('add-ret'));
    expect(await client.add('/ip/address', { address: '192.168.1.1/24', interface: 'ether1' })).toBe('*3');
  });

  it('two traps', async () => {
    const { client } = await routerAndClient(replay('double-trap'));
    await expect(client.add('/ip/adress', { address: '1.2.3.4/24' })).rejects.toThrow(Unsupported);
  });

  it('a file fetched in sections', async () => {
    const { client } = await routerAndClient(replay('fetch-sections'));
    const { rows } = await client.command('/tool/fetch', { url: 'ftp://example.org/a' });
    expect(rows.map((row) => row['.section'])).toEqual(['0', '1', '12']);
  });

  it('the end of the session', async () => {
    const { client } = await routerAndClient(replay('quit-fatal'));
    expect(await client.command('/quit')).toEqual({ rows: [] });
    expect((await client.closed).message).toContain('session terminated on request');
  });
});

describe('many commands on one connection', () => {
  it('two at once, answered in the other order', async () => {
    const waiting: Asked[] = [];
    const { client } = await routerAndClient((asked) => {
      waiting.push(asked);
      if (waiting.length < 2) return;
      waiting[1]!.reply('!re', '=name=second');
      waiting[0]!.reply('!re', '=name=first');
      waiting[1]!.done();
      waiting[0]!.done();
    });
    const [first, second] = await Promise.all([client.print('/a'), client.print('/b')]);
    expect([first, second]).toEqual([[{ name: 'first' }], [{ name: 'second' }]]);
  });

  it('no more in flight than allowed, and lanes take turns', async () => {
    const waiting: Asked[] = [];
    let most = 0;
    const { client, router } = await routerAndClient(
      (asked) => {
        waiting.push(asked);
        most = Math.max(most, waiting.length);
        setImmediate(() => waiting.shift()?.done('=ret=*1'));
      },
      { maxInFlight: 4 },
    );
    const adds = Array.from({ length: 100 }, (_, index) => client.add('/ppp/secret', { name: `${index}` }));
    const print = client.print('/system/identity');
    await Promise.all([...adds, print]);
    expect(most).toBeLessThanOrEqual(4);
    const order = router.asked.slice(1).map((words) => words[0]);
    expect(order.indexOf('/system/identity/print')).toBeLessThan(8);
    const names = router.asked.filter((words) => words[0] === '/ppp/secret/add').map((words) => words[1]);
    expect(names).toEqual(Array.from({ length: 100 }, (_, index) => `=name=${index}`));
  });

  it('a queue that is full says so', async () => {
    const { client } = await routerAndClient(() => undefined, { maxInFlight: 1, maxQueued: 2 });
    const waiting = ['/a', '/b', '/c'].map((menu) => failureOf(client.print(menu)));
    expect((await failureOf(client.print('/d'))).message).toContain('2 commands are waiting already');
    await client.close();
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(Aborted);
  });

  it('one write carries all commands of a moment', async () => {
    let chunks = 0;
    const router = await startScriptedRouter((asked) => asked.done(), {
      onVisit: (socket) =>
        socket.on('data', () => {
          chunks += 1;
        }),
    });
    closeAfterTest(router);
    const client = await connectTo(router, { maxInFlight: 64 });
    closeAfterTest(client);
    chunks = 0;
    await Promise.all(Array.from({ length: 64 }, (_, index) => client.print(`/menu-${index}`)));
    expect(chunks).toBe(1);
  });

  it('replies to nobody and unknown reply words are noticed, and hurt nothing', async () => {
    const notices: string[] = [];
    const { client } = await routerAndClient(
      (asked) => {
        asked.send(
          encodeSentences([['!re', '=a=b', '.tag=4711'], ['!done', '.tag=x'], ['!done'], ['!what', ...asked.tag]]),
        );
        asked.done();
        asked.done();
      },
      { onNotice: (notice) => notices.push(notice.error.message) },
    );
    expect(await client.print('/a')).toEqual([]);
    expect(await client.print('/b')).toEqual([]);
    expect(notices.slice(0, 4)).toEqual([
      'router r7: the router sent !re to tag 4711, which is not under way',
      'router r7: the router sent !done to a tag that is not ours, which is not under way',
      'router r7: the router sent !done to no tag, which is not under way',
      'router r7: the router sent the unknown reply word "!what"',
    ]);
    expect(notices.some((notice) => notice.includes('!done to tag 1,'))).toBe(true);
  });
});

describe('waiting ends', () => {
  it('when nothing comes: the command fails, the connection lives on, a late answer is dropped', async () => {
    const notices: string[] = [];
    let late: Asked | undefined;
    const { client, router } = await routerAndClient(
      (asked) => {
        if (asked.command === '/slow/print') late = asked;
        else if (asked.command !== '/cancel') {
          late?.reply('!re', '=a=b');
          late?.done();
          asked.done();
        }
      },
      { onNotice: (notice) => notices.push(notice.error.message) },
    );
    const error = (await failureOf(client.print('/slow', { timeoutMs: 30 }))) as RouterError;
    expect(error).toBeInstanceOf(Timeout);
    expect(error.message).toBe('router r7: no answer to /slow/print in 30 ms');
    expect(error.outcomeUnknown).toBe(true);
    expect(await client.print('/b')).toEqual([]);
    expect(router.asked.map((words) => words[0])).toContain('/cancel');
    expect(notices).toEqual([]);
  });

  it('when the router stalls in mid-reply', async () => {
    const { client } = await routerAndClient((asked) =>
      asked.send(encodeSentence(['!re', '=name=abc', ...asked.tag]).subarray(0, 9)),
    );
    await expect(client.print('/a', { timeoutMs: 30 })).rejects.toThrow(Timeout);
  });

  it('but not while rows still come', async () => {
    const { client } = await routerAndClient((asked) => {
      let rows = 0;
      const timer = setInterval(() => {
        rows += 1;
        asked.reply('!re', '=a=b');
        if (rows < 18) return;
        clearInterval(timer);
        asked.done();
      }, 100);
    });
    // Longer in all than it waits for one, and that long enough for a machine that stands still for a second.
    expect((await client.print('/a', { timeoutMs: 1500 })).length).toBe(18);
  });

  it('when rows drip without an end', async () => {
    const { client } = await routerAndClient((asked) => {
      const timer = setInterval(() => asked.reply('!re', '=a=b'), 5);
      asked.socket.once('close', () => clearInterval(timer));
    });
    await expect(client.print('/a', { longestMs: 60 })).rejects.toThrow('no end of /a/print in 60 ms');
  });

  it('by a signal, before and after sending', async () => {
    const { client, router } = await routerAndClient((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
    });
    await expect(client.print('/a', { signal: AbortSignal.abort() })).rejects.toThrow('was aborted before it was sent');
    const abort = new AbortController();
    const print = failureOf(client.print('/b', { signal: abort.signal }));
    await until(() => router.asked.length === 2);
    abort.abort(new Error('enough'));
    const error = (await print) as RouterError;
    expect(error).toBeInstanceOf(Aborted);
    expect([(error.cause as Error).message, error.outcomeUnknown]).toEqual(['enough', true]);
    await until(() => router.asked.some((words) => words[0] === '/cancel'));
  });

  it('by a signal while waiting in the queue', async () => {
    const { client, router } = await routerAndClient(() => undefined, { maxInFlight: 1 });
    const first = failureOf(client.print('/a'));
    const abort = new AbortController();
    const second = failureOf(client.print('/b', { signal: abort.signal }));
    abort.abort();
    expect((await second).message).toContain('before it was sent');
    await client.close();
    await first;
    expect(router.asked.some((words) => words[0] === '/b/print')).toBe(false);
  });

  it('when too many commands were never answered, with the connection', async () => {
    const { client } = await routerAndClient(() => undefined, { maxInFlight: 300 });
    const errors = await Promise.all(
      Array.from({ length: 300 }, (_, index) => failureOf(client.print(`/m${index}`, { timeoutMs: 20 }))),
    );
    expect(errors.every((error) => error instanceof Timeout || error instanceof Unreachable)).toBe(true);
    expect((await client.closed).message).toContain('were never answered');
  });
});

describe('the end of a connection', () => {
  it.each([
    [
      'a clean close in mid-reply',
      (asked: Asked) => {
        asked.send(Buffer.from('052172', 'hex'));
        asked.socket.end();
      },
      'in the middle of a sentence',
    ],
    ['a close without a word', (asked: Asked) => asked.socket.end(), 'the router closed the connection'],
    ['a reset', (asked: Asked) => asked.socket.resetAndDestroy(), 'the connection broke'],
    [
      'a !fatal with a close',
      (asked: Asked) => {
        asked.send(encodeSentence(['!fatal', 'not logged in']));
        asked.socket.end();
      },
      'the router ended the session: not logged in',
    ],
    [
      'a !fatal and no close',
      (asked: Asked) => asked.send(encodeSentence(['!fatal', 'not logged in'])),
      'the router ended the session: not logged in',
    ],
    [
      'a !fatal with a message',
      (asked: Asked) => asked.send(encodeSentence(['!fatal', '=message=goodbye'])),
      'the router ended the session: goodbye',
    ],
  ])('%s fails every command, named', async (_name, script, text) => {
    const { client } = await routerAndClient(script, { maxInFlight: 1 });
    const sent = failureOf(client.add('/ppp/secret', { name: 'x' }));
    const queued = failureOf(client.print('/b'));
    const [first, second] = (await Promise.all([sent, queued])) as [RouterError, RouterError];
    for (const error of [first, second]) expect(error).toBeInstanceOf(Unreachable);
    expect(first.message).toContain(text);
    expect(first.message).toContain('while /ppp/secret/add was under way');
    expect([first.outcomeUnknown, second.outcomeUnknown]).toEqual([true, false]);
    expect(second.message).toContain('/b/print was not sent');
    expect(await client.closed).toBeInstanceOf(Unreachable);
    await expect(client.print('/c')).rejects.toThrow(Unreachable);
  });

  it('while idle is told by the promise and the state', async () => {
    const states: string[] = [];
    const { client, router } = await routerAndClient((asked) => asked.done(), {
      onState: (state) => states.push(state.name),
    });
    await client.print('/a');
    for (const socket of router.open) socket.destroy();
    expect(await client.closed).toBeInstanceOf(Unreachable);
    expect(client.state.name).toBe('closed');
    expect(states).toEqual(['connecting', 'ready', 'closed']);
  });

  it('close ends everything that waits', async () => {
    const { client, router } = await routerAndClient(() => undefined);
    const print = failureOf(client.print('/a'));
    const listen = failureOf(client.listen('/b').next());
    await until(() => router.asked.length === 3);
    await client.close();
    expect(await print).toBeInstanceOf(Aborted);
    expect(await listen).toBeInstanceOf(Aborted);
    await client.close();
  });

  it('a router that is gone without a word is found by the keepalive', async () => {
    const { client, router } = await routerAndClient(() => undefined, { keepaliveMs: 30 });
    expect((await client.closed).message).toContain('no answer to the keepalive');
    expect(router.asked.at(-1)!.slice(0, 2)).toEqual(['/system/identity/print', '=.proplist=name']);
  });

  it('a keepalive that is refused is an answer', async () => {
    let probes = 0;
    const { client } = await routerAndClient(
      (asked) => {
        probes += 1;
        asked.reply('!trap', '=message=not enough permissions (9)');
        asked.done();
      },
      // The answer must come within the same time: long enough for a machine that is busy with something else.
      { keepaliveMs: 1000 },
    );
    await until(() => probes > 1);
    expect(client.state.name).toBe('ready');
  });

  it('an unused connection is closed when that is wished', async () => {
    const { client } = await routerAndClient((asked) => asked.done(), { idleTimeoutMs: 1500, keepaliveMs: 1000 });
    await client.print('/a');
    expect((await client.closed).message).toContain('closed after 1500 ms without use');
  });

  it('a listener that throws does not break the connection', async () => {
    const thrown: Error[] = [];
    const original = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error));
    try {
      const { client } = await routerAndClient(
        (asked) => {
          asked.send(encodeSentence(['!re', '.tag=99']));
          asked.done();
        },
        {
          onNotice: () => {
            throw new Error('a mistake of the listener');
          },
        },
      );
      expect(await client.print('/a')).toEqual([]);
      await until(() => thrown.length > 0);
      expect(await client.print('/b')).toEqual([]);
      await until(() => thrown.length === 2);
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of original) process.on('uncaughtException', listener as NodeJS.UncaughtExceptionListener);
    }
  });
});

describe('a broken or hostile router', () => {
  it.each([
    [
      'an endless word',
      Buffer.concat([Buffer.from('effffff0', 'hex'), Buffer.alloc(1_000)]),
      'a word of 268435440 bytes was announced',
    ],
    ['a length of 4 GiB', Buffer.from('f0ffffffff', 'hex'), 'a word of 4294967295 bytes was announced'],
    ['a control byte', Buffer.from('f8', 'hex'), 'control byte 0xf8'],
    ['a sentence of a million words', Buffer.alloc(2_000_000, '\x01a'), 'limit of 16384 words'],
    ['an answer in another language', Buffer.from('\xff\xfb\x01 telnet', 'latin1'), 'control byte 0xff'],
  ])('%s costs only its own connection', async (_name, bytes, text) => {
    const { client } = await routerAndClient((asked) => asked.send(bytes));
    const other = await routerAndClient((asked) => asked.done());
    const error = (await failureOf(client.print('/a'))) as RouterError;
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain(text);
    expect(await client.closed).toBeInstanceOf(ProtocolError);
    expect(await other.client.print('/a')).toEqual([]);
  });

  it('one that answers what nobody asked, without end, is left', async () => {
    const { client } = await routerAndClient((asked) => {
      const noise = encodeSentences(Array.from({ length: 500 }, () => ['!re', '=a=b', '.tag=4711']));
      for (let burst = 0; burst < 4; burst += 1) asked.send(noise);
    });
    expect(await failureOf(client.print('/a'))).toBeInstanceOf(ProtocolError);
    expect((await client.closed).message).toContain('more than 1000 replies that nobody asked for');
  });

  it('two !done are one end', async () => {
    const { client } = await routerAndClient((asked) => {
      asked.reply('!re', '=a=b');
      asked.done();
      asked.done();
      asked.reply('!re', '=too=late');
    });
    expect(await client.print('/a')).toEqual([{ a: 'b' }]);
    expect(await client.print('/a')).toEqual([{ a: 'b' }]);
  });
});
