// What time shows: codes that wait, counters that fall silent, clocks that are moved, rows that are edited, days that end.

import { createVirtualClock } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadSigningKey } from '#audit/signing-key.ts';
import type { LogWitness } from '#audit/verify.ts';
import { type Actor, type Database, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, fresh, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { checkVouchers, reconcileYesterday } from '#vouchers/jobs.ts';
import { watchBooks } from './books-watch.ts';
import { createClockWatch } from './clock-watch.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'test' };
const users = '/ip/hotspot/user';

let running: Running & { close(): Promise<void> };
let manager: Caller;
let router: Simulated;
let routerId: string;
let cashier: { id: string; name: string; call: Caller };
let shift: Loose;
let hour: Loose;
let database: Database;
let witness: LogWitness;
let minutesAhead = 0;
let routerClock: ReturnType<typeof createVirtualClock>;

beforeAll(async () => {
  running = await openTestLastmile();
  manager = await running.callerWithRole('manager');
  hour = await addPackage({ name: 'One hour' });
  database = openDatabase(running.databaseUrl, {
    now: () => Temporal.Now.instant().add({ minutes: minutesAhead }),
  });
  const signing = await loadSigningKey(database, createSealer(keyFromSecret('a secret for the tests')));
  database.signingKey = signing.key;
  witness = { signing, anchors: { readAnchors: async () => [] } };
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});
beforeEach(async () => {
  minutesAhead = 0;
  routerClock = createVirtualClock();
  router = await startTestRouter({ clock: routerClock });
  routerId = (await addRouter(running, router)).id;
  cashier = await counterStaff(running);
  shift = await clockIn(cashier.call, routerId, '10');
});

async function addPackage(change: object): Promise<Loose> {
  const { body } = await running.call('POST /api/voucher-packages', {
    name: fresh('Package'),
    priceMinor: '500',
    durationSeconds: 3600,
    downKbps: 4096,
    upKbps: 1024,
    ...change,
  });
  return body;
}

async function sell(packageId = hour.id): Promise<Loose> {
  const sale = await cashier.call('POST /api/counter/sales', { packageId, idempotencyKey: crypto.randomUUID() });
  expect(sale).toMatchObject({ status: 201 });
  return sale.body.vouchers[0];
}

const look = () => running.call(`POST /api/routers/${routerId}/sync`);

async function alertsOf(kind: string): Promise<Loose[]> {
  const { body } = await manager('GET /api/voucher-alerts?limit=200');
  return body.items.filter((alert: Loose) => alert.kind === kind);
}

const here = async (kind: string) => (await alertsOf(kind)).filter((alert) => alert.routerId === routerId);

/** As somebody who owns the database would, with its guards switched off meanwhile. */
async function editBehindTheProgram(table: string, edit: string): Promise<void> {
  await running.query(`alter table ${table} disable trigger user; ${edit}; alter table ${table} enable trigger user`);
}

const watch = () => watchBooks(database, schedule, witness, Temporal.Now.instant().subtract({ hours: 1 }));

test('sale without the router: a code that is still not there after ten minutes is told', async () => {
  const { body } = await running.call('GET /api/voucher-settings');
  await running.call('PUT /api/voucher-settings', { whenUnreachable: 'pending', revision: body.revision });
  router.faults.offline = true;
  await router.settled();
  const { code, pending } = await sell();
  expect(pending).not.toBeNull();
  await checkVouchers(database);
  expect(await here('sold_without_router')).toEqual([]);
  minutesAhead = 11;
  await checkVouchers(database);
  await checkVouchers(database);
  expect(await here('sold_without_router')).toMatchObject([{ staffName: cashier.name, evidence: { code } }]);
});

describe('sales that stop for an hour while users keep appearing', () => {
  const addDevices = (count: number) =>
    running.query(
      `insert into vouchers.devices (voucher_id, mac, router_id, first_seen_at)
       select id, 'mac ' || n, router_id, now() + interval '70 minutes' from vouchers.vouchers, generate_series(1, ${count}) n where router_id = $1`,
      [routerId],
    );

  test('are told, with how many devices came', async () => {
    await sell();
    await addDevices(3);
    minutesAhead = 90;
    await checkVouchers(database);
    expect(await here('sales_stopped')).toMatchObject([{ staffName: cashier.name, evidence: { devices: 3 } }]);
  });

  test('are not told while only one family is online', async () => {
    await sell();
    await addDevices(2);
    minutesAhead = 90;
    await checkVouchers(database);
    expect(await here('sales_stopped')).toEqual([]);
  });
});

test('clock moved: an hour back, and a day ahead, each is told once', async () => {
  let monotonicMs = 0;
  const clock = createClockWatch(() => monotonicMs);
  const lookAfter = async (seconds: number) => {
    monotonicMs += seconds * 1000;
    await clock.look(database, schedule);
  };
  const told = async () => (await alertsOf('clock_moved')).map(({ evidence }) => Math.round(evidence.seconds / 60));
  await lookAfter(0);
  minutesAhead = 1;
  await lookAfter(60);
  expect(await told()).toEqual([]);
  minutesAhead = -58;
  await lookAfter(60);
  expect(await told()).toEqual([-60]);
  minutesAhead = 24 * 60;
  await lookAfter(60);
  expect((await told()).toSorted((a, b) => a - b)).toEqual([-60, 24 * 60 + 57]);
});

test('clock moved back while the program was off', async () => {
  minutesAhead = 3 * 24 * 60;
  await createClockWatch(() => 0).look(database, schedule);
  const before = (await alertsOf('clock_moved')).length;
  minutesAhead = 0;
  await createClockWatch(() => 0).look(database, schedule);
  expect(await alertsOf('clock_moved')).toHaveLength(before + 1);
});

describe('database row edited behind the program', () => {
  test('nothing is told of rows that are as they were written', async () => {
    const { id } = await sell();
    await cashier.call('POST /api/counter/cash', {
      kind: 'to_safe',
      amountMinor: '100',
      reason: 'much',
      idempotencyKey: crypto.randomUUID(),
    });
    await manager(`POST /api/vouchers/${id}/refund`, { reason: 'no signal' });
    await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
    await watch();
    expect(await alertsOf('row_edited')).toEqual([]);
    expect(await alertsOf('log_edited')).toEqual([]);
  });

  test('a sale that was made smaller', async () => {
    await sell();
    await editBehindTheProgram(
      'vouchers.sales',
      `update vouchers.sales set total_minor = 0, unit_price_minor = 0 where shift_id = '${shift.id}'`,
    );
    await watch();
    expect((await alertsOf('row_edited'))[0].evidence).toMatchObject({ table: 'sales', row: '0', log: '500' });
  });

  test('count edited after close', async () => {
    await sell();
    await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
    const edit = `update vouchers.shifts set counted_minor = 1500, variance_minor = 0, outcome = 'balanced' where id = '${shift.id}'`;
    await expect(running.query(edit)).rejects.toThrow(/refused/);
    await editBehindTheProgram('vouchers.shifts', edit);
    await watch();
    expect((await alertsOf('row_edited')).map(({ evidence }) => evidence)).toContainEqual(
      expect.objectContaining({ id: shift.id, row: '1500', log: '1000' }),
    );
  });

  test('selling outside a shift, by a row put in with the guards off', async () => {
    await sell();
    await cashier.call('POST /api/counter/shift/count', { cash: cash('10', '5') });
    expect(
      await cashier.call('POST /api/counter/sales', { packageId: hour.id, idempotencyKey: crypto.randomUUID() }),
    ).toMatchObject({ status: 409, body: { code: 'no_open_shift' } });
    await editBehindTheProgram(
      'vouchers.sales',
      `insert into vouchers.sales (id, shift_id, staff_id, idempotency_key, version_id, quantity, unit_price_minor, total_minor, currency, state, created_at, ended_at)
       select gen_random_uuid(), shift_id, staff_id, 'late ' || id, version_id, 2, 500, 1000, currency, 'complete', now(), now() from vouchers.sales where shift_id = '${shift.id}'`,
    );
    await watch();
    expect((await alertsOf('row_edited')).map(({ evidence }) => evidence)).toContainEqual(
      expect.objectContaining({ table: 'sales', row: '1000', log: null }),
    );
  });

  test('someone else’s shift: a sale that was moved into it', async () => {
    await sell();
    const other = await counterStaff(running);
    const foreign = await clockIn(other.call, routerId);
    await editBehindTheProgram(
      'vouchers.sales',
      `alter table vouchers.vouchers disable trigger user;
       set session_replication_role = replica;
       update vouchers.sales set shift_id = '${foreign.id}' where shift_id = '${shift.id}';
       set session_replication_role = origin;
       alter table vouchers.vouchers enable trigger user`,
    );
    await watch();
    expect((await alertsOf('row_edited')).map(({ evidence }) => evidence)).toContainEqual(
      expect.objectContaining({ table: 'sales', row: '500', log: '500', moved: 'shift_id' }),
    );
  });

  test('the log itself is edited, to hide it', async () => {
    await sell();
    await eventually(
      () => running.query('select count(*)::int as count from audit.unchained'),
      ([{ count }]) => count === 0,
    );
    await editBehindTheProgram(
      'audit.entries',
      `update audit.entries set details = details || '{"totalMinor": "0"}' where action = 'voucher.sold' and '${shift.id}' = any(about)`,
    );
    await watch();
    expect((await alertsOf('log_edited')).map(({ evidence }) => evidence)).toContainEqual(
      expect.objectContaining({ problem: 'changed', action: 'voucher.sold' }),
    );
  });
});

describe('the end of a code', () => {
  const stateOf = async (id: string) => (await manager(`GET /api/vouchers/${id}`)).body;

  test('nobody came for it: it expires, leaves the router, and what was paid is breakage', async () => {
    const { id, code } = await sell((await addPackage({ validDays: 1 })).id);
    minutesAhead = 3 * 24 * 60;
    await checkVouchers(database);
    expect(await stateOf(id)).toMatchObject({ state: 'expired', endReason: 'expired' });
    minutesAhead = 0;
    await look();
    expect(router.find(users, { name: code })).toBeUndefined();
    const [{ sum }] = await running.query(
      `select sum(p.amount_minor)::text as sum from ledger.journals j join ledger.postings p on p.journal_id = j.id where j.kind = 'voucher_expired' and j.ref_id = $1`,
      [id],
    );
    expect(sum).toBe('500');
    await checkVouchers(database);
    expect((await stateOf(id)).events.filter(({ kind }: Loose) => kind === 'expired')).toHaveLength(1);
  });

  test('time on the wall runs from the first login, and ends here, whatever the router’s clock says', async () => {
    const { id, code } = await sell((await addPackage({ durationKind: 'wall' })).id);
    router.logInToHotspot(code, code, { mac: '02:00:00:00:00:01' });
    routerClock.advance(10 * 60_000);
    await look();
    expect(await stateOf(id)).toMatchObject({ state: 'redeemed', usedSeconds: 600 });
    minutesAhead = 49;
    await checkVouchers(database);
    expect(await stateOf(id)).toMatchObject({ state: 'redeemed', endedAt: null });
    minutesAhead = 51;
    await checkVouchers(database);
    expect(await stateOf(id)).toMatchObject({ state: 'expired' });
    await look();
    expect(router.find(users, { name: code })).toBeUndefined();
  });

  test('used up: it leaves the router, and its history stays', async () => {
    const { id, code } = await sell();
    router.logInToHotspot(code, code, { mac: '02:00:00:00:00:01' });
    routerClock.advance(60 * 60_000);
    await look();
    expect(await stateOf(id)).toMatchObject({ endReason: 'used_up', usedSeconds: 3600 });
    expect(router.find(users, { name: code })).toBeUndefined();
  });
});

test('hours of the day: a code is switched on and off at the hour, and who is online goes', async () => {
  const now = Temporal.Now.plainTimeISO('UTC');
  const time = (minutes: number) => now.add({ minutes }).toString({ smallestUnit: 'minute' });
  const { id } = await addPackage({ hours: { from: time(-60), until: time(60) } });
  const { code } = await sell(id);
  const onRouter = () => router.find(users, { name: code });
  router.logInToHotspot(code, code, { mac: '02:00:00:00:00:01' });
  await checkVouchers(database);
  expect(onRouter()).toMatchObject({ disabled: 'false' });
  expect(router.find('/ip/hotspot/active', { user: code })).toBeDefined();
  // The clock of the program that writes is the real one: the package is moved instead.
  await editBehindTheProgram(
    'vouchers.package_versions',
    `update vouchers.package_versions set hours_from = '${time(60)}', hours_until = '${time(120)}' where package_id = '${id}'`,
  );
  await checkVouchers(database);
  await eventually(onRouter, (user) => user?.disabled === 'true');
  await eventually(() => router.find('/ip/hotspot/active', { user: code }) === undefined);
  await editBehindTheProgram(
    'vouchers.package_versions',
    `update vouchers.package_versions set hours_from = '${time(-60)}', hours_until = '${time(60)}' where package_id = '${id}'`,
  );
  await checkVouchers(database);
  await eventually(onRouter, (user) => user?.disabled === 'false');
});

test('at midnight the day before is reconciled, by nobody in person', async () => {
  await sell();
  minutesAhead = 24 * 60;
  await reconcileYesterday(database);
  const { items } = (await manager('GET /api/reconciliations')).body;
  expect(items[0]).toMatchObject({ day: Temporal.Now.plainDateISO('UTC').toString(), madeBy: 'daily reconciliation' });
});
