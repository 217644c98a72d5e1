import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeSentence } from './codec.ts';
import {
  Aborted,
  ClosedBeforeLogin,
  LoginRefused,
  ProtocolError,
  type RouterError,
  Timeout,
  Unreachable,
} from './errors.ts';
import {
  closeAfterTest,
  closeOpened,
  connectTo,
  failureOf,
  readVectors,
  type Script,
  type ScriptedRouter,
  startScriptedRouter,
  until,
} from './scripted-router.test-support.ts';

afterEach(closeOpened);

async function routerWith(script: Script): Promise<ScriptedRouter> {
  const router = await startScriptedRouter(script, { ownLogin: true });
  closeAfterTest(router);
  return router;
}

async function refusalOf(
  script: Script,
  options: { connectTimeoutMs?: number; signal?: AbortSignal } = {},
): Promise<RouterError> {
  const error = (await failureOf(connectTo(await routerWith(script), options))) as RouterError;
  expect(String(error.stack) + JSON.stringify(error)).not.toContain('secret-of-the-test');
  expect(error.router).toBe('r7');
  return error;
}

const vectors = readVectors();

describe('login', () => {
  it('since RouterOS 6.43: name and password, without a tag', async () => {
    const router = await routerWith((asked) => asked.done());
    const client = await connectTo(router);
    closeAfterTest(client);
    expect(router.asked).toEqual([['/login', '=name=lastmile', '=password=secret-of-the-test']]);
    expect(client.state.name).toBe('ready');
  });

  it.skipIf(vectors === undefined)('before 6.43: the answer to the challenge', async () => {
    for (const { challenge, password, response } of vectors!.md5_login) {
      const router = await routerWith((asked) =>
        router.asked.length === 1 ? asked.done(`=ret=${challenge}`) : asked.done(),
      );
      closeAfterTest(await connectTo(router, { password }));
      expect(router.asked[1]).toEqual(['/login', '=name=lastmile', `=response=${response}`]);
    }
  });

  it.each([
    ['invalid user name or password (6)', LoginRefused],
    ['cannot log in', LoginRefused],
    ['std failure: not allowed (9)', LoginRefused],
    ['could not authenticate - radius timeout (13)', Unreachable],
  ])('%s', async (message, expected) => {
    const error = await refusalOf((asked) => {
      asked.reply('!trap', `=message=${message}`);
      asked.done();
    });
    expect(error).toBeInstanceOf(expected);
    expect(error.message).toContain(message);
    expect(error.message).toContain('lastmile');
  });

  it('is tried once on a connection', async () => {
    const router = await routerWith((asked) => {
      asked.reply('!trap', '=message=invalid user name or password (6)');
      asked.done();
    });
    await failureOf(connectTo(router));
    expect([router.asked.length, router.visits]).toEqual([1, 1]);
    await until(() => router.open.size === 0);
  });

  it('a !fatal at the login is a refusal', async () => {
    const error = await refusalOf((asked) => asked.send(encodeSentence(['!fatal', 'too many commands before login'])));
    expect(error).toBeInstanceOf(LoginRefused);
    expect(error.message).toContain('too many commands before login');
  });

  it('a challenge that is none is not answered', async () => {
    expect(await refusalOf((asked) => asked.done('=ret=hello'))).toBeInstanceOf(ProtocolError);
  });

  it.each([
    ['closed', (asked: { socket: { end(): void } }) => asked.socket.end()],
    ['reset', (asked: { socket: { resetAndDestroy(): void } }) => asked.socket.resetAndDestroy()],
  ])('%s without a word: the address list is named', async (_name, script) => {
    const error = await refusalOf(script as Script);
    expect(error).toBeInstanceOf(ClosedBeforeLogin);
    expect(error.message).toContain('/ip/service');
  });

  it('an answer that never comes ends', async () => {
    const error = await refusalOf(() => undefined, { connectTimeoutMs: 50 });
    expect(error).toBeInstanceOf(Timeout);
    expect(error.message).toMatch(/no answer to \/login in \d+ ms/);
  });

  it('a signal ends it', async () => {
    const abort = new AbortController();
    expect(await refusalOf(() => abort.abort(), { signal: abort.signal })).toBeInstanceOf(Aborted);
    expect(await refusalOf(() => undefined, { signal: AbortSignal.abort() })).toBeInstanceOf(Aborted);
  });

  it('nobody at the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(connectTo({ port } as ScriptedRouter));
    expect(error).toBeInstanceOf(Unreachable);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a web server at the port', async () => {
    const error = await refusalOf((asked) => asked.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.message).toContain('something else than the RouterOS API');
  });
});
