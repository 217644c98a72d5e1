// A closed month of the books: nothing is booked in it, by the program or by plain SQL, until the owner opens it again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recognizeRevenue } from '#billing/recognition.ts';
import { postJournal } from '#ledger/journals.ts';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addAbsentRouter, addCustomer } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
const actor: Actor = { kind: 'system', id: null, name: 'test' };
let running: Running & { close(): Promise<void> };
let database: Database;
let customerId: string;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  customerId = (await addCustomer(running, (await addAbsentRouter(running)).id)).id;
  await running.call('POST /api/billing/invoice-runs');
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

const close = (through: string) => running.call('POST /api/books/closing', { through });
const reopen = (from: string) => running.call('POST /api/books/reopening', { from, reason: 'wrong rate' });
const bookOn = (day: string) =>
  inTransaction(database, actor, (work) =>
    postJournal(work, {
      kind: 'payment',
      refId: newId(),
      postedOn: Temporal.PlainDate.from(day),
      currency: 'USD',
      transfers: [{ debit: { kind: 'cash' }, credit: { kind: 'revenue' }, amountMinor: 1n }],
    }),
  );

test('a month that runs, a day within one, and one whose revenue is not booked cannot be closed', async () => {
  expect(await close('2026-01-31')).toMatchObject({ status: 409, body: { code: 'month_not_closable' } });
  clock.set('2026-02-03T12:00:00Z');
  expect(await close('2026-01-30')).toMatchObject({ status: 409, body: { details: { reason: 'not_a_month' } } });
  expect(await close('2026-01-31')).toMatchObject({ status: 409, body: { details: { reason: 'not_earned_yet' } } });
  expect((await running.call('GET /api/books/closing')).body).toMatchObject({
    closedThrough: null,
    closableThrough: '2026-01-31',
    isEarned: false,
  });
});

test('revenue of a closed month that is booked late goes into the open one, and its run is not stuck', async () => {
  await running.query(
    `insert into ledger.closing (closed_through, closed_by, closed_at) values ('2026-01-31', 'an earlier state', now())`,
  );
  await recognizeRevenue(database, actor);
  const days = await running.query(
    `select posted_on::text as day from ledger.journals where kind = 'recognition' order by id`,
  );
  expect(days.map(({ day }) => day)).toEqual(['2026-02-01', '2026-02-02']);
  await running.query('delete from ledger.closing');
});

test('a closed month takes no booking, by the program or by plain SQL; the open one does', async () => {
  expect(await close('2026-01-31')).toMatchObject({
    status: 201,
    body: { closedThrough: '2026-01-31', closedBy: 'admin', closableThrough: null },
  });
  await expect(bookOn('2026-01-31')).rejects.toMatchObject({
    code: 'month_closed',
    details: { postedOn: '2026-01-31', closedThrough: '2026-01-31' },
  });
  await expect(
    running.query(
      `insert into ledger.journals (id, kind, ref_id, posted_on, created_at) values (gen_random_uuid(), 'x', gen_random_uuid(), '2026-01-31', now())`,
    ),
  ).rejects.toThrow(/month is closed/);
  await bookOn('2026-02-01');
  expect(await close('2026-01-31')).toMatchObject({ status: 409, body: { code: 'month_closed' } });
  expect((await running.call('GET /api/audit?action=books.closed')).body.items).toMatchObject([
    { details: { closedThrough: '2026-01-31', before: null } },
  ]);
});

test('what corrects a closed month is booked in the open one', async () => {
  const [invoice] = (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items;
  const credited = await running.call(`POST /api/invoices/${invoice.id}/credit-notes`, {
    reason: 'was offline',
    lines: [{ lineNo: 1, amountMinor: '100' }],
  });
  expect(credited.status).toBe(201);
  const [note] = await running.query(
    `select posted_on::text as day from ledger.journals where kind = 'credit_note' order by id desc limit 1`,
  );
  expect(note).toEqual({ day: '2026-02-03' });
});

test('a payment that came in in a closed month is booked on the day it is recorded, and that month’s revenue stays as it was', async () => {
  const january = async () => {
    const { items } = (await running.call('GET /api/books/revenue')).body;
    return items.find(({ month }: { month: string }) => month.startsWith('2026-01'));
  };
  const before = await january();
  const paid = await running.call('POST /api/payments', { customerId, amountMinor: '700', receivedOn: '2026-01-20' });
  expect(paid).toMatchObject({ status: 201, body: { receivedOn: '2026-01-20' } });
  const [journal] = await running.query(
    `select posted_on::text as day from ledger.journals where kind = 'payment' and ref_id = '${paid.body.id}'`,
  );
  expect(journal).toEqual({ day: '2026-02-03' });
  expect(before).toBeDefined();
  expect(await january()).toEqual(before);
});

test('only the owner opens a month again, with a reason, and what comes after it is open too', async () => {
  const manager = await running.callerWithRole('manager');
  expect(await manager('POST /api/books/reopening', { from: '2026-01-01', reason: 'x' })).toMatchObject({
    status: 403,
  });
  expect(await running.call('POST /api/books/reopening', { from: '2026-01-01', reason: '' })).toMatchObject({
    status: 400,
  });
  expect(await reopen('2026-02-01')).toMatchObject({ status: 409, body: { code: 'month_open' } });
  expect(await reopen('2026-01-01')).toMatchObject({ status: 201, body: { closedThrough: null } });
  await bookOn('2026-01-31');
  expect((await running.call('GET /api/audit?action=books.reopened')).body.items).toMatchObject([
    { details: { from: '2026-01-01', before: '2026-01-31', reason: 'wrong rate' } },
  ]);
});

test('of two who close and reopen at once, the books are in one of the two states, and the log says both', async () => {
  await Promise.all([close('2026-01-31'), close('2026-01-31')]);
  const rows = await running.query(`select closed_through::text as day from ledger.closing`);
  expect(rows).toEqual([{ day: '2026-01-31' }]);
  expect((await running.call('GET /api/audit?action=books.closed')).body.items).toHaveLength(2);
});
