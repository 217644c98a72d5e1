import { beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { addRouter, newRouterId } from '#routers/routers.ts';
import { fresh } from '#test/provider.test-support.ts';
import type { Loose } from '#test/running.ts';
import type { LiveSession } from './drivers/driver.ts';
import { removeEmptyRouter } from './router-overview.ts';
import { endSession, recordSessions } from './sessions.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const actor: Actor = { kind: 'system', id: null, name: 'test' };
const clock = manualClock('2026-06-15T12:00:00Z');
let database: Database;

beforeAll(async () => {
  const testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, clock);
  return async () => {
    await database.pool.end();
    await testDatabase.drop();
  };
});

async function saveRouter(): Promise<string> {
  const id = newRouterId();
  const access = { host: fresh('host'), port: 8728, username: 'lastmile', password: 'demo' };
  const fields = { label: fresh('Tower'), tls: 'off', fingerprint: null, mode: 'observe', ...access } as const;
  await inTransaction(database, actor, (work) => addRouter(work, sealer, id, fields));
  return id;
}

function live(change: Partial<LiveSession> = {}): LiveSession {
  return {
    service: 'pppoe',
    routerKey: '*F1 0x81 ana',
    accountName: 'ana',
    address: '10.0.0.5',
    callerId: 'AA:BB:CC:00:11:22',
    uptimeSeconds: 60,
    downBytes: 1000n,
    upBytes: 500n,
    ...change,
  };
}

const record = (routerId: string, sessions: LiveSession[]) =>
  inTransaction(database, actor, (work) => recordSessions(work, routerId, sessions));

async function rowsOf(routerId: string): Promise<Loose[]> {
  const { rows } = await database.pool.query(
    `select account_name, started_at::text, down_bytes::text, up_bytes::text, down_bps::text, up_bps::text, ended_at is null as live
     from provisioning.sessions where router_id = $1 order by id`,
    [routerId],
  );
  return rows;
}

test('a session begins when its router says so, goes on with its figures, and ends when it is gone', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  expect(await rowsOf(routerId)).toEqual([
    expect.objectContaining({ started_at: '2026-06-15 11:59:00+00', down_bps: null, live: true }),
  ]);
  clock.advance({ seconds: 10 });
  await record(routerId, [live({ uptimeSeconds: 70, downBytes: 2000n, upBytes: 600n })]);
  expect(await rowsOf(routerId)).toEqual([
    expect.objectContaining({ down_bytes: '2000', up_bytes: '600', down_bps: '800', up_bps: '80', live: true }),
  ]);
  await record(routerId, []);
  expect(await rowsOf(routerId)).toEqual([expect.objectContaining({ down_bytes: '2000', live: false })]);
});

test('a counter that goes back tells no rate for that moment', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  clock.advance({ seconds: 10 });
  await record(routerId, [live({ downBytes: 10n, upBytes: 600n })]);
  expect(await rowsOf(routerId)).toEqual([expect.objectContaining({ down_bytes: '10', down_bps: null, up_bps: '80' })]);
});

test('a reading without counters leaves the figures as they are, and the next rate is over the time between the counters', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  clock.advance({ seconds: 10 });
  await record(routerId, [live({ downBytes: 2000n, upBytes: 600n })]);
  clock.advance({ seconds: 5 });
  await record(routerId, [live({ downBytes: null, upBytes: null })]);
  const kept = { down_bytes: '2000', up_bytes: '600', down_bps: '800', up_bps: '80', live: true };
  expect(await rowsOf(routerId)).toEqual([expect.objectContaining(kept)]);
  clock.advance({ seconds: 15 });
  await record(routerId, [live({ downBytes: 4000n, upBytes: 600n })]);
  expect(await rowsOf(routerId)).toEqual([
    expect.objectContaining({ down_bytes: '4000', down_bps: '800', up_bps: '0' }),
  ]);
});

test('a counter beyond 2^53 keeps every byte', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live({ downBytes: 2n ** 53n + 1n })]);
  expect(await rowsOf(routerId)).toEqual([expect.objectContaining({ down_bytes: '9007199254740993' })]);
});

test('a redial is another session, and both are kept', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  await record(routerId, [live({ routerKey: '*F2 0x82 ana', uptimeSeconds: 0, downBytes: 0n, upBytes: 0n })]);
  expect((await rowsOf(routerId)).map((row) => row.live)).toEqual([false, true]);
});

test('what was read of a router that is removed by now begins no session', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  await inTransaction(database, actor, (work) => removeEmptyRouter(work, routerId));
  await record(routerId, [live({ routerKey: '*F2 0x82 ana' })]);
  expect((await rowsOf(routerId)).map((row) => row.live)).toEqual([false]);
});

test('a session that a person ended while the router was read stays ended', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live()]);
  const readAt = clock.now();
  clock.advance({ seconds: 1 });
  const { rows } = await database.pool.query('select id from provisioning.sessions where router_id = $1', [routerId]);
  await inTransaction(database, actor, (work) => endSession(work, rows[0].id));
  await inTransaction(database, actor, (work) => recordSessions(work, routerId, [live()], readAt));
  const after = await database.pool.query('select ended_at from provisioning.sessions where router_id = $1', [
    routerId,
  ]);
  expect(after.rows).toEqual([{ ended_at: clock.now() }]);
});

test('it is kept how each session ended: at his end, cut by us, or dropped by a person who is named', async () => {
  const routerId = await saveRouter();
  await record(routerId, [live(), live({ routerKey: '*F2 0x82 ben', accountName: 'ben' })]);
  const { rows } = await database.pool.query(
    `select id from provisioning.sessions where router_id = $1 and account_name = 'ben'`,
    [routerId],
  );
  await inTransaction(database, { kind: 'staff', id: null, name: 'clara' }, (work) => endSession(work, rows[0].id));
  await record(routerId, []);
  const ends = await database.pool.query(
    'select account_name, ended_how, ended_by from provisioning.sessions where router_id = $1 order by account_name',
    [routerId],
  );
  expect(ends.rows).toEqual([
    { account_name: 'ana', ended_how: 'left', ended_by: null },
    { account_name: 'ben', ended_how: 'dropped', ended_by: 'clara' },
  ]);
});

test('only who comes or goes is announced, not what they carry', async () => {
  const routerId = await saveRouter();
  const announced: string[] = [];
  const listened = (sessions: LiveSession[]) =>
    inTransaction(database, actor, async (work) => {
      const announce = (topic: string, id: string) => void announced.push(`${topic} ${id}`);
      await recordSessions({ ...work, announce }, routerId, sessions);
      return announced.splice(0).length;
    });
  expect(await listened([live()])).toBe(1);
  expect(await listened([live({ downBytes: 2000n })])).toBe(0);
  expect(await listened([live({ downBytes: 3000n }), live({ routerKey: '*F2 0x82 ben', accountName: 'ben' })])).toBe(1);
  expect(await listened([live({ downBytes: 3000n })])).toBe(1);
  expect(await listened([live({ downBytes: 3000n })])).toBe(0);
});
