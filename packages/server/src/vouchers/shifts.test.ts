// The counter as people use it, over HTTP: a shift, cash in and out, the blind count, and what nobody can get around.
import { api } from '@lastmile/contract/api.ts';
import type { Endpoint } from '@lastmile/contract/endpoint.ts';
import { rolePermissions } from '@lastmile/contract/permissions.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cash, clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addAbsentRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;
let manager: Caller;
let cashier: { id: string; call: Caller };

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update routers.routers set mode = 'manage'`);
  manager = await running.callerWithRole('manager');
});
afterAll(() => running.close());
beforeEach(async () => {
  cashier = await counterStaff(running);
});

const drawer = async (shiftId: string) => {
  const [{ balance }] = await running.query(
    `select coalesce(sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end), 0)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) where a.kind = 'cash_drawer' and a.owner_id = $1`,
    [shiftId],
  );
  return balance;
};

const move = (kind: string, amountMinor: string, key: string = crypto.randomUUID()) =>
  cashier.call('POST /api/counter/cash', { kind, amountMinor, reason: 'change', idempotencyKey: key });

test('a shift opens with notes that were counted, one for a person at a time', async () => {
  const opened = await cashier.call('POST /api/counter/shift', {
    routerId,
    cash: [
      { faceValue: '20', count: 3 },
      { faceValue: '0.50', count: 4 },
    ],
  });
  expect(opened).toMatchObject({ status: 201, body: { state: 'open', openedMinor: '6200', result: null } });
  expect(await drawer(opened.body.id)).toBe('6200');
  const again = await cashier.call('POST /api/counter/shift', { routerId, cash: [] });
  expect(again).toMatchObject({ status: 409, body: { code: 'shift_already_open' } });
});

test('of two shifts that a person opens at once, one opens', async () => {
  const both = await Promise.all([1, 2].map(() => cashier.call('POST /api/counter/shift', { routerId, cash: [] })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
});

test.each([
  ['a note that its currency does not have', { cash: [{ faceValue: '0.001', count: 1 }] }, 'invalid_input', 'cash'],
  ['half a note', { cash: [{ faceValue: '20', count: 0.5 }] }, 'invalid_input', 'cash.0.count'],
  ['minus one note', { cash: [{ faceValue: '20', count: -1 }] }, 'invalid_input', 'cash.0.count'],
  ['a router that is not there', { routerId: crypto.randomUUID() }, 'router_not_found', 'routerId'],
])('a shift with %s does not open', async (_name, change, code, path) => {
  const refused = await cashier.call('POST /api/counter/shift', { routerId, cash: [], ...change });
  expect(refused.body).toMatchObject({ code, fields: [{ path }] });
});

test('a shift cannot be opened at a router that is only observed', async () => {
  const { id } = await addAbsentRouter(running);
  await running.query(`update routers.routers set mode = 'observe' where id = $1`, [id]);
  const refused = await cashier.call('POST /api/counter/shift', { routerId: id, cash: [] });
  expect(refused).toMatchObject({ status: 409, body: { code: 'counter_not_managed' } });
});

test('nothing is sold, moved or counted outside a shift', async () => {
  const { body } = await manager('POST /api/voucher-packages', hour('Outside'));
  const sale = { packageId: body.id, quantity: 1, idempotencyKey: crypto.randomUUID() };
  for (const [route, sent] of [
    ['POST /api/counter/sales', sale],
    ['POST /api/counter/cash', { kind: 'in', amountMinor: '1', reason: 'x', idempotencyKey: 'key-key-1' }],
    ['POST /api/counter/shift/count', { cash: [] }],
  ] as const) {
    expect(await cashier.call(route, sent)).toMatchObject({ status: 409, body: { code: 'no_open_shift' } });
  }
  expect(await running.query(`select id from vouchers.sales where staff_id = $1`, [cashier.id])).toEqual([]);
});

test('cash that moves has a reason, is booked, and moves once however often it is sent', async () => {
  const shift = await clockIn(cashier.call, routerId, '100');
  expect(await move('in', '500')).toMatchObject({ status: 201, body: { kind: 'in', amountMinor: '500' } });
  await move('expense', '200');
  const [first, second] = await Promise.all([
    move('to_safe', '1000', 'one-key-1'),
    move('to_safe', '1000', 'one-key-1'),
  ]);
  expect(first.body.id).toBe(second.body.id);
  expect(await move('to_safe', '999', 'one-key-1')).toMatchObject({ body: { code: 'idempotency_key_used' } });
  expect(await drawer(shift.id)).toBe(`${10_000 + 500 - 200 - 1000}`);
  const refused = await cashier.call('POST /api/counter/cash', {
    kind: 'in',
    amountMinor: '1',
    reason: ' ',
    idempotencyKey: 'one-key-2',
  });
  expect(refused.body).toMatchObject({ code: 'invalid_input', fields: [{ path: 'reason' }] });
});

describe('the blind count', () => {
  test('no route that a cashier may call tells the expected sum before the count, and the count tells it', async () => {
    const shift = await clockIn(cashier.call, routerId, '713');
    await move('in', '1771');
    await move('expense', '350');
    const expected = `${71_300 + 1771 - 350}`;
    const allowed = rolePermissions.cashier as readonly string[];
    const routes = Object.entries(api as Record<string, Endpoint>).filter(
      ([, { permission }]) => allowed.includes(permission) || ['public', 'signed_in'].includes(permission),
    );
    expect(routes.length).toBeGreaterThan(6);
    let answered = 0;
    for (const [route] of routes) {
      if (/signout|password|shift\/count/.test(route)) continue;
      const { body, status } = await cashier.call(
        route.replace(/:\w+/g, shift.id),
        route.startsWith('GET') ? undefined : {},
      );
      if (status === 200) answered += 1;
      expect(JSON.stringify(body ?? null), route).not.toContain(expected);
    }
    expect(answered).toBeGreaterThanOrEqual(3);
    for (const route of [`GET /api/shifts/${shift.id}`, 'GET /api/shifts']) {
      expect(await cashier.call(route)).toMatchObject({ status: 403 });
    }
    const counted = await cashier.call('POST /api/counter/shift/count', { cash: cash('700') });
    expect(counted.body.result).toEqual({
      expectedMinor: expected,
      countedMinor: '70000',
      varianceMinor: `${70_000 - Number(expected)}`,
      outcome: 'needs_approval',
    });
  });

  test('a manager who sells himself is not told his own sum either', async () => {
    const boss = await counterStaff(running, 'super_admin');
    const shift = await clockIn(boss.call, routerId, '50');
    const own = await boss.call(`GET /api/shifts/${shift.id}`);
    expect(own.body).toMatchObject({ expectedNowMinor: null, soldMinor: null });
    const other = await manager(`GET /api/shifts/${shift.id}`);
    expect(other.body).toMatchObject({ expectedNowMinor: '5000', soldMinor: '0' });
  });

  test('a drawer that is right closes the shift and empties the drawer into a hand-over', async () => {
    const shift = await clockIn(cashier.call, routerId, '80');
    const counted = await cashier.call('POST /api/counter/shift/count', { cash: cash('80') });
    expect(counted.body).toMatchObject({ state: 'closed', result: { varianceMinor: '0', outcome: 'balanced' } });
    expect(await drawer(shift.id)).toBe('0');
    const handOvers = await running.query(`select amount_minor::text from vouchers.hand_overs where shift_id = $1`, [
      shift.id,
    ]);
    expect(handOvers).toEqual([{ amount_minor: '8000' }]);
    expect(await cashier.call('POST /api/counter/shift/count', { cash: cash('80') })).toMatchObject({
      body: { code: 'no_open_shift' },
    });
  });

  test.each([
    ['short', '79', '-100'],
    ['over', '81', '100'],
  ])(
    'a drawer that is %s waits for a second person, and the difference is posted',
    async (_name, counted, variance) => {
      const shift = await clockIn(cashier.call, routerId, '80');
      await cashier.call('POST /api/counter/shift/count', { cash: cash(counted) });
      expect(await cashier.call('POST /api/counter/shift', { routerId, cash: [] })).toMatchObject({
        body: { code: 'shift_already_open' },
      });
      const approved = await manager(`POST /api/shifts/${shift.id}/approval`, { note: 'counted again together' });
      expect(approved.body).toMatchObject({
        state: 'closed',
        approvedName: 'the-manager',
        result: { varianceMinor: variance },
      });
      expect(await drawer(shift.id)).toBe('0');
      expect(await manager(`POST /api/shifts/${shift.id}/approval`, { note: 'again' })).toMatchObject({
        status: 409,
        body: { code: 'shift_not_counted' },
      });
    },
  );

  test('nobody approves the difference of his own drawer', async () => {
    const boss = await counterStaff(running, 'super_admin');
    const shift = await clockIn(boss.call, routerId, '50');
    await boss.call('POST /api/counter/shift/count', { cash: [] });
    expect(await boss.call(`POST /api/shifts/${shift.id}/approval`, { note: 'it is fine' })).toMatchObject({
      status: 403,
      body: { code: 'self_approval' },
    });
  });

  test('a difference within the tolerance closes at once', async () => {
    const { body } = await manager('GET /api/voucher-settings');
    await manager('PUT /api/voucher-settings', { toleranceMinor: '100', revision: body.revision });
    await clockIn(cashier.call, routerId, '80');
    const counted = await cashier.call('POST /api/counter/shift/count', { cash: cash('79') });
    expect(counted.body).toMatchObject({ state: 'closed', result: { outcome: 'closed_with_variance' } });
    await manager('PUT /api/voucher-settings', { toleranceMinor: '0', revision: body.revision + 1 });
  });
});

describe('the database refuses, also to a person with psql', () => {
  test('what was opened, counted and closed is not edited', async () => {
    const shift = await clockIn(cashier.call, routerId, '80');
    await expect(
      running.query(`update vouchers.shifts set opened_minor = 0 where id = $1`, [shift.id]),
    ).rejects.toThrow(/keeps what was opened/);
    await cashier.call('POST /api/counter/shift/count', { cash: cash('79') });
    for (const change of ["state = 'open'", 'counted_minor = 8000', 'expected_minor = 7900']) {
      await expect(running.query(`update vouchers.shifts set ${change} where id = $1`, [shift.id])).rejects.toThrow(
        /refused|check constraint/,
      );
    }
    const self = `update vouchers.shifts set state = 'closed', closed_at = now(), approved_by = staff_id, approval_note = 'x' where id = $1`;
    await expect(running.query(self, [shift.id])).rejects.toThrow(/check constraint/);
    const nobody = `update vouchers.shifts set state = 'closed', closed_at = now() where id = $1`;
    await expect(running.query(nobody, [shift.id])).rejects.toThrow(/check constraint/);
    await manager(`POST /api/shifts/${shift.id}/approval`, { note: 'seen' });
    await expect(
      running.query(`update vouchers.shifts set approval_note = 'other' where id = $1`, [shift.id]),
    ).rejects.toThrow(/refused/);
    await expect(running.query(`delete from vouchers.shifts where id = $1`, [shift.id])).rejects.toThrow(/refused/);
  });

  test('money does not move in a shift that is not open', async () => {
    const shift = await clockIn(cashier.call, routerId, '80');
    await cashier.call('POST /api/counter/shift/count', { cash: cash('80') });
    await expect(
      running.query(
        `insert into vouchers.cash_movements (id, shift_id, currency, kind, amount_minor, reason, by_id, by_name, at, idempotency_key)
         values (gen_random_uuid(), $1, 'USD', 'in', 1, 'x', $2, 'x', now(), 'x')`,
        [shift.id, cashier.id],
      ),
    ).rejects.toThrow(/no open shift/);
  });

  test.each(['counts', 'cash_movements', 'package_versions'])(
    '%s takes no update and no delete (C22)',
    async (table) => {
      await clockIn(cashier.call, routerId, '80');
      await move('in', '1');
      await cashier.call('POST /api/counter/shift/count', { cash: cash('80') });
      await manager('POST /api/voucher-packages', hour(`Kept ${table}`));
      expect(await running.query(`select id from vouchers.${table} limit 1`)).toHaveLength(1);
      await expect(running.query(`update vouchers.${table} set id = id`)).rejects.toThrow(/append-only/);
      await expect(running.query(`delete from vouchers.${table}`)).rejects.toThrow(/append-only/);
      await expect(running.query(`truncate vouchers.${table} cascade`)).rejects.toThrow(/append-only/);
    },
  );
});

describe('a package', () => {
  test('is changed by a new version, and the old one stays as it was', async () => {
    const added = await manager('POST /api/voucher-packages', hour('Versioned'));
    expect(added).toMatchObject({ status: 201, body: { version: 1, priceMinor: '500', devices: 1 } });
    const changed = await manager(`PUT /api/voucher-packages/${added.body.id}`, { priceMinor: '700', revision: 1 });
    expect(changed.body).toMatchObject({ version: 2, priceMinor: '700', revision: 2 });
    const versions = await running.query(
      `select number, price_minor::text from vouchers.package_versions where package_id = $1 order by number`,
      [added.body.id],
    );
    expect(versions).toEqual([
      { number: 1, price_minor: '500' },
      { number: 2, price_minor: '700' },
    ]);
    expect(await manager(`PUT /api/voucher-packages/${added.body.id}`, { priceMinor: '1', revision: 1 })).toMatchObject(
      {
        status: 409,
        body: { code: 'edit_conflict' },
      },
    );
  });

  test.each([
    ['no end', { durationSeconds: null }, 'durationSeconds'],
    ['a negative price', { priceMinor: '-1' }, 'priceMinor'],
    ['no devices', { devices: 0 }, 'devices'],
    ['less than a minute', { durationSeconds: 59 }, 'durationSeconds'],
    ['no name', { name: ' ' }, 'name'],
    ['empty hours', { hours: { from: '08:00', until: '08:00' } }, 'hours'],
    ['hours of no clock', { hours: { from: '25:00', until: '08:00' } }, 'hours.from'],
  ])('with %s is refused at its field', async (_name, change, path) => {
    const refused = await manager('POST /api/voucher-packages', { ...hour(`Refused ${path}`), ...change });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input', fields: [{ path }] } });
  });

  test('has a name of its own', async () => {
    await manager('POST /api/voucher-packages', hour('Twice'));
    expect(await manager('POST /api/voucher-packages', hour('twice'))).toMatchObject({
      status: 409,
      body: { code: 'package_name_taken' },
    });
  });

  test('that is archived is not on the counter', async () => {
    const { body } = await manager('POST /api/voucher-packages', hour('Old'));
    const names = async () => (await cashier.call('GET /api/counter')).body.packages.map(({ name }: Loose) => name);
    expect(await names()).toContain('Old');
    await manager(`PUT /api/voucher-packages/${body.id}`, { isArchived: true, revision: 1 });
    expect(await names()).not.toContain('Old');
  });
});

function hour(name: string) {
  return { name, priceMinor: '500', durationSeconds: 3600, downKbps: 4096, upKbps: 1024 };
}
