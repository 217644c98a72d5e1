// What goes wrong between us and a router, each with its clear answer. The state of the router decides, not ours alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addCustomer,
  addRouter,
  fresh,
  getCustomer,
  issueInvoice,
  pendingTrouble,
  type Simulated,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
  // The shortest there is: a router that went away is noticed by then.
  await running.call('PUT /api/settings', { revision: 1, liveIntervalSeconds: 2 });
});
afterAll(() => running.close());

const routerOf = async (id: string) => (await running.call(`GET /api/routers/${id}`)).body;
const sync = async (id: string) => (await running.call(`POST /api/routers/${id}/sync`)).body;
const retry = (customer: Loose) => running.call(`POST /api/accounts/${customer.accounts[0].id}/retry`);

function logins(router: Simulated): number {
  return router.log().filter(({ command }) => command === '/login').length;
}

test('an account name that another customer has on this router is refused at its field', async () => {
  const router = await addRouter(running, await startTestRouter());
  const other = await addRouter(running, await startTestRouter());
  const { accounts } = await addCustomer(running, router.id, { username: 'ana' });
  const again = { name: 'Ana', username: 'ana', password: 'x', routerId: router.id, planId: accounts[0].planId };
  const refused = await running.call('POST /api/customers', again);
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'account_name_taken', fields: [{ path: 'username' }], details: { name: 'ana' } },
  });
  expect((await running.call('POST /api/customers', { ...again, routerId: other.id })).status).toBe(201);
});

test('a name that somebody else’s secret has on the router waits with words, and goes through when it is free', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.put('/ppp/secret', { name: 'ana', password: 'not-ours', comment: 'my neighbour' });
  const before = router.find('/ppp/secret', { name: 'ana' });
  const customer = await addCustomer(running, id, { username: 'ana' });
  const pending = await pendingTrouble(running, customer.id);
  expect(pending).toMatchObject({ nextTryAt: null, trouble: { code: 'account_name_taken' } });
  expect(pending.trouble.message).toContain('secret "ana" that is not ours');
  expect(router.find('/ppp/secret', { name: 'ana' })).toEqual(before);
  expect((await running.call('GET /api/dashboard')).body.pendingOnRouters.needsPerson).toBeGreaterThan(0);

  router.drop('/ppp/secret', before?.['.id'] ?? '');
  await retry(customer);
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({ password: 'secret-1' });
});

test('a profile name that somebody else’s profile has waits with words; the plan gets another one and it goes through', async () => {
  const router = await startTestRouter();
  router.put('/ppp/profile', { name: 'Taken', 'rate-limit': '1M/1M' });
  const before = router.find('/ppp/profile', { name: 'Taken' });
  const { id } = await addRouter(running, router);
  const plan = (
    await running.call('POST /api/plans', {
      name: fresh('Taken'),
      priceMinor: '100',
      downKbps: '5M',
      upKbps: '5M',
      profileName: 'Taken',
    })
  ).body;
  const customer = await addCustomer(running, id, { planId: plan.id });
  const { trouble } = await pendingTrouble(running, customer.id);
  expect(trouble).toMatchObject({ code: 'profile_name_taken' });
  expect(trouble.message).toContain('PPP profile "Taken" that is not ours');
  expect(router.find('/ppp/profile', { name: 'Taken' })).toEqual(before);
  expect(router.count('/ppp/secret')).toBe(0);

  const changed = { revision: plan.revision, profileName: fresh('Free') };
  await running.call(`PUT /api/plans/${plan.id}`, changed);
  await retry(customer);
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name: customer.accounts[0].name })).toMatchObject({
    profile: changed.profileName,
  });
});

test('a router whose password was changed is shown, not hammered, and converges when the password is edited', async () => {
  const router = await startTestRouter();
  const added = await addRouter(running, router);
  const user = router.find('/user', { name: 'lastmile' });
  router.edit('/user', user?.['.id'] ?? '', { password: 'a new one' });
  router.reboot();
  const refused = await eventually(
    () => routerOf(added.id),
    ({ state }) => state === 'login_refused',
  );
  expect(refused.trouble).toMatchObject({ code: 'login_refused', message: expect.stringContaining('password') });
  const tried = logins(router);
  // Work that comes, and looks at the page, try nothing.
  const customer = await addCustomer(running, added.id);
  for (let count = 0; count < 5; count++) await running.call('GET /api/dashboard');
  expect((await pendingTrouble(running, customer.id)).trouble.code).toBe('login_refused');
  expect(logins(router)).toBe(tried);

  const edited = await running.call(`PUT /api/routers/${added.id}`, {
    revision: added.revision,
    password: 'a new one',
  });
  expect(edited.status).toBe(200);
  await settled(running, customer.id);
  expect(logins(router)).toBe(tried + 1);
  expect(await routerOf(added.id)).toMatchObject({ state: 'online', trouble: null });
});

test('a test that succeeds on a router whose login was refused has it looked at again at once', async () => {
  const router = await startTestRouter();
  const added = await addRouter(running, router);
  const customer = await addCustomer(running, added.id);
  await settled(running, customer.id);
  const user = router.find('/user', { name: 'lastmile' });
  router.edit('/user', user?.['.id'] ?? '', { password: 'mistyped' });
  router.reboot();
  await eventually(
    () => routerOf(added.id),
    ({ state }) => state === 'login_refused',
  );
  expect((await running.call(`POST /api/routers/${added.id}/test`)).body).toMatchObject({
    ok: false,
    trouble: { code: 'login_refused' },
  });
  router.edit('/user', user?.['.id'] ?? '', { password: 'demo' });
  expect((await running.call(`POST /api/routers/${added.id}/test`)).body).toMatchObject({ ok: true, trouble: null });
  expect(await routerOf(added.id)).toMatchObject({ state: 'online', trouble: null });
});

test('a wrong password is tried once per connection', async () => {
  const router = await startTestRouter();
  const tested = await running.call('POST /api/routers/test', {
    host: '127.0.0.1',
    port: router.port,
    username: 'lastmile',
    password: 'wrong',
  });
  expect(tested.body).toMatchObject({ ok: false, facts: null, trouble: { code: 'login_refused' } });
  expect(logins(router)).toBe(1);
});

test('a user without the right to write is shown as needing a person, and what waits goes through after the mending', async () => {
  const router = await startTestRouter({
    users: [{ name: 'lastmile', password: 'demo', policy: 'api,read,test,sensitive' }],
  });
  const added = await addRouter(running, router);
  expect(added.state).toBe('online');
  const customer = await addCustomer(running, added.id);
  const pending = await pendingTrouble(running, customer.id);
  expect(pending).toMatchObject({ nextTryAt: null, trouble: { code: 'not_permitted' } });
  expect(pending.trouble.message).toContain('its group needs the policies read, write, api, test and sensitive');
  const rejected = await eventually(
    () => routerOf(added.id),
    ({ state }) => state === 'rejected',
  );
  expect(rejected.trouble.code).toBe('not_permitted');
  // It is not asked again and again: a command more would be one per full look.
  const asked = router.log().filter(({ command }) => command === '/ppp/secret/add').length;
  await addCustomer(running, added.id);
  expect(router.log().filter(({ command }) => command === '/ppp/secret/add')).toHaveLength(asked);

  const group = router.find('/user/group', { name: 'lastmile-group' });
  router.edit('/user/group', group?.['.id'] ?? '', { policy: 'api,read,write,test,sensitive' });
  await retry(customer);
  await settled(running, customer.id);
  expect(await routerOf(added.id)).toMatchObject({ state: 'online', trouble: null });
});

test('a router without the right to show passwords is written to all the same', async () => {
  const router = await startTestRouter({
    users: [{ name: 'lastmile', password: 'demo', policy: 'api,read,write,test' }],
  });
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id);
  await settled(running, customer.id);
  const { name } = customer.accounts[0];
  expect(router.find('/ppp/secret', { name })).toMatchObject({ password: 'secret-1' });
  const { revision } = await getCustomer(running, customer.id);
  await running.call(`PUT /api/customers/${customer.id}`, { revision, password: 'secret-2' });
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name })).toMatchObject({ password: 'secret-2' });
});

test('a router that accepts and never answers keeps only itself waiting', async () => {
  const [dumb, well] = [await startTestRouter(), await startTestRouter()];
  const first = await addRouter(running, dumb);
  const second = await addRouter(running, well);
  dumb.faults.silent = true;
  await addCustomer(running, first.id);
  const customer = await addCustomer(running, second.id);
  await settled(running, customer.id);
  expect(well.find('/ppp/secret', { name: customer.accounts[0].name })).toBeDefined();
  dumb.faults.silent = false;
});

test('a router that never answers is added all the same, and says so in words', async () => {
  const router = await startTestRouter();
  router.faults.silent = true;
  const added = await addRouter(running, router);
  expect(added).toMatchObject({ state: 'unreachable', trouble: { message: 'No answer in 5 s.' } });
  router.faults.silent = false;
  expect(await sync(added.id)).toMatchObject({ state: 'online', trouble: null });
});

test('a router that dies in the middle of a change has it done when it is back', async () => {
  const router = await startTestRouter();
  const added = await addRouter(running, router);
  const customer = await addCustomer(running, added.id);
  await settled(running, customer.id);
  const { name } = customer.accounts[0];
  router.addSubscriber({ name, password: 'secret-1', redialMs: 50 });
  await eventually(() => router.find('/ppp/active', { name }));
  // The secret is disabled, and then the answer is cut: the session is still to be dropped.
  router.faults.truncateReply = true;
  await running.call(`POST /api/customers/${customer.id}/suspend`);
  await eventually(
    () => routerOf(added.id),
    ({ state }) => state === 'unreachable',
  );
  router.faults.truncateReply = false;
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name })).toMatchObject({ disabled: 'true' });
  expect(router.find('/ppp/active', { name })).toBeUndefined();
});

test('a router that refuses a value says so at the account, and the others go on', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.faults.failNext('/ppp/secret/add', 'failure: too many secrets', { times: 1 });
  const refused = await addCustomer(running, id);
  const pending = await pendingTrouble(running, refused.id);
  expect(pending).toMatchObject({ nextTryAt: null, trouble: { code: 'rejected' } });
  expect(pending.trouble.message).toContain('too many secrets');
  const next = await addCustomer(running, id);
  await settled(running, next.id);
  await retry(refused);
  await settled(running, refused.id);
});

test('a router that lost everything gets everything back, and nobody is removed for an empty read', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customers = [await addCustomer(running, id), await addCustomer(running, id)];
  for (const customer of customers) await settled(running, customer.id);
  for (const row of router.rows('/ppp/secret')) router.drop('/ppp/secret', row['.id'] ?? '');
  expect(router.count('/ppp/secret')).toBe(0);
  await sync(id);
  expect(router.count('/ppp/secret')).toBe(2);
  for (const { id: customerId } of customers)
    expect(await getCustomer(running, customerId)).toMatchObject({ status: 'active' });
});

test('an offline router suspends nobody and loses nobody', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id);
  await settled(running, customer.id);
  router.faults.offline = true;
  expect(await sync(id)).toMatchObject({ state: 'unreachable', accountCount: 1 });
  expect(await getCustomer(running, customer.id)).toMatchObject({ status: 'active', accounts: [{ blocks: [] }] });
  router.faults.offline = false;
  await router.settled();
});

test('paid while the router is offline: on again when it is back', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id);
  const { name } = customer.accounts[0];
  const invoice = await issueInvoice(running, customer.id);
  await running.call('POST /api/billing/overdue-runs');
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name })).toMatchObject({ disabled: 'true' });
  router.faults.offline = true;
  await running.call(`POST /api/invoices/${invoice.id}/payments`, {});
  expect(await getCustomer(running, customer.id)).toMatchObject({ status: 'active', accounts: [{ pending: {} }] });
  expect(router.find('/ppp/secret', { name })).toMatchObject({ disabled: 'true' });
  router.faults.offline = false;
  await router.settled();
  await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name })).toMatchObject({ disabled: 'false' });
});

test('names that are exchanged while the router is offline are exchanged on it', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const [first, second] = [await addCustomer(running, id), await addCustomer(running, id)];
  await settled(running, first.id);
  await settled(running, second.id);
  const [a, b] = [first.accounts[0].name, second.accounts[0].name];
  const marks = [a, b].map((name) => router.find('/ppp/secret', { name })?.comment);
  router.faults.offline = true;
  const rename = async (customerId: string, username: string) => {
    const { revision } = await getCustomer(running, customerId);
    expect((await running.call(`PUT /api/customers/${customerId}`, { revision, username })).status).toBe(200);
  };
  await rename(first.id, fresh('between'));
  await rename(second.id, a);
  await rename(first.id, b);
  router.faults.offline = false;
  await router.settled();
  await settled(running, first.id);
  await settled(running, second.id);
  expect([b, a].map((name) => router.find('/ppp/secret', { name })?.comment)).toEqual(marks);
  expect(router.count('/ppp/secret')).toBe(2);
});

test('a customer who moves to another router is removed from the old one and keeps his block on the new one', async () => {
  const [old, next] = [await startTestRouter(), await startTestRouter()];
  const [from, to] = [await addRouter(running, old), await addRouter(running, next)];
  const customer = await addCustomer(running, from.id);
  await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'fraud' });
  await settled(running, customer.id);
  const { revision } = await getCustomer(running, customer.id);
  await running.call(`PUT /api/customers/${customer.id}`, { revision, routerId: to.id });
  const moved = await settled(running, customer.id);
  expect(moved.accounts).toMatchObject([{ routerId: to.id, blocks: [{ reason: 'staff', note: 'fraud' }] }]);
  const { name } = customer.accounts[0];
  expect(next.find('/ppp/secret', { name })).toMatchObject({ disabled: 'true', password: 'secret-1' });
  await eventually(() => old.find('/ppp/secret', { name }) === undefined);
  // What left its router needs no password any more, and nobody can look at one.
  const left = customer.accounts[0].id;
  await eventually(
    () => running.query('select length(password_sealed) as length from provisioning.accounts where id = $1', [left]),
    ([row]) => row.length === 0,
  );
  expect((await running.call(`POST /api/accounts/${left}/reveal`)).status).toBe(404);
});

test('a router with accounts is not deleted, and is once they are gone', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id);
  expect(await running.call(`DELETE /api/routers/${id}`)).toMatchObject({
    status: 409,
    body: { code: 'router_has_accounts', details: { accountCount: 1 }, message: expect.stringContaining('1 account') },
  });
  await running.call(`DELETE /api/customers/${customer.id}`);
  expect(await running.call(`DELETE /api/routers/${id}`)).toMatchObject({ status: 204 });
  expect((await running.call(`GET /api/routers/${id}`)).status).toBe(404);
  const [row] = await running.query('select length(password_sealed) as length from routers.routers where id = $1', [
    id,
  ]);
  expect(row.length).toBe(0);
});

test('a removed router leaves no live session behind, also when it was being read', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.put('/ppp/secret', { name: 'guest', password: 'x' });
  router.dial('guest', 'x');
  await sync(id);
  expect((await running.call(`GET /api/sessions?routerId=${id}`)).body.total).toBe(1);
  // Each row of the answer takes its time: the router is removed while it is read.
  router.faults.slowRowMs = 150;
  const reading = running.call(`POST /api/routers/${id}/sync`);
  router.clearLog();
  await eventually(() => router.log().some(({ command }) => command === '/interface/print'));
  await running.call(`DELETE /api/routers/${id}`);
  await reading;
  const live = await running.query(
    'select count(*)::int from provisioning.sessions where router_id = $1 and ended_at is null',
    [id],
  );
  expect(live).toEqual([{ count: 0 }]);
});

test('a router at an address or with a label that is taken is refused at its field', async () => {
  const router = await startTestRouter();
  const { label, host, port } = await addRouter(running, router);
  const another = { label: fresh('Hill'), host, port, username: 'lastmile', password: 'demo' };
  expect(await running.call('POST /api/routers', another)).toMatchObject({
    status: 409,
    body: { code: 'router_address_taken', fields: [{ path: 'host' }] },
  });
  const free = await startTestRouter();
  const named = { ...another, port: free.port, label: label.toUpperCase() };
  expect(await running.call('POST /api/routers', named)).toMatchObject({
    status: 409,
    body: { code: 'router_label_taken', fields: [{ path: 'label' }] },
  });
});

test('a session is dropped by a person, who is told when the router does not answer', async () => {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  router.put('/ppp/secret', { name: 'guest', password: 'x' });
  router.dial('guest', 'x');
  await sync(id);
  const { items } = (await running.call(`GET /api/sessions?routerId=${id}`)).body;
  router.faults.offline = true;
  expect(await running.call(`DELETE /api/sessions/${items[0].id}`)).toMatchObject({
    status: 502,
    body: { code: 'router_unreachable', message: expect.stringContaining('/ip service enable api') },
  });
  router.faults.offline = false;
  await router.settled();
  expect(await running.call(`DELETE /api/sessions/${items[0].id}`)).toMatchObject({ status: 204 });
  expect(router.sessions).toEqual([]);
  expect(await running.call(`DELETE /api/sessions/${items[0].id}`)).toMatchObject({ status: 404 });
});

test('a router that is only observed is never written to, not even to disconnect', async () => {
  const router = await startTestRouter();
  router.put('/ppp/secret', { name: 'guest', password: 'x' });
  router.dial('guest', 'x');
  const { id, mode } = await addRouter(running, router);
  expect(mode).toBe('observe');
  const { items } = (await running.call(`GET /api/sessions?routerId=${id}`)).body;
  expect(await running.call(`DELETE /api/sessions/${items[0].id}`)).toMatchObject({
    status: 409,
    body: { code: 'router_not_managed' },
  });
  await addCustomer(running, id);
  await sync(id);
  const writes = router.log().filter(({ command }) => !/\/(print|login|listen|cancel)$|^\/login$/.test(command));
  expect(writes).toEqual([]);
});
