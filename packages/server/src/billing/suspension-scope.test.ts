// What is cut: the accounts whose own invoices are overdue, and not what is paid beside them (billing.md, D7).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const begin = '2026-01-10T12:00:00Z';
const clock = manualClock(begin);
let running: Running & { close(): Promise<void> };
let routerId: string;
let plans: { home: Loose; shop: Loose };
let customerId: string;
// What each account's subscription was invoiced.
let invoices: { home: Loose; shop: Loose };

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
  const plan = (name: string) =>
    running.call('POST /api/plans', { name: fresh(name), priceMinor: '3100', downKbps: '5M', upKbps: '5M' });
  plans = { home: (await plan('Home')).body, shop: (await plan('Shop')).body };
});
afterAll(() => running.close());

beforeEach(async () => {
  clock.set(begin);
  for (const { id } of (await running.call('GET /api/customers')).body.items)
    await running.call(`DELETE /api/customers/${id}`);
  await running.query('delete from billing.overdue_runs');
  customerId = (await addCustomer(running, routerId, { planId: plans.home.id, username: fresh('home') })).id;
  await addAccount('shop', plans.shop.id);
  await running.call('POST /api/billing/invoice-runs');
  const { items } = (await running.call(`GET /api/invoices?customerId=${customerId}`)).body;
  const details = await Promise.all(items.map(({ id }: Loose) => running.call(`GET /api/invoices/${id}`)));
  const of = (plan: Loose) =>
    details.map(({ body }) => body).find(({ lines }) => lines[0].description.includes(plan.name));
  invoices = { home: of(plans.home), shop: of(plans.shop) };
  expect(invoices).toMatchObject({ home: { status: 'open' }, shop: { status: 'open' } });
  clock.set('2026-01-12T12:00:00Z');
});

const addAccount = (name: string, planId: string) =>
  running.call(`POST /api/customers/${customerId}/accounts`, { username: fresh(name), routerId, planId });
const run = async () => (await running.call('POST /api/billing/overdue-runs')).body;
const preview = async () => (await running.call('GET /api/billing/overdue-runs/preview')).body;
const pay = ({ id, amountMinor }: Loose) => running.call(`POST /api/invoices/${id}/payments`, { amountMinor });

/** The accounts that are cut for money, by the first word of their names. */
async function cut(): Promise<string[]> {
  const { accounts } = await getCustomer(running, customerId);
  return accounts
    .filter(({ blocks }: Loose) => blocks.some(({ reason }: Loose) => reason === 'overdue'))
    .map(({ name }: Loose) => name.replace(/[^a-z].*/, ''));
}

test('only the account whose invoice is unpaid is cut, and what is paid stays on', async () => {
  await pay(invoices.home);
  expect(await preview()).toMatchObject({ suspendCount: 1, suspend: [{ invoiceNumber: invoices.shop.number }] });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
  expect(await cut()).toEqual(['shop']);
  const { accounts } = (await running.call(`GET /api/customers/${customerId}/why-offline`)).body;
  expect(accounts).toMatchObject([
    { blocks: [], cutFor: null },
    { verdict: 'overdue', cutFor: { invoiceId: invoices.shop.id, number: invoices.shop.number, dueOn: '2026-01-10' } },
  ]);
  // Who is cut as far as it goes is not planned again.
  expect(await preview()).toMatchObject({ suspendCount: 0, restoreCount: 0 });
  expect(await run()).toMatchObject({ suspendedCount: 0, restoredCount: 0 });
});

test('paying for one of two cut accounts restores that one at once, and paying for the other restores it too', async () => {
  await run();
  expect(await cut()).toEqual(['home', 'shop']);
  await pay(invoices.shop);
  expect(await cut()).toEqual(['home']);
  await pay(invoices.home);
  expect(await cut()).toEqual([]);
});

test('an account that was cut for the debt of another comes back with the next run', async () => {
  await pay(invoices.home);
  const { accounts } = await getCustomer(running, customerId);
  for (const { id } of accounts)
    await running.query(
      `insert into provisioning.blocks (account_id, reason, since, by_name) values ($1, 'overdue', now(), 'an older release')`,
      [id],
    );
  expect(await preview()).toMatchObject({ restoreCount: 1, restore: [{ customerId }] });
  expect(await run()).toMatchObject({ restoredCount: 1, suspendedCount: 0 });
  expect(await cut()).toEqual(['shop']);
});

test('an invoice by hand is for no subscription, and is overdue with all that the customer has', async () => {
  await pay(invoices.home);
  await pay(invoices.shop);
  await issueInvoice(running, customerId, { dueOn: '2026-01-11' });
  expect(await run()).toMatchObject({ suspendedCount: 1 });
  expect(await cut()).toEqual(['home', 'shop']);
});

test('an account that is added beside a cut one is on, unless an invoice by hand is overdue', async () => {
  await pay(invoices.home);
  await run();
  await addAccount('stall', plans.home.id);
  expect(await cut()).toEqual(['shop']);
  await issueInvoice(running, customerId, { dueOn: '2026-01-11' });
  await addAccount('kiosk', plans.home.id);
  expect(await cut()).toEqual(['home', 'shop', 'stall', 'kiosk']);
});

test('the account of an ended subscription leaves its debt behind, and no other account is cut for it', async () => {
  await pay(invoices.home);
  const { accounts } = await getCustomer(running, customerId);
  expect((await running.call(`DELETE /api/accounts/${accounts[1].id}`)).status).toBe(204);
  expect(await preview()).toMatchObject({ suspendCount: 0 });
  expect(await run()).toMatchObject({ suspendedCount: 0 });
  expect(await cut()).toEqual([]);
});
