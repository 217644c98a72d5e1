// The owner's check: books that agree say so; one booking too few, and whose it is is named.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addUpPostings } from '#ledger/daily-sums.ts';
import { systemClock } from '#platform/clock.ts';
import { type Actor, type Database, openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { eventually, openTestLastmile, type Running } from '#test/running.ts';
import { watchBooks } from './book-check.ts';

let running: Running & { close(): Promise<void> };
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile();
  customerId = (await addCustomer(running, (await addAbsentRouter(running)).id)).id;
  const paid = await issueInvoice(running, customerId, { amountMinor: '2000' });
  const written = await issueInvoice(running, customerId, { amountMinor: '900' });
  await issueInvoice(running, customerId, { amountMinor: '700' });
  await running.call('POST /api/payments', { customerId, amountMinor: '2500' });
  await running.call(`POST /api/invoices/${written.id}/write-off`, { reason: 'moved away' });
  await running.call(`POST /api/invoices/${paid.id}/credit-notes`, { reason: 'was offline' });
  const { id: withoutCredit } = await addCustomer(running, (await addAbsentRouter(running)).id);
  const { id: taxId } = (await running.call('POST /api/taxes', { name: 'VAT', rateBp: 1600 })).body;
  const taxed = () =>
    issueInvoice(running, withoutCredit, {
      amountMinor: undefined,
      lines: [{ description: 'Cable', unitMinor: '1050', taxId }],
    });
  const [credited, voided] = [await taxed(), await taxed(), await taxed()];
  await running.call(`POST /api/invoices/${credited.id}/credit-notes`, { reason: 'was offline' });
  await running.call(`DELETE /api/invoices/${voided.id}`, { reason: 'typed twice' });
});
afterAll(() => running.close());

/** A booking of one unit that no document knows. */
async function book(kind: string, debit: string, credit: string, refId = crypto.randomUUID()): Promise<void> {
  await running.query(
    `with journal as (
       insert into ledger.journals (id, kind, ref_id, posted_on, created_at) values (gen_random_uuid(), $1, $2, '2026-05-09', now()) returning id)
     insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
     select journal.id, ${debit}, ${credit}, 'USD', 1 from journal`,
    [kind, refId],
  );
}
const account = (kind: string) => `(select id from ledger.accounts where kind = '${kind}' limit 1)`;

const actor: Actor = { kind: 'schedule', id: null, name: 'check of the books' };

async function atWork(run: (database: Database) => Promise<unknown>): Promise<void> {
  const database = openDatabase(running.databaseUrl, systemClock);
  await run(database);
  await database.pool.end();
}

const check = async () => (await running.call('GET /api/books/check')).body;

test('books that agree with invoices, payments and credit notes say so', async () => {
  const [{ sum }] = await running.query(
    `select sum(amount_minor)::text as sum from ledger.postings where ${account('tax_payable')} in (debit_id, credit_id)`,
  );
  expect(sum).toBe('840');
  expect(await check()).toMatchObject({ count: 0, differences: [] });
});

test('tax that no document of its month has is named with the month', async () => {
  await book('test', account('revenue'), account('tax_payable'));
  expect(await check()).toMatchObject({
    count: 1,
    differences: [{ kind: 'tax_payable', month: '2026-05', currency: 'USD', bookedMinor: '1', countedMinor: '0' }],
  });
  await book('test', account('tax_payable'), account('revenue'));
  expect(await check()).toMatchObject({ count: 0 });
});

test('what a closed shift leaves in its drawer is named with the shift', async () => {
  const shiftId = crypto.randomUUID();
  const [drawer] = await running.query(
    `insert into ledger.accounts (kind, owner_id, currency) values ('cash_drawer', $1, 'USD') returning id::text`,
    [shiftId],
  );
  await book('voucher_sold', drawer.id, account('revenue'));
  // While the shift is open, its money lies there.
  expect(await check()).toMatchObject({ count: 0 });
  await book('shift_closed', account('revenue'), account('bad_debt'), shiftId);
  expect(await check()).toMatchObject({
    count: 1,
    differences: [{ kind: 'cash_drawer', shiftId, bookedMinor: '1', countedMinor: '0' }],
  });
  await book('test', account('revenue'), drawer.id);
  expect(await check()).toMatchObject({ count: 0 });
});

test('a sum of reports that is not the sum of its postings is named with the month', async () => {
  const tamper = (change: string) =>
    running.query(`update ledger.daily_sums set amount_minor = amount_minor ${change}
      where journal_kind = 'test' and debit_kind = 'tax_payable' returning 1`);
  // Whoever works in another database of this server may hold them up.
  await atWork((database) =>
    eventually(
      async () => {
        await addUpPostings(database, actor);
        return tamper('+ 0');
      },
      (rows) => rows.length === 1,
    ),
  );
  expect(await check()).toMatchObject({ count: 0 });
  await tamper('+ 2');
  expect(await check()).toMatchObject({
    count: 1,
    differences: [{ kind: 'report_sums', month: '2026-05', currency: 'USD', bookedMinor: '1', countedMinor: '3' }],
  });
  await tamper('- 2');
  expect(await check()).toMatchObject({ count: 0 });
});

test('a booking that no document knows is named with its customer, and rings once a day', async () => {
  // What an earlier state of the program booked wrongly: given up money, taken out of a claim a second time.
  await running.query(
    `with journal as (
       insert into ledger.journals (id, kind, ref_id, posted_on, created_at)
       values (gen_random_uuid(), 'write_off', gen_random_uuid(), current_date, now()) returning id)
     insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
     select journal.id, lost.id, owed.id, 'USD', 650 from journal, ledger.accounts lost, ledger.accounts owed
     where lost.kind = 'bad_debt' and owed.kind = 'receivable' and owed.customer_id = $1`,
    [customerId],
  );
  const { count, differences } = await check();
  expect(count).toBe(1);
  expect(differences).toMatchObject([{ kind: 'receivable', customerId, customerName: 'Ana Horvat', currency: 'USD' }]);
  expect(BigInt(differences[0].countedMinor) - BigInt(differences[0].bookedMinor)).toBe(650n);
  await atWork(async (database) => {
    await watchBooks(database, actor);
    await watchBooks(database, actor);
  });
  const alarms = await running.query(`select message from system.events where name = 'books.differ'`);
  expect(alarms).toHaveLength(1);
  expect(alarms[0].message).toContain('Ana Horvat');
});
