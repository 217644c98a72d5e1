// The journal: what was booked, with both sides of each transfer and the document behind it.
import type { Journal } from '@lastmile/contract/books.ts';
import { type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { selectByReceipt } from '#billing/payments.ts';
import type { Db } from '#platform/db.ts';
import { sumMinor } from '#platform/money.ts';
import { cursorOf, keyOf, likePattern, type Page, type PageRequest } from '#platform/paging.ts';

export type JournalView = z.output<typeof Journal>;

export type JournalQuery = PageRequest & {
  from?: Temporal.PlainDate | undefined;
  to?: Temporal.PlainDate | undefined;
  kind?: string | undefined;
  accountId?: string | undefined;
  customerId?: string | undefined;
  search?: string | undefined;
};

type Row = Omit<JournalView, 'postings' | 'source' | 'amountMinor' | 'currency'> & {
  invoiceId: string | null;
  paymentId: string | null;
};

export async function listJournals(db: Db, query: JournalQuery): Promise<Page<JournalView>> {
  const key = keyOf(query.after, 'text', 'uuid');
  const conditions = [
    ...(query.from ? [sql`journal.posted_on >= ${query.from}`] : []),
    ...(query.to ? [sql`journal.posted_on <= ${query.to}`] : []),
    ...(query.kind ? [sql`journal.kind = ${query.kind}`] : []),
    ...(query.accountId ? [touches(sql`select ${query.accountId}::bigint`)] : []),
    ...(query.customerId ? [touches(sql`select id from ledger.accounts where customer_id = ${query.customerId}`)] : []),
    ...(query.search?.trim() ? [isAbout(query.search)] : []),
    ...(key ? [sql`(journal.posted_on, journal.id) < (${dayOf(key[0]!)}::date, ${key[1]}::uuid)`] : []),
  ];
  const { rows } = await sql<Row>`
    select journal.id, journal.posted_on as "postedOn", journal.kind, journal.ref_id as "refId",
      coalesce(invoice.number, note.number, payment.receipt_number) as reference,
      coalesce(invoice.id, note.invoice_id) as "invoiceId", payment.id as "paymentId"
    from (
      select * from ledger.journals journal
      ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}
      order by journal.posted_on desc, journal.id desc limit ${query.limit + 1}
    ) journal
    left join billing.invoices invoice on invoice.id = journal.ref_id
    left join billing.credit_notes note on note.id = journal.ref_id
    left join billing.refunds refund on refund.id = journal.ref_id
    left join billing.payments payment on payment.id = coalesce(refund.payment_id, journal.ref_id)
    order by journal.posted_on desc, journal.id desc`.execute(db);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const postings = await postingsOf(
    db,
    shown.map(({ id }) => id),
  );
  return {
    items: shown.map((row) => viewOf(row, postings.get(row.id) ?? [])),
    next: rows.length > query.limit && last ? cursorOf(last.postedOn.toString(), last.id) : null,
  };
}

/** A key that was made by hand is no day: then there is nothing before it. */
function dayOf(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return Temporal.PlainDate.from('0001-01-01');
  }
}

/** A journal that moves one of some accounts. Each side has its own index. */
function touches(accounts: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`journal.id in (
    select journal_id from ledger.postings where debit_id in (${accounts})
    union select journal_id from ledger.postings where credit_id in (${accounts}))`;
}

/** A journal of a document with such a number. */
function isAbout(search: string): RawBuilder<unknown> {
  const pattern = sql`lower(${likePattern(search)})`;
  return sql`(journal.kind, journal.ref_id) in (
    select kind, id from unnest(array['invoice', 'invoice_void', 'write_off', 'credit_note', 'payment', 'payment_reversal']) as kind
    cross join (
      select id from billing.invoices where lower(number) like ${pattern}
      union all select id from billing.credit_notes where lower(number) like ${pattern}
      union all ${selectByReceipt(search)}
    ) found)`;
}

type PostingRow = {
  journalId: string;
  currency: string;
  amountMinor: bigint;
  debitId: string;
  debitKind: string;
  debitCustomerId: string | null;
  debitCustomerName: string | null;
  creditId: string;
  creditKind: string;
  creditCustomerId: string | null;
  creditCustomerName: string | null;
};

async function postingsOf(db: Db, journalIds: readonly string[]): Promise<Map<string, PostingRow[]>> {
  if (journalIds.length === 0) return new Map();
  const { rows } = await sql<PostingRow>`
    select posting.journal_id as "journalId", posting.currency, posting.amount_minor as "amountMinor",
      debit.id::text as "debitId", debit.kind as "debitKind", debit.customer_id as "debitCustomerId", debtor.name as "debitCustomerName",
      credit.id::text as "creditId", credit.kind as "creditKind", credit.customer_id as "creditCustomerId",
      creditor.name as "creditCustomerName"
    from ledger.postings posting
    join ledger.accounts debit on debit.id = posting.debit_id
    join ledger.accounts credit on credit.id = posting.credit_id
    left join customers.customers debtor on debtor.id = debit.customer_id
    left join customers.customers creditor on creditor.id = credit.customer_id
    where posting.journal_id = any(${journalIds}::uuid[]) order by posting.id`.execute(db);
  return Map.groupBy(rows, ({ journalId }) => journalId);
}

function viewOf({ invoiceId, paymentId, ...row }: Row, postings: readonly PostingRow[]): JournalView {
  const customerId = postings.map((posting) => posting.debitCustomerId ?? posting.creditCustomerId).find(Boolean);
  const kindOf = (kind: string) => kind as JournalView['postings'][number]['debit']['kind'];
  return {
    ...row,
    source: invoiceId
      ? { kind: 'invoice', id: invoiceId }
      : paymentId
        ? { kind: 'payment', id: paymentId }
        : customerId
          ? { kind: 'customer', id: customerId }
          : null,
    currency: postings[0]?.currency ?? 'XXX',
    amountMinor: movedMinor(postings),
    postings: postings.map((posting) => ({
      amountMinor: posting.amountMinor,
      debit: {
        id: posting.debitId,
        kind: kindOf(posting.debitKind),
        customerId: posting.debitCustomerId,
        customerName: posting.debitCustomerName,
      },
      credit: {
        id: posting.creditId,
        kind: kindOf(posting.creditKind),
        customerId: posting.creditCustomerId,
        customerName: posting.creditCustomerName,
      },
    })),
  };
}

/** What a journal moved in all: money that only passes an account, as that of a payment passes the credit, counts once. */
function movedMinor(postings: readonly PostingRow[]): bigint {
  const grown = new Map<string, bigint>();
  const add = (id: string, minor: bigint) => grown.set(id, (grown.get(id) ?? 0n) + minor);
  for (const { debitId, creditId, amountMinor } of postings) {
    add(debitId, amountMinor);
    add(creditId, -amountMinor);
  }
  return sumMinor([...grown.values()].filter((minor) => minor > 0n));
}
