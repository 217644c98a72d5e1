// Each trick at the counter and at the router, from the act to the alert.
import { createVirtualClock } from '@lastmile/routeros-sim';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let manager: Caller;
let router: Simulated;
let routerClock: ReturnType<typeof createVirtualClock>;
let routerId: string;
let cashier: { id: string; name: string; call: Caller };
let shift: Loose;
let hour: Loose;

const users = '/ip/hotspot/user';
const mac = (last: string) => `02:00:00:00:00:${last}`;

beforeAll(async () => {
  running = await openTestLastmile();
  manager = await running.callerWithRole('manager');
  hour = await addPackage('One hour', '500');
});
afterAll(() => running.close());
beforeEach(async () => {
  routerClock = createVirtualClock();
  router = await startTestRouter({ clock: routerClock });
  routerId = (await addRouter(running, router)).id;
  cashier = await counterStaff(running);
  shift = await clockIn(cashier.call, routerId, '10');
});

async function addPackage(name: string, priceMinor: string): Promise<Loose> {
  const { body } = await running.call('POST /api/voucher-packages', {
    name,
    priceMinor,
    durationSeconds: 3600,
    dataBytes: '100000000',
    downKbps: 4096,
    upKbps: 1024,
  });
  return body;
}

async function sell(packageId = hour.id): Promise<Loose> {
  const sale = await cashier.call('POST /api/counter/sales', { packageId, idempotencyKey: crypto.randomUUID() });
  expect(sale).toMatchObject({ status: 201 });
  return sale.body.vouchers[0];
}

const look = () => running.call(`POST /api/routers/${routerId}/sync`);
const refOf = (code: string) => router.find(users, { name: code })?.['.id'] ?? '';

/** The alerts of this test's router or person. */
async function alerts(): Promise<Loose[]> {
  const { body } = await manager('GET /api/voucher-alerts?limit=200');
  return body.items.filter((alert: Loose) => alert.routerId === routerId);
}

async function expectAlert(kind: string, evidence: Record<string, unknown> = {}): Promise<Loose> {
  const found = (await alerts()).filter((alert) => alert.kind === kind);
  expect(found).toMatchObject([{ kind, state: 'open', evidence }]);
  return found[0];
}

/** Its rows take no update and no delete, and it is not emptied, whoever asks. */
async function expectKept(table: 'devices' | 'alert_notes'): Promise<void> {
  expect(await running.query(`select 1 from vouchers.${table} limit 1`)).toHaveLength(1);
  const column = table === 'devices' ? 'mac' : 'note';
  const edits = [`update vouchers.${table} set ${column} = ${column}`, `delete from vouchers.${table}`];
  for (const edit of [...edits, `truncate vouchers.${table}`])
    await expect(running.query(edit), edit).rejects.toThrow(/append-only/);
}

test('nothing is told of an honest counter', async () => {
  const { code } = await sell();
  await look();
  router.logInToHotspot(code, code, { mac: mac('01') });
  await look();
  await cashier.call('POST /api/counter/shift/count', { cash: cash('10', '5') });
  expect(await alerts()).toEqual([]);
});

describe('at the router', () => {
  test('a hotspot user made by hand', async () => {
    router.put(users, { name: 'free-wifi', password: 'x' });
    await look();
    await expectAlert('unknown_user', { user: 'free-wifi' });
    await look();
    expect(await alerts()).toHaveLength(1);
  });

  test('a code sold twice is seen on two devices', async () => {
    const { code } = await sell();
    router.logInToHotspot(code, code, { mac: mac('01') });
    await look();
    router.drop('/ip/hotspot/active', router.find('/ip/hotspot/active', { user: code })?.['.id'] ?? '');
    router.logInToHotspot(code, code, { mac: mac('02') });
    await look();
    await expectAlert('code_sold_twice', { code, allowed: 1, devices: [mac('01'), mac('02')] });
    await expectKept('devices');
  });

  test('a limit raised on the router', async () => {
    const { code } = await sell();
    router.edit(users, refOf(code), { 'limit-uptime': '30d' });
    await look();
    await expectAlert('limit_raised', { code, limitSeconds: 30 * 86_400, soldSeconds: 3600 });
  });

  test('a counter reset on the router', async () => {
    const { code, id } = await sell();
    await running.query(`update vouchers.vouchers set counter_bytes = 5000, used_bytes = 5000 where id = $1`, [id]);
    await look();
    await expectAlert('counter_reset', { code, before: '5000', after: '0' });
    expect((await manager(`GET /api/vouchers/${id}`)).body.usedBytes).toBe('5000');
  });

  test('a sold code removed: it is told, and the customer gets it back', async () => {
    const { code } = await sell();
    router.drop(users, refOf(code));
    await look();
    await expectAlert('code_removed', { code });
    expect(router.find(users, { name: code })).toMatchObject({ password: code });
  });

  test('a sold code removed and re-made', async () => {
    const { code } = await sell();
    router.drop(users, refOf(code));
    router.put(users, { name: code, password: code });
    await look();
    await expectAlert('code_remade', { code });
  });

  test('a voucher used before it was sold', async () => {
    await running.query(
      `insert into vouchers.vouchers (id, code, version_id, created_at) values (gen_random_uuid(), 'SEAEEDCDEFGH2', $1, now())`,
      [hour.versionId],
    );
    router.put(users, { name: 'SEAEEDCDEFGH2', password: 'x' });
    await look();
    await expectAlert('used_before_sold', { code: 'SEAEEDCDEFGH2' });
  });

  test('a cheap package given a fast profile', async () => {
    const { code } = await sell();
    router.put(`${users}/profile`, { name: 'fast', 'rate-limit': '100M/100M' });
    router.edit(users, refOf(code), { profile: 'fast' });
    await look();
    await expectAlert('other_profile', { code, profile: 'fast', sold: hour.profileName });
  });

  test('MAC bypass in ip-binding', async () => {
    router.put('/ip/hotspot/ip-binding', { 'mac-address': mac('99'), type: 'bypassed', comment: 'a friend' });
    await look();
    await expectAlert('mac_bypass', { mac: mac('99'), comment: 'a friend' });
  });
});

describe('at the counter', () => {
  test('refund after use: a code that was used since the last look is told when it leaves the router', async () => {
    const { code, id } = await sell();
    router.logInToHotspot(code, code, { mac: mac('01') });
    routerClock.advance(60_000);
    await manager(`POST /api/vouchers/${id}/refund`, { reason: 'no signal' });
    await look();
    await expectAlert('refund_after_use', { code, usedSeconds: 60, approvedBy: 'the-manager' });
    expect((await manager(`GET /api/vouchers/${id}`)).body).toMatchObject({ usedSeconds: 60 });
    expect(router.find(users, { name: code })).toBeUndefined();
  });

  test('refund after use is refused, and refund by the seller, too', async () => {
    const { code, id } = await sell();
    const owner = await counterStaff(running, 'super_admin');
    expect(await cashier.call(`POST /api/vouchers/${id}/refund`, { reason: 'x' })).toMatchObject({ status: 403 });
    router.logInToHotspot(code, code, { mac: mac('01') });
    await running.query(`update vouchers.vouchers set first_used_at = now(), state = 'redeemed' where id = $1`, [id]);
    expect(await owner.call(`POST /api/vouchers/${id}/refund`, { reason: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'voucher_used' },
    });
  });

  test('an unused code is taken back by another person: it leaves the router, and the drawer expects less', async () => {
    const { code, id } = await sell();
    const refunded = await manager(`POST /api/vouchers/${id}/refund`, { reason: 'no signal' });
    expect(refunded.body).toMatchObject({ state: 'void', endReason: 'refunded' });
    await look();
    expect(router.find(users, { name: code })).toBeUndefined();
    const counted = await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
    expect(counted.body.result).toMatchObject({ expectedMinor: '1000', outcome: 'balanced' });
    expect(await manager(`POST /api/vouchers/${id}/refund`, { reason: 'again' })).toMatchObject({
      body: { code: 'voucher_ended' },
    });
  });

  test('nobody takes back what he sold himself', async () => {
    const owner = await counterStaff(running, 'super_admin');
    await clockIn(owner.call, routerId);
    const sale = await owner.call('POST /api/counter/sales', {
      packageId: hour.id,
      idempotencyKey: crypto.randomUUID(),
    });
    expect(await owner.call(`POST /api/vouchers/${sale.body.vouchers[0].id}/refund`, { reason: 'x' })).toMatchObject({
      status: 403,
      body: { code: 'self_approval' },
    });
  });

  test('selling outside a shift is refused, and told once an hour', async () => {
    await cashier.call('POST /api/counter/shift/count', { cash: cash('10') });
    for (const _ of [1, 2])
      expect(
        await cashier.call('POST /api/counter/sales', { packageId: hour.id, idempotencyKey: crypto.randomUUID() }),
      ).toMatchObject({ status: 409, body: { code: 'no_open_shift' } });
    expect(await expectAlert('sold_outside_shift', { quantity: 1 })).toMatchObject({ staffName: cashier.name });
  });

  test('someone else’s shift: a sale at the screen of another is refused, and told', async () => {
    const other = await counterStaff(running);
    await clockIn(other.call, routerId);
    const order = { packageId: hour.id, shiftId: shift.id, idempotencyKey: crypto.randomUUID() };
    expect(await other.call('POST /api/counter/sales', order)).toMatchObject({
      status: 403,
      body: { code: 'shift_of_another' },
    });
    expect(await expectAlert('foreign_shift', { shiftOf: cashier.name })).toMatchObject({ staffName: other.name });
    expect(await cashier.call('POST /api/counter/sales', order)).toMatchObject({ status: 201 });
  });

  test('someone else’s shift: nobody sells in it, not even with psql', async () => {
    const { id: otherId } = await counterStaff(running);
    await sell();
    const copy = `insert into vouchers.sales (id, shift_id, staff_id, idempotency_key, version_id, quantity, unit_price_minor, total_minor, currency, created_at)
      select gen_random_uuid(), shift_id, $2, 'foreign', version_id, quantity, unit_price_minor, total_minor, currency, now() from vouchers.sales where shift_id = $1`;
    await expect(running.query(copy, [shift.id, otherId])).rejects.toThrow(/shift of another/);
  });

  test('an excess of exactly one package price in the drawer', async () => {
    await cashier.call('POST /api/counter/shift/count', { cash: cash('10', '5') });
    await expectAlert('excess_of_one_price', { varianceMinor: '500', package: 'One hour' });
  });

  test('a short drawer', async () => {
    await cashier.call('POST /api/counter/shift/count', { cash: cash('5') });
    await expectAlert('shift_variance', { varianceMinor: '-500' });
  });

  test('reprints of the same code', async () => {
    const { id, code } = await sell();
    const print = () => cashier.call('POST /api/counter/prints', { voucherIds: [id] });
    expect((await print()).body.tickets).toMatchObject([
      { code, printCount: 1, qr: expect.stringContaining('data:image/svg') },
    ]);
    expect(await alerts()).toEqual([]);
    await print();
    await expectAlert('reprinted', { code, printCount: 2 });
    const { body } = await manager(`GET /api/vouchers/${id}`);
    expect(body.events.map(({ kind }: Loose) => kind)).toEqual(['issued', 'sold', 'on_router', 'printed', 'reprinted']);
  });

  test('codes of others are not printed', async () => {
    const { id } = await sell();
    const other = await counterStaff(running);
    expect(await other.call('POST /api/counter/prints', { voucherIds: [id] })).toMatchObject({ status: 404 });
  });

  test('the cashier’s own free codes', async () => {
    await sell((await addPackage('Free', '0')).id);
    await expectAlert('free_code', { package: 'Free', quantity: 1 });
  });
});

test('nobody settles an alert about himself; another person does, with a reason that stays', async () => {
  const owner = await counterStaff(running, 'super_admin');
  await clockIn(owner.call, routerId);
  const sale = await owner.call('POST /api/counter/sales', { packageId: hour.id, idempotencyKey: crypto.randomUUID() });
  const voucherIds = [sale.body.vouchers[0].id];
  for (const _ of [1, 2]) await owner.call('POST /api/counter/prints', { voucherIds });
  const { id } = await expectAlert('reprinted');
  const settle = (call: Caller) =>
    call(`POST /api/voucher-alerts/${id}/notes`, { state: 'explained', note: 'paper jam' });
  expect(await settle(owner.call)).toMatchObject({ status: 403, body: { code: 'self_approval' } });
  expect((await settle(manager)).body).toMatchObject({
    state: 'explained',
    notes: [{ byName: 'the-manager', note: 'paper jam' }],
  });
  expect(await alerts()).toEqual([]);
  await expect(running.query(`update vouchers.alerts set evidence = '{}' where id = $1`, [id])).rejects.toThrow(
    /refused/,
  );
  await expectKept('alert_notes');
});
