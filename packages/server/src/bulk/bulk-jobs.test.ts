import { afterAll, beforeAll, expect, test } from 'vitest';
import { BulkRunner } from '#bulk/bulk-runner.ts';
import { hearAnnouncements } from '#platform/announcements.ts';
import { systemClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { createLog } from '#platform/log.ts';
import { createSealer, keyFromSecret } from '#platform/secrets.ts';
import { RouterConnections } from '#routers/connections.ts';
import {
  addAbsentRouter,
  addCustomer,
  addRouter,
  fresh,
  getCustomer,
  settled,
  startTestRouter,
} from '#test/provider.test-support.ts';
import { type Caller, eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());

const many = (count: number, fields: Record<string, unknown> = {}) =>
  Promise.all(Array.from({ length: count }, () => addCustomer(running, routerId, fields)));

/** As many customers on a router as a base of thousands is made of, without a request for each. */
const pour = async (count: number, tag: string): Promise<void> => {
  await running.query(
    `insert into customers.customers (id, name, tags, created_at)
     select gen_random_uuid(), 'Poured ' || n, array[$2], now() from generate_series(1, $1::int) n`,
    [count, tag],
  );
};

const ask = (kind: string, fields: Loose = {}, call: Caller = running.call) => {
  const door = ['suspend', 'activate'].includes(kind) ? 'blocks' : kind === 'disconnect' ? 'disconnects' : 'changes';
  const { length } = fields.customerIds ?? [];
  const body = { idempotencyKey: fresh('key'), confirmedCount: length || 20_000, ...fields };
  return call(`POST /api/bulk/${door}`, door === 'disconnects' ? body : { kind, ...body });
};
const idsOf = (customers: Loose[]) => customers.map(({ id }) => id);
const jobOf = (id: string) => running.call(`GET /api/bulk/jobs/${id}`).then(({ body }) => body);
const itemsOf = async (id: string) => (await running.call(`GET /api/bulk/jobs/${id}/items?limit=200`)).body.items;
const inState = (id: string, state: string) =>
  eventually(
    () => jobOf(id),
    (job) => job.state === state,
  );
const entriesOf = (action: string, ids: string[]) =>
  running.query('select about, actor_name, details from audit.entries where action = $1 and about && $2::uuid[]', [
    action,
    ids,
  ]);

test('each of the chosen is suspended once, with a result, and the whole is written down', async () => {
  const customers = await many(3);
  const before = customers[0];
  await running.call(`POST /api/customers/${before.id}/suspend`, { note: 'was so' });
  const { status, body } = await ask('suspend', { customerIds: idsOf(customers), note: 'mast is down' });
  expect([status, body]).toMatchObject([202, { kind: 'suspend', note: 'mast is down', by: 'admin', total: 3 }]);
  const ended = await inState(body.id, 'ended');
  expect(ended).toMatchObject({ total: 3, waiting: 0, done: 2, unchanged: 1, failed: 0 });
  const items = await itemsOf(body.id);
  expect(items.map(({ state }: Loose) => state).toSorted()).toEqual(['done', 'done', 'unchanged']);
  expect(items.every(({ isPending }: Loose) => isPending)).toBe(true);
  expect(await entriesOf('account.blocked', idsOf(customers))).toHaveLength(3);
  expect(await entriesOf('bulk.asked', [body.id])).toMatchObject([{ actor_name: 'admin', details: { count: 3 } }]);
  expect(await entriesOf('bulk.ended', [body.id])).toMatchObject([{ details: { done: 2, unchanged: 1, failed: 0 } }]);
});

test('the same key is the same act, also of two who send it at once, and no other act', async () => {
  const customers = await many(2);
  const wish = { customerIds: idsOf(customers), idempotencyKey: fresh('key'), tag: 'fibre' };
  const answers = await Promise.all([1, 2, 3].map(() => ask('tag', wish)));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await ask('tag', { ...wish, tag: 'other' })).toMatchObject({ body: { code: 'idempotency_key_used' } });
  await inState(answers[0]?.body.id, 'ended');
  expect((await getCustomer(running, customers[0].id)).tags).toEqual(['fibre']);
  expect(await entriesOf('customer.changed', idsOf(customers))).toHaveLength(2);
});

test('all who match a filter are meant, and never more than were counted', async () => {
  const tag = fresh('tower');
  await many(3, { tags: [tag] });
  const filter = { tag };
  expect((await running.call('POST /api/bulk/preview', { kind: 'suspend', filter })).body).toEqual({
    total: 3,
    names: ['Ana Horvat', 'Ana Horvat', 'Ana Horvat'],
    accountCount: 3,
    onlineCount: 0,
    suspendedCount: 0,
    awayCount: 3,
    limit: 25,
  });
  expect(await ask('untag', { filter, confirmedCount: 2, tag })).toMatchObject({
    status: 409,
    body: { code: 'bulk_selection_grew', details: { count: 3, confirmedCount: 2 } },
  });
  const { body } = await ask('untag', { filter, confirmedCount: 3, tag });
  await inState(body.id, 'ended');
  expect((await running.call(`GET /api/customers?tag=${tag}`)).body.items).toEqual([]);
});

test.each([
  ['nobody', { customerIds: [] }, 'invalid_input'],
  ['neither names nor a filter', {}, 'invalid_input'],
  ['both', { customerIds: ['01890a5d-ac96-774b-bcce-b302099a8057'], filter: {} }, 'invalid_input'],
  ['one who is not there', { customerIds: ['01890a5d-ac96-774b-bcce-b302099a8057'] }, 'customer_not_found'],
  ['a key that is none', { filter: {}, idempotencyKey: '' }, 'invalid_input'],
  ['a count that is none', { filter: {}, confirmedCount: -1 }, 'invalid_input'],
])('%s is refused', async (_name, fields, code) => {
  expect(await ask('suspend', fields)).toMatchObject({ body: { code } });
});

test('a move without a router, a change without a plan and a tag without a word are refused at their fields', async () => {
  const customerIds = idsOf(await many(1));
  for (const [kind, path] of [
    ['move', 'routerId'],
    ['change_plan', 'planId'],
    ['tag', 'tag'],
  ] as const)
    expect(await ask(kind, { customerIds })).toMatchObject({ status: 400, body: { fields: [{ path }] } });
  const nowhere = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(await ask('move', { customerIds, routerId: nowhere })).toMatchObject({ body: { code: 'router_not_found' } });
  expect(await ask('change_plan', { customerIds, planId: nowhere })).toMatchObject({
    body: { code: 'plan_not_found' },
  });
});

test('one who is refused keeps nobody back, and is tried again when a person asks', async () => {
  const there = (await addAbsentRouter(running)).id;
  const [free, taken] = await many(2);
  const twin = await addCustomer(running, there, { username: taken.accounts[0].name });
  const { body } = await ask('move', { customerIds: [free.id, taken.id], routerId: there });
  const ended = await inState(body.id, 'ended');
  expect(ended).toMatchObject({ routerLabel: expect.any(String), done: 1, failed: 1 });
  const failed = (await running.call(`GET /api/bulk/jobs/${body.id}/items?state=failed`)).body.items;
  expect(failed).toMatchObject([{ customerId: taken.id, code: 'account_name_taken', attemptCount: 1 }]);
  expect((await getCustomer(running, free.id)).accounts).toMatchObject([{ routerId: there }]);
  expect((await getCustomer(running, taken.id)).accounts).toMatchObject([{ routerId }]);
  await running.call(`DELETE /api/customers/${twin.id}`);
  await running.call(`POST /api/bulk/jobs/${body.id}/retry`);
  await eventually(
    () => jobOf(body.id),
    (job) => job.state === 'ended' && job.failed === 0,
  );
  expect((await getCustomer(running, taken.id)).accounts).toMatchObject([{ routerId: there }]);
});

test('a plan is changed for the accounts of its kind, and said of who has none', async () => {
  const hotspot = (
    await running.call('POST /api/plans', {
      name: fresh('Spot'),
      service: 'hotspot',
      priceMinor: '100',
      downKbps: '5M',
      upKbps: '5M',
    })
  ).body;
  const pppoe = (
    await running.call('POST /api/plans', { name: fresh('Line'), priceMinor: '100', downKbps: '5M', upKbps: '5M' })
  ).body;
  const [line, spot] = [
    await addCustomer(running, routerId),
    await addCustomer(running, routerId, { planId: hotspot.id }),
  ];
  const { body } = await ask('change_plan', { customerIds: idsOf([line, spot]), planId: pppoe.id });
  await inState(body.id, 'ended');
  expect(await jobOf(body.id)).toMatchObject({ planName: pppoe.name, done: 1, failed: 1 });
  expect((await getCustomer(running, line.id)).accounts).toMatchObject([{ planId: pppoe.id }]);
  expect((await itemsOf(body.id)).map(({ code }: Loose) => code).filter(Boolean)).toEqual(['plan_kind_differs']);
});

test('more than the limit is held till a person lets it go, and a tag has no limit', async () => {
  const tag = fresh('mass');
  await pour(30, tag);
  const { body } = await ask('suspend', { filter: { tag } });
  expect(body).toMatchObject({ state: 'held', heldWhy: 'too_many', waiting: 30 });
  const auditor = await running.callerWithRole('auditor');
  expect(await auditor(`POST /api/bulk/jobs/${body.id}/lift`)).toMatchObject({ status: 403 });
  expect((await auditor(`GET /api/bulk/jobs/${body.id}`)).body).toMatchObject({ state: 'held' });
  await running.call(`POST /api/bulk/jobs/${body.id}/lift`);
  expect(await inState(body.id, 'ended')).toMatchObject({ unchanged: 30, waiting: 0 });
  expect(await entriesOf('bulk.lifted', [body.id])).toMatchObject([{ actor_name: 'admin' }]);
  expect(await running.call(`POST /api/bulk/jobs/${body.id}/lift`)).toMatchObject({
    body: { code: 'bulk_job_not_held' },
  });
  expect((await ask('tag', { filter: { tag }, tag: 'seen' })).body.state).not.toBe('held');
});

test('what is stopped stays as it is, and goes on when somebody asks', async () => {
  const tag = fresh('stopped');
  await pour(30, tag);
  const { body } = await ask('disconnect', { filter: { tag } });
  const stopped = (await running.call(`POST /api/bulk/jobs/${body.id}/stop`)).body;
  expect(stopped).toMatchObject({ state: 'stopped', stoppedBy: 'admin', waiting: 30 });
  expect(await running.call(`POST /api/bulk/jobs/${body.id}/stop`)).toMatchObject({ body: { code: 'bulk_job_ended' } });
  await running.call(`POST /api/bulk/jobs/${body.id}/retry`);
  expect(await inState(body.id, 'ended')).toMatchObject({ unchanged: 30, stoppedBy: null });
});

test.each([
  ['loses the right', `role = 'auditor'`, `role = 'admin'`],
  ['is locked out in an emergency', `shut_out_until = now() + interval '1 hour'`, 'shut_out_until = null'],
])('who %s meanwhile does no more', async (_name, change, undo) => {
  const tag = fresh('rights');
  await pour(60, tag);
  const technician = await running.callerWithRole('admin');
  const { body } = await ask('disconnect', { filter: { tag } }, technician);
  expect(body.state).toBe('held');
  await running.query(`update auth.staff set ${change} where username = 'the-admin'`);
  await running.call(`POST /api/bulk/jobs/${body.id}/lift`);
  expect(await inState(body.id, 'ended')).toMatchObject({ failed: 60 });
  expect(new Set((await itemsOf(body.id)).map(({ code }: Loose) => code))).toEqual(new Set(['forbidden']));
  await running.query(`update auth.staff set ${undo} where username = 'the-admin'`);
});

test('a program whose key is revoked meanwhile does no more, and none of its acts what the key did not lend', async () => {
  const tag = fresh('key');
  await pour(60, tag);
  const technician = await running.callerWithRole('admin');
  const scopes = ['customer:read', 'session:disconnect'];
  const { id, key } = (await technician('POST /api/auth/keys', { name: fresh('Cutter'), scopes })).body;
  const program = running.callerWithToken(key);
  expect(await ask('tag', { filter: { tag }, tag: 'more' }, program)).toMatchObject({ status: 403 });
  const [first, second] = [
    (await ask('disconnect', { filter: { tag } }, program)).body,
    (await ask('disconnect', { filter: { tag } }, program)).body,
  ];
  await running.call(`POST /api/bulk/jobs/${first.id}/lift`);
  expect(await inState(first.id, 'ended')).toMatchObject({ unchanged: 60 });
  expect((await technician(`DELETE /api/auth/keys/${id}`)).status).toBe(204);
  await running.call(`POST /api/bulk/jobs/${second.id}/lift`);
  expect(await inState(second.id, 'ended')).toMatchObject({ failed: 60 });
  expect(new Set((await itemsOf(second.id)).map(({ code }: Loose) => code))).toEqual(new Set(['forbidden']));
});

test('most refusals hold the rest till a person has looked', async () => {
  const tag = fresh('refused');
  const twin = (await addAbsentRouter(running)).id;
  const customers = await many(45, { tags: [tag] });
  await running.query(
    `insert into provisioning.accounts (id, customer_id, router_id, profile_id, service, name, password_sealed, pending_since, next_try_at, created_at)
     select gen_random_uuid(), $1, $2, profile_id, service, name, '', now(), now(), now() from provisioning.accounts where customer_id = any($3)`,
    [(await addCustomer(running, twin)).id, twin, idsOf(customers)],
  );
  const { body } = await ask('move', { filter: { tag }, routerId: twin });
  if (body.state === 'held') await running.query('update bulk.jobs set held_why = null where id = $1', [body.id]);
  await running.query(`select pg_notify('lastmile', 'bulk *')`);
  const held = await inState(body.id, 'held');
  expect(held).toMatchObject({ heldWhy: 'mostly_failed', done: 0 });
  expect(held.failed).toBeLessThan(45);
  await running.call(`POST /api/bulk/jobs/${body.id}/lift`);
  expect(await inState(body.id, 'ended')).toMatchObject({ failed: 45 });
});

test('a restart in the middle loses nothing and does nothing twice', async () => {
  const tag = fresh('restart');
  await pour(200, tag);
  const { body } = await ask('tag', { filter: { tag }, tag: 'again' });
  await running.restart();
  await inState(body.id, 'ended');
  expect(await jobOf(body.id)).toMatchObject({ total: 200, done: 200, failed: 0 });
  const ids = (await itemsOf(body.id)).map(({ customerId }: Loose) => customerId);
  expect(await entriesOf('customer.changed', ids)).toHaveLength(ids.length);
});

test('two processes share one act, and nobody is treated twice', async () => {
  const tag = fresh('shared');
  await pour(150, tag);
  const database = openDatabase(running.databaseUrl, systemClock);
  const log = createLog('silent', false);
  const sealer = createSealer(keyFromSecret('a secret for the tests'));
  const connections = new RouterConnections(sealer, { areLocalRoutersAllowed: true });
  const announcements = await hearAnnouncements(running.databaseUrl, log);
  const second = new BulkRunner({ database, sealer, connections, log });
  second.start(announcements);
  const { body } = await ask('tag', { filter: { tag }, tag: 'both' });
  await inState(body.id, 'ended');
  await second.stop();
  await announcements.stop();
  await connections.stop();
  await database.pool.end();
  const ids = (await itemsOf(body.id)).map(({ customerId }: Loose) => customerId);
  expect(await entriesOf('customer.changed', ids)).toHaveLength(150);
  expect(await entriesOf('bulk.ended', [body.id])).toHaveLength(1);
});

test('a bulk sync puts right what was changed by hand (B28, B54)', async () => {
  const router = await startTestRouter();
  const tower = await addRouter(running, router);
  const customers = [await addCustomer(running, tower.id), await addCustomer(running, tower.id)];
  for (const { id } of customers) await settled(running, id);
  const name = customers[0].accounts[0].name;
  const [secret] = router.rows('/ppp/secret').filter((row: Loose) => row.name === name);
  router.edit('/ppp/secret', secret?.['.id'] ?? '', { disabled: 'yes' });
  const { body } = await ask('sync', { filter: { routerId: tower.id }, fromRouterId: tower.id });
  expect(await inState(body.id, 'ended')).toMatchObject({ total: 2, done: 2, failed: 0 });
  expect(router.rows('/ppp/secret').find((row: Loose) => row.name === name)).toMatchObject({ disabled: 'false' });
});

test('a router that is away is waited for, longer each time, and the item says why (B54)', async () => {
  const [customer] = await many(1);
  const { body } = await ask('sync', { customerIds: [customer.id] });
  const [item] = await eventually(
    () => itemsOf(body.id),
    ([first]) => first.attemptCount > 1 && first.message,
  );
  expect(item).toMatchObject({ state: 'waiting', code: expect.stringMatching(/refused|unreachable/) });
  expect(Date.parse(item.nextTryAt)).toBeGreaterThan(Date.now());
  await running.call(`POST /api/bulk/jobs/${body.id}/stop`);
});

test('sessions of the chosen are dropped, and who was not online is said to be so', async () => {
  const router = await startTestRouter();
  const tower = await addRouter(running, router);
  const [online, silent] = [await addCustomer(running, tower.id), await addCustomer(running, tower.id)];
  for (const { id } of [online, silent]) await settled(running, id);
  router.dial(online.accounts[0].name, 'secret-1');
  await running.call(`POST /api/routers/${tower.id}/sync`);
  await eventually(async () => (await getCustomer(running, online.id)).accounts[0].session);
  const { body } = await ask('disconnect', { customerIds: idsOf([online, silent]) });
  expect(await inState(body.id, 'ended')).toMatchObject({ done: 1, unchanged: 1 });
  expect(await entriesOf('session.disconnected', [online.id])).toMatchObject([{ actor_name: 'admin' }]);
});
