import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query } from '../../lib/api.ts';

export type AuditEntry = Item<'GET /api/audit'>;

export const auditList = (query: Query<'GET /api/audit'>) =>
  queryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ signal }) => call('GET /api/audit', { query, signal }),
    placeholderData: keepPreviousData,
  });
