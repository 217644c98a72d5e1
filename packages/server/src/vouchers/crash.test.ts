// The process dies somewhere in a sale. Whatever is left behind, the end is one of two: sold and on the router, or neither.
import { startRouter } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { createTestDatabase, type TestDatabase } from '#platform/test-database.ts';
import { routerosHotspotUsers } from '#provisioning/drivers/routeros-hotspot-users.ts';
import { RouterConnections } from '#routers/connections.ts';
import { addRouter, getRouter, newRouterId } from '#routers/routers.ts';
import { checkVouchers } from './jobs.ts';
import { addPackage } from './packages.ts';
import { recordReadings } from './readings.ts';
import { type Order, workSeconds } from './reserve-sale.ts';
import { bringPending } from './router-visits.ts';
import { createCounter, sell } from './sell.ts';
import { openShift } from './shifts.ts';

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const clock = manualClock('2026-03-01T12:00:00Z');
const owner: Actor = { kind: 'system', id: null, name: 'test' };

let testDatabase: TestDatabase;
let database: Database;
let cashier: Actor;
let packageId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, clock);
  const hour = await inTransaction(database, owner, (work) =>
    addPackage(work, {
      name: 'One hour',
      priceMinor: 500n,
      durationKind: 'used',
      durationSeconds: 3600,
      dataBytes: null,
      downKbps: 4096,
      upKbps: 1024,
      devices: 1,
      validDays: null,
      hours: null,
      locationIds: [],
      prices: [],
    }),
  );
  packageId = hour.id;
});
afterAll(async () => {
  await database.pool.end();
  await testDatabase.drop();
});
beforeEach(async () => {
  const id = newRouterId();
  const name = `cashier-${id}`;
  await database.pool.query(
    `insert into auth.staff (id, username, role, password_hash, created_at) values ($1, $2, 'cashier', 'x', now())`,
    [id, name],
  );
  cashier = { kind: 'staff', id, name };
});

class Killed extends Error {}

/** The process dies at the n-th of these moments: before a transaction begins, after it was committed. */
function dyingAt(moment: number): { database: Database; isDead: () => boolean } {
  let now = 0;
  const die = () => {
    if (now++ >= moment) throw new Killed('the process is gone');
  };
  const db = new Proxy(database.db, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      if (key !== 'transaction') return value.bind(target);
      return () => ({
        execute: async (act: Parameters<ReturnType<Database['db']['transaction']>['execute']>[0]) => {
          die();
          const result = await target.transaction().execute(act);
          die();
          return result;
        },
      });
    },
  });
  return { database: { ...database, db }, isDead: () => now > moment };
}

async function openPlace() {
  const router = await startRouter();
  const routerId = newRouterId();
  await inTransaction(database, owner, (work) =>
    addRouter(work, sealer, routerId, {
      label: `Tower ${routerId}`,
      host: '127.0.0.1',
      port: router.port,
      tls: 'off',
      fingerprint: null,
      username: 'lastmile',
      password: 'demo',
      mode: 'manage',
      locationId: null,
    }),
  );
  await inTransaction(database, cashier, (work) => openShift(work, { routerId, cash: [] }));
  const connections = new RouterConnections(sealer, { areLocalRoutersAllowed: true });
  return {
    router,
    routerId,
    connections,
    codes: () =>
      router
        .rows('/ip/hotspot/user')
        .filter((row) => row.default !== 'true')
        .map((row) => row.name),
    /** What the minute's job and the next visit to the router do. */
    async recover() {
      clock.advance({ seconds: workSeconds + 1 });
      await checkVouchers(database);
      const row = await getRouter(database.db, routerId, 'everywhere');
      await bringPending(database, row, routerosHotspotUsers(await connections.get(row)));
    },
    async close() {
      await connections.stop();
      await router.stop();
    },
  };
}

type Ends = { sold: number; earned: string; working: number };

async function endsOf(codes: (string | undefined)[]): Promise<Ends> {
  const { rows } = await database.pool.query(
    `select (select count(*)::int from vouchers.vouchers v join vouchers.sales s on s.id = v.sale_id where s.staff_id = $1 and v.state = 'sold') as sold,
      (select coalesce(sum(p.amount_minor), 0)::text from ledger.postings p join ledger.accounts a on a.id = p.debit_id
       join vouchers.shifts shift on shift.id = a.owner_id where a.kind = 'cash_drawer' and shift.staff_id = $1) as earned,
      (select count(*)::int from vouchers.sales where staff_id = $1 and state = 'reserved') as reserved`,
    [cashier.id],
  );
  expect(rows[0].reserved).toBe(0);
  return { sold: rows[0].sold, earned: rows[0].earned, working: codes.length };
}

const order = (): Order => ({ packageId, quantity: 2, customerPhone: null, idempotencyKey: crypto.randomUUID() });
const nothing: Ends = { sold: 0, earned: '0', working: 0 };
const everything: Ends = { sold: 2, earned: '1000', working: 2 };

test.each([
  ['before anything was reserved', 0, nothing],
  ['when it was reserved, before the router', 1, nothing],
  ['when the router has the codes, before it was completed', 2, nothing],
  ['when it was completed, before the cashier heard of it', 3, everything],
])('killed %s, a sale that nobody asks for again ends as one of two', async (_name, moment, ends) => {
  const place = await openPlace();
  const dying = dyingAt(moment);
  const sale = sell(createCounter(dying.database, place.connections), cashier, order());
  await expect(sale).rejects.toThrow(Killed);
  expect(dying.isDead()).toBe(true);
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(ends);
  // Done again, it changes nothing more.
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(ends);
  await place.close();
});

test.each([0, 1, 2, 3])('killed at moment %i and clicked again, it is sold once', async (moment) => {
  const place = await openPlace();
  const again = order();
  const first = sell(createCounter(dyingAt(moment).database, place.connections), cashier, again);
  await expect(first).rejects.toThrow(Killed);
  clock.advance({ seconds: workSeconds + 1 });
  const sale = await sell(createCounter(database, place.connections), cashier, again);
  expect(sale.vouchers.map(({ code }) => code).toSorted()).toEqual(place.codes().toSorted());
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(everything);
  await place.close();
});

test('while one process works on a sale, another one leaves it alone', async () => {
  const place = await openPlace();
  const again = order();
  const first = sell(createCounter(dyingAt(1).database, place.connections), cashier, again);
  await expect(first).rejects.toThrow(Killed);
  const second = sell(createCounter(database, place.connections), cashier, again);
  await expect(second).rejects.toMatchObject({ code: 'sale_under_way' });
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(nothing);
  await expect(sell(createCounter(database, place.connections), cashier, again)).rejects.toMatchObject({
    code: 'sale_interrupted',
  });
  await place.close();
});

test('a router that falls silent in the middle: not sold within the time, and nothing of it stays there', async () => {
  const place = await openPlace();
  place.router.faults.silent = true;
  const sale = sell(createCounter(database, place.connections, 300), cashier, order());
  await expect(sale).rejects.toMatchObject({ code: 'router_unreachable' });
  place.router.faults.clear();
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(nothing);
  await place.close();
});

test('one code of a sale is refused by the router: none is sold, and none stays there', async () => {
  const place = await openPlace();
  place.router.faults.failNext('/ip/hotspot/user/add', 'failure: internal error');
  await expect(sell(createCounter(database, place.connections), cashier, order())).rejects.toMatchObject({
    code: 'router_rejected',
  });
  await place.recover();
  expect(await endsOf(place.codes())).toEqual(nothing);
  await place.close();
});

test('of sixteen looks that see the first use of one code at once, one redeems it', async () => {
  const place = await openPlace();
  const sale = await sell(createCounter(database, place.connections), cashier, order());
  const { rows } = await database.pool.query('select id from vouchers.vouchers where code = $1', [
    sale.vouchers[0]?.code,
  ]);
  const reading = {
    id: rows[0].id as string,
    usedSeconds: 60,
    usedBytes: 1000n,
    counterSeconds: 60,
    counterBytes: 1000n,
    firstUse: { at: clock.now(), endsAt: null },
    isUsedUp: false,
  };
  const wide = openDatabase(testDatabase.url, clock, 16);
  await Promise.all(
    Array.from({ length: 16 }, () =>
      inTransaction(wide, owner, (work) => recordReadings(work, place.routerId, [reading])),
    ),
  );
  await wide.pool.end();
  const counted = await database.pool.query(
    `select (select count(*)::int from vouchers.events where voucher_id = $1 and kind = 'first_use') as uses,
      (select count(*)::int from ledger.journals where kind = 'voucher_redeemed' and ref_id = $1) as journals,
      (select sum(first_uses)::int from vouchers.hourly_usage where router_id = $2) as "firstUses"`,
    [reading.id, place.routerId],
  );
  expect(counted.rows).toEqual([{ uses: 1, journals: 1, firstUses: 1 }]);
  await place.close();
});
