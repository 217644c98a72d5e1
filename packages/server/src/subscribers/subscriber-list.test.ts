import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { createTestDatabase } from '#platform/test-database.ts';
import { writeOffice } from '#test/office.test-support.ts';
import { addAbsentRouter, addCustomer, fresh, getCustomer } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { listSubscribers } from './subscriber-list.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
  await running.query(`update settings.provider set country = 'KE'`);
});
afterAll(() => running.close());

const namesOf = async (query: string) =>
  (await running.call(`GET /api/customers?${query}`)).body.items.map(({ name }: Loose) => name);
const found = (search: string) => namesOf(`search=${encodeURIComponent(search)}`);

test('a caller is found by whatever he says: name, number, phone, account, address, tag, own field, id', async () => {
  const field = (await running.call('POST /api/customer-fields', { name: fresh('Meter'), kind: 'text' })).body;
  const { id, number } = await addCustomer(running, routerId, {
    name: 'Łucja Żółć-Kowalska',
    username: 'lucja.k77',
    phone: '0733 111 222',
    email: 'lucja@example.org',
    address: '17 Baobab Lane',
    billingAddress: 'PO Box 9911',
    tags: ['Fibre  Ring', 'vip'],
    custom: { [field.id]: 'MTR-5561' },
  });
  const words = [
    ...['Łucja', 'zolc', 'ZÓŁĆ', 'kowalska łucja', 'łu', `#${number}`],
    ...['0733111222', '0733 111 222', '+254733111222', '+254 733-111', '254733', '733111'],
    ...[
      'lucja.k77',
      'lucja@ex',
      'baobab',
      '17 baobab',
      'box 9911',
      'fibre ring',
      'vip',
      'mtr-5561',
      id,
      id.toUpperCase(),
    ],
  ];
  for (const word of words) expect(await found(word), word).toEqual(['Łucja Żółć-Kowalska']);
  for (const word of ['nobody', '0733 111 223', 'baobab 18', '%', '_'])
    expect(await found(word), word).not.toContain('Łucja Żółć-Kowalska');
});

test('who is online is found by his address, and by his device also afterwards', async () => {
  const customer = await addCustomer(running, routerId, { name: 'Dialled Dana' });
  const write = (address: string, ended: string | null) =>
    running.query(
      `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, address, caller_id, started_at, seen_at, ended_at)
       values (gen_random_uuid(), $1, gen_random_uuid(), $2, 'dana', $3, 'AA:BB:CC:0D:0E:0F', now(), now(), $4)`,
      [routerId, customer.accounts[0].id, address, ended],
    );
  await write('10.77.1.5', '2026-01-01');
  expect(await found('10.77.1.5')).toEqual([]);
  await write('10.77.1.6', null);
  expect(await found('10.77.1.')).toEqual(['Dialled Dana']);
  await running.query('update provisioning.sessions set ended_at = now() where ended_at is null');
  for (const mac of ['aa:bb:cc:0d:0e:0f', 'AA-BB-CC-0D', 'aabb.cc0d.0e0f', 'aabbcc0d0e0f'])
    expect(await found(mac), mac).toEqual(['Dialled Dana']);
});

test('those whose name begins as it is typed come first, and the pages go on from there', async () => {
  for (const name of ['Zed Quill', 'Quill Adams', 'Amy Quill', 'Quill Zed'])
    await addCustomer(running, routerId, { name });
  const walked: string[] = [];
  let after = '';
  do {
    const { body } = await running.call(`GET /api/customers?search=quill&limit=1${after}`);
    walked.push(...body.items.map(({ name }: Loose) => name));
    after = body.next ? `&after=${encodeURIComponent(body.next)}` : '';
  } while (after);
  expect(walked).toEqual(['Quill Adams', 'Quill Zed', 'Amy Quill', 'Zed Quill']);
});

test.each([
  ['name', ['Sort A', 'Sort Ä', 'Sort B']],
  ['name_desc', ['Sort B', 'Sort Ä', 'Sort A']],
  ['newest', ['Sort Ä', 'Sort A', 'Sort B']],
  ['oldest', ['Sort B', 'Sort A', 'Sort Ä']],
])('the list sorted by %s pages without losing or repeating one', async (sort, names) => {
  const tag = fresh('sorted');
  for (const name of ['Sort B', 'Sort A', 'Sort Ä']) await addCustomer(running, routerId, { name, tags: [tag] });
  const walked: string[] = [];
  let after = '';
  do {
    const { body } = await running.call(`GET /api/customers?tag=${tag}&sort=${sort}&limit=1${after}`);
    walked.push(...body.items.map(({ name }: Loose) => name));
    after = body.next ? `&after=${encodeURIComponent(body.next)}` : '';
  } while (after);
  expect(walked).toEqual(names);
});

test('who was removed is found among the removed, and there only', async () => {
  const customer = await addCustomer(running, routerId, { name: 'Removed Rita' });
  await running.call(`DELETE /api/customers/${customer.id}`);
  expect(await found('removed rita')).toEqual([]);
  expect(await namesOf('status=removed&search=rita')).toEqual(['Removed Rita']);
});

test('the state narrows to who is online, and to who could be and is not', async () => {
  const router = await addAbsentRouter(running);
  const names = async (status: string) => {
    // Nothing is behind it, and who is online there counts only while it answers.
    await running.query(`update routers.routers set state = 'online' where id = $1`, [router.id]);
    return namesOf(`routerId=${router.id}&status=${status}`);
  };
  const online = await addCustomer(running, router.id, { name: 'On' });
  await addCustomer(running, router.id, { name: 'Off' });
  const cut = await addCustomer(running, router.id, { name: 'Cut' });
  await running.call(`POST /api/customers/${cut.id}/suspend`);
  await running.query(
    `insert into provisioning.sessions (id, router_id, router_key, account_id, account_name, started_at, seen_at)
     values (gen_random_uuid(), $1, 'k', $2, 'on', now(), now())`,
    [router.id, online.accounts[0].id],
  );
  expect(await names('online')).toEqual(['On']);
  expect(await names('offline')).toEqual(['Off']);
});

test('a cursor of another list, or none at all, is refused', async () => {
  const refused = await running.call('GET /api/customers?after=WyJ4Il0');
  expect(refused).toMatchObject({ status: 400, body: { fields: [{ path: 'after' }] } });
});

test('own fields are asked for, checked, kept with the customer and told in his history', async () => {
  const add = (body: object) => running.call('POST /api/customer-fields', body);
  const roof = (await add({ name: 'Roof', kind: 'choice', choices: ['Tin', 'Tiles'], isRequired: true })).body;
  expect(await add({ name: 'roof', kind: 'text' })).toMatchObject({
    status: 409,
    body: { code: 'customer_field_name_taken', fields: [{ path: 'name' }] },
  });
  expect(await add({ name: 'Empty', kind: 'choice' })).toMatchObject({
    status: 400,
    body: { fields: [{ path: 'choices' }] },
  });
  const plan = (await running.call('GET /api/plans')).body.items[0].id;
  const person = { name: 'Roofed', username: fresh('roof'), password: 'x', routerId, planId: plan };
  const refused = await running.call('POST /api/customers', person);
  expect(refused).toMatchObject({
    status: 400,
    body: { fields: [{ path: `custom.${roof.id}`, message: 'is needed' }] },
  });
  const added = (await running.call('POST /api/customers', { ...person, custom: { [roof.id]: 'Tin' } })).body;
  const change = (custom: object, revision: number) =>
    running.call(`PUT /api/customers/${added.id}`, { revision, custom });
  expect((await change({ [roof.id]: 'Thatch' }, 1)).status).toBe(400);
  expect((await change({ [roof.id]: 'Tiles' }, 1)).body.custom).toEqual({ [roof.id]: 'Tiles' });
  const { items } = (await running.call(`GET /api/audit?about=${added.id}`)).body;
  expect(items[0]).toMatchObject({ action: 'customer.changed', details: { Roof: ['Tin', 'Tiles'] } });
  await running.call(`DELETE /api/customer-fields/${roof.id}`);
  expect((await running.call('POST /api/customers', { ...person, username: fresh('roof') })).status).toBe(201);
});

test('the record holds a position, tags and addresses, and an edit leaves the others alone', async () => {
  const customer = await addCustomer(running, routerId, {
    position: { latitude: -1.2921, longitude: 36.8219 },
    tags: ['A', 'a', ' b '],
    billingAddress: 'PO Box 1',
    phone: '0711 000 001',
  });
  expect(customer).toMatchObject({ tags: ['a', 'b'], phoneE164: '+254711000001', number: expect.any(Number) });
  const edited = (
    await running.call(`PUT /api/customers/${customer.id}`, { revision: 1, position: null, phone: 'ask Ben' })
  ).body;
  expect(edited).toMatchObject({ position: null, tags: ['a', 'b'], billingAddress: 'PO Box 1', phoneE164: null });
  for (const position of [{ latitude: 91, longitude: 0 }, { latitude: 1 }, { latitude: Number.NaN, longitude: 0 }])
    expect((await running.call(`PUT /api/customers/${customer.id}`, { revision: 2, position })).status).toBe(400);
  const tags = (await running.call('GET /api/customer-tags')).body.items;
  expect(tags).toContainEqual({ tag: 'b', count: expect.any(Number) });
  expect(await getCustomer(running, customer.id)).toMatchObject({ revision: 2 });
});

test('a search on many customers asks the index for rare words and walks the names for common ones', async () => {
  const office = await createTestDatabase();
  const database = openDatabase(office.url, systemClock);
  try {
    await writeOffice(database, 10_000, 1000);
    const planOf = async (search: string) => {
      const { rows } = await database.pool.query(
        `explain select id from customers.customers customer where removed_at is null and search like customers.plain($1)
         order by sort_name, id limit 51`.replace('$1', `'${search}'`),
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    for (const rare of ['%acc4711%', '%0712004711%', '% qx%', '%qqq%'])
      expect(await planOf(rare), rare).toContain('Bitmap Index Scan on customers_search');
    expect(await planOf('%horvat%')).toContain('customers_by_name');
    const page = await listSubscribers(
      database.db,
      { search: 'wanj', sort: 'name', limit: 10 },
      Temporal.Now.instant(),
      'everywhere',
    );
    expect(page.items.every(({ name }) => name.startsWith('Wanjiru'))).toBe(true);
    expect(page.items).toHaveLength(10);
  } finally {
    await database.pool.end();
    await office.drop();
  }
});
