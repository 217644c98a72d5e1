// People who are limited to locations: what is of another place is not there for them. See decision 0007, and the matrix for every route.
import type { Announcement } from '@lastmile/contract/topics.ts';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { furnish, type Place } from './places.test-support.ts';
import { addAbsentRouter, addCustomer, fresh } from './provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from './running.ts';

let running: Running & { close(): Promise<void> };
let local: Caller;
let localId: string;
let here: Place;
let elsewhere: Place;

beforeAll(async () => {
  running = await openTestLastmile();
  here = await furnish(running, 'Here');
  elsewhere = await furnish(running, 'Elsewhere');
  local = await running.callerWithRole('super_admin');
  localId = (await running.query(`select id from auth.staff where username = 'the-super_admin'`))[0].id;
  await limit([here.locationId ?? '']);
});
afterAll(() => running.close());

async function limit(limitedTo: string[] | null): Promise<void> {
  expect(await running.call(`PUT /api/staff/${localId}/scope`, { limitedTo })).toMatchObject({
    status: 200,
    body: { limitedTo },
  });
}

test('what is of the own place is there', async () => {
  for (const list of ['routers', 'locations', 'customers', 'sessions', 'pending', 'invoices']) {
    const { items } = (await local(`GET /api/${list}`)).body;
    expect([list, items.length]).toEqual([list, 1]);
  }
  // Who is online counts only while his router answers, and nothing is behind these.
  await running.query(`update routers.routers set state = 'online'`);
  expect((await local('GET /api/dashboard')).body).toMatchObject({
    customers: { total: 1, active: 1 },
    sessionsOnline: 1,
    routers: { total: 1 },
    pendingOnRouters: { total: 1 },
    money: { openMinor: '2997' },
  });
  expect((await local('GET /api/auth/session')).body.staff.limitedTo).toEqual([{ id: here.locationId, name: 'Here' }]);
});

test.each([
  ['a customer on a router', () => ['POST /api/customers', { name: 'A', username: fresh('a'), password: 'x' }]],
  ['a customer moved to a router', () => [`PUT /api/customers/${here.customerId}`, { revision: 1 }]],
  [
    'a test with the password of a router',
    () => ['POST /api/routers/test', { host: '127.7.9.9', port: 9, username: 'x' }],
  ],
])('%s of another place is refused', async (_name, make) => {
  const [route, body] = make() as [string, Record<string, unknown>];
  const plan = (await running.call('GET /api/plans')).body.items[0];
  const sent = {
    ...body,
    routerId: elsewhere.routerId,
    ...(route.startsWith('POST /api/customers') ? { planId: plan.id } : {}),
  };
  expect(await local(route, sent)).toMatchObject({ status: 404, body: { code: 'router_not_found' } });
});

test('a bill for a customer of another place is refused', async () => {
  const invoice = { customerId: elsewhere.customerId, amountMinor: '1', dueOn: '2026-01-31', description: 'x' };
  expect(await local('POST /api/invoices', invoice)).toMatchObject({
    status: 404,
    body: { code: 'customer_not_found' },
  });
});

test('a router is added at an own place only', async () => {
  const router = { label: fresh('Hill'), host: '127.7.200.1', port: 9, username: 'x', password: 'x' };
  expect(await local('POST /api/routers', router)).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'locationId' }] },
  });
  expect(await local('POST /api/routers', { ...router, locationId: elsewhere.locationId })).toMatchObject({
    status: 404,
  });
  const added = await local('POST /api/routers', { ...router, locationId: here.locationId });
  expect(added).toMatchObject({ status: 201, body: { locationName: 'Here' } });
  const away = { revision: 1, locationId: elsewhere.locationId };
  expect(await local(`PUT /api/routers/${added.body.id}`, away)).toMatchObject({ status: 404 });
  expect((await local(`DELETE /api/routers/${added.body.id}`)).status).toBe(204);
});

test('a customer goes where his router goes, and is of both places where he has two accounts', async () => {
  const router = await addAbsentRouter(running);
  const customer = await addCustomer(running, router.id, { name: 'Walking Walter' });
  const seen = async () => (await local(`GET /api/customers/${customer.id}`)).status;
  const put = async (locationId: string | null | undefined) => {
    const { revision } = (await running.call(`GET /api/routers/${router.id}`)).body;
    await running.call(`PUT /api/routers/${router.id}`, { revision, locationId });
  };
  expect(await seen()).toBe(404);
  await put(here.locationId);
  expect(await seen()).toBe(200);
  await put(elsewhere.locationId);
  expect(await seen()).toBe(404);
  await running.call(`PUT /api/customers/${customer.id}`, { revision: 1, routerId: here.routerId });
  expect(await seen()).toBe(200);
  await running.call(`DELETE /api/customers/${customer.id}`);
  // Who has no account any more stays where he was last.
  expect(await seen()).toBe(200);
});

test('who has no account yet is seen by those who work where the one works who added him', async () => {
  const add = async (created: string, locationIds: string[]) =>
    running.query(
      `insert into customers.customers (id, name, location_ids, created_at) values (gen_random_uuid(), $1, $2, now()) returning id`,
      [created, locationIds],
    );
  const [nowhere] = await add('Nowhere Nora', []);
  expect((await local(`GET /api/customers/${nowhere.id}`)).status).toBe(404);
  const [ours] = await add('Prospect Paula', [here.locationId ?? '']);
  expect((await local(`GET /api/customers/${ours.id}`)).status).toBe(200);
  await running.query('delete from customers.customers where id = any($1)', [[nowhere.id, ours.id]]);
});

test('limited to nothing is to see nothing, and a lifted limit holds at once', async () => {
  await limit([]);
  for (const list of ['routers', 'locations', 'customers', 'sessions', 'pending', 'invoices'])
    expect([list, (await local(`GET /api/${list}`)).body.items]).toEqual([list, []]);
  await limit(null);
  expect((await local(`GET /api/routers/${elsewhere.routerId}`)).status).toBe(200);
  await limit([here.locationId ?? '']);
  expect((await local(`GET /api/routers/${elsewhere.routerId}`)).status).toBe(404);
});

test('nobody changes his own limits, and no unknown place is named', async () => {
  await limit(null);
  expect(await local(`PUT /api/staff/${localId}/scope`, { limitedTo: [] })).toMatchObject({ status: 409 });
  const unknown = { limitedTo: ['01890a5d-ac96-774b-bcce-b302099a8057'] };
  expect(await running.call(`PUT /api/staff/${localId}/scope`, unknown)).toMatchObject({
    status: 404,
    body: { code: 'location_not_found', fields: [{ path: 'limitedTo' }] },
  });
  await limit([here.locationId ?? '']);
});

test('what happens at another place is not heard of', async () => {
  const token = await running.tokenOf('the-super_admin');
  const socket = io(running.lastmile.url, { transports: ['websocket'], forceNew: true, auth: { token } });
  onTestFinished(() => void socket.close());
  const heard: Announcement[] = [];
  socket.on('changed', (announcement: Announcement) => heard.push(announcement));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  for (const place of [elsewhere, here]) await running.call(`POST /api/customers/${place.customerId}/suspend`);
  await eventually(() => heard.some(({ id }) => id === here.customerId));
  const ids = new Set(heard.map(({ id }) => id));
  expect(Object.values(elsewhere).filter((id) => ids.has(id))).toEqual([]);
  // Of what has no place he hears that something changed, and not what.
  expect(heard.filter(({ topic }) => topic === 'audit')).toContainEqual({ topic: 'audit', id: '*' });
});

test('of the log he reads what is about his things, and what people of his places did', async () => {
  const about = async (id: string | undefined) => (await local(`GET /api/audit?about=${id}`)).body.items.length;
  expect(await about(here.customerId)).toBeGreaterThan(0);
  expect(await about(elsewhere.customerId)).toBe(0);
  expect(await about(elsewhere.routerId)).toBe(0);
  await local(`POST /api/customers/${here.customerId}/activate`);
  const actors = (await local('GET /api/audit')).body.items.map(({ actor }: Loose) => actor.name);
  expect(new Set(actors)).toEqual(new Set(['the-super_admin']));
});

test('a place with routers stays, names are told apart, and an editor is not overwritten', async () => {
  const { body } = await running.call('POST /api/locations', { name: 'Mill', address: 'River 1' });
  expect(body).toMatchObject({ name: 'Mill', address: 'River 1', notes: null, routerCount: 0, customerCount: 0 });
  expect(await running.call('POST /api/locations', { name: 'MILL' })).toMatchObject({
    body: { code: 'location_name_taken' },
  });
  const changed = await running.call(`PUT /api/locations/${body.id}`, { revision: 1, address: null });
  expect(changed.body).toMatchObject({ name: 'Mill', address: null, revision: 2 });
  expect(await running.call(`PUT /api/locations/${body.id}`, { revision: 1 })).toMatchObject({ status: 409 });
  expect(await running.call(`DELETE /api/locations/${here.locationId}`)).toMatchObject({
    status: 409,
    body: { code: 'location_in_use', details: { routerCount: 1 } },
  });
  expect((await running.call(`DELETE /api/locations/${body.id}`)).status).toBe(204);
  expect((await running.call(`GET /api/locations/${body.id}`)).status).toBe(404);
});
