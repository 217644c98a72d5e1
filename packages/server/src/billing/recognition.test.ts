import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from '#test/running.ts';
import { getRecognizedThrough, recognizeRevenue } from './recognition.ts';
import { earnedBefore, stepsOfRecognition } from './rules/recognition-rules.ts';

const actor: Actor = { kind: 'schedule', id: null, name: 'revenue recognition' };
const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let customerId: string;
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  const router = await addAbsentRouter(running);
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  const { body } = await running.call('POST /api/plans', plan);
  customerId = (await addCustomer(running, router.id, { planId: body.id })).id;
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

// The tests follow one customer through his year.

const at = (day: string) => clock.set(`${day}T12:00:00Z`);
const bill = () => running.call('POST /api/billing/invoice-runs');
const recognize = () => recognizeRevenue(database, actor);
const invoices = async () => (await running.call(`GET /api/invoices?customerId=${customerId}`)).body.items as Loose[];
/** Credits less debits. */
const balanceOf = async (kind: string) => {
  const [{ balance }] = await running.query(
    `select coalesce(sum(case when p.credit_id = a.id then p.amount_minor else -p.amount_minor end), 0)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) where a.kind = $1`,
    [kind],
  );
  return Number(balance);
};

test('what was charged ahead is earned day by day, and a second run of the day books nothing', async () => {
  await bill();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([3100, 0]);
  at('2026-01-20');
  await recognize();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([2100, 1000]);
  expect(await recognize()).toBe(0);
  expect(await balanceOf('revenue')).toBe(1000);
});

test('two runs at once book each day once, and a run that comes late books each month in its month', async () => {
  at('2026-02-12');
  await Promise.all([recognize(), recognize()]);
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([0, 3100]);
  const journals = await running.query(
    `select posted_on::text as "on", (select sum(amount_minor)::int from ledger.postings where journal_id = journal.id) as amount
     from ledger.journals journal where kind = 'recognition' order by posted_on`,
  );
  expect(journals).toEqual([
    { on: '2026-01-19', amount: 1000 },
    { on: '2026-01-31', amount: 1200 },
    { on: '2026-02-11', amount: 900 },
  ]);
});

test('an invoice that comes after its days began has earned them already, and the rest with its days', async () => {
  // From 10 February: two of 28 days are booked.
  await bill();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([3100 - 221, 3100 + 221]);
  at('2026-03-10');
  await recognize();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([0, 6200]);
});

test('a credit note takes back what is earned of its days, and what is not; a void does so, too', async () => {
  await bill();
  at('2026-03-20');
  await recognize();
  // Ten of 31 days of the third month.
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([2100, 7200]);
  const [invoice] = await invoices();
  await running.call(`POST /api/invoices/${invoice?.id}/credit-notes`, {
    reason: 'was offline',
    lines: [{ lineNo: 1, amountMinor: '1550' }],
  });
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([1050, 6700]);
  at('2026-04-10');
  await recognize();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([0, 7750]);
  await bill();
  const [voided] = await invoices();
  await running.call(`DELETE /api/invoices/${voided?.id}`, { reason: 'a mistake' });
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([0, 7750]);
  at('2026-05-10');
  await recognize();
  expect([await balanceOf('deferred_revenue'), await balanceOf('revenue')]).toEqual([0, 7750]);
});

test('the day up to which it is booked never goes back', async () => {
  const through = await getRecognizedThrough(database.db);
  await expect(running.query(`update billing.recognition set through = '2026-01-01'`)).rejects.toThrow(/stays earned/);
  at('2026-05-01');
  expect(await recognize()).toBe(0);
  expect(await getRecognizedThrough(database.db)).toEqual(through);
});

test('the days of a line together are its amount, however they are cut', () => {
  const days = { startsOn: Temporal.PlainDate.from('2026-01-31'), endsOn: Temporal.PlainDate.from('2026-03-31') };
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 12n), 10n ** 12n), fc.array(fc.nat(70), { maxLength: 10 }), (amount, offsets) => {
      const cuts = [0, ...offsets.toSorted((a, b) => a - b), 59].map((offset) => days.startsOn.add({ days: offset }));
      const earned = cuts.map((day) => earnedBefore(amount, days, day));
      expect(earned[0]).toBe(0n);
      expect(earnedBefore(amount, days, days.endsOn)).toBe(amount);
      expect(earned.every((sum) => (amount < 0n ? sum >= amount && sum <= 0n : sum <= amount && sum >= 0n))).toBe(true);
    }),
  );
});

test('no step goes over the end of a month', () => {
  const day = (text: string) => Temporal.PlainDate.from(text);
  expect(stepsOfRecognition(day('2026-01-30'), day('2026-03-02')).map(({ endsOn }) => endsOn.toString())).toEqual([
    '2026-02-01',
    '2026-03-01',
    '2026-03-02',
  ]);
  expect(stepsOfRecognition(day('2026-03-02'), day('2026-03-02'))).toEqual([]);
});
