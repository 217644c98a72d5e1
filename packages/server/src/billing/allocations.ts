// What a customer's money settles. All of it goes through his credit first, so that the books say where it came from; whoever
// changes anything here has locked the customer.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { postJournal, type Transfer } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { smallerOf, sumMinor } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { announceInvoice } from './invoices.ts';
import { statusOfSettlement } from './rules/invoice-state-rules.ts';
import { type Allocation, allocateOldestFirst, type OpenInvoice } from './rules/payment-rules.ts';
import { useWallets } from './rules/wallet-rules.ts';

export type Source = { paymentId: string } | { creditNoteId: string };

/** Credit that is there to be used: what is left of a payment or of a credit note. */
export type Credit = { source: Source; currency: string; leftMinor: bigint };

export type PayableInvoice = OpenInvoice & { id: string; number: string; status: string };

// Nobody has that many; the oldest are settled first, and the rest the next time.
const mostInvoices = 1000;

/** The open invoices of a customer in a currency, locked. */
export async function lockPayableInvoices(
  work: Work,
  customerId: string,
  currency: string,
  ids?: readonly string[],
): Promise<PayableInvoice[]> {
  return selectPayable(work.db, customerId, currency, ids).forUpdate('invoice').execute();
}

/** As they stand now, without a lock: for previews. */
export async function listPayableInvoices(db: Db, customerId: string, currency: string): Promise<PayableInvoice[]> {
  return selectPayable(db, customerId, currency).execute();
}

function selectPayable(db: Db, customerId: string, currency: string, ids?: readonly string[]) {
  return db
    .selectFrom('billing.invoices as invoice')
    .select([
      'invoice.id',
      sql<string>`coalesce(invoice.number, '')`.as('number'),
      'invoice.status',
      sql<bigint>`coalesce(invoice.series_no, 0)`.as('no'),
      sql<Temporal.PlainDate>`coalesce(invoice.issued_on, invoice.due_on)`.as('issuedOn'),
      'invoice.due_on as dueOn',
      'invoice.balance_minor as balanceMinor',
      // Services before fees: what of the balance is late fees (R-PAY-5).
      sql<bigint>`least(invoice.balance_minor, (
        select coalesce(sum(line.net_minor + line.tax_minor), 0) from billing.invoice_lines line
        where line.invoice_id = invoice.id and line.kind = 'late_fee'))::bigint`.as('feesMinor'),
    ])
    .where('invoice.customer_id', '=', customerId)
    .where('invoice.currency', '=', currency)
    .where('invoice.status', 'in', ids ? ['open', 'uncollectible'] : ['open'])
    .$if(ids !== undefined, (q) => q.where('invoice.id', 'in', [...(ids ?? [])]))
    .orderBy('invoice.due_on')
    .orderBy('invoice.id')
    .limit(mostInvoices);
}

/** Settles invoices with credit, and answers how the books say it. */
export async function settleInvoices(
  work: Work,
  customerId: string,
  credits: readonly Credit[],
  parts: readonly Allocation<PayableInvoice>[],
): Promise<Transfer[]> {
  for (const { invoice, amountMinor } of parts) {
    const isSettled = statusOfSettlement(invoice.balanceMinor, amountMinor) === 'paid';
    await work.db
      .updateTable('billing.invoices')
      .set((e) => ({
        settled_minor: e('settled_minor', '+', amountMinor),
        status: isSettled ? 'paid' : invoice.status,
      }))
      .where('id', '=', invoice.id)
      .execute();
    announceInvoice(work, invoice.id, customerId);
  }
  for (const { credit, invoice, amountMinor } of drawnFrom(credits, parts)) {
    await insertAllocation(work, credit, invoice, amountMinor);
    if ('paymentId' in credit.source) await countAllocated(work, credit.source.paymentId, amountMinor);
  }
  return parts.map(({ invoice, amountMinor }) => ({
    debit: { kind: 'customer_credit', customerId },
    credit: invoice.status === 'uncollectible' ? { kind: 'bad_debt' } : { kind: 'receivable', customerId },
    amountMinor,
  }));
}

type Drawn = { credit: Credit; invoice: PayableInvoice; amountMinor: bigint };

/** Each credit in turn, as wallets are used, until the invoices have what they get. */
function drawnFrom(credits: readonly Credit[], parts: readonly Allocation<PayableInvoice>[]): Drawn[] {
  const left = credits.map((credit, priority) => ({
    credit,
    name: String(priority),
    priority,
    balanceMinor: credit.leftMinor,
  }));
  return parts.flatMap(({ invoice, amountMinor }) => {
    const { uses, balanceMinor } = useWallets(left, amountMinor);
    if (balanceMinor > 0n) throw new RangeError(`invoice ${invoice.id} would get more than there is`);
    return uses.map(({ wallet, usedMinor, leftMinor }) => {
      const own = left[wallet.priority]!;
      own.balanceMinor = leftMinor;
      return { credit: own.credit, invoice, amountMinor: usedMinor };
    });
  });
}

async function insertAllocation(
  work: Work,
  credit: Credit,
  invoice: PayableInvoice,
  amountMinor: bigint,
): Promise<void> {
  const { source, currency } = credit;
  await work.db
    .insertInto('billing.allocations')
    .values({
      payment_id: 'paymentId' in source ? source.paymentId : null,
      credit_note_id: 'creditNoteId' in source ? source.creditNoteId : null,
      invoice_id: invoice.id,
      currency,
      amount_minor: amountMinor,
      is_recovery: invoice.status === 'uncollectible',
      created_at: work.now,
    })
    .execute();
}

async function countAllocated(work: Work, paymentId: string, amountMinor: bigint): Promise<void> {
  await work.db
    .updateTable('billing.payments')
    .set((e) => ({ allocated_minor: e('allocated_minor', '+', amountMinor) }))
    .where('id', '=', paymentId)
    .execute();
}

/** What a customer has with us: payments first, the oldest of them first, then credit notes. */
export async function listCredits(db: Db, customerId: string): Promise<Credit[]> {
  const payments = await db
    .selectFrom('billing.payments')
    .select(['id', 'currency', sql<bigint>`amount_minor - allocated_minor - refunded_minor`.as('leftMinor')])
    .where('customer_id', '=', customerId)
    .where('reversed_at', 'is', null)
    .where(sql<SqlBool>`amount_minor > allocated_minor + refunded_minor`)
    .orderBy('id')
    .limit(mostInvoices)
    .execute();
  const { rows: notes } = await sql<{ id: string; currency: string; leftMinor: bigint }>`
    select id, currency, "leftMinor"::bigint from (
      select note.id, note.currency, note.amount_minor - note.applied_minor
        - coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
        - coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0) as "leftMinor"
      from billing.credit_notes note
      where note.customer_id = ${customerId} and note.amount_minor > note.applied_minor) notes
    where "leftMinor" > 0 order by id limit ${mostInvoices}`.execute(db);
  return [
    ...payments.map(({ id, ...rest }) => ({ ...rest, source: { paymentId: id } })),
    ...notes.map(({ id, ...rest }) => ({ ...rest, source: { creditNoteId: id } })),
  ];
}

/** What `listCredits` lists in one currency, added up, for many customers at once. */
export function creditSql(customerId: RawBuilder<unknown>, currency: string): RawBuilder<bigint> {
  return sql`(coalesce((select sum(payment.amount_minor - payment.allocated_minor - payment.refunded_minor) from billing.payments payment
      where payment.customer_id = ${customerId} and payment.currency = ${currency} and payment.reversed_at is null
        and payment.amount_minor > payment.allocated_minor + payment.refunded_minor), 0)
    + coalesce((select sum(note.amount_minor - note.applied_minor
        - coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
        - coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0)) from billing.credit_notes note
      where note.customer_id = ${customerId} and note.currency = ${currency} and note.amount_minor > note.applied_minor), 0))`;
}

export type CreditSum = { currency: string; amountMinor: bigint };

export async function sumCredits(db: Db, customerId: string): Promise<CreditSum[]> {
  const byCurrency = Map.groupBy(await listCredits(db, customerId), ({ currency }) => currency);
  return [...byCurrency].map(([currency, credits]) => ({
    currency,
    amountMinor: sumMinor(credits.map(({ leftMinor }) => leftMinor)),
  }));
}

/** Credit pays what is open, the oldest first (R-PAY-3). The customer is locked. Answers whether it paid anything. */
export async function applyCredit(work: Work, customerId: string): Promise<boolean> {
  const credits = await listCredits(work.db, customerId);
  let hasPaid = false;
  for (const [currency, own] of Map.groupBy(credits, (credit) => credit.currency)) {
    const invoices = await lockPayableInvoices(work, customerId, currency);
    const amountMinor = sumMinor(own.map(({ leftMinor }) => leftMinor));
    const { allocations } = allocateOldestFirst(amountMinor, invoices);
    if (allocations.length === 0) continue;
    const transfers = await settleInvoices(work, customerId, own, allocations);
    const { timeZone } = await getSettings(work.db);
    const refId = newId();
    await postJournal(work, {
      kind: 'allocation',
      refId,
      postedOn: localDate(work.now, timeZone),
      currency,
      transfers,
    });
    await audit(work, 'credit.applied', [customerId, ...allocations.map(({ invoice }) => invoice.id)], {
      amountMinor: sumMinor(allocations.map((part) => part.amountMinor)).toString(),
      currency,
      invoices: allocations.map(({ invoice }) => invoice.number),
    });
    hasPaid = true;
  }
  return hasPaid;
}

/** The same for those of many who have any; answers who paid. */
export async function applyCredits(work: Work, customerIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select customer_id as id from billing.payments
    where customer_id = any(${customerIds}::uuid[]) and reversed_at is null and amount_minor > allocated_minor + refunded_minor
    union select customer_id from billing.credit_notes where customer_id = any(${customerIds}::uuid[]) and amount_minor > applied_minor
    order by id`.execute(work.db);
  const paid: string[] = [];
  for (const { id } of rows) if (await applyCredit(work, id)) paid.push(id);
  return paid;
}

/** Customers who have credit and owe something in its currency, after a given one. */
export async function listCustomersWithUnusedCredit(
  db: Db,
  _now: Temporal.Instant,
  after = '00000000-0000-0000-0000-000000000000',
  limit = 1000,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select customer.id, customer.name from customers.customers customer
    where customer.id > ${after}::uuid and customer.id in (
        select payment.customer_id from billing.payments payment
        where payment.reversed_at is null and payment.amount_minor > payment.allocated_minor + payment.refunded_minor
          and exists (select from billing.invoices invoice where invoice.customer_id = payment.customer_id
            and invoice.status = 'open' and invoice.currency = payment.currency)
        union
        select note.customer_id from billing.credit_notes note
        where note.amount_minor - note.applied_minor
            > coalesce((select sum(amount_minor) from billing.allocations where credit_note_id = note.id), 0)
            + coalesce((select sum(amount_minor) from billing.refunds where credit_note_id = note.id), 0)
          and exists (select from billing.invoices invoice where invoice.customer_id = note.customer_id
            and invoice.status = 'open' and invoice.currency = note.currency))
    order by customer.id limit ${limit}`.execute(db);
  return rows;
}

/**
 * Takes back what a payment settled, the last first, up to an amount: those invoices are open again (R-REF-1), or stay given up.
 * Answers how the books say it.
 */
export async function releaseAllocations(
  work: Work,
  customerId: string,
  paymentId: string,
  upToMinor: bigint,
): Promise<Transfer[]> {
  const rows = await work.db
    .selectFrom('billing.allocations as allocation')
    .select([
      'allocation.id',
      'invoice_id as invoiceId',
      'currency',
      'amount_minor as amountMinor',
      'is_recovery as isRecovery',
    ])
    .where('payment_id', '=', paymentId)
    .where('reverses', 'is', null)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('billing.allocations as undone')
            .select('undone.id')
            .whereRef('undone.reverses', '=', 'allocation.id'),
        ),
      ),
    )
    .orderBy('allocation.id', 'desc')
    .execute();
  const transfers: Transfer[] = [];
  let left = upToMinor;
  for (const row of rows) {
    if (left <= 0n) break;
    const takenMinor = smallerOf(left, row.amountMinor);
    left -= takenMinor;
    const status = await releaseOne(work, paymentId, row, takenMinor);
    announceInvoice(work, row.invoiceId, customerId);
    transfers.push({
      debit: status === 'uncollectible' ? { kind: 'bad_debt' } : { kind: 'receivable', customerId },
      credit: { kind: 'customer_credit', customerId },
      amountMinor: takenMinor,
    });
  }
  return transfers;
}

type AllocationRow = { id: bigint; invoiceId: string; currency: string; amountMinor: bigint; isRecovery: boolean };

/** The whole row is reversed; what of it stays is written again. Answers what its invoice is now. */
async function releaseOne(
  work: Work,
  paymentId: string,
  row: AllocationRow,
  takenMinor: bigint,
): Promise<'open' | 'uncollectible'> {
  const common = {
    payment_id: paymentId,
    invoice_id: row.invoiceId,
    currency: row.currency,
    is_recovery: row.isRecovery,
    created_at: work.now,
  };
  const staysMinor = row.amountMinor - takenMinor;
  await work.db
    .insertInto('billing.allocations')
    .values([
      { ...common, amount_minor: -row.amountMinor, reverses: row.id },
      ...(staysMinor > 0n ? [{ ...common, amount_minor: staysMinor, reverses: null }] : []),
    ])
    .execute();
  await countAllocated(work, paymentId, -takenMinor);
  const status = await statusAfterRelease(work, row);
  await work.db
    .updateTable('billing.invoices')
    .set((e) => ({ settled_minor: e('settled_minor', '-', takenMinor), status }))
    .where('id', '=', row.invoiceId)
    .execute();
  return status;
}

/**
 * The whole balance of an invoice is owed, or the whole of it is given up: what is released joins the rest. Only where nothing was
 * left does it go back to where the payment took it from.
 */
async function statusAfterRelease(work: Work, row: AllocationRow): Promise<'open' | 'uncollectible'> {
  const { status } = await work.db
    .selectFrom('billing.invoices')
    .select('status')
    .where('id', '=', row.invoiceId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (status === 'open' || status === 'uncollectible') return status;
  return row.isRecovery ? 'uncollectible' : 'open';
}
