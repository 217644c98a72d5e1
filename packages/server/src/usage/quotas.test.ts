import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, systemClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  fresh,
  issueInvoice,
  planNamed,
  type Simulated,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { writeQuotaLetters } from './quota-letters.ts';
import { runQuotas } from './settle-quotas.ts';

let running: Running & { close(): Promise<void> };
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile();
  database = openDatabase(running.databaseUrl, systemClock, 4);
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

const gb = 1024n ** 3n;
const slow = { whenUsedUp: 'slow', slowDownKbps: '1M', slowUpKbps: '512k' };

/** A customer of a plan with 50 GB. */
async function subscribe(change: Record<string, unknown>, routerId?: string): Promise<Loose> {
  const plan = await running.call('POST /api/plans', {
    name: fresh('Capped'),
    priceMinor: '2999',
    downKbps: '10M',
    upKbps: '5M',
    dataCapBytes: (50n * gb).toString(),
    ...change,
  });
  expect(plan).toMatchObject({ status: 201 });
  return addCustomer(running, routerId ?? (await addAbsentRouter(running)).id, {
    planId: plan.body.id,
    email: `${fresh('ana')}@example.org`,
  });
}

async function use(customer: Loose, bytes: bigint): Promise<void> {
  await running.query(
    `insert into provisioning.daily_usage (account_id, day, down_bytes)
     select $1::uuid, (now() at time zone time_zone)::date, $2::bigint from settings.provider
     on conflict (account_id, day) do update set down_bytes = daily_usage.down_bytes + excluded.down_bytes`,
    [customer.accounts[0].id, bytes.toString()],
  );
}

/** As if weeks had passed: what was used belongs to the period before. */
async function beginPeriod(customer: Loose): Promise<void> {
  await running.query(
    `update billing.subscriptions set starts_on = starts_on - 40, charged_from = charged_from - 40 where customer_id = $1`,
    [customer.id],
  );
  await running.query(`update provisioning.daily_usage set day = day - 35 where account_id = $1`, [
    customer.accounts[0].id,
  ]);
}

const usageOf = async (customer: Loose): Promise<Loose> =>
  (await running.call(`GET /api/accounts/${customer.accounts[0].id}/usage`)).body;
const give = (customer: Loose, bytes: bigint | null) =>
  running.call(`POST /api/accounts/${customer.accounts[0].id}/data-grants`, {
    bytes: bytes?.toString() ?? null,
    reason: 'the line was down',
  });
const blocksOf = async (customer: Loose): Promise<string[]> =>
  (await running.call(`GET /api/customers/${customer.id}`)).body.accounts[0].blocks.map(({ reason }: Loose) => reason);

/** The same database at another time. */
function later(duration: Temporal.DurationLike): Database {
  const clock: Clock = { ...systemClock, now: () => Temporal.Now.instant().add(duration) };
  return { ...database, clock };
}

test('who has used all that his plan includes is slowed down, and is back with more data', async () => {
  const customer = await subscribe(slow);
  await use(customer, 50n * gb - 1n);
  await runQuotas(database);
  expect(await usageOf(customer)).toMatchObject({ slowedSince: null, quota: { stage: 'near' } });
  await use(customer, 1n);
  await runQuotas(database);
  expect(await usageOf(customer)).toMatchObject({
    usedBytes: (50n * gb).toString(),
    slowedSince: expect.any(String),
    cutSince: null,
    quota: { stage: 'used_up', whenUsedUp: 'slow' },
  });
  expect(await blocksOf(customer)).toEqual([]);
  // Nothing is left to do for a second run.
  expect(await runQuotas(database)).toBe(0);
  const given = await give(customer, 5n * gb);
  expect(given).toMatchObject({
    status: 201,
    body: {
      slowedSince: null,
      quota: { extraBytes: (5n * gb).toString(), stage: 'near' },
      grants: [{ bytes: (5n * gb).toString(), reason: 'the line was down' }],
    },
  });
  const actions = (await running.call(`GET /api/audit?about=${customer.accounts[0].id}&limit=20`)).body.items.map(
    ({ action }: Loose) => action,
  );
  expect(actions).toEqual(expect.arrayContaining(['account.slowed', 'account.data_given', 'account.speed_restored']));
});

test('where all used is a cut, he is off by a block of its own, which paying does not lift and a new period does', async () => {
  const customer = await subscribe({ whenUsedUp: 'cut' });
  await use(customer, 60n * gb);
  await runQuotas(database);
  expect(await blocksOf(customer)).toEqual(['cap_reached']);
  await running.call(`POST /api/customers/${customer.id}/activate`, { note: 'paid' });
  expect(await blocksOf(customer)).toEqual(['cap_reached']);
  const why = (await running.call(`GET /api/customers/${customer.id}/why-offline`)).body.accounts[0];
  expect(why).toMatchObject({ verdict: 'data_used_up', fix: 'give_data' });
  await runQuotas(later({ hours: 24 * 32 }));
  expect(await blocksOf(customer)).toEqual([]);
});

test('what was used in an earlier period is not held against him', async () => {
  const customer = await subscribe(slow);
  await use(customer, 60n * gb);
  await beginPeriod(customer);
  await runQuotas(database);
  expect(await usageOf(customer)).toMatchObject({ usedBytes: '0', slowedSince: null, quota: { stage: 'within' } });
});

test('without a limit for this period nothing is slowed down', async () => {
  const customer = await subscribe(slow);
  await use(customer, 500n * gb);
  await runQuotas(database);
  expect((await give(customer, null)).body).toMatchObject({
    slowedSince: null,
    quota: { isFree: true, stage: 'within' },
  });
  await runQuotas(database);
  expect((await usageOf(customer)).slowedSince).toBeNull();
});

test('another plan without a cap, and the same plan without consequences, give the speed back', async () => {
  const [moved, freed] = [await subscribe(slow), await subscribe(slow)];
  for (const customer of [moved, freed]) await use(customer, 60n * gb);
  await runQuotas(database);
  const basic = await planNamed(running, 'Basic');
  const account = (await running.call(`GET /api/customers/${moved.id}`)).body.accounts[0];
  await running.call(`PUT /api/accounts/${account.id}`, { revision: account.revision, planId: basic.id });
  await running.call(`PUT /api/plans/${freed.accounts[0].planId}`, { revision: 1, whenUsedUp: 'nothing' });
  await runQuotas(database);
  expect((await usageOf(moved)).slowedSince).toBeNull();
  expect((await usageOf(freed)).slowedSince).toBeNull();
});

test('what he used and was given goes with him to another router', async () => {
  const customer = await subscribe(slow);
  await use(customer, 60n * gb);
  await give(customer, 5n * gb);
  await runQuotas(database);
  const { revision } = (await running.call(`GET /api/customers/${customer.id}`)).body;
  const { id: routerId } = await addAbsentRouter(running);
  const moved = (await running.call(`PUT /api/customers/${customer.id}`, { revision, routerId })).body;
  expect(moved.accounts[0].id).not.toBe(customer.accounts[0].id);
  expect(await usageOf(moved)).toMatchObject({
    usedBytes: (60n * gb).toString(),
    slowedSince: expect.any(String),
    quota: { extraBytes: (5n * gb).toString() },
  });
});

test('several processes that look at once, while others are suspended and given data, change each account once', async () => {
  const first = await subscribe(slow);
  const { planId, routerId } = first.accounts[0];
  const customers = [first];
  while (customers.length < 12) customers.push(await addCustomer(running, routerId, { planId }));
  for (const customer of customers) {
    await use(customer, 60n * gb);
    await issueInvoice(running, customer.id);
  }
  const [run] = await Promise.all([
    running.call('POST /api/billing/overdue-runs'),
    ...[1, 2, 3].map(() => runQuotas(database)),
    ...customers.slice(0, 4).map((customer) => give(customer, 1n)),
  ]);
  expect(run.status).toBeLessThan(300);
  for (const customer of customers) {
    const { items } = (await running.call(`GET /api/audit?about=${customer.accounts[0].id}&action=account.slowed`))
      .body;
    expect(items).toHaveLength(1);
    expect(await blocksOf(customer)).toEqual(['overdue']);
  }
  expect(await runQuotas(database)).toBe(0);
});

test('data for an account whose plan has no cap is refused', async () => {
  const customer = await addCustomer(running, (await addAbsentRouter(running)).id);
  expect(await give(customer, 1n)).toMatchObject({ status: 409, body: { code: 'account_without_cap' } });
});

test.each([
  ['no amount', { bytes: '0', reason: 'x' }, 'bytes'],
  ['an amount of letters', { bytes: 'much', reason: 'x' }, 'bytes'],
  ['more than anybody has', { bytes: (2n ** 51n).toString(), reason: 'x' }, 'bytes'],
  ['no reason', { bytes: '1', reason: ' ' }, 'reason'],
])('%s is refused at its field', async (_name, body, path) => {
  const customer = await subscribe(slow);
  const { status, body: fault } = await running.call(`POST /api/accounts/${customer.accounts[0].id}/data-grants`, body);
  expect([status, fault.fields[0].path]).toEqual([400, path]);
});

test('he is told once when most is used, and once when all is', async () => {
  await running.query(
    `update notifications.mail_settings set is_on = true, host = 'localhost', from_address = 'isp@example.org'`,
  );
  const customer = await subscribe(slow);
  const told = async () =>
    (await running.call(`GET /api/messages?customerId=${customer.id}`)).body.items
      .map(({ kind }: Loose) => kind)
      .toReversed();
  await use(customer, 41n * gb);
  for (const _ of [1, 2]) await writeQuotaLetters(database);
  expect(await told()).toEqual(['data_near']);
  await use(customer, 10n * gb);
  await writeQuotaLetters(database);
  expect(await told()).toEqual(['data_near']);
  await runQuotas(database);
  for (const _ of [1, 2]) await writeQuotaLetters(database);
  expect(await told()).toEqual(['data_near', 'data_slowed']);
});

test('in an emergency nobody is slowed down or cut for his data, also not who is given some that is used up already', async () => {
  const customer = await subscribe({ whenUsedUp: 'cut' });
  await use(customer, 60n * gb);
  const pause = await running.call('POST /api/emergency/overrides', {
    kind: 'suspension_pause',
    hours: 1,
    reason: 'a bank file is lost',
  });
  expect(pause).toMatchObject({ status: 201 });
  await runQuotas(database);
  expect(await give(customer, gb)).toMatchObject({ status: 201, body: { cutSince: null } });
  await running.call(`POST /api/emergency/overrides/${pause.body.id}/end`, { note: 'the file is found' });
  await runQuotas(database);
  expect(await blocksOf(customer)).toEqual(['cap_reached']);
});

test('what was written for a later day, while our clock was ahead, is not of this period', async () => {
  const customer = await subscribe(slow);
  await use(customer, gb);
  await running.query('update provisioning.daily_usage set day = day + 400 where account_id = $1', [
    customer.accounts[0].id,
  ]);
  await use(customer, 2n * gb);
  expect(await usageOf(customer)).toMatchObject({ usedBytes: (2n * gb).toString() });
});

test('two devices with one login are counted each by its own interface, also when the first has left', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await subscribe(slow, routerId);
  const { name } = customer.accounts[0];
  await settled(running, customer.id);
  const [first, second] = ['02:00:00:00:00:01', '02:00:00:00:00:02'] as const;
  router.dial(name, 'secret-1', { callerId: first });
  router.dial(name, 'secret-1', { callerId: second });
  const carried = async (): Promise<Loose> => {
    await running.call(`POST /api/routers/${routerId}/sync`);
    const rows = await running.query(
      `select caller_id, down_bytes::text from provisioning.sessions where router_id = $1 and ended_at is null and counted_at is not null`,
      [routerId],
    );
    return Object.fromEntries(rows.map((row: Loose) => [row.caller_id, row.down_bytes]));
  };
  const both = await eventually(carried, (seen) => seen[first] > 0 && seen[second] > 0);
  router.drop('/ppp/active', router.find('/ppp/active', { 'caller-id': first })?.['.id'] ?? '');
  await eventually(carried, (seen) => !(first in seen) && BigInt(seen[second] ?? 0) > BigInt(both[second]));
});

async function limitChanges(routerId: string, changeLimitPercent: number): Promise<void> {
  const { revision } = (await running.call(`GET /api/routers/${routerId}`)).body;
  const changed = await running.call(`PUT /api/routers/${routerId}`, { revision, changeLimitPercent });
  expect(changed).toMatchObject({ status: 200, body: { changeLimitPercent } });
}

/** What the router says of the speed of who is online. */
const speedOn = (router: Simulated, name: string) =>
  router.find('/queue/simple', { name: `<pppoe-${name}>` })?.['max-limit'];

// Pain 22: whoever is over is throttled and not cut, and nobody has to remember to give him his speed back.
test('a customer over his quota is slowed, not cut, and is fast again when the period begins', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await subscribe({ ...slow, dataCapBytes: '1000' }, routerId);
  const { name } = customer.accounts[0];
  await settled(running, customer.id);
  router.dial(name, 'secret-1');
  expect(speedOn(router, name)).toBe('5120000/10240000');
  // What he uses is what the counters of the router say.
  await eventually(
    async () => {
      await running.call(`POST /api/routers/${routerId}/sync`);
      await runQuotas(database);
      return usageOf(customer);
    },
    ({ slowedSince }) => slowedSince !== null,
  );
  await settled(running, customer.id);
  expect(await blocksOf(customer)).toEqual([]);
  await eventually(() => router.count('/ppp/active') === 0);
  expect(router.dial(name, 'secret-1', { usage: 0 })).toMatchObject({ ok: true });
  expect(speedOn(router, name)).toBe('512000/1024000');
  expect((await running.call(`GET /api/customers/${customer.id}`)).body.accounts[0].slowedSince).not.toBeNull();
  await beginPeriod(customer);
  await runQuotas(database);
  await settled(running, customer.id);
  await eventually(() => router.count('/ppp/active') === 0);
  router.dial(name, 'secret-1');
  expect(speedOn(router, name)).toBe('5120000/10240000');
});

// Pain 22: phantom usage.
test('counters that jump, begin anew and are lost with a reboot take nothing from what the plan includes', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await subscribe(slow, routerId);
  const { name } = customer.accounts[0];
  await settled(running, customer.id);
  const afterSync = async () => {
    await running.call(`POST /api/routers/${routerId}/sync`);
    return usageOf(customer);
  };
  router.dial(name, 'secret-1');
  await eventually(afterSync, ({ usedBytes }) => BigInt(usedBytes) > 0n);
  router.faults.bigCounters = true;
  await eventually(afterSync, ({ doubtedBytes }) => BigInt(doubtedBytes) >= 2n ** 53n);
  router.faults.bigCounters = false;
  await afterSync();
  router.reboot();
  await eventually(() => router.dial(name, 'secret-1').ok);
  const before = BigInt((await usageOf(customer)).usedBytes);
  const usage = await eventually(afterSync, ({ usedBytes }) => BigInt(usedBytes) > before);
  expect(BigInt(usage.usedBytes) < gb).toBe(true);
  expect(usage.quota.stage).toBe('within');
});

test('when a period begins all get their speed back at once, however few changes their router may have in an hour', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  await limitChanges(routerId, 100);
  const first = await subscribe(slow, routerId);
  const { planId } = first.accounts[0];
  const customers = [first];
  while (customers.length < 25) customers.push(await addCustomer(running, routerId, { planId }));
  for (const customer of customers) await use(customer, 50n * gb);
  await runQuotas(database);
  for (const { id } of customers) await settled(running, id);
  const { profileName } = (await running.call(`GET /api/plans/${planId}`)).body;
  const fastOnes = () => router.rows('/ppp/secret').filter(({ profile }) => profile === profileName).length;
  expect(fastOnes()).toBe(0);
  await limitChanges(routerId, 1);
  await running.query('delete from provisioning.written_objects where router_id = $1', [routerId]);
  for (const customer of customers) await beginPeriod(customer);
  await runQuotas(database);
  for (const { id } of customers) await settled(running, id);
  expect(fastOnes()).toBe(25);
  // It leaves room for what a person changes afterwards.
  expect(await running.query('select 1 from provisioning.written_objects where router_id = $1', [routerId])).toEqual(
    [],
  );
});

test('who is slowed down is on an old speed when the slow one changes, and not when the full one does', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await subscribe(slow, routerId);
  const { name, planId } = customer.accounts[0];
  await use(customer, 50n * gb);
  await runQuotas(database);
  await settled(running, customer.id);
  router.dial(name, 'secret-1');
  await running.call(`POST /api/routers/${routerId}/sync`);
  await running.query(
    `update provisioning.sessions set started_at = started_at - interval '1 hour' where router_id = $1`,
    [routerId],
  );
  const seen = async (): Promise<Loose> => (await running.call(`GET /api/plans/${planId}/routers`)).body;
  const change = (body: Loose) => running.call(`PUT /api/plans/${planId}`, body);
  expect(await change({ revision: 1, downKbps: '20M' })).toMatchObject({ status: 200 });
  await running.call(`POST /api/routers/${routerId}/sync`);
  expect((await seen()).items).toMatchObject([{ liveCount: 1, oldSpeedCount: 0 }]);
  expect(await change({ revision: 2, slowDownKbps: '2M' })).toMatchObject({ status: 200 });
  await eventually(seen, ({ items }) => items[0].oldSpeedCount === 1);
  await running.call(`POST /api/plans/${planId}/redial`, { when: 'now' });
  await eventually(seen, ({ redial }) => redial.endedAt !== null);
  expect(router.count('/ppp/active')).toBe(0);
  await eventually(() => {
    router.dial(name, 'secret-1');
    return speedOn(router, name) === '512000/2048000';
  });
});

test('a slow profile follows the full one to other addresses, and nobody takes that for drift', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const customer = await subscribe(slow, routerId);
  const { planId } = customer.accounts[0];
  await use(customer, 50n * gb);
  await runQuotas(database);
  await settled(running, customer.id);
  const { profileName } = (await running.call(`GET /api/plans/${planId}`)).body;
  const ranges = '10.7.0.2-10.7.0.99';
  const changed = await running.call(`PUT /api/plans/${planId}`, { revision: 1, addressRange: ranges });
  expect(changed).toMatchObject({ status: 200 });
  const pools = () =>
    [profileName, `${profileName}-slow`].map((name) => router.find('/ppp/profile', { name })?.['remote-address']);
  await eventually(() => pools().every((pool) => pool && router.find('/ip/pool', { name: pool })?.ranges === ranges));
  expect(new Set(pools()).size).toBe(1);
  expect(await running.query('select 1 from provisioning.drifts where router_id = $1', [routerId])).toEqual([]);
});
