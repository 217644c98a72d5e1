import { beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { addRouter, newRouterId } from '#routers/routers.ts';
import { fresh } from '#test/provider.test-support.ts';
import { addAccount } from './accounts.ts';
import { addUsage, forgetUsage, listDailyUsage } from './daily-usage.ts';
import type { LiveSession } from './drivers/driver.ts';
import { addProfile } from './profiles.ts';
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

/** An account of 10 Mbps, on a router of its own. */
async function makeAccount(): Promise<{ routerId: string; accountId: string }> {
  const routerId = newRouterId();
  const access = { host: fresh('host'), port: 8728, username: 'lastmile', password: 'demo' };
  const fields = { label: fresh('Tower'), tls: 'off', fingerprint: null, mode: 'observe', ...access } as const;
  const { rows } = await database.pool.query(
    `insert into customers.customers (id, name, location_ids, created_at) values (gen_random_uuid(), 'Ana', '{}', now()) returning id`,
  );
  const accountId = await inTransaction(database, actor, async (work) => {
    await addRouter(work, sealer, routerId, fields);
    const profileId = await addProfile(work, { name: fresh('Basic'), downKbps: 10_240, upKbps: 10_240 });
    return addAccount(work, sealer, { customerId: rows[0].id, routerId, profileId, name: 'ana', password: 'x' });
  });
  return { routerId, accountId };
}

const live = (change: Partial<LiveSession> = {}): LiveSession => ({
  service: 'pppoe',
  routerKey: '*F1 0x81 ana',
  accountName: 'ana',
  address: '10.0.0.5',
  callerId: 'AA:BB:CC:00:11:22',
  uptimeSeconds: 0,
  downBytes: 0n,
  upBytes: 0n,
  ...change,
});

const record = (routerId: string, sessions: LiveSession[], readAt?: Temporal.Instant) =>
  inTransaction(database, actor, (work) => recordSessions(work, routerId, sessions, readAt));

type DayRow = [day: string, down: bigint, up: bigint, doubted: bigint];

async function daysOf(accountId: string): Promise<DayRow[]> {
  const days = await listDailyUsage(database.db, accountId, Temporal.PlainDate.from('2026-01-01'));
  return days.map(({ day, downBytes, upBytes, doubtedBytes }) => [day.toString(), downBytes, upBytes, doubtedBytes]);
}

const sumOf = (days: DayRow[]) => days.reduce((sum, [, down, up]) => sum + down + up, 0n);

test('what a session carries is added up for its account, and what it carried before it was ours is not', async () => {
  const { routerId, accountId } = await makeAccount();
  await record(routerId, [live({ uptimeSeconds: 86_400, downBytes: 300_000_000_000n, upBytes: 9n })]);
  expect(await daysOf(accountId)).toEqual([]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 86_460, downBytes: 300_000_005_000n, upBytes: 1009n })]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 5000n, 1000n, 0n]]);
});

test('a session that begins later is counted from its beginning, and its successor too', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ seconds: 60 });
  // Dialled again within the minute: another key, and in its place the same one after a reboot.
  await record(routerId, [live({ routerKey: '*F2 0x82 ana', uptimeSeconds: 10, downBytes: 100n, upBytes: 10n })]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ routerKey: '*F2 0x82 ana', uptimeSeconds: 5, downBytes: 200n, upBytes: 20n })]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 7300n, 730n, 0n]]);
});

test('two devices with one login are added together', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  const second = live({ routerKey: '*F2 0x82 ana', uptimeSeconds: 60, downBytes: 200n, upBytes: 20n });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 100n, upBytes: 10n }), second]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 300n, 30n, 0n]]);
});

test('a session that was missing in one answer and is there again is not counted twice', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ seconds: 60 });
  await record(routerId, []);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 180, downBytes: 7500n, upBytes: 700n })]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 7500n, 700n, 0n]]);
});

test('counters that were not told count nothing, and what came meanwhile is counted once', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 120, downBytes: null, upBytes: null })]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 180, downBytes: 8000n, upBytes: 700n })]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 8000n, 700n, 0n]]);
});

test('a session that a person dropped while the router was read is not counted once more', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  const seen = live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n });
  await record(routerId, [seen]);
  const readAt = clock.now();
  clock.advance({ seconds: 1 });
  const { rows } = await database.pool.query('select id from provisioning.sessions where router_id = $1', [routerId]);
  await inTransaction(database, actor, (work) => endSession(work, rows[0].id));
  await record(routerId, [seen], readAt);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 7000n, 700n, 0n]]);
});

test('a jump that no line carries is told and not counted', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 120, downBytes: 4_000_007_000n, upBytes: 800n })]);
  expect(await daysOf(accountId)).toEqual([['2026-06-15', 7000n, 800n, 4_000_000_000n]]);
});

// Pain 22: phantom usage. What is used comes from differences alone, and a counter that falls has begun anew.
test('counters that are reset or wrap never eat the quota', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  const read = async (uptimeSeconds: number, downBytes: bigint) => {
    await record(routerId, [live({ uptimeSeconds, downBytes, upBytes: downBytes })]);
    clock.advance({ seconds: 60 });
  };
  await read(240, 4000n);
  await read(300, 1000n); // Reset by hand.
  await read(360, 70_000_000n);
  await read(20, 2000n); // A reboot.
  await read(80, 2n ** 32n - 1000n); // A jump.
  await read(140, 500n); // Wrapped at 32 bits.
  await read(200, 700n);
  expect(await daysOf(accountId)).toEqual([
    ['2026-06-15', 70_004_000n + 2700n, 70_004_000n + 2700n, 2n * (2n ** 32n - 3000n)],
  ]);
});

test('what nobody could look at overnight counts for the day of the look before it', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ hours: 24 });
  await record(routerId, [live({ uptimeSeconds: 86_460, downBytes: 8000n, upBytes: 700n })]);
  clock.advance({ seconds: 60 });
  await record(routerId, [live({ uptimeSeconds: 86_520, downBytes: 8001n, upBytes: 700n })]);
  expect(await daysOf(accountId)).toEqual([
    ['2026-06-16', 1n, 0n, 0n],
    ['2026-06-15', 8000n, 700n, 0n],
  ]);
});

test('a clock of ours that is set counts nothing twice', async () => {
  const { routerId, accountId } = await makeAccount();
  clock.advance({ minutes: 5 });
  await record(routerId, [live({ uptimeSeconds: 60, downBytes: 7000n, upBytes: 700n })]);
  clock.advance({ hours: 2 });
  await record(routerId, [live({ uptimeSeconds: 120, downBytes: 7100n, upBytes: 700n })]);
  expect(sumOf(await daysOf(accountId))).toBe(7800n);
});

test('what was used more than a year ago is forgotten, and not what a year of billing looks back on', async () => {
  const { accountId } = await makeAccount();
  const add = (day: string) =>
    inTransaction(database, actor, (work) =>
      addUsage(work, [{ accountId, day, downBytes: 1n, upBytes: 0n, doubtedBytes: 0n }]),
    );
  for (const day of ['2026-06-15', '2026-01-15', '2025-06-15', '2025-05-01']) await add(day);
  expect(await inTransaction(database, actor, forgetUsage)).toBe(false);
  const days = await listDailyUsage(database.db, accountId, Temporal.PlainDate.from('2020-01-01'));
  expect(days.map(({ day }) => day.toString())).toEqual(['2026-06-15', '2026-01-15', '2025-06-15']);
});
