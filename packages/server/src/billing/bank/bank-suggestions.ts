// Who is named by lines of a bank statement: looked up for many lines with a handful of queries, judged by the rules.
import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import {
  type Candidate,
  namesOf,
  type OpenItem,
  type Suggestion,
  signsIn,
  suggestionsFor,
} from './bank-match-rules.ts';

export type LineToMatch = {
  /** undefined: not kept yet. */
  id?: string | undefined;
  bookedOn: Temporal.PlainDate;
  amountMinor: bigint;
  currency: string;
  payer: string;
  reference: string;
};

type By = 'invoice_number' | 'customer_number' | 'account_name' | 'payer_name';
type Naming = { customerId: string; by: By; invoiceId?: string };

// More than these of one name say nothing.
const mostOfOneName = 5;

/** For each line in the same order: who it may be of, the best first. */
export async function suggestForLines(db: Db, lines: readonly LineToMatch[]): Promise<Suggestion[][]> {
  if (lines.length === 0) return [];
  const read = lines.map((line) => ({
    line,
    ...signsIn(`${line.reference} ${line.payer}`),
    names: namesOf(line.payer),
  }));
  const words = [...new Set(read.flatMap((one) => one.words))];
  const numbers = [...new Set(read.flatMap((one) => one.customerNumbers))];
  const names = [...new Set(read.flatMap((one) => one.names))];
  const byWord = await findByWords(db, words);
  const byNumber = await findByNumbers(db, numbers);
  const byName = await findByNames(db, names);
  const namings = read.map((one) => [
    ...one.words.flatMap((word) => byWord.get(word.toLowerCase()) ?? []),
    ...one.customerNumbers.flatMap((number) => byNumber.get(number) ?? []),
    ...one.names.flatMap((name) => byName.get(name) ?? []),
  ]);
  const people = await readPeople(db, [...new Set(namings.flat().map(({ customerId }) => customerId))]);
  const recorded = await findRecorded(db, lines, [...people.keys()]);
  return lines.map((line, index) =>
    suggestionsFor(line.amountMinor, candidatesOf(line, namings[index] ?? [], people, recorded)).slice(
      0,
      mostOfOneName,
    ),
  );
}

function groupedBy<K, R extends { key: K }>(rows: readonly R[]): Map<K, R[]> {
  return Map.groupBy(rows, ({ key }) => key);
}

async function findByWords(db: Db, words: readonly string[]): Promise<Map<string, Naming[]>> {
  const spelt = [...new Set(words.flatMap((word) => [word, word.toUpperCase()]))];
  const { rows } = await sql<Naming & { key: string }>`
    select lower(number) as key, customer_id as "customerId", 'invoice_number' as by, id as "invoiceId"
    from billing.invoices where number = any(${spelt}) and status <> 'draft'
    union all
    select lower(name), customer_id, 'account_name', null from provisioning.accounts
    where lower(name) = any(${words.map((word) => word.toLowerCase()).filter((word) => word.length > 2)})
      and removed_at is null and customer_id is not null`.execute(db);
  return groupedBy(rows);
}

async function findByNumbers(db: Db, numbers: readonly number[]): Promise<Map<number, Naming[]>> {
  const { rows } = await sql<Naming & { key: number }>`
    select number as key, id as "customerId", 'customer_number' as by from customers.customers
    where number = any(${numbers}::integer[]) and removed_at is null`.execute(db);
  return groupedBy(rows);
}

async function findByNames(db: Db, names: readonly string[]): Promise<Map<string, Naming[]>> {
  const { rows } = await sql<Naming & { key: string }>`
    select wanted.name as key, found.id as "customerId", 'payer_name' as by
    from unnest(${names}::text[]) as wanted (name)
    cross join lateral (select id from customers.customers
      where sort_name = customers.plain(wanted.name) collate "C" and removed_at is null limit ${mostOfOneName}) found`.execute(
    db,
  );
  return groupedBy(rows);
}

type Person = { number: number; name: string; open: (OpenItem & { currency: string })[] };

// Nobody has that many unpaid invoices; the oldest count.
const mostOpen = 50;

async function readPeople(db: Db, ids: readonly string[]): Promise<Map<string, Person>> {
  const { rows } = await sql<
    { id: string; customerNumber: number; name: string; invoiceId: string | null } & OpenItem & { currency: string }
  >`
    select customer.id, customer.number::integer as "customerNumber", customer.name, open.id as "invoiceId", open.number, open.balance_minor as "balanceMinor", open.currency
    from customers.customers customer
    left join lateral (select id, number, balance_minor, currency, due_on from billing.invoices
      where customer_id = customer.id and status = 'open' and balance_minor > 0 order by due_on, id limit ${mostOpen}) open on true
    where customer.id = any(${ids}::uuid[]) order by open.due_on, open.id`.execute(db);
  const people = new Map<string, Person>();
  for (const { id, customerNumber, name, invoiceId, number, balanceMinor, currency } of rows) {
    const person = people.get(id) ?? { number: customerNumber, name, open: [] };
    if (invoiceId) person.open.push({ id: invoiceId, number, balanceMinor, currency });
    people.set(id, person);
  }
  return people;
}

// A hand records a transfer some days before or after the bank books it.
const daysApart = 5;

/** Customers of whom a transfer of the same amount stands in the books that is of no line. */
async function findRecorded(db: Db, lines: readonly LineToMatch[], ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ customerId: string; amountMinor: bigint; receivedOn: Temporal.PlainDate }>`
    select payment.customer_id as "customerId", payment.amount_minor as "amountMinor", payment.received_on as "receivedOn"
    from billing.payments payment
    where payment.customer_id = any(${ids}::uuid[]) and payment.method <> 'cash' and payment.reversed_at is null
      and payment.amount_minor = any(${lines.map(({ amountMinor }) => amountMinor)}::bigint[])
      and not exists (select from billing.bank_line_payments link where link.payment_id = payment.id)
    order by payment.id desc limit 5000`.execute(db);
  return new Set(
    lines.flatMap(({ bookedOn, amountMinor }) =>
      rows
        .filter((row) => row.amountMinor === amountMinor && Math.abs(row.receivedOn.since(bookedOn).days) <= daysApart)
        .map(({ customerId }) => recordedKey(customerId, amountMinor, bookedOn)),
    ),
  );
}

type RecordedLike = {
  id: string;
  receiptNumber: string;
  customerName: string;
  customerNumber: number;
  amountMinor: bigint;
  receivedOn: Temporal.PlainDate;
};

// More payments of one amount in these days say nothing.
const mostRecorded = 3;

/** For each line: payments of just its amount, recorded by hand in these days, first of those whom it may be of. */
export async function findRecordedLike(
  db: Db,
  lines: readonly (LineToMatch & { id: string; customerIds: readonly string[] })[],
): Promise<Map<string, RecordedLike[]>> {
  const { rows } = await sql<RecordedLike & { lineId: string }>`
    select line.id as "lineId", payment.id, payment.receipt_number as "receiptNumber",
      customer.name as "customerName", customer.number as "customerNumber", payment.amount_minor as "amountMinor",
      payment.received_on as "receivedOn"
    from unnest(${lines.map(({ id }) => id)}::uuid[], ${lines.map(({ amountMinor }) => amountMinor)}::bigint[],
      ${lines.map(({ currency }) => currency)}::text[], ${lines.map(({ bookedOn }) => bookedOn)}::date[],
      ${lines.map(({ customerIds }) => String(customerIds))}::text[])
      as line (id, amount_minor, currency, booked_on, customer_ids)
    cross join lateral (select id, receipt_number, amount_minor, received_on, customer_id from billing.payments
      where amount_minor = line.amount_minor and received_on between line.booked_on - ${daysApart}::integer and line.booked_on + ${daysApart}::integer
        and method <> 'cash' and reversed_at is null and currency = line.currency
        and not exists (select from billing.bank_line_payments link where link.payment_id = payments.id)
      order by position(customer_id::text in line.customer_ids) > 0 desc, received_on desc, id desc
      limit ${mostRecorded}) payment
    join customers.customers customer on customer.id = payment.customer_id`.execute(db);
  return new Map(
    [...Map.groupBy(rows, ({ lineId }) => lineId)].map(([lineId, found]) => [
      lineId,
      found.map(({ lineId: _, ...payment }) => payment),
    ]),
  );
}

function recordedKey(customerId: string, amountMinor: bigint, bookedOn: Temporal.PlainDate): string {
  return `${customerId} ${amountMinor} ${bookedOn}`;
}

function candidatesOf(
  { currency, amountMinor, bookedOn }: LineToMatch,
  namings: readonly Naming[],
  people: ReadonlyMap<string, Person>,
  recorded: ReadonlySet<string>,
): Candidate[] {
  return [...Map.groupBy(namings, ({ customerId }) => customerId)].flatMap(([customerId, own]) => {
    const person = people.get(customerId);
    if (!person) return [];
    const open = person.open.filter((item) => item.currency === currency);
    const namedIds = new Set(own.map(({ invoiceId }) => invoiceId));
    return [
      {
        customerId,
        customerNumber: person.number,
        customerName: person.name,
        by: new Set(own.map(({ by }) => by)),
        named: open.filter(({ id }) => namedIds.has(id)),
        open,
        isRecorded: recorded.has(recordedKey(customerId, amountMinor, bookedOn)),
      },
    ];
  });
}
