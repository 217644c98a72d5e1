// A customer who was cut pays and comes back: by the policy his month goes on, or begins anew with the payment (D3).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-03-01T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());

/** Subscribed and invoiced on the first of March for 29.99, cut on the fifth. */
beforeEach(async () => {
  clock.set('2026-03-01T12:00:00Z');
  customerId = (await addCustomer(running, routerId)).id;
  await running.call('POST /api/billing/invoice-runs');
  clock.set('2026-03-05T12:00:00Z');
  await running.query('delete from billing.overdue_runs');
  await running.call('POST /api/billing/overdue-runs');
});

async function setPolicy(reactivation: 'continue' | 'restart'): Promise<void> {
  const { revision } = (await running.call('GET /api/billing/policy')).body;
  expect(await running.call('PUT /api/billing/policy', { revision, reactivation })).toMatchObject({ status: 200 });
}

const subscription = async (): Promise<Loose> =>
  (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0];
const invoices = async (): Promise<Loose[]> =>
  (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items;
const pay = (amountMinor = '2999') => running.call('POST /api/payments', { customerId, amountMinor });
const preview = async () =>
  (await running.call('POST /api/payments/preview', { customerId, amountMinor: '2999' })).body;
/** What the office can tell him who asks why he is offline. */
const whenPaid = async () =>
  (await running.call(`GET /api/customers/${customerId}/why-offline`)).body.accounts[0].whenPaid;
const periods = async () =>
  (
    await running.query(
      `select period.starts_on::text as "from", period.ends_on::text as "to" from billing.periods period
       join billing.subscriptions s on s.id = period.subscription_id where s.customer_id = $1 order by 1`,
      [customerId],
    )
  ).map(({ from, to }) => `${from} ${to}`);

test('continued, anchor and period stay, and nothing is credited', async () => {
  await setPolicy('continue');
  clock.set('2026-03-20T12:00:00Z');
  expect((await preview()).restarts).toEqual([]);
  expect(await whenPaid()).toEqual({ isAnew: false, startsOn: '2026-03-01', endsOn: '2026-04-01' });
  await pay();
  expect(await whenPaid()).toBeNull();
  expect(await subscription()).toMatchObject({ anchorDay: 1, chargedThrough: '2026-04-01' });
  expect(await invoices()).toMatchObject([{ creditedMinor: '0' }]);
});

test('restarted, the month begins with the payment, and the days without service are credited', async () => {
  await setPolicy('restart');
  clock.set('2026-03-20T12:00:00Z');
  // 27 of 31 days were without service.
  expect((await preview()).restarts).toEqual([
    { planName: 'Basic', startsOn: '2026-03-20', endsOn: '2026-04-20', creditMinor: '2612', priceMinor: '2999' },
  ]);
  expect(await whenPaid()).toEqual({ isAnew: true, startsOn: '2026-03-20', endsOn: '2026-04-20' });
  await pay();
  // Its invoice is there at once, and the run finds nothing more to do.
  expect(await subscription()).toMatchObject({ anchorDay: 20, chargedThrough: '2026-04-20' });
  expect((await running.call('POST /api/billing/invoice-runs')).body).toMatchObject({ invoiceCount: 0 });
  const [second, first] = await invoices();
  expect(first).toMatchObject({ creditedMinor: '2612' });
  expect(second).toMatchObject({ amountMinor: '2999', settledMinor: '2612', dueOn: '2026-03-20' });
  expect(await periods()).toEqual(['2026-03-01 2026-03-20', '2026-03-20 2026-04-20']);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
  expect((await running.call('GET /api/audit?action=subscription.restarted')).body.items).toMatchObject([
    { details: { startsOn: '2026-03-20', creditMinor: '2612' } },
  ]);
});

test('back after the period is over, the days between are passed over and charged to nobody', async () => {
  await setPolicy('restart');
  clock.set('2026-05-10T12:00:00Z');
  await running.call('POST /api/billing/invoice-runs');
  await pay();
  await running.call('POST /api/billing/invoice-runs');
  expect((await subscription()).anchorDay).toBe(10);
  const all = await periods();
  expect(all.at(-1)).toBe('2026-05-10 2026-06-10');
  for (const [index, period] of all.slice(1).entries()) expect(period.split(' ')[0]).toBe(all[index]?.split(' ')[1]);
  expect(await invoices()).toHaveLength(2);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
});

test('paid in part, or cut by staff too, nobody comes back and nothing begins anew', async () => {
  await setPolicy('restart');
  clock.set('2026-03-20T12:00:00Z');
  await pay('1000');
  expect(await subscription()).toMatchObject({ anchorDay: 1, chargedThrough: '2026-04-01' });
  expect((await running.call(`POST /api/customers/${customerId}`, { action: 'suspend' })).status).toBeLessThan(300);
  await pay('1999');
  expect(await subscription()).toMatchObject({ anchorDay: 1, chargedThrough: '2026-04-01' });
});

test('cut and paid on the same day, nothing was lost and the period goes on', async () => {
  await setPolicy('restart');
  await pay();
  expect(await subscription()).toMatchObject({ anchorDay: 1, chargedThrough: '2026-04-01' });
});

test('two services that one payment brings back begin anew together, each with its invoice', async () => {
  await setPolicy('restart');
  clock.set('2026-03-01T12:00:00Z');
  const both = (await addCustomer(running, routerId)).id;
  const { planId } = (await running.call(`GET /api/customers/${both}/subscriptions`)).body.items[0];
  const account = { username: fresh('second'), routerId, planId };
  expect((await running.call(`POST /api/customers/${both}/accounts`, account)).status).toBe(201);
  await running.call('POST /api/billing/invoice-runs');
  customerId = both;
  expect(await invoices()).toHaveLength(2);
  clock.set('2026-03-05T12:00:00Z');
  await running.query('delete from billing.overdue_runs');
  await running.call('POST /api/billing/overdue-runs');
  clock.set('2026-03-20T12:00:00Z');
  await pay('5998');
  expect((await invoices()).map(({ amountMinor, creditedMinor }) => [amountMinor, creditedMinor])).toEqual([
    ['2999', '0'],
    ['2999', '0'],
    ['2999', '2612'],
    ['2999', '2612'],
  ]);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
});
