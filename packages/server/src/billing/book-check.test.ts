// The owner's check: books that agree say so; one booking too few, and the customer is named.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, issueInvoice } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';
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
});
afterAll(() => running.close());

const check = async () => (await running.call('GET /api/books/check')).body;

test('books that agree with invoices, payments and credit notes say so', async () => {
  expect(await check()).toMatchObject({ count: 0, differences: [] });
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
  const database = openDatabase(running.databaseUrl, systemClock);
  const actor = { kind: 'schedule', id: null, name: 'check of the books' } as const;
  await watchBooks(database, actor);
  await watchBooks(database, actor);
  await database.pool.end();
  const alarms = await running.query(`select message from system.events where name = 'books.differ'`);
  expect(alarms).toHaveLength(1);
  expect(alarms[0].message).toContain('Ana Horvat');
});
