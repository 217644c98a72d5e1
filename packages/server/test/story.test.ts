// The main job of the house, from a router that is added to a subscriber who is cut and restored, on a router that speaks
// the real protocol over a real socket.
import { expect, test } from 'vitest';
import {
  addCustomer,
  addRouter,
  manageRouter,
  planNamed,
  settled,
  startTestRouter,
  yesterday,
} from './provider.test-support.ts';
import { eventually, startTestLastmile } from './running.ts';

test('a customer is created on the router, cut when he does not pay, and restored at once when he does', async () => {
  const running = await startTestLastmile();
  const { call } = running;
  const router = await startTestRouter({ identity: 'tower-1' });
  const added = await addRouter(running, router, { label: 'Tower' });
  expect(added).toMatchObject({ state: 'online', identity: 'tower-1', mode: 'manage', trouble: null });

  const customer = await addCustomer(running, added.id, { username: 'ana' });
  await settled(running, customer.id);
  const secret = router.find('/ppp/secret', { name: 'ana' });
  expect(secret).toMatchObject({ profile: 'Basic', service: 'pppoe', disabled: 'false' });
  expect(router.find('/ppp/profile', { name: 'Basic' })).toMatchObject({ 'rate-limit': '5120k/5120k' });

  router.addSubscriber({ name: 'ana', password: 'secret-1', redialMs: 200 });
  await eventually(() => router.find('/ppp/active', { name: 'ana' }));
  const online = await eventually(
    async () => (await call('GET /api/sessions')).body,
    (sessions) => sessions.items.length === 1,
  );
  expect(online.items[0]).toMatchObject({ accountName: 'ana', customerName: 'Ana Horvat', routerLabel: 'Tower' });

  const invoice = await call('POST /api/invoices', {
    customerId: customer.id,
    amountMinor: '2999',
    dueOn: yesterday(),
    description: 'November',
  });
  expect(invoice).toMatchObject({ status: 201, body: { status: 'open', isOverdue: true, amountMinor: '2999' } });
  const run = await call('POST /api/billing/overdue-runs');
  expect(run).toMatchObject({ status: 201, body: { suspendedCount: 1, suspended: [{ customerName: 'Ana Horvat' }] } });
  expect((await settled(running, customer.id)).status).toBe('suspended');
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ disabled: 'true' });
  expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();

  const paid = await call(`POST /api/invoices/${invoice.body.id}/payments`, { method: 'cash', note: 'at the counter' });
  expect(paid).toMatchObject({ status: 201, body: { status: 'paid', settledMinor: '2999' } });
  expect((await settled(running, customer.id)).status).toBe('active');
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ disabled: 'false' });
  await eventually(() => router.find('/ppp/active', { name: 'ana' }));

  const sessions = await eventually(
    async () => (await call('GET /api/sessions')).body,
    ({ total }) => total === 1,
  );
  expect(await call(`DELETE /api/sessions/${sessions.items[0].id}`)).toMatchObject({ status: 204 });
  expect(await call(`DELETE /api/customers/${customer.id}`)).toMatchObject({ status: 204 });
  await eventually(() => router.find('/ppp/secret', { name: 'ana' }) === undefined);
  await eventually(() => router.find('/ppp/active', { name: 'ana' }) === undefined);
});

test('an edit of the account, the password, the plan and the plan’s speed reach the router', async () => {
  const running = await startTestLastmile();
  const { call } = running;
  const router = await startTestRouter();
  const added = await addRouter(running, router, { label: 'Tower' });
  const customer = await addCustomer(running, added.id, { username: 'ana' });
  await settled(running, customer.id);

  const premium = await planNamed(running, 'Premium');
  const changed = await call(`PUT /api/customers/${customer.id}`, {
    revision: customer.revision,
    username: 'ana-2',
    password: 'secret-2',
    planId: premium.id,
  });
  expect(changed).toMatchObject({ status: 200 });
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name: 'ana-2' })).toMatchObject({ profile: 'Premium', password: 'secret-2' });
  expect(router.find('/ppp/secret', { name: 'ana' })).toBeUndefined();

  await call(`PUT /api/plans/${premium.id}`, { revision: premium.revision, downKbps: '50M', upKbps: '10M' });
  await eventually(() => router.find('/ppp/profile', { name: 'Premium' })?.['rate-limit'] === '10240k/51200k');
});

test('what is ours and was changed by hand on the router is put right at the next full look', async () => {
  const running = await startTestLastmile();
  const router = await startTestRouter();
  const added = await addRouter(running, router, { label: 'Tower' });
  const customer = await addCustomer(running, added.id, { username: 'ana' });
  await settled(running, customer.id);
  const secret = router.find('/ppp/secret', { name: 'ana' });
  router.edit('/ppp/secret', secret?.['.id'] ?? '', {
    name: 'renamed',
    disabled: 'true',
    comment: `paid by the neighbour ${secret?.comment}`,
  });
  router.put('/ppp/secret', { name: 'foreign', password: 'x' });
  await running.call(`POST /api/routers/${added.id}/sync`);
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({
    disabled: 'false',
    comment: `paid by the neighbour ${secret?.comment}`,
  });
  expect(router.find('/ppp/secret', { name: 'foreign' })).toBeDefined();
});

test('a router that already has subscribers is observed: nothing is written to it', async () => {
  const running = await startTestLastmile();
  const router = await startTestRouter();
  router.put('/ppp/secret', { name: 'old-one', password: 'x' });
  const added = await addRouter(running, router, { label: 'Tower' });
  expect(added.mode).toBe('observe');
  const customer = await addCustomer(running, added.id, { username: 'ana' });
  await running.call(`POST /api/routers/${added.id}/sync`);
  expect(router.rows('/ppp/secret')).toHaveLength(1);
  const { body } = await running.call(`GET /api/customers/${customer.id}`);
  expect(body.accounts[0].pending.trouble.code).toBe('router_not_managed');
  await manageRouter(running, added.id);
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name: 'ana' })).toBeDefined();
  expect(router.find('/ppp/secret', { name: 'old-one' })).toBeDefined();
});

test('what is created, suspended and paid while the router is offline is done when it returns', async () => {
  const running = await startTestLastmile();
  const { call } = running;
  const router = await startTestRouter();
  const added = await addRouter(running, router, { label: 'Tower' });
  const customer = await addCustomer(running, added.id, { username: 'ana' });
  await settled(running, customer.id);
  router.addSubscriber({ name: 'ana', password: 'secret-1', redialMs: 200 });
  await eventually(() => router.find('/ppp/active', { name: 'ana' }));

  router.faults.offline = true;
  const late = await addCustomer(running, added.id, { name: 'Late Larry', username: 'larry' });
  await call(`POST /api/customers/${customer.id}/suspend`, { note: 'moved out' });
  const waiting = await eventually(
    async () => (await call('GET /api/pending')).body,
    (pending) => pending.total === 2 && pending.items[0].pending.trouble !== null,
  );
  expect(waiting.items[0].pending.trouble.message).toContain('/ip service enable api');
  expect((await call(`GET /api/routers/${added.id}`)).body).toMatchObject({ state: 'unreachable', pendingCount: 2 });
  expect((await call(`GET /api/customers/${customer.id}`)).body).toMatchObject({ status: 'suspended' });

  router.faults.offline = false;
  await settled(running, customer.id);
  await settled(running, late.id);
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ disabled: 'true' });
  expect(router.find('/ppp/active', { name: 'ana' })).toBeUndefined();
  expect(router.find('/ppp/secret', { name: 'larry' })).toMatchObject({ disabled: 'false' });
});

test('who comes and who goes is shown by listening, long before the next reading of figures', async () => {
  const running = await startTestLastmile();
  const { call } = running;
  const settings = (await call('GET /api/settings')).body;
  await call('PUT /api/settings', { revision: settings.revision, liveIntervalSeconds: 300 });
  const router = await startTestRouter();
  const added = await addRouter(running, router);
  const customer = await addCustomer(running, added.id, { username: 'ana', password: 'secret-1' });
  await settled(running, customer.id);
  const online = async () => (await call('GET /api/sessions')).body.total;
  expect(router.dial('ana', 'secret-1')).toMatchObject({ ok: true });
  await eventually(online, (total) => total === 1);
  router.hangUp('ana');
  await eventually(online, (total) => total === 0);
});
