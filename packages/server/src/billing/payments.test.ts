import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, getCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let customerId: string;
let invoice: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(async () => {
  customerId = (await addCustomer(running, routerId)).id;
  invoice = await issueInvoice(running, customerId);
});

const pay = (body: Record<string, unknown> = {}, invoiceId: string = invoice.id) =>
  running.call(`POST /api/invoices/${invoiceId}/payments`, body);

const credit = async () => (await running.call(`GET /api/customers/${customerId}/credit`)).body.credits;

const runOverdueCheck = () => running.call('POST /api/billing/overdue-runs');

async function reasons(): Promise<string[]> {
  const { accounts } = await getCustomer(running, customerId);
  return accounts[0].blocks.map(({ reason }: Loose) => reason).toSorted();
}

test('a payment without an amount pays what is open, and says who took it and how (A45)', async () => {
  const { status, body } = await pay({ method: 'mobile_money', note: 'receipt 7' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    status: 'paid',
    settledMinor: '2999',
    isOverdue: false,
    payments: [{ amountMinor: '2999', method: 'mobile_money', note: 'receipt 7', recordedBy: 'admin' }],
  });
});

test('a part is a part: the invoice is paid with the last cent, and the customer is cut until then', async () => {
  await runOverdueCheck();
  expect((await pay({ amountMinor: '2998' })).body).toMatchObject({ status: 'open', settledMinor: '2998' });
  expect(await reasons()).toEqual(['overdue']);
  expect((await pay({ amountMinor: '1' })).body).toMatchObject({ status: 'paid', settledMinor: '2999' });
  expect(await reasons()).toEqual([]);
});

test('paying twice is refused, and nothing is booked twice', async () => {
  expect((await pay()).status).toBe(201);
  expect(await pay()).toMatchObject({ status: 409, body: { code: 'invoice_not_open' } });
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body.payments).toHaveLength(1);
});

test('what is more than is open stays as credit, and pays the next invoice when it is issued', async () => {
  expect((await pay({ amountMinor: '5000' })).body).toMatchObject({ status: 'paid', settledMinor: '2999' });
  expect(await credit()).toEqual([{ currency: 'USD', amountMinor: '2001' }]);
  const next = await issueInvoice(running, customerId, { dueOn: '2199-01-01' });
  expect(next).toMatchObject({ status: 'open', settledMinor: '2001', payments: [{ amountMinor: '2001' }] });
  expect(await credit()).toEqual([]);
});

test.each(['0', '-1', '1.5', 'all'])('a payment of %s is refused', async (amountMinor) => {
  expect((await pay({ amountMinor })).status).toBe(400);
});

test('a way to pay that we do not know is refused in words', async () => {
  const { status, body } = await pay({ method: 'barter' });
  expect(status).toBe(400);
  expect(body.message).toBe('method must be one of cash, transfer, card, mobile_money, other');
});

test('the same payment sent again, with its key, is recorded once', async () => {
  const payment = { amountMinor: '1000', idempotencyKey: 'receipt-0001' };
  const [first, second] = [await pay(payment), await pay(payment)];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toMatchObject({ settledMinor: '1000', payments: [{ amountMinor: '1000' }] });
  await pay({ amountMinor: '1999' });
  expect((await pay(payment)).body).toMatchObject({ status: 'paid', payments: [{}, {}] });
});

test('the same payment sent ten times at once, with its key, is recorded once', async () => {
  const payment = { amountMinor: '1000', idempotencyKey: 'receipt-0002' };
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay(payment)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body.payments).toHaveLength(1);
});

test('a key that was used for another payment is refused', async () => {
  await pay({ amountMinor: '1000', idempotencyKey: 'receipt-0003' });
  const refusal = { status: 400, body: { fields: [{ path: 'idempotencyKey' }] } };
  expect(await pay({ amountMinor: '1001', idempotencyKey: 'receipt-0003' })).toMatchObject(refusal);
  const other = await issueInvoice(running, customerId);
  expect(await pay({ amountMinor: '1000', idempotencyKey: 'receipt-0003' }, other.id)).toMatchObject(refusal);
});

test('two customers’ payments with one key at once: one is recorded, the other refused', async () => {
  const other = await issueInvoice(running, (await addCustomer(running, routerId)).id);
  for (let round = 0; round < 5; round++) {
    const payment = { amountMinor: '100', idempotencyKey: `shared-key-${round}` };
    const answers = await Promise.all([pay(payment), pay(payment, other.id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400]);
  }
});

test('two people take the money for one invoice at the same moment: it is paid once, and nothing is lost', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay()));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status, body }) => status === 409 && body.code === 'invoice_not_open')).toHaveLength(9);
});

test('many parts at once never settle more than what is open; the rest is credit', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => pay({ amountMinor: '500' })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(6);
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body.settledMinor).toBe('2999');
  expect(await credit()).toEqual([{ currency: 'USD', amountMinor: '1' }]);
});

test('a payment lifts only the overdue block (A16, A46)', async () => {
  await runOverdueCheck();
  await running.call(`POST /api/customers/${customerId}/suspend`, { note: 'fraud' });
  expect(await reasons()).toEqual(['overdue', 'staff']);
  await pay();
  expect(await reasons()).toEqual(['staff']);
  expect((await getCustomer(running, customerId)).status).toBe('suspended');
});

test('who owes another invoice past grace stays cut until that is paid, too', async () => {
  const other = await issueInvoice(running, customerId);
  await runOverdueCheck();
  await pay();
  expect(await reasons()).toEqual(['overdue']);
  await pay({}, other.id);
  expect(await reasons()).toEqual([]);
});

test('a payment and the overdue run at once: whichever comes first, who paid is on', async () => {
  for (let round = 0; round < 5; round++) {
    const next = await issueInvoice(running, customerId);
    if (round === 0) await pay();
    const [paid, run] = await Promise.all([pay({}, next.id), runOverdueCheck()]);
    expect([paid.status, run.status]).toEqual([201, 201]);
    expect(await reasons()).toEqual([]);
  }
});

test('what was paid may be paid by somebody who is gone: the books take it', async () => {
  await running.call(`DELETE /api/customers/${customerId}`);
  expect((await pay()).body.status).toBe('paid');
});
