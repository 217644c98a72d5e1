import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export const booksTabs = ['revenue', 'receivables', 'trial-balance', 'accounts', 'journal', 'closing'] as const;

/** What the page's address says. */
export type BooksSearch = {
  tab?: (typeof booksTabs)[number];
  kind?: string;
  accountId?: string;
  search?: string;
  from?: string;
  to?: string;
  on?: string;
  after?: string;
};

export type BooksProps = { search: BooksSearch; onSearch: (change: Partial<BooksSearch>) => void };

export type RevenueMonth = Item<'GET /api/books/revenue'>;
export type AgedCustomer = Item<'GET /api/books/aged-receivables'>;
export type TrialBalance = Reply<'GET /api/books/trial-balance'>;
export type LedgerAccount = Item<'GET /api/books/accounts'>;
export type BookDifference = Reply<'GET /api/books/check'>['differences'][number];
export type Journal = Item<'GET /api/books/journals'>;

// Whatever books, also announces an invoice or a customer: the lists begin with that name.
export const revenueMonths = queryOptions({
  queryKey: ['invoice', 'books', 'revenue'],
  queryFn: ({ signal }) => call('GET /api/books/revenue', { signal }),
});

export const agedReceivables = (query: Query<'GET /api/books/aged-receivables'>) =>
  queryOptions({
    queryKey: ['invoice', 'books', 'aged', query],
    queryFn: ({ signal }) => call('GET /api/books/aged-receivables', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const agedTotals = queryOptions({
  queryKey: ['invoice', 'books', 'aged-totals'],
  queryFn: ({ signal }) => call('GET /api/books/aged-receivables/totals', { signal }),
});

export const trialBalance = (on: string | undefined) =>
  queryOptions({
    queryKey: ['invoice', 'books', 'trial-balance', on],
    queryFn: ({ signal }) => call('GET /api/books/trial-balance', { query: { on }, signal }),
    placeholderData: keepPreviousData,
  });

export const ledgerAccounts = (query: Query<'GET /api/books/accounts'>) =>
  queryOptions({
    queryKey: ['invoice', 'books', 'accounts', query],
    queryFn: ({ signal }) => call('GET /api/books/accounts', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const journalList = (query: Query<'GET /api/books/journals'>) =>
  queryOptions({
    queryKey: ['invoice', 'books', 'journals', query],
    queryFn: ({ signal }) => call('GET /api/books/journals', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const booksClosing = queryOptions({
  queryKey: ['invoice', 'books', 'closing'],
  queryFn: ({ signal }) => call('GET /api/books/closing', { signal }),
});

/** Reads all postings: again when somebody asks for it, not with each payment that is announced. */
export const bookCheck = queryOptions({
  queryKey: ['book-check'],
  queryFn: ({ signal }) => call('GET /api/books/check', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export async function closeBooks(through: string): Promise<void> {
  await call('POST /api/books/closing', { body: { through } });
  await refresh('invoice');
}

export async function reopenBooks(from: string, reason: string): Promise<void> {
  await call('POST /api/books/reopening', { body: { from, reason } });
  await refresh('invoice');
}
