// Random histories of a customer's money against a real database: whatever the office and the days do, the books hold together.
// More and longer ones: HISTORIES=50 DEEDS=60 SEED=1.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayLog } from '../src/billing/log-replay.ts';
import { recognizeRevenue } from '../src/billing/recognition.ts';
import { manualClock } from '../src/platform/clock.ts';
import { type Actor, type Database, openDatabase } from '../src/platform/db.ts';
import { addAbsentRouter, addCustomer, fresh } from './provider.test-support.ts';
import { type Loose, openTestLastmile, type Running } from './running.ts';

const historyCount = Number(process.env.HISTORIES ?? 3);
const deedCount = Number(process.env.DEEDS ?? 22);
const seed = Number(process.env.SEED ?? 20_260_110);

const actor: Actor = { kind: 'schedule', id: null, name: 'histories' };
const clock = manualClock('2026-01-10T12:00:00Z');
const dearest = 6200n;
let running: Running & { close(): Promise<void> };
let database: Database;
let routerId: string;
let planIds: string[];

beforeAll(async () => {
  running = await openTestLastmile({ clock });
  database = openDatabase(running.databaseUrl, clock);
  await running.query(`update auth.sessions set expires_at = '2100-01-01'`);
  routerId = (await addAbsentRouter(running)).id;
  const vat = (await running.call('POST /api/taxes', { name: 'VAT', rateBp: 1600 })).body;
  const plan = async (priceMinor: string, taxId?: string) =>
    (
      await running.call('POST /api/plans', {
        name: fresh('Plan'),
        priceMinor,
        downKbps: '5M',
        upKbps: '5M',
        ...(taxId ? { taxId } : {}),
      })
    ).body.id;
  planIds = [await plan('3100'), await plan('1999', vat.id), await plan(dearest.toString(), vat.id)];
});
afterAll(async () => {
  await database.pool.end();
  await running.close();
});

const kinds = [
  'days',
  'days',
  'clock_back',
  'subscribe',
  'bill',
  'bill',
  'pay',
  'pay',
  'refund',
  'reverse',
  'credit',
  'void',
  'write_off',
  'change',
  'change',
  'pause',
  'resume',
  'cancel',
  'overdue',
  'overdue',
  'reactivation',
  'recognize',
] as const;

/** One deed: what, and two numbers that choose of whom and how much. */
const deed = fc.record({ kind: fc.constantFrom(...kinds), which: fc.nat(9), much: fc.integer({ min: 1, max: 100 }) });
type Deed = { kind: (typeof kinds)[number]; which: number; much: number };

test('after any history of subscriptions, payments and corrections the books hold together', {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: deedCount, maxLength: deedCount }), async (deeds) => {
      const customerId = (await addCustomer(running, routerId, { planId: planIds[0] })).id;
      await running.call('POST /api/billing/invoice-runs');
      for (const one of deeds) expect(await statusOf(customerId, one), JSON.stringify(one)).toBeLessThan(500);
      await expectSoundBooks(customerId);
    }),
    { numRuns: historyCount, seed, endOnFailure: true },
  );
});

/** What the office does, refusals included: a refusal is an answer, too. */
async function statusOf(customerId: string, { kind, which, much }: Deed): Promise<number> {
  const { call } = running;
  const pick = (items: Loose[]) => items[which % Math.max(items.length, 1)];
  const items = async (path: string) => (await call(`GET /api/${path}`)).body.items as Loose[];
  const invoice = async () => pick(await items(`invoices?customerId=${customerId}`));
  const payment = async () => pick(await items(`payments?customerId=${customerId}`));
  const part = (minor: string) => ((BigInt(minor) * BigInt(much)) / 100n || 1n).toString();
  const onSubscription = async (act: string, body: Record<string, unknown>) => {
    const subscription = pick(await items(`customers/${customerId}/subscriptions`));
    const path = `POST /api/subscriptions/${subscription.id}/${act}`;
    return (await call(path, { revision: subscription.revision, ...body })).status;
  };
  const today = clock.now().toString().slice(0, 10);
  switch (kind) {
    case 'days':
      clock.set(
        clock
          .now()
          .add({ hours: 24 * (1 + (much % 25)) })
          .toString(),
      );
      return 0;
    case 'clock_back':
      clock.set(clock.now().subtract({ hours: much }).toString());
      return 0;
    case 'subscribe':
      return (await call(`POST /api/customers/${customerId}/subscriptions`, { planId: pick(planIds), startsOn: today }))
        .status;
    case 'bill':
      return (await call('POST /api/billing/invoice-runs')).status;
    case 'overdue':
      // The days that went by make the fuse ask first; here somebody looked.
      await call('POST /api/billing/overdue-runs');
      await running.query('delete from billing.fuse_trips');
      return (await call('POST /api/billing/overdue-runs')).status;
    case 'reactivation': {
      const { revision } = (await call('GET /api/billing/policy')).body;
      const reactivation = much > 30 ? 'restart' : 'continue';
      return (await call('PUT /api/billing/policy', { revision, reactivation })).status;
    }
    case 'recognize':
      await recognizeRevenue(database, actor);
      return 0;
    case 'pay':
      return (await call('POST /api/payments', { customerId, amountMinor: String(much * 97), method: 'cash' })).status;
    case 'refund': {
      const paid = await payment();
      if (!paid) return 0;
      return (
        await call(`POST /api/payments/${paid.id}/refunds`, { amountMinor: part(paid.amountMinor), reason: 'asked' })
      ).status;
    }
    case 'reverse': {
      const paid = await payment();
      return paid ? (await call(`POST /api/payments/${paid.id}/reverse`, { reason: 'was none' })).status : 0;
    }
    case 'credit': {
      const found = await invoice();
      if (!found) return 0;
      const lines = much > 60 ? undefined : [{ lineNo: 1, amountMinor: part(found.amountMinor) }];
      return (await call(`POST /api/invoices/${found.id}/credit-notes`, { reason: 'was offline', lines })).status;
    }
    case 'void': {
      const found = await invoice();
      return found ? (await call(`DELETE /api/invoices/${found.id}`, { reason: 'a mistake' })).status : 0;
    }
    case 'write_off': {
      const found = await invoice();
      return found ? (await call(`POST /api/invoices/${found.id}/write-off`, { reason: 'moved away' })).status : 0;
    }
    case 'change': {
      const policy = (['by_direction', 'immediate', 'period_end'] as const)[much % 3];
      return onSubscription('plan', { planId: pick(planIds), policy });
    }
    case 'pause':
      return onSubscription('pause', { from: today });
    case 'resume':
      return onSubscription('resume', {});
    case 'cancel':
      // Seldom, or most histories would be short.
      return much > 80 ? onSubscription('cancel', { reason: 'moves away', policy: 'immediate_with_credit' }) : 0;
  }
}

async function expectSoundBooks(customerId: string): Promise<void> {
  const balances = await running.query(
    `select a.kind, a.currency, a.customer_id as "customerId",
       sum(case when p.debit_id = a.id then p.amount_minor else -p.amount_minor end)::text as balance
     from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id) group by 1, 2, 3`,
  );
  const sumOf = (keep: (row: Loose) => boolean) =>
    balances.filter(keep).reduce((sum: bigint, row: Loose) => sum + BigInt(row.balance), 0n);
  const own = (kind: string) => sumOf((row) => row.kind === kind && row.customerId === customerId);

  expect(
    sumOf(() => true),
    'debits are credits',
  ).toBe(0n);

  const [{ open }] = await running.query(
    `select coalesce(sum(balance_minor), 0)::text as open from billing.invoices where customer_id = $1 and status = 'open'`,
    [customerId],
  );
  expect(own('receivable'), 'the receivable is the sum of the open balances').toBe(BigInt(open));

  const { credits } = (await running.call(`GET /api/customers/${customerId}/credit`)).body;
  const credit = credits.reduce((sum: bigint, { amountMinor }: Loose) => sum + BigInt(amountMinor), 0n);
  const overdrawn = await running.query(
    `select posted.posting_id, posted.held::text from (
       select p.id as posting_id, sum(case when p.credit_id = a.id then p.amount_minor else -p.amount_minor end) over (order by p.id) as held
       from ledger.accounts a join ledger.postings p on a.id in (p.debit_id, p.credit_id)
       where a.kind = 'customer_credit' and a.customer_id = $1) posted
     where posted.held < 0`,
    [customerId],
  );
  expect(overdrawn, 'credit was never negative, after no booking').toEqual([]);
  expect(-own('customer_credit'), 'credit is what is left of payments and credit notes').toBe(credit);

  const { balanceMinor } = (await running.call(`GET /api/customers/${customerId}`)).body;
  expect(BigInt(balanceMinor), 'his page says what is open less his credit').toBe(BigInt(open) - credit);

  // A unit of rounding for each line.
  const overcharged = await running.query(
    `select period.subscription_id, period.starts_on::text, sum(line.net_minor - coalesce(credited.net, 0))::text as charged, count(*)::int as lines
     from billing.periods period
     join billing.subscriptions subscription on subscription.id = period.subscription_id and subscription.customer_id = $1
     join billing.invoice_lines line on line.subscription_id = period.subscription_id and line.kind <> 'setup'
       and line.starts_on >= period.starts_on and line.starts_on < period.ends_on
     join billing.invoices invoice on invoice.id = line.invoice_id and invoice.status not in ('draft', 'void')
     left join lateral (select sum(net_minor) as net from billing.credit_note_lines note
       where note.invoice_id = line.invoice_id and note.invoice_line_no = line.line_no) credited on true
     group by 1, 2 having sum(line.net_minor - coalesce(credited.net, 0)) > $2 + count(*)`,
    [customerId, dearest.toString()],
  );
  expect(overcharged, 'no period costs more than the dearest plan').toEqual([]);

  expect(await replayLog(database.db), 'what the log says was done gives the same books').toEqual([]);
}
