import { books, JournalFilter } from '@lastmile/contract/books.ts';
import { reports } from '@lastmile/contract/reports.ts';
import { whyOffline } from '@lastmile/contract/why-offline.ts';
import type { z } from 'zod';
import { getToday } from '#billing/invoices.ts';
import { getRecognizedThrough } from '#billing/recognition.ts';
import { getTrialBalance } from '#ledger/trial-balance.ts';
import type { Db } from '#platform/db.ts';
import { type Http, mount } from '#platform/http.ts';
import { listAgedReceivables, sumAgedReceivables } from './aged-receivables.ts';
import {
  accountsFile,
  agedFile,
  type BooksFile,
  csvOf,
  journalsFile,
  revenueFile,
  trialBalanceFile,
} from './books-files.ts';
import { getDashboard } from './dashboard.ts';
import { listJournals } from './journals.ts';
import { listLedgerAccounts } from './ledger-accounts.ts';
import { listRevenue } from './revenue.ts';
import { getWhyOffline } from './why-offline.ts';

export function reportRoutes(http: Http): void {
  mount(http, reports, {
    'GET /api/dashboard': { read: (db, _input, scope) => getDashboard(db, http.database.clock.now(), scope) },
  });
  mount(http, whyOffline, {
    'GET /api/customers/:customerId/why-offline': {
      read: (db, { params }, scope) => getWhyOffline(db, params.customerId, http.database.clock.now(), scope),
    },
  });
  bookRoutes(http);
}

function bookRoutes(http: Http): void {
  const today = (db: Db) => getToday(db, http.database.clock.now());
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
  });
  mountFiles(http, today);
}

const fileMonths = 60;

/** Files are not JSON, so their routes stand beside the contract. */
function mountFiles(http: Http, today: (db: Db) => Promise<Temporal.PlainDate>): void {
  const { db } = http.database;
  const config = { permission: 'books:read', needsEverywhere: true } as const;
  const schema = { querystring: JournalFilter };
  const file = (name: string, make: (query: z.output<typeof JournalFilter>) => Promise<BooksFile> | BooksFile) =>
    http.app.get(`/api/books/${name}.csv`, { config, schema }, async (request, reply) => {
      const content = csvOf(await make(request.query as z.output<typeof JournalFilter>));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .header('cache-control', 'no-store')
        .send(content);
    });
  file('trial-balance', async () => trialBalanceFile(db, await today(db)));
  file('accounts', () => accountsFile(db));
  file('journals', (query) => journalsFile(db, query));
  file('aged-receivables', async () => agedFile(db, await today(db)));
  file('revenue', async () => revenueFile(db, await today(db), fileMonths));
}
