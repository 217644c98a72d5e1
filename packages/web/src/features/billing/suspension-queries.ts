import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Forecast = Reply<'GET /api/billing/forecast'>;
export type Hold = Item<'GET /api/billing/holds'>;
export type FuseTrip = NonNullable<Reply<'GET /api/billing/fuse'>['trip']>;
export type OverduePolicy = Reply<'GET /api/billing/overdue-policy'>;

// Paying, promising and other rules each change what comes.
const meta = { topics: ['customer', 'settings'] as const };

export const forecastQuery = queryOptions({
  queryKey: ['invoice', 'forecast'],
  queryFn: ({ signal }) => call('GET /api/billing/forecast', { signal }),
  meta,
});

export const overduePreview = queryOptions({
  queryKey: ['invoice', 'overdue-preview'],
  queryFn: ({ signal }) => call('GET /api/billing/overdue-runs/preview', { signal }),
  meta,
});

export const fuseQuery = queryOptions({
  queryKey: ['invoice', 'fuse'],
  queryFn: ({ signal }) => call('GET /api/billing/fuse', { signal }),
});

export const holdList = (query: Query<'GET /api/billing/holds'>) =>
  queryOptions({
    queryKey: ['customer', 'holds', query],
    queryFn: ({ signal }) => call('GET /api/billing/holds', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const overduePolicyQuery = queryOptions({
  queryKey: ['settings', 'overdue-policy'],
  queryFn: ({ signal }) => call('GET /api/billing/overdue-policy', { signal }),
});

export async function liftFuse(body: Body<'POST /api/billing/fuse/lift'>): Promise<void> {
  await call('POST /api/billing/fuse/lift', { body });
  await refresh('invoice');
}

export async function addPromise(body: Body<'POST /api/billing/promises'>): Promise<Hold> {
  const hold = await call('POST /api/billing/promises', { body });
  await refresh('customer', 'account', 'invoice');
  return hold;
}

export async function addExemption(body: Body<'POST /api/billing/exemptions'>): Promise<Hold> {
  const hold = await call('POST /api/billing/exemptions', { body });
  await refresh('customer', 'account', 'invoice');
  return hold;
}

export async function endHold(holdId: string): Promise<void> {
  await call('DELETE /api/billing/holds/:holdId', { params: { holdId } });
  await refresh('customer', 'invoice');
}

export async function changeOverduePolicy(body: Body<'PUT /api/billing/overdue-policy'>): Promise<void> {
  await call('PUT /api/billing/overdue-policy', { body });
  await refresh('settings');
}
