// The page of all subscriptions: found by what the office knows of them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-06-15T12:00:00Z');
let running: Running & { close(): Promise<void> };
let ana: Loose;
let bob: Loose;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  const { id: routerId } = await addAbsentRouter(running);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  ana = await addCustomer(running, routerId, { name: fresh('Ana') });
  bob = await addCustomer(running, routerId, { name: fresh('Bob') });
});
afterAll(() => running.close());

const list = async (query: string): Promise<Loose> => (await running.call(`GET /api/subscriptions?${query}`)).body;
const namesOf = async (query: string) => (await list(query)).items.map((each: Loose) => each.customerName).sort();
const countOf = async (query: string) => (await running.call(`GET /api/subscriptions/count?${query}`)).body;
const subscriptionOf = async (customer: Loose): Promise<Loose> =>
  (await running.call(`GET /api/customers/${customer.id}/subscriptions`)).body.items[0];

test('what is found says what it brings in a month: less discounts, and only of who is charged today', async () => {
  const [first, second] = [await subscriptionOf(ana), await subscriptionOf(bob)];
  expect(await countOf('')).toEqual({ isAll: true, count: 2, monthly: [{ currency: 'USD', amountMinor: '5998' }] });
  const agree = (one: Loose, terms: Record<string, unknown>) =>
    running.call(`PUT /api/subscriptions/${one.id}`, { revision: one.revision, ...terms });
  await agree(first, { discountBp: 5000, discountEndsOn: '2026-06-16' });
  await agree(second, { priceOverrideMinor: '2500', discountMinor: '300' });
  // A half of 29.99 rounds up, as it does on the invoice.
  expect((await countOf('')).monthly).toEqual([{ currency: 'USD', amountMinor: '3699' }]);
  clock.set('2026-06-16T12:00:00Z');
  expect((await countOf('')).monthly).toEqual([{ currency: 'USD', amountMinor: '5199' }]);
  clock.set('2026-06-14T12:00:00Z');
  expect(await countOf('')).toMatchObject({ count: 2, monthly: [] });
  clock.set('2026-06-15T12:00:00Z');
  expect((await countOf(`search=${encodeURIComponent(bob.name)}`)).monthly).toEqual([
    { currency: 'USD', amountMinor: '2200' },
  ]);
});

test('all subscriptions are found by state, plan, period, next invoice and words', async () => {
  const first = await subscriptionOf(ana);
  expect(await namesOf('')).toEqual([ana.name, bob.name]);
  expect(await namesOf(`planId=${first.planId}&search=${first.accountName}`)).toEqual([ana.name]);
  expect(await namesOf(`search=${encodeURIComponent(bob.name)}`)).toEqual([bob.name]);
  expect(await namesOf('periodUnit=month')).toEqual([ana.name, bob.name]);
  expect(await namesOf('periodUnit=week')).toEqual([]);
  expect(await namesOf('state=active')).toEqual([ana.name, bob.name]);
  expect(await namesOf('invoiceFrom=2026-06-15&invoiceTo=2026-06-15')).toEqual([ana.name, bob.name]);
  expect(await namesOf('invoiceFrom=2026-06-16')).toEqual([]);
  await running.call('POST /api/billing/invoice-runs');
  const [rested, second] = [await subscriptionOf(ana), await subscriptionOf(bob)];
  await running.call(`POST /api/subscriptions/${first.id}/pause`, { from: '2026-06-15', revision: rested.revision });
  await running.call(`POST /api/subscriptions/${second.id}/cancel`, {
    policy: 'end_of_period',
    reason: 'moves away',
    revision: second.revision,
  });
  expect(await namesOf('state=paused')).toEqual([ana.name]);
  expect(await namesOf('state=ending')).toEqual([bob.name]);
  // It ends with the day: the run of the next one puts it in place.
  clock.set('2026-07-20T12:00:00Z');
  await running.call('POST /api/billing/invoice-runs');
  expect(await namesOf('state=cancelled')).toEqual([bob.name]);
  expect(await namesOf('state=active')).toEqual([]);
  expect(await countOf('state=paused')).toEqual({ isAll: true, count: 1, monthly: [] });
  expect(await countOf('')).toEqual({ isAll: true, count: 2, monthly: [] });
});

test('pages of subscriptions neither lose nor repeat one', async () => {
  const page = await list('limit=1');
  const rest = await list(`limit=1&after=${page.next}`);
  expect([...page.items, ...rest.items].map((each: Loose) => each.customerName).sort()).toEqual([ana.name, bob.name]);
  expect(rest.next).toBeNull();
});

test('a page of subscriptions refuses a plan that cannot be one', async () => {
  expect((await running.call('GET /api/subscriptions?planId=x')).status).toBe(400);
});
