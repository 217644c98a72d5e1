import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Invoice = Item<'GET /api/invoices'>;
export type InvoiceDetail = Reply<'GET /api/invoices/:invoiceId'>;
export type Payment = InvoiceDetail['payments'][number];
export type InvoiceTotals = Reply<'GET /api/invoices/totals'>;
export type OverdueRun = Reply<'POST /api/billing/overdue-runs'>;
export type CustomerChoice = Item<'GET /api/customers'>;

// An invoice shows its customer's name; the overdue state depends on the provider's day.
const meta = { topics: ['customer', 'settings'] as const };

export const invoiceList = (query: Query<'GET /api/invoices'>) =>
  queryOptions({
    queryKey: ['invoice', 'list', query],
    queryFn: ({ signal }) => call('GET /api/invoices', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });

export const invoiceTotals = queryOptions({
  queryKey: ['invoice', 'totals'],
  queryFn: ({ signal }) => call('GET /api/invoices/totals', { signal }),
  meta,
});

export const invoiceById = (invoiceId: string) =>
  queryOptions({
    queryKey: ['invoice', 'one', invoiceId],
    queryFn: ({ signal }) => call('GET /api/invoices/:invoiceId', { params: { invoiceId }, signal }),
    meta,
  });

export const invoiceSums = (query: Query<'GET /api/invoices/sums'>) =>
  queryOptions({
    queryKey: ['invoice', 'sums', query],
    queryFn: ({ signal }) => call('GET /api/invoices/sums', { query, signal }),
    placeholderData: keepPreviousData,
    meta,
  });

export type InvoiceLine = Body<'POST /api/invoices/preview'>['lines'][number];

/** What lines come to: the server reckons, the form only shows. */
export const invoicePreview = (lines: InvoiceLine[]) =>
  queryOptions({
    queryKey: ['plan', 'invoice-preview', lines],
    queryFn: ({ signal }) => call('POST /api/invoices/preview', { body: { lines }, signal }),
    placeholderData: keepPreviousData,
    enabled: lines.length > 0,
    meta: { topics: ['settings'] },
  });

type CreditLines = Body<'POST /api/invoices/:invoiceId/credit-notes/preview'>['lines'];

export const creditPreview = (invoiceId: string, lines: CreditLines | null) =>
  queryOptions({
    queryKey: ['invoice', 'credit-preview', invoiceId, lines],
    queryFn: ({ signal }) =>
      call('POST /api/invoices/:invoiceId/credit-notes/preview', {
        params: { invoiceId },
        body: lines ? { lines } : {},
        signal,
      }),
    placeholderData: keepPreviousData,
    retry: false,
  });

export const latestOverdueRun = queryOptions({
  queryKey: ['invoice', 'latest-run'],
  queryFn: ({ signal }) => call('GET /api/billing/overdue-runs/latest', { signal }),
});

// As many as fit under the field without scrolling far: who is not among them is found by one more letter.
const shownChoices = 20;

export const customerChoices = (search: string) =>
  queryOptions({
    queryKey: ['customer', 'choices', search],
    queryFn: ({ signal }) => call('GET /api/customers', { query: { search, limit: shownChoices }, signal }),
    placeholderData: keepPreviousData,
  });

export const customerById = (customerId: string) =>
  queryOptions({
    queryKey: ['customer', 'one', customerId],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId', { params: { customerId }, signal }),
    meta: { topics: ['account', 'invoice'] },
  });

export async function issueInvoice(body: Body<'POST /api/invoices'>): Promise<InvoiceDetail> {
  const issued = await call('POST /api/invoices', { body });
  await refresh('invoice', 'customer');
  return issued;
}

export async function changeInvoice(
  invoiceId: string,
  body: Body<'PUT /api/invoices/:invoiceId'>,
): Promise<InvoiceDetail> {
  const changed = await call('PUT /api/invoices/:invoiceId', { params: { invoiceId }, body });
  await refresh('invoice', 'customer');
  return changed;
}

export async function voidInvoice(invoiceId: string, reason: string): Promise<void> {
  await call('DELETE /api/invoices/:invoiceId', { params: { invoiceId }, body: { reason } });
  await refresh('invoice', 'customer', 'account');
}

export async function deleteDraft(invoiceId: string): Promise<void> {
  await call('DELETE /api/invoices/:invoiceId', { params: { invoiceId } });
  await refresh('invoice', 'customer');
}

export async function issueDraft(invoiceId: string): Promise<InvoiceDetail> {
  const issued = await call('POST /api/invoices/:invoiceId/issue', { params: { invoiceId } });
  await refresh('invoice', 'customer');
  return issued;
}

export async function creditInvoice(
  invoiceId: string,
  body: Body<'POST /api/invoices/:invoiceId/credit-notes'>,
): Promise<void> {
  await call('POST /api/invoices/:invoiceId/credit-notes', { params: { invoiceId }, body });
  await refresh('invoice', 'customer', 'account');
}

export async function writeOffInvoice(invoiceId: string, reason: string): Promise<void> {
  await call('POST /api/invoices/:invoiceId/write-off', { params: { invoiceId }, body: { reason } });
  await refresh('invoice', 'customer', 'account');
}

export async function mailInvoice(invoiceId: string): Promise<string> {
  const { toAddress } = await call('POST /api/invoices/:invoiceId/letters', { params: { invoiceId } });
  await refresh('message', 'audit');
  return toAddress;
}

export async function recordPayment(
  invoiceId: string,
  body: Body<'POST /api/invoices/:invoiceId/payments'>,
): Promise<InvoiceDetail> {
  const paid = await call('POST /api/invoices/:invoiceId/payments', { params: { invoiceId }, body });
  await refresh('invoice', 'customer', 'account');
  return paid;
}

export async function runOverdueCheck(): Promise<OverdueRun> {
  try {
    return await call('POST /api/billing/overdue-runs');
  } finally {
    await refresh('invoice', 'customer', 'account');
  }
}
