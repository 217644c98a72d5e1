// What runs by itself beside the invoicing, under the same misfortune: revenue that is earned, and who is cut for a debt.
import { expect, test } from 'vitest';
import { runInvoicing } from '../src/billing/invoice-runs.ts';
import { runOverdueCheck } from '../src/billing/overdue-runs.ts';
import { recognizeRevenue } from '../src/billing/recognition.ts';
import { manualClock } from '../src/platform/clock.ts';
import { openDatabase } from '../src/platform/db.ts';
import { actor, addAccounts, type Books, endBackends, killAt, openBooks } from './books.test-support.ts';

const subscriberCount = 400;

/** Invoiced each month from March to August; nothing is booked as earned yet. */
async function openHalfYear(): Promise<Books> {
  const books = await openBooks('2026-03-01T12:00:00Z', subscriberCount);
  for (const month of ['03', '04', '05', '06', '07', '08']) {
    books.clock.set(`2026-${month}-01T12:00:00Z`);
    await runInvoicing(books.database, actor);
  }
  return books;
}

/** Each month has earned what its days are worth, once, and nothing more is booked by another run. */
async function expectEarned({ database, query, clock }: Books, through: string): Promise<void> {
  clock.set(`${through}T12:00:00Z`);
  await recognizeRevenue(database, actor);
  const earned = await query(`
    select journal.posted_on::text as day, sum(posting.amount_minor)::text as amount from ledger.journals journal
    join ledger.postings posting on posting.journal_id = journal.id where journal.kind = 'recognition' group by 1 order by 1`);
  const whole = String(2999n * BigInt(subscriberCount));
  expect(earned.slice(0, 5)).toEqual(
    ['2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30', '2026-07-31'].map((day) => ({ day, amount: whole })),
  );
  const sum = earned.reduce((all, { amount }) => all + BigInt(amount!), 0n);
  const [lines] = await query(`
    select sum((2 * net_minor * least(greatest('${through}'::date - starts_on, 0), ends_on - starts_on) + (ends_on - starts_on))
      / (2 * (ends_on - starts_on)))::text as earned from billing.invoice_lines`);
  expect(String(sum)).toBe(lines?.earned);
  expect(await query('select through::text from billing.recognition')).toEqual([{ through }]);
  expect(await recognizeRevenue(database, actor)).toBe(0);
}

test('revenue: killed by kill -9 in the middle and run again, each day is earned once', async () => {
  const books = await openHalfYear();
  const now = '2026-08-16T12:00:00Z';
  const booked = async () =>
    Number((await books.query(`select count(*)::text as n from ledger.journals where kind = 'recognition'`))[0]?.n);
  await killAt(books, { what: 'recognition', now, marks: [1, 3], progress: booked });
  expect(await booked()).toBeGreaterThan(0);
  await expectEarned(books, '2026-08-16');
});

test('revenue: three at once, their backends ended, days late and on a clock that jumps, each day is earned once', async () => {
  const books = await openHalfYear();
  await books.query(`update settings.provider set time_zone = 'Europe/Berlin'`);
  // Over the change of the clocks, a week forward, back again, and to the second before midnight in Berlin.
  for (const instant of [
    '2026-03-29T00:59:59Z',
    '2026-03-29T01:00:01Z',
    '2026-04-05T12:00:00Z',
    '2026-03-30T21:59:59Z',
  ]) {
    books.clock.set(instant);
    await recognizeRevenue(books.database, actor);
  }
  expect(await books.query('select through::text from billing.recognition')).toEqual([{ through: '2026-04-05' }]);
  const workers = Array.from({ length: 3 }, () => openDatabase(books.url, manualClock('2026-08-13T12:00:00Z'), 2));
  const runs = workers.map((database) => recognizeRevenue(database, actor).catch((error: unknown) => error));
  await endBackends(books.url, 15);
  await Promise.all(runs);
  await Promise.all(workers.map((database) => database.pool.end()));
  books.clock.set('2026-08-16T12:00:00Z');
  await recognizeRevenue(books.database, actor);
  const [sums] = await books.query(`
    select (select sum(amount_minor) from ledger.postings p join ledger.journals j on j.id = p.journal_id where j.kind = 'recognition')::text as booked,
      (select sum((2 * net_minor * least(greatest('2026-08-16'::date - starts_on, 0), ends_on - starts_on) + (ends_on - starts_on))
        / (2 * (ends_on - starts_on))) from billing.invoice_lines)::text as earned`);
  expect(sums?.booked).toBe(sums?.earned);
});

/** All owe since the first of March, and the fuse lets all of them go. */
async function openDebtors(): Promise<Books> {
  const books = await openBooks('2026-03-01T12:00:00Z', subscriberCount);
  await addAccounts(books);
  await runInvoicing(books.database, actor);
  await books.query(`update billing.overdue_policy set fuse_percent = 100, fuse_least_count = 1000000`);
  return books;
}

const countCut = async ({ query }: Books) =>
  Number((await query(`select count(*)::text as n from provisioning.blocks where reason = 'overdue'`))[0]?.n);

async function expectAllCutOnce(books: Books): Promise<void> {
  expect(await countCut(books)).toBe(subscriberCount);
  expect(await books.query(`select account_id from provisioning.blocks group by 1 having count(*) > 1`)).toEqual([]);
  const again = await runOverdueCheck(books.database, actor);
  expect(again).toMatchObject({ suspendedCount: 0, restoredCount: 0, stoppedReason: null });
}

test('overdue: killed by kill -9 at several points and run again, each debtor is cut once and nobody is left out', async () => {
  const books = await openDebtors();
  const now = '2026-03-20T12:00:00Z';
  books.clock.set(now);
  const kills = await killAt(books, { what: 'overdue', now, marks: [1, 100, 200], progress: () => countCut(books) });
  expect(kills).toBeGreaterThan(0);
  await runOverdueCheck(books.database, actor);
  await expectAllCutOnce(books);
});

test('overdue: of three at once one runs, and where its backend is ended the next one goes on', async () => {
  const books = await openDebtors();
  books.clock.set('2026-03-20T12:00:00Z');
  const workers = Array.from({ length: 3 }, () => openDatabase(books.url, books.clock, 4));
  const runs = workers.map((database) => runOverdueCheck(database, actor).catch((error: unknown) => error));
  const ended = await endBackends(books.url, 100);
  const outcomes = await Promise.all(runs);
  expect(ended).toBeGreaterThan(0);
  expect(
    outcomes.filter((outcome) => (outcome as { code?: string }).code === 'billing_run_busy').length,
  ).toBeGreaterThan(0);
  await Promise.all(workers.map((database) => database.pool.end()));
  await runOverdueCheck(books.database, actor);
  await expectAllCutOnce(books);
});
