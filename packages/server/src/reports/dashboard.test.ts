import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  issueInvoice,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-05-10T12:00:00Z');
let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
});
afterAll(() => running.close());

const dashboard = async () => (await running.call('GET /api/dashboard')).body;

test('a fresh house shows zeros', async () => {
  expect(await dashboard()).toEqual({
    customers: { total: 0, active: 0, suspended: 0 },
    sessionsOnline: 0,
    routers: { total: 0, online: 0, troubled: 0 },
    pendingOnRouters: { total: 0, needsPerson: 0 },
    money: {
      currency: 'USD',
      receivedThisMonthMinor: '0',
      receivedLastMonthToDateMinor: '0',
      openMinor: '0',
      overdueMinor: '0',
      overdueCount: 0,
    },
    paidAndStillBlocked: 0,
    suspensionsWaiting: 0,
    invoicingTrouble: null,
    bankLinesWaiting: 0,
    voucherAlerts: 0,
    alarmsRinging: 0,
    asOf: expect.stringMatching(/^2026-05-10T12:00:00/),
  });
});

test('it counts people, routers, sessions and money, this month against the last (A47, A51)', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  await addAbsentRouter(running);
  const [ana, ben] = [await addCustomer(running, routerId), await addCustomer(running, routerId)];
  await settled(running, ana.id);
  router.dial(ana.accounts[0].name, 'secret-1');
  await running.call(`POST /api/customers/${ben.id}/suspend`);
  const paidInMay = await issueInvoice(running, ana.id, { amountMinor: '1000', dueOn: '2026-05-01' });
  await running.call(`POST /api/invoices/${paidInMay.id}/payments`, {});
  clock.set('2026-05-20T12:00:00Z');
  const paidLater = await issueInvoice(running, ana.id, { amountMinor: '500', dueOn: '2026-05-01' });
  await running.call(`POST /api/invoices/${paidLater.id}/payments`, {});
  clock.set('2026-06-15T12:00:00Z');
  await issueInvoice(running, ana.id, { amountMinor: '300', dueOn: '2026-06-14' });
  const open = await issueInvoice(running, ana.id, { amountMinor: '70', dueOn: '2026-06-15' });
  await running.call(`POST /api/invoices/${open.id}/payments`, { amountMinor: '20' });
  await running.call(`POST /api/routers/${routerId}/sync`);
  const seen = await eventually(dashboard, ({ sessionsOnline }) => sessionsOnline === 1);
  expect(seen).toMatchObject({
    customers: { total: 2, active: 1, suspended: 1 },
    routers: { total: 2, online: 1, troubled: 1 },
    money: {
      receivedThisMonthMinor: '20',
      // To the 15th of May, as today is the 15th of June: not what came on the 20th.
      receivedLastMonthToDateMinor: '1000',
      openMinor: '350',
      overdueMinor: '300',
      overdueCount: 1,
    },
  });
});

test('what was undone or given back was not received, and twelve months stand beside each other', async () => {
  const months = async () => (await running.call('GET /api/dashboard/received-months')).body;
  const { id: routerId } = await addAbsentRouter(running);
  const { id: customerId } = await addCustomer(running, routerId);
  clock.set('2027-03-10T12:00:00Z');
  const pay = async (amountMinor: string) =>
    (await running.call('POST /api/payments', { customerId, amountMinor, method: 'cash' })).body.id;
  await pay('4000');
  clock.set('2027-05-10T12:00:00Z');
  const [wrong, tooMuch] = [await pay('90000'), await pay('700')];
  const undone = await running.call(`POST /api/payments/${wrong}/reverse`, { reason: 'typed twice' });
  const refunded = await running.call(`POST /api/payments/${tooMuch}/refunds`, { amountMinor: '200', reason: 'x' });
  expect([undone.status, refunded.status]).toEqual([200, 201]);
  expect((await dashboard()).money.receivedThisMonthMinor).toBe('500');
  const { currency, items } = await months();
  expect(currency).toBe('USD');
  expect(items.map(({ month }: { month: string }) => month)).toEqual([
    ...[6, 7, 8, 9, 10, 11, 12].map((n) => `2026-${String(n).padStart(2, '0')}-01`),
    ...[1, 2, 3, 4, 5].map((n) => `2027-0${n}-01`),
  ]);
  expect(items.at(-1).receivedMinor).toBe('500');
  expect(items.at(-2).receivedMinor).toBe('0');
  expect(items.at(-3).receivedMinor).toBe('4000');
});

test('who paid and is still off at the router rings the alarm, and it ends when he is on', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await addCustomer(running, routerId);
  const invoice = await issueInvoice(running, customer.id, { dueOn: '2026-06-01' });
  await running.call('POST /api/billing/overdue-runs');
  await settled(running, customer.id);
  router.faults.offline = true;
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  expect((await dashboard()).paidAndStillBlocked).toBe(0);
  clock.advance({ seconds: 31 });
  expect((await dashboard()).paidAndStillBlocked).toBe(1);
  router.faults.offline = false;
  await router.settled();
  await running.call(`POST /api/routers/${routerId}/sync`);
  await settled(running, customer.id);
  expect((await dashboard()).paidAndStillBlocked).toBe(0);
});

test('a session shows who it is, where from, since when and how much (A11, A48)', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await addCustomer(running, routerId, { name: 'Shown Sonja' });
  await settled(running, customer.id);
  const { name } = customer.accounts[0];
  router.dial(name, 'secret-1', { callerId: 'AA:BB:CC:00:11:22', usage: { down: 1, up: 1 } });
  await running.call(`POST /api/routers/${routerId}/sync`);
  const listed = await eventually(
    async () => (await running.call(`GET /api/sessions?routerId=${routerId}`)).body,
    ({ total }) => total === 1,
  );
  expect(listed.items[0]).toMatchObject({
    accountName: name,
    customerName: 'Shown Sonja',
    address: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    callerId: 'AA:BB:CC:00:11:22',
    downBytes: expect.stringMatching(/^\d+$/),
    upBytes: expect.stringMatching(/^\d+$/),
  });
  for (const word of [name, 'SHOWN', 'aa:bb:cc'])
    expect((await running.call(`GET /api/sessions?search=${encodeURIComponent(word)}`)).body.total).toBe(1);
  expect((await running.call('GET /api/sessions?search=nobody')).body).toEqual({
    items: [],
    next: null,
    total: 0,
    lastSeenTotal: 0,
  });
});
