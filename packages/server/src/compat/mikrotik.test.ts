// Seed B's endpoints, called as they are written there: one line for each, with its row of the seeds.

import { startRouter } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addRouter, fresh, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Answer, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let router: Simulated;
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  router = await startRouter();
  routerId = (await addRouter(running, router, { mode: 'manage' })).id;
});
afterAll(async () => {
  await running.close();
  await router.stop();
});

const call = (route: string, body?: unknown) => running.call(route, body);
const tenMbps = { name: '10Mbps', downloadSpeed: '10M', uploadSpeed: '10M', sessionTimeout: 0 };

async function synced(change: Loose = {}, serviceType = 'pppoe', chosen: Loose = tenMbps): Promise<Loose> {
  const customer = { name: 'Ana Horvat', username: fresh('ana'), password: 'secret-1', status: 'Active', ...change };
  const named = serviceType === 'hotspot' ? { ...chosen, name: `${chosen.name} hotspot` } : chosen;
  const answer = await call('POST /api/mikrotik/sync', { customer, package: named, serviceType });
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
  return answer.body;
}

const secretOf = (name: string) => router.find('/ppp/secret', { name });

type Line = [row: string, route: string, expected: Loose, run: () => Promise<Answer>];

const lines: Line[] = [
  [
    'B32',
    'GET /api/mikrotik/test',
    { success: true, error: null, system: { identity: expect.any(String), rosVersion: expect.any(String) } },
    () => call('GET /api/mikrotik/test'),
  ],
  [
    'B33',
    'GET /api/mikrotik/users?type=pppoe',
    { items: expect.arrayContaining([expect.objectContaining({ type: 'pppoe', profile: '10Mbps_pppoe' })]) },
    async () => {
      await synced();
      return call('GET /api/mikrotik/users?type=pppoe');
    },
  ],
  [
    'B33',
    'GET /api/mikrotik/users?type=hotspot',
    { items: expect.not.arrayContaining([expect.objectContaining({ type: 'pppoe' })]) },
    () => call('GET /api/mikrotik/users?type=hotspot'),
  ],
  [
    'B34',
    'DELETE /api/mikrotik/users',
    { success: true, username: expect.any(String) },
    async () => {
      const { username } = await synced();
      const answer = await call('DELETE /api/mikrotik/users', { type: 'pppoe', username });
      await eventually(() => secretOf(username) === undefined);
      return answer;
    },
  ],
  [
    'B35',
    'GET /api/mikrotik/sessions?type=pppoe',
    { items: expect.any(Array), total: expect.any(Number) },
    () => call('GET /api/mikrotik/sessions?type=pppoe'),
  ],
  [
    'B36',
    'DELETE /api/mikrotik/sessions',
    { success: true, disconnectedCount: 1 },
    async () => {
      const { username } = await synced();
      router.addSubscriber({ name: username, password: 'secret-1', redialMs: 600_000 });
      await eventually(
        async () => (await call('GET /api/mikrotik/sessions?type=pppoe')).body.items,
        (items) => items.some(({ accountName }: Loose) => accountName === username),
      );
      const answer = await call(`DELETE /api/mikrotik/sessions?type=pppoe&username=${username}`);
      expect(router.find('/ppp/active', { name: username })).toBeUndefined();
      return answer;
    },
  ],
  [
    'B37',
    'GET /api/mikrotik/profiles?type=pppoe',
    { items: expect.arrayContaining([expect.objectContaining({ name: 'Basic', service: 'pppoe' })]) },
    () => call('GET /api/mikrotik/profiles?type=pppoe'),
  ],
  [
    'B38',
    'POST /api/mikrotik/profiles',
    { profileName: '25Mbps_hotspot', rateLimit: expect.stringMatching(/^25600k\/25600k/), sharedUsers: 2 },
    () =>
      call('POST /api/mikrotik/profiles', {
        type: 'hotspot',
        package: { name: '25Mbps', downloadSpeed: '25M', uploadSpeed: '25M', sharedUsers: 2 },
      }),
  ],
  [
    'B39',
    'POST /api/mikrotik/sync',
    { success: true, profile: '10Mbps_pppoe', pending: false, error: null },
    () =>
      call('POST /api/mikrotik/sync', {
        customer: { name: 'Ana', username: fresh('ana'), password: 'x' },
        package: tenMbps,
        serviceType: 'pppoe',
      }),
  ],
  [
    'B40',
    'PUT /api/mikrotik/sync',
    { total: 2, successful: 2, failed: 0 },
    () =>
      call('PUT /api/mikrotik/sync', {
        customers: [{ username: fresh('ana') }, { username: fresh('ben') }],
        packages: [tenMbps],
        serviceType: 'pppoe',
      }),
  ],
];

test.each(lines)('%s: %s works as seed B writes it', async (_row, _route, expected, run) => {
  const { status, body } = await run();
  expect(status).toBeLessThan(300);
  expect(body).toMatchObject(expected);
});

test('a sync makes the profile before the account, with the speeds of the package (B4, B5, B48)', async () => {
  const { username } = await synced();
  expect(secretOf(username)).toMatchObject({ profile: '10Mbps_pppoe', disabled: 'false', password: 'secret-1' });
  expect(router.find('/ppp/profile', { name: '10Mbps_pppoe' })).toMatchObject({ 'rate-limit': '10240k/10240k' });
});

test('a sync of somebody who is there changes his account, and one again changes nothing (B27)', async () => {
  const first = await synced();
  const again = await synced({ username: first.username, password: 'secret-2' });
  expect(again).toMatchObject({ customerId: first.customerId, pending: false });
  expect(secretOf(first.username)).toMatchObject({ password: 'secret-2' });
  const versions = () => running.query('select version from provisioning.accounts where name = $1', [first.username]);
  const before = await versions();
  await synced({ username: first.username, password: 'secret-2' });
  expect(await versions()).toEqual(before);
});

test('inactive is off on the router and active is on again, except for who owes (B48)', async () => {
  const { username, customerId } = await synced({ status: 'Inactive' });
  expect(secretOf(username)).toMatchObject({ disabled: 'true' });
  await synced({ username, status: 'Active' });
  expect(secretOf(username)).toMatchObject({ disabled: 'false' });
  const [account] = (await call(`GET /api/customers/${customerId}`)).body.accounts;
  await running.query(
    `insert into provisioning.blocks (account_id, reason, since, by_name) values ($1, 'overdue', now(), 'overdue check')`,
    [account.id],
  );
  await synced({ username, status: 'Active' });
  expect((await call(`GET /api/customers/${customerId}`)).body.accounts[0].blocks).toMatchObject([
    { reason: 'overdue' },
  ]);
});

test('a hotspot user is made with his device and address in the same way (B10, B13)', async () => {
  const { username } = await synced({ macAddress: '02:00:00:00:00:01', ipAddress: '10.5.0.9' }, 'hotspot');
  const { body } = await call('GET /api/mikrotik/users?type=hotspot');
  expect(body.items.find((user: Loose) => user.username === username)).toMatchObject({
    profile: '10Mbpshotspot_hotspot',
    macAddress: '02:00:00:00:00:01',
    ipAddress: '10.5.0.9',
    disabled: false,
  });
  expect(router.find('/ip/hotspot/user', { name: username })).toMatchObject({
    // A hotspot profile has no comment: its name carries our mark.
    profile: expect.stringMatching(/^10Mbpshotspot_hotspot/),
    'mac-address': '02:00:00:00:00:01',
    address: '10.5.0.9',
  });
});

test('in a bulk sync each customer has a result of his own, and one who is refused keeps nobody back (B28, B29, B30, B52)', async () => {
  const [good, other] = [fresh('good'), fresh('other')];
  const { body } = await call('PUT /api/mikrotik/sync', {
    customers: [
      { username: good, package: '10Mbps' },
      { id: '01900000-0000-7000-8000-000000000000' },
      { username: fresh('lost'), package: 'Platinum' },
      { username: other, package: '20Mbps' },
    ],
    packages: [tenMbps, { name: '20Mbps', downloadSpeed: '20M', uploadSpeed: '10M' }],
    serviceType: 'pppoe',
  });
  expect(body).toMatchObject({ total: 4, successful: 2, failed: 2 });
  expect(body.results.map(({ error }: Loose) => error?.code ?? null)).toEqual([
    null,
    'invalid_input',
    'plan_not_found',
    null,
  ]);
  expect(secretOf(good)).toMatchObject({ profile: '10Mbps_pppoe' });
  expect(secretOf(other)).toMatchObject({ profile: '20Mbps_pppoe' });
});

test('what cannot be meant is refused at its field', async () => {
  expect(await call('DELETE /api/mikrotik/users', { type: 'pppoe' })).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'username' }] },
  });
  expect(await call('DELETE /api/mikrotik/users', { username: fresh('nobody') })).toMatchObject({ status: 404 });
  expect(await call('DELETE /api/mikrotik/sessions?username=nobody')).toMatchObject({ status: 404 });
  expect(await call('POST /api/mikrotik/sync', { customer: {}, package: tenMbps })).toMatchObject({ status: 400 });
  const customer = { username: fresh('ana') };
  expect((await call('POST /api/mikrotik/sync', { customer, package: { name: 'Unknown' } })).body).toMatchObject({
    success: false,
    error: { code: 'plan_not_found' },
  });
  expect((await call('POST /api/mikrotik/sync', { customer, package: { name: 'Basic' }, serviceType: 'hotspot' })).body) //
    .toMatchObject({ success: false, error: { code: 'plan_kind_differs' } });
  expect(await call('GET /api/mikrotik/users?type=carrier-pigeon')).toMatchObject({ status: 400 });
});

test('technicians may do all of it, the office watches and drops sessions, and no more (B41, B42)', async () => {
  const [admin, office] = [await running.callerWithRole('admin'), await running.callerWithRole('office')];
  for (const [route, body] of [
    ['GET /api/mikrotik/test'],
    ['GET /api/mikrotik/users'],
    ['GET /api/mikrotik/profiles'],
    ['POST /api/mikrotik/sync', { customer: { username: fresh('ana') }, package: tenMbps }],
  ] as const) {
    expect(await admin(route, body)).toMatchObject({ status: 200 });
    expect(await office(route, body)).toMatchObject({ status: 403 });
  }
  expect(await office('GET /api/mikrotik/sessions')).toMatchObject({ status: 200 });
  // Nobody of that name: but he was let in to look for him.
  expect(await office('DELETE /api/mikrotik/sessions?username=nobody')).toMatchObject({ status: 404 });
  expect(await running.stranger('GET /api/mikrotik/sessions')).toMatchObject({ status: 401 });
});

test('a sync to a router that is away is kept, and said to be pending', async () => {
  const { port } = await startTestRouter();
  const away = await addRouter(running, { port }, { mode: 'manage', host: 'localhost' });
  await running.query(
    `update routers.routers set port = 9, connection_version = connection_version + 1 where id = $1`,
    [away.id],
  );
  const customer = { username: fresh('ana') };
  const { body } = await call('POST /api/mikrotik/sync', { customer, package: tenMbps, routerId: away.id });
  expect(body).toMatchObject({ success: true, pending: true });
  expect(routerId).not.toBe(away.id);
});
