import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '#platform/clock.ts';
import { type Database, openDatabase } from '#platform/db.ts';
import { addAbsentRouter, addCustomer, fresh } from '#test/provider.test-support.ts';
import { openTestLastmile, type Running } from '#test/running.ts';
import { billingCommands } from './commands.ts';

const clock = manualClock('2026-01-10T12:00:00Z');
let running: Running & { close(): Promise<void> };
let database: Database;

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  const router = await addAbsentRouter(running);
  const plan = { name: fresh('Plan'), priceMinor: '3100', downKbps: '5M', upKbps: '5M' };
  const { body } = await running.call('POST /api/plans', plan);
  await addCustomer(running, router.id, { planId: body.id });
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

type Said = { code: number; lines: string[]; json: Record<string, unknown> };

/** What cron sees: the exit code, and with `json` one line. */
async function at(command: keyof typeof billingCommands, options: Record<string, string> = {}): Promise<Said> {
  const lines: string[] = [];
  const context = { database, say: (line: string) => void lines.push(line) };
  const code = await billingCommands[command]!.run(context as never, options);
  return { code, lines, json: options.json === undefined ? {} : JSON.parse(lines.join('')) };
}

test('a dry run of the invoices says what is due up to a day, and issues nothing', async () => {
  const dry = await at('billing:generate-invoices', { 'dry-run': '', date: '2026-02-05', json: '' });
  expect(dry).toMatchObject({ code: 0, json: { invoiceCount: 2, totals: [{ currency: 'USD', amountMinor: '6200' }] } });
  expect(await at('billing:forecast', { date: '2026-02-05', json: '' })).toMatchObject({ code: 0, json: dry.json });
  expect(await running.query('select id from billing.invoices')).toEqual([]);
});

test('the run issues what is due, and run again finds nothing', async () => {
  expect(await at('billing:generate-invoices', { json: '' })).toMatchObject({ code: 0, json: { invoiceCount: 1 } });
  const again = await at('billing:generate-invoices');
  expect([again.code, again.lines]).toEqual([0, ['0 invoices issued, 0 periods passed over, 0 failed']]);
});

test('a day without a dry run, and a day that is none, are refused in words', async () => {
  await expect(at('billing:generate-invoices', { date: '2026-02-05' })).rejects.toThrow(/--dry-run/);
  await expect(at('billing:overdue', { date: '2026-02-05' })).rejects.toThrow(/--dry-run/);
  await expect(at('billing:forecast', { date: '2026-02-30' })).rejects.toThrow(/must be a day/);
});

test('the forecast says what the page says of the next days, with --dry-run too', async () => {
  const { days } = (await running.call('GET /api/billing/forecast')).body;
  expect(days[6]).toMatchObject({ day: '2026-01-16', groups: [] });
  expect(await at('billing:forecast', { 'dry-run': '', json: '' })).toMatchObject({ code: 0, json: { days } });
  expect((await at('billing:forecast')).lines.at(-1)).toBe('2026-01-16:');
});

test('a dry run of the overdue check may be for a day to come, and says who is overdue by its end', async () => {
  const { dueOn } = (await running.query(`select due_on::text as "dueOn" from billing.invoices`))[0];
  const dayAfter = Temporal.PlainDate.from(dueOn).add({ days: 1 }).toString();
  const counts = async (date: string) => (await at('billing:overdue', { 'dry-run': '', date, json: '' })).json;
  expect([await counts(dueOn), await counts(dayAfter)]).toMatchObject([{ suspendCount: 0 }, { suspendCount: 1 }]);
});

test('a dry run of the overdue check suspends nobody; the check does, and ends with 0', async () => {
  clock.set('2026-01-20T12:00:00Z');
  expect(await at('billing:overdue', { 'dry-run': '', json: '' })).toMatchObject({
    code: 0,
    json: { suspendCount: 1 },
  });
  expect(await running.query(`select reason from provisioning.blocks`)).toEqual([]);
  expect(await at('billing:overdue', { json: '' })).toMatchObject({ code: 0, json: { suspendedCount: 1 } });
});

test('while another run is under way the command ends with 4', async () => {
  const other = new pg.Client({ connectionString: running.databaseUrl });
  await other.connect();
  try {
    await other.query("select pg_advisory_lock(hashtextextended('billing.overdue-run', 0))");
    expect((await at('billing:overdue')).code).toBe(4);
  } finally {
    await other.end();
  }
});

test('what the fuse stops ends with 3, for a person', async () => {
  const { revision } = (await running.call('GET /api/billing/overdue-policy')).body;
  await running.call('PUT /api/billing/overdue-policy', { revision, fusePercent: 1, fuseLeastCount: 0 });
  await running.query(`update provisioning.blocks set lifted_at = now() where reason = 'overdue'`);
  clock.set('2026-01-20T18:00:00Z');
  expect(await at('billing:overdue', { json: '' })).toMatchObject({ code: 3, json: { stoppedReason: 'too_many' } });
});

test('money that was booked and that nobody took is found by the audit log, where no document tells of it', async () => {
  expect(await at('billing:verify', { log: '', json: '' })).toMatchObject({ code: 0, json: { count: 0, byLog: [] } });
  const other = new pg.Client({ connectionString: running.databaseUrl });
  await other.connect();
  try {
    await other.query('begin');
    await other.query(
      `insert into ledger.accounts (kind, currency) values ('bad_debt', 'USD'), ('cash', 'USD') on conflict do nothing`,
    );
    await other.query(
      `with journal as (insert into ledger.journals (id, kind, ref_id, posted_on, created_at)
         values (gen_random_uuid(), 'write_off', gen_random_uuid(), '2026-01-20', now()) returning id)
       insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
       select journal.id, debit.id, credit.id, 'USD', 500 from journal, ledger.accounts debit, ledger.accounts credit
       where (debit.kind, credit.kind, debit.currency, credit.currency) = ('bad_debt', 'cash', 'USD', 'USD')`,
    );
    await other.query('commit');
  } finally {
    await other.end();
  }
  expect((await at('billing:verify')).code).toBe(0);
  const { code, lines } = await at('billing:verify', { log: '' });
  expect([code, lines.slice(1)]).toEqual([
    3,
    [
      '  USD bad_debt: 500 in the books, 0 by the audit log (minor units)',
      '  USD money: -500 in the books, 0 by the audit log (minor units)',
    ],
  ]);
});

test('books that agree end with 0, those that differ with 3, and the customer is named', async () => {
  expect(await at('billing:verify', { json: '' })).toMatchObject({ code: 0, json: { count: 0 } });
  await running.query(
    `insert into ledger.postings (journal_id, debit_id, credit_id, currency, amount_minor)
     select journal.id, debit_id, credit_id, currency, 1 from ledger.postings posting join ledger.journals journal on journal.id = posting.journal_id
     where journal.kind = 'invoice' limit 1`,
  );
  expect(await at('billing:verify', { json: '' })).toMatchObject({
    code: 3,
    json: { count: 1, differences: [{ kind: 'receivable' }] },
  });
});
