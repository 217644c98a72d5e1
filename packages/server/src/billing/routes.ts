import { billing } from '@lastmile/contract/billing.ts';
import { type Http, mount } from '#platform/http.ts';
import { changeInvoice, getInvoice, getInvoiceTotals, issueInvoice, listInvoices, voidInvoice } from './invoices.ts';
import { findLatestOverdueRun, runOverdueCheck } from './overdue-runs.ts';
import { recordPayment } from './payments.ts';

export function billingRoutes(http: Http): void {
  const now = () => http.database.clock.now();
  mount(http, billing, {
    'GET /api/invoices': { read: (db, { query }) => listInvoices(db, query, now()) },
    'GET /api/invoices/totals': { read: (db) => getInvoiceTotals(db, now()) },
    'POST /api/invoices': { act: (work, { body }) => issueInvoice(work, body) },
    'GET /api/invoices/:invoiceId': { read: (db, { params }) => getInvoice(db, params.invoiceId, now()) },
    'PUT /api/invoices/:invoiceId': { act: (work, { params, body }) => changeInvoice(work, params.invoiceId, body) },
    'DELETE /api/invoices/:invoiceId': {
      act: (work, { params, body }) => voidInvoice(work, params.invoiceId, body?.reason ?? null),
    },
    'POST /api/invoices/:invoiceId/payments': {
      act: (work, { params, body }) => recordPayment(work, params.invoiceId, body),
    },
    'GET /api/billing/overdue-runs/latest': { read: async (db) => ({ run: await findLatestOverdueRun(db) }) },
    'POST /api/billing/overdue-runs': { live: (call) => runOverdueCheck(call.database, call.actor) },
  });
}
