import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type BillingPolicy = Reply<'GET /api/billing/policy'>;
export type InvoicePlan = Reply<'GET /api/billing/invoice-plan'>;
export type InvoiceRun = Reply<'GET /api/billing/invoice-runs'>['items'][number];

export const billingPolicyQuery = queryOptions({
  queryKey: ['settings', 'billing-policy'],
  queryFn: ({ signal }) => call('GET /api/billing/policy', { signal }),
});

export async function changeBillingPolicy(body: Body<'PUT /api/billing/policy'>): Promise<void> {
  await call('PUT /api/billing/policy', { body });
  await refresh('settings', 'invoice');
}

const meta = { topics: ['customer', 'settings', 'plan'] as const };

export const invoiceRuns = queryOptions({
  queryKey: ['invoice', 'runs'],
  queryFn: ({ signal }) => call('GET /api/billing/invoice-runs', { signal }),
});

export const invoicePlan = queryOptions({
  queryKey: ['invoice', 'plan'],
  queryFn: ({ signal }) => call('GET /api/billing/invoice-plan', { signal }),
  meta,
});

export async function runInvoicing(): Promise<InvoiceRun> {
  try {
    return await call('POST /api/billing/invoice-runs');
  } finally {
    await refresh('invoice', 'customer', 'account');
  }
}
