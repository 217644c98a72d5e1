// The doors of seeds C and D, as they write them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockIn, counterStaff } from '#test/counter.test-support.ts';
import { addRouter, type Simulated, startTestRouter } from '#test/provider.test-support.ts';
import { type Caller, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let router: Simulated;
let cashier: { id: string; name: string; call: Caller };
let packageId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  cashier = await counterStaff(running);
  const hour = { name: 'Hour', priceMinor: '500', durationSeconds: 3600, downKbps: 1024, upKbps: 1024 };
  packageId = (await running.call('POST /api/voucher-packages', hour)).body.id;
});
afterAll(() => running.close());

test('POST /api/auth/login answers with a token that opens the doors of the role (C41)', async () => {
  const { body } = await running.stranger('POST /api/auth/login', {
    username: cashier.name,
    password: 'correct horse',
  });
  expect(body).toMatchObject({ token: expect.any(String), user: { username: cashier.name, role: 'cashier' } });
  const call = running.callerWithToken(body.token);
  expect(await call('GET /api/tokens/my-tokens')).toMatchObject({ status: 200 });
  expect(await call('GET /api/tokens/all')).toMatchObject({ status: 403 });
  const wrong = await running.stranger('POST /api/auth/login', { username: cashier.name, password: 'x' });
  expect(wrong).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
});

test('POST /api/tokens/generate adds the user to the router and answers with the code (C43, D29, D31)', async () => {
  router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  expect(await cashier.call('POST /api/tokens/generate', { packageId })).toMatchObject({
    body: { code: 'no_open_shift' },
  });
  await clockIn(cashier.call, routerId);
  const idempotencyKey = crypto.randomUUID();
  const made = await cashier.call('POST /api/tokens/generate', { packageId, idempotencyKey });
  expect(made).toMatchObject({ status: 201, body: { success: true, token: { state: 'sold', pending: null } } });
  const code = made.body.voucherCode;
  expect(router.find('/ip/hotspot/user', { name: code })).toMatchObject({ password: code, 'limit-uptime': '1h' });
  const again = await cashier.call('POST /api/tokens/generate', { packageId, idempotencyKey });
  expect(again.body.voucherCode).toBe(code);
  const mine = await cashier.call('GET /api/tokens/my-tokens');
  expect(mine.body.items.map((item: Loose) => item.code)).toEqual([code]);
});

test.each(['manager', 'auditor', 'super_admin'] as const)(
  'GET /api/tokens/all is for a %s (C45, D30)',
  async (role) => {
    const call = await running.callerWithRole(role);
    const all = await call('GET /api/tokens/all');
    expect(all.body.items).toMatchObject([{ sellerName: cashier.name }]);
    const one = await call(`GET /api/tokens/all?search=${all.body.items[0].code.slice(0, 5).toLowerCase()}`);
    expect(one.body.items).toHaveLength(1);
  },
);
