import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, fresh, getCustomer } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let [here, there]: Loose[] = [];
let plans: { pppoe: Loose; hotspot: Loose };

beforeAll(async () => {
  running = await openTestLastmile();
  [here, there] = [await addAbsentRouter(running), await addAbsentRouter(running)];
  const plan = (service: string) =>
    running.call('POST /api/plans', { name: fresh(service), service, priceMinor: '100', downKbps: '5M', upKbps: '5M' });
  plans = { pppoe: (await plan('pppoe')).body, hotspot: (await plan('hotspot')).body };
});
afterAll(() => running.close());

const add = (customer: Loose, fields: object = {}) =>
  running.call(`POST /api/customers/${customer.id}/accounts`, {
    username: fresh('second'),
    routerId: there.id,
    planId: plans.hotspot.id,
    ...fields,
  });

test('one customer has accounts of both kinds on several routers, with address, device and a made password', async () => {
  const customer = await addCustomer(running, here.id);
  const username = fresh('kiosk');
  const added = await add(customer, { username, macAddress: 'aa-bb-cc-00-11-22', staticAddress: '10.9.0.7' });
  expect(added).toMatchObject({ status: 201 });
  expect(added.body.accounts).toMatchObject([
    { service: 'pppoe', routerId: here.id },
    {
      service: 'hotspot',
      name: username,
      routerId: there.id,
      planId: plans.hotspot.id,
      macAddress: 'AA:BB:CC:00:11:22',
      staticAddress: '10.9.0.7',
      pending: {},
    },
  ]);
  const { password } = (await running.call(`POST /api/accounts/${added.body.accounts[1].id}/reveal`)).body;
  expect(password).toMatch(/^[a-z2-9]{10}$/);
  for (const search of [username, 'AA:BB:CC:00:11:22', 'aa-bb-cc-00', '10.9.0.7'])
    expect((await running.call(`GET /api/customers?search=${search}`)).body.items, search).toMatchObject([
      { id: customer.id, accountCount: 2 },
    ]);
});

test('one account is changed, moved and removed, and the others stay as they are', async () => {
  const customer = (await add(await addCustomer(running, here.id))).body;
  const [first, second] = customer.accounts;
  const change = (fields: object, revision = second.revision) =>
    running.call(`PUT /api/accounts/${second.id}`, { revision, ...fields });
  const renamed = (await change({ username: fresh('renamed'), macAddress: 'AA:BB:CC:00:11:23' })).body;
  expect(renamed.accounts[0]).toEqual(first);
  expect(await change({ username: fresh('late') })).toMatchObject({ status: 409, body: { code: 'edit_conflict' } });
  expect(await change({ planId: plans.pppoe.id }, renamed.accounts[1].revision)).toMatchObject({
    body: { code: 'plan_kind_differs', fields: [{ path: 'planId' }] },
  });
  const moved = (await change({ routerId: here.id }, renamed.accounts[1].revision)).body;
  expect(moved.accounts).toMatchObject([first, { routerId: here.id, macAddress: 'AA:BB:CC:00:11:23' }]);
  expect((await running.call(`DELETE /api/accounts/${moved.accounts[1].id}`)).status).toBe(204);
  expect((await getCustomer(running, customer.id)).accounts).toEqual([first]);
  expect((await running.call(`DELETE /api/accounts/${moved.accounts[1].id}`)).status).toBe(404);
});

test('suspending blocks all accounts of a customer, with the reason, and an account that is added later is not on by that', async () => {
  const customer = (await add(await addCustomer(running, here.id))).body;
  const suspended = (await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'fraud' })).body;
  expect(suspended.accounts.map(({ blocks }: Loose) => blocks[0].note)).toEqual(['fraud', 'fraud']);
  const later = (await add(customer)).body;
  expect(later.accounts[2].blocks).toMatchObject([{ reason: 'staff', note: 'fraud' }]);
  const active = (await running.call(`POST /api/customers/${customer.id}/activate`)).body;
  expect(active.accounts.flatMap(({ blocks }: Loose) => blocks)).toEqual([]);
});

test.each([
  ['a taken name', () => ({ username: 'taken', planId: plans.pppoe.id, routerId: here.id }), 'username'],
  ['an address that is none', () => ({ staticAddress: '10.0.0.300' }), 'staticAddress'],
  ['a device that is none', () => ({ macAddress: 'AA:BB' }), 'macAddress'],
  ['a router that is not there', () => ({ routerId: '01890a5d-ac96-774b-bcce-b302099a8057' }), 'routerId'],
])('%s is refused at its field', async (_name, fields, path) => {
  await running.call('POST /api/customers', {
    ...{ name: 'Holder', username: 'taken', password: 'x', routerId: here.id, planId: plans.pppoe.id },
  });
  const customer = await addCustomer(running, here.id);
  const refused = await add(customer, fields());
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.body.fields[0].path).toBe(path);
});
