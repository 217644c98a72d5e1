// The books as files, row after row, so that a million of them need no more memory than a page.
import type { Readable } from 'node:stream';
import { getTrialBalance } from '#ledger/trial-balance.ts';
import { csvStream } from '#platform/csv.ts';
import type { Db } from '#platform/db.ts';
import { formatMoney } from '#platform/money.ts';
import type { Page, PageRequest } from '#platform/paging.ts';
import { type AgedCustomerView, listAgedReceivables } from './aged-receivables.ts';
import { type JournalQuery, listJournals } from './journals.ts';
import { type LedgerAccountView, listLedgerAccounts } from './ledger-accounts.ts';
import { listRevenue, type RevenueMonthView } from './revenue.ts';

const pageSize = 200;

/** All rows of a list, a page at a time. */
async function* allOf<T>(list: (request: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await list({ after, limit: pageSize });
    yield* items;
    if (next === null) return;
    after = next;
  }
}

async function* flat<T, U>(
  items: AsyncIterable<T> | Iterable<T>,
  partsOf: (item: T) => Iterable<U>,
): AsyncGenerator<U> {
  for await (const item of items) yield* partsOf(item);
}

/** An amount of a row, in its currency, with all its decimals. */
const money =
  <Row extends { currency: string }>(amountOf: (row: Row) => bigint) =>
  (row: Row) =>
    formatMoney(amountOf(row), row.currency);

export async function trialBalanceCsv(db: Db, on: Temporal.PlainDate): Promise<Readable> {
  const { currencies } = await getTrialBalance(db, on);
  const rows = flat(currencies, ({ currency, rows: own }) => own.map((row) => ({ ...row, currency })));
  return csvStream(
    {
      Day: () => on,
      Account: ({ kind }) => kind,
      Debit: money(({ debitMinor }) => debitMinor),
      Credit: money(({ creditMinor }) => creditMinor),
      Currency: ({ currency }) => currency,
    },
    rows,
  );
}

export function accountsCsv(db: Db): Readable {
  return csvStream<LedgerAccountView>(
    {
      Account: ({ kind }) => kind,
      Customer: ({ customerName }) => customerName,
      Balance: money(({ balanceMinor }) => balanceMinor),
      Currency: ({ currency }) => currency,
    },
    allOf((request) => listLedgerAccounts(db, request)),
  );
}

export function journalsCsv(db: Db, query: Omit<JournalQuery, 'after' | 'limit'>): Readable {
  const journals = allOf((request) => listJournals(db, { ...query, ...request }));
  return csvStream(
    {
      Day: ({ postedOn }) => postedOn,
      Event: ({ kind }) => kind,
      Reference: ({ reference }) => reference,
      Debit: ({ debit }) => debit.kind,
      'Debit customer': ({ debit }) => debit.customerName,
      Credit: ({ credit }) => credit.kind,
      'Credit customer': ({ credit }) => credit.customerName,
      Amount: money(({ amountMinor }) => amountMinor),
      Currency: ({ currency }) => currency,
    },
    flat(journals, ({ postings, ...journal }) => postings.map((posting) => ({ ...journal, ...posting }))),
  );
}

export function agedCsv(db: Db, today: Temporal.PlainDate): Readable {
  return csvStream<AgedCustomerView>(
    {
      Customer: ({ customerName }) => customerName,
      'Oldest due': ({ oldestDueOn }) => oldestDueOn,
      'Not due': money(({ notDueMinor }) => notDueMinor),
      '1-30 days': money(({ upTo30Minor }) => upTo30Minor),
      '31-60 days': money(({ upTo60Minor }) => upTo60Minor),
      '61-90 days': money(({ upTo90Minor }) => upTo90Minor),
      'Over 90 days': money(({ olderMinor }) => olderMinor),
      Total: money(({ totalMinor }) => totalMinor),
      Currency: ({ currency }) => currency,
    },
    allOf((request) => listAgedReceivables(db, request, today)),
  );
}

export async function revenueCsv(db: Db, today: Temporal.PlainDate, months: number): Promise<Readable> {
  const items = await listRevenue(db, today, months);
  return csvStream<RevenueMonthView>(
    {
      Month: ({ month }) => month.toPlainYearMonth(),
      Invoiced: money(({ invoicedMinor }) => invoicedMinor),
      Received: money(({ receivedMinor }) => receivedMinor),
      Earned: money(({ earnedMinor }) => earnedMinor),
      Deferred: money(({ deferredMinor }) => deferredMinor),
      Currency: ({ currency }) => currency,
    },
    flat([items], (all) => all),
  );
}
