import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Router = Item<'GET /api/routers'>;
export type ConnectionTest = Reply<'POST /api/routers/test'>;

// A router shows how many accounts it has, how many of them wait and how many are online.
const meta = { topics: ['account', 'sessions'] as const };

export const routerList = (query: Query<'GET /api/routers'>) =>
  queryOptions({
    queryKey: ['router', 'list', query],
    queryFn: ({ signal }) => call('GET /api/routers', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });

export const routerById = (routerId: string) =>
  queryOptions({
    queryKey: ['router', 'one', routerId],
    queryFn: ({ signal }) => call('GET /api/routers/:routerId', { params: { routerId }, signal }),
    meta,
  });

export async function addRouter(body: Body<'POST /api/routers'>): Promise<Router> {
  const added = await call('POST /api/routers', { body });
  await refresh('router');
  return added;
}

export async function changeRouter(routerId: string, body: Body<'PUT /api/routers/:routerId'>): Promise<Router> {
  const changed = await call('PUT /api/routers/:routerId', { params: { routerId }, body });
  await refresh('router');
  return changed;
}

export async function removeRouter(routerId: string): Promise<void> {
  await call('DELETE /api/routers/:routerId', { params: { routerId } });
  await refresh('router');
}

export async function syncRouter(routerId: string): Promise<Router> {
  try {
    return await call('POST /api/routers/:routerId/sync', { params: { routerId } });
  } finally {
    await refresh('router', 'account', 'sessions');
  }
}

export function testConnection(body: Body<'POST /api/routers/test'>): Promise<ConnectionTest> {
  return call('POST /api/routers/test', { body });
}

export async function testRouter(routerId: string): Promise<ConnectionTest> {
  const test = await call('POST /api/routers/:routerId/test', { params: { routerId } });
  // A router that was refused and answers now is looked at again.
  await refresh('router');
  return test;
}

export type HealthWindow = NonNullable<Query<'GET /api/routers/:routerId/health'>>['window'];
export type RouterPreview = Reply<'GET /api/routers/:routerId/preview'>;
export type Drift = Item<'GET /api/drifts'>;
export type Location = Item<'GET /api/locations'>;

export const healthHistory = (routerId: string, window: HealthWindow) =>
  queryOptions({
    queryKey: ['router', 'health', routerId, window],
    queryFn: ({ signal }) =>
      call('GET /api/routers/:routerId/health', { params: { routerId }, query: { window }, signal }),
    placeholderData: keepPreviousData,
  });

// Not of the topic "router": it asks the router itself, which is not done with every announcement.
export const routerPreview = (routerId: string) =>
  queryOptions({
    queryKey: ['router-preview', routerId],
    queryFn: ({ signal }) => call('GET /api/routers/:routerId/preview', { params: { routerId }, signal }),
    retry: false,
  });

export const driftList = (query: Query<'GET /api/drifts'>) =>
  queryOptions({
    queryKey: ['router', 'drifts', query],
    queryFn: ({ signal }) => call('GET /api/drifts', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const locationList = (query: Query<'GET /api/locations'>) =>
  queryOptions({
    queryKey: ['router', 'locations', query],
    queryFn: ({ signal }) => call('GET /api/locations', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer', 'sessions'] },
  });

// The server's most on one page. Nobody has more places than that.
export const allLocations = locationList({ limit: 200 });

export const locationById = (locationId: string) =>
  queryOptions({
    queryKey: ['router', 'location', locationId],
    queryFn: ({ signal }) => call('GET /api/locations/:locationId', { params: { locationId }, signal }),
    meta: { topics: ['customer', 'sessions'] },
  });

export async function revertDrift(drift: Drift): Promise<void> {
  await call('POST /api/drifts/:driftId/revert', { params: { driftId: drift.id } });
  await refresh('router', 'account', 'customer');
}

export type AdoptedDrift = Reply<'POST /api/drifts/:driftId/adopt'>;

export async function adoptDrift(drift: Drift): Promise<AdoptedDrift> {
  const adopted = await call('POST /api/drifts/:driftId/adopt', { params: { driftId: drift.id } });
  await refresh('router', 'account', 'customer', 'plan');
  return adopted;
}

export async function ignoreDrift(drift: Drift, until: string): Promise<void> {
  await call('POST /api/drifts/:driftId/ignore', { params: { driftId: drift.id }, body: { until } });
  await refresh('router');
}

export async function liftLimit(routerId: string, allowedCount: number): Promise<void> {
  await call('POST /api/routers/:routerId/limit-lifts', { params: { routerId }, body: { allowedCount } });
  await refresh('router', 'account');
}

export async function addLocation(body: Body<'POST /api/locations'>): Promise<Location> {
  const added = await call('POST /api/locations', { body });
  await refresh('router');
  return added;
}

export async function changeLocation(
  locationId: string,
  body: Body<'PUT /api/locations/:locationId'>,
): Promise<Location> {
  const changed = await call('PUT /api/locations/:locationId', { params: { locationId }, body });
  await refresh('router');
  return changed;
}

export async function removeLocation(locationId: string): Promise<void> {
  await call('DELETE /api/locations/:locationId', { params: { locationId } });
  await refresh('router');
}
