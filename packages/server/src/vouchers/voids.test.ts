// A seller takes back an unused code: a cheap one alone, a dear one with somebody who signs at his counter.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

const password = 'correct horse';

let running: Running & { close(): Promise<void> };
let router: Simulated;
let routerId: string;
let cashier: { id: string; name: string; call: Caller };
let hour: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  const offered = { name: 'Hour', priceMinor: '500', durationSeconds: 3600, downKbps: 4096, upKbps: 1024 };
  hour = (await running.call('POST /api/voucher-packages', offered)).body;
});
afterAll(() => running.close());
beforeEach(async () => {
  await change({ voidAloneLimitMinor: '0', drawerLimitMinor: null });
  router = await startTestRouter();
  routerId = (await addRouter(running, router)).id;
  cashier = await counterStaff(running);
  await clockIn(cashier.call, routerId);
});

async function change(settings: object): Promise<void> {
  const { body } = await running.call('GET /api/voucher-settings');
  await running.call('PUT /api/voucher-settings', { ...settings, revision: body.revision });
}

const order = (call: Caller, about: object = {}) =>
  call('POST /api/counter/sales', { packageId: hour.id, idempotencyKey: crypto.randomUUID(), ...about });
const sell = async () => (await order(cashier.call)).body.vouchers[0];
const giveBack = (voucherId: string, second?: object) =>
  cashier.call('POST /api/counter/voids', { voucherId, reason: 'wrong package', ...(second ? { second } : {}) });

test('up to the limit the seller voids alone: the code leaves the router, the drawer expects less', async () => {
  await change({ voidAloneLimitMinor: '500' });
  const { id, code } = await sell();
  expect(await giveBack(id)).toMatchObject({ status: 200, body: { state: 'void', endReason: 'refunded' } });
  await running.call(`POST /api/routers/${routerId}/sync`);
  expect(router.find('/ip/hotspot/user', { name: code })).toBeUndefined();
  const counted = await cashier.call('POST /api/counter/shift/count', { cash: [] });
  expect(counted.body.result).toMatchObject({ expectedMinor: '0', outcome: 'balanced' });
  await expect(
    running.query(`update vouchers.refunds set amount_minor = 1 where voucher_id = $1`, [id]),
  ).rejects.toThrow(/append-only/);
});

test('above the limit a second person signs, with his own name and password', async () => {
  const { id } = await sell();
  const manager = await counterStaff(running, 'manager');
  expect(await giveBack(id)).toMatchObject({ status: 403, body: { code: 'second_person_needed' } });
  expect(await giveBack(id, { username: manager.name, password: 'wrong' })).toMatchObject({
    status: 400,
    body: { code: 'password_wrong', fields: [{ path: 'second.password' }] },
  });
  expect(await giveBack(id, { username: manager.name, password })).toMatchObject({ status: 200 });
  const { body } = await running.call(`GET /api/vouchers/${id}`);
  // The router may have been visited since, which is an event as well.
  expect(body.events.find(({ kind }: Loose) => kind === 'refunded')).toMatchObject({
    byName: cashier.name,
    details: { approvedBy: manager.name },
  });
});

test('a second person is another one, and one who may approve', async () => {
  const { id } = await sell();
  const colleague = await counterStaff(running);
  expect(await giveBack(id, { username: cashier.name, password })).toMatchObject({ body: { code: 'self_approval' } });
  expect(await giveBack(id, { username: colleague.name, password })).toMatchObject({
    status: 403,
    body: { code: 'second_person_needed' },
  });
});

describe('by PIN', () => {
  const pin = '730184';
  let manager: Awaited<ReturnType<typeof counterStaff>>;
  const setPin = async (call: Caller, change: string) => {
    await call('POST /api/auth/confirmation', { password });
    return call('PUT /api/auth/pin', { pin: change });
  };
  const guess = (voucherId: string, given: string, username = manager.name) =>
    giveBack(voucherId, { username, pin: given });
  const guesses = async () => {
    const { items } = (await running.call('GET /api/voucher-alerts?limit=200')).body;
    return items.filter(({ kind, staffName }: Loose) => kind === 'pin_guessed' && staffName === cashier.name);
  };
  /** As if he had waited for the next try. */
  const wait = () => running.query('update auth.staff set pin_locked_until = null where id = $1', [manager.id]);

  beforeEach(async () => {
    manager = await counterStaff(running, 'manager');
  });

  test('a manager signs with his PIN, which is kept as a hash and in no entry', async () => {
    const { id } = await sell();
    expect(await setPin(manager.call, pin)).toMatchObject({ status: 204 });
    expect((await manager.call('GET /api/auth/session')).body.hasPin).toBe(true);
    expect(await guess(id, pin)).toMatchObject({ status: 200, body: { endReason: 'refunded' } });
    const [{ pin_hash: hash }] = await running.query('select pin_hash from auth.staff where id = $1', [manager.id]);
    expect(hash).toMatch(/^\$argon2id\$/);
    const entries = await running.query(`select action, details::text from audit.entries where $1 = any(about)`, [
      manager.id,
    ]);
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['staff.pin_set', 'staff.signed_for', 'voucher.refunded']),
    );
    expect(JSON.stringify(entries)).not.toContain(pin);
  });

  test('a PIN is six digits or more, not one that is tried first, and opens no session', async () => {
    for (const easy of ['12345', '123456', '000000', 'abcdef'])
      expect(await setPin(manager.call, easy)).toMatchObject({ status: 400, body: { fields: [{ path: 'pin' }] } });
    await setPin(manager.call, pin);
    const body = { username: manager.name, password: pin };
    expect(await running.call('POST /api/auth/signin', body)).toMatchObject({ status: 401 });
  });

  test('the seller’s own is none of a second person, and neither is a colleague’s', async () => {
    const { id } = await sell();
    const colleague = await counterStaff(running);
    await setPin(cashier.call, pin);
    await setPin(colleague.call, pin);
    expect(await guess(id, pin, cashier.name)).toMatchObject({ status: 403, body: { code: 'self_approval' } });
    expect(await guess(id, pin, colleague.name)).toMatchObject({ body: { code: 'second_person_needed' } });
  });

  test('wrong tries are slowed down, told with who stood at the counter, and the tenth ends the PIN', async () => {
    const { id } = await sell();
    await setPin(manager.call, pin);
    for (let tries = 1; tries <= 3; tries++)
      expect(await guess(id, '000001')).toMatchObject({ status: 400, body: { code: 'pin_wrong' } });
    expect(await guesses()).toMatchObject([{ evidence: { pinOf: manager.name, tries: 3 } }]);
    expect(await guess(id, pin)).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    expect(await manager.call('GET /api/auth/session')).toMatchObject({ status: 200 });
    expect(
      await running.call('POST /api/auth/signin', { username: manager.name, password, kind: 'token' }),
    ).toMatchObject({ status: 200 });
    for (let tries = 4; tries <= 10; tries++) {
      await wait();
      await guess(id, '000001');
    }
    await wait();
    expect(await guess(id, pin)).toMatchObject({ status: 400, body: { code: 'pin_wrong' } });
    expect(await guesses()).toHaveLength(1);
    await setPin(manager.call, pin);
    expect(await guess(id, pin)).toMatchObject({ status: 200 });
  });

  test('a PIN that was removed signs nothing, and either PIN or password is given', async () => {
    const { id } = await sell();
    await setPin(manager.call, pin);
    expect(await manager.call('DELETE /api/auth/pin')).toMatchObject({ status: 204 });
    expect(await guess(id, pin)).toMatchObject({ body: { code: 'pin_wrong' } });
    expect(await giveBack(id, { username: manager.name })).toMatchObject({ body: { code: 'invalid_input' } });
    expect(await giveBack(id, { username: manager.name, pin, password })).toMatchObject({
      body: { code: 'invalid_input' },
    });
  });
});

test('what was used, what is of another shift, and what is over is not taken back', async () => {
  await change({ voidAloneLimitMinor: '500' });
  const { id } = await sell();
  const other = await counterStaff(running);
  await clockIn(other.call, routerId);
  const foreign = (await order(other.call)).body.vouchers[0];
  expect(await giveBack(foreign.id)).toMatchObject({ status: 404, body: { code: 'voucher_not_found' } });
  await giveBack(id);
  expect(await giveBack(id)).toMatchObject({ status: 409, body: { code: 'voucher_ended' } });
  const used = await sell();
  await running.query(`update vouchers.vouchers set first_used_at = now(), state = 'redeemed' where id = $1`, [
    used.id,
  ]);
  expect(await giveBack(used.id)).toMatchObject({ status: 409, body: { code: 'voucher_used' } });
});

test('the limit on what a person holds counts on after the count, until somebody signs for the cash', async () => {
  await change({ drawerLimitMinor: '900' });
  await sell();
  await cashier.call('POST /api/counter/shift/count', { cash: cash('5') });
  await clockIn(cashier.call, routerId);
  expect(await order(cashier.call)).toMatchObject({ status: 409, body: { code: 'drawer_limit_reached', details: {} } });
  const { items } = (await running.call('GET /api/hand-overs')).body;
  const own = items.find(({ givenName }: Loose) => givenName === cashier.name);
  await running.call(`POST /api/hand-overs/${own.id}/receipt`, { receivedMinor: '500' });
  expect(await order(cashier.call)).toMatchObject({ status: 201 });
});

test('a code is found by itself, by its seller and by the whole phone number of who bought it, and by nothing else', async () => {
  const sold = await order(cashier.call, { customerPhone: '+256700123456' });
  const { id, code } = sold.body.vouchers[0];
  const found = async (search: string) =>
    (await running.call(`GET /api/vouchers?limit=200&search=${encodeURIComponent(search)}`)).body.items.map(
      (voucher: Loose) => voucher.id,
    );
  for (const search of [code, cashier.name, '+256700123456']) expect(await found(search)).toContain(id);
  for (const search of ['+256700999999', 'nobody of that name']) expect(await found(search)).not.toContain(id);
});
