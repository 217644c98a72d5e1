import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query } from '../../lib/api.ts';

export type MikrotikUser = Item<'GET /api/mikrotik/users'>;

/** Asks the router itself, so not again at each look at the page. */
export const mikrotikTest = (routerId: string | undefined) =>
  queryOptions({
    queryKey: ['router', 'mikrotik-test', routerId],
    queryFn: ({ signal }) => call('GET /api/mikrotik/test', { query: { routerId }, signal }),
    staleTime: 60_000,
    retry: false,
  });

export const mikrotikUsers = (query: Query<'GET /api/mikrotik/users'>) =>
  queryOptions({
    queryKey: ['account', 'mikrotik-users', query],
    queryFn: ({ signal }) => call('GET /api/mikrotik/users', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer', 'router'] },
  });
