// People who are limited to locations, on every route: what is of another place is not there for them. See decision 0007.
import { api } from '@lastmile/contract/api.ts';
import type { Endpoint } from '@lastmile/contract/endpoint.ts';
import type { Announcement } from '@lastmile/contract/topics.ts';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { leastBodies } from './least-bodies.test-support.ts';
import { addAbsentRouter, addCustomer, fresh, issueInvoice } from './provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from './running.ts';

const endpoints = Object.entries(api) as [string, Endpoint][];

/** Ids that belong to no place: everybody with the permission may name them. */
const placeless = ['planId', 'taxId', 'fieldId', 'packageId', 'ownSessionId', 'ownKeyId'];

/** Answered by the permission alone for now; may only shrink. */
const notLimitedYet: string[] = [];

type Place = Record<string, string>;

let running: Running & { close(): Promise<void> };
let local: Caller;
let localId: string;
let here: Place;
let elsewhere: Place;

beforeAll(async () => {
  running = await openTestLastmile();
  here = await furnish('Here');
  elsewhere = await furnish('Elsewhere');
  local = await running.callerWithRole('super_admin');
  localId = (await running.query(`select id from auth.staff where username = 'the-super_admin'`))[0].id;
  await limit([here.locationId ?? '']);
});
afterAll(() => running.close());

/** A place with one of everything; all its texts hold its name. */
async function furnish(name: string): Promise<Place> {
  const location = (await running.call('POST /api/locations', { name })).body;
  const router = await addAbsentRouter(running);
  const moved = { revision: router.revision, label: `${name} tower`, locationId: location.id };
  expect((await running.call(`PUT /api/routers/${router.id}`, moved)).status).toBe(200);
  const customer = await addCustomer(running, router.id, { name: `${name} Eva`, username: `${name}-eva` });
  const invoice = await issueInvoice(running, customer.id, { description: `${name} month` });
  const [subscription] = (await running.call(`GET /api/customers/${customer.id}/subscriptions`)).body.items;
  const promise = { customerId: customer.id, untilOn: Temporal.Now.plainDateISO('UTC').add({ days: 9 }).toString() };
  const hold = (await running.call('POST /api/billing/promises', { ...promise, reason: `${name} promise` })).body;
  const received = { customerId: customer.id, amountMinor: '1', note: `${name} payment` };
  const payment = (await running.call('POST /api/payments', received)).body;
  const [drift] = await running.query(
    `insert into provisioning.drifts (id, router_id, account_id, differences, found_at)
     values (gen_random_uuid(), $1, $2, '[]', now()) returning id`,
    [router.id, customer.accounts[0].id],
  );
  const [session] = await running.query(
    `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, started_at, seen_at)
     values (gen_random_uuid(), $1, 'k', $2, $3, now(), now()) returning id`,
    [router.id, customer.accounts[0].id, `${name}-eva`],
  );
  const [shift] = await running.query(
    `insert into vouchers.shifts (id, staff_id, staff_name, router_id, location_id, location_name, currency, opened_at, opened_cash, opened_minor)
     select gen_random_uuid(), id, username, $1, $2, $3, 'USD', now(), '[]', 0 from auth.staff where username = $4 returning id`,
    [router.id, location.id, name, await counterPerson(name)],
  );
  const voucher = await soldVoucher(router.id, shift.id, name);
  const [alert] = await running.query(
    `insert into vouchers.alerts (id, kind, fingerprint, found_at, location_id, evidence) values (gen_random_uuid(), 'shift_variance', $2, now(), $1, jsonb_build_object('name', $2::text)) returning id`,
    [location.id, name],
  );
  const [handOver] = await running.query(
    `insert into vouchers.hand_overs (id, kind, shift_id, location_id, currency, amount_minor, given_by, given_name, given_at)
     select gen_random_uuid(), 'drawer_to_safe', id, location_id, 'USD', 1, staff_id, staff_name, now() from vouchers.shifts where id = $1 returning id`,
    [shift.id],
  );
  const [bulkJob] = await running.query(
    `with job as (insert into bulk.jobs (id, kind, params, staff_id, by_name, idempotency_key, fingerprint, asked_at, held_why)
       select gen_random_uuid(), 'tag', '{"tag": "x"}', id, $2, $2, '', now(), 'too_many' from auth.staff where username = 'admin' returning id)
     insert into bulk.items (job_id, place, customer_id, next_try_at) select id, 1, $1, now() from job returning job_id as id`,
    [customer.id, name],
  );
  return {
    bulkJobId: bulkJob.id,
    handOverId: handOver.id,
    alertId: alert.id,
    voucherId: voucher.id,
    shiftId: shift.id,
    locationId: location.id,
    routerId: router.id,
    customerId: customer.id,
    accountId: customer.accounts[0].id,
    invoiceId: invoice.id,
    subscriptionId: subscription.id,
    sessionId: session.id,
    holdId: hold.id,
    paymentId: payment.id,
    driftId: drift.id,
    clientId: String(customer.number),
  };
}

async function soldVoucher(routerId: string, shiftId: string, name: string): Promise<Loose> {
  const [voucher] = await running.query(
    `with package as (insert into vouchers.packages (id, name, created_at) values (gen_random_uuid(), md5($3), now()) returning id),
      version as (insert into vouchers.package_versions (id, package_id, number, name, price_minor, currency, duration_kind, duration_seconds, down_kbps, up_kbps, devices, profile_name, created_at, created_by)
        select gen_random_uuid(), id, 1, 'Hour', 500, 'USD', 'used', 3600, 1024, 1024, 1, 'p', now(), 'x' from package returning id),
      sale as (insert into vouchers.sales (id, shift_id, staff_id, idempotency_key, version_id, quantity, unit_price_minor, total_minor, currency, created_at)
        select gen_random_uuid(), $2, shift.staff_id, $3, version.id, 1, 500, 500, 'USD', now() from version, vouchers.shifts shift where shift.id = $2 returning id, staff_id, version_id)
     insert into vouchers.vouchers (id, code, version_id, state, sale_id, shift_id, seller_id, seller_name, router_id, price_minor, currency, sold_at, created_at)
     select gen_random_uuid(), translate(upper(substr(md5($3), 1, 13)), '01', '23'), version_id, 'sold', id, $2, staff_id, $3, $1, 500, 'USD', now(), now() from sale returning id`,
    [routerId, shiftId, `${name} package`],
  );
  return voucher;
}

/** Somebody of the place who sells. */
async function counterPerson(name: string): Promise<string> {
  const username = `${name}-seller`.toLowerCase();
  await running.query(
    `insert into auth.staff (id, username, role, password_hash, created_at) values (gen_random_uuid(), $1, 'cashier', 'x', now())`,
    [username],
  );
  return username;
}

async function limit(limitedTo: string[] | null): Promise<void> {
  expect(await running.call(`PUT /api/staff/${localId}/scope`, { limitedTo })).toMatchObject({
    status: 200,
    body: { limitedTo },
  });
}

const addressIn = (place: Place, route: string) => route.replace(/:(\w+)/g, (_, name) => place[name] ?? `no-${name}`);

test('every id in an address is of a place, or is said to have none', () => {
  const names = new Set(endpoints.flatMap(([route, { needsEverywhere }]) => (needsEverywhere ? [] : idsIn(route))));
  expect([...names].filter((name) => !placeless.includes(name) && !(name in here))).toEqual([]);
});

function idsIn(route: string): string[] {
  return [...route.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
}

test('an id of another place is answered on every route like one that nothing has', async () => {
  for (const [route, { needsEverywhere }] of endpoints) {
    const ids = idsIn(route).filter((name) => !placeless.includes(name));
    if (ids.length === 0 || notLimitedYet.includes(route)) continue;
    const body = leastBodies[route] ?? (route.startsWith('GET') ? undefined : {});
    const answer = await local(addressIn(elsewhere, route), body);
    if (needsEverywhere) expect([route, answer.status, answer.body.code]).toEqual([route, 403, 'limited_to_locations']);
    else expect([route, answer.status, answer.body?.code]).toEqual([route, 404, expect.stringMatching(/_not_found$/)]);
  }
});

/** What would give another place away; a plain number stands everywhere. */
function traces(): string[] {
  return [...Object.values(elsewhere).filter((id) => id.length > 10), 'elsewhere'];
}

test('no list, total or search shows anything of another place', async () => {
  for (const [route, { needsEverywhere }] of endpoints) {
    if (!route.startsWith('GET ') || idsIn(route).length > 0 || needsEverywhere || notLimitedYet.includes(route))
      continue;
    const text = JSON.stringify((await local(route)).body ?? '').toLowerCase();
    const shown = traces().filter((trace) => text.includes(trace));
    expect([route, shown]).toEqual([route, []]);
  }
});

test('what is of the own place is there', async () => {
  for (const [route, { needsEverywhere }] of endpoints) {
    if (needsEverywhere) continue;
    if (!route.startsWith('GET ') || !idsIn(route).every((name) => name in here) || idsIn(route).length === 0) continue;
    // The router of the test is not there: asked itself, it does not answer.
    const { status } = await local(addressIn(here, route));
    expect([route, [200, 502].includes(status)]).toEqual([route, true]);
  }
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
    money: { openMinor: '2998' },
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
