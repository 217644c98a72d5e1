// The books as a whole, after a small provider's month: what the ledger says is what the invoices say.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';

let running: Running & { close(): Promise<void> };
let customerIds: string[];

beforeAll(async () => {
  running = await openTestLastmile();
  const { id: routerId } = await addAbsentRouter(running);
  customerIds = [];
  for (let count = 0; count < 3; count++) customerIds.push((await addCustomer(running, routerId)).id);
  for (const [place, customerId] of customerIds.entries()) {
    const first = await issueInvoice(running, customerId, { amountMinor: `${1000 + place}` });
    const second = await issueInvoice(running, customerId, { amountMinor: '777' });
    await issueInvoice(running, customerId, { amountMinor: '333' });
    await running.call(`POST /api/invoices/${first.id}/payments`, { amountMinor: '400', method: 'card' });
    await running.call(`POST /api/invoices/${first.id}/payments`, { method: 'cash' });
    await running.call(`DELETE /api/invoices/${second.id}`);
  }
});
afterAll(() => running.close());

const balances = `
  select a.kind, a.customer_id, a.currency,
         sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end)::text as balance
  from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) group by a.id order by a.id`;

test('the receivable of each customer is the sum of his open balances (R-LED-3)', async () => {
  const rows = await running.query(balances);
  for (const customerId of customerIds) {
    const receivable = rows.find((row) => row.kind === 'receivable' && row.customer_id === customerId);
    const [{ open }] = await running.query(
      `select sum(amount_minor - settled_minor)::text as open from billing.invoices where customer_id = $1 and status = 'open'`,
      [customerId],
    );
    expect(receivable.balance).toBe(open);
    expect(open).toBe('333');
  }
});

test('money lies where it was paid, and all accounts together are zero (R-LED-1)', async () => {
  const rows = await running.query(balances);
  const sumOf = (kind: string) =>
    rows.filter((row) => row.kind === kind).reduce((sum, row) => sum + BigInt(row.balance), 0n);
  expect(sumOf('bank')).toBe(1200n);
  expect(sumOf('cash')).toBe(600n + 601n + 602n);
  expect(sumOf('revenue')).toBe(-(1000n + 1001n + 1002n + 3n * 333n));
  expect(rows.reduce((sum, row) => sum + BigInt(row.balance), 0n)).toBe(0n);
});

test('every event is booked once (R-LED-4)', async () => {
  const journals = await running.query(
    `select kind, count(*)::int, count(distinct ref_id)::int as refs from ledger.journals group by kind order by kind`,
  );
  expect(journals).toEqual([
    { kind: 'invoice', count: 9, refs: 9 },
    { kind: 'invoice_void', count: 3, refs: 3 },
    { kind: 'payment', count: 6, refs: 6 },
  ]);
  const again = running.query(
    `insert into ledger.journals (id, kind, ref_id, posted_on, created_at) select gen_random_uuid(), kind, ref_id, posted_on, now() from ledger.journals limit 1`,
  );
  await expect(again).rejects.toThrow(/duplicate key/);
});

test.each(['audit.entries', 'ledger.journals', 'ledger.postings', 'billing.payments', 'billing.allocations'])(
  '%s takes no update and no delete, not even from a person with psql (C6, R-LED-2)',
  async (table) => {
    const [{ count }] = await running.query(`select count(*)::int from ${table}`);
    expect(count).toBeGreaterThan(0);
    const [{ column_name: column }] = await running.query(
      `select column_name from information_schema.columns where table_schema || '.' || table_name = $1 and is_identity = 'NO' order by ordinal_position limit 1`,
      [table],
    );
    await expect(running.query(`update ${table} set ${column} = ${column}`)).rejects.toThrow(/append-only/);
    await expect(running.query(`delete from ${table}`)).rejects.toThrow(/append-only/);
    await expect(running.query(`truncate ${table} cascade`)).rejects.toThrow(/append-only/);
    expect(await running.query(`select count(*)::int from ${table}`)).toEqual([{ count }]);
  },
);

test.each([
  ['an amount of zero', 'amount_minor', '0'],
  ['a negative amount', 'amount_minor', '-1'],
  ['one account on both sides', 'debit_id', 'credit_id'],
  ['another currency than that of its accounts', 'currency', `'KES'`],
])('a posting of %s cannot be written down', async (_name, column, value) => {
  const columns = ['journal_id', 'debit_id', 'credit_id', 'currency', 'amount_minor'];
  const values = columns.map((name) => (name === column ? value : name));
  const write = running.query(`insert into ledger.postings (${columns}) select ${values} from ledger.postings limit 1`);
  await expect(write).rejects.toThrow(/violates (check|foreign key) constraint/);
});

test('an invoice cannot be paid more than it asks, whoever writes it', async () => {
  const write = running.query(`update billing.invoices set settled_minor = amount_minor + 1 where status = 'open'`);
  await expect(write).rejects.toThrow(/violates check constraint/);
  const claim = running.query(`update billing.invoices set status = 'paid' where status = 'open'`);
  await expect(claim).rejects.toThrow(/violates check constraint/);
});
