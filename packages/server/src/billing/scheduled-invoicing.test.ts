import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { migrate } from '#platform/migrate.ts';
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
  expect(await plan()).toMatchObject({ invoiceCount: 1, state: { waitsSince: null } });
  expect(await schedule()).toMatchObject({ invoiceCount: 1 });
  clock.set('2027-02-14T12:00:00Z');
  expect(await schedule()).toBeUndefined();
  expect(await plan()).toMatchObject({ state: { waitsSince: '2026-02-14' } });
  expect((await running.call('GET /api/invoices')).body.items).toHaveLength(2);

  expect(await running.call('POST /api/billing/invoice-runs')).toMatchObject({ status: 201 });
  expect(await plan()).toMatchObject({ state: { waitsSince: null } });
  expect(await schedule()).toMatchObject({ failedCount: 0 });
});

test('a gap rings on the home page, too', async () => {
  clock.set('2027-06-14T12:00:00Z');
  const trouble = async () => (await running.call('GET /api/dashboard')).body.invoicingTrouble;
  expect(await trouble()).toBe('waits');
  await running.call('POST /api/billing/invoice-runs');
  expect(await trouble()).toBeNull();
});

test('an installation that had subscriptions before anything was invoiced is asked once', async () => {
  // The state of the version before: subscriptions, and no run.
  await running.query(`truncate billing.invoice_runs; alter table billing.policy drop column is_invoicing_undecided;
    update billing.policy set is_automatic = true; delete from public.schema_migrations where name = '0127-asked-once.sql'`);
  await migrate(database.pool);
  expect(await schedule()).toBeUndefined();
  const { state } = await plan();
  expect(state).toMatchObject({ isAutomatic: false, isUndecided: true, subscriptionCount: 1 });
  expect(state.chargedFrom).not.toBeNull();
  expect((await running.call('GET /api/dashboard')).body.invoicingTrouble).toBe('undecided');

  const { revision } = (await running.call('GET /api/billing/policy')).body;
  expect(await running.call('PUT /api/billing/policy', { revision, isAutomatic: true })).toMatchObject({ status: 200 });
  expect((await plan()).state).toMatchObject({ isAutomatic: true, isUndecided: false });
  expect(await schedule()).toMatchObject({ failedCount: 0 });
});

test('who decides that it stays off is not asked again, and a new installation never is', async () => {
  await running.query(`truncate billing.invoice_runs; alter table billing.policy drop column is_invoicing_undecided;
    update billing.policy set is_automatic = true; delete from public.schema_migrations where name = '0127-asked-once.sql'`);
  await migrate(database.pool);
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  await running.call('PUT /api/billing/policy', { revision, isAutomatic: false });
  expect((await plan()).state).toMatchObject({ isAutomatic: false, isUndecided: false });
  expect((await running.call('GET /api/audit?action=billing.policy_changed')).body.items[0].details).toMatchObject({
    isAutomatic: [false, false],
  });

  await running.query(`update billing.subscriptions set status = 'cancelled', ends_on = '2026-01-11', next_invoice_on = null;
    alter table billing.policy drop column is_invoicing_undecided; update billing.policy set is_automatic = true;
    delete from public.schema_migrations where name = '0127-asked-once.sql'`);
  await migrate(database.pool);
  expect((await plan()).state).toMatchObject({ isAutomatic: true, isUndecided: false });
});

test('where it is switched off, the schedule does nothing at all', async () => {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  await running.call('PUT /api/billing/policy', { revision, isAutomatic: false });
  expect(await schedule()).toBeUndefined();
});
