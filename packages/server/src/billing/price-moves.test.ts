import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let plan: Loose;

const call: Running['call'] = (...request) => running.call(...request);

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
});
afterAll(() => running.close());

beforeEach(async () => {
  clock.set('2026-01-10T12:00:00Z');
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on, pending_on = null, pending_version_id = null`,
  );
  plan = (await call('POST /api/plans', { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' }))
    .body;
});

const subscribed = async () => {
  const { id } = await addCustomer(running, routerId, { planId: plan.id });
  return of(id);
};
const of = async (customerId: string): Promise<Loose> =>
  (await call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0];
const price = async (change: Loose) => {
  const { revision } = (await call(`GET /api/plans/${plan.id}`)).body;
  expect((await call(`PUT /api/plans/${plan.id}`, { revision, ...change })).status).toBe(200);
};
const move = async () => (await call(`POST /api/plans/${plan.id}/price-moves`)).body;
const charged = async (customerId: string) =>
  (await call(`GET /api/invoices?customerId=${customerId}`)).body.items
    .map((each: Loose) => each.amountMinor)
    .toReversed();

test('a new price is for new subscriptions; who has the old one keeps it until he is moved', async () => {
  const old = await subscribed();
  expect(old.soldPrice).toBeNull();
  await price({ priceMinor: '6200' });
  const young = await subscribed();
  expect(await of(old.customerId)).toMatchObject({
    planPriceMinor: '3100',
    soldPrice: { version: 2, priceMinor: '6200', currency: 'USD' },
  });
  expect(young).toMatchObject({ planPriceMinor: '6200', soldPrice: null });
  expect((await call(`GET /api/plans/${plan.id}/versions`)).body.items).toMatchObject([
    { version: 2, priceMinor: '6200', isSold: true, subscriptionCount: 1, comingCount: 0 },
    { version: 1, priceMinor: '3100', isSold: false, subscriptionCount: 1, agreedCount: 0 },
  ]);
});

test('moved, he pays the new price from his next period on, and what runs stays as it is', async () => {
  const { customerId } = await subscribed();
  await call('POST /api/billing/invoice-runs');
  await price({ priceMinor: '6200' });
  expect(await move()).toEqual({ movedCount: 1 });
  expect(await of(customerId)).toMatchObject({
    planPriceMinor: '3100',
    pending: { priceMinor: '6200', on: '2026-02-10' },
  });
  // A second time finds nobody: he is on his way.
  expect(await move()).toEqual({ movedCount: 0 });
  clock.set('2026-02-10T12:00:00Z');
  await call('POST /api/billing/invoice-runs');
  expect(await charged(customerId)).toEqual(['3100', '6200']);
  expect(await of(customerId)).toMatchObject({ planPriceMinor: '6200', pending: null, soldPrice: null });
});

test('to another interval he is moved on the right day, whenever the run looks', async () => {
  const { customerId } = await subscribed();
  await call('POST /api/billing/invoice-runs');
  await price({ priceMinor: '700', periodUnit: 'week' });
  await move();
  for (const day of ['2026-01-11', '2026-02-08', '2026-02-10', '2026-02-17']) {
    clock.set(`${day}T12:00:00Z`);
    await call('POST /api/billing/invoice-runs');
  }
  const { lines } = (
    await call(`GET /api/invoices/${(await call(`GET /api/invoices?customerId=${customerId}`)).body.items.at(-2).id}`)
  ).body;
  expect(lines).toMatchObject([{ startsOn: '2026-02-10', endsOn: '2026-02-17', amountMinor: '700' }]);
});

test('an agreed price, an end and a plan that is awaited are left alone', async () => {
  const [agreed, ending, awaiting, plain] = await Promise.all([subscribed(), subscribed(), subscribed(), subscribed()]);
  const other = (
    await call('POST /api/plans', { name: fresh('Plan'), priceMinor: '100', downKbps: '1M', upKbps: '1M' })
  ).body;
  const revisionOf = async ({ customerId }: Loose) => (await of(customerId)).revision;
  await call(`PUT /api/subscriptions/${agreed?.id}`, {
    priceOverrideMinor: '999',
    revision: await revisionOf(agreed!),
  });
  await call('POST /api/billing/invoice-runs');
  await call(`POST /api/subscriptions/${ending?.id}/cancel`, { reason: 'moves', revision: await revisionOf(ending!) });
  await call(`POST /api/subscriptions/${awaiting?.id}/plan`, {
    planId: other.id,
    revision: await revisionOf(awaiting!),
  });
  await price({ priceMinor: '6200' });
  expect(await move()).toEqual({ movedCount: 1 });
  expect((await of(plain!.customerId)).pending).toMatchObject({ priceMinor: '6200' });
  expect((await of(awaiting!.customerId)).pending).toMatchObject({ planName: other.name });
  for (const left of [agreed, ending]) expect((await of(left!.customerId)).pending).toBeNull();
});

test('nobody is moved to an archived plan', async () => {
  await subscribed();
  await price({ priceMinor: '6200', isArchived: true });
  expect(await call(`POST /api/plans/${plan.id}/price-moves`)).toMatchObject({ body: { code: 'plan_archived' } });
});

test('a new subscription gets what the billing policy says, where nothing else is said', async () => {
  const set = async (change: Loose) => {
    const { revision } = (await call('GET /api/billing/policy')).body;
    expect((await call('PUT /api/billing/policy', { revision, ...change })).status).toBe(200);
  };
  await set({ defaultPaymentMode: 'postpaid', defaultAnchorDay: 1 });
  expect(await subscribed()).toMatchObject({ paymentMode: 'postpaid', anchorDay: 1 });
  await set({ defaultPaymentMode: 'prepaid', defaultAnchorDay: null });
  expect(await subscribed()).toMatchObject({ paymentMode: 'prepaid', anchorDay: 10 });
});

test('a subscription may be given its end at once, after its start', async () => {
  const { customerId } = await subscribed();
  const body = { planId: plan.id, startsOn: '2026-01-10' };
  const add = (change: Loose) => call(`POST /api/customers/${customerId}/subscriptions`, { ...body, ...change });
  expect(await add({ endsOn: '2026-01-10' })).toMatchObject({ status: 400, body: { fields: [{ path: 'endsOn' }] } });
  const added = (await add({ endsOn: '2026-02-25' })).body;
  expect(added).toMatchObject({ endsOn: '2026-02-25', accountId: null });
  const own = async () =>
    (await call(`GET /api/customers/${customerId}/upcoming-invoices`)).body.items
      .filter(({ subscriptionId }: Loose) => subscriptionId === added.id)
      .map(({ startsOn, endsOn, amountMinor }: Loose) => [startsOn, endsOn, amountMinor]);
  // 15 of the 28 days that the second period would have.
  expect(await own()).toEqual([
    ['2026-01-10', '2026-02-10', '3100'],
    ['2026-02-10', '2026-02-25', '1661'],
  ]);
});
