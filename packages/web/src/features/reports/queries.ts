import { queryOptions } from '@tanstack/react-query';
import { call, type Reply } from '../../lib/api.ts';

export type Dashboard = Reply<'GET /api/dashboard'>;

export const dashboardQuery = queryOptions({
  queryKey: ['report', 'dashboard'],
  queryFn: ({ signal }) => call('GET /api/dashboard', { signal }),
  meta: { topics: ['account', 'customer', 'invoice', 'router', 'sessions', 'settings'] },
});

/** Whether anything was ever invoiced. */
export const anyInvoice = queryOptions({
  queryKey: ['invoice', 'any'],
  queryFn: ({ signal }) => call('GET /api/invoices', { query: { limit: 1 }, signal }),
  select: ({ items }) => items.length > 0,
});
