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

export type AllocationPreview = Reply<'POST /api/payments/preview'>;

export const paymentTotals = (query: Query<'GET /api/payments/totals'>) =>
  queryOptions({
    queryKey: ['invoice', 'payment-totals', query],
    queryFn: ({ signal }) => call('GET /api/payments/totals', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const paymentById = (paymentId: string) =>
  queryOptions({
    queryKey: ['invoice', 'payment', paymentId],
    queryFn: ({ signal }) => call('GET /api/payments/:paymentId', { params: { paymentId }, signal }),
    meta: { topics: ['customer'] as const },
  });

export const paymentPreview = (
  customerId: string,
  amountMinor: string,
  invoiceIds: readonly string[],
  currency?: string,
) =>
  queryOptions({
    queryKey: ['invoice', 'payment-preview', customerId, amountMinor, currency, ...invoiceIds],
    queryFn: ({ signal }) =>
      call('POST /api/payments/preview', {
        body: { customerId, amountMinor, currency, ...(invoiceIds.length > 0 ? { invoiceIds: [...invoiceIds] } : {}) },
        signal,
      }),
    enabled: customerId !== '',
    // The list stays while an amount is typed; another customer's must not.
    placeholderData: (previous, query) => (query?.queryKey[2] === customerId ? previous : undefined),
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

export type NewRefund = Body<'POST /api/payments/:paymentId/refunds'>;

export async function refundPayment(paymentId: string, body: NewRefund): Promise<void> {
  await call('POST /api/payments/:paymentId/refunds', { params: { paymentId }, body });
  await refresh('invoice', 'customer', 'account');
}

export const creditOf = (customerId: string) =>
  queryOptions({
    queryKey: ['invoice', 'credit', customerId],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId/credit', { params: { customerId }, signal }),
    meta: { topics: ['customer'] as const },
  });

export async function refundCredit(
  customerId: string,
  body: Body<'POST /api/customers/:customerId/credit-refunds'>,
): Promise<void> {
  await call('POST /api/customers/:customerId/credit-refunds', { params: { customerId }, body });
  await refresh('invoice', 'customer', 'account');
}
