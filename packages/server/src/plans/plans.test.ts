import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, fresh, planNamed } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const add = (fields: Record<string, unknown> = {}) =>
  running.call('POST /api/plans', {
    name: fresh('Plan'),
    priceMinor: '2999',
    downKbps: '10M',
    upKbps: '5M',
    ...fields,
  });

test.each([
  ['Basic', '2999', 5],
  ['Standard', '4999', 10],
  ['Premium', '7999', 20],
])('a fresh installation sells %s for %s cents a month at %d Mbps (A33, A34, A35)', async (name, priceMinor, mbps) => {
  expect(await planNamed(running, name)).toMatchObject({
    priceMinor,
    currency: 'USD',
    downKbps: mbps * 1024,
    upKbps: mbps * 1024,
    periodUnit: 'month',
    periodCount: 1,
    dataCapBytes: null,
    profileName: name,
  });
});

test('a plan is added with its price, speeds, cap and period, and a profile of its own (A7, A54, A55, A56)', async () => {
  const { status, body } = await add({ dataCapBytes: '100000000000', periodUnit: 'week', periodCount: 2 });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    downKbps: 10_240,
    upKbps: 5120,
    rateLimit: '5120k/10240k',
    dataCapBytes: '100000000000',
    periodUnit: 'week',
    periodCount: 2,
    profileName: body.name,
    customerCount: 0,
    archivedAt: null,
  });
});

test('a plan says all that a profile can: kind, burst, priority, limit-at, timeouts, pool, list, DNS (B14, B15, B18, B19)', async () => {
  const options = {
    burstDownKbps: 20_480,
    burstUpKbps: 10_240,
    thresholdDownKbps: 8192,
    thresholdUpKbps: 4096,
    burstDownSeconds: 16,
    burstUpSeconds: 16,
    priority: 5,
    limitAtDownKbps: 2048,
    limitAtUpKbps: 1024,
    sessionTimeoutSeconds: 86_400,
    idleTimeoutSeconds: 600,
    sharedUsers: 1,
    addressPool: null,
    addressRange: '10.5.0.2-10.5.0.99,10.5.1.2',
    localAddress: '10.5.0.1',
    addressList: 'subscribers',
    dnsServers: '9.9.9.9,1.1.1.1',
  };
  const { status, body } = await add({ ...options, addressRange: ' 10.5.0.2 - 10.5.0.99, 10.5.1.2 ' });
  expect(status).toBe(201);
  const word = '5120k/10240k 10240k/20480k 4096k/8192k 16/16 5 1024k/2048k';
  expect(body).toMatchObject({ service: 'pppoe', rateLimit: word, ...options });
  const cleared = Object.fromEntries(Object.keys(options).map((name) => [name, null]));
  const changed = await running.call(`PUT /api/plans/${body.id}`, { revision: 1, ...cleared, priority: 1 });
  expect(changed.body).toMatchObject({ ...cleared, priority: 1, rateLimit: '5120k/10240k 0/0 0/0 0/0 1' });
  const entries = await running.call(`GET /api/audit?about=${body.id}&limit=1`);
  expect(entries.body.items[0].details).toMatchObject({ priority: [5, 1], dnsServers: ['9.9.9.9,1.1.1.1', null] });
});

test('a plan slows down who has used all that it includes, and keeps the slow speed that was said', async () => {
  const capped = { dataCapBytes: '50000000000', whenUsedUp: 'slow', slowDownKbps: '1M', slowUpKbps: '512k' };
  const { status, body } = await add(capped);
  expect(status).toBe(201);
  expect(body).toMatchObject({ whenUsedUp: 'slow', slowDownKbps: 1024, slowUpKbps: 512, rateLimit: '5120k/10240k' });
  const faster = await running.call(`PUT /api/plans/${body.id}`, { revision: 1, slowDownKbps: '2M' });
  expect(faster.body).toMatchObject({ whenUsedUp: 'slow', slowDownKbps: 2048, slowUpKbps: 512 });
  const off = await running.call(`PUT /api/plans/${body.id}`, {
    revision: 2,
    dataCapBytes: null,
    whenUsedUp: 'nothing',
  });
  expect(off.body).toMatchObject({ dataCapBytes: null, whenUsedUp: 'nothing', slowDownKbps: 2048, slowUpKbps: 512 });
  const entries = await running.call(`GET /api/audit?about=${body.id}&limit=1`);
  expect(entries.body.items[0].details).toMatchObject({ whenUsedUp: ['slow', 'nothing'] });
  // With its slow profile it leaves again.
  expect((await running.call(`DELETE /api/plans/${body.id}`)).status).toBe(204);
  expect((await add({ name: body.name, ...capped })).body.profileName).toBe(body.profileName);
});

test('the slow profile says all else as the full one, and has its addresses from the same pool', async () => {
  const capped = { dataCapBytes: '1', whenUsedUp: 'slow', slowDownKbps: '1M', slowUpKbps: '1M' };
  const { body } = await add({ ...capped, addressRange: '10.5.0.2-10.5.0.99', idleTimeoutSeconds: 600 });
  await running.call(`PUT /api/plans/${body.id}`, { revision: 1, idleTimeoutSeconds: 900, downKbps: '20M' });
  const [slow] = await running.query(
    `select slow.* from provisioning.profiles slow join provisioning.profiles full_one on full_one.id = slow.slow_of where full_one.name = $1`,
    [body.profileName],
  );
  expect(slow).toMatchObject({
    name: `${body.profileName}-slow`,
    down_kbps: 1024,
    idle_timeout_seconds: 900,
    address_range: null,
    address_pool: null,
  });
});

test('plans are listed by price, the cheapest first, page by page', async () => {
  const stem = fresh('Zone');
  for (const [name, priceMinor] of [
    ['b', '900'],
    ['a', '900'],
    ['c', '10000'],
    ['d', '50'],
  ])
    await add({ name: `${stem} ${name}`, priceMinor });
  const names: string[] = [];
  let after: string | null = '';
  do {
    const { body }: Loose = await running.call(
      `GET /api/plans?limit=3${after && `&after=${encodeURIComponent(after)}`}`,
    );
    names.push(...body.items.map(({ name }: Loose) => name));
    after = body.next;
  } while (after);
  const ours = names.filter((name) => name.startsWith(stem)).map((name) => name.slice(-1));
  expect(ours).toEqual(['d', 'a', 'b', 'c']);
});

test('a hotspot plan has its shared users (B16), and no number of them means as many as want', async () => {
  const { body } = await add({ service: 'hotspot', sharedUsers: 3 });
  expect(body).toMatchObject({ service: 'hotspot', sharedUsers: 3 });
  const open = await running.call(`PUT /api/plans/${body.id}`, { revision: 1, sharedUsers: null });
  expect(open.body.sharedUsers).toBeNull();
});

test('a change that does not fit what the plan says already is refused, and nothing of it is kept', async () => {
  const { body } = await add({ burstDownKbps: '20M', burstUpKbps: '10M' });
  const { status, body: fault } = await running.call(`PUT /api/plans/${body.id}`, {
    revision: 1,
    downKbps: '30M',
    name: fresh('Plan'),
  });
  expect([status, fault.fields[0].path]).toEqual([400, 'burstDownKbps']);
  expect((await running.call(`GET /api/plans/${body.id}`)).body).toEqual(body);
});

test('a profile name is made from what a router can write, and is nobody else’s', async () => {
  expect((await add({ name: 'Été & Ćevap 50%' })).body.profileName).toBe('Ete-Cevap-50');
  expect((await add({ name: 'été cevap 50' })).body.profileName).toBe('ete-cevap-50-2');
  expect((await add({ name: '水' })).body.profileName).toBe('plan');
});

test('a name of a plan or a profile that is taken is refused at its field', async () => {
  expect(await add({ name: 'BASIC' })).toMatchObject({
    status: 409,
    body: { code: 'plan_name_taken', fields: [{ path: 'name' }] },
  });
  expect(await add({ profileName: 'basic' })).toMatchObject({
    status: 409,
    body: { code: 'plan_name_taken', fields: [{ path: 'profileName' }] },
  });
});

test.each([
  ['no name', { name: '' }, 'name'],
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name'],
  ['a negative price', { priceMinor: '-1' }, 'priceMinor'],
  ['a price with a point', { priceMinor: '29.99' }, 'priceMinor'],
  ['no speed', { downKbps: '0' }, 'downKbps'],
  ['a speed of words', { upKbps: 'fast' }, 'upKbps'],
  ['a cap of nothing', { dataCapBytes: '0' }, 'dataCapBytes'],
  ['something to use up without a cap', { whenUsedUp: 'cut' }, 'dataCapBytes'],
  ['a slow speed that nobody said', { whenUsedUp: 'slow', dataCapBytes: '1' }, 'slowDownKbps'],
  [
    'a slow speed that is none',
    { whenUsedUp: 'slow', dataCapBytes: '1', slowDownKbps: '1M', slowUpKbps: '5M' },
    'slowUpKbps',
  ],
  ['a cap beyond all counting', { dataCapBytes: '9999999999999999999' }, 'dataCapBytes'],
  ['no period', { periodCount: 0 }, 'periodCount'],
  ['a period of half a month', { periodCount: 0.5 }, 'periodCount'],
  ['a period of moons', { periodUnit: 'moon' }, 'periodUnit'],
  ['a burst below the speed', { burstDownKbps: '5M' }, 'burstDownKbps'],
  ['a threshold without a burst', { thresholdUpKbps: '5M' }, 'thresholdUpKbps'],
  ['a threshold above the burst', { burstUpKbps: '6M', thresholdUpKbps: '7M' }, 'thresholdUpKbps'],
  ['a burst time without a burst', { burstUpSeconds: 8 }, 'burstUpSeconds'],
  ['a burst time of nothing', { burstUpKbps: '6M', burstUpSeconds: 0 }, 'burstUpSeconds'],
  ['a limit-at above the speed', { limitAtDownKbps: '11M' }, 'limitAtDownKbps'],
  ['a ninth priority', { priority: 9 }, 'priority'],
  ['a session that ends before it begins', { sessionTimeoutSeconds: -1 }, 'sessionTimeoutSeconds'],
  ['an idle timeout of a thousand years', { idleTimeoutSeconds: 31_536_000_000 }, 'idleTimeoutSeconds'],
  ['nobody as a shared user', { service: 'hotspot', sharedUsers: 0 }, 'sharedUsers'],
  ['a PPPoE login for two', { sharedUsers: 2 }, 'sharedUsers'],
  ['a kind that is none', { service: 'dsl' }, 'service'],
  ['a pool and a range', { addressPool: 'dhcp', addressRange: '10.5.0.2-10.5.0.9' }, 'addressRange'],
  ['a range that goes backward', { addressRange: '10.5.0.9-10.5.0.2' }, 'addressRange'],
  ['a range of three ends', { addressRange: '10.5.0.2-10.5.0.9-10.5.0.12' }, 'addressRange'],
  ['a range of words', { addressRange: 'all' }, 'addressRange'],
  ['a range of 10,000 characters', { addressRange: '10.5.0.2,'.repeat(1200) }, 'addressRange'],
  ['a pool of several words', { addressPool: 'my pool' }, 'addressPool'],
  ['an address that is none', { localAddress: '10.5.0.256' }, 'localAddress'],
  ['a tunnel for a hotspot', { service: 'hotspot', localAddress: '10.5.0.1' }, 'localAddress'],
  ['DNS for a hotspot', { service: 'hotspot', dnsServers: '9.9.9.9' }, 'dnsServers'],
  ['three DNS servers', { dnsServers: '9.9.9.9,1.1.1.1,8.8.8.8' }, 'dnsServers'],
  ['an address list of several words', { addressList: 'a list' }, 'addressList'],
  ['a profile name that a router would take apart', { profileName: 'a b;c' }, 'profileName'],
])('%s is refused at its field', async (_name, fields, path) => {
  const { status, body } = await add(fields);
  expect(status).toBe(400);
  expect(body.fields[0]).toMatchObject({ path, message: expect.any(String) });
});

test('a plan in use is not deleted, and can be archived', async () => {
  const plan = (await add()).body;
  const router = await addAbsentRouter(running);
  const customer = await addCustomer(running, router.id, { planId: plan.id });
  expect(await running.call(`DELETE /api/plans/${plan.id}`)).toMatchObject({
    status: 409,
    body: { code: 'plan_in_use', details: { accountCount: 1 }, message: expect.stringContaining('archive it instead') },
  });
  await running.call(`DELETE /api/customers/${customer.id}`);
  expect((await running.call(`DELETE /api/plans/${plan.id}`)).status).toBe(409);
  const archived = await running.call(`PUT /api/plans/${plan.id}`, { revision: 1, isArchived: true });
  expect(archived.body.archivedAt).toEqual(expect.any(String));
  const names = async (query: string) =>
    (await running.call(`GET /api/plans?${query}&limit=200`)).body.items.map(({ name }: Loose) => name);
  expect(await names('')).not.toContain(plan.name);
  expect(await names('status=archived')).toEqual([plan.name]);
  expect(await names('status=all')).toContain(plan.name);
  const back = await running.call(`PUT /api/plans/${plan.id}`, { revision: 2, isArchived: false });
  expect(back.body.archivedAt).toBeNull();
});

test('a plan that nobody ever had is deleted, with its profile', async () => {
  const plan = (await add()).body;
  expect((await running.call(`DELETE /api/plans/${plan.id}`)).status).toBe(204);
  expect((await running.call(`GET /api/plans/${plan.id}`)).status).toBe(404);
  expect((await add({ name: plan.name })).body.profileName).toBe(plan.profileName);
});

test('two people who change a plan at once: the second is told', async () => {
  const plan = (await add()).body;
  expect((await running.call(`PUT /api/plans/${plan.id}`, { revision: 1, priceMinor: '1' })).status).toBe(200);
  expect(await running.call(`PUT /api/plans/${plan.id}`, { revision: 1, priceMinor: '2' })).toMatchObject({
    status: 409,
    body: { code: 'edit_conflict' },
  });
  expect((await running.call(`GET /api/plans/${plan.id}`)).body.priceMinor).toBe('1');
});

test('a change is written down with what was before and after', async () => {
  const plan = (await add()).body;
  await running.call(`PUT /api/plans/${plan.id}`, { revision: 1, priceMinor: '3999', downKbps: '20M' });
  const { body } = await running.call(`GET /api/audit?about=${plan.id}&limit=1`);
  expect(body.items[0]).toMatchObject({
    action: 'plan.changed',
    details: { priceMinor: ['2999', '3999'], downKbps: [10_240, 20_480] },
  });
});

test('a plan that is sold while it is archived is sold or archived, never both ways', async () => {
  const router = await addAbsentRouter(running);
  for (let round = 0; round < 5; round++) {
    const plan = (await add()).body;
    const customer = { name: 'Ana', username: fresh('ana'), password: 'x', routerId: router.id, planId: plan.id };
    const [sold, deleted] = await Promise.all([
      running.call('POST /api/customers', customer),
      running.call(`DELETE /api/plans/${plan.id}`),
    ]);
    expect([
      [201, 409],
      [404, 204],
    ]).toContainEqual([sold.status, deleted.status]);
  }
});

test('another currency of the provider is that of the sample plans which nobody has and nobody changed; others keep theirs', async () => {
  const own = (await add()).body;
  const samples = async () => {
    const plans = await Promise.all(['Basic', 'Standard', 'Premium'].map((name) => planNamed(running, name)));
    return plans.map(({ priceMinor, currency }) => `${priceMinor} ${currency}`);
  };
  const changeCurrency = async (currency: string) => {
    const { revision } = (await running.call('GET /api/settings')).body;
    await running.call('PUT /api/settings', { revision, currency });
  };
  const { id: routerId } = await addAbsentRouter(running);
  await addCustomer(running, routerId, { planId: (await planNamed(running, 'Standard')).id });
  const premium = await planNamed(running, 'Premium');
  await running.call(`PUT /api/plans/${premium.id}`, { priceMinor: '9999', revision: premium.revision });

  await changeCurrency('KES');
  expect(await samples()).toEqual(['2999 KES', '4999 USD', '9999 USD']);
  expect((await running.call(`GET /api/plans/${own.id}`)).body.currency).toBe('USD');
  await changeCurrency('USD');
  expect(await samples()).toEqual(['2999 USD', '4999 USD', '9999 USD']);
});
