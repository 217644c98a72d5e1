// From the click to the code, with a router on a real socket: sold and working, or not sold at all.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let router: Simulated;
let routerId: string;
let owner: Caller;
let cashier: { id: string; call: Caller };
let shift: Loose;
let hour: Loose;

const users = '/ip/hotspot/user';
const mac = '02:00:00:00:00:AA';

beforeAll(async () => {
  running = await openTestLastmile();
  await running.call('PUT /api/settings', { revision: 1, liveIntervalSeconds: 2 });
  owner = running.call;
  const added = await owner('POST /api/voucher-packages', {
    name: 'One hour',
    priceMinor: '500',
    durationSeconds: 3600,
    dataBytes: '1000000000',
    downKbps: 4096,
    upKbps: 1024,
    validDays: 30,
  });
  hour = added.body;
});
afterAll(() => running.close());

beforeEach(async () => {
  await whenUnreachable('refuse');
  router = await startTestRouter();
  routerId = (await addRouter(running, router)).id;
  cashier = await counterStaff(running);
  shift = await clockIn(cashier.call, routerId);
});

async function whenUnreachable(way: string): Promise<void> {
  const { body } = await owner('GET /api/voucher-settings');
  await owner('PUT /api/voucher-settings', { whenUnreachable: way, revision: body.revision });
}

const sell = (change: Record<string, unknown> = {}) =>
  cashier.call('POST /api/counter/sales', {
    packageId: hour.id,
    quantity: 1,
    idempotencyKey: crypto.randomUUID(),
    ...change,
  });

const statesOf = async () =>
  (await running.query(`select state from vouchers.vouchers where shift_id = $1 order by state`, [shift.id])).map(
    ({ state }) => state,
  );

const balance = async () => {
  const rows = await running.query(
    `select coalesce(sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end), 0)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) where a.owner_id = $1`,
    [shift.id],
  );
  return rows[0].balance;
};

const codes = () => router.rows(users).filter((row: Loose) => row.default !== 'true');

/** Nothing of a refused sale: no money, no code that works, nothing on the router in the end. */
async function expectNothingSold(): Promise<void> {
  expect(await balance()).toBe('0');
  expect(new Set(await statesOf())).toEqual(new Set(['void']));
  await eventually(
    () => running.query(`select 1 from vouchers.vouchers where shift_id = $1 and is_on_router`, [shift.id]),
    (rows) => rows.length === 0,
  );
  expect(codes()).toEqual([]);
}

test('a code is sold, is on the router with its limits, and works at once (D6, D7, D8, D9, D31, D38)', async () => {
  const sale = await sell({ customerPhone: '+255 700 1' });
  expect(sale).toMatchObject({ status: 201, body: { state: 'complete', quantity: 1, totalMinor: '500' } });
  const [voucher] = sale.body.vouchers;
  expect(voucher).toMatchObject({ state: 'sold', pending: null, customerPhone: '+255 700 1' });
  expect(voucher.code).toMatch(/^[2-9A-HJKMNP-Z]{13}$/);
  expect(router.find(users, { name: voucher.code })).toMatchObject({
    password: voucher.code,
    'limit-uptime': '1h',
    'limit-bytes-total': '1000000000',
    disabled: 'false',
  });
  expect(router.find(`${users}/profile`, { name: hour.profileName })).toMatchObject({
    'rate-limit': '1024k/4096k',
    'shared-users': '1',
  });
  expect(router.logInToHotspot(voucher.code, voucher.code, { mac })).toMatchObject({ ok: true });
  expect(await balance()).toBe('500');
});

test('many codes are sold at once, all different, with one profile', async () => {
  const sale = await sell({ quantity: 100 });
  expect(new Set(sale.body.vouchers.map(({ code }: Loose) => code)).size).toBe(100);
  expect(codes()).toHaveLength(100);
  expect(router.rows(`${users}/profile`)).toHaveLength(2);
  expect(sale.body.totalMinor).toBe('50000');
});

test.each(['at once', 'one after the other'])('two clicks %s sell one code', async (way) => {
  const key = crypto.randomUUID();
  const first = sell({ idempotencyKey: key });
  if (way !== 'at once') await first;
  const both = await Promise.all([first, sell({ idempotencyKey: key })]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
  expect(both[0].body.vouchers).toEqual(both[1].body.vouchers);
  expect(codes()).toHaveLength(1);
  expect(await balance()).toBe('500');
  expect(await sell({ idempotencyKey: key, quantity: 2 })).toMatchObject({ body: { code: 'idempotency_key_used' } });
});

test('a profile that was changed on the router is put right before a code uses it', async () => {
  router.put(`${users}/profile`, { name: hour.profileName, 'rate-limit': '100M/100M', 'shared-users': 9 });
  await sell();
  expect(router.find(`${users}/profile`, { name: hour.profileName })).toMatchObject({
    'rate-limit': '1024k/4096k',
    'shared-users': '1',
  });
});

test('a router that does not answer: nothing is sold, and the cashier is told why', async () => {
  router.faults.offline = true;
  await router.settled();
  const refused = await sell();
  expect(refused).toMatchObject({ status: 502, body: { code: 'router_unreachable' } });
  expect(refused.body.message).toContain('nothing was sold');
  expect(await balance()).toBe('0');
  expect(await statesOf()).toEqual(['void']);
  router.faults.clear();
  await router.settled();
  await running.call(`POST /api/routers/${routerId}/sync`);
  await expectNothingSold();
  expect(await sell()).toMatchObject({ status: 201 });
});

test('by setting, a code is sold pending and comes alive as soon as the router is back (D1)', async () => {
  await whenUnreachable('pending');
  router.faults.offline = true;
  await router.settled();
  const sale = await sell();
  expect(sale).toMatchObject({ status: 201, body: { state: 'complete' } });
  const [voucher] = sale.body.vouchers;
  expect(voucher.pending).toMatchObject({ since: expect.any(String), message: expect.any(String) });
  expect(await balance()).toBe('500');
  router.faults.clear();
  await router.settled();
  await running.call(`POST /api/routers/${routerId}/sync`);
  const mine = await eventually(
    () => cashier.call('GET /api/counter/sales'),
    ({ body }) => body.items[0].pending === null,
  );
  expect(mine.body.items[0].code).toBe(voucher.code);
  expect(router.logInToHotspot(voucher.code, voucher.code, { mac })).toMatchObject({ ok: true });
});

test.each([
  ['refuses the user', '/ip/hotspot/user/add', 'not enough permissions (9)'],
  ['refuses the profile', '/ip/hotspot/user/profile/add', 'failure: internal error'],
])('a router that %s: nothing is sold, also where pending sales are allowed', async (_name, command, text) => {
  await whenUnreachable('pending');
  router.faults.failNext(command, text);
  expect(await sell()).toMatchObject({ status: 502, body: { code: 'router_rejected' } });
  await expectNothingSold();
});

test('an answer that is lost on the way: not sold, and what reached the router leaves it', async () => {
  router.faults.truncateReply = 1;
  const refused = await sell();
  router.faults.clear();
  expect(refused.status).toBe(502);
  await running.call(`POST /api/routers/${routerId}/sync`);
  await expectNothingSold();
});

describe('own tokens', () => {
  test('a cashier sees what he sold and nothing of others (C38, C39)', async () => {
    const sale = await sell({ quantity: 3 });
    const other = await counterStaff(running);
    await clockIn(other.call, routerId);
    const mine = await cashier.call('GET /api/counter/sales?limit=2');
    expect(mine.body.items).toHaveLength(2);
    const rest = await cashier.call(`GET /api/counter/sales?limit=2&after=${mine.body.next}`);
    expect([...mine.body.items, ...rest.body.items].map(({ id }: Loose) => id).toSorted()).toEqual(
      sale.body.vouchers.map(({ id }: Loose) => id).toSorted(),
    );
    expect((await cashier.call('GET /api/counter')).body.today).toMatchObject({ soldCount: 3, soldMinor: '1500' });
    expect((await other.call('GET /api/counter/sales')).body.items).toEqual([]);
    expect((await other.call('GET /api/counter')).body.today).toMatchObject({ soldCount: 0, soldMinor: '0' });
  });
});

test('sales count in the drawer that is counted', async () => {
  await sell({ quantity: 2 });
  const counted = await cashier.call('POST /api/counter/shift/count', { cash: [{ faceValue: '10', count: 1 }] });
  expect(counted.body.result).toMatchObject({ expectedMinor: '1000', varianceMinor: '0', outcome: 'balanced' });
});

test('a full drawer sells no more until cash is handed over', async () => {
  const { body } = await owner('GET /api/voucher-settings');
  await owner('PUT /api/voucher-settings', { drawerLimitMinor: '900', revision: body.revision });
  expect(await sell()).toMatchObject({ status: 201 });
  const refused = await sell();
  expect(refused).toMatchObject({ status: 409, body: { code: 'drawer_limit_reached', details: {} } });
  await cashier.call('POST /api/counter/cash', {
    kind: 'to_safe',
    amountMinor: '500',
    reason: 'full',
    idempotencyKey: crypto.randomUUID(),
  });
  expect(await sell()).toMatchObject({ status: 201 });
  await owner('PUT /api/voucher-settings', { drawerLimitMinor: null, revision: body.revision + 1 });
});

describe('the database refuses, also to a person with psql', () => {
  test.each(['sales', 'vouchers', 'events'])('%s keeps what was sold', async (table) => {
    await sell();
    await expect(running.query(`delete from vouchers.${table}`)).rejects.toThrow(/refused/);
    await expect(running.query(`truncate vouchers.${table} cascade`)).rejects.toThrow(/append-only/);
  });

  test.each([
    [`update vouchers.vouchers set price_minor = 1 where shift_id = $1`],
    [`update vouchers.vouchers set seller_name = 'somebody else' where shift_id = $1`],
    [`update vouchers.vouchers set code = 'AAAAAAAAAAAAA' where shift_id = $1`],
    [`update vouchers.vouchers set sold_at = now() - interval '1 day' where shift_id = $1`],
    [`update vouchers.sales set total_minor = 0 where shift_id = $1`],
    [`update vouchers.sales set state = 'refused', refusal_code = 'x' where shift_id = $1`],
  ])('%s', async (edit) => {
    await sell();
    await expect(running.query(edit, [shift.id])).rejects.toThrow(/refused/);
  });
});

test('codes that could be guessed are not made: fewer than 13 letters are refused', async () => {
  const { body } = await owner('GET /api/voucher-settings');
  const change = (codeLength: number) => owner('PUT /api/voucher-settings', { codeLength, revision: body.revision });
  expect(await change(12)).toMatchObject({ status: 400, body: { fields: [{ path: 'codeLength' }] } });
  expect(await change(13)).toMatchObject({ status: 200, body: { codeLength: 13 } });
  await expect(running.query('update vouchers.settings set code_length = 12')).rejects.toThrow(/code_length/);
});
