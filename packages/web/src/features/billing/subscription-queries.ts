import { queryOptions } from '@tanstack/react-query';
import { call, type Reply } from '../../lib/api.ts';
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

export const upcomingInvoicesOf = (customerId: string) =>
  queryOptions({
    queryKey: ['subscription', 'upcoming', customerId],
    queryFn: ({ signal }) =>
      call('GET /api/customers/:customerId/upcoming-invoices', { params: { customerId }, signal }),
    meta,
  });

export const planChangePreview = (subscriptionId: string, planId: string) =>
  queryOptions({
    queryKey: ['subscription', 'preview', subscriptionId, planId],
    queryFn: ({ signal }) =>
      call('POST /api/subscriptions/:subscriptionId/plan/preview', {
        params: { subscriptionId },
        body: { planId },
        signal,
      }),
    enabled: planId !== '',
    meta,
  });

export function previewCancellation(subscriptionId: string): Promise<Preview> {
  return call('POST /api/subscriptions/:subscriptionId/cancel/preview', { params: { subscriptionId }, body: {} });
}

async function afterwards<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } finally {
    await refresh('subscription', 'invoice', 'customer', 'account');
  }
}

export function changeSubscriptionPlan({ id, revision }: Subscription, planId: string) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/plan', { params, body: { planId, revision } }));
}

export function pauseSubscription({ id, revision }: Subscription, from: string) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/pause', { params, body: { from, revision } }));
}

export function resumeSubscription({ id, revision }: Subscription) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/resume', { params, body: { revision } }));
}

export function cancelSubscription({ id, revision }: Subscription, reason: string) {
  const params = { subscriptionId: id };
  return afterwards(call('POST /api/subscriptions/:subscriptionId/cancel', { params, body: { reason, revision } }));
}
