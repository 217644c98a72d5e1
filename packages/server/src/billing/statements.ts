// What a customer was charged and paid, with the balance after each. It is read from the ledger, so it cannot differ from the books.
import type { Readable } from 'node:stream';
import type { Statement } from '@lastmile/contract/payments.ts';
import { sql } from 'kysely';
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
  const openingMinor = await sumBefore(db, customerId, currency, from);
  const rows = await listMovements(db, { customerId, currency, from, to });
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

/** What he owes and what he has with us are two accounts of the ledger: together they are his balance. */
const ownAccounts = (customerId: string, currency: string) => sql`
  select id from ledger.accounts
  where customer_id = ${customerId} and currency = ${currency} and kind in ('receivable', 'customer_credit')`;

async function sumBefore(db: Db, customerId: string, currency: string, day: Temporal.PlainDate): Promise<bigint> {
  const own = ownAccounts(customerId, currency);
  const { rows } = await sql<{ total: bigint }>`
    with own as materialized (${own})
    select (coalesce((select sum(amount_minor) from ledger.postings posting join ledger.journals journal on journal.id = posting.journal_id
                      where posting.debit_id in (select id from own) and journal.posted_on < ${day}), 0)
          - coalesce((select sum(amount_minor) from ledger.postings posting join ledger.journals journal on journal.id = posting.journal_id
                      where posting.credit_id in (select id from own) and journal.posted_on < ${day}), 0))::bigint as total`.execute(
    db,
  );
  return rows[0]?.total ?? 0n;
}

type Span = { customerId: string; currency: string; from: Temporal.PlainDate; to: Temporal.PlainDate };
type Movement = Omit<StatementEntry, 'kind' | 'balanceMinor'> & { kind: string };

/** One row for each journal; what only moved from his credit to his debt is none. */
async function listMovements(db: Db, { customerId, currency, from, to }: Span): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    with own as materialized (${ownAccounts(customerId, currency)}),
    moved as (
      select journal_id, amount_minor as charge, 0::bigint as credit from ledger.postings
      where debit_id in (select id from own) and credit_id not in (select id from own)
      union all
      select journal_id, 0, amount_minor from ledger.postings
      where credit_id in (select id from own) and debit_id not in (select id from own)
    )
    select journal.posted_on as "on", journal.kind, journal.ref_id as "refId",
           coalesce(invoice.number, note.number, payment.receipt_number, '') as reference,
           sum(moved.charge)::bigint as "chargeMinor", sum(moved.credit)::bigint as "creditMinor"
    from moved
    join ledger.journals journal on journal.id = moved.journal_id
    left join billing.invoices invoice on invoice.id = journal.ref_id
    left join billing.credit_notes note on note.id = journal.ref_id
    left join billing.refunds refund on refund.id = journal.ref_id
    left join billing.payments payment on payment.id = coalesce(refund.payment_id, journal.ref_id)
    where journal.posted_on between ${from} and ${to}
    group by journal.id, invoice.number, note.number, payment.receipt_number
    order by journal.posted_on, journal.created_at, journal.id
    limit ${mostEntries + 1}`.execute(db);
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
