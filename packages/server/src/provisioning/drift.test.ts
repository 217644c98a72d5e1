// What somebody else changed on our objects, and how much is written at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addCustomer,
  addRouter,
  fresh,
  getCustomer,
  type Simulated,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

async function settledAccount(change: Record<string, unknown> = {}) {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  await put(routerId, change);
  const customer = await addCustomer(running, routerId);
  await settled(running, customer.id);
  const { name } = customer.accounts[0];
  return { router, routerId, customer, name };
}

async function put(routerId: string, change: Record<string, unknown>): Promise<void> {
  const { revision } = (await running.call(`GET /api/routers/${routerId}`)).body;
  expect((await running.call(`PUT /api/routers/${routerId}`, { revision, ...change })).status).toBe(200);
}

const secretOf = (router: Simulated, name: string) => router.find('/ppp/secret', { name });
const edit = (router: Simulated, name: string, values: Record<string, string>) =>
  router.edit('/ppp/secret', secretOf(router, name)?.['.id'] ?? '', values);
const sync = (routerId: string) => running.call(`POST /api/routers/${routerId}/sync`);
const drifts = async (routerId: string, state = 'open') =>
  (await running.call(`GET /api/drifts?routerId=${routerId}&state=${state}`)).body.items as Loose[];

test('what somebody changed on our object is put right, and remembered', async () => {
  const { router, routerId, name } = await settledAccount();
  edit(router, name, { disabled: 'yes', comment: `${secretOf(router, name)?.comment} my own words` });
  await sync(routerId);
  expect(secretOf(router, name)).toMatchObject({
    disabled: 'false',
    comment: expect.stringMatching(/#lm-.* my own words$/),
  });
  expect(await drifts(routerId)).toEqual([]);
  expect(await drifts(routerId, 'closed')).toMatchObject([
    { kind: 'account', name, outcome: 'reverted', differences: [{ field: 'isDisabled', from: 'yes', to: 'no' }] },
  ]);
});

test('where drift is listed it stays till a person reverts it', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  edit(router, name, { disabled: 'yes' });
  await sync(routerId);
  await sync(routerId);
  const [drift] = await drifts(routerId);
  expect(drift).toMatchObject({ canAdopt: true, differences: [{ field: 'isDisabled', from: 'yes', to: 'no' }] });
  expect(secretOf(router, name)).toMatchObject({ disabled: 'true' });
  expect((await getCustomer(running, customer.id)).accounts[0]).toMatchObject({ pending: null, hasDrift: true });
  expect((await running.call(`POST /api/drifts/${drift.id}/revert`)).body.outcome).toBe('reverted');
  expect((await settled(running, customer.id)).accounts[0].hasDrift).toBe(false);
  expect(secretOf(router, name)).toMatchObject({ disabled: 'false' });
  expect(await running.call(`POST /api/drifts/${drift.id}/revert`)).toMatchObject({ status: 409 });
});

test('an account that somebody removed from its router is why its customer is offline, and is written again at a click', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  const why = async () => (await running.call(`GET /api/customers/${customer.id}/why-offline`)).body.accounts[0];
  expect(await why()).toMatchObject({ verdict: 'never_connected' });
  router.drop('/ppp/secret', secretOf(router, name)?.['.id'] ?? '');
  await sync(routerId);
  expect(secretOf(router, name)).toBeUndefined();
  expect(await why()).toMatchObject({ verdict: 'changed_on_router', fix: 'write_again' });
  expect((await running.call(`POST /api/accounts/${customer.accounts[0].id}/retry`)).status).toBe(204);
  expect(await eventually(why, ({ verdict }) => verdict === 'never_connected')).toMatchObject({ pending: null });
  expect(secretOf(router, name)).toMatchObject({ disabled: 'false' });
});

test('adopting takes what is on the router: the new password, and who was switched off is blocked', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  edit(router, name, { disabled: 'yes', password: 'by-hand' });
  await sync(routerId);
  const [drift] = await drifts(routerId);
  expect(JSON.stringify(drift)).not.toContain('by-hand');
  expect((await running.call(`POST /api/drifts/${drift.id}/adopt`)).body.outcome).toBe('adopted');
  const seen = await settled(running, customer.id);
  expect(seen).toMatchObject({ status: 'suspended', accounts: [{ blocks: [{ reason: 'staff' }] }] });
  expect((await running.call(`POST /api/accounts/${seen.accounts[0].id}/reveal`)).body.password).toBe('by-hand');
  await sync(routerId);
  expect(await drifts(routerId)).toEqual([]);
});

test('an ignored difference is left alone, and one that is gone closes by itself', async () => {
  const { router, routerId, name } = await settledAccount({ healsDrift: false });
  edit(router, name, { disabled: 'yes' });
  await sync(routerId);
  const [drift] = await drifts(routerId);
  const ignore = (days: number) =>
    running.call(`POST /api/drifts/${drift.id}/ignore`, {
      until: Temporal.Now.instant()
        .add({ hours: 24 * days })
        .toString(),
    });
  for (const days of [-1, 0, 400])
    expect(await ignore(days)).toMatchObject({ status: 400, body: { fields: [{ path: 'until' }] } });
  expect(await ignore(7)).toMatchObject({ status: 200 });
  await put(routerId, { healsDrift: true });
  await sync(routerId);
  expect(secretOf(router, name)).toMatchObject({ disabled: 'true' });
  edit(router, name, { disabled: 'no' });
  await sync(routerId);
  expect(await drifts(routerId, 'closed')).toMatchObject([{ id: drift.id, outcome: 'gone' }]);
});

test('who is to be out stays out, also where drift is only listed', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  await running.call(`POST /api/customers/${customer.id}/suspend`);
  await settled(running, customer.id);
  edit(router, name, { disabled: 'no' });
  await sync(routerId);
  expect(secretOf(router, name)).toMatchObject({ disabled: 'true' });
});

const suspendAll = async (customers: readonly Loose[]) => {
  for (const { id } of customers) await running.call(`POST /api/customers/${id}/suspend`);
};
const disabledOn = (router: Simulated) =>
  router.rows('/ppp/secret').filter(({ disabled }) => disabled === 'true').length;

/** A router with 25 subscribers that are settled, and whose changes count from here on. */
async function fullRouter() {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  await put(routerId, { changeLimitPercent: 100 });
  const customers: Loose[] = [];
  for (let number = 0; number < 25; number++) customers.push(await addCustomer(running, routerId));
  for (const { id } of customers) await settled(running, id);
  await put(routerId, { changeLimitPercent: 30 });
  await running.query('delete from provisioning.written_objects where router_id = $1', [routerId]);
  return { router, routerId, customers };
}

test('many small changes stop at the limit together, show how many wait, and go on when a person has lifted it', async () => {
  const { router, routerId, customers } = await fullRouter();
  await suspendAll(customers);
  const held = await eventually(
    async () => (await running.call(`GET /api/pending?routerId=${routerId}`)).body,
    ({ items }) => items.length === 5 && items.every(({ pending }: Loose) => pending.trouble?.code === 'change_limit'),
  );
  expect(held.items[0].pending.nextTryAt).toBeNull();
  expect(disabledOn(router)).toBe(20);
  // Waiting alone does not let them go on, not for hours.
  await running.query(
    `update provisioning.written_objects set written_at = written_at - interval '50 minutes' where router_id = $1`,
    [routerId],
  );
  await running.query(`update routers.routers set held_since = held_since - interval '3 hours' where id = $1`, [
    routerId,
  ]);
  await sync(routerId);
  expect(disabledOn(router)).toBe(20);
  expect((await running.call(`GET /api/routers/${routerId}`)).body).toMatchObject({ heldCount: 5 });
  await running.call(`POST /api/routers/${routerId}/limit-lifts`, { allowedCount: 5 });
  for (const { id } of customers) await settled(running, id);
  expect(disabledOn(router)).toBe(25);
  const { body } = await running.call(`GET /api/audit?about=${routerId}`);
  const actions = body.items.map(({ action }: Loose) => action);
  expect(actions).toContain('router.limit_lifted');
  expect(actions).toContain('router.changes_held');
});

test('a person may fill a new router one by one, without being held', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customers: Loose[] = [];
  for (let number = 0; number < 22; number++) customers.push(await addCustomer(running, routerId));
  for (const { id } of customers) await settled(running, id);
  expect(router.rows('/ppp/secret')).toHaveLength(22);
  expect((await running.call(`GET /api/routers/${routerId}`)).body).toMatchObject({ heldCount: 0 });
});

test('who switches a router to "manage" has looked at what will be written, as it is now', async () => {
  const { router, routerId, customers } = await fullRouter();
  await put(routerId, { mode: 'observe' });
  await suspendAll(customers);
  const preview = async () => (await running.call(`GET /api/routers/${routerId}/preview`)).body;
  const seen = await preview();
  expect(seen).toMatchObject({ heldCount: 25, counts: { add: 0, change: 25, remove: 0 }, objectCount: 25 });
  expect(seen.objects[0].fields).toEqual([{ field: 'isDisabled', from: 'no', to: 'yes' }]);
  expect((await preview()).token).toBe(seen.token);
  const { revision } = (await running.call(`GET /api/routers/${routerId}`)).body;
  const manage = (previewToken?: string) =>
    running.call(`PUT /api/routers/${routerId}`, { revision, mode: 'manage', previewToken });
  expect(await manage()).toMatchObject({ status: 409, body: { code: 'preview_needed' } });
  const name = customers[0].accounts[0].name;
  edit(router, name, { profile: 'default' });
  expect(await manage(seen.token)).toMatchObject({ status: 409, body: { code: 'preview_outdated' } });
  expect(disabledOn(router)).toBe(0);
  expect(await manage((await preview()).token)).toMatchObject({ status: 200, body: { mode: 'manage' } });
  for (const { id } of customers) await settled(running, id);
  expect(disabledOn(router)).toBe(25);
});

const profileOf = (router: Simulated, name: string) => router.find('/ppp/profile', { name });

test('a profile and its pool that somebody changed are listed, put right when a person says so, or left till a time', async () => {
  const { router, routerId, plan, customer } = await planned({ addressRange: '10.7.0.2-10.7.0.99' });
  const { '.id': ref = '' } = profileOf(router, plan.profileName) ?? {};
  const [pool] = router.rows('/ip/pool');
  router.edit('/ppp/profile', ref, { 'rate-limit': '64k/64k' });
  router.edit('/ip/pool', pool?.['.id'] ?? '', { ranges: '10.7.0.2-10.7.0.3' });
  await sync(routerId);
  // Both were found by one look.
  const found = (await drifts(routerId)).toSorted((a, b) => b.kind.localeCompare(a.kind));
  expect(found).toMatchObject([
    { kind: 'profile', name: plan.profileName, accountId: null, customerId: null, canAdopt: true },
    { kind: 'pool', name: plan.profileName, profileId: expect.any(String), canAdopt: true },
  ]);
  expect(found[0].differences).toEqual([{ field: 'rateLimit', from: '64k/64k', to: '2048k/4096k' }]);
  // A change of one of its accounts does not put it right by the way.
  await running.call(`POST /api/customers/${customer.id}/suspend`);
  await settled(running, customer.id);
  expect(profileOf(router, plan.profileName)).toMatchObject({ 'rate-limit': '64k/64k' });

  for (const { id } of found) await running.call(`POST /api/drifts/${id}/revert`);
  await sync(routerId);
  expect(profileOf(router, plan.profileName)).toMatchObject({ 'rate-limit': '2048k/4096k' });
  expect(router.rows('/ip/pool')[0]).toMatchObject({ ranges: '10.7.0.2-10.7.0.99' });
  expect(await drifts(routerId)).toEqual([]);
});

test('a limit that somebody set on an account of ours is drift: listed, not to be adopted, and taken off when a person says so', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  edit(router, name, { 'limit-bytes-in': '1000000' });
  await sync(routerId);
  const [drift] = await drifts(routerId);
  expect(drift).toMatchObject({
    canAdopt: false,
    differences: [{ field: 'limitBytesIn', from: '1000000', to: null }],
  });
  expect(await running.call(`POST /api/drifts/${drift.id}/adopt`)).toMatchObject({ status: 409 });
  await running.call(`POST /api/drifts/${drift.id}/revert`);
  await settled(running, customer.id);
  expect(secretOf(router, name)).toMatchObject({ 'limit-bytes-in': '0' });
});

test('limits of a hotspot user of ours are taken off with the next look, and those of a code that is not ours stay', async () => {
  const { router, routerId, customer } = await planned({ service: 'hotspot' });
  await put(routerId, { healsDrift: true });
  const menu = '/ip/hotspot/user';
  const limits = { 'limit-uptime': '1h', 'limit-bytes-in': '1', 'limit-bytes-out': '2', 'limit-bytes-total': '3' };
  const ref = router.find(menu, { name: customer.accounts[0].name })?.['.id'] ?? '';
  router.edit(menu, ref, limits);
  const code = router.put(menu, { name: 'code-1', password: 'code-1', ...limits });
  await sync(routerId);
  const found = (await drifts(routerId, 'closed'))[0];
  expect(found).toMatchObject({
    outcome: 'reverted',
    differences: [{ field: 'limitUptime', from: '1h', to: null }, {}, {}, {}],
  });
  const after = router.find(menu, { '.id': ref }) ?? {};
  expect(Object.keys(limits).map((key) => Number.parseInt(after[key] ?? '0', 10))).toEqual([0, 0, 0, 0]);
  expect(router.find(menu, { '.id': code })).toMatchObject(limits);
});

test('a plan that names a pool which the router does not have says so before the router is managed', async () => {
  const { router, routerId } = await planned({});
  await put(routerId, { mode: 'observe' });
  const { body: plan } = await running.call('POST /api/plans', { ...rates, name: fresh('Own'), addressPool: 'homes' });
  await addCustomer(running, routerId, { planId: plan.id });
  const preview = async () => (await running.call(`GET /api/routers/${routerId}/preview`)).body;
  expect((await preview()).obstacles).toEqual([
    { name: plan.profileName, message: expect.stringContaining('"homes", which this router does not have') },
  ]);
  router.put('/ip/pool', { name: 'homes', ranges: '10.7.0.2-10.7.0.9' });
  expect((await preview()).obstacles).toEqual([]);
});

test('adopting a profile and its pool makes them the plan’s, on every router', async () => {
  const { router, routerId, plan } = await planned({ addressRange: '10.7.0.2-10.7.0.99' });
  const other = await startTestRouter();
  const { id: otherId } = await addRouter(running, other);
  await settled(running, (await addCustomer(running, otherId, { planId: plan.id })).id);
  const { '.id': ref = '' } = profileOf(router, plan.profileName) ?? {};
  router.edit('/ppp/profile', ref, { 'rate-limit': '3M/6M', 'idle-timeout': '10m' });
  router.edit('/ip/pool', router.rows('/ip/pool')[0]?.['.id'] ?? '', { ranges: '10.7.1.2-10.7.1.9' });
  await sync(routerId);
  for (const { id, kind } of await drifts(routerId))
    expect(await running.call(`POST /api/drifts/${id}/adopt`)).toMatchObject({
      body: { outcome: 'adopted', changedSpeedOf: kind === 'profile' ? { id: plan.id, name: plan.name } : null },
    });
  expect((await running.call(`GET /api/plans/${plan.id}`)).body).toMatchObject({
    upKbps: 3000,
    downKbps: 6000,
    idleTimeoutSeconds: 600,
    addressRange: '10.7.1.2-10.7.1.9',
  });
  await sync(otherId);
  expect(profileOf(other, plan.profileName)).toMatchObject({ 'rate-limit': '3000k/6000k' });
  await sync(routerId);
  expect(await drifts(routerId)).toEqual([]);
});

test('a profile that somebody removed is made again where an account is to get it, whatever is done about drift', async () => {
  const { router, routerId, plan, customer } = await planned({});
  router.drop('/ppp/profile', profileOf(router, plan.profileName)?.['.id'] ?? '');
  await sync(routerId);
  const gone = (await drifts(routerId)).find(({ kind }) => kind === 'profile');
  expect(gone).toMatchObject({ canAdopt: false, differences: [{ field: 'object' }] });
  await addCustomer(running, routerId, { planId: plan.id }).then(({ id }) => settled(running, id));
  expect(profileOf(router, plan.profileName)).toBeDefined();
  await settled(running, customer.id);
});

test('adopting an account takes its plan, address and device, and what is charged follows', async () => {
  const { router, routerId, customer, name } = await settledAccount({ healsDrift: false });
  const { body: gold } = await running.call('POST /api/plans', { ...rates, name: fresh('Gold') });
  await settled(running, (await addCustomer(running, routerId, { planId: gold.id })).id);
  edit(router, name, { profile: gold.profileName, 'remote-address': '10.1.2.3', 'caller-id': '02:AB:CD:00:11:22' });
  await sync(routerId);
  const [drift] = await drifts(routerId);
  expect(await running.call(`POST /api/drifts/${drift.id}/adopt`)).toMatchObject({ body: { outcome: 'adopted' } });
  const { accounts } = await settled(running, customer.id);
  expect(accounts).toMatchObject([{ planId: gold.id, staticAddress: '10.1.2.3', macAddress: '02:AB:CD:00:11:22' }]);
  const { items } = (await running.call(`GET /api/customers/${customer.id}/subscriptions`)).body;
  expect(items.filter(({ status }: Loose) => status === 'active')).toMatchObject([{ planName: gold.name }]);

  edit(router, name, { profile: 'default' });
  await sync(routerId);
  const [foreign] = await drifts(routerId);
  expect(await running.call(`POST /api/drifts/${foreign.id}/adopt`)).toMatchObject({
    status: 409,
    body: { code: 'drift_not_adoptable' },
  });
});

const rates = { priceMinor: '100', downKbps: '4M', upKbps: '2M' };

/** A router with one subscriber of a plan of its own, where drift is listed. */
async function planned(options: object) {
  const { body: plan } = await running.call('POST /api/plans', { ...rates, name: fresh('Own'), ...options });
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  await put(routerId, { healsDrift: false });
  const customer = await addCustomer(running, routerId, { planId: plan.id });
  await settled(running, customer.id);
  return { router, routerId, plan, customer };
}

test('in observe nothing is ever written, whatever is wanted', async () => {
  const { router, routerId, customer } = await settledAccount();
  await put(routerId, { mode: 'observe' });
  await sync(routerId);
  router.clearLog();
  await running.call(`POST /api/customers/${customer.id}/suspend`);
  await addCustomer(running, routerId);
  await sync(routerId);
  await running.call(`GET /api/routers/${routerId}/preview`);
  await running.call(`GET /api/routers/${routerId}/import`);
  expect(
    router.log().filter(({ command }) => !/\/(print|listen|login|cancel)$|^\/(login|cancel)$/.test(command)),
  ).toEqual([]);
});
