// What a router has of one account, and whom it refused, as somebody at the telephone needs it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, addRouter, settled, startTestRouter } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };

beforeAll(async () => {
  running = await openTestLastmile();
});
afterAll(() => running.close());

const stateOf = async (accountId: string) => (await running.call(`GET /api/accounts/${accountId}/router-state`)).body;
const same = ({ fields }: Loose) => Object.fromEntries(fields.map(({ field, isSame }: Loose) => [field, isSame]));

async function subscriber(change: Record<string, unknown> = {}) {
  const router = await startTestRouter();
  const { id } = await addRouter(running, router);
  const customer = await addCustomer(running, id, change);
  const { accounts } = await settled(running, customer.id);
  return { router, account: accounts[0] };
}

test('an account that is as wanted is told field by field, its password never', async () => {
  const { router, account } = await subscriber({ staticAddress: '10.9.0.7', macAddress: 'AA:BB:CC:00:11:22' });
  const state = await stateOf(account.id);
  expect(state).toMatchObject({ isOnRouter: true, isAsWanted: true, sessionCount: 0, refusedLogins: [] });
  expect(state.fields).toEqual(
    expect.arrayContaining([
      { field: 'name', wanted: account.name, actual: account.name, isSame: true },
      { field: 'password', wanted: null, actual: null, isSame: true },
      { field: 'staticAddress', wanted: '10.9.0.7', actual: '10.9.0.7', isSame: true },
      { field: 'macAddress', wanted: 'AA:BB:CC:00:11:22', actual: 'AA:BB:CC:00:11:22', isSame: true },
      { field: 'isDisabled', wanted: 'no', actual: 'no', isSame: true },
    ]),
  );
  expect(JSON.stringify(state)).not.toContain('secret-1');
  router.dial(account.name, 'secret-1', { callerId: 'AA:BB:CC:00:11:22' });
  expect(await stateOf(account.id)).toMatchObject({ sessionCount: 1 });
});

test('what somebody changed by hand is told, and nothing is written', async () => {
  const { router, account } = await subscriber();
  const { '.id': ref = '' } = router.find('/ppp/secret', { name: account.name }) ?? {};
  router.edit('/ppp/secret', ref, { profile: 'default', password: 'other', disabled: 'yes' });
  router.clearLog();
  const state = await stateOf(account.id);
  expect(state).toMatchObject({ isOnRouter: true, isAsWanted: false });
  expect(same(state)).toMatchObject({
    name: true,
    password: false,
    profile: false,
    rateLimit: false,
    isDisabled: false,
  });
  expect(router.log().filter(({ command }) => !/print|getall/.test(command))).toEqual([]);
});

test('a wrong password and a name written otherwise are read from the log of the router, with their time', async () => {
  const { router, account } = await subscriber();
  const begun = Date.now();
  router.dial(account.name, 'wrong');
  router.dial(account.name.toUpperCase(), 'secret-1');
  const { refusedLogins } = await stateOf(account.id);
  expect(refusedLogins).toMatchObject([
    { reason: 'unknown_name', triedName: account.name.toUpperCase() },
    { reason: 'wrong_password', triedName: account.name },
  ]);
  // To the second, as a router writes it.
  for (const { at } of refusedLogins) {
    expect(Date.parse(at)).toBeGreaterThanOrEqual(begun - 1000);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  }
});

test('without the log the rest is told', async () => {
  const { router, account } = await subscriber();
  router.faults.failNext('/log/print', 'not enough permissions (9)');
  expect(await stateOf(account.id)).toMatchObject({ isAsWanted: true, refusedLogins: null });
});

test('a router that does not answer is an error in words, an unknown account is not found', async () => {
  const absent = await addAbsentRouter(running);
  const { accounts } = await addCustomer(running, absent.id);
  expect(await running.call(`GET /api/accounts/${accounts[0].id}/router-state`)).toMatchObject({
    status: 502,
    body: { code: 'router_unreachable' },
  });
  expect(await running.call('GET /api/accounts/01890a5d-ac96-774b-bcce-b302099a8057/router-state')).toMatchObject({
    status: 404,
    body: { code: 'account_not_found' },
  });
});
