import { afterEach, describe, expect, it } from 'vitest';
import { Aborted, LoginRefused, Timeout, Unsupported } from './errors.ts';
import {
  type Asked,
  answerCancel,
  closeAfterTest,
  closeOpened,
  failureOf,
  type Script,
  type ScriptedRouter,
  type ScriptedRouterOptions,
  startScriptedRouter,
  until,
} from './scripted-router.test-support.ts';
import { RouterSession, type SessionOptions, type SessionState, type WatchEvent } from './session.ts';

afterEach(closeOpened);

async function routerWith(script: Script, options: ScriptedRouterOptions = {}): Promise<ScriptedRouter> {
  const router = await startScriptedRouter(script, options);
  closeAfterTest(router);
  return router;
}

function sessionWith(
  router: ScriptedRouter,
  options: Partial<SessionOptions> = {},
): { session: RouterSession; states: SessionState[] } {
  const states: SessionState[] = [];
  const session = new RouterSession({
    host: '127.0.0.1',
    port: router.port,
    username: 'lastmile',
    password: 'secret-of-the-test',
    label: 'r7',
    backoff: { firstMs: 5, longestMs: 20 },
    onState: (state) => states.push(state),
    ...options,
  });
  closeAfterTest(session);
  return { session, states };
}

const refuse = (asked: Asked): void => {
  asked.reply('!trap', '=message=invalid user name or password (6)');
  asked.done();
};

describe('a session', () => {
  it('comes back after the connection broke', async () => {
    const router = await routerWith((asked) => asked.done());
    const { session, states } = sessionWith(router);
    const first = await session.client();
    expect(await first.print('/a')).toEqual([]);
    for (const socket of router.open) socket.destroy();
    await first.closed;
    await until(() => session.state.name === 'ready');
    const second = await session.client();
    expect(second).not.toBe(first);
    expect(await second.print('/b')).toEqual([]);
    expect(states.map((state) => state.name)).toEqual(['connecting', 'ready', 'waiting', 'connecting', 'ready']);
  });

  it('waits longer after each failure, never longer than the longest, never all at once', async () => {
    const router = await routerWith(() => undefined, { onVisit: (socket) => socket.destroy() });
    const { session, states } = sessionWith(router, { backoff: { firstMs: 2, longestMs: 12, random: () => 1 } });
    const waits = (): number[] => states.flatMap((state) => (state.name === 'waiting' ? [state.forMs] : []));
    await until(() => waits().length >= 5);
    await session.close();
    expect(waits().slice(0, 5)).toEqual([2, 4, 8, 12, 12]);
    const jittered = sessionWith(router, { backoff: { firstMs: 100, longestMs: 100, random: () => 0 } });
    await until(() => jittered.session.state.name === 'waiting');
    expect(jittered.session.state).toMatchObject({ forMs: 50 });
  });

  it('a flapping router does not win the first wait back', async () => {
    const router = await routerWith((asked) => asked.done());
    const { states } = sessionWith(router, { backoff: { firstMs: 2, longestMs: 1_000, random: () => 1 } });
    for (let flap = 0; flap < 3; flap += 1) {
      await until(() => states.filter((state) => state.name === 'ready').length === flap + 1);
      for (const socket of router.open) socket.destroy();
      await until(
        () => states.at(-1)?.name === 'waiting' || states.filter((state) => state.name === 'waiting').length > flap,
      );
    }
    expect(states.flatMap((state) => (state.name === 'waiting' ? [state.forMs] : [])).slice(0, 3)).toEqual([2, 4, 8]);
  });

  it('refused credentials are tried once, until a person says otherwise', async () => {
    const router = await routerWith(
      (asked) => (asked.words.includes('=password=right') ? asked.done() : refuse(asked)),
      {
        ownLogin: true,
      },
    );
    const { session } = sessionWith(router);
    expect(await failureOf(session.client())).toBeInstanceOf(LoginRefused);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([router.visits, router.asked.length, session.state.name]).toEqual([1, 1, 'refused']);
    expect(await failureOf(session.client())).toBeInstanceOf(LoginRefused);
    session.retry({ password: 'right' });
    expect((await session.client()).state.name).toBe('ready');
    expect(router.visits).toBe(2);
  });

  it('waiting for it ends', async () => {
    const router = await routerWith(() => undefined, { ownLogin: true });
    const { session } = sessionWith(router);
    expect(await failureOf(session.client({ timeoutMs: 20 }))).toBeInstanceOf(Timeout);
    const abort = new AbortController();
    const waiting = failureOf(session.client({ signal: abort.signal }));
    abort.abort();
    expect(await waiting).toBeInstanceOf(Aborted);
    const closed = failureOf(session.client());
    await session.close();
    expect(await closed).toBeInstanceOf(Aborted);
    expect(await failureOf(session.client())).toBeInstanceOf(Aborted);
  });

  it('mistakes in the options are told, not tried again', async () => {
    const router = await routerWith((asked) => asked.done());
    const { session } = sessionWith(router, { tls: 'pinned' });
    expect(await failureOf(session.client())).toBeInstanceOf(RangeError);
    expect(session.state.name).toBe('refused');
    expect(router.visits).toBe(0);
  });
});

describe('watching a menu', () => {
  /** A router with rows, which announces changes to whoever listens. */
  function menuOf(names: Set<string>): { script: Script; announce: (...words: string[]) => void } {
    const listeners = new Set<Asked>();
    const script: Script = (asked) => {
      if (asked.command === '/ppp/active/listen') listeners.add(asked);
      else if (asked.command === '/cancel') answerCancel(asked);
      else {
        for (const name of names) asked.reply('!re', `=.id=*${name}`, `=name=${name}`);
        asked.done();
      }
    };
    return {
      script,
      announce: (...words) => {
        for (const listener of listeners) if (!listener.socket.destroyed) listener.reply('!re', ...words);
      },
    };
  }

  it('begins with a snapshot, and again after each gap', async () => {
    const names = new Set(['a', 'b']);
    const menu = menuOf(names);
    const router = await routerWith(menu.script);
    const { session } = sessionWith(router);
    const events = session.watch('/ppp/active')[Symbol.asyncIterator]();
    const next = async (): Promise<WatchEvent> => (await events.next()).value as WatchEvent;
    expect(await next()).toEqual({
      kind: 'snapshot',
      rows: [
        { '.id': '*a', name: 'a' },
        { '.id': '*b', name: 'b' },
      ],
    });
    menu.announce('=.id=*c', '=name=c');
    expect(await next()).toEqual({ kind: 'changed', row: { '.id': '*c', name: 'c' } });
    menu.announce('=.id=*a', '=.dead=true');
    expect(await next()).toEqual({ kind: 'removed', id: '*a' });
    menu.announce('=.id=*b', '=.dead=yes');
    expect(await next()).toEqual({ kind: 'removed', id: '*b' });
    for (const socket of router.open) socket.destroy();
    names.delete('a');
    names.add('while-away');
    expect(await next()).toEqual({
      kind: 'snapshot',
      rows: [
        { '.id': '*b', name: 'b' },
        { '.id': '*while-away', name: 'while-away' },
      ],
    });
    menu.announce('=.id=*d', '=name=d');
    expect(await next()).toEqual({ kind: 'changed', row: { '.id': '*d', name: 'd' } });
    await events.return!(undefined);
    await until(() => router.asked.some((words) => words[0] === '/cancel'));
  });

  it('listens before it looks, so nothing falls between', async () => {
    const router = await routerWith((asked) => {
      if (!asked.command.endsWith('/print')) return;
      listening?.reply('!re', '=.id=*1', '=name=in-between');
      asked.done();
    });
    const script = router.script;
    let listening: Asked | undefined;
    router.script = (asked) => {
      if (asked.command.endsWith('/listen')) listening = asked;
      script(asked);
    };
    const { session } = sessionWith(router);
    const seen: WatchEvent[] = [];
    for await (const event of session.watch('/ppp/active', { signal: AbortSignal.timeout(10_000) })) {
      seen.push(event);
      if (seen.length === 2) {
        // The loop's end waits for the router's answer to the cancel.
        router.script = answerCancel;
        break;
      }
    }
    expect(seen).toEqual([
      { kind: 'snapshot', rows: [] },
      { kind: 'changed', row: { '.id': '*1', name: 'in-between' } },
    ]);
  });

  it('a router that ends the listen is asked again, but not at once', async () => {
    let listens = 0;
    const router = await routerWith((asked) => {
      if (asked.command.endsWith('/listen')) listens += 1;
      asked.done();
    });
    const { session } = sessionWith(router);
    const events = session.watch('/ppp/active');
    for (let snapshot = 0; snapshot < 3; snapshot += 1)
      expect((await events.next()).value).toEqual({ kind: 'snapshot', rows: [] });
    expect(listens).toBe(3);
    await events.return();
  });

  it('a refusal is thrown, not repeated', async () => {
    const router = await routerWith((asked) => {
      asked.reply('!trap', '=message=no such command prefix');
      asked.done();
    });
    const { session } = sessionWith(router);
    await expect(session.watch('/ip/hotspot/active').next()).rejects.toThrow(Unsupported);
  });

  it('ends by its signal, and with the session', async () => {
    const router = await routerWith((asked) => {
      if (asked.command === '/cancel') answerCancel(asked);
      else if (asked.command.endsWith('/print')) asked.done();
    });
    const { session } = sessionWith(router);
    const abort = new AbortController();
    const events = session.watch('/ppp/active', { signal: abort.signal });
    await events.next();
    const next = failureOf(events.next());
    abort.abort();
    expect(await next).toBeInstanceOf(Aborted);
    const others = session.watch('/ppp/active');
    await others.next();
    const last = failureOf(others.next());
    await session.close();
    expect(await last).toBeInstanceOf(Aborted);
  });
});
