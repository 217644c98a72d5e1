import { afterAll, beforeAll, expect, test } from 'vitest';
import { counterStaff } from '#test/counter.test-support.ts';
import { addAbsentRouter, addCustomer, addRouter, settled, startTestRouter } from '#test/provider.test-support.ts';
import { eventually, type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let heard: Loose;
let silent: Loose;
let customer: Loose;

beforeAll(async () => {
  running = await openTestLastmile();
  [heard, silent] = [await addAbsentRouter(running), await addAbsentRouter(running)];
  customer = await addCustomer(running, heard.id, { name: 'Żaneta Online' });
  for (const [place, router] of [heard, heard, heard, silent].entries())
    await running.query(
      `insert into provisioning.sessions (id, router_id, router_key, service, account_id, account_name, customer_words, address, caller_id,
         started_at, down_bytes, up_bytes, down_bps, seen_at)
       values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, now())`,
      [
        ...[router.id, `k${place}`, place === 1 ? 'hotspot' : 'pppoe', place === 0 ? customer.accounts[0].id : null],
        ...[`acc${place}`, place === 0 ? 'Żaneta Online' : '', `10.66.0.${place}`, `AA:BB:CC:00:11:0${place}`],
        ...[`2026-01-0${place + 1}T00:00:00Z`, (place * 7) % 4, (place * 3) % 4],
      ],
    );
});
afterAll(() => running.close());

// Nothing is behind the two: what they are is said here, right before it matters.
const say = () =>
  running.query(
    `update routers.routers set state = case id when $1 then 'online' when $2 then 'unreachable' else state end`,
    [heard.id, silent.id],
  );
const list = async (query: string) => {
  await say();
  return (await running.call(`GET /api/sessions?${query}`)).body;
};
const names = async (query: string) => (await list(query)).items.map(({ accountName }: Loose) => accountName);

test('who was online when his router was last heard is shown as that, and not counted as online', async () => {
  const all = await list('');
  expect(all).toMatchObject({ total: 3, lastSeenTotal: 1 });
  expect(all.items.map(({ isLive }: Loose) => isLive)).toEqual([true, true, true, false]);
  expect(await names('state=live')).toEqual(['acc0', 'acc1', 'acc2']);
  expect(await names('state=last_seen')).toEqual(['acc3']);
  // He has a rate from then; of now there is none.
  expect(all.items[3]).toMatchObject({ downBps: null, upBps: null, seenAt: expect.any(String) });
  await say();
  expect((await running.call('GET /api/dashboard')).body.sessionsOnline).toBe(3);
});

test('the list narrows by router, plan, kind and words', async () => {
  expect(await names(`routerId=${silent.id}`)).toEqual(['acc3']);
  expect(await names('service=hotspot')).toEqual(['acc1']);
  expect(await names(`planId=${customer.accounts[0].planId}`)).toEqual(['acc0']);
  for (const [search, found] of [
    ['zaneta', ['acc0']],
    ['acc2', ['acc2']],
    ['10.66.0.1', ['acc1']],
    ['aa-bb-cc-00-11-02', ['acc2']],
    ['nobody', []],
  ] as const)
    expect(await names(`search=${search}`), search).toEqual(found);
  expect((await list('search=zaneta')).items[0]).toMatchObject({ customerId: customer.id, planName: 'Basic' });
});

test.each([
  ['account', ['acc0', 'acc1', 'acc2', 'acc3']],
  ['oldest', ['acc0', 'acc1', 'acc2', 'acc3']],
  ['newest', ['acc3', 'acc2', 'acc1', 'acc0']],
  ['data', ['acc1', 'acc2', 'acc3', 'acc0']],
  ['rate', ['acc1', 'acc2', 'acc3', 'acc0']],
])('the list sorted by %s pages without losing or repeating one', async (sort, expected) => {
  const walked: string[] = [];
  let after = '';
  do {
    const page = await list(`sort=${sort}&limit=1${after}`);
    walked.push(...page.items.map(({ accountName }: Loose) => accountName));
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : '';
  } while (after);
  expect(walked).toEqual(expected);
});

test('several are dropped with a result for each, and who dropped them is kept with the session', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const dropped = await addCustomer(running, routerId, { name: 'Dropped' });
  await settled(running, dropped.id);
  router.dial(dropped.accounts[0].name, 'secret-1');
  await running.call(`POST /api/routers/${routerId}/sync`);
  const [session] = (
    await eventually(
      () => list(`routerId=${routerId}`),
      ({ total }) => total === 1,
    )
  ).items;
  const strange = (await list(`routerId=${silent.id}`)).items[0];
  const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
  const answer = await running.call('POST /api/sessions/disconnect', {
    sessionIds: [session.id, strange.id, unknown, session.id],
  });
  expect(answer.body.items).toEqual([
    { sessionId: session.id, refusal: null },
    {
      sessionId: strange.id,
      refusal: { code: 'router_unreachable', message: expect.any(String) },
    },
    { sessionId: unknown, refusal: { code: 'session_not_found', message: expect.any(String) } },
  ]);
  const history = (await running.call(`GET /api/customers/${dropped.id}/sessions`)).body;
  expect(history.items).toMatchObject([
    { id: session.id, endedHow: 'dropped', endedBy: 'admin', endedAt: expect.any(String), isLive: false },
  ]);
  const tooMany = Array.from({ length: 201 }, () => unknown);
  expect((await running.call('POST /api/sessions/disconnect', { sessionIds: tooMany })).status).toBe(400);
});

test('what sessions carry is read from the router for those that are asked for, and a silent router keeps nobody waiting', async () => {
  const router = await startTestRouter();
  const { id: routerId } = await addRouter(running, router);
  const busy = await addCustomer(running, routerId, { name: 'Busy' });
  await settled(running, busy.id);
  router.dial(busy.accounts[0].name, 'secret-1', { usage: { down: 1, up: 1 } });
  await running.call(`POST /api/routers/${routerId}/sync`);
  const [session] = (
    await eventually(
      () => list(`routerId=${routerId}`),
      ({ total }) => total === 1,
    )
  ).items;
  const strange = (await list(`routerId=${silent.id}`)).items[0];
  const traffic = async () =>
    (await running.call('POST /api/sessions/traffic', { sessionIds: [session.id, strange.id] })).body.items;
  expect((await traffic()).map(({ sessionId }: Loose) => sessionId)).toEqual([session.id]);
  const [told] = await eventually(traffic, ([first]) => first?.downBps > 0);
  expect(told).toMatchObject({ sessionId: session.id, upBps: expect.any(Number) });
});

test('who is online by a voucher is shown with its package and place, and the code to those alone who may read vouchers', async () => {
  const [code, place] = ['K7MHB2N9P4QRS', 'Café North'];
  const router = await addAbsentRouter(running);
  const location = (await running.call('POST /api/locations', { name: place })).body;
  await running.query('update routers.routers set location_id = $2 where id = $1', [router.id, location.id]);
  const hour = { name: 'One hour', priceMinor: '500', durationSeconds: 3600, downKbps: 4096, upKbps: 1024 };
  await running.call('POST /api/voucher-packages', hour);
  await running.query(
    `insert into vouchers.vouchers (id, code, version_id, created_at)
     select gen_random_uuid(), $1, id, now() from vouchers.package_versions where name = $2`,
    [code, hour.name],
  );
  for (const [name, address] of [
    [code, '10.67.0.1'],
    ['made-by-hand', '10.67.0.2'],
  ])
    await running.query(
      `insert into provisioning.sessions (id, router_id, router_key, service, account_name, address, started_at, seen_at)
       values (gen_random_uuid(), $1, 'key of ' || $2, 'hotspot', $2, $3, now(), now())`,
      [router.id, name, address],
    );
  const office = (await counterStaff(running, 'office')).call;
  const own = `GET /api/sessions?routerId=${router.id}`;
  const voucher = { customerName: null, packageName: 'One hour', locationName: place };
  expect((await running.call(own)).body.items).toMatchObject([
    { ...voucher, accountName: code },
    { accountName: 'made-by-hand', packageName: null },
  ]);
  const masked = (await office(own)).body.items;
  expect(masked).toMatchObject([{ ...voucher, accountName: '••••RS' }, { accountName: 'made-by-hand' }]);
  const found = async (search: string) => (await office(`${own}&search=${search}`)).body.items.length;
  expect(await found(code.slice(0, 4))).toBe(0);
  expect(await found('10.67.0.1')).toBe(1);
  expect(await found('made')).toBe(1);
  const whatever = ['account', 'newest', 'rate'].map((sort) => `${own}&limit=1&sort=${sort}`);
  for (const path of [
    ...whatever,
    `GET /api/mikrotik/sessions?routerId=${router.id}`,
    `GET /api/routers/${router.id}/active-users`,
  ]) {
    const { body } = await office(path);
    const told = JSON.stringify(body) + Buffer.from(body.next ?? '', 'base64url').toString();
    expect(told, path).not.toContain(code);
  }
});
