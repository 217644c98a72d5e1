// Billing at scale: the invoicing run against the bare SQL of the same rows and against a loop over customers; the overdue run; the
// pages at a million invoices. A real database, with every constraint on.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { issueInvoice } from '#billing/invoice-desk.ts';
import { listInvoices } from '#billing/invoice-list.ts';
import { runInvoicing } from '#billing/invoice-runs.ts';
import { runOverdueCheck } from '#billing/overdue-runs.ts';
import { getStatement } from '#billing/statements.ts';
import { postJournals } from '#ledger/journals.ts';
import { addPlan } from '#plans/plans.ts';
import { addTax } from '#plans/taxes.ts';
import { manualClock } from '#platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase } from '#platform/db.ts';
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { migrate } from '#platform/migrate.ts';
import { asOwner } from '#platform/program-role.ts';

export const name = 'billing';
export const about =
  'invoices for 100,000 due subscriptions against bare SQL and a loop, the overdue run (BENCH_FULL=1: 1,000,000 due, and pages)';

type Row = { id: string; subject: string; value: number; unit: string };

const actor: Actor = { kind: 'schedule', id: null, name: 'benchmark' };
const isFull = Boolean(process.env.BENCH_FULL);
// To try it out with fewer: BENCH_COUNT=2000.
const manyCount = Number(process.env.BENCH_COUNT ?? 100_000);
const fewCount = Math.min(5000, manyCount);

export async function run({ runs }: { runs: number }): Promise<Row[]> {
  const rows: Row[] = [];
  const note = (id: string, subject: string, unit: string, value: number) => {
    rows.push({ id, subject, unit, value: Number(value.toPrecision(4)) });
    console.error(`billing: ${id} ${subject}: ${value.toPrecision(4)} ${unit}`);
  };
  const medianOf = async (measure: () => Promise<number>) => {
    const values: number[] = [];
    for (let count = 0; count < runs; count++) values.push(await measure());
    return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  };
  note('invoices-5k', 'lastmile', 's', await medianOf(() => withBooks(fewCount, measureRun)));
  note('invoices-5k', 'one-by-one', 's', await medianOf(() => withBooks(fewCount, measureOneByOne)));
  note('invoices-10k', 'lastmile', 's', await medianOf(() => withBooks(Math.min(10_000, manyCount), measureRun)));
  let peakMb = 0;
  let againSeconds = 0;
  const many = await medianOf(() =>
    withBooks(manyCount, async (books) => {
      const seconds = await measureRun(books);
      peakMb = Math.max(peakMb, process.memoryUsage().rss / 2 ** 20);
      againSeconds = await secondsOf(() => runInvoicing(books.database, actor));
      return seconds;
    }),
  );
  note('invoices-100k', 'lastmile', 's', many);
  note('invoices-100k', 'bare-sql', 's', await medianOf(() => withBooks(manyCount, measureBareSql)));
  note('invoices-100k-again', 'lastmile', 's', againSeconds);
  // A period, an invoice, a line, a journal, two postings and the subscription: of each one.
  note('invoices-100k-rows', 'lastmile', 'rows/s', (manyCount * 7) / many);
  note('invoices-100k-memory', 'lastmile', 'MiB', peakMb);
  note('overdue-100k', 'lastmile', 's', await medianOf(() => withBooks(manyCount, measureOverdue)));
  if (!isFull) return rows;
  await withBooks(manyCount * 10, async (books) => {
    note('invoices-1m', 'lastmile', 's', await measureRun(books));
    note('invoices-1m-memory', 'lastmile', 'MiB', process.memoryUsage().rss / 2 ** 20);
  });
  await withBooks(manyCount, (books) => measurePages(books, note));
  return rows;
}

type Books = { database: Database; clock: ReturnType<typeof manualClock>; count: number };

async function withBooks<T>(count: number, use: (books: Books) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lastmile-bench-'));
  // As root the database runs as another user, who must be able to pass through.
  fs.chmodSync(folder, 0o711);
  try {
    const postgres = await startEmbeddedPostgres(folder);
    const clock = manualClock('2026-03-01T12:00:00Z');
    const database = openDatabase(postgres.url, clock);
    try {
      await migrate(database.pool);
      await subscribe(database, count);
      return await use({ database, clock, count });
    } finally {
      await database.pool.end();
      await postgres.stop();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Monthly subscribers with a tax on their plan, all due on one day. */
async function subscribe(database: Database, count: number): Promise<void> {
  const plan = await inTransaction(database, actor, async (work) => {
    const tax = await addTax(work, { name: 'VAT', rateBp: 1600 });
    const fields = { name: 'Basic', priceMinor: 2999n, service: 'pppoe', downKbps: 5120, upKbps: 5120 } as const;
    return addPlan(work, {
      ...fields,
      dataCapBytes: null,
      periodUnit: 'month',
      periodCount: 1,
      taxId: tax.id,
    } as never);
  });
  await withoutTimeout(
    database,
    `insert into customers.customers (id, name, created_at) select gen_random_uuid(), 'Customer ' || n, now() from generate_series(1, $1::int) n`,
    [count],
  );
  await withoutTimeout(
    database,
    `insert into billing.subscriptions (id, customer_id, plan_version_id, currency, starts_on, anchor_day, period_unit, period_count, charged_from, charged_through, next_invoice_on, created_at)
     select gen_random_uuid(), id, $1, 'USD', '2026-03-01', 1, 'month', 1, '2026-03-01', '2026-03-01', '2026-03-01', now() from customers.customers`,
    [plan.versionId],
  );
  // Everybody was a customer before: his account in the books stands.
  await withoutTimeout(
    database,
    `insert into ledger.accounts (kind, customer_id, currency) select 'receivable', id, 'USD' from customers.customers`,
  );
  await withoutTimeout(database, 'analyze');
}

async function measureRun({ database, count }: Books): Promise<number> {
  let issued = 0;
  const seconds = await secondsOf(async () => {
    issued = (await runInvoicing(database, actor)).invoiceCount;
  });
  if (issued !== count) throw new Error(`${issued} of ${count} invoices were issued`);
  return seconds;
}

// What a batch costs does not fall any more from here on.
const bareBatch = 10_000;

/**
 * The same rows with the same constraints, without a program: the least that the database itself takes. One writer, large batches,
 * and a planner that knows how large they are.
 */
async function measureBareSql({ database, count }: Books): Promise<number> {
  return asOwner(database.pool, async (client) => {
    const seconds = await secondsOf(async () => {
      for (let from = 0; from < count; from += bareBatch) await writeBareBatch(client, from);
    });
    const { rows } = await client.query('select count(*)::int as n from billing.invoice_lines');
    if (rows[0].n !== count) throw new Error(`${rows[0].n} of ${count} invoices were written`);
    return seconds;
  });
}

async function writeBareBatch(client: { query(text: string, values?: unknown[]): Promise<unknown> }, from: number) {
  await client.query('begin');
  await client.query(`create temp table due on commit drop as
    select picked.*, gen_random_uuid() as invoice_id, gen_random_uuid() as journal_id, row_number() over () as no, a.id as receivable
    from (select id, customer_id, plan_version_id from billing.subscriptions
          where next_invoice_on <= '2026-03-01' order by next_invoice_on, id limit ${bareBatch} for update) picked
    join ledger.accounts a on a.kind = 'receivable' and a.customer_id = picked.customer_id and a.currency = 'USD'`);
  await client.query('analyze due');
  await client.query('select from customers.customers c join due on due.customer_id = c.id for update of c');
  await client.query(
    `insert into billing.periods select id, '2026-03-01', '2026-04-01', null, 'service', plan_version_id, 2999 from due`,
  );
  await client.query(
    `update billing.subscriptions s set charged_through = '2026-04-01', next_invoice_on = '2026-03-27', is_setup_charged = true from due where due.id = s.id`,
  );
  await client.query(
    `insert into ledger.accounts (kind, currency) values ('deferred_revenue', 'USD'), ('tax_payable', 'USD') on conflict do nothing`,
  );
  await client.query(
    `insert into ledger.journals select journal_id, 'invoice', invoice_id, '2026-03-01', now() from due`,
  );
  await client.query(`insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
    select journal_id, receivable, a.id, 'USD', case a.kind when 'tax_payable' then 480 else 2999 end
    from due cross join ledger.accounts a where a.kind in ('deferred_revenue', 'tax_payable')`);
  await client.query(
    `insert into billing.number_series (prefix, year, kind, last_no) select 'INV', 2026, 'invoice', count(*) from due
     on conflict (prefix, year) do update set last_no = number_series.last_no + excluded.last_no`,
  );
  await client.query(
    `insert into billing.invoices (id, series_prefix, series_year, series_no, number, customer_id, currency, net_minor, tax_minor, status, issued_on, due_on, description, created_at)
     select invoice_id, 'INV', 2026, no + $1, 'INV-2026-' || no + $1, customer_id, 'USD', 2999, 480, 'open', '2026-03-01', '2026-03-01', 'Basic', now() from due`,
    [from],
  );
  await client.query(`insert into billing.invoice_lines (invoice_id, line_no, kind, description, unit_minor, tax_name, rate_bp, net_minor, tax_minor, subscription_id, period_on, starts_on, ends_on)
    select invoice_id, 1, 'recurring', 'Basic', 2999, 'VAT', 1600, 2999, 480, id, '2026-03-01', '2026-03-01', '2026-04-01' from due`);
  await client.query('commit');
}

/** As rivals do it: one customer after the other, each in his own transaction. */
function measureOneByOne({ database }: Books): Promise<number> {
  return secondsOf(async () => {
    const { rows } = await database.pool.query('select customer_id as id from billing.subscriptions order by id');
    for (const { id } of rows) {
      await inTransaction(database, actor, (work) =>
        issueInvoice(work, {
          customerId: id,
          amountMinor: 2999n,
          description: 'Basic',
          dueOn: Temporal.PlainDate.from('2026-03-01'),
        }),
      );
    }
  });
}

/** A run over all, of whom one in twenty is overdue. */
async function measureOverdue({ database, clock }: Books): Promise<number> {
  await database.pool.query(
    `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, created_at)
     values ('01890a5d-ac96-774b-bcce-b302099a8057', 'Tower', '127.0.0.1', 9, 'off', 'x', '', 'observe', now())`,
  );
  await database.pool.query(
    `insert into provisioning.accounts (id, customer_id, router_id, profile_id, service, name, password_sealed, pending_since, created_at)
     select gen_random_uuid(), c.id, '01890a5d-ac96-774b-bcce-b302099a8057', p.id, 'pppoe', c.id::text, '', now(), now()
     from customers.customers c cross join (select profile_id as id from plans.plans limit 1) p`,
  );
  // An invoice cuts the accounts of its own subscriptions.
  await withoutTimeout(
    database,
    'update billing.subscriptions s set account_id = a.id from provisioning.accounts a where a.customer_id = s.customer_id',
  );
  await runInvoicing(database, actor);
  await withoutTimeout(
    database,
    `update billing.invoices set settled_minor = amount_minor, status = 'paid' where series_no % 20 <> 0`,
  );
  // The fuse stops a run of 5 % of nobody; here it is to run.
  await database.pool.query(
    `update billing.overdue_policy set fuse_percent = 100, fuse_least_count = 1000000, fuse_stale_hours = 720`,
  );
  await withoutTimeout(database, 'vacuum analyze');
  clock.set('2026-03-03T12:00:00Z');
  let suspended = 0;
  const seconds = await secondsOf(async () => {
    suspended = (await runOverdueCheck(database, actor)).suspendedCount;
  });
  if (suspended === 0) throw new Error('nobody was suspended');
  return seconds;
}

// Some years of a customer who pays every day.
const manyMovements = 5000;

/** Ten months of a hundred thousand, and then the pages. */
async function measurePages(
  { database, clock }: Books,
  note: (id: string, subject: string, unit: string, value: number) => void,
) {
  let seconds = 0;
  for (let month = 0; month < 10; month++) {
    clock.set(`${Temporal.PlainDate.from('2026-03-01').add({ months: month })}T12:00:00Z`);
    seconds += await secondsOf(() => runInvoicing(database, actor));
  }
  note('invoices-10x100k', 'lastmile', 's', seconds);
  const busy = await payOften(database);
  await withoutTimeout(database, 'vacuum analyze');
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from customers.customers order by random() limit 200',
  );
  const [now, scope] = [clock.now(), 'everywhere'] as const;
  const list = (query: object) => listInvoices(database.db, { limit: 50, ...query }, now, scope);
  const statement = (id: string) => getStatement(database.db, id, {}, { now, scope });
  const pages: [string, (index: number) => Promise<unknown>][] = [
    ['list-1m', (index) => list(index % 2 ? { status: 'open' } : {})],
    ['search-1m', (index) => list({ search: `2026-${String(index * 4001).padStart(5, '0')}` })],
    ['statement-1m', (index) => statement(rows[index]!.id)],
    ['statement-5k', () => statement(busy)],
  ];
  for (const [id, look] of pages) {
    const times: number[] = [];
    for (let index = 0; index < rows.length; index++) times.push((await secondsOf(() => look(index))) * 1000);
    times.sort((a, b) => a - b);
    note(id, 'lastmile', 'ms', times[Math.floor(times.length * 0.5)] ?? Number.NaN);
    note(`${id}-p99`, 'lastmile', 'ms', times[Math.floor(times.length * 0.99)] ?? Number.NaN);
  }
}

/** One customer with thousands of payments on his statement; answers who. */
async function payOften(database: Database): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>('select id from customers.customers limit 1');
  const customerId = rows[0]!.id;
  await inTransaction(database, actor, (work) =>
    postJournals(
      work,
      Array.from({ length: manyMovements }, (_, index) => ({
        kind: 'payment',
        refId: crypto.randomUUID(),
        postedOn: Temporal.PlainDate.from('2026-03-01').add({ days: index % 270 }),
        currency: 'USD',
        transfers: [{ debit: { kind: 'cash' }, credit: { kind: 'customer_credit', customerId }, amountMinor: 100n }],
      })),
    ),
  );
  return customerId;
}

/** What sets a scene is the owner's, and may take longer than what a page waits for. */
async function withoutTimeout({ pool }: Database, text: string, values: unknown[] = []): Promise<void> {
  await asOwner(pool, (owner) => owner.query(text, values));
}

async function secondsOf(deed: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await deed();
  return (performance.now() - begun) / 1000;
}
