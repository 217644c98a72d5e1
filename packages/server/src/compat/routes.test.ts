// Seed A's own list of endpoints, called as it is written there: one line for each, with its row of the seeds.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  fresh,
  issueInvoice,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { type Answer, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());

const call = (route: string, body?: unknown) => running.call(route, body);
const login = { username: 'admin', password: 'correct horse' };
const newPlan = () => ({ name: fresh('Plan'), priceMinor: '2999', downKbps: '5M', upKbps: '5M' });
const plan = async () => (await call('POST /api/plans', newPlan())).body;
const customer = () => addCustomer(running, routerId);
const invoice = async () => issueInvoice(running, (await customer()).id);

type Line = [row: string, route: string, expected: Loose, run: () => Promise<Answer>];

const lines: Line[] = [
  [
    'A66',
    'POST /api/auth/signin',
    { session: { staff: { username: 'admin' } } },
    () => running.stranger('POST /api/auth/signin', login),
  ],
  ['A67', 'GET /api/auth/session', { staff: { username: 'admin' } }, () => call('GET /api/auth/session')],
  [
    'A68',
    'POST /api/auth/signout',
    undefined,
    async () => running.callerWithToken(await running.tokenOf('admin'))('POST /api/auth/signout'),
  ],
  ['A69', 'GET /api/routers', { items: expect.any(Array) }, () => call('GET /api/routers')],
  [
    'A70',
    'POST /api/routers',
    { state: 'online' },
    async () => {
      const { port } = await startTestRouter();
      const router = { label: fresh('Tower'), host: '127.0.0.1', port, username: 'lastmile', password: 'demo' };
      return call('POST /api/routers', router);
    },
  ],
  ['A71', 'GET /api/routers/[id]', { host: expect.any(String) }, () => call(`GET /api/routers/${routerId}`)],
  [
    'A72',
    'PUT /api/routers/[id]',
    { label: 'Renamed' },
    async () => call(`PUT /api/routers/${(await addAbsentRouter(running)).id}`, { revision: 1, label: 'Renamed' }),
  ],
  [
    'A73',
    'DELETE /api/routers/[id]',
    undefined,
    async () => call(`DELETE /api/routers/${(await addAbsentRouter(running)).id}`),
  ],
  [
    'A74',
    'POST /api/routers/[id] = sync with MikroTik',
    { state: 'online', lastSyncAt: expect.any(String) },
    async () => call(`POST /api/routers/${(await addRouter(running, await startTestRouter())).id}`),
  ],
  ['A75', 'GET /api/customers', { items: expect.any(Array) }, () => call('GET /api/customers')],
  [
    'A76',
    'POST /api/customers',
    { accounts: [{ planName: expect.any(String) }] },
    async () =>
      call('POST /api/customers', {
        name: 'Ana',
        username: fresh('ana'),
        password: 'x',
        routerId,
        planId: (await plan()).id,
      }),
  ],
  [
    'A77',
    'GET /api/customers/[id]',
    { name: 'Ana Horvat' },
    async () => call(`GET /api/customers/${(await customer()).id}`),
  ],
  [
    'A78',
    'PUT /api/customers/[id]',
    { phone: '555' },
    async () => call(`PUT /api/customers/${(await customer()).id}`, { revision: 1, phone: '555' }),
  ],
  ['A79', 'DELETE /api/customers/[id]', undefined, async () => call(`DELETE /api/customers/${(await customer()).id}`)],
  [
    'A80',
    'POST /api/customers/[id] = suspend',
    { status: 'suspended' },
    async () => call(`POST /api/customers/${(await customer()).id}`, { action: 'suspend' }),
  ],
  [
    'A80',
    'POST /api/customers/[id] = activate',
    { status: 'active', accounts: [{ blocks: [] }] },
    async () => {
      const { id } = await customer();
      await call(`POST /api/customers/${id}`, { action: 'suspend' });
      return call(`POST /api/customers/${id}`, { action: 'activate' });
    },
  ],
  ['A81', 'GET /api/plans', { items: expect.any(Array) }, () => call('GET /api/plans')],
  ['A82', 'POST /api/plans', { priceMinor: '2999', downKbps: 5120 }, () => call('POST /api/plans', newPlan())],
  ['A83', 'GET /api/plans/[id]', { priceMinor: '2999' }, async () => call(`GET /api/plans/${(await plan()).id}`)],
  [
    'A84',
    'PUT /api/plans/[id]',
    { priceMinor: '3999' },
    async () => call(`PUT /api/plans/${(await plan()).id}`, { revision: 1, priceMinor: '3999' }),
  ],
  ['A85', 'DELETE /api/plans/[id]', undefined, async () => call(`DELETE /api/plans/${(await plan()).id}`)],
  ['A86', 'GET /api/invoices', { items: expect.any(Array) }, () => call('GET /api/invoices')],
  [
    'A87',
    'POST /api/invoices',
    { amountMinor: '2999', status: 'open' },
    async () =>
      call('POST /api/invoices', {
        customerId: (await customer()).id,
        amountMinor: '2999',
        dueOn: '2026-01-31',
        description: 'January',
      }),
  ],
  [
    'A88',
    'GET /api/invoices/[id]',
    { amountMinor: '2999' },
    async () => call(`GET /api/invoices/${(await invoice()).id}`),
  ],
  [
    'A89',
    'PUT /api/invoices/[id]',
    { description: 'February' },
    async () => {
      const draft = await issueInvoice(running, (await customer()).id, { isDraft: true });
      return call(`PUT /api/invoices/${draft.id}`, { description: 'February' });
    },
  ],
  [
    'A90',
    'DELETE /api/invoices/[id]',
    { status: 'void' },
    async () => call(`DELETE /api/invoices/${(await invoice()).id}`),
  ],
  [
    'A91',
    'POST /api/invoices/[id] = mark as paid',
    { status: 'paid' },
    async () => call(`POST /api/invoices/${(await invoice()).id}`),
  ],
  [
    'A92',
    'GET /api/sessions',
    { items: expect.any(Array), total: expect.any(Number) },
    () => call('GET /api/sessions'),
  ],
  [
    'A93',
    'PUT /api/admin/password',
    { passwordChangeRequired: false },
    async () => {
      await running.callerWithRole('manager');
      const member = running.callerWithToken(await running.tokenOf('the-manager'));
      return member('PUT /api/admin/password', { currentPassword: login.password, newPassword: 'battery staple' });
    },
  ],
];

test.each(lines)('%s: %s works as seed A writes it', async (_row, route, expected, run) => {
  const { status, body } = await run();
  expect([route, status]).toEqual([
    route,
    expected === undefined ? 204 : expect.toSatisfy((code) => code === 200 || code === 201),
  ]);
  if (expected) expect(body).toMatchObject(expected);
});

test('the rows A66 to A93 each have their line', () => {
  const rows = new Set(lines.map(([row]) => row));
  expect([...rows]).toEqual(Array.from({ length: 28 }, (_, place) => `A${66 + place}`));
});
