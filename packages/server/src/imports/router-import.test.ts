// A router that was there before us: read, reviewed, taken over, and not written to before somebody switches it to manage.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addRouter,
  fresh,
  getCustomer,
  manageRouter,
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

const writes = (router: Simulated) =>
  router.log().filter(({ command }) => /\/(add|set|remove|disable|enable|unset)$/.test(command));

async function oldRouter(): Promise<{ router: Simulated; id: string; profile: string }> {
  const router = await startTestRouter();
  const profile = fresh('gold');
  router.put('/ip/pool', { name: fresh('pool'), ranges: '10.9.0.2-10.9.0.99' });
  const pool = router.rows('/ip/pool').at(-1)?.name ?? '';
  router.put('/ppp/profile', {
    name: profile,
    'rate-limit': '5M/10M 6M/12M 4M/8M 8/8 5',
    'remote-address': pool,
    'only-one': 'yes',
  });
  router.put('/ppp/profile', { name: 'strange', 'rate-limit': '' });
  router.put('/ppp/secret', { name: 'ana', password: 'a1', service: 'pppoe', profile, comment: 'Ana Horvat' });
  router.put('/ppp/secret', { name: 'ben', password: 'b1', service: 'any', profile, disabled: 'yes' });
  router.put('/ppp/secret', { name: 'vpn', password: 'v1', service: 'l2tp', profile });
  router.put('/ppp/secret', { name: 'odd', password: 'o1', service: 'pppoe', profile: 'strange' });
  const { id, mode } = await addRouter(running, router);
  expect(mode).toBe('observe');
  return { router, id, profile };
}

const review = async (id: string) => (await running.call(`GET /api/routers/${id}/import`)).body;
const take = (id: string, profiles: Loose[]) => running.call(`POST /api/routers/${id}/import`, { profiles });
const newPlan = (name: string) => ({ name, priceMinor: '2500', downKbps: 10_000, upKbps: 5000 });

test('a review says which plan each profile becomes, and what of each account', async () => {
  const { id, profile } = await oldRouter();
  const seen = await review(id);
  expect(seen.counts).toEqual({ new: 3, known: 0, conflict: 0, unclear: 0, needsPassword: 0 });
  expect(seen.otherCount).toBe(1);
  expect(seen.profiles).toEqual([
    expect.objectContaining({
      name: profile,
      accountCount: 2,
      planId: null,
      proposal: { name: profile, downKbps: 10_000, upKbps: 5000 },
      isUnclear: false,
    }),
    expect.objectContaining({ name: 'strange', proposal: null, isUnclear: true }),
  ]);
  expect(seen.accounts.map(({ name, customerName, isDisabled }: Loose) => [name, customerName, isDisabled])).toEqual([
    ['ana', 'Ana Horvat', false],
    ['ben', 'ben', true],
    ['odd', 'odd', false],
  ]);
});

test('an import is one step, may be repeated, and writes nothing to the router', async () => {
  const { router, id, profile } = await oldRouter();
  const before = JSON.stringify([router.rows('/ppp/secret'), router.rows('/ppp/profile')]);
  router.clearLog();
  const choice = { service: 'pppoe', name: profile, newPlan: newPlan(profile) };
  expect(await take(id, [choice])).toMatchObject({
    status: 201,
    body: { importedCount: 2, newPlanCount: 1, leftCount: 1, withoutPasswordCount: 0 },
  });
  const { items } = (await running.call(`GET /api/customers?routerId=${id}`)).body;
  expect(items.map(({ name, status }: Loose) => [name, status])).toEqual([
    ['Ana Horvat', 'active'],
    ['ben', 'suspended'],
  ]);
  const ana = await getCustomer(running, items[0].id);
  expect(ana.accounts[0]).toMatchObject({ name: 'ana', planName: profile });
  expect((await running.call(`POST /api/accounts/${ana.accounts[0].id}/reveal`)).body.password).toBe('a1');
  const again = await review(id);
  expect(again.counts).toMatchObject({ new: 1, known: 2 });
  const planId = ana.accounts[0].planId;
  expect((await take(id, [{ service: 'pppoe', name: profile, planId }])).body.importedCount).toBe(0);
  await running.call(`POST /api/routers/${id}/sync`);
  expect(writes(router)).toEqual([]);
  expect(JSON.stringify([router.rows('/ppp/secret'), router.rows('/ppp/profile')])).toBe(before);
});

test('two imports at once take nobody over twice', async () => {
  const { id, profile } = await oldRouter();
  const plan = (await running.call('POST /api/plans', newPlan(fresh('Twice')))).body;
  const choice = [{ service: 'pppoe', name: profile, planId: plan.id }];
  const answers = await Promise.all([take(id, choice), take(id, choice), take(id, choice)]);
  expect(answers.map(({ body }) => body.importedCount).toSorted()).toEqual([0, 0, 2]);
});

test('who is taken over is charged from the day that the operator chose, and not at all where he chose none', async () => {
  const day = (days: number) => Temporal.Now.plainDateISO('UTC').add({ days }).toString();
  const subscriptionsOf = async (routerId: string) => {
    const { items } = (await running.call(`GET /api/customers?routerId=${routerId}`)).body;
    const lists = items.map(
      async ({ id }: Loose) => (await running.call(`GET /api/customers/${id}/subscriptions`)).body.items,
    );
    return (await Promise.all(lists)).flat();
  };
  const later = await oldRouter();
  const profiles = [{ service: 'pppoe', name: later.profile, newPlan: newPlan(later.profile) }];
  const wish = (id: string, chargedFrom: string) =>
    running.call(`POST /api/routers/${id}/import`, { profiles, chargedFrom });
  for (const days of [-400, -40, 400])
    expect(await wish(later.id, day(days))).toMatchObject({ status: 400, body: { fields: [{ path: 'chargedFrom' }] } });
  expect(await wish(later.id, day(5))).toMatchObject({ status: 201, body: { importedCount: 2 } });
  expect(await subscriptionsOf(later.id)).toMatchObject([
    { status: 'active', planName: later.profile, startsOn: day(5) },
    { status: 'active', planName: later.profile, startsOn: day(5) },
  ]);
  expect(writes(later.router)).toEqual([]);

  const never = await oldRouter();
  await take(never.id, [{ service: 'pppoe', name: never.profile, newPlan: newPlan(never.profile) }]);
  expect(await subscriptionsOf(never.id)).toEqual([]);
});

test('hotspot users are taken over with address, device and password, and stay as they are', async () => {
  const router = await startTestRouter();
  const profile = fresh('cafe');
  router.put('/ip/hotspot/user/profile', { name: profile, 'rate-limit': '1M/2M', 'shared-users': '2' });
  router.put('/ip/hotspot/user', {
    name: 'kiosk',
    password: 'k1',
    profile,
    'mac-address': '02:AB:CD:00:11:22',
    comment: 'Kiosk',
  });
  const { id } = await addRouter(running, router);
  expect(await review(id)).toMatchObject({
    counts: { new: 1 },
    profiles: [{ service: 'hotspot', name: profile, proposal: { downKbps: 2000, upKbps: 1000 } }],
  });
  const choice = { service: 'hotspot', name: profile, newPlan: { ...newPlan(profile), downKbps: 2000, upKbps: 1000 } };
  expect((await take(id, [choice])).body).toMatchObject({ importedCount: 1, withoutPasswordCount: 0 });
  const { items } = (await running.call(`GET /api/customers?routerId=${id}`)).body;
  expect((await getCustomer(running, items[0].id)).accounts).toMatchObject([
    { service: 'hotspot', name: 'kiosk', macAddress: '02:AB:CD:00:11:22', planName: profile },
  ]);
  expect(writes(router)).toEqual([]);
  expect(
    (await take(id, [{ ...choice, newPlan: undefined, planId: (await planOf(profile)).id }])).body.importedCount,
  ).toBe(0);
  await manageRouter(running, id);
  await settled(running, items[0].id);
  expect(router.find('/ip/hotspot/user', { name: 'kiosk' })).toMatchObject({
    password: 'k1',
    'mac-address': '02:AB:CD:00:11:22',
    comment: expect.stringMatching(/^Kiosk #lm-/),
  });
});

test('codes of vouchers are counted and left alone, also one that somebody wrote anew, and nobody reads them', async () => {
  const router = await startTestRouter();
  const profile = fresh('hour');
  const name = fresh('One hour');
  await running.call('POST /api/voucher-packages', {
    name,
    priceMinor: '500',
    durationSeconds: 3600,
    downKbps: 2000,
    upKbps: 1000,
  });
  const codes = ['M7KHB2N9P4QRS', 'N7KHB2N9P4QRS'];
  const written = (await running.query(
    `insert into vouchers.vouchers (id, code, version_id, created_at)
     select gen_random_uuid(), code, version.id, now() from unnest($1::text[]) code, vouchers.package_versions version
     where version.name = $2 returning id, code`,
    [codes, name],
  )) as Loose[];
  router.put('/ip/hotspot/user/profile', { name: profile, 'rate-limit': '1M/2M' });
  const marked = written.find(({ code }) => code === codes[0])?.id;
  router.put('/ip/hotspot/user', { name: codes[0] ?? '', profile, comment: `#lm-${marked.replaceAll('-', '')}` });
  router.put('/ip/hotspot/user', { name: codes[1] ?? '', profile });
  router.put('/ip/hotspot/user', { name: 'kiosk', password: 'k1', profile });
  const { id } = await addRouter(running, router);
  const seen = await review(id);
  expect(seen).toMatchObject({ counts: { new: 1, known: 0, conflict: 0, unclear: 0 }, voucherCount: 2 });
  expect(seen.profiles).toMatchObject([{ name: profile, accountCount: 1 }]);
  for (const code of codes) expect(JSON.stringify(seen)).not.toContain(code);
  const choice = { service: 'hotspot', name: profile, newPlan: { ...newPlan(profile), downKbps: 2000, upKbps: 1000 } };
  expect((await take(id, [choice])).body).toMatchObject({ importedCount: 1 });
});

const planOf = async (name: string) =>
  (await running.call(`GET /api/plans?search=${name}`)).body.items.find((plan: Loose) => plan.name === name);

test('switched to manage, what was taken over gets the mark and stays as it is otherwise', async () => {
  const { router, id, profile } = await oldRouter();
  await take(id, [{ service: 'pppoe', name: profile, newPlan: newPlan(profile) }]);
  const preview = (await running.call(`GET /api/routers/${id}/preview`)).body;
  expect(preview.counts).toMatchObject({ add: 0, change: 3, remove: 0 });
  expect(
    preview.objects.map(({ kind, name, fields }: Loose) => [kind, name, fields.map(({ field }: Loose) => field)]),
  ).toEqual([
    ['profile', profile, ['comment']],
    ['account', 'ana', ['comment']],
    ['account', 'ben', ['comment']],
  ]);
  expect(writes(router)).toEqual([]);
  const foreign = JSON.stringify(router.find('/ppp/secret', { name: 'vpn' }));
  await manageRouter(running, id);
  const { items } = (await running.call(`GET /api/customers?routerId=${id}`)).body;
  for (const customer of items) await settled(running, customer.id);
  expect(router.find('/ppp/secret', { name: 'ana' })).toMatchObject({
    profile,
    service: 'pppoe',
    disabled: 'false',
    comment: expect.stringMatching(/^Ana Horvat #lm-[0-9a-f]{32}$/),
  });
  expect(router.find('/ppp/secret', { name: 'ben' })).toMatchObject({ service: 'any', disabled: 'true' });
  expect(router.find('/ppp/profile', { name: profile })).toMatchObject({
    'rate-limit': '5M/10M 6M/12M 4M/8M 8/8 5',
    'remote-address': expect.stringMatching(/^pool-/),
    'only-one': 'yes',
  });
  expect(JSON.stringify(router.find('/ppp/secret', { name: 'vpn' }))).toBe(foreign);
  // From the first look on it is settled: nothing more is written.
  router.clearLog();
  await running.call(`POST /api/routers/${id}/sync`);
  expect(writes(router)).toEqual([]);
});

test('an account whose password the router does not show is never given one by us', async () => {
  const { router, id, profile } = await oldRouter();
  await take(id, [{ service: 'pppoe', name: profile, newPlan: newPlan(profile) }]);
  await running.query(
    `update provisioning.accounts set is_password_unknown = true, password_sealed = password_sealed where router_id = $1`,
    [id],
  );
  router.drop('/ppp/secret', router.find('/ppp/secret', { name: 'ana' })?.['.id'] ?? '');
  await manageRouter(running, id);
  const { items } = (await running.call(`GET /api/customers?routerId=${id}&search=Ana`)).body;
  const seen = await eventually(
    () => getCustomer(running, items[0].id),
    ({ accounts }) => accounts[0].pending?.trouble?.code === 'password_needed',
  );
  expect(router.find('/ppp/secret', { name: 'ana' })).toBeUndefined();
  await running.call(`PUT /api/customers/${seen.id}`, { revision: seen.revision, password: 'given-1' });
  await settled(running, seen.id);
  expect(router.find('/ppp/secret', { name: 'ana' })).toBeDefined();
});

test('a router that does not answer is told, and nothing was taken over', async () => {
  const { router, id, profile } = await oldRouter();
  router.faults.offline = true;
  expect(await running.call(`GET /api/routers/${id}/import`)).toMatchObject({ status: 502 });
  expect(await take(id, [{ service: 'pppoe', name: profile, newPlan: newPlan(profile) }])).toMatchObject({
    status: 502,
  });
  expect((await running.call(`GET /api/customers?routerId=${id}`)).body.items).toEqual([]);
});

test('who was online before the router was taken over is online as its customer at once', async () => {
  const { router, id, profile } = await oldRouter();
  router.addSubscriber({ name: 'ana', password: 'a1' });
  const session = async () =>
    (await running.call(`GET /api/sessions?routerId=${id}`)).body.items.find(
      ({ accountName }: Loose) => accountName === 'ana',
    );
  expect(await eventually(session)).toMatchObject({ customerId: null });
  const choice = { service: 'pppoe', name: profile, newPlan: newPlan(profile) };
  expect((await take(id, [choice])).body).toMatchObject({ importedCount: 2 });
  expect(await session()).toMatchObject({ customerName: 'Ana Horvat' });
  const { customerId } = await session();
  expect((await running.call(`GET /api/customers?routerId=${id}&status=online`)).body.items).toMatchObject([
    { id: customerId, isOnline: true },
  ]);
});
