import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Override = Item<'GET /api/emergency/overrides'>;
export type OverrideKind = Override['kind'];
export type NewOverride = Body<'POST /api/emergency/overrides'>;

export const standingQuery = queryOptions({
  queryKey: ['emergency', 'standing'],
  queryFn: ({ signal }) => call('GET /api/emergency/standing', { signal }),
  // It ends by its hour, also when nobody announces it.
  refetchInterval: 60_000,
});

export const overrideList = (query: Query<'GET /api/emergency/overrides'>) =>
  queryOptions({
    queryKey: ['emergency', 'list', query],
    queryFn: ({ signal }) => call('GET /api/emergency/overrides', { query, signal }),
    placeholderData: keepPreviousData,
  });

export async function startOverride(body: NewOverride): Promise<void> {
  await call('POST /api/emergency/overrides', { body });
  await refresh('emergency', 'event', 'router', 'staff', 'voucher', 'customer');
}

export async function endOverride(overrideId: string, note: string): Promise<void> {
  await call('POST /api/emergency/overrides/:overrideId/end', { params: { overrideId }, body: { note } });
  await refresh('emergency', 'event', 'router', 'staff');
}
