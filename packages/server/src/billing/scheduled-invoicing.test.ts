import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';
import { runScheduledInvoicing } from './scheduled-invoicing.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  await addCustomer(running, (await addAbsentRouter(running)).id);
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

const schedule = () => runScheduledInvoicing(database, { kind: 'schedule', id: null, name: 'invoicing' });
const plan = async () => (await running.call('GET /api/billing/invoice-plan')).body;

test('the schedule catches up with a month, and after a longer gap it charges nobody until a person has run it', async () => {
  expect(await schedule()).toMatchObject({ invoiceCount: 1 });
  clock.set('2026-02-14T12:00:00Z');
  expect(await plan()).toMatchObject({ invoiceCount: 1, waitsSince: null });
  expect(await schedule()).toMatchObject({ invoiceCount: 1 });
  clock.set('2027-02-14T12:00:00Z');
  expect(await schedule()).toBeUndefined();
  expect(await plan()).toMatchObject({ waitsSince: '2026-02-14' });
  expect((await running.call('GET /api/invoices')).body.items).toHaveLength(2);

  expect(await running.call('POST /api/billing/invoice-runs')).toMatchObject({ status: 201 });
  expect(await plan()).toMatchObject({ waitsSince: null });
  expect(await schedule()).toMatchObject({ failedCount: 0 });
});

test('where it is switched off, the schedule does nothing at all', async () => {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  await running.call('PUT /api/billing/policy', { revision, isAutomatic: false });
  expect(await schedule()).toBeUndefined();
});
