// The books as CSV, row after row, so that a million of them need no more memory than a page.
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { getTrialBalance } from '#ledger/trial-balance.ts';
import type { Db } from '#platform/db.ts';
import { formatMoney } from '#platform/money.ts';
import type { Page, PageRequest } from '#platform/paging.ts';
import { listAgedReceivables } from './aged-receivables.ts';
import { type JournalQuery, listJournals } from './journals.ts';
import { listLedgerAccounts } from './ledger-accounts.ts';
import { listRevenue } from './revenue.ts';

type Row = readonly string[];
export type BooksFile = { head: Row; rows: AsyncIterable<Row> };

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

async function* mapped<T>(items: AsyncIterable<T> | Iterable<T>, rowsOf: (item: T) => Row[]): AsyncGenerator<Row> {
  for await (const item of items) yield* rowsOf(item);
}

export async function trialBalanceFile(db: Db, on: Temporal.PlainDate): Promise<BooksFile> {
  const { currencies } = await getTrialBalance(db, on);
  return {
    head: ['day', 'account', 'debit', 'credit', 'currency'],
    rows: mapped(currencies, ({ currency, rows }) =>
      rows.map(({ kind, debitMinor, creditMinor }) => [
        on.toString(),
        kind,
        formatMoney(debitMinor, currency),
        formatMoney(creditMinor, currency),
        currency,
      ]),
    ),
  };
}

export function accountsFile(db: Db): BooksFile {
  return {
    head: ['account', 'customer', 'balance', 'currency'],
    rows: mapped(
      allOf((request) => listLedgerAccounts(db, request)),
      ({ kind, customerName, balanceMinor, currency }) => [
        [kind, harmless(customerName), formatMoney(balanceMinor, currency), currency],
      ],
    ),
  };
}

export function journalsFile(db: Db, query: Omit<JournalQuery, 'after' | 'limit'>): BooksFile {
  return {
    head: ['day', 'event', 'reference', 'debit', 'debit customer', 'credit', 'credit customer', 'amount', 'currency'],
    rows: mapped(
      allOf((request) => listJournals(db, { ...query, ...request })),
      ({ postedOn, kind, reference, postings, currency }) =>
        postings.map(({ debit, credit, amountMinor }) => [
          postedOn.toString(),
          kind,
          harmless(reference),
          debit.kind,
          harmless(debit.customerName),
          credit.kind,
          harmless(credit.customerName),
          formatMoney(amountMinor, currency),
          currency,
        ]),
    ),
  };
}

export function agedFile(db: Db, today: Temporal.PlainDate): BooksFile {
  return {
    head: ['customer', 'oldest due', 'not due', '1-30', '31-60', '61-90', 'over 90', 'total', 'currency'],
    rows: mapped(
      allOf((request) => listAgedReceivables(db, request, today)),
      ({ customerName, oldestDueOn, currency, ...aged }) => [
        [
          harmless(customerName),
          oldestDueOn.toString(),
          ...[
            aged.notDueMinor,
            aged.upTo30Minor,
            aged.upTo60Minor,
            aged.upTo90Minor,
            aged.olderMinor,
            aged.totalMinor,
          ].map((amountMinor) => formatMoney(amountMinor, currency)),
          currency,
        ],
      ],
    ),
  };
}

export async function revenueFile(db: Db, today: Temporal.PlainDate, months: number): Promise<BooksFile> {
  const items = await listRevenue(db, today, months);
  return {
    head: ['month', 'invoiced', 'received', 'earned', 'deferred', 'currency'],
    rows: mapped(items, ({ month, currency, ...sums }) => [
      [
        month.toString().slice(0, 7),
        ...[sums.invoicedMinor, sums.receivedMinor, sums.earnedMinor, sums.deferredMinor].map((amountMinor) =>
          formatMoney(amountMinor, currency),
        ),
        currency,
      ],
    ]),
  };
}

/** A name that a spreadsheet would take for a formula is shown as the text that it is. */
function harmless(text: string | null): string {
  return text && /^[=+\-@\t\r]/.test(text) ? `'${text}` : (text ?? '');
}

/** With the mark that tells spreadsheets that it is UTF-8. */
export function csvOf({ head, rows }: BooksFile): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield `\uFEFF${stringify([head])}`;
    for await (const row of rows) yield stringify([row]);
  }
  return Readable.from(lines());
}
