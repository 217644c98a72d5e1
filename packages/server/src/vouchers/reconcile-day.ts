// What was sold, what the routers saw, and what was counted and handed over on one day. A report says what was known when it was
// made, and stays; a later look is another revision.
import type { ReconciliationReport } from '@lastmile/contract/reconciliation.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { dayBounds, localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';
import {
  type Confirmation,
  expectedOfSales,
  type Reconciliation,
  reconcileAsKnownOn,
  reconcileThreeWays,
  usedWithoutSale,
} from './rules/reconciliation-rules.ts';

export type ReportView = z.output<typeof ReconciliationReport>;
type Contents = Omit<ReportView, 'id' | 'day' | 'revision' | 'madeAt' | 'madeBy' | 'auditRoot'>;

export async function reconcileDay(work: Work, day: Temporal.PlainDate): Promise<ReportView> {
  const { timeZone, currency } = await getSettings(work.db);
  const bounds = dayBounds(day, timeZone);
  if (Temporal.Instant.compare(bounds.start, work.now) > 0)
    throw fieldError('invalid_input', 'day', 'has not begun yet');
  // One at a time, so that revisions have no gap and no twin.
  await sql`select pg_advisory_xact_lock(hashtextextended('vouchers.reconcile', 0))`.execute(work.db);
  const contents = await contentsOf(
    work.db,
    { ...bounds, day, timeZone, knownOn: localDate(work.now, timeZone) },
    currency,
  );
  const { last } = await work.db
    .selectFrom('vouchers.reconciliations')
    .select((e) => e.fn.coalesce(e.fn.max<number>('revision'), sql<number>`0`).as('last'))
    .where('day', '=', day)
    .executeTakeFirstOrThrow();
  const id = newId();
  await work.db
    .insertInto('vouchers.reconciliations')
    .values({
      id,
      day,
      revision: last + 1,
      made_at: work.now,
      made_by: work.actor.name,
      report: JSON.stringify(encoded(contents)),
    })
    .execute();
  await audit(work, 'voucher.day_reconciled', [id], {
    day: day.toString(),
    revision: last + 1,
    soldMinor: contents.totals.soldMinor.toString(),
    varianceMinor: contents.totals.varianceMinor.toString(),
    alertCount: contents.totals.alertCount,
  });
  work.announce('voucher', id);
  return getReport(work.db, id);
}

function encoded(contents: Contents): unknown {
  return JSON.parse(JSON.stringify(contents, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)));
}

/** A day, its two ends, and the day on which the report is made. */
type Bounds = {
  day: Temporal.PlainDate;
  start: Temporal.Instant;
  end: Temporal.Instant;
  timeZone: string;
  knownOn: Temporal.PlainDate;
};

async function contentsOf(db: Db, bounds: Bounds, currency: string): Promise<Contents> {
  const [shifts, routers, alerts, books, unsoldCodes] = await Promise.all([
    shiftLines(db, bounds),
    routerLines(db, bounds),
    alertCounts(db, bounds),
    dayInBooks(db, bounds),
    findUnsoldUse(db, bounds),
  ]);
  const sum = (pick: (line: (typeof shifts)[number]) => bigint) =>
    shifts.reduce((total, line) => total + pick(line), 0n);
  const soldMinor = routers.reduce((total, line) => total + line.soldMinor, 0n);
  // The codes' prices, the ledger, and the sales: a row that was edited behind the program shows here.
  const { flag } = reconcileThreeWays({
    invoicesPaidMinor: soldMinor,
    ledgerMinor: books.ledgerMinor,
    statementMinor: books.salesMinor,
    feesMinor: 0n,
  });
  return {
    currency,
    totals: {
      soldCount: routers.reduce((total, line) => total + line.soldCount, 0),
      soldMinor,
      ledgerMinor: books.ledgerMinor,
      booksFlag: flag === 'ok' ? 'ok' : 'mismatch',
      countedMinor: sum(({ countedMinor }) => countedMinor ?? 0n),
      varianceMinor: sum(({ varianceMinor }) => varianceMinor ?? 0n),
      usedCount: routers.reduce((total, line) => total + line.usedCount, 0),
      unsoldCount: unsoldCodes.length,
      alertCount: alerts.reduce((total, { count }) => total + count, 0),
    },
    shifts,
    routers,
    unsoldCodes,
    alerts,
  };
}

// More shifts a day than any provider has counters.
const maxLines = 5000;

async function shiftLines(db: Db, bounds: Bounds): Promise<Contents['shifts']> {
  const rows = await db
    .selectFrom('vouchers.shifts as shift')
    .leftJoin('vouchers.hand_overs as given', 'given.shift_id', 'shift.id')
    .select([
      'shift.id as shiftId',
      'shift.staff_name as staffName',
      'shift.location_name as locationName',
      'shift.state',
      'shift.counted_at as countedAt',
      'shift.expected_minor as expectedMinor',
      'shift.counted_minor as countedMinor',
      'shift.variance_minor as varianceMinor',
      'given.received_minor as receivedMinor',
      'given.received_at as receivedAt',
      sql<string>`(select coalesce(sum(total_minor), 0)::text from vouchers.sales where shift_id = shift.id and state = 'complete')`.as(
        'sold',
      ),
      sql<string>`(select coalesce(sum(amount_minor), 0)::text from vouchers.refunds where shift_id = shift.id)`.as(
        'takenBack',
      ),
      bookedInDrawer.as('booked'),
    ])
    .where('shift.opened_at', '>=', bounds.start)
    .where('shift.opened_at', '<', bounds.end)
    .orderBy('shift.staff_name')
    .orderBy('shift.opened_at')
    .limit(maxLines)
    .execute();
  return rows.map((row) => {
    const { shiftId, staffName, locationName, expectedMinor, countedMinor, varianceMinor, receivedMinor } = row;
    const found = reconciledShift(row, bounds);
    return {
      ...{ shiftId, staffName, locationName, expectedMinor, countedMinor, varianceMinor, receivedMinor },
      soldMinor: BigInt(row.sold),
      flag: found.flag,
      varianceBp: found.flag === 'open' ? null : (found.varianceBp ?? null),
    };
  });
}

/** What the ledger holds of codes sold, less those taken back, in the drawer of a shift. */
const bookedInDrawer = sql<string | null>`(
  select ((select coalesce(sum(posting.amount_minor), 0) from ledger.postings posting
      join ledger.journals journal on journal.id = posting.journal_id and journal.kind = 'voucher_sale'
      where posting.debit_id = drawer.id)
    - (select coalesce(sum(posting.amount_minor), 0) from ledger.postings posting
      join ledger.journals journal on journal.id = posting.journal_id and journal.kind = 'voucher_refund'
      where posting.credit_id = drawer.id))::text
  from ledger.accounts drawer
  where drawer.kind = 'cash_drawer' and drawer.customer_id is null and drawer.owner_id = shift.id)`;

type CountedShift = {
  state: string;
  countedAt: Temporal.Instant | null;
  expectedMinor: bigint | null;
  countedMinor: bigint | null;
  receivedMinor: bigint | null;
  receivedAt: Temporal.Instant | null;
  sold: string;
  takenBack: string;
  /** null: nothing was ever booked in this drawer. */
  booked: string | null;
};

/** Sold against booked against counted; then expected against what somebody else has signed for by the day of the report. */
function reconciledShift(shift: CountedShift, { day, timeZone, knownOn }: Bounds): Reconciliation {
  const { expectedMinor, countedMinor, countedAt } = shift;
  const soldMinor = expectedOfSales([
    { amountMinor: BigInt(shift.sold) - BigInt(shift.takenBack), isVoidedInShift: false },
    { amountMinor: BigInt(shift.takenBack), isVoidedInShift: true },
  ]);
  const confirmations: Confirmation[] = [];
  const confirm = (at: Temporal.Instant, amountMinor: bigint) =>
    confirmations.push({ forDay: day, confirmedOn: localDate(at, timeZone), amountMinor });
  if (shift.receivedAt && shift.receivedMinor !== null) confirm(shift.receivedAt, shift.receivedMinor);
  // Nothing is handed over out of an empty drawer.
  else if (shift.state === 'closed' && countedAt && countedMinor === 0n) confirm(countedAt, 0n);
  const cash = reconcileAsKnownOn(knownOn, [{ day, amountMinor: expectedMinor ?? soldMinor }], confirmations);
  if (confirmations.length === 0) return { ...cash, flag: 'open' };
  const { flag } = reconcileThreeWays({
    invoicesPaidMinor: soldMinor,
    ledgerMinor: BigInt(shift.booked ?? 0),
    // What is in the drawer for other reasons than a sale is in what was expected, too.
    statementMinor: soldMinor + (countedMinor ?? 0n) - (expectedMinor ?? 0n),
    feesMinor: 0n,
  });
  return flag === 'mismatch' ? { ...cash, flag } : cash;
}

// A router that somebody fills by hand makes one alert each; what is more is counted there.
const maxUnsold = 1000;

/** Names that were used on a router and were not sold by now, whoever put them there. */
async function findUnsoldUse(db: Db, { start, end }: Bounds): Promise<string[]> {
  const { rows } = await sql<{ name: string; isSold: boolean }>`
    select used.name, exists (select from vouchers.vouchers where code = used.name and sold_at is not null) as "isSold"
    from (
      select distinct coalesce(evidence->>'code', evidence->>'user') as name from vouchers.alerts
      where kind in ('unknown_user', 'used_before_sold') and found_at >= ${start} and found_at < ${end}
        and (coalesce((evidence->>'usedSeconds')::numeric, 0) > 0 or coalesce((evidence->>'usedBytes')::numeric, 0) > 0)
    ) used where name is not null order by name limit ${maxUnsold}`.execute(db);
  return usedWithoutSale(
    rows.map(({ name }) => name),
    rows.filter(({ isSold }) => isSold).map(({ name }) => name),
  );
}

async function routerLines(db: Db, { start, end }: Bounds): Promise<Contents['routers']> {
  const { rows } = await sql<{
    routerId: string;
    label: string;
    soldCount: number;
    sold: string;
    usedCount: number;
    onRouterCount: number;
    usedBytes: string;
    lookedAt: string | null;
  }>`
    select router.id as "routerId", router.label,
      count(voucher.id) filter (where voucher.sold_at >= ${start} and voucher.sold_at < ${end})::int as "soldCount",
      coalesce(sum(voucher.price_minor) filter (where voucher.sold_at >= ${start} and voucher.sold_at < ${end}), 0)::text as sold,
      count(voucher.id) filter (where voucher.first_used_at >= ${start} and voucher.first_used_at < ${end})::int as "usedCount",
      count(voucher.id) filter (where voucher.is_on_router)::int as "onRouterCount",
      coalesce(sum(voucher.used_bytes) filter (where voucher.first_used_at >= ${start} and voucher.first_used_at < ${end}), 0)::text as "usedBytes",
      to_json(router.last_sync_at)#>>'{}' as "lookedAt"
    from routers.routers router join vouchers.vouchers voucher on voucher.router_id = router.id
    where voucher.ended_at is null or voucher.ended_at >= ${start} or voucher.sold_at >= ${start}
    group by router.id order by router.label limit ${maxLines}`.execute(db);
  return rows.map(({ sold, usedBytes, ...row }) => ({ ...row, soldMinor: BigInt(sold), usedBytes: BigInt(usedBytes) }));
}

async function alertCounts(db: Db, { start, end }: Bounds): Promise<Contents['alerts']> {
  const rows = await db
    .selectFrom('vouchers.alerts')
    .select(['kind', (e) => e.fn.countAll<bigint>().as('count')])
    .where('found_at', '>=', start)
    .where('found_at', '<', end)
    .groupBy('kind')
    .orderBy('kind')
    .execute();
  return rows.map(({ kind, count }) => ({ kind, count: Number(count) }));
}

/** By the sale and not by the day of posting: a sale just before midnight is of that day in both. */
async function dayInBooks(db: Db, { start, end }: Bounds): Promise<{ salesMinor: bigint; ledgerMinor: bigint }> {
  const { rows } = await sql<{ sales: string; ledger: string }>`
    with sale as materialized (
      select id, total_minor from vouchers.sales where state = 'complete' and ended_at >= ${start} and ended_at < ${end}
    )
    select (select coalesce(sum(total_minor), 0) from sale)::text as sales,
      (select coalesce(sum(posting.amount_minor), 0) from sale
        join ledger.journals journal on journal.kind = 'voucher_sale' and journal.ref_id = sale.id
        join ledger.postings posting on posting.journal_id = journal.id)::text as ledger`.execute(db);
  return { salesMinor: BigInt(rows[0]?.sales ?? 0), ledgerMinor: BigInt(rows[0]?.ledger ?? 0) };
}

function select(db: Db) {
  return db
    .selectFrom('vouchers.reconciliations as made')
    .leftJoin('audit.days as closed', 'closed.day', 'made.day')
    .select([
      'made.id',
      'made.day',
      'made.revision',
      'made.made_at as madeAt',
      'made.made_by as madeBy',
      sql<string | null>`encode(closed.root, 'hex')`.as('auditRoot'),
      sql<Contents>`made.report`.as('report'),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Kept as JSON, whose amounts are digits. */
function viewOf({ report, ...row }: Row): ReportView {
  const minor = (value: unknown) => BigInt(String(value));
  const { totals } = report;
  return {
    ...row,
    ...report,
    // Reports that were made before this was looked for stay as they are.
    unsoldCodes: report.unsoldCodes ?? [],
    totals: {
      ...totals,
      unsoldCount: totals.unsoldCount ?? 0,
      soldMinor: minor(totals.soldMinor),
      ledgerMinor: minor(totals.ledgerMinor),
      countedMinor: minor(totals.countedMinor),
      varianceMinor: minor(totals.varianceMinor),
    },
    shifts: report.shifts.map((line) => ({
      ...line,
      soldMinor: minor(line.soldMinor),
      expectedMinor: line.expectedMinor === null ? null : minor(line.expectedMinor),
      countedMinor: line.countedMinor === null ? null : minor(line.countedMinor),
      varianceMinor: line.varianceMinor === null ? null : minor(line.varianceMinor),
      receivedMinor: line.receivedMinor === null ? null : minor(line.receivedMinor),
    })),
    routers: report.routers.map((line) => ({
      ...line,
      soldMinor: minor(line.soldMinor),
      usedBytes: minor(line.usedBytes),
    })),
  };
}

export async function getReport(db: Db, reportId: string): Promise<ReportView> {
  const row = await select(db).where('made.id', '=', reportId).executeTakeFirst();
  if (!row) throw new DomainError('report_not_found', { reportId });
  return viewOf(row);
}

export async function listReports(db: Db, query: PageRequest): Promise<Page<ReportView>> {
  const key = keyOf(query.after, 'text', 'number');
  const rows = await select(db)
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(made.day, made.revision) < (${key?.[0]}::date, ${key?.[1]}::int)`),
    )
    .orderBy('made.day', 'desc')
    .orderBy('made.revision', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.day.toString(), `${row.revision}`]);
  return { next: page.next, items: page.items.map(viewOf) };
}
