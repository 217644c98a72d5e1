import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  issueInvoice,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const why = async (customerId: string) => (await running.call(`GET /api/customers/${customerId}/why-offline`)).body;

test('one look tells why a customer is offline, from never connected over connected to suspended by hand', async () => {
  const router = await startTestRouter();
  const { id: routerId, label } = await addRouter(running, router);
  const customer = await addCustomer(running, routerId);
  await settled(running, customer.id);
  expect((await why(customer.id)).accounts).toMatchObject([
    {
      verdict: 'never_connected',
      fix: 'show_password',
      pending: null,
      blocks: [],
      sessions: [],
      router: { label, state: 'online' },
    },
  ]);
  router.dial(customer.accounts[0].name, 'secret-1');
  await running.call(`POST /api/routers/${routerId}/sync`);
  await eventually(
    () => why(customer.id),
    ({ accounts }) => accounts[0].verdict === 'connected',
  );
  await issueInvoice(running, customer.id);
  await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'complained' });
  await settled(running, customer.id);
  const told = await eventually(
    () => why(customer.id),
    ({ accounts }) => accounts[0].sessions[0].endedAt !== null,
  );
  expect(told).toMatchObject({
    balanceMinor: '2999',
    overdueMinor: '2999',
    accounts: [
      {
        verdict: 'blocked_by_hand',
        fix: 'activate',
        blocks: [{ reason: 'staff', by: 'admin', note: 'complained' }],
        sessions: [{ endedHow: 'cut' }],
      },
    ],
  });
});

test('a router that does not answer is the reason, and nobody is found who is not there', async () => {
  const { id: routerId } = await addAbsentRouter(running);
  const customer = await addCustomer(running, routerId);
  await running.query(`update routers.routers set state = 'unreachable' where id = $1`, [routerId]);
  expect((await why(customer.id)).accounts).toMatchObject([{ verdict: 'router_offline', fix: 'open_router' }]);
  const nobody = await running.call('GET /api/customers/01890a5d-ac96-774b-bcce-b302099a8057/why-offline');
  expect(nobody.status).toBe(404);
});
