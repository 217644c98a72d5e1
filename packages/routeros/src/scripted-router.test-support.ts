// A small router on a real socket that says what a test tells it to, byte by byte if wanted. It knows no menus and believes nothing.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { type ConnectOptions, connectRouter, type RouterClient } from './client.ts';
import { encodeSentence, SentenceReader, type Word } from './codec.ts';

/** One sentence of the client, and the ways to answer it. */
export interface Asked {
  command: string;
  words: string[];
  /** `.tag=7`, or nothing for an untagged command. */
  tag: string[];
  socket: Socket;
  /** Answers with one sentence, the command's tag put last. */
  reply(...words: Word[]): void;
  done(...words: Word[]): void;
  /** Anything at all. */
  send(bytes: Uint8Array): void;
}

export type Script = (asked: Asked) => void;

export interface ScriptedRouter {
  port: number;
  /** Every sentence that came, in order. */
  asked: string[][];
  /** Connections accepted so far. */
  visits: number;
  open: Set<Socket>;
  script: Script;
  close(): Promise<void>;
}

export interface ScriptedRouterOptions {
  tls?: TlsOptions;
  /** The script answers the login too. */
  ownLogin?: boolean;
  onVisit?: (socket: Socket) => void;
}

export async function startScriptedRouter(
  script: Script,
  options: ScriptedRouterOptions = {},
): Promise<ScriptedRouter> {
  const visit = (socket: Socket): void => serve(router, socket, options);
  const server: Server = options.tls === undefined ? createServer(visit) : createTlsServer(options.tls, visit);
  const router: ScriptedRouter = {
    port: 0,
    asked: [],
    visits: 0,
    open: new Set(),
    script,
    close: async () => {
      for (const socket of router.open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  router.port = (server.address() as AddressInfo).port;
  return router;
}

function serve(router: ScriptedRouter, socket: Socket, options: ScriptedRouterOptions): void {
  router.visits += 1;
  router.open.add(socket);
  socket.setNoDelay(true);
  socket.on('close', () => router.open.delete(socket));
  socket.on('error', () => undefined);
  options.onVisit?.(socket);
  const reader = new SentenceReader();
  socket.on('data', (chunk: Buffer) => {
    for (const sentence of reader.push(chunk)) {
      const words = sentence.map((word) => Buffer.from(word).toString());
      router.asked.push(words);
      const asked = askedOf(socket, words);
      if (asked.command === '/login' && options.ownLogin !== true) asked.done();
      else router.script(asked);
    }
  });
}

function askedOf(socket: Socket, words: string[]): Asked {
  const tag = words.filter((word) => word.startsWith('.tag='));
  const reply = (...answer: Word[]): void => {
    socket.write(encodeSentence([...answer, ...tag]));
  };
  return {
    command: words[0] ?? '',
    words,
    tag,
    socket,
    reply,
    done: (...answer) => reply('!done', ...answer),
    send: (bytes) => {
      socket.write(bytes);
    },
  };
}

const opened: { close(): Promise<void> }[] = [];

/** Is closed with all others when the test is over: those opened last first. */
export function closeAfterTest<T extends { close(): Promise<void> }>(thing: T): T {
  opened.push(thing);
  return thing;
}

/** `afterEach(closeOpened)`: in every file that opens anything. */
export async function closeOpened(): Promise<void> {
  for (const thing of opened.splice(0).reverse()) await thing.close();
}

/** A scripted router and a client of it, for one test. */
export async function routerAndClient(
  script: Script,
  options: Partial<ConnectOptions> = {},
): Promise<{ router: ScriptedRouter; client: RouterClient }> {
  const router = closeAfterTest(await startScriptedRouter(script));
  return { router, client: closeAfterTest(await connectTo(router, options)) };
}

export function connectTo(router: ScriptedRouter, options: Partial<ConnectOptions> = {}): Promise<RouterClient> {
  return connectRouter({
    host: '127.0.0.1',
    port: router.port,
    username: 'lastmile',
    password: 'secret-of-the-test',
    label: 'r7',
    ...options,
  });
}

/** Answers `/cancel` as routers do: the trap of the victim, the end of the cancel, the end of the victim. */
export function answerCancel(asked: Asked): void {
  const victim = asked.words.find((word) => word.startsWith('=tag='))?.slice('=tag='.length);
  asked.send(encodeSentence(['!trap', '=category=2', '=message=interrupted', `.tag=${victim}`]));
  asked.done();
  asked.send(encodeSentence(['!done', `.tag=${victim}`]));
}

/** The error that a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it should have failed');
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
}

export interface Vectors {
  length: { length: number; hex: string }[];
  length_invalid_first_byte: { hex: string }[];
  length_incomplete: { hex: string }[];
  md5_login: { challenge: string; password: string; response: string }[];
  sentences: { words: string[]; hex?: string; wordHexWithoutTerminator?: string; parsed?: [string, string][] }[];
  exchanges: { id: string; steps: { dir: 'c' | 'r'; words: string[]; hex: string }[] }[];
}

const vectorsFile = fileURLToPath(new URL('../../../../shared/data/routeros-vectors.json', import.meta.url));

/** Bytes that others published. They lie beside the repository, not in it: undefined where they are absent. */
export function readVectors(): Vectors | undefined {
  if (existsSync(vectorsFile)) return JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;
  console.warn('skipped: the published byte vectors (../shared/data/routeros-vectors.json) are not here');
  return undefined;
}
