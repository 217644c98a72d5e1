import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let token: string;

beforeAll(async () => {
  running = await openTestLastmile();
  token = await running.tokenOf('admin');
});
afterAll(() => running.close());

const download = async (path: string, as = token) => {
  const response = await fetch(running.lastmile.url + path, { headers: { authorization: `Bearer ${as}` } });
  return {
    status: response.status,
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()),
    type: response.headers.get('content-type'),
  };
};
const linesOf = (text: string) => parse(text, { bom: true, columns: true }) as Loose[];

test('a line for each account, what is typed in the list narrows it, and no cell is a formula', async () => {
  const { id: routerId, label } = await addAbsentRouter(running);
  const tag = fresh('export');
  const customer = await addCustomer(running, routerId, {
    name: '=1+1',
    phone: '+38591555',
    tags: [tag],
    notes: 'a "b"\nc',
  });
  const { text, type } = await download(`/api/customers/export?tag=${tag}`);
  expect(type).toBe('text/csv; charset=utf-8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  expect(linesOf(text)).toEqual([
    expect.objectContaining({
      number: String(customer.number),
      name: "'=1+1",
      phone: "'+38591555",
      notes: 'a "b"\nc',
      state: 'active',
      username: customer.accounts[0].name,
      service: 'pppoe',
      router: label,
      plan: 'Basic',
    }),
  ]);
  expect(text).not.toContain('secret-1');
  expect(linesOf((await download('/api/customers/export?search=nobody-at-all')).text)).toEqual([]);
});

test('passwords leave only with those who may see them, and that is written down without them', async () => {
  const tag = fresh('export');
  await addCustomer(running, (await addAbsentRouter(running)).id, { tags: [tag] });
  const path = `/api/customers/export-with-passwords?tag=${tag}`;
  await running.callerWithRole('office');
  expect((await download(path, await running.tokenOf('the-office'))).status).toBe(403);
  expect(linesOf((await download(path)).text)).toMatchObject([{ password: 'secret-1' }]);
  const entries = await running.query(
    `select actor_name, details from audit.entries where action = 'customer.exported' and details ->> 'tag' = $1`,
    [tag],
  );
  expect(entries).toEqual([{ actor_name: 'admin', details: { tag, withLogins: true } }]);
});

test('who is limited to a place takes none of another with him', async () => {
  const tag = fresh('export');
  const [here, there] = [await addAbsentRouter(running), await addAbsentRouter(running)];
  const location = (await running.call('POST /api/locations', { name: fresh('Hill') })).body;
  await running.call(`PUT /api/routers/${here.id}`, { revision: here.revision, locationId: location.id });
  const own = await addCustomer(running, here.id, { tags: [tag] });
  await addCustomer(running, there.id, { tags: [tag] });
  await running.callerWithRole('admin');
  const [{ id }] = await running.query(`select id from auth.staff where username = 'the-admin'`);
  await running.call(`PUT /api/staff/${id}/scope`, { limitedTo: [location.id] });
  const lines = linesOf((await download(`/api/customers/export?tag=${tag}`, await running.tokenOf('the-admin'))).text);
  expect(lines.map(({ number }) => number)).toEqual([String(own.number)]);
});

test('thousands are written in pieces, each once', async () => {
  const tag = fresh('many');
  await running.query(
    `insert into customers.customers (id, name, tags, created_at)
     select gen_random_uuid(), 'Poured ' || n, array[$1], now() from generate_series(1, 1200) n`,
    [tag],
  );
  const lines = linesOf((await download(`/api/customers/export?tag=${tag}`)).text);
  expect(new Set(lines.map(({ name }) => name)).size).toBe(1200);
  expect(lines).toHaveLength(1200);
});

test('a filter that is none is refused', async () => {
  expect((await download('/api/customers/export?status=half')).status).toBe(400);
});
