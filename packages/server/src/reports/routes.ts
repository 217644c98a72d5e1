import type { Readable } from 'node:stream';
import { books, JournalFilter } from '@lastmile/contract/books.ts';
import { reports } from '@lastmile/contract/reports.ts';
import { whyOffline } from '@lastmile/contract/why-offline.ts';
import { z } from 'zod';
import { checkBooks } from '#billing/book-check.ts';
import { getToday } from '#billing/invoices.ts';
import { listReceivedMonths } from '#billing/received.ts';
import { getRecognizedThrough } from '#billing/recognition.ts';
import { getTrialBalance } from '#ledger/trial-balance.ts';
import { mountCsv } from '#platform/csv-routes.ts';
import type { Db } from '#platform/db.ts';
import { type Http, mount } from '#platform/http.ts';
import { listAgedReceivables, sumAgedReceivables } from './aged-receivables.ts';
import { accountsCsv, agedCsv, journalsCsv, revenueCsv, trialBalanceCsv } from './books-files.ts';
import { closeMonths, getClosing, reopenMonths } from './close-books.ts';
import { getDashboard } from './dashboard.ts';
import { listJournals } from './journals.ts';
import { listLedgerAccounts } from './ledger-accounts.ts';
import { listRevenue } from './revenue.ts';
import { getWhyOffline } from './why-offline.ts';

// What fits in one row of a phone and shows a season.
const shownMonths = 12;

export function reportRoutes(http: Http): void {
  const today = (db: Db) => getToday(db, http.database.clock.now());
  mount(http, reports, {
    'GET /api/dashboard': { read: (db, _input, scope) => getDashboard(db, http.database.clock.now(), scope) },
    'GET /api/dashboard/received-months': {
      read: async (db, _input, scope) => listReceivedMonths(db, await today(db), shownMonths, scope),
    },
  });
  mount(http, whyOffline, {
    'GET /api/customers/:customerId/why-offline': {
      read: (db, { params }, scope) => getWhyOffline(db, params.customerId, http.database.clock.now(), scope),
    },
  });
  bookRoutes(http, today);
}

type Today = (db: Db) => Promise<Temporal.PlainDate>;

function bookRoutes(http: Http, today: Today): void {
  mount(http, books, {
    'GET /api/books/trial-balance': {
      read: async (db, { query }) => getTrialBalance(db, query.on ?? (await today(db))),
    },
    'GET /api/books/accounts': { read: (db, { query }) => listLedgerAccounts(db, query) },
    'GET /api/books/journals': { read: (db, { query }) => listJournals(db, query) },
    'GET /api/books/aged-receivables': {
      read: async (db, { query }) => listAgedReceivables(db, query, await today(db)),
    },
    'GET /api/books/aged-receivables/totals': {
      read: async (db) => {
        const on = await today(db);
        return { on, items: await sumAgedReceivables(db, on) };
      },
    },
    'GET /api/books/revenue': {
      read: async (db, { query }) => ({
        recognizedThrough: (await getRecognizedThrough(db)) ?? null,
        items: await listRevenue(db, await today(db), query.months),
      }),
    },
    'GET /api/books/check': { read: (db) => checkBooks(db, http.database.clock.now()) },
    'GET /api/books/closing': { read: (db) => getClosing(db, http.database.clock.now()) },
    'POST /api/books/closing': { act: (work, { body }) => closeMonths(work, body.through) },
    'POST /api/books/reopening': { act: (work, { body }) => reopenMonths(work, body) },
  });
  mountFiles(http, today);
}

const fileMonths = 60;

function mountFiles(http: Http, today: Today): void {
  const { db } = http.database;
  const file = <Q extends z.ZodObject>(
    fileName: string,
    query: Q,
    stream: (filter: z.output<Q>) => Promise<Readable> | Readable,
  ) =>
    mountCsv(http, `/api/books/${fileName}.csv`, {
      permission: 'books:read',
      needsEverywhere: true,
      query,
      fileName,
      stream,
    });
  const nothing = z.object({});
  file('trial-balance', nothing, async () => trialBalanceCsv(db, await today(db)));
  file('accounts', nothing, () => accountsCsv(db));
  file('journals', JournalFilter, (filter) => journalsCsv(db, filter));
  file('aged-receivables', nothing, async () => agedCsv(db, await today(db)));
  file('revenue', nothing, async () => revenueCsv(db, await today(db), fileMonths));
}
