// Whatever happened at the routers, in the office and on the way between them: in the end the routers are as wanted.

import type { Row } from '@lastmile/routeros';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Actor, inTransaction } from '#platform/db.ts';
import { createLocks } from '#platform/locks.ts';
import { createLog } from '#platform/log.ts';
import { asOwner } from '#platform/program-role.ts';
import { createTestDatabase, type TestDatabase } from '#platform/test-database.ts';
import { RouterConnections } from '#routers/connections.ts';
import type { Simulated } from '#test/provider.test-support.ts';
import {
  type HistoryEvent,
  habits,
  histories,
  hotspotBeginning,
  type Mishap,
  mixedBeginning,
  quietBeginning,
  type Wish,
} from '#test/router-events.test-support.ts';
import { openRouterWorld, type RouterWorld, writesOf } from '#test/router-history.test-support.ts';
import { eventually } from '#test/running.ts';
import { addProfile, removeProfile } from './profiles.ts';
import { RouterWorker } from './router-worker.ts';
import { markOf } from './rules/mark-rules.ts';

let testDatabase: TestDatabase;
let world: RouterWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = await openRouterWorld(testDatabase.url);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

const calm = { latencyMs: 0, fragment: undefined, interleave: false };

// As many as fit into about 40 s on two cores, and the same ones in every run: whoever changes something learns what his change
// did, and not what chance found. HISTORIES=2000 SEED=random searches on; SEED=<number> shows a find again.
const numRuns = Number(process.env.HISTORIES ?? 200);
const seed = process.env.SEED === 'random' ? {} : { seed: Number(process.env.SEED ?? 20_260_301) };
const enoughRounds = 3;
const beginnings = fc.constantFrom([], quietBeginning, mixedBeginning, mixedBeginning);

test('from any state of the routers and any wishes, through any bad day, the routers come to be as wanted', {
  timeout: 20 * 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(habits, beginnings, histories, async (habit, beginning, history) => {
      await world.begin(habit);
      try {
        await expectConvergence([...beginning, ...history]);
      } finally {
        await world.end();
      }
    }),
    { numRuns, ...seed },
  );
});

async function expectConvergence(history: HistoryEvent[]): Promise<void> {
  for (const event of history) await world.live(event);
  for (let count = 0; count < enoughRounds; count++)
    for (const place of [0, 1] as const) await world.round(place, 'everything');
  expect(await world.complaints()).toEqual([]);
  for (const place of [0, 1] as const) {
    const router = world.routerAt(place);
    router.clearLog();
    expect(await world.round(place, 'everything')).toMatchObject({ changeCount: 0 });
    expect(await world.round(place, 'unsettled')).toMatchObject({ changeCount: 0 });
    expect(writesOf(router)).toEqual([]);
  }
}

/** What a server process has of a router: its worker, its connection, its locks. */
function openProcess(liveIntervalMs = 60_000) {
  const log = createLog('fatal', false);
  const locks = createLocks(testDatabase.url, log);
  const connections = new RouterConnections(world.sealer, { areLocalRoutersAllowed: true });
  const { database, sealer } = world;
  const parts = {
    database,
    sealer,
    connections,
    locks,
    log,
    liveIntervalMs: () => liveIntervalMs,
    fullLookMs: () => 5 * 60_000,
  };
  const worker = new RouterWorker(parts, world.routerId(0));
  onTestFinished(async () => {
    await Promise.all([worker.stop(), connections.stop()]);
    await locks.stop();
  });
  return { locks, connections, worker };
}

/** Three customers with accounts that are on the first router as wanted, and who are online. */
async function beginWithThree(): Promise<Simulated> {
  await world.begin();
  onTestFinished(() => world.end());
  for (const event of quietBeginning) await world.live(event);
  expect(await world.complaints()).toEqual([]);
  const router = world.routerAt(0);
  router.clearLog();
  return router;
}

describe('a change of one account does not read or rewrite the others', () => {
  test.each<[string, Wish]>([
    ['another password', { wish: 'password', slot: 0, isFirst: false }],
    ['another profile', { wish: 'profile', slot: 0, profile: 1 }],
    ['another name', { wish: 'rename', slot: 0, name: 'dora' }],
    ['a block', { wish: 'block', slot: 0 }],
    ['a removal', { wish: 'remove', slot: 0 }],
    ['a new account', { wish: 'add', slot: 3, place: 0, name: 'dora', profile: 0 }],
  ])('%s', async (_name, wish) => {
    const router = await beginWithThree();
    const own = router.find('/ppp/secret', { name: 'ana' })?.['.id'];
    const others = router.rows('/ppp/secret').filter(({ name }) => name !== 'ana');
    await world.live(wish);
    await world.round(0, 'unsettled');
    expect(await world.complaints()).toEqual([]);

    const marks = (await world.listAccounts())
      .filter(({ slot }) => slot === 0 || slot === 3)
      .map(({ id }) => markOf(id));
    const isAboutIt = (condition: string) =>
      /^\?name=(ana|dora)$/.test(condition) || marks.includes(condition.replace('?comment=', ''));
    const log = router.log();
    const reads = log.filter(({ command }) => /^\/ppp\/(secret|active)\/print$/.test(command));
    const conditions = reads.map(({ words }) => words.filter(isCondition));
    expect(conditions.filter((some) => some.length === 0)).toEqual([]);
    expect(conditions.flat().filter((condition) => !isAboutIt(condition))).toEqual([]);
    const written = log.filter(({ command }) => /^\/ppp\/secret\/(set|remove)$/.test(command));
    expect(written.filter(({ words }) => !words.includes(`=.id=${own}`))).toEqual([]);
    const kept = others.map(({ '.id': id }) => router.find('/ppp/secret', { '.id': id ?? '' }));
    expect(kept).toEqual(others);
  });

  const isCondition = (word: string) => word.startsWith('?') && !word.startsWith('?#');
});

describe('a read that is not whole changes nothing', () => {
  test.each<[string, (rows: Row[]) => Row[]]>([
    ['an empty one', () => []],
    ['a partial one', (rows) => rows.slice(0, -1)],
  ])('%s', async (_name, keep) => {
    const router = await beginWithThree();
    await world.live({ wish: 'remove', slot: 2 });
    await world.live({ wish: 'password', slot: 0, isFirst: false });
    const before = await world.listAccounts();
    for (const look of ['everything', 'unsettled'] as const)
      await expect(world.roundWithShortReads(0, look, keep)).rejects.toThrow('nothing was changed');
    expect(writesOf(router)).toEqual([]);
    expect(await world.listAccounts()).toEqual(before);
    await world.round(0, 'unsettled');
    expect(await world.complaints()).toEqual([]);
  });

  test.each<[string, Mishap]>([
    ['a refused one', { step: 1, mishap: 'refused', command: '/ppp/secret/print', text: 'failure: internal error' }],
    ['one that is cut in the middle', { step: 0, mishap: 'truncated', bytes: 40 }],
    ['one that never comes', { step: 1, mishap: 'silent' }],
    ['one on a connection that breaks', { step: 1, mishap: 'offline' }],
  ])('%s', async (_name, mishap) => {
    const router = await beginWithThree();
    await world.live({ wish: 'remove', slot: 2 });
    const before = await world.listAccounts();
    await world.live({ place: 0, look: 'everything', weather: calm, mishaps: [mishap] });
    expect(writesOf(router)).toEqual([]);
    expect(await world.listAccounts()).toEqual(before);
    await world.round(0, 'unsettled');
    expect(await world.complaints()).toEqual([]);
  });
});

test('a change that comes in the middle of a round stays pending: only the version that was read is marked', async () => {
  const router = await beginWithThree();
  await world.live({ wish: 'password', slot: 0, isFirst: false });
  const meanwhile: Mishap = { step: 4, mishap: 'meanwhile', event: { wish: 'block', slot: 0 } };
  await world.live({ place: 0, look: 'unsettled', weather: calm, mishaps: [meanwhile] });
  const ana = (await world.listAccounts()).find(({ slot }) => slot === 0);
  expect(ana).toMatchObject({ isPending: true, isBlocked: true, version: 3, appliedVersion: 2 });
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ password: '0-second', disabled: 'false' });
  await world.round(0, 'unsettled');
  expect(await world.complaints()).toEqual([]);
});

test('a router that lost an account to somebody else’s secret says so, also when nothing was pending', async () => {
  const router = await beginWithThree();
  router.drop('/ppp/secret', router.find('/ppp/secret', { name: 'ben' })?.['.id'] ?? '');
  await world.live({ hand: 'foreign account', place: 0, service: 'pppoe', name: 'ben' });
  await world.round(0, 'everything');
  const ben = (await world.listAccounts()).find(({ name }) => name === 'ben');
  expect(ben).toMatchObject({ isWaitingForPerson: true, troubleCode: 'account_name_taken' });
  await world.live({ hand: 'remove foreign', place: 0, service: 'pppoe', name: 'ben' });
  await world.round(0, 'everything');
  expect(await world.complaints()).toEqual([]);
});

test.each([2, 3, 4, 5, 6, 7])(
  'a session goes also when its name was lost between an edit by hand, a crash at step %i and a renaming',
  async (step) => {
    const router = await beginWithThree();
    const { id = '' } = (await world.listAccounts()).find(({ slot }) => slot === 0) ?? {};
    const own = router.find('/ppp/secret', { comment: markOf(id) })?.['.id'] ?? '';
    const renameByHand = () => router.edit('/ppp/secret', own, { name: 'dora' });
    renameByHand();
    const crash: Mishap = { step, mishap: 'crash after sending' };
    await world.live({ place: 0, look: 'everything', weather: calm, mishaps: [crash] });
    await world.live({ wish: 'rename', slot: 0, name: 'dora' });
    renameByHand();
    await world.round(0, 'everything');
    expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();
    expect(await world.complaints()).toEqual([]);
    const ana = (await world.listAccounts()).find(({ slot }) => slot === 0);
    expect(ana).toMatchObject({ name: 'dora', isPending: false });
  },
);

test('cutting a hotspot account takes its session and its cookie, and is not over before both are seen gone', async () => {
  const router = await beginWithThree();
  for (const event of hotspotBeginning) await world.live(event);
  const cookies = () => router.rows('/ip/hotspot/cookie').filter(({ user }) => user === 'dora');
  expect(router.find('/ip/hotspot/active', { user: 'dora' })).toBeDefined();
  expect(cookies()).toHaveLength(1);

  await world.live({ wish: 'block', slot: 3 });
  const mishap: Mishap = {
    step: 4,
    mishap: 'refused',
    command: '/ip/hotspot/cookie/remove',
    text: 'failure: internal error',
  };
  await world.live({ place: 0, look: 'unsettled', weather: calm, mishaps: [mishap] });
  expect(router.find('/ip/hotspot/user', { name: 'dora' })?.disabled).toBe('true');
  expect(router.find('/ip/hotspot/active', { user: 'dora' })).toBeUndefined();
  expect(cookies()).toHaveLength(1);
  expect((await world.listAccounts()).find(({ slot }) => slot === 3)).toMatchObject({
    isPending: true,
    isWaitingForPerson: true,
  });

  await world.round(0, 'everything');
  expect(cookies()).toEqual([]);
  expect(await world.complaints()).toEqual([]);
});

test('the walled garden: who is blocked dials again into it, and out of it at once when he paid', async () => {
  const router = await beginWithThree();
  await world.live({ wish: 'garden', isOn: true });
  await world.live({ wish: 'block', slot: 0 });
  await world.round(0, 'unsettled');
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ disabled: 'false', profile: 'lm-blocked' });
  expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();

  await world.live({ dial: 0, place: 0 });
  const inside = router.find('/ppp/active', { name: 'ana' });
  const entry = router.find('/ip/firewall/address-list', { list: 'lm-blocked' });
  expect(entry).toMatchObject({ address: inside?.address, dynamic: 'true' });
  await world.round(0, 'everything');
  expect(router.find('/ppp/active', { name: 'ana' })?.['.id']).toBe(inside?.['.id']);
  expect(await world.complaints()).toEqual([]);

  await world.live({ wish: 'unblock', slot: 0 });
  await world.round(0, 'unsettled');
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ profile: 'Basic' });
  expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();
  expect(await world.complaints()).toEqual([]);
});

test('a walled garden that the router refuses lets nobody in: who is blocked is off, with the reason, until it stands', async () => {
  const router = await beginWithThree();
  await world.live({ dial: 0, place: 0 });
  await world.live({ wish: 'garden', isOn: true });
  await world.live({ wish: 'block', slot: 0 });
  const secret = () => router.find('/ppp/secret', { name: 'ana' });
  const troubles = async () =>
    (
      await world.database.pool.query(
        `select trouble_code, trouble_message from provisioning.accounts where name = 'ana'`,
      )
    ).rows[0];
  for (const look of ['unsettled', 'everything'] as const) {
    router.faults.failNext('/ppp/profile/add', 'failure: no room for another profile');
    await world.round(0, look);
    expect(secret()).toMatchObject({ disabled: 'true', profile: 'Basic' });
    expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();
    expect(await troubles()).toEqual({
      trouble_code: 'walls_refused',
      trouble_message: expect.stringMatching(/refuses the PPP profile "lm-blocked".*no room for another profile/),
    });
  }

  await world.round(0, 'everything');
  expect(secret()).toMatchObject({ disabled: 'false', profile: 'lm-blocked' });
  expect(await troubles()).toEqual({ trouble_code: null, trouble_message: null });
  expect(await world.complaints()).toEqual([]);

  // A new speed that it refuses leaves the walls as they are; another list would leave him without any.
  const edit = (change: object) =>
    world.database.pool.query(
      `update provisioning.profiles set down_kbps = $1, address_list = $2, version = version + 1
       where is_for_blocked and service = 'pppoe'`,
      Object.values({ down: 256, list: 'lm-blocked', ...change }),
    );
  await edit({});
  router.faults.failNext('/ppp/profile/set', 'failure: not today');
  await world.round(0, 'everything');
  expect(secret()).toMatchObject({ disabled: 'false' });
  await edit({ list: 'other-walls' });
  router.faults.failNext('/ppp/profile/set', 'failure: not today');
  await world.round(0, 'everything');
  expect(secret()).toMatchObject({ disabled: 'true' });
});

test('the profile of a plan that is no longer sold leaves its name on the routers to the next one', async () => {
  const router = await beginWithThree();
  await world.live({ wish: 'profile', slot: 2, profile: 0 });
  await world.round(0, 'unsettled');
  const { database } = world;
  const staff: Actor = { kind: 'staff', id: null, name: 'ana' };
  const { rows } = await database.pool.query(`select id from provisioning.profiles where name = 'Gold'`);
  await inTransaction(database, staff, (work) => removeProfile(work, rows[0].id));
  const rates = { downKbps: 1024, upKbps: 1024 };
  const next = await inTransaction(database, staff, (work) => addProfile(work, { name: 'Gold', ...rates }));
  await database.pool.query(
    'update provisioning.accounts set profile_id = $1, version = 9, pending_since = created_at, next_try_at = created_at',
    [next],
  );
  await world.round(0, 'everything');
  expect(await world.complaints()).toEqual([]);
  expect(router.find('/ppp/profile', { name: 'Gold' })?.comment).toBe(markOf(next));
});

test('a round that we end ourselves is no trouble of the router', async () => {
  const router = await beginWithThree();
  await world.live({ wish: 'block', slot: 0 });
  router.faults.latencyMs = 50;
  const { worker, connections } = openProcess();
  const looking = worker.lookNow();
  await eventually(() => router.log().some(({ command }) => command === '/ppp/secret/print'));
  connections.drop(world.routerId(0));
  await looking;
  const { rows } = await world.database.pool.query('select state, trouble_code from routers.routers where id = $1', [
    world.routerId(0),
  ]);
  expect(rows).toEqual([{ state: 'online', trouble_code: null }]);
});

test('between two readings a router is asked only how many are online, and what all carry once a minute', async () => {
  const router = await beginWithThree();
  const { worker } = openProcess(20);
  worker.start();
  const asked = (path: string, isCount: boolean) =>
    router
      .log()
      .filter(({ command, words }) => command === `${path}/print` && words.includes('=count-only=') === isCount).length;
  await eventually(() => asked('/ppp/active', true) > 10);
  expect(asked('/interface', false)).toBe(1);
  const readings = asked('/ppp/active', false);
  router.hangUp('ana');
  const live = async () => {
    const { rows } = await world.database.pool.query(
      `select account_name from provisioning.sessions where ended_at is null and account_name = 'ana'`,
    );
    return rows.length;
  };
  await eventually(live, (count) => count === 0);
  expect(asked('/ppp/active', false)).toBeGreaterThan(readings);
  expect(asked('/interface', false)).toBe(1);
});

test('one process works on a router at a time; when its locks are gone, another one takes over', async () => {
  const router = await beginWithThree();
  const [first, second] = [openProcess(), openProcess()];
  const begun = router.accepted;
  await first.worker.lookNow();
  await second.worker.lookNow();
  expect(router.accepted).toBe(begun + 1);

  const lost = new Promise<void>((resolve) => first.locks.onLost(resolve));
  await asOwner(world.database.pool, (owner) =>
    owner.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
    ),
  );
  await lost;
  await world.live({ wish: 'block', slot: 0 });
  await second.worker.lookNow();
  expect(router.accepted).toBe(begun + 2);
  expect(await world.complaints()).toEqual([]);
  router.clearLog();
  await first.worker.lookNow();
  expect(router.log()).toEqual([]);
});
