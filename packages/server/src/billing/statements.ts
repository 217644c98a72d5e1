// What a customer was charged and paid, with the balance after each. It is read from the ledger, so it cannot differ from the books.
import type { Readable } from 'node:stream';
import type { Statement } from '@lastmile/contract/payments.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { getPerson } from '#customers/customers.ts';
import { csvStream } from '#platform/csv.ts';
import { isBefore } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { formatMoney } from '#platform/money.ts';
import { getSettings } from '#settings/provider.ts';
import { getToday } from './invoices.ts';

export type StatementView = z.output<typeof Statement>;
export type StatementEntry = StatementView['entries'][number];

export type StatementQuery = {
  from?: Temporal.PlainDate | undefined;
  to?: Temporal.PlainDate | undefined;
  currency?: string | undefined;
};

const kindOf: Record<string, StatementEntry['kind']> = {
  invoice: 'invoice',
  payment: 'payment',
  credit_note: 'credit_note',
  refund: 'refund',
  payment_reversal: 'reversal',
  invoice_void: 'void',
  write_off: 'write_off',
};

// Some years of a customer who pays every day; more is asked for by shorter spans.
const mostEntries = 2000;

export async function getStatement(
  db: Db,
  customerId: string,
  query: StatementQuery,
  { now, scope }: { now: Temporal.Instant; scope: Scope },
): Promise<StatementView> {
  const { name } = await getPerson(db, customerId, scope);
  const currency = query.currency ?? (await getSettings(db)).currency;
  const to = query.to ?? (await getToday(db, now));
  const from = query.from ?? to.subtract({ years: 1 });
  if (isBefore(to, from)) throw fieldError('invalid_input', 'from', 'must not be after the last day');
  const own = await listOwnAccounts(db, customerId, currency);
  const openingMinor = await sumBefore(db, own, from);
  const rows = await listMovements(db, { own, from, to });
  let balanceMinor = openingMinor;
  const entries = rows.slice(0, mostEntries).map(({ kind, ...row }) => {
    balanceMinor += row.chargeMinor - row.creditMinor;
    return { ...row, kind: kindOf[kind] ?? 'other', balanceMinor };
  });
  return {
    customerId,
    customerName: name,
    currency,
    from,
    to,
    openingMinor,
    entries,
    closingMinor: balanceMinor,
    isCut: rows.length > mostEntries,
  };
}

/**
 * What he owes and what he has with us are two accounts of the ledger: together they are his balance. They are read first, for
 * with their numbers before it the planner knows that they are not those of the house, in which everybody's postings are.
 */
async function listOwnAccounts(db: Db, customerId: string, currency: string): Promise<bigint[]> {
  const rows = await db
    .selectFrom('ledger.accounts')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('currency', '=', currency)
    .where('kind', 'in', ['receivable', 'customer_credit'])
    .execute();
  return rows.map(({ id }) => id);
}

/** The journals of postings, each looked up by itself: the planner would rather read all of them. */
const journalOf = (posting: string, days: RawBuilder<unknown>) => sql`
  cross join lateral (select * from ledger.journals where id = ${sql.ref(posting)}.journal_id and posted_on ${days} offset 0) journal`;

async function sumBefore(db: Db, own: readonly bigint[], day: Temporal.PlainDate): Promise<bigint> {
  const sumOf = (side: 'debit_id' | 'credit_id') => sql`(
    select coalesce(sum(posting.amount_minor), 0) from ledger.postings posting ${journalOf('posting', sql`< ${day}`)}
    where posting.${sql.ref(side)} = any(${own}::bigint[]))`;
  const { rows } = await sql<{ total: bigint }>`
    select (${sumOf('debit_id')} - ${sumOf('credit_id')})::bigint as total`.execute(db);
  return rows[0]?.total ?? 0n;
}

type Span = { own: readonly bigint[]; from: Temporal.PlainDate; to: Temporal.PlainDate };
type Movement = Omit<StatementEntry, 'kind' | 'balanceMinor'> & { kind: string };

/** One row for each journal; what only moved from his credit to his debt is none. What they are about is read of those alone. */
async function listMovements(db: Db, { own, from, to }: Span): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    with moved as (
      select journal_id, amount_minor as charge, 0::bigint as credit from ledger.postings
      where debit_id = any(${own}::bigint[]) and credit_id <> all(${own}::bigint[])
      union all
      select journal_id, 0, amount_minor from ledger.postings
      where credit_id = any(${own}::bigint[]) and debit_id <> all(${own}::bigint[])
    ),
    shown as (
      select journal.id, journal.posted_on, journal.created_at, journal.kind, journal.ref_id, sum(moved.charge) as charge,
        sum(moved.credit) as credit
      from moved ${journalOf('moved', sql`between ${from} and ${to}`)}
      group by journal.id, journal.posted_on, journal.created_at, journal.kind, journal.ref_id
      order by journal.posted_on, journal.created_at, journal.id limit ${mostEntries + 1}
    )
    select shown.posted_on as "on", shown.kind, shown.ref_id as "refId",
      coalesce(
        (select number from billing.invoices where id = shown.ref_id),
        (select number from billing.credit_notes where id = shown.ref_id),
        (select receipt_number from billing.payments
          where id = coalesce((select payment_id from billing.refunds where id = shown.ref_id), shown.ref_id)),
        '') as reference,
      shown.charge::bigint as "chargeMinor", shown.credit::bigint as "creditMinor"
    from shown order by shown.posted_on, shown.created_at, shown.id`.execute(db);
  return rows;
}

/** For a spreadsheet: the balance before as the first row, then each entry. */
export function statementCsv({ entries, from, openingMinor, currency }: StatementView): Readable {
  const opening = {
    on: from,
    kind: 'opening',
    reference: '',
    chargeMinor: 0n,
    creditMinor: 0n,
    balanceMinor: openingMinor,
  };
  const amount = (minor: bigint) => formatMoney(minor, currency);
  return csvStream(
    {
      day: (row: Omit<StatementEntry, 'kind' | 'refId'> & { kind: string }) => row.on.toString(),
      kind: ({ kind }) => kind,
      reference: ({ reference }) => reference,
      charged: ({ chargeMinor }) => amount(chargeMinor),
      paid: ({ creditMinor }) => amount(creditMinor),
      balance: ({ balanceMinor }) => amount(balanceMinor),
      currency: () => currency,
    },
    rowsOf([opening, ...entries]),
  );
}

async function* rowsOf<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
