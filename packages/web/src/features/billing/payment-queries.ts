import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type PaymentRow = Item<'GET /api/payments'>;
export type PaymentDetail = Reply<'GET /api/payments/:paymentId'>;

export const paymentList = (query: Query<'GET /api/payments'>) =>
  queryOptions({
    queryKey: ['invoice', 'payments', query],
    queryFn: ({ signal }) => call('GET /api/payments', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer'] as const },
  });

export async function receivePayment(body: Body<'POST /api/payments'>): Promise<PaymentDetail> {
  const paid = await call('POST /api/payments', { body });
  await refresh('invoice', 'customer', 'account');
  return paid;
}

export async function reversePayment(paymentId: string, reason: string): Promise<void> {
  await call('POST /api/payments/:paymentId/reverse', { params: { paymentId }, body: { reason } });
  await refresh('invoice', 'customer', 'account');
}

export async function refundPayment(
  paymentId: string,
  body: Body<'POST /api/payments/:paymentId/refunds'>,
): Promise<void> {
  await call('POST /api/payments/:paymentId/refunds', { params: { paymentId }, body });
  await refresh('invoice', 'customer', 'account');
}
