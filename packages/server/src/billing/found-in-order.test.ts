// Long lists of money are asked in ways that are quick; what they find, and in what order, is held against a plain question here.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { sumInvoices } from './invoice-list.ts';
import { sumPayments } from './payments.ts';

const clock = manualClock('2026-06-12T12:00:00Z');
let running: Running & { close(): Promise<void> };
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  const routerId = (await addAbsentRouter(running)).id;
  const owners: string[] = [];
  for (const name of ['García Inv', 'Zoë 2026', 'Wanjiru 00', 'Gone Garcia'])
    owners.push((await addCustomer(running, routerId, { name })).id);
  // Later ones of earlier days among them.
  for (const day of ['12', '14', '11', '13']) {
    clock.set(`2026-06-${day}T12:00:00Z`);
    for (const [index, id] of owners.entries()) {
      await issueInvoice(running, id, { dueOn: '2026-06-13', amountMinor: String(1000 + index) });
      const receivedOn = `2026-06-${index % 2 ? '10' : day}`;
      await running.call('POST /api/payments', { customerId: id, amountMinor: '400', receivedOn });
    }
  }
  clock.set('2026-06-15T12:00:00Z');
  await running.call(`DELETE /api/customers/${owners[3]}`);
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

/** All pages of a list, five rows on each. */
async function walk(list: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = ''; ; ) {
    const { status, body } = await running.call(`GET /api/${list}&limit=5${after}`);
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id }: Loose) => id));
    if (!body.next) return ids;
    after = `&after=${body.next}`;
  }
}

const words = [
  '',
  'garcia',
  'GARCÍA',
  'zoë',
  '2026',
  'inv',
  'in',
  'xq',
  '00',
  '-0',
  '26-0',
  '00003',
  'gone',
  '%',
  'nobody',
];
const days = [
  ['', ''],
  ['2026-06-12', ''],
  ['', '2026-06-12'],
  ['2026-06-11', '2026-06-13'],
] as const;
const cases = words.flatMap((word) => days.map(([from, to]) => ({ word, from, to })));

const literal = (word: string) => `%${word.replace('%', '\\%')}%`;
const idsOf = async (text: string, values: unknown[]) => (await running.query(text, values)).map(({ id }) => id);

test.each(cases)(
  'invoices with "$word" issued from "$from" to "$to" are those that a plain question finds',
  async ({ word, from, to }) => {
    const plain = await idsOf(
      `select i.id from billing.invoices i join customers.customers c on c.id = i.customer_id
     where (lower(i.number) like lower($1) or c.search like customers.plain($1))
       and i.issued_on between coalesce(nullif($2, '')::date, '-infinity') and coalesce(nullif($3, '')::date, 'infinity')
     order by ${from || to ? 'i.issued_on desc, ' : ''} i.id desc`,
      [literal(word), from, to],
    );
    const query = `search=${encodeURIComponent(word)}${from && `&issuedFrom=${from}`}${to && `&issuedTo=${to}`}`;
    expect(await walk(`invoices?${query}`)).toEqual(plain);
    expect((await running.call(`GET /api/invoices/sums?${query}`)).body).toMatchObject({
      isAll: true,
      count: plain.length,
    });
  },
);

test.each(cases)(
  'payments with "$word" received from "$from" to "$to" are those that a plain question finds',
  async ({ word, from, to }) => {
    const plain = await idsOf(
      `select p.id from billing.payments p join customers.customers c on c.id = p.customer_id
     where (c.search like customers.plain($1) or ($4 ~ '^[0-9]+$' and p.receipt_no = nullif($4, '')::bigint))
       and p.received_on between coalesce(nullif($2, '')::date, '-infinity') and coalesce(nullif($3, '')::date, 'infinity')
     order by ${from || to ? 'p.received_on desc, ' : ''} p.id desc`,
      [literal(word), from, to, /^\d+$/.test(word) ? word : ''],
    );
    const query = `search=${encodeURIComponent(word)}${from && `&from=${from}`}${to && `&to=${to}`}`;
    expect(await walk(`payments?${query}`)).toEqual(plain);
    const { isAll, received } = (await running.call(`GET /api/payments/totals?${query}`)).body;
    expect(isAll).toBe(true);
    expect(received.reduce((sum: number, { count }: Loose) => sum + count, 0)).toBe(plain.length);
  },
);

test('the invoices of a customer who is gone are found by his name', async () => {
  expect(await walk('invoices?search=gone')).toHaveLength(4);
  expect(await walk('payments?search=gone')).toHaveLength(4);
});

test('a place in a list of days is none in a list without, nor a day that is none', async () => {
  const { next } = (await running.call('GET /api/invoices?issuedFrom=2026-06-01&limit=1')).body;
  expect(await running.call(`GET /api/invoices?after=${next}`)).toMatchObject({ status: 400 });
  const noDay = Buffer.from(JSON.stringify(['2026-02-30', crypto.randomUUID()])).toString('base64url');
  expect(await running.call(`GET /api/payments?from=2026-01-01&after=${noDay}`)).toMatchObject({ status: 400 });
});

test('more payments than are added up are not added up in part', async () => {
  expect(await sumPayments(database.db, {}, 'everywhere', 15)).toEqual({ isAll: false, received: [] });
  const all = await sumPayments(database.db, {}, 'everywhere', 16);
  expect(all).toMatchObject({ isAll: true, received: [{ count: 16, amountMinor: 6400n }] });
  expect(await sumInvoices(database.db, {}, clock.now(), 'everywhere')).toMatchObject({ count: 16 });
});
