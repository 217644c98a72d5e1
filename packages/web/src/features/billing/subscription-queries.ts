import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Subscription = Reply<'GET /api/subscriptions/:subscriptionId'>;
export type Preview = Reply<'POST /api/subscriptions/:subscriptionId/plan/preview'>;

const meta = { topics: ['customer', 'invoice', 'plan'] as const };

export const subscriptionsOf = (customerId: string) =>
  queryOptions({
    queryKey: ['subscription', 'of', customerId],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId/subscriptions', { params: { customerId }, signal }),
    meta,
  });

export type ListedSubscription = Item<'GET /api/subscriptions'>;

export const subscriptionList = (query: Query<'GET /api/subscriptions'>) =>
  queryOptions({
    queryKey: ['subscription', 'list', query],
    queryFn: ({ signal }) => call('GET /api/subscriptions', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });

export const subscriptionCount = (query: Query<'GET /api/subscriptions/count'>) =>
  queryOptions({
    queryKey: ['subscription', 'count', query],
    queryFn: ({ signal }) => call('GET /api/subscriptions/count', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });

export const upcomingInvoicesOf = (customerId: string) =>
  queryOptions({
    queryKey: ['subscription', 'upcoming', customerId],
    queryFn: ({ signal }) =>
      call('GET /api/customers/:customerId/upcoming-invoices', { params: { customerId }, signal }),
    meta,
  });

export type ChangePolicy = Body<'POST /api/subscriptions/:subscriptionId/plan'>['policy'];
export type CancelPolicy = NonNullable<Body<'POST /api/subscriptions/:subscriptionId/cancel'>['policy']>;

export const planChangePreview = (subscriptionId: string, planId: string, policy: ChangePolicy) =>
  queryOptions({
    queryKey: ['subscription', 'preview', subscriptionId, planId, policy],
    queryFn: ({ signal }) =>
      call('POST /api/subscriptions/:subscriptionId/plan/preview', {
        params: { subscriptionId },
        body: { planId, policy },
        signal,
      }),
    enabled: planId !== '',
    meta,
  });

export const cancelPreview = (subscriptionId: string, policy: CancelPolicy) =>
  queryOptions({
    queryKey: ['subscription', 'cancel-preview', subscriptionId, policy],
    queryFn: ({ signal }) =>
      call('POST /api/subscriptions/:subscriptionId/cancel/preview', {
        params: { subscriptionId },
        body: { policy },
        signal,
      }),
    placeholderData: keepPreviousData,
    meta,
  });

export type Terms = Body<'POST /api/subscriptions/preview'>;

type Change = Omit<Body<'PUT /api/subscriptions/:subscriptionId'>, 'revision'>;

/** Terms of a new subscription, or others for one that there is. */
export type AskedTerms = { terms: Terms } | { subscriptionId: string; change: Change };

/** `asked` as JSON, which is the same while nothing in it changes; undefined: nothing to ask yet. */
export const upcomingPreview = (asked: string | undefined) =>
  queryOptions({
    queryKey: ['subscription', 'upcoming-preview', asked],
    queryFn: ({ signal }) => {
      const wish = JSON.parse(asked ?? '{}') as AskedTerms;
      if ('terms' in wish) return call('POST /api/subscriptions/preview', { body: wish.terms, signal });
      const params = { subscriptionId: wish.subscriptionId };
      return call('POST /api/subscriptions/:subscriptionId/terms/preview', { params, body: wish.change, signal });
    },
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    meta,
  });

export type DaysWish = Omit<Body<'POST /api/subscriptions/:subscriptionId/days'>, 'revision'>;

export const daysPreview = (subscriptionId: string, wish: DaysWish) =>
  queryOptions({
    queryKey: ['subscription', 'days-preview', subscriptionId, wish],
    queryFn: ({ signal }) =>
      call('POST /api/subscriptions/:subscriptionId/days/preview', { params: { subscriptionId }, body: wish, signal }),
    enabled: Object.keys(wish).length > 0,
    placeholderData: keepPreviousData,
    meta,
  });

export const planVersions = (planId: string) =>
  queryOptions({
    queryKey: ['subscription', 'versions', planId],
    queryFn: ({ signal }) => call('GET /api/plans/:planId/versions', { params: { planId }, signal }),
    meta,
  });

async function afterwards<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } finally {
    await refresh('subscription', 'invoice', 'customer', 'account');
  }
}

export function addSubscription(customerId: string, body: Body<'POST /api/customers/:customerId/subscriptions'>) {
  return afterwards(call('POST /api/customers/:customerId/subscriptions', { params: { customerId }, body }));
}

export function changeSubscription({ id, revision }: Subscription, change: Change) {
  const params = { subscriptionId: id };
  return afterwards(call('PUT /api/subscriptions/:subscriptionId', { params, body: { ...change, revision } }));
}

export function changeSubscriptionPlan({ id, revision }: Subscription, planId: string, policy: ChangePolicy) {
  const params = { subscriptionId: id };
  return afterwards(
    call('POST /api/subscriptions/:subscriptionId/plan', { params, body: { planId, policy, revision } }),
  );
}

export function changeSubscriptionDays({ id, revision }: Subscription, wish: DaysWish) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/days', { params, body: { ...wish, revision } }));
}

export async function moveToSoldPrice(planId: string): Promise<number> {
  const { movedCount } = await afterwards(call('POST /api/plans/:planId/price-moves', { params: { planId } }));
  return movedCount;
}

export function pauseSubscription({ id, revision }: Subscription, from: string, until: string | null) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/pause', { params, body: { from, until, revision } }));
}

export function resumeSubscription({ id, revision }: Subscription) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/resume', { params, body: { revision } }));
}

export function cancelSubscription({ id, revision }: Subscription, policy: CancelPolicy, reason: string) {
  const params = { subscriptionId: id };
  const body = { policy, reason, revision };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/cancel', { params, body }));
}
