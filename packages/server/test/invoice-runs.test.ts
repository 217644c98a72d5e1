// The invoicing run under real misfortune: processes killed by kill -9, backends ended by pg_terminate_backend, three workers at
// once, days late, over a change of the clocks. Afterwards: no period twice, none missing, numbers gapless, books balanced.
import { expect, test } from 'vitest';
import { runInvoicing } from '../src/billing/invoice-runs.ts';
import { manualClock } from '../src/platform/clock.ts';
import { openDatabase } from '../src/platform/db.ts';
import { actor, type Books, endBackends, killAt, openBooks } from './books.test-support.ts';

const subscriberCount = 6000;

async function expectSoundBooks({ query }: Books, periodsEach: number, count = subscriberCount): Promise<void> {
  const [sums] = await query(`
    select count(*)::text as invoices, count(distinct number)::text as numbers, min(series_no)::text as lowest, max(series_no)::text as highest,
      coalesce(sum(balance_minor), 0)::text as open from billing.invoices`);
  const wanted = String(count * periodsEach);
  expect(sums).toMatchObject({ invoices: wanted, numbers: wanted, lowest: '1', highest: wanted });
  const [series] = await query(`select last_no::text as last from billing.number_series where prefix = 'INV'`);
  expect(series?.last).toBe(wanted);
  const uneven = await query(`
    select subscription.id from billing.subscriptions subscription
    left join billing.periods period on period.subscription_id = subscription.id
    left join billing.invoice_lines line on line.subscription_id = period.subscription_id and line.period_on = period.starts_on
    group by subscription.id having count(distinct period.starts_on) <> ${periodsEach} or count(line.invoice_id) <> ${periodsEach}
      or max(period.ends_on) <> subscription.charged_through limit 3`);
  expect(uneven).toEqual([]);
  const [ledger] = await query(`
    select coalesce(sum(case when a.id = p.debit_id then p.amount_minor else -p.amount_minor end), 0)::text as receivable
    from ledger.postings p join ledger.accounts a on a.id in (p.debit_id, p.credit_id) where a.kind = 'receivable'`);
  expect(ledger?.receivable).toBe(sums?.open);
  expect(
    await query(
      `select id from ledger.journals j where not exists (select from ledger.postings where journal_id = j.id)`,
    ),
  ).toEqual([]);
}

test('killed by kill -9 at several points and run again, each period is invoiced once and no number is missing', async () => {
  const now = '2026-03-01T12:00:00Z';
  const books = await openBooks(now, subscriberCount);
  const issued = async () => Number((await books.query('select count(*)::text as n from billing.invoices'))[0]?.n);
  const kills = await killAt(books, { what: 'invoicing', now, marks: [1, 1500, 3500], progress: issued });
  expect(kills).toBeGreaterThan(0);
  await runInvoicing(books.database, actor);
  await expectSoundBooks(books, 1);
  expect((await runInvoicing(books.database, actor)).invoiceCount).toBe(0);
}, 180_000);

test('three workers at once, and their backends ended under them, invoice each period once', async () => {
  const now = '2026-03-01T12:00:00Z';
  const books = await openBooks(now, subscriberCount);
  const workers = Array.from({ length: 3 }, () => openDatabase(books.url, manualClock(now), 4));
  const runs = workers.map((database) => runInvoicing(database, actor).catch((error: unknown) => error));
  const ended = await endBackends(books.url);
  await Promise.all(runs);
  expect(ended).toBeGreaterThan(0);
  const again = await Promise.all(workers.map((database) => runInvoicing(database, actor)));
  expect(again.every(({ failedCount }) => failedCount === 0)).toBe(true);
  await expectSoundBooks(books, 1);
  await Promise.all(workers.map((database) => database.pool.end()));
}, 180_000);

test('three days late, over a change of the clocks, with a clock that jumps back and forth: no period twice, none missing', async () => {
  const books = await openBooks('2026-03-01T12:00:00Z', 300);
  await books.query(`update settings.provider set time_zone = 'Europe/Berlin'`);
  // The clocks change on 29 March at 01:00 UTC; the lead day of April is 27 March. Nobody ran on it.
  for (const instant of [
    '2026-03-01T12:00:00Z',
    '2026-03-30T00:30:00Z',
    '2026-03-28T23:59:59Z',
    '2026-03-29T00:59:59Z',
    '2026-03-29T01:00:01Z',
    '2026-03-30T22:00:00Z',
    '2026-02-01T00:00:00Z',
    '2026-03-30T22:00:01Z',
  ]) {
    books.clock.set(instant);
    await runInvoicing(books.database, actor);
  }
  await expectSoundBooks(books, 2, 300);
  const days = await books.query(
    `select issued_on::text as day, count(*)::text as n from billing.invoices group by 1 order by 1`,
  );
  expect(days).toEqual([
    { day: '2026-03-01', n: '300' },
    { day: '2026-03-30', n: '300' },
  ]);
});
