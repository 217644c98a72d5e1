// Calls of payment providers: signed, told once however often they come, and waiting for a person where it is not plain whose they are.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, fresh, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { distrustOf, signatureOf } from './rules/webhook-signature-rules.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let gateway: { name: string; secret: string };
let customer: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
  gateway = (await running.call('POST /api/payment-gateways', { name: 'mpesa', method: 'mobile_money' })).body;
  customer = await addCustomer(running, routerId);
});
afterAll(() => running.close());

const nowSeconds = () => Math.floor(Date.now() / 1000);

type Sent = { secret?: string; seconds?: number; body?: string; name?: string; signature?: string; id?: string };

async function tell(payment: Loose, sent: Sent = {}) {
  const signed = JSON.stringify({ currency: 'USD', ...payment });
  const [id, timestamp] = [sent.id ?? 'msg_1', String(sent.seconds ?? nowSeconds())];
  const signature = signatureOf(sent.secret ?? gateway.secret, { id, timestamp, body: Buffer.from(signed) });
  const response = await fetch(`${running.lastmile.url}/api/payment-gateways/${sent.name ?? 'mpesa'}/payments`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': sent.signature ?? signature,
    },
    body: sent.body ?? signed,
  });
  return { status: response.status, body: (await response.json()) as Loose };
}

const paymentsOf = async () =>
  (await running.call(`GET /api/payments?customerId=${customer.id}`)).body.items as Loose[];

test('a signed call pays the invoice that it names, and says which receipt it became', async () => {
  const { number, id } = await issueInvoice(running, customer.id);
  const answer = await tell({ paymentId: fresh('QX'), amountMinor: '2999', invoiceNumber: number });
  expect(answer).toMatchObject({ status: 200, body: { status: 'recorded', payments: [{ amountMinor: '2999' }] } });
  expect((await running.call(`GET /api/invoices/${id}`)).body).toMatchObject({ status: 'paid' });
  expect((await paymentsOf())[0]).toMatchObject({ method: 'mobile_money' });
});

test('two webhooks with one id are one payment, also at the same moment; with other contents the second is refused', async () => {
  const told = { paymentId: fresh('QX'), amountMinor: '700', customerNumber: customer.number };
  const before = (await paymentsOf()).length;
  const answers = await Promise.all([tell(told), tell(told), tell(told)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.map(({ body }) => body.status).toSorted()).toEqual(['recorded', 'repeated', 'repeated']);
  expect(new Set(answers.map(({ body }) => body.payments[0].id)).size).toBe(1);
  expect(await paymentsOf()).toHaveLength(before + 1);
  expect(await tell({ ...told, amountMinor: '701' })).toMatchObject({
    status: 409,
    body: { code: 'idempotency_key_used' },
  });
});

test('what is of nobody that we know waits in the queue, and is a payment once somebody says whose', async () => {
  const paymentId = fresh('QX');
  expect(
    await tell({ paymentId, amountMinor: '4200', invoiceNumber: 'INV-1999-00001', payer: 'Nobody' }),
  ).toMatchObject({
    status: 200,
    body: { status: 'waiting', payments: [] },
  });
  const [line] = (await running.call(`GET /api/bank-lines?state=waiting&search=${paymentId}`)).body.items;
  expect(line).toMatchObject({ bank: 'mpesa', bankRef: paymentId, amountMinor: '4200', payer: 'Nobody' });
  expect((await running.call('GET /api/dashboard')).body.bankLinesWaiting).toBe(1);
  const parts = [{ customerId: customer.id, amountMinor: '4200' }];
  expect((await running.call(`POST /api/bank-lines/${line.id}/assign`, { parts })).body.state).toBe('assigned');
  expect((await running.call('GET /api/dashboard')).body.bankLinesWaiting).toBe(0);
});

test('numbers that name different people are for a person to look at', async () => {
  const other = await addCustomer(running, routerId);
  const { number } = await issueInvoice(running, other.id);
  const told = { paymentId: fresh('QX'), amountMinor: '2999', invoiceNumber: number, customerNumber: customer.number };
  expect((await tell(told)).body.status).toBe('waiting');
});

test.each<[string, Sent]>([
  ['another secret', { secret: 'whsec_c2VjcmV0' }],
  ['another body than was signed', { body: '{"paymentId":"x","amountMinor":"999999","currency":"USD"}' }],
  ['no signature', { signature: '' }],
  ['half a signature', { signature: 'v1,abc' }],
  ['one that was caught an hour ago', { seconds: nowSeconds() - 3600 }],
  ['one from the future', { seconds: nowSeconds() + 3600 }],
])('a call with %s is refused and leaves nothing', async (_, sent) => {
  const paymentId = fresh('QX');
  expect(await tell({ paymentId, amountMinor: '100', customerNumber: customer.number }, sent)).toMatchObject({
    status: 401,
    body: { code: 'signature_refused' },
  });
  expect((await running.call(`GET /api/bank-lines?search=${paymentId}`)).body.items).toEqual([]);
});

test('what is signed and is no payment is refused by its field; what is too long, before it is read', async () => {
  expect(await tell({ paymentId: '', amountMinor: '1' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_input' },
  });
  expect(await tell({ paymentId: 'x', amountMinor: '-1' })).toMatchObject({ status: 400 });
  expect(await tell({}, { body: 'x'.repeat(70_000) })).toMatchObject({ status: 413 });
});

test('a secret is shown once, is kept sealed, and is void when it is renewed or its provider ended', async () => {
  const list = (await running.call('GET /api/payment-gateways')).body;
  expect(JSON.stringify(list)).not.toContain('whsec_');
  expect(list.items).toMatchObject([{ name: 'mpesa', lastUsedAt: expect.any(String) }]);
  const [{ kept }] = await running.query('select secret_sealed as kept from billing.payment_gateways');
  expect(kept.toString('latin1')).not.toContain(gateway.secret);
  const made = { name: 'mpesa', method: 'card' };
  expect((await running.call('POST /api/payment-gateways', made)).body.code).toBe('payment_gateway_taken');
  const { secret } = (await running.call('POST /api/payment-gateways/mpesa/secret')).body;
  const payment = () => ({ paymentId: fresh('QX'), amountMinor: '100', customerNumber: customer.number });
  expect((await tell(payment())).status).toBe(401);
  expect((await tell(payment(), { secret })).status).toBe(200);
  expect((await running.call('DELETE /api/payment-gateways/mpesa')).status).toBe(204);
  expect(await tell(payment(), { secret })).toMatchObject({ status: 404, body: { code: 'payment_gateway_not_found' } });
  gateway = (await running.call('POST /api/payment-gateways', made)).body;
  expect((await tell(payment())).status).toBe(200);
});

test('the signature is that of the Standard Webhooks specification', () => {
  // The example that the specification prints.
  const call = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: Buffer.from('{"test": 2432232314}'),
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const at = Temporal.Instant.fromEpochMilliseconds(1_614_265_400_000);
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  expect(distrustOf(secret, call, at)).toBeUndefined();
  expect(distrustOf(secret, { ...call, signature: `v1,old ${call.signature}` }, at)).toBeUndefined();
  expect(distrustOf(secret, { ...call, id: 'msg_other' }, at)).toBe('signature');
  expect(distrustOf(secret, call, at.add({ hours: 1 }))).toBe('time');
});
