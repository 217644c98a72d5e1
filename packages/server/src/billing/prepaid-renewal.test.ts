// Who pays ahead: his periods are renewed from what he has with us, as far as it goes.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { addAbsentRouter, addCustomer, fresh, getCustomer } from '#test/provider.test-support.ts';
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
  await running.query(
    `update billing.subscriptions set next_invoice_on = null, status = 'cancelled', ends_on = starts_on`,
  );
  await running.query('delete from billing.overdue_runs');
  customerId = (await addCustomer(running, routerId, { planId })).id;
});

const pay = async (amountMinor: string) =>
  expect(await running.call('POST /api/payments', { customerId, amountMinor })).toMatchObject({ status: 201 });

async function runOn(day: string): Promise<void> {
  clock.set(`${day}T12:00:00Z`);
  await running.call('POST /api/billing/invoice-runs');
  await running.query('delete from billing.overdue_runs');
  await running.call('POST /api/billing/overdue-runs');
}

const upcoming = async () => (await running.call(`GET /api/customers/${customerId}/upcoming-invoices`)).body;

/** What he owes and has, and whether he is on. */
async function standing() {
  const invoices = (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items.toReversed();
  const { credits } = (await running.call(`GET /api/customers/${customerId}/credit`)).body;
  const { status } = await getCustomer(running, customerId);
  expect((await running.call('GET /api/books/check')).body).toMatchObject({ count: 0 });
  return {
    status,
    invoices: invoices.map((one: Loose) => `${one.status} ${one.settledMinor} of ${one.amountMinor}`),
    credit: credits[0]?.amountMinor ?? '0',
  };
}

test('exactly the money of two months renews one, and the third is owed', async () => {
  await pay('6200');
  await runOn('2026-01-10');
  expect(await standing()).toEqual({ status: 'active', invoices: ['paid 3100 of 3100'], credit: '3100' });
  expect((await upcoming()).creditDays).toMatchObject([{ currency: 'USD' }]);
  await runOn('2026-02-05');
  await runOn('2026-02-20');
  const renewed = ['paid 3100 of 3100', 'paid 3100 of 3100'];
  expect(await standing()).toEqual({ status: 'active', invoices: renewed, credit: '0' });
  expect((await upcoming()).creditDays).toEqual([]);
  await runOn('2026-03-05');
  expect(await standing()).toEqual({ status: 'active', invoices: [...renewed, 'open 0 of 3100'], credit: '0' });
});

test('what he has with us stands on his page and in the list as his statement says it, and what he owes after', async () => {
  const balances = async () => {
    const [row] = (await running.call('GET /api/customers?sort=newest&limit=1')).body.items;
    const { closingMinor } = (await running.call(`GET /api/customers/${customerId}/statement`)).body;
    const { balanceMinor } = await getCustomer(running, customerId);
    return { onPage: balanceMinor, inList: row.balanceMinor, onStatement: closingMinor };
  };
  const all = (amount: string) => ({ onPage: amount, inList: amount, onStatement: amount });
  await pay('5000');
  const [entry] = (await running.call(`GET /api/audit?about=${customerId}&limit=1`)).body.items;
  expect(entry.details).toEqual({ amountMinor: '5000', currency: 'USD', method: 'cash', creditMinor: '5000' });
  expect(await balances()).toEqual(all('-5000'));
  await runOn('2026-01-10');
  expect(await balances()).toEqual(all('-1900'));
  const [invoice] = (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items;
  const credited = await running.call(`POST /api/invoices/${invoice.id}/credit-notes`, {
    reason: 'was offline',
    lines: [{ lineNo: 1, amountMinor: '100' }],
  });
  expect(credited).toMatchObject({ status: 201 });
  expect(await balances()).toEqual(all('-2000'));
  await runOn('2026-02-05');
  expect(await balances()).toEqual(all('1100'));
});

test('a part of the money is used, the rest is owed, and who pays that is on again', async () => {
  await pay('5000');
  await runOn('2026-01-10');
  await runOn('2026-02-05');
  const partly = ['paid 3100 of 3100', 'open 1900 of 3100'];
  expect(await standing()).toEqual({ status: 'active', invoices: partly, credit: '0' });
  await runOn('2026-02-20');
  expect(await standing()).toMatchObject({ status: 'suspended', invoices: partly });
  await pay('1199');
  expect(await standing()).toMatchObject({ status: 'suspended' });
  await pay('1');
  expect(await standing()).toEqual({
    status: 'active',
    invoices: ['paid 3100 of 3100', 'paid 3100 of 3100'],
    credit: '0',
  });
});

test('money for one of two services pays one of them whole', async () => {
  const second = await running.call(`POST /api/customers/${customerId}/subscriptions`, {
    planId,
    startsOn: '2026-01-10',
  });
  expect(second).toMatchObject({ status: 201 });
  await pay('3100');
  await runOn('2026-01-10');
  const { invoices, ...rest } = await standing();
  expect(invoices.toSorted()).toEqual(['open 0 of 3100', 'paid 3100 of 3100']);
  expect(rest).toEqual({ status: 'active', credit: '0' });
});

test('who was cut and pays more than he owes is renewed from the rest', async () => {
  await runOn('2026-01-10');
  await runOn('2026-01-20');
  expect(await standing()).toEqual({ status: 'suspended', invoices: ['open 0 of 3100'], credit: '0' });
  await pay('6300');
  expect(await standing()).toEqual({ status: 'active', invoices: ['paid 3100 of 3100'], credit: '3200' });
  await runOn('2026-02-05');
  expect(await standing()).toEqual({
    status: 'active',
    invoices: ['paid 3100 of 3100', 'paid 3100 of 3100'],
    credit: '100',
  });
});
