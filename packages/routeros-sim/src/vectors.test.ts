// The simulator emits exactly the bytes that third parties published. Where a version that it simulates produces the exchange,
// it does so by itself; exchanges from 3.x, or with rows of somebody's own router, are played.

import { afterEach, describe, expect, it } from 'vitest';
import { challengeResponse } from './accounts.ts';
import { type RouterOptions, type SimulatedRouter, startRouter } from './simulator.ts';
import { connectTo, logInTo, type TestClient } from './test-client.ts';
import { absent, readShared } from './test-shared.ts';

interface Step {
  dir: 'c' | 'r';
  words: string[];
  hex: string;
}

interface Vectors {
  exchanges: { id: string; steps: Step[] }[];
  md5_login: { challenge: string; password: string; response: string }[];
}

const file = 'routeros-vectors.json';
const vectors = readShared(file) as Vectors | undefined;
const routers: SimulatedRouter[] = [];

afterEach(async () => {
  for (const router of routers.splice(0)) await router.stop();
});

async function start(options: RouterOptions): Promise<SimulatedRouter> {
  const router = await startRouter(options);
  routers.push(router);
  return router;
}

function stepsOf(id: string): Step[] {
  const found = vectors!.exchanges.find((exchange) => exchange.id === id);
  if (found === undefined) throw new Error(`no exchange ${id}`);
  return found.steps;
}

/** Waits until as many bytes as expected have arrived, then compares them all. */
async function expectBytes(client: TestClient, from: number, hex: string): Promise<number> {
  const wanted = Buffer.from(hex, 'hex');
  for (;;) {
    const all = Buffer.concat(client.chunks);
    if (all.length >= from + wanted.length || client.isClosed) {
      expect(all.subarray(from, from + wanted.length).toString('hex')).toBe(hex);
      return from + wanted.length;
    }
    await new Promise((resolve) => client.socket.once('data', resolve));
  }
}

/** Sends the commands of an exchange one after another; the answers in between must be the published ones. */
async function run(
  router: SimulatedRouter,
  client: TestClient,
  steps: readonly Step[],
  meanwhile: (at: number) => void = () => {},
): Promise<void> {
  let at = Buffer.concat(client.chunks).length;
  for (let index = 0; index < steps.length; ) {
    if (steps[index]!.dir === 'c') {
      const before = router.commands;
      client.socket.write(Buffer.from(steps[index]!.hex, 'hex'));
      // The router must have taken a command before a person changes something.
      while (router.commands === before) await new Promise((resolve) => setImmediate(resolve));
      meanwhile(index);
      index += 1;
      continue;
    }
    let hex = '';
    while (steps[index]?.dir === 'r') hex += steps[index++]!.hex;
    at = await expectBytes(client, at, hex);
  }
}

const admin = {
  users: [
    { name: 'admin', password: '' },
    { name: 'own', password: 'x' },
  ],
};

interface Own {
  id: string;
  options: RouterOptions;
  /** Whether the exchange begins before the login. */
  isLogin?: boolean;
  prepare?(router: SimulatedRouter): void;
  meanwhile?(router: SimulatedRouter, at: number): void;
  steps?(steps: Step[]): Step[];
}

const challenge = '93b438ec9b80057c06dd9fe67d56aa9a';

function dropAndFill(router: SimulatedRouter, rows: number): void {
  for (let at = 0; at < rows; at++) {
    const id = router.put('/ip/address', { address: `172.16.0.${at + 1}/24`, interface: 'ether1' });
    router.drop('/ip/address', id);
  }
}

const ownExchanges: Own[] = [
  { id: 'login-post-6.43', options: { version: '7.18' }, isLogin: true },
  { id: 'login-pre-6.43', options: { version: '6.42', challenge }, isLogin: true },
  { id: 'login-failed-pre-6.43', options: { version: '6.42', challenge }, isLogin: true },
  { id: 'login-failed-post-6.43', options: { version: '7.18' }, isLogin: true },
  { id: 'not-logged-in', options: { version: '7.18' }, isLogin: true },
  { id: 'quit-fatal', options: { version: '6.49' } },
  { id: 'trap-category-1', options: { version: '7.18' } },
  { id: 'double-trap', options: { version: '7.18' } },
  { id: 'no-such-item', options: { version: '7.18' } },
  { id: 'dup-name-cat-4', options: { version: '6.42' } },
  { id: 'empty-7.17', options: { version: '7.16' } },
  { id: 'empty-7.18', options: { version: '7.18' } },
  { id: 'listen-cancel-nothing-sent', options: { version: '7.24' } },
  { id: 'add-ret', options: { version: '6.49' }, prepare: (router) => dropAndFill(router, 2) },
  {
    id: 'listen-cancel-v6',
    options: { version: '6.49' },
    prepare(router) {
      dropAndFill(router, 9);
      router.edit('/interface', 'ether5', { name: 'br-lan' });
    },
    meanwhile(router, at) {
      if (at !== 0) return;
      const id = router.put('/ip/address', { address: '1.1.1.1/32', interface: 'br-lan' });
      router.drop('/ip/address', id);
    },
  },
];

const played = [
  'user-getall',
  'system-package-getall',
  'user-active-listen',
  'cancel-simultaneous',
  'oid-print',
  'rows-without-attributes',
  'fetch-sections',
  'cancel-untagged',
  'listen-cancel-v7',
];

describe.skipIf(vectors === undefined)(vectors === undefined ? absent(file) : 'published exchanges', () => {
  it.each(ownExchanges)('$id is answered byte for byte', async (own) => {
    const router = await start({ ...admin, ...own.options });
    own.prepare?.(router);
    const client = own.isLogin ? await connectTo(router.port) : await logIn(router, own.options.version === '6.42');
    await run(router, client, stepsOf(own.id), (at) => own.meanwhile?.(router, at));
    client.destroy();
  });

  it.each(played)('%s is played byte for byte', async (id) => {
    const router = await start(admin);
    const client = await logIn(router, false);
    router.play(stepsOf(id));
    await run(router, client, stepsOf(id));
    client.destroy();
  });

  it('the fifth wrong login of a connection ends it', async () => {
    const router = await start({ version: '6.49' });
    const client = await connectTo(router.port);
    const [login, trap, done, fatal] = stepsOf('too-many-before-login') as [Step, Step, Step, Step];
    for (let attempt = 1; attempt <= 4; attempt++) await run(router, client, [login, trap, done]);
    await run(router, client, [login, fatal]);
    await client.closed();
  });

  it('every exchange is covered', () => {
    const withoutReply = (steps: Step[]) => steps.every((step) => step.dir === 'c');
    const covered = new Set([...ownExchanges.map(({ id }) => id), ...played, 'too-many-before-login']);
    const missing = vectors!.exchanges.filter(({ id, steps }) => !covered.has(id) && !withoutReply(steps));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('answers challenges as the published MD5 logins do', () => {
    for (const { challenge: given, password, response } of vectors!.md5_login) {
      expect(challengeResponse(password, given)).toBe(response);
    }
  });
});

async function logIn(router: SimulatedRouter, isOld: boolean): Promise<TestClient> {
  if (!isOld) return logInTo(router.port, 'own', 'x');
  const client = await connectTo(router.port);
  const [[, ret]] = (await client.talk('/login')) as [[string, string]];
  const response = challengeResponse('x', ret.slice('=ret='.length));
  await client.talk('/login', '=name=own', `=response=${response}`);
  return client;
}
