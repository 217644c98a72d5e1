// Start, end and billing day of a subscription, changed after it was made.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let planId: string;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  planId = (await running.call('POST /api/plans', plan)).body.id;
});
afterAll(() => running.close());

beforeEach(async () => {
  clock.set('2026-01-10T12:00:00Z');
  // Each test has its own customer, and the run finds nobody else.
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on`,
  );
  customerId = (await addCustomer(running, routerId, { planId })).id;
});

const run = async () => (await running.call('POST /api/billing/invoice-runs')).body;
const current = async (): Promise<Loose> =>
  (await running.call(`GET /api/customers/${customerId}/subscriptions`)).body.items[0];
const preview = async (wish: Loose) =>
  (await running.call(`POST /api/subscriptions/${(await current()).id}/days/preview`, wish)).body;
const change = async (wish: Loose) => {
  const { id, revision } = await current();
  return running.call(`POST /api/subscriptions/${id}/days`, { revision, ...wish });
};
const invoices = async (): Promise<Loose[]> =>
  (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items.toReversed();
/** What all of his invoices and credit notes come to. */
const costMinor = async () =>
  (await invoices()).reduce((sum, one) => sum + BigInt(one.amountMinor) - BigInt(one.creditedMinor), 0n);
const booksAreSound = async () => expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });

test('another billing day charges the days up to it as a part of the month, and the preview says so', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  const shown = await preview({ anchorDay: 15 });
  // 5 of the 31 days from the 15th of January on.
  expect(shown).toMatchObject({
    lines: [],
    amountMinor: '0',
    upcoming: [
      { issueOn: '2026-02-05', startsOn: '2026-02-10', endsOn: '2026-02-15', amountMinor: '500' },
      { startsOn: '2026-02-15', endsOn: '2026-03-15', amountMinor: '3100' },
      { startsOn: '2026-03-15', endsOn: '2026-04-15', amountMinor: '3100' },
    ],
  });
  expect((await change({ anchorDay: 15 })).body).toMatchObject({ anchorDay: 15, chargedThrough: '2026-02-10' });
  for (const { issueOn, amountMinor } of shown.upcoming.slice(0, 2)) {
    clock.set(`${issueOn}T12:00:00Z`);
    await run();
    expect(
      (await invoices()).some((invoice) => invoice.amountMinor === amountMinor && invoice.issuedOn === issueOn),
    ).toBe(true);
  }
  expect(await current()).toMatchObject({ chargedThrough: '2026-03-15' });
  expect((await running.call('GET /api/audit?action=subscription.days_changed')).body.items[0].details).toEqual({
    anchorDay: ['10', '15'],
  });
  await booksAreSound();
});

test('a billing day of a year moves within it, and weeks have none', async () => {
  const route = `POST /api/customers/${customerId}/subscriptions`;
  await run();
  const yearly = (await running.call(route, { planId, startsOn: '2026-01-10', periodUnit: 'year', periodCount: 1 }))
    .body;
  const weekly = (await running.call(route, { planId, startsOn: '2026-01-10', periodUnit: 'week', periodCount: 1 }))
    .body;
  await run();
  const shown = await running.call(`POST /api/subscriptions/${yearly.id}/days/preview`, { anchorDay: 20 });
  // Ten of 365 days.
  expect(shown.body.upcoming.slice(0, 2)).toMatchObject([
    { startsOn: '2027-01-10', endsOn: '2027-01-20', amountMinor: '85' },
    { startsOn: '2027-01-20', endsOn: '2028-01-20', amountMinor: '3100' },
  ]);
  const refused = await running.call(`POST /api/subscriptions/${weekly.id}/days`, { anchorDay: 20, revision: 1 });
  expect(refused).toMatchObject({ status: 409 });
  const { revision } = (await running.call(`GET /api/subscriptions/${weekly.id}`)).body;
  expect(await running.call(`POST /api/subscriptions/${weekly.id}/days`, { anchorDay: 20, revision })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input', fields: [{ path: 'anchorDay' }] },
  });
});

test('the start is moved while nothing is charged, and afterwards it says what to do instead', async () => {
  expect((await change({ startsOn: '2026-01-15', trialEndsOn: '2026-01-20' })).body).toMatchObject({
    startsOn: '2026-01-15',
    trialEndsOn: '2026-01-20',
    chargedThrough: '2026-01-20',
    nextInvoiceOn: '2026-01-20',
  });
  expect(await change({ trialEndsOn: '2026-01-15' })).toMatchObject({ status: 400 });
  expect((await change({ startsOn: '2026-01-12', trialEndsOn: null })).body).toMatchObject({ trialEndsOn: null });
  expect(await run()).toMatchObject({ invoiceCount: 0 });
  clock.set('2026-01-12T12:00:00Z');
  expect(await run()).toMatchObject({ invoiceCount: 1 });
  // Its billing day is still the tenth: 29 of 31 days.
  expect((await invoices())[0]).toMatchObject({ amountMinor: '2900' });
  expect(await change({ startsOn: '2026-01-13' })).toMatchObject({
    status: 409,
    body: { code: 'subscription_charged', fields: [{ path: 'startsOn' }] },
  });
});

test('an end is set, moved and taken back: days that were charged are credited once and charged again once', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  // 11 of 31 days after the last of January.
  expect(await preview({ endsOn: '2026-01-31' })).toMatchObject({
    amountMinor: '-1000',
    lines: [{ kind: 'proration_credit', startsOn: '2026-01-31', endsOn: '2026-02-10', amountMinor: '-1000' }],
    upcoming: [],
  });
  expect((await change({ endsOn: '2026-01-31' })).body).toMatchObject({ endsOn: '2026-01-31', nextInvoiceOn: null });
  expect(await costMinor()).toBe(2100n);
  await change({ endsOn: '2026-01-26' });
  expect(await costMinor()).toBe(1600n);
  await change({ endsOn: '2026-02-05' });
  expect(await costMinor()).toBe(2600n);
  expect((await change({ endsOn: null })).body).toMatchObject({ endsOn: null, nextInvoiceOn: '2026-02-05' });
  expect(await costMinor()).toBe(3100n);
  await booksAreSound();
  clock.set('2026-02-06T12:00:00Z');
  await run();
  expect(await costMinor()).toBe(6200n);
  // And once more, over days of both invoices.
  await change({ endsOn: '2026-02-08' });
  expect(await costMinor()).toBe(2900n);
  await booksAreSound();
});

test('a cancellation is taken back before it comes: the invoice that it credited is made again', async () => {
  await run();
  clock.set('2026-02-06T12:00:00Z');
  await run();
  const { id, revision } = await current();
  await running.call(`POST /api/subscriptions/${id}/cancel`, { revision, reason: 'moves away' });
  expect(await costMinor()).toBe(3100n);
  expect(await preview({ endsOn: null })).toMatchObject({
    amountMinor: '3100',
    lines: [{ kind: 'proration_charge', startsOn: '2026-02-10', endsOn: '2026-03-10', amountMinor: '3100' }],
  });
  await change({ endsOn: null });
  expect(await costMinor()).toBe(6200n);
  clock.set('2026-03-06T12:00:00Z');
  await run();
  expect(await costMinor()).toBe(9300n);
  await booksAreSound();
});

test('a stub whose end is taken back after the billing day moved costs what it cost', async () => {
  await run();
  clock.set('2026-01-20T12:00:00Z');
  await change({ anchorDay: 15 });
  clock.set('2026-02-06T12:00:00Z');
  await run();
  const before = await costMinor();
  await change({ endsOn: '2026-02-10', anchorDay: 5 });
  await change({ endsOn: null });
  // Five days from the tenth, as a part of the 28 days of a month that begins with them.
  expect((await costMinor()) - before).toBe(54n);
  await booksAreSound();
});

test('an end that has come, or lies in the past or before the start, is refused', async () => {
  await run();
  expect(await change({ endsOn: '2026-01-09' })).toMatchObject({ status: 400, body: { fields: [{ path: 'endsOn' }] } });
  expect(await change({ endsOn: '2026-01-10' })).toMatchObject({ status: 400 });
  clock.set('2026-01-20T12:00:00Z');
  await change({ endsOn: '2026-01-20' });
  expect(await current()).toMatchObject({ status: 'cancelled' });
  expect(await change({ endsOn: null })).toMatchObject({ status: 409, body: { code: 'subscription_not_active' } });
});
