// Lines of bank statements that wait until somebody says whose they are. Each becomes payments, or is set aside with a reason.
import type { BankLine } from '@lastmile/contract/bank.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { lockCustomer } from '#customers/customers.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { sumMinor } from '#platform/money.ts';
import { cursorOf, keyOf, likePattern, type PageRequest, pageOf } from '#platform/paging.ts';
import type { Suggestion } from './bank/bank-match-rules.ts';
import { findRecordedLike, suggestForLines } from './bank/bank-suggestions.ts';
import type { PaymentMethod } from './payments.ts';
import { receivePayment } from './receive-payments.ts';

export type BankLineView = z.output<typeof BankLine>;
type LineState = BankLineView['state'];

const isWaiting = sql<SqlBool>`line.set_aside_at is null and line.assigned_minor < line.amount_minor`;

const inState: Record<LineState, RawBuilder<SqlBool>> = {
  waiting: isWaiting,
  assigned: sql<SqlBool>`line.assigned_minor = line.amount_minor`,
  set_aside: sql<SqlBool>`line.set_aside_at is not null`,
};

function selectLines(db: Db) {
  return db
    .selectFrom('billing.bank_lines as line')
    .select([
      'line.id',
      'line.bank',
      'line.bank_ref as bankRef',
      'line.booked_on as bookedOn',
      'line.amount_minor as amountMinor',
      'line.currency',
      'line.payer',
      'line.reference',
      'line.assigned_minor as assignedMinor',
      'line.set_aside_by as setAsideBy',
      'line.set_aside_reason as setAsideReason',
      sql<PaymentMethod>`coalesce((select method from billing.payment_gateways where name = line.gateway), 'transfer')`.as(
        'method',
      ),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLines>['executeTakeFirstOrThrow']>>;

function stateOf({ setAsideReason, assignedMinor, amountMinor }: Row): LineState {
  if (setAsideReason !== null) return 'set_aside';
  return assignedMinor === amountMinor ? 'assigned' : 'waiting';
}

export const restOf = (row: Row) => row.amountMinor - row.assignedMinor;

async function viewsOf(db: Db, rows: readonly Row[]): Promise<BankLineView[]> {
  const payments = await listPaymentsOf(
    db,
    rows.map(({ id }) => id),
  );
  const suggestions = await suggestWaiting(db, rows);
  // What is certain is in no book yet.
  const unsure = rows.filter(
    (row) => stateOf(row) === 'waiting' && suggestions.get(row.id)?.[0]?.confidence !== 'certain',
  );
  const recorded = await findRecordedLike(
    db,
    unsure.map((row) => ({
      ...row,
      amountMinor: restOf(row),
      customerIds: (suggestions.get(row.id) ?? []).map(({ customerId }) => customerId),
    })),
  );
  return rows.map((row) => ({
    ...row,
    state: stateOf(row),
    payments: (payments.get(row.id) ?? []).map(({ lineId: _, ...payment }) => payment),
    suggestions: suggestions.get(row.id) ?? [],
    recorded: recorded.get(row.id) ?? [],
  }));
}

async function suggestWaiting(db: Db, rows: readonly Row[]): Promise<Map<string, Suggestion[]>> {
  const waiting = rows.filter((row) => stateOf(row) === 'waiting');
  const found = await suggestForLines(
    db,
    waiting.map((row) => ({ ...row, amountMinor: restOf(row) })),
  );
  return new Map(waiting.map(({ id }, index) => [id, found[index] ?? []]));
}

/** Those that stand: one that was undone no longer counts. */
async function listPaymentsOf(db: Db, lineIds: readonly string[]) {
  const { rows } = await sql<BankLineView['payments'][number] & { lineId: string }>`
    select link.line_id as "lineId", payment.id, payment.receipt_number as "receiptNumber",
      customer.name as "customerName", customer.number as "customerNumber", payment.amount_minor as "amountMinor", link.is_linked as "isLinked"
    from billing.bank_line_payments link
    join billing.payments payment on payment.id = link.payment_id
    join customers.customers customer on customer.id = payment.customer_id
    where link.line_id = any(${lineIds}::uuid[]) and payment.reversed_at is null order by payment.id`.execute(db);
  return Map.groupBy(rows, ({ lineId }) => lineId);
}

export type BankLineQuery = PageRequest & { state?: LineState | undefined; search?: string | undefined };

export async function listBankLines(db: Db, query: BankLineQuery) {
  const key = keyOf(query.after, 'uuid');
  const search = query.search?.trim();
  const rows = await selectLines(db)
    .$if(query.state !== undefined, (q) => q.where(inState[query.state ?? 'waiting']))
    .$if(Boolean(search), (q) =>
      q.where(
        sql<SqlBool>`lower(line.payer || ' ' || line.reference || ' ' || line.bank_ref) like lower(${likePattern(search ?? '')})`,
      ),
    )
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`line.id < ${key?.[0]}::uuid`))
    .orderBy('line.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, ({ id }) => [id]);
  const { rows: waiting } = await sql<{ currency: string; amountMinor: bigint; count: number }>`
    select currency, sum(amount_minor - assigned_minor)::bigint as "amountMinor", count(*)::integer as count
    from billing.bank_lines line where ${isWaiting} group by currency order by currency`.execute(db);
  return {
    next: page.next,
    items: await viewsOf(db, page.items),
    waitingCount: waiting.reduce((sum, { count }) => sum + count, 0),
    waiting: waiting.map(({ currency, amountMinor }) => ({ currency, amountMinor })),
  };
}

export async function countWaitingLines(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('billing.bank_lines as line')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where(isWaiting)
    .executeTakeFirstOrThrow();
  return count;
}

export async function lockLine(work: Work, lineId: string): Promise<Row> {
  const row = await selectLines(work.db).where('line.id', '=', lineId).forUpdate().executeTakeFirst();
  if (!row) throw new DomainError('bank_line_not_found', { lineId });
  return row;
}

export async function lockWaitingLine(work: Work, lineId: string): Promise<Row> {
  const row = await lockLine(work, lineId);
  const state = stateOf(row);
  if (state !== 'waiting')
    throw new DomainError('bank_line_not_waiting', { lineId, state }, `this line does not wait: it is ${state}`);
  return row;
}

export async function viewOfLine(db: Db, lineId: string): Promise<BankLineView> {
  const rows = await selectLines(db).where('line.id', '=', lineId).execute();
  const [view] = await viewsOf(db, rows);
  if (!view) throw new DomainError('bank_line_not_found', { lineId });
  return view;
}

export type LinePart = { customerId: string; amountMinor: bigint; invoiceIds?: readonly string[] | undefined };

/** Records payments of a waiting line, for one customer or split over several; what is left of it waits on. */
export async function assignLine(work: Work, lineId: string, parts: readonly LinePart[]): Promise<BankLineView> {
  const line = await lockWaitingLine(work, lineId);
  const totalMinor = sumMinor(parts.map(({ amountMinor }) => amountMinor));
  if (totalMinor > restOf(line))
    throw fieldError('bank_line_exceeded', 'parts', 'are more than is left of this line', {
      leftMinor: restOf(line).toString(),
      currency: line.currency,
    });
  // The customers in one order and before any receipt is numbered: whoever waits for one of them keeps nobody else from numbering.
  const ordered = parts.toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1));
  for (const { customerId } of ordered) await lockCustomer(work, customerId);
  let recordedCount = await countRecorded(work.db, lineId);
  for (const part of ordered) {
    recordedCount += 1;
    const payment = await receivePayment(work, {
      ...part,
      currency: line.currency,
      method: line.method,
      note: line.reference.slice(0, 300) || null,
      receivedOn: line.bookedOn,
      provider: line.bank.slice(0, 40),
      // The second payment of a line has a name of its own, and so has one that replaces an undone one.
      providerRef: recordedCount === 1 ? line.bankRef : `${line.bankRef}/${recordedCount}`,
    });
    await work.db
      .insertInto('billing.bank_line_payments')
      .values({ payment_id: payment.id, line_id: lineId, currency: line.currency })
      .execute();
  }
  await work.db
    .updateTable('billing.bank_lines')
    .set({ assigned_minor: line.assignedMinor + totalMinor })
    .where('id', '=', lineId)
    .execute();
  await audit(work, 'bank_line.assigned', [lineId, ...ordered.map(({ customerId }) => customerId)], {
    bank: line.bank,
    bankRef: line.bankRef,
    amountMinor: totalMinor.toString(),
    currency: line.currency,
  });
  return viewOfLine(work.db, lineId);
}

/** Payments that were linked by hand have a name from elsewhere. */
async function countRecorded(db: Db, lineId: string): Promise<number> {
  const { count } = await db
    .selectFrom('billing.bank_line_payments')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('line_id', '=', lineId)
    .where('is_linked', '=', false)
    .executeTakeFirstOrThrow();
  return count;
}

/** A payment of a line was undone: that much of the line waits again. Nothing for payments of no line. */
export async function releaseLine(work: Work, paymentId: string, amountMinor: bigint): Promise<void> {
  await work.db
    .updateTable('billing.bank_lines')
    .set((e) => ({ assigned_minor: e('assigned_minor', '-', amountMinor) }))
    .where('id', 'in', (e) =>
      e.selectFrom('billing.bank_line_payments').select('line_id').where('payment_id', '=', paymentId),
    )
    .execute();
}

export async function setLineAside(work: Work, lineId: string, reason: string): Promise<BankLineView> {
  const line = await lockWaitingLine(work, lineId);
  if (line.assignedMinor > 0n)
    throw new DomainError(
      'bank_line_not_waiting',
      { lineId, state: 'waiting' },
      'a part of this line is a payment already',
    );
  await work.db
    .updateTable('billing.bank_lines')
    .set({ set_aside_at: work.now, set_aside_by: work.actor.name, set_aside_reason: reason })
    .where('id', '=', lineId)
    .execute();
  await audit(work, 'bank_line.set_aside', [lineId], { bank: line.bank, bankRef: line.bankRef, reason });
  work.announce('invoice', '*');
  return viewOfLine(work.db, lineId);
}

export async function takeLineBack(work: Work, lineId: string): Promise<BankLineView> {
  const line = await lockLine(work, lineId);
  const state = stateOf(line);
  if (state !== 'set_aside')
    throw new DomainError('bank_line_not_set_aside', { lineId, state }, 'this line was not set aside');
  await work.db
    .updateTable('billing.bank_lines')
    .set({ set_aside_at: null, set_aside_by: null, set_aside_reason: null })
    .where('id', '=', lineId)
    .execute();
  await audit(work, 'bank_line.taken_back', [lineId], { bank: line.bank, bankRef: line.bankRef });
  work.announce('invoice', '*');
  return viewOfLine(work.db, lineId);
}

// What is done within one answer; whoever asked asks again for the rest.
const batchSize = 100;

/**
 * Records a payment of each waiting line whose customer and amount are certain. Each is a transaction of its own: whoever is
 * stopped in between goes on later with the rest.
 */
export async function assignCertainLines(
  database: Database,
  actor: Actor,
  after: string | undefined,
): Promise<{ assignedCount: number; lookedAtCount: number; next: string | null }> {
  const { db } = database;
  const key = keyOf(after, 'uuid');
  const rows = await selectLines(db)
    .where(isWaiting)
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`line.id > ${key?.[0]}::uuid`))
    .orderBy('line.id')
    .limit(batchSize)
    .execute();
  let assignedCount = 0;
  for (const { id } of rows) {
    const isAssigned = await inTransaction(database, actor, (work) => assignIfCertain(work, id));
    if (isAssigned) assignedCount += 1;
  }
  const last = rows.at(-1);
  return {
    assignedCount,
    lookedAtCount: rows.length,
    next: last && rows.length === batchSize ? cursorOf(last.id) : null,
  };
}

/** Judged again under the lock: an invoice that the line before has paid is not paid by this one, too. */
export async function assignIfCertain(work: Work, lineId: string): Promise<boolean> {
  const line = await lockLine(work, lineId);
  const [best] = (await suggestWaiting(work.db, [line])).get(lineId) ?? [];
  if (best?.confidence !== 'certain') return false;
  const { customerId, invoices } = best;
  await assignLine(work, lineId, [
    {
      customerId,
      amountMinor: restOf(line),
      ...(invoices.length > 0 ? { invoiceIds: invoices.map(({ id }) => id) } : {}),
    },
  ]);
  return true;
}
