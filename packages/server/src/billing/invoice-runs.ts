// The run that invoices subscriptions. It may be killed anywhere, run twice, late, and by several at once: a batch is one
// transaction (R-RUN-2), what is charged is known by its period (R-RUN-1), and what others hold is left to them.
import type { InvoiceRun } from '@lastmile/contract/billing.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { joinByKey } from '#platform/row-set.ts';
import { type Billed, bill, type Conditions, duesOf, getConditions, invoiceOf } from './bill-subscriptions.ts';
import type { PartCharge } from './rules/subscription-rules.ts';
import { settleSubscriptions } from './settle-subscriptions.ts';
import { selectTerms, type TermRow } from './subscription-terms.ts';

export type InvoiceRunView = z.output<typeof InvoiceRun>;

// Few enough that a batch is over in a moment and little is lost when it is killed, many enough that its fixed cost is nothing.
const batchSize = 1000;

// A row that somebody else holds is looked at again, after him.
const mostPasses = 5;
const passPauseMs = 200;

const mostFailuresKept = 100;

type Place = { day: Temporal.PlainDate; id: string };

type Failure = InvoiceRunView['failures'][number];

type Tally = {
  invoiceCount: number;
  passedCount: number;
  failedCount: number;
  totals: Map<string, bigint>;
  failures: Failure[];
};

/** Invoices all that is due. */
export async function runInvoicing(database: Database, actor: Actor): Promise<InvoiceRunView> {
  const conditions = await getConditions(database.db, database.clock.now());
  const run = await beginRun(database, actor, conditions);
  await settleSubscriptions(database, actor, conditions.today);
  const tally = emptyTally();
  for (let pass = 0; pass < mostPasses; pass++) {
    await runSideBySide({ database, actor, conditions, tally, run, after: undefined });
    if (!(await hasWork(database.db, conditions, tally))) break;
    await new Promise((resolve) => setTimeout(resolve, passPauseMs * (pass + 1)));
  }
  return endRun(database, actor, run, tally);
}

function emptyTally(): Tally {
  return { invoiceCount: 0, passedCount: 0, failedCount: 0, totals: new Map(), failures: [] };
}

// While one reckons, the other writes. More of them would only wait for each other's numbers.
const workerCount = 2;

/** Once over all that is due, from the first day to the last: what could not be billed is passed by, not met again. */
type Pass = {
  database: Database;
  actor: Actor;
  conditions: Conditions;
  tally: Tally;
  run: string;
  /** How far anybody has taken: whoever comes next begins there. */
  after: Place | undefined;
};

/** Several take turns: what one has locked, the others pass by. All have ended when this has. */
async function runSideBySide(pass: Pass): Promise<void> {
  const workers = Array.from({ length: workerCount }, () => runOnce(pass));
  const ended = await Promise.allSettled(workers);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function runOnce(pass: Pass): Promise<void> {
  for (let done = await billBatch(pass); done > 0; done = await billBatch(pass)) await noteProgress(pass, done);
}

/**
 * One batch, in one transaction; where it fails, each of it in its own, so that one bad row stops nobody (R-RUN-3). Answers with how
 * many it was at.
 */
async function billBatch(pass: Pass): Promise<number> {
  const { after, conditions } = pass;
  try {
    const done = await inTransaction(pass.database, pass.actor, async (work) => {
      await joinByKey(work);
      const rows = await lockDue(work, conditions, after);
      pass.after = laterPlace(pass.after, lastPlace(rows));
      return { rows, billed: await bill(work, rows, conditions) };
    });
    count(pass.tally, done.billed);
    return done.rows.length;
  } catch (error) {
    // Without its database it ends; the next run goes on where this one was.
    if (!isFaultOfData(error)) throw error;
    return billOneByOne(pass, after);
  }
}

/** PostgreSQL's classes of faults in what was to be written, as opposed to those of the connection or the machine. */
function isFaultOfData(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof RangeError || error instanceof DomainError || /^(22|23)/.test(code);
}

async function billOneByOne({ database, actor, conditions, tally }: Pass, after: Place | undefined): Promise<number> {
  const rows = await selectTerms(database.db, sql`where ${dueAfter(conditions, after)} ${inOrder} limit ${batchSize}`);
  for (const { id } of rows) {
    try {
      const billed = await inTransaction(database, actor, async (work) => {
        const own = await selectTerms(
          work.db,
          sql`where subscription.id = ${id} and ${dueAfter(conditions, undefined)} for update of customer, subscription skip locked`,
        );
        return bill(work, own, conditions);
      });
      count(tally, billed);
    } catch (error) {
      if (!isFaultOfData(error)) throw error;
      fail(tally, rows.find((row) => row.id === id)!, error instanceof Error ? error.message : String(error));
    }
  }
  return rows.length;
}

function fail(tally: Tally, { id, customerId }: TermRow, reason: string): void {
  // Several passes may meet it.
  if (tally.failures.some(({ subscriptionId }) => subscriptionId === id)) return;
  tally.failedCount += 1;
  if (tally.failures.length < mostFailuresKept)
    tally.failures.push({ subscriptionId: id, customerId, reason: reason.slice(0, 300) });
}

const inOrder = sql`order by subscription.next_invoice_on, subscription.id`;

function dueAfter({ today }: Conditions, after: Place | undefined) {
  return sql`subscription.next_invoice_on <= ${today}::date and customer.removed_at is null ${
    after ? sql`and (subscription.next_invoice_on, subscription.id) > (${after.day}::date, ${after.id}::uuid)` : sql``
  }`;
}

/**
 * The customer is locked, too, before anybody else's act on him could wait for us while we wait for it. Who is held by somebody
 * else is left out: the next pass meets him.
 */
function lockDue(work: Work, conditions: Conditions, after: Place | undefined): Promise<TermRow[]> {
  return selectTerms(
    work.db,
    sql`where ${dueAfter(conditions, after)} ${inOrder} limit ${batchSize} for update of customer, subscription skip locked`,
  );
}

function lastPlace(rows: readonly TermRow[]): Place | undefined {
  const last = rows.at(-1);
  return last?.nextInvoiceOn ? { day: last.nextInvoiceOn, id: last.id } : undefined;
}

function laterPlace(one: Place | undefined, other: Place | undefined): Place | undefined {
  if (!one || !other) return one ?? other;
  const order = Temporal.PlainDate.compare(one.day, other.day) || (one.id < other.id ? -1 : 1);
  return order < 0 ? other : one;
}

function count(tally: Tally, { invoices, passedCount, failures }: Billed): void {
  for (const { row, reason } of failures) fail(tally, row, reason);
  tally.invoiceCount += invoices.length;
  tally.passedCount += passedCount;
  for (const { currency, totalMinor } of invoices)
    tally.totals.set(currency, (tally.totals.get(currency) ?? 0n) + totalMinor);
}

/** Is something left that is due and is neither off nor faulty? Others may have held it. */
async function hasWork(db: Db, conditions: Conditions, tally: Tally): Promise<boolean> {
  const rows = await selectTerms(db, sql`where ${dueAfter(conditions, undefined)} ${inOrder} limit ${batchSize}`);
  const failed = new Set(tally.failures.map(({ subscriptionId }) => subscriptionId));
  return duesOf(rows, conditions).dues.some(({ row, due }) => !failed.has(row.id) && due.charges.length > 0);
}

// ---- the log

async function beginRun(database: Database, actor: Actor, conditions: Conditions): Promise<string> {
  const id = newId();
  await inTransaction(database, actor, async (work) => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from billing.subscriptions subscription
      join customers.customers customer on customer.id = subscription.customer_id
      where ${dueAfter(conditions, undefined)}`.execute(work.db);
    const row = { id, at: work.now, day: conditions.today, by_name: actor.name, due_count: rows[0]?.count ?? 0 };
    await work.db.insertInto('billing.invoice_runs').values(row).execute();
  });
  return id;
}

/** For whoever waits for it. What others held at first is met again, so it may be at some of them twice. */
async function noteProgress({ database, actor, run }: Pass, done: number): Promise<void> {
  await inTransaction(database, actor, async (work) => {
    await work.db
      .updateTable('billing.invoice_runs')
      .set({ done_count: sql<number>`least(due_count, done_count + ${done}::int)` })
      .where('id', '=', run)
      .execute();
  });
}

async function endRun(database: Database, actor: Actor, id: string, tally: Tally): Promise<InvoiceRunView> {
  return inTransaction(database, actor, async (work) => {
    await work.db
      .updateTable('billing.invoice_runs')
      .set({
        ended_at: work.now,
        invoice_count: tally.invoiceCount,
        passed_count: tally.passedCount,
        failed_count: tally.failedCount,
        totals: JSON.stringify(totalsOf(tally)),
        failures: JSON.stringify(tally.failures),
      })
      .where('id', '=', id)
      .execute();
    if (tally.invoiceCount + tally.failedCount > 0 || actor.kind === 'staff') {
      await audit(work, 'billing.invoices_generated', [id], {
        invoiceCount: tally.invoiceCount,
        failedCount: tally.failedCount,
      });
    }
    work.announce('invoice', '*');
    return (await listInvoiceRuns(work.db, 1, id))[0]!;
  });
}

function totalsOf({ totals }: Tally): { currency: string; amountMinor: string }[] {
  return [...totals].map(([currency, amountMinor]) => ({ currency, amountMinor: amountMinor.toString() }));
}

/** The latest runs, or one. */
export async function listInvoiceRuns(db: Db, limit: number, id?: string): Promise<InvoiceRunView[]> {
  const rows = await db
    .selectFrom('billing.invoice_runs')
    .select([
      'id',
      'at',
      'ended_at as endedAt',
      'day',
      'by_name as by',
      'invoice_count as invoiceCount',
      'passed_count as passedCount',
      'failed_count as failedCount',
      'due_count as dueCount',
      'done_count as doneCount',
      sql<{ currency: string; amountMinor: string }[]>`totals`.as('totals'),
      sql<Failure[]>`failures`.as('failures'),
    ])
    .$if(id !== undefined, (q) => q.where('id', '=', id ?? ''))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    totals: row.totals.map((total) => ({ ...total, amountMinor: BigInt(total.amountMinor) })),
  }));
}

// ---- what would be

export type PlannedInvoice = {
  subscriptionId: string;
  customerId: string;
  planName: string;
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
  dueOn: Temporal.PlainDate;
  currency: string;
  amountMinor: bigint;
};

export type InvoicePlan = {
  day: Temporal.PlainDate;
  invoiceCount: number;
  passedCount: number;
  totals: { currency: string; amountMinor: bigint }[];
  /** The first of them. */
  invoices: (PlannedInvoice & { customerName: string })[];
};

const mostPlannedShown = 100;

/** What a run of a day would issue, by the same rules. Nothing is written, and no more than a batch is held at a time. */
export async function planInvoicing(db: Db, now: Temporal.Instant, day?: Temporal.PlainDate): Promise<InvoicePlan> {
  const conditions = await getConditions(db, now, day);
  const tally = emptyTally();
  const invoices: PlannedInvoice[] = [];
  for (let after: Place | undefined; ; ) {
    const rows = await selectTerms(db, sql`where ${dueAfter(conditions, after)} ${inOrder} limit ${batchSize}`);
    for (const { row, due } of duesOf(rows, conditions).dues) {
      const { charges } = due;
      const planned = charges.flatMap((charge) => plannedOf(row, charge, conditions));
      count(tally, {
        invoices: planned.map(({ currency, amountMinor }) => ({ currency, totalMinor: amountMinor })),
        passedCount: charges.filter(({ part }) => part.kind === 'pause').length,
        failures: [],
      });
      invoices.push(...planned.slice(0, mostPlannedShown - invoices.length));
    }
    const last = lastPlace(rows);
    if (!last) break;
    after = last;
  }
  const totals = [...tally.totals].map(([currency, amountMinor]) => ({ currency, amountMinor }));
  const { invoiceCount, passedCount } = tally;
  const names = await namesOf(db, [...new Set(invoices.map(({ customerId }) => customerId))]);
  const named = invoices.map((invoice) => ({ ...invoice, customerName: names.get(invoice.customerId) ?? '' }));
  return { day: conditions.today, invoiceCount, passedCount, totals, invoices: named };
}

async function namesOf(db: Db, customerIds: readonly string[]): Promise<Map<string, string>> {
  if (customerIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('customers.customers')
    .select(['id', 'name'])
    .where('id', 'in', customerIds)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function plannedOf(row: TermRow, charge: PartCharge, conditions: Conditions): PlannedInvoice[] {
  return invoiceOf(row, charge, conditions).map(({ totalMinor }) => ({
    subscriptionId: row.id,
    customerId: row.customerId,
    planName: charge.plan.planName,
    ...charge.part.period,
    dueOn: charge.dueOn,
    currency: row.currency,
    amountMinor: totalMinor,
  }));
}
