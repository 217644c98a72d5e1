// Seed E's endpoints, called as they are written there: one line for each, with its row of the seeds.
import { type SimulatedRouter, startRouter } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addRouter, fresh, issueInvoice } from '#test/provider.test-support.ts';
import { type Answer, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let router: SimulatedRouter;

beforeAll(async () => {
  running = await openTestLastmile();
  router = await startRouter();
  await addRouter(running, router, { mode: 'manage' });
});
afterAll(async () => {
  await running.close();
  await router.stop();
});

const call = (route: string, body?: unknown) => running.call(route, body);
const person = { name: 'John Doe', phone_number: '08123456789', address: 'Jl. Merdeka No.1' };
const secretOf = (name: string) => router.find('/ppp/secret', { name });

async function registered(): Promise<Loose> {
  const answer = await call('POST /client/register', { ...person, ppp_secret_name: fresh('abc') });
  expect(answer).toMatchObject({ status: 201 });
  await eventually(() => secretOf(answer.body.data.ppp_secret_name));
  return answer.body.data;
}

const client = { client_id: expect.any(Number), ...person, ppp_secret_name: expect.stringMatching(/^abc-/) };

type Line = [row: string, route: string, expected: Loose, run: () => Promise<Answer>];

const lines: Line[] = [
  [
    'E9',
    'POST /auth/register',
    { data: { username: 'gondwana' } },
    () => call('POST /auth/register', { username: 'gondwana', password: 'four quiet words here' }),
  ],
  [
    'E10',
    'POST /auth/login',
    { message: 'Login successful', data: { token: expect.any(String) } },
    () => running.stranger('POST /auth/login', { username: 'admin', password: 'correct horse' }),
  ],
  [
    'E11',
    'POST /auth/logout',
    { message: 'Logout successful' },
    async () => {
      const caller = running.callerWithToken(await running.tokenOf('admin'));
      const answer = await caller('POST /auth/logout');
      expect(await caller('GET /client')).toMatchObject({ status: 401 });
      return answer;
    },
  ],
  [
    'E12',
    'GET /client',
    { message: 'Clients retrieved successfully', data: expect.arrayContaining([expect.objectContaining(client)]) },
    async () => {
      await registered();
      return call('GET /client');
    },
  ],
  [
    'E13',
    'GET /client/{id}/details',
    { data: { client, subscriptions: expect.any(Array) } },
    async () => call(`GET /client/${(await registered()).client_id}/details`),
  ],
  [
    'E14',
    'POST /client/register',
    { message: 'Client registered successfully', data: client },
    () => call('POST /client/register', { ...person, ppp_secret_name: fresh('abc') }),
  ],
  [
    'E15',
    'PUT /client/update/{id}',
    { data: { ...client, name: 'Jane Doe' } },
    async () => call(`PUT /client/update/${(await registered()).client_id}`, { name: 'Jane Doe' }),
  ],
  [
    'E16',
    'DELETE /client/delete/{id}',
    { message: 'Client deleted successfully' },
    async () => {
      const { client_id, ppp_secret_name } = await registered();
      const answer = await call(`DELETE /client/delete/${client_id}`);
      await eventually(() => secretOf(ppp_secret_name) === undefined);
      expect(await call(`GET /client/${client_id}/details`)).toMatchObject({ status: 404 });
      return answer;
    },
  ],
  [
    'E17',
    'POST /client/{id}/{enable|disable}',
    { message: 'Client enabled successfully' },
    async () => {
      const { client_id, ppp_secret_name } = await registered();
      expect((await call(`POST /client/${client_id}/disable`)).body.message).toBe('Client disabled successfully');
      await eventually(() => secretOf(ppp_secret_name)?.disabled === 'true');
      const answer = await call(`POST /client/${client_id}/enable`);
      await eventually(() => secretOf(ppp_secret_name)?.disabled === 'false');
      return answer;
    },
  ],
  [
    'E18',
    'GET /invoices/generate',
    { message: 'Invoices generated successfully', data: { invoiceCount: expect.any(Number), failedCount: 0 } },
    () => call('GET /invoices/generate'),
  ],
];

test.each(lines)('%s: %s works as seed E writes it', async (_row, _route, expected, run) => {
  const { status, body } = await run();
  expect(status).toBeLessThan(300);
  expect(body).toMatchObject(expected);
});

test('the details of a client hold his invoices and the payments of each, in the words of seed E (E25, E26)', async () => {
  const { client_id } = await registered();
  const [{ id }] = await running.query('select id from customers.customers where number = $1', [client_id]);
  const invoice = await issueInvoice(running, id, { amountMinor: '10000050' });
  const body = { amountMinor: '5000000', method: 'card' };
  expect(await call(`POST /api/invoices/${invoice.id}/payments`, body)).toMatchObject({ status: 201 });
  const details = await call(`GET /client/${client_id}/details`);
  expect(details.body.data.invoices).toMatchObject([
    {
      invoice_id: invoice.id,
      due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      total_amount: 100_000.5,
      invoice_status: 'pending',
      payments: [{ payment_status: 'success', payment_method: 'credit_card', amount: 50_000 }],
    },
  ]);
});

test('below a client stand his subscriptions, below each its invoices, in the words of seed E (E24)', async () => {
  const { client_id } = await registered();
  const [{ id }] = await running.query('select id from customers.customers where number = $1', [client_id]);
  const plan = (await call('GET /api/plans')).body.items[0];
  const terms = { planId: plan.id, startsOn: '2026-01-01', endsOn: '2026-02-01' };
  expect(await call(`POST /api/customers/${id}/subscriptions`, terms)).toMatchObject({ status: 201 });
  expect(await call('GET /invoices/generate')).toMatchObject({ status: 200 });
  const { data } = (await call(`GET /client/${client_id}/details`)).body;
  expect(data.client).toMatchObject({ client_id });
  expect(data.subscriptions.find(({ start_date }: Loose) => start_date === '2026-01-01')).toEqual({
    subscription_id: expect.any(String),
    start_date: '2026-01-01',
    end_date: '2026-02-01',
    status: 'active',
    invoices: [
      {
        invoice_id: expect.any(String),
        invoice_number: expect.any(String),
        invoice_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        due_date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        total_amount: Number(plan.priceMinor) / 100,
        invoice_status: 'pending',
        payments: [],
      },
    ],
  });
});

test('clients come in pages by their numbers, and what is not there is said to be not there', async () => {
  await registered();
  await registered();
  const first = (await call('GET /client?limit=1')).body;
  const second = (await call(`GET /client?limit=1&after=${first.next}`)).body;
  expect(second.data[0].client_id).toBeGreaterThan(first.data[0].client_id);
  for (const route of ['GET /client/2147483647/details', 'DELETE /client/delete/2147483647'])
    expect(await call(route)).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
  expect(await call('GET /client/abc/details')).toMatchObject({ status: 400 });
  expect(await call('POST /client/1/explode')).toMatchObject({ status: 404 });
  expect(await running.stranger('GET /client')).toMatchObject({ status: 401 });
  const office = await running.callerWithRole('office');
  expect(await office('POST /client/1/disable')).toMatchObject({ status: 403 });
});
