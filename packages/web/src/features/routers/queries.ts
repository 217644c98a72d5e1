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
