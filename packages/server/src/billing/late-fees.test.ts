import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh, getCustomer } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let routerId: string;
let planId: string;
let customerId: string;
let invoiceId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  planId = (await running.call('POST /api/plans', plan)).body.id;
});
afterAll(() => running.close());

// An invoice of 30.00 that is due on the tenth, of a customer whom no run invoices.
beforeEach(async () => {
  clock.set('2026-01-10T12:00:00Z');
  await running.query(
    `update billing.invoices set settled_minor = amount_minor, status = 'paid' where status = 'open'`,
  );
  customerId = (await addCustomer(running, routerId, { planId })).id;
  const invoice = { customerId, amountMinor: '3000', dueOn: '2026-01-10', description: 'January' };
  invoiceId = (await running.call('POST /api/invoices', invoice)).body.id;
  await running.query(`delete from billing.overdue_runs`);
});

const none = {
  lateFeeKind: null,
  lateFeeMinor: null,
  lateFeeBasisPoints: null,
  lateFeeGraceDays: 0,
  lateFeeMaxMinor: null,
};
async function charging(policy: Record<string, unknown>) {
  const { revision } = (await running.call('GET /api/billing/overdue-policy')).body;
  const { status } = await running.call('PUT /api/billing/overdue-policy', { revision, ...none, ...policy });
  expect(status).toBe(200);
}
const checkOn = (day: string) => {
  clock.set(`${day}T12:00:00Z`);
  return running.call('POST /api/billing/overdue-runs');
};
const fees = async () =>
  (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items
    .filter(({ id }: Loose) => id !== invoiceId)
    .map(({ amountMinor }: Loose) => amountMinor)
    .toReversed();

test('a fee is charged once after its days of grace, on an invoice of its own, and the old one is not edited', async () => {
  await charging({ lateFeeKind: 'flat', lateFeeMinor: '500', lateFeeGraceDays: 3 });
  await checkOn('2026-01-13');
  expect(await fees()).toEqual([]);
  await checkOn('2026-01-14');
  await checkOn('2026-01-14');
  await checkOn('2026-01-20');
  expect(await fees()).toEqual(['500']);
  expect((await running.call(`GET /api/invoices/${invoiceId}`)).body).toMatchObject({ amountMinor: '3000' });
});

test('a fee by percent is of what is still open', async () => {
  await charging({ lateFeeKind: 'percent', lateFeeBasisPoints: 1000 });
  await running.call(`POST /api/invoices/${invoiceId}/payments`, { amountMinor: '1745' });
  await checkOn('2026-01-11');
  expect(await fees()).toEqual(['126']);
});

test('a fee by the day grows with the days, is caught up with, and stops at its most', async () => {
  await charging({ lateFeeKind: 'daily_flat', lateFeeMinor: '100', lateFeeMaxMinor: '550' });
  await checkOn('2026-01-11');
  // Two days without a run.
  await checkOn('2026-01-14');
  await checkOn('2026-01-20');
  await checkOn('2026-01-21');
  expect(await fees()).toEqual(['100', '300', '150']);
});

test('below the tolerance there is no fee, and none for a fee', async () => {
  await charging({ lateFeeKind: 'flat', lateFeeMinor: '500', toleranceMinor: '100' });
  await running.call(`POST /api/invoices/${invoiceId}/payments`, { amountMinor: '2950' });
  await checkOn('2026-01-20');
  expect(await fees()).toEqual([]);
  await charging({ lateFeeKind: 'flat', lateFeeMinor: '500', toleranceMinor: '0' });
  await checkOn('2026-01-21');
  await checkOn('2026-03-01');
  expect(await fees()).toEqual(['500']);
});

test('who owes nothing but a fee is not cut', async () => {
  await charging({ lateFeeKind: 'flat', lateFeeMinor: '500' });
  await checkOn('2026-01-20');
  const blocks = async () => (await getCustomer(running, customerId)).accounts[0].blocks;
  expect(await blocks()).toMatchObject([{ reason: 'overdue' }]);
  // The service is paid first, though the fee could take the money.
  await running.call('POST /api/payments', { customerId, amountMinor: '3000', method: 'cash' });
  expect(await blocks()).toEqual([]);
  await checkOn('2026-03-01');
  expect(await blocks()).toEqual([]);
});
