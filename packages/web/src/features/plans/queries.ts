import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Plan = Item<'GET /api/plans'>;

export const planList = (query: Query<'GET /api/plans'>) =>
  queryOptions({
    queryKey: ['plan', 'list', query],
    queryFn: ({ signal }) => call('GET /api/plans', { query, signal }),
    placeholderData: keepPreviousData,
    // A plan shows how many customers have it.
    meta: { topics: ['account'] },
  });

export const planById = (planId: string) =>
  queryOptions({
    queryKey: ['plan', 'one', planId],
    queryFn: ({ signal }) => call('GET /api/plans/:planId', { params: { planId }, signal }),
  });

export const taxList = queryOptions({
  queryKey: ['plan', 'taxes'],
  queryFn: ({ signal }) => call('GET /api/taxes', { signal }),
});

export type Tax = Item<'GET /api/taxes'>;

export async function addTax(body: Body<'POST /api/taxes'>): Promise<void> {
  await call('POST /api/taxes', { body });
  await refresh('plan');
}

export async function archiveTax(taxId: string): Promise<void> {
  await call('POST /api/taxes/:taxId/archive', { params: { taxId } });
  await refresh('plan');
}

export async function addPlan(body: Body<'POST /api/plans'>): Promise<void> {
  await call('POST /api/plans', { body });
  await refresh('plan');
}

export async function changePlan(planId: string, body: Body<'PUT /api/plans/:planId'>): Promise<void> {
  await call('PUT /api/plans/:planId', { params: { planId }, body });
  await refresh('plan');
}

export async function removePlan(planId: string): Promise<void> {
  await call('DELETE /api/plans/:planId', { params: { planId } });
  await refresh('plan');
}

export type Redial = NonNullable<Reply<'GET /api/plans/:planId/routers'>['redial']>;

export const planRouters = (planId: string) =>
  queryOptions({
    queryKey: ['plan', 'routers', planId],
    queryFn: ({ signal }) => call('GET /api/plans/:planId/routers', { params: { planId }, signal }),
    meta: { topics: ['account', 'router', 'sessions', 'settings'] },
  });

type PlanRouter = Reply<'GET /api/plans/:planId/routers'>['items'][number];

export function liveCountOf(rows: readonly PlanRouter[]): number {
  return rows.reduce((sum, { liveCount }) => sum + liveCount, 0);
}

export async function redialPlan(planId: string, when: 'now' | 'quiet_hour'): Promise<void> {
  await call('POST /api/plans/:planId/redial', { params: { planId }, body: { when } });
  await refresh('plan');
}

export async function stopRedial(planId: string): Promise<void> {
  await call('DELETE /api/plans/:planId/redial', { params: { planId } });
  await refresh('plan');
}
