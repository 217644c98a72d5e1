// In which currencies customers may owe, as it comes about: the provider changes his, somebody comes at that moment, a plan is priced
// in another, and an installation that has two in its history is upgraded.
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { migrate } from '#platform/migrate.ts';
import { asOwner } from '#platform/program-role.ts';
import { addAbsentRouter, addCustomer, fresh, issueInvoice } from '#test/provider.test-support.ts';
import { eventually, openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let routerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  routerId = (await addAbsentRouter(running)).id;
});
afterAll(() => running.close());
beforeEach(() => choose('USD'));

async function choose(currency: string): Promise<void> {
  const { revision } = (await running.call('GET /api/settings')).body;
  expect(await running.call('PUT /api/settings', { revision, currency })).toMatchObject({ status: 200 });
}

async function addPlan(): Promise<string> {
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  return (await running.call('POST /api/plans', plan)).body.id;
}

async function currenciesOf(customerId: string): Promise<string[]> {
  const rows = await running.query('select currency from customers.currencies where customer_id = $1 order by 1', [
    customerId,
  ]);
  return rows.map(({ currency }) => currency);
}

test('a customer may owe in the currency of the day he came, and in each that the provider chooses after it', async () => {
  const { id: before } = await addCustomer(running, routerId);
  await choose('KES');
  const { id: after } = await addCustomer(running, routerId, { planId: await addPlan() });
  expect([await currenciesOf(before), await currenciesOf(after)]).toEqual([['KES', 'USD'], ['KES']]);
  expect(await issueInvoice(running, before)).toMatchObject({ currency: 'KES' });
});

test('who takes a plan that is still priced in another currency may owe in it, and is charged in it', async () => {
  const planId = await addPlan();
  await choose('EUR');
  const { id } = await addCustomer(running, routerId, { planId });
  expect(await currenciesOf(id)).toEqual(['EUR', 'USD']);
  await running.call('POST /api/billing/invoice-runs');
  const { items } = (await running.call(`GET /api/invoices?customerId=${id}`)).body;
  expect(items).toMatchObject([{ currency: 'USD' }]);
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: running.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const come = `insert into customers.customers (id, name, created_at) values (gen_random_uuid(), 'Ana', now()) returning id`;
const change = `update settings.provider set currency = 'UGX'`;

test.each([
  ['before the provider changes it', come, change, ['UGX', 'USD']],
  ['after he has changed it', change, come, ['UGX']],
])('a customer who comes a moment %s may owe in the new currency', async (_when, first, second, expected) => {
  const [one, other] = [await connect(), await connect()];
  await one.query('begin');
  const early = await one.query(first);
  const { rows } = await other.query('select pg_backend_pid() as pid');
  const late = other.query(second);
  // The second waits: nothing that it wrote could know what the first has not committed.
  await eventually(async () => {
    const [waiting] = await running.query('select cardinality(pg_blocking_pids($1)) as by', [rows[0].pid]);
    return waiting.by > 0;
  });
  await one.query('commit');
  const [added] = [...early.rows, ...(await late).rows];
  expect(await currenciesOf(added.id)).toEqual(expected);
});

test('an installation with two currencies in its history is upgraded with both', async () => {
  const { id } = await addCustomer(running, routerId);
  await issueInvoice(running, id);
  await choose('JPY');
  await issueInvoice(running, id);
  const { id: later } = await addCustomer(running, routerId);
  const database = openDatabase(running.databaseUrl, systemClock);
  onTestFinished(() => database.pool.end());
  await asOwner(database.pool, (owner) =>
    owner.query(`
      alter table billing.invoices drop constraint invoices_customer_currency,
        add constraint invoices_customer_id_fkey foreign key (customer_id) references customers.customers;
      alter table billing.subscriptions drop constraint subscriptions_customer_currency,
        add constraint subscriptions_customer_id_fkey foreign key (customer_id) references customers.customers;
      drop table customers.currencies;
      drop function customers.take_currency, customers.take_new_currency cascade;
      delete from public.schema_migrations where name = '0190-customer-currencies.sql'`),
  );
  expect(await migrate(database.pool)).toEqual(['0190-customer-currencies.sql']);
  expect([await currenciesOf(id), await currenciesOf(later)]).toEqual([
    ['JPY', 'USD'],
    ['JPY', 'USD'],
  ]);
  expect(await issueInvoice(running, id)).toMatchObject({ currency: 'JPY' });
});
