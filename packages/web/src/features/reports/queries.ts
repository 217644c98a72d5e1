import { queryOptions } from '@tanstack/react-query';
import { call, type Item, type Reply } from '../../lib/api.ts';

export type Dashboard = Reply<'GET /api/dashboard'>;

export const dashboardQuery = queryOptions({
  queryKey: ['report', 'dashboard'],
  queryFn: ({ signal }) => call('GET /api/dashboard', { signal }),
  meta: { topics: ['account', 'customer', 'invoice', 'router', 'sessions', 'settings'] },
});

// Reading these takes longer than all else on the page, and they hardly change while somebody looks at it.
const staleTime = 5 * 60_000;

export type ReceivedMonth = Item<'GET /api/dashboard/received-months'>;

export const receivedMonths = queryOptions({
  queryKey: ['report', 'received-months'],
  queryFn: ({ signal }) => call('GET /api/dashboard/received-months', { signal }),
  staleTime,
  meta: { topics: ['settings'] },
});

/** Tomorrow alone of the days to come. */
export const nextDay = queryOptions({
  queryKey: ['report', 'next-day'],
  queryFn: ({ signal }) => call('GET /api/billing/forecast', { query: { days: 2 }, signal }),
  select: ({ days }) => days[1],
  staleTime,
  meta: { topics: ['settings'] },
});

/** Whether anything was ever invoiced. */
export const anyInvoice = queryOptions({
  queryKey: ['invoice', 'any'],
  queryFn: ({ signal }) => call('GET /api/invoices', { query: { limit: 1 }, signal }),
  select: ({ items }) => items.length > 0,
});
