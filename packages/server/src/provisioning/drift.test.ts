// What somebody else changed on our objects, and how much is written at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addCustomer,
  addRouter,
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
    { accountName: name, outcome: 'reverted', differences: [{ field: 'isDisabled', from: 'yes', to: 'no' }] },
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
  expect((await getCustomer(running, customer.id)).accounts[0].pending).toBeNull();
  expect((await running.call(`POST /api/drifts/${drift.id}/revert`)).body.outcome).toBe('reverted');
  await settled(running, customer.id);
  expect(secretOf(router, name)).toMatchObject({ disabled: 'false' });
  expect(await running.call(`POST /api/drifts/${drift.id}/revert`)).toMatchObject({ status: 409 });
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

test('a bulk change stops at the limit, shows how many, and goes on when a person has lifted it', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customers: Loose[] = [];
  for (let number = 0; number < 25; number++) customers.push(await addCustomer(running, routerId));
  for (const { id } of customers) await settled(running, id);
  await put(routerId, { mode: 'observe' });
  for (const { id } of customers) await running.call(`POST /api/customers/${id}/suspend`);
  const preview = (await running.call(`GET /api/routers/${routerId}/preview`)).body;
  expect(preview).toMatchObject({ heldCount: 25, counts: { add: 0, change: 25, remove: 0 }, objectCount: 25 });
  expect(preview.objects[0].fields).toEqual([{ field: 'isDisabled', from: 'no', to: 'yes' }]);
  await put(routerId, { mode: 'manage' });
  await eventually(
    async () => (await running.call(`GET /api/routers/${routerId}`)).body,
    ({ heldCount }) => heldCount === 25,
  );
  expect(router.rows('/ppp/secret').filter(({ disabled }) => disabled === 'true')).toEqual([]);
  // One more change by hand of a person is not held with them.
  const [first] = customers;
  expect((await getCustomer(running, first.id)).accounts[0].pending).toMatchObject({
    nextTryAt: null,
    trouble: { code: 'change_limit' },
  });
  await running.call(`POST /api/routers/${routerId}/limit-lifts`, { allowedCount: 25 });
  for (const { id } of customers) await settled(running, id);
  expect(router.rows('/ppp/secret').filter(({ disabled }) => disabled !== 'true')).toEqual([]);
  const { body } = await running.call(`GET /api/audit?about=${routerId}`);
  const actions = body.items.map(({ action }: Loose) => action);
  expect(actions).toContain('router.limit_lifted');
  expect(actions).toContain('router.changes_held');
});

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
