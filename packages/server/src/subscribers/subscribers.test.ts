import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addAbsentRouter,
  addCustomer,
  fresh,
  getCustomer,
  issueInvoice,
  planNamed,
} from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());

const change = (customer: Loose, fields: Record<string, unknown>, revision = customer.revision) =>
  running.call(`PUT /api/customers/${customer.id}`, { revision, ...fields });

async function add(fields: Record<string, unknown>) {
  const plan = await planNamed(running, 'Basic');
  const whole = { name: 'Ana', username: fresh('ana'), password: 'secret-1', routerId, planId: plan.id };
  return running.call('POST /api/customers', { ...whole, ...fields });
}

test('a customer is added with his account, plan and router, and waits for the router (A4, A40)', async () => {
  const { status, body } = await add({ name: ' Ana Horvat ', email: 'ana@example.org', phone: '', address: 'Ilica 1' });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: 'Ana Horvat',
    email: 'ana@example.org',
    phone: null,
    address: 'Ilica 1',
    notes: null,
    status: 'active',
    balanceMinor: '0',
    removedAt: null,
    revision: 1,
    accounts: [{ service: 'pppoe', routerId, planName: 'Basic', blocks: [], session: null, pending: {} }],
  });
});

test('two people edit the same customer: the second is told, and nothing is overwritten', async () => {
  const customer = await addCustomer(running, routerId);
  expect((await change(customer, { phone: '111' })).status).toBe(200);
  const second = await change(customer, { phone: '222', name: 'Somebody else' });
  expect(second).toMatchObject({ status: 409, body: { code: 'edit_conflict', details: { revision: 2 } } });
  expect(await getCustomer(running, customer.id)).toMatchObject({ phone: '111', name: 'Ana Horvat' });
});

test('of many edits of one customer at the same moment exactly one goes through', async () => {
  const customer = await addCustomer(running, routerId);
  const answers = await Promise.all(Array.from({ length: 8 }, (_, place) => change(customer, { phone: `${place}` })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === 'edit_conflict')).toHaveLength(7);
});

test('what is left out of an edit stays, and what is emptied is gone', async () => {
  const customer = (await add({ email: 'ana@example.org', phone: '1', notes: 'pays late' })).body;
  const edited = (await change(customer, { phone: '', email: null })).body;
  expect(edited).toMatchObject({ name: 'Ana', phone: null, email: null, notes: 'pays late' });
});

test.each([
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name', 'must have at most 120 characters'],
  ['no name', { name: '' }, 'name', 'must not be empty'],
  ['an address of 10,000 characters', { address: 'x'.repeat(10_000) }, 'address', 'must have at most 300 characters'],
  ['an e-mail address that is none', { email: 'ana' }, 'email', 'must be an e-mail address'],
  ['an account name with a space', { username: 'ana h' }, 'username', 'must not hold spaces or control characters'],
  ['an account name of 10,000 characters', { username: 'x'.repeat(10_000) }, 'username', 'must have at most 64'],
  ['a NUL in the name', { name: 'a\0' }, 'name', 'must not hold control characters'],
  ['half a character in the name', { name: 'a\ud83d' }, 'name', 'is not well-formed Unicode'],
  ['no password', { password: '' }, 'password', 'must not be empty'],
  ['a number for a name', { name: 5 }, 'name', 'must be a text'],
])('%s is refused at its field', async (_name, fields, path, message) => {
  const { status, body } = await add(fields);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(new RegExp(`^${path} `)) });
  expect(body.fields[0]).toEqual({ path, message: expect.stringContaining(message) });
});

test.each([
  ['router', 'routerId', 'router_not_found'],
  ['plan', 'planId', 'plan_not_found'],
])('a %s that is not there is refused at its field, and nobody is added', async (_name, path, code) => {
  const before = (await running.call('GET /api/dashboard')).body.customers.total;
  const refused = await add({ [path]: '01890a5d-ac96-774b-bcce-b302099a8057' });
  expect(refused).toMatchObject({ status: 404, body: { code, fields: [{ path }] } });
  expect((await running.call('GET /api/dashboard')).body.customers.total).toBe(before);
});

test('an archived plan is not sold, and who has it may keep it (A57)', async () => {
  const body = { name: fresh('Old'), priceMinor: '100', downKbps: '1M', upKbps: '1M' };
  const plan = (await running.call('POST /api/plans', body)).body;
  const customer = (await add({ planId: plan.id })).body;
  await running.call(`PUT /api/plans/${plan.id}`, { revision: plan.revision, isArchived: true });
  expect(await add({ planId: plan.id })).toMatchObject({
    status: 409,
    body: { code: 'plan_archived', fields: [{ path: 'planId' }] },
  });
  expect((await change(customer, { planId: plan.id, phone: '1' })).status).toBe(200);
});

test('a router that is removed while a customer is added never has an account', async () => {
  for (let round = 0; round < 5; round++) {
    const router = await addAbsentRouter(running);
    const [added, removed] = await Promise.all([
      add({ routerId: router.id }),
      running.call(`DELETE /api/routers/${router.id}`),
    ]);
    expect([
      [201, 409],
      [404, 204],
    ]).toContainEqual([added.status, removed.status]);
  }
});

test('a customer is suspended and activated by hand, once and for all who look (A5, A42)', async () => {
  const customer = await addCustomer(running, routerId);
  const suspended = await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'moved' });
  expect(suspended.body).toMatchObject({
    status: 'suspended',
    accounts: [{ blocks: [{ reason: 'staff', by: 'admin', note: 'moved' }] }],
  });
  const again = await running.call(`POST /api/customers/${customer.id}/suspend`);
  expect(again.body.accounts[0].blocks).toEqual(suspended.body.accounts[0].blocks);
  const active = await running.call(`POST /api/customers/${customer.id}/activate`);
  expect(active.body).toMatchObject({ status: 'active', accounts: [{ blocks: [] }] });
});

test('a customer who is removed leaves the lists, and his books stay (A6)', async () => {
  const customer = await addCustomer(running, routerId, { name: 'Gone Girl' });
  const invoice = await issueInvoice(running, customer.id);
  expect((await running.call(`DELETE /api/customers/${customer.id}`)).status).toBe(204);
  expect((await running.call('GET /api/customers?search=gone%20girl')).body.items).toEqual([]);
  expect(await getCustomer(running, customer.id)).toMatchObject({ removedAt: expect.any(String), accounts: [] });
  expect((await running.call(`GET /api/invoices/${invoice.id}`)).body).toMatchObject({ customerName: 'Gone Girl' });
  expect(await change(customer, { name: 'Back' }, 2)).toMatchObject({
    status: 409,
    body: { code: 'customer_removed' },
  });
  expect(await running.call(`DELETE /api/customers/${customer.id}`)).toMatchObject({ status: 409 });
});

test('the number of customers that is kept is what counting them says, whoever adds and removes at once', async () => {
  const numbers = async () =>
    (
      await running.query(`select (select sum(count)::integer from customers.present_counts) as kept,
        (select count(*)::integer from customers.customers where removed_at is null) as counted,
        (select count(*)::integer from customers.present_counts) as rows`)
    )[0] as Loose;
  const before = await numbers();
  const made = await Promise.all(Array.from({ length: 12 }, () => addCustomer(running, routerId)));
  const [first, ...others] = made;
  await Promise.all([
    ...others.slice(0, 4).map(({ id }) => running.call(`DELETE /api/customers/${id}`)),
    // Refused after the customer was written: the name of the account is taken.
    add({ username: first.accounts[0].name }),
    running.query(`insert into customers.customers (id, name, revision, created_at)
      select gen_random_uuid(), 'Of many', 1, now() from generate_series(1, 5)`),
    running.query(`do $$ begin
      insert into customers.customers (id, name, revision, created_at) values (gen_random_uuid(), 'Undone', 1, now());
      raise exception 'undone'; exception when raise_exception then null; end $$`),
  ]);
  const after = await numbers();
  expect(after.counted).toBe(before.counted + 12 - 4 + 5);
  expect(after.kept).toBe(after.counted);
  // One for each who wrote at the same moment, and not one for each customer.
  expect(after.rows).toBeLessThanOrEqual(20);
  await running.query(`delete from customers.customers where name = 'Of many'`);
  expect(await numbers()).toMatchObject({ kept: after.kept - 5, counted: after.counted - 5 });
  await running.query('update customers.customers set removed_at = null where removed_at is not null');
  const { kept, counted } = await numbers();
  expect(kept).toBe(counted);
});

test('an account name is free again when its holder is removed', async () => {
  const username = fresh('free');
  const first = (await add({ username })).body;
  expect((await add({ username })).status).toBe(409);
  await running.call(`DELETE /api/customers/${first.id}`);
  expect((await add({ username })).status).toBe(201);
});

test('a password is shown only on request, and who looked is written down', async () => {
  const customer = await addCustomer(running, routerId, { password: 'hunter-22' });
  expect(JSON.stringify(await getCustomer(running, customer.id))).not.toContain('hunter-22');
  const [account] = customer.accounts;
  expect((await running.call(`POST /api/accounts/${account.id}/reveal`)).body).toEqual({ password: 'hunter-22' });
  const { body } = await running.call(`GET /api/audit?about=${customer.id}&limit=1`);
  expect(body.items[0]).toMatchObject({ action: 'account.password_revealed', actor: { name: 'admin' } });
});

test('passwords of customers and routers are sealed in the database, and in no audit entry (A105, A107, D33)', async () => {
  const customer = await addCustomer(running, routerId, { password: 'hunter-33' });
  await change(customer, { password: 'hunter-44' });
  const router = await addAbsentRouter(running);
  await running.call(`PUT /api/routers/${router.id}`, { revision: router.revision, password: 'hunter-55' });
  const dump = Buffer.concat(
    await Promise.all(
      ['provisioning.accounts', 'routers.routers', 'audit.entries', 'customers.customers'].map(async (table) => {
        const rows = await running.query(`select t::text as row from ${table} t`);
        return Buffer.from(rows.map(({ row }) => `${row}${asText(row)}`).join());
      }),
    ),
  );
  for (const secret of ['hunter-33', 'hunter-44', 'hunter-55']) expect(dump.includes(secret)).toBe(false);
  const replies = [await getCustomer(running, customer.id), (await running.call('GET /api/routers')).body];
  expect(JSON.stringify(replies)).not.toMatch(/hunter|password/i);
});

/** What the bytes of a row would read as. */
function asText(row: string): string {
  return (row.match(/\\x[0-9a-f]+/g) ?? []).map((hex) => Buffer.from(hex.slice(2), 'hex').toString('latin1')).join();
}

test('the search finds by name, phone, address and account, whatever the letters’ case, and takes no wildcard', async () => {
  const username = fresh('zoran');
  await add({ name: 'Željko ŠARIĆ', phone: '+385 91 555', address: '50% Street_1', username });
  const found = async (search: string) =>
    (await running.call(`GET /api/customers?search=${encodeURIComponent(search)}`)).body.items.map(
      ({ name }: Loose) => name,
    );
  for (const word of ['željko', 'ŽELJKO', 'šarić', '91 555', '50%', username.toUpperCase()])
    expect([word, await found(word)]).toEqual([word, ['Željko ŠARIĆ']]);
  for (const word of ['50_', '%street%', '\\']) expect([word, await found(word)]).toEqual([word, []]);
});

test('a Greek name in capitals is found in capitals: the last sigma has two forms', async () => {
  await add({ name: 'ΟΔΥΣΣΕΑΣ ΒΑΡΕΛΑΣ' });
  const { body } = await running.call(`GET /api/customers?search=${encodeURIComponent('ΒΑΡΕΛΑΣ')}`);
  expect(body.items).toHaveLength(1);
});

test('the list pages through names of every script without losing or repeating one', async () => {
  const names = ['Ćiro', 'ćiro', 'İsmail', 'ΟΔΟΣ', 'Straße', 'ZZ Top', '水野', 'Émile', 'e\u0301mile'];
  for (const name of names) await add({ name: `page ${name}` });
  const walked: string[] = [];
  let after = '';
  do {
    const { body } = await running.call(`GET /api/customers?search=page&limit=2${after}`);
    walked.push(...body.items.map(({ name }: Loose) => name));
    after = body.next ? `&after=${encodeURIComponent(body.next)}` : '';
  } while (after);
  expect(walked.toSorted()).toEqual(names.map((name) => `page ${name}`).toSorted());
});

test('the list narrows by state, router and plan (A75)', async () => {
  const router = await addAbsentRouter(running);
  const premium = await planNamed(running, 'Premium');
  const [active, cut, late] = [
    await addCustomer(running, router.id, { name: 'Active' }),
    await addCustomer(running, router.id, { name: 'Cut', planId: premium.id }),
    await addCustomer(running, router.id, { name: 'Late' }),
  ];
  await running.call(`POST /api/customers/${cut.id}/suspend`);
  await issueInvoice(running, late.id);
  const names = async (query: string) =>
    (await running.call(`GET /api/customers?routerId=${router.id}&${query}`)).body.items.map(({ name }: Loose) => name);
  expect(await names('')).toEqual(['Active', 'Cut', 'Late']);
  expect(await names('status=active')).toEqual(['Active', 'Late']);
  expect(await names('status=suspended')).toEqual(['Cut']);
  expect(await names('status=overdue')).toEqual(['Late']);
  expect(await names('status=pending')).toEqual(['Active', 'Cut', 'Late']);
  expect(await names('status=no_account')).toEqual([]);
  expect(await names(`planId=${premium.id}`)).toEqual(['Cut']);
  expect((await getCustomer(running, active.id)).overdueMinor).toBe('0');
});

test('the list narrows to the customers of a location', async () => {
  const [here, there] = [await addAbsentRouter(running), await addAbsentRouter(running)];
  await addCustomer(running, here.id, { name: 'Here' });
  await addCustomer(running, there.id, { name: 'There' });
  const { body: location } = await running.call('POST /api/locations', { name: `Narrow ${here.id}` });
  const { revision } = (await running.call(`GET /api/routers/${here.id}`)).body;
  await running.call(`PUT /api/routers/${here.id}`, { revision, locationId: location.id });
  const { body } = await running.call(`GET /api/customers?locationId=${location.id}`);
  expect(body.items.map(({ name }: Loose) => name)).toEqual(['Here']);
});

test('who is moved to another router stays blocked since when and by whom he was, and what was lifted stays told', async () => {
  const customer = await addCustomer(running, routerId);
  await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'first' });
  await running.call(`POST /api/customers/${customer.id}/activate`);
  await running.call(`POST /api/customers/${customer.id}/suspend`, { note: 'unpaid router' });
  await running.query(
    `update provisioning.blocks set since = '2026-01-02T03:04:05Z', by_name = 'ben' where account_id = $1 and lifted_at is null`,
    [customer.accounts[0].id],
  );
  const { id: elsewhere } = await addAbsentRouter(running);
  const moved = (await change(customer, { routerId: elsewhere })).body;
  expect(moved.accounts).toMatchObject([
    {
      routerId: elsewhere,
      blocks: [{ reason: 'staff', since: '2026-01-02T03:04:05.000Z', by: 'ben', note: 'unpaid router' }],
    },
  ]);
  const blocks = await running.query(
    'select account_id, lifted_at is null as stands from provisioning.blocks b join provisioning.accounts a on a.id = b.account_id where a.customer_id = $1 order by b.id',
    [customer.id],
  );
  expect(blocks).toEqual([
    { account_id: moved.accounts[0].id, stands: false },
    { account_id: moved.accounts[0].id, stands: true },
  ]);
});
