import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query } from '../../lib/api.ts';
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
