// The counters of the demo: filled, right but for what is there to be found, and left alone by a later start.
import { systemClock } from '@lastmile/server/platform/clock.ts';
import { type Database, inTransaction, openDatabase } from '@lastmile/server/platform/db.ts';
import { createSealer, keyFromSecret } from '@lastmile/server/platform/secrets.ts';
import { createTestDatabase, type TestDatabase } from '@lastmile/server/platform/test-database.ts';
import { addLocation } from '@lastmile/server/routers/locations.ts';
import { addRouter, newRouterId } from '@lastmile/server/routers/routers.ts';
import { rewriteAllCodes } from '@lastmile/server/vouchers/rewrite-codes.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillCafes, listLiveCodes } from './cafes.ts';
import { siteLabels } from './network.ts';

let testDatabase: TestDatabase;
let database: Database;

const count = async (what: string) =>
  Number((await database.pool.query(`select count(*)::int as count from ${what}`)).rows[0].count);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, systemClock);
  const sealer = createSealer(keyFromSecret('a secret for the tests'));
  await inTransaction(database, { kind: 'system', id: null, name: 'test' }, async (work) => {
    const locationId = await addLocation(work, { name: 'Town', address: null, notes: null });
    for (const [index, label] of siteLabels.entries())
      await addRouter(work, sealer, newRouterId(), {
        label,
        host: '127.0.0.1',
        port: 1000 + index,
        tls: 'off',
        fingerprint: null,
        username: 'x',
        password: 'x',
        mode: 'manage',
        locationId,
      });
  });
  await fillCafes(database);
});
afterAll(async () => {
  await database.pool.end();
  await testDatabase.drop();
});

test('the counters have a week of shifts, open drawers, a short one, and codes that are in use', async () => {
  expect(await count(`vouchers.shifts where state = 'closed'`)).toBe(20);
  expect(await count(`vouchers.shifts where state = 'counted' and variance_minor = -500`)).toBe(1);
  expect(await count(`vouchers.shifts where state = 'open'`)).toBe(2);
  expect(await count('vouchers.reconciliations')).toBe(7);
  expect(await count(`vouchers.vouchers where end_reason = 'used_up'`)).toBeGreaterThan(200);
  expect((await listLiveCodes(database)).length).toBeGreaterThan(10);
});

test('there is something to look at, something to sign for, and paper in stock', async () => {
  const { rows } = await database.pool.query('select distinct kind from vouchers.alerts order by kind');
  expect(rows.map(({ kind }) => kind)).toEqual(['reprinted', 'shift_variance']);
  expect(await count('vouchers.hand_overs where received_at is null')).toBeGreaterThan(1);
  expect(await count('vouchers.vouchers where batch_id is not null and sold_at is null')).toBe(40);
});

test('sold and booked are the same money', async () => {
  const { rows } = await database.pool.query(
    `select (select sum(total_minor) from vouchers.sales where state = 'complete')::text as sold,
      (select sum(amount_minor) from ledger.journals j join ledger.postings p on p.journal_id = j.id where j.kind = 'voucher_sale')::text as booked`,
  );
  expect(rows[0].sold).toBe(rows[0].booked);
});

test('a later start adds nothing, and has the codes written to the routers again', async () => {
  const before = await count('vouchers.sales');
  await fillCafes(database);
  await inTransaction(database, { kind: 'system', id: null, name: 'test' }, rewriteAllCodes);
  expect(await count('vouchers.sales')).toBe(before);
  expect(await count('vouchers.vouchers where is_on_router')).toBe(0);
  expect(await count('vouchers.vouchers where is_wanted and pending_since is null')).toBe(0);
});
