import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock, systemClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { runOverdueCheck } from './overdue-runs.ts';

const noon = '2026-06-15T12:00:00Z';
const clock = manualClock(noon);
let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  clock.set(noon);
  // The tests jump in time, and the fuse would ask what happened.
  await forgetRuns();
  await changeSettings({ timeZone: 'UTC', graceDays: 0 });
  customerId = (await addCustomer(running, routerId)).id;
});

afterEach(async () => {
  await running.call(`DELETE /api/customers/${customerId}`);
});

/** As if the hourly run had been there all the time. */
async function forgetRuns(): Promise<void> {
  await running.query('delete from billing.overdue_runs');
}

async function changeSettings(change: Record<string, unknown>): Promise<void> {
  const { body } = await running.call('GET /api/settings');
  await running.call('PUT /api/settings', { revision: body.revision, ...change });
}

const run = async () => (await running.call('POST /api/billing/overdue-runs')).body;

async function isCut(): Promise<boolean> {
  const { accounts } = await getCustomer(running, customerId);
  return accounts[0].blocks.some(({ reason }: Loose) => reason === 'overdue');
}

test('who is overdue is suspended, and the run says who (A15, A59)', async () => {
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  expect(await run()).toMatchObject({
    by: 'admin',
    suspendedCount: 1,
    restoredCount: 0,
    suspended: [{ customerId, customerName: 'Ana Horvat' }],
  });
  expect(await isCut()).toBe(true);
  expect((await running.call('GET /api/billing/overdue-runs/latest')).body.run).toMatchObject({ suspendedCount: 1 });
});

test('who owes nothing that is due, or nothing, is left alone', async () => {
  await issueInvoice(running, customerId, { dueOn: '2026-06-15' });
  expect((await run()).suspendedCount).toBe(0);
  expect(await isCut()).toBe(false);
});

test('run twice it changes nothing more', async () => {
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  await run();
  const before = await running.query('select * from provisioning.accounts order by id');
  const blocks = await running.query('select * from provisioning.blocks order by id');
  expect(await run()).toMatchObject({ suspendedCount: 0, restoredCount: 0, suspended: [] });
  expect(await running.query('select * from provisioning.accounts order by id')).toEqual(before);
  expect(await running.query('select * from provisioning.blocks order by id')).toEqual(blocks);
});

test('days of grace are waited for, in the operator’s zone', async () => {
  await changeSettings({ graceDays: 3, timeZone: 'America/Los_Angeles' });
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  clock.set('2026-06-18T06:59:59Z');
  expect((await run()).suspendedCount).toBe(0);
  clock.set('2026-06-18T07:00:00Z');
  expect((await run()).suspendedCount).toBe(1);
});

test('more days of grace and a void each bring back who was cut', async () => {
  const invoice = await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  await run();
  expect(await isCut()).toBe(true);
  await changeSettings({ graceDays: 5 });
  expect(await run()).toMatchObject({ restoredCount: 1 });
  expect(await isCut()).toBe(false);

  await changeSettings({ graceDays: 0 });
  await run();
  await forgetRuns();
  await run();
  expect(await isCut()).toBe(true);
  await running.call(`DELETE /api/invoices/${invoice.id}`);
  expect(await isCut()).toBe(false);
});

test('a customer who is gone is not counted', async () => {
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  await running.call(`DELETE /api/customers/${customerId}`);
  expect(await run()).toMatchObject({ suspendedCount: 0 });
});

test('whom a payment holds is met after the others, and is not cut when he has paid', async () => {
  const payer = await addCustomer(running, routerId);
  const invoice = await issueInvoice(running, payer.id, { dueOn: '2026-06-14' });
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  const database = openDatabase(running.databaseUrl, systemClock);
  const desk = await database.pool.connect();
  await desk.query('begin');
  await desk.query('select from customers.customers where id = $1 for update', [payer.id]);
  const ended = run();
  // The others of his batch do not wait for him.
  await eventually(isCut, (is) => is);
  await desk.query(`update billing.invoices set settled_minor = amount_minor, status = 'paid' where id = $1`, [
    invoice.id,
  ]);
  await desk.query('commit');
  desk.release();
  await database.pool.end();
  expect(await ended).toMatchObject({ suspendedCount: 1, suspended: [{ customerId }] });
  expect((await getCustomer(running, payer.id)).accounts[0].blocks).toEqual([]);
  await running.call(`DELETE /api/customers/${payer.id}`);
});

test('two runs at once: one runs, the other is told so', async () => {
  const database = openDatabase(running.databaseUrl, systemClock);
  const blocker = await database.pool.connect();
  await blocker.query("select pg_advisory_lock(hashtextextended('billing.overdue-run', 0))");
  expect(await running.call('POST /api/billing/overdue-runs')).toMatchObject({
    status: 409,
    body: { code: 'billing_run_busy' },
  });
  // A process that dies lets go of it.
  blocker.release(true);
  await database.pool.end();
  await eventually(
    async () => (await running.call('POST /api/billing/overdue-runs')).status,
    (status) => status === 201,
  );
});

test('the hourly run writes to the audit log what it did, and nothing when there was nothing', async () => {
  const database = openDatabase(running.databaseUrl, clock);
  const actor = { kind: 'schedule', id: null, name: 'overdue check' } as const;
  const entries = () =>
    running.query(`select action, actor_name from audit.entries where actor_kind = 'schedule' order by id`);
  await runOverdueCheck(database, actor);
  expect(await entries()).toEqual([]);
  await issueInvoice(running, customerId, { dueOn: '2026-06-14' });
  await runOverdueCheck(database, actor);
  expect(await entries()).toEqual([
    { action: 'account.blocked', actor_name: 'overdue check' },
    { action: 'billing.overdue_checked', actor_name: 'overdue check' },
  ]);
  await database.pool.end();
});

test('the overdue check is scheduled for every hour (A59)', async () => {
  const rows = await running.query(`select name, cron, timezone from pgboss.schedule order by name`);
  expect(rows).toContainEqual({ name: 'billing.overdue-check', cron: '5 */1 * * *', timezone: 'UTC' });
});
