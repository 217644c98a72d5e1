import { bank } from '@lastmile/contract/bank.ts';
import { billing, InvoiceFilters } from '@lastmile/contract/billing.ts';
import { documents, ReceiptPaper } from '@lastmile/contract/documents.ts';
import { GatewayReceipt, paymentGateways } from '@lastmile/contract/payment-gateways.ts';
import { payments, StatementSpan } from '@lastmile/contract/payments.ts';
import { subscriptions } from '@lastmile/contract/subscriptions.ts';
import { suspension } from '@lastmile/contract/suspension.ts';
import { lockPresentCustomer } from '#customers/customers.ts';
import { requireCustomer } from '#customers/scope.ts';
import { changePreferences, getPreferences } from '#notifications/preferences.ts';
import { mountCsv } from '#platform/csv-routes.ts';
import { type Scope, scopeOf } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { type Http, mount } from '#platform/http.ts';
import { mountRaw } from '#platform/raw-routes.ts';
import type { Sealer } from '#platform/secrets.ts';
import { addSubscription, previewSubscription } from './add-subscription.ts';
import { sumCredits } from './allocations.ts';
import { importBankFile, listBankImports, reviewBankFile } from './bank/bank-imports.ts';
import { assignCertainLines, assignLine, listBankLines, setLineAside, takeLineBack } from './bank-lines.ts';
import { linkPayment, unlinkPayment } from './bank-links.ts';
import { changeSubscription, previewTerms } from './change-terms.ts';
import { voidInvoice, writeOffInvoice } from './correct-invoices.ts';
import { listCreditDays } from './credit-days.ts';
import { creditInvoice, previewCredit } from './credit-invoices.ts';
import { changeDocumentSettings, getDocumentSettings } from './document-settings.ts';
import { getForecast } from './forecast.ts';
import { findFuseTrip, liftFuse } from './fuse.ts';
import { receiveGatewayCall } from './gateway-payments.ts';
import { addHold, endHold, listHolds } from './holds.ts';
import { changeDraft, deleteDraft, issueDraft, issueInvoice, previewInvoice } from './invoice-desk.ts';
import { invoicesCsv, listInvoices, sumInvoices } from './invoice-list.ts';
import { listInvoiceRuns, planInvoicing, runInvoicing } from './invoice-runs.ts';
import { getInvoice, getInvoiceTotals, lockInvoice } from './invoices.ts';
import { mailInvoice } from './mail-invoice.ts';
import { mailStatement } from './mail-statements.ts';
import { previewMessage } from './message-previews.ts';
import { changeNumberScheme, listNumberSchemes, previewNumberScheme } from './number-schemes.ts';
import { changeOverduePolicy, getOverduePolicy } from './overdue-policy.ts';
import { findLatestOverdueRun, previewOverdueRun, runOverdueCheck } from './overdue-runs.ts';
import { renderCreditNote, renderInvoice, renderReceipt, renderSample, renderStatement } from './papers/papers.ts';
import { addGateway, endGateway, listGateways, renewSecret } from './payment-gateways.ts';
import { getPayment, listPayments, sumPayments } from './payments.ts';
import { changePolicy, getPolicy } from './policy.ts';
import { listPlanVersions, moveToSoldPrice } from './price-moves.ts';
import { previewPayment, receivePayment, recordPayment } from './receive-payments.ts';
import { hasNumber, type StoredStatus } from './rules/invoice-state-rules.ts';
import { getInvoicingState } from './scheduled-invoicing.ts';
import { getStatement, statementCsv } from './statements.ts';
import {
  cancelSubscription,
  changeSubscriptionPlan,
  pauseSubscription,
  previewCancellation,
  previewPlanChange,
  resumeSubscription,
} from './subscription-acts.ts';
import { changeSubscriptionDays, previewSubscriptionDays } from './subscription-days.ts';
import { countSubscriptions, listAllSubscriptions } from './subscription-list.ts';
import { getSubscription, listSubscriptions } from './subscriptions.ts';
import { refundCredit, refundPayment, reversePayment } from './undo-payments.ts';
import { listUpcomingInvoices } from './upcoming-invoices.ts';

const shownRuns = 20;

export function billingRoutes(http: Http, sealer: Sealer): void {
  const now = () => http.database.clock.now();
  mount(http, billing, {
    'GET /api/billing/invoice-runs': { read: async (db) => ({ items: await listInvoiceRuns(db, shownRuns) }) },
    'POST /api/billing/invoice-runs': { live: (call) => runInvoicing(call.database, call.actor) },
    'GET /api/billing/invoice-plan': {
      read: async (db, { query }) => ({
        ...(await planInvoicing(db, now(), query.day)),
        state: await getInvoicingState(db, now()),
      }),
    },
    'GET /api/billing/policy': { read: (db) => getPolicy(db) },
    'PUT /api/billing/policy': { act: (work, { body }) => changePolicy(work, body) },
    'GET /api/invoices': { read: (db, { query }, scope) => listInvoices(db, query, now(), scope) },
    'GET /api/invoices/totals': { read: (db, _input, scope) => getInvoiceTotals(db, now(), scope) },
    'GET /api/invoices/sums': { read: (db, { query }, scope) => sumInvoices(db, query, now(), scope) },
    'POST /api/invoices/preview': { read: (db, { body }) => previewInvoice(db, body.lines) },
    'POST /api/invoices': { act: (work, { body }) => issueInvoice(work, body) },
    'GET /api/invoices/:invoiceId': { read: (db, { params }, scope) => getInvoice(db, params.invoiceId, now(), scope) },
    'PUT /api/invoices/:invoiceId': { act: (work, { params, body }) => changeDraft(work, params.invoiceId, body) },
    'DELETE /api/invoices/:invoiceId': {
      act: async (work, { params, body }) => {
        const { status } = await lockInvoice(work, params.invoiceId);
        // What has a number keeps it.
        return hasNumber(status as StoredStatus)
          ? voidInvoice(work, params.invoiceId, body?.reason ?? null)
          : deleteDraft(work, params.invoiceId);
      },
    },
    'POST /api/invoices/:invoiceId/issue': { act: (work, { params }) => issueDraft(work, params.invoiceId) },
    'POST /api/invoices/:invoiceId/credit-notes': {
      act: (work, { params, body }) => creditInvoice(work, params.invoiceId, body),
    },
    'POST /api/invoices/:invoiceId/credit-notes/preview': {
      read: (db, { params, body }, scope) => previewCredit(db, params.invoiceId, body.lines, now(), scope),
    },
    'POST /api/invoices/:invoiceId/letters': { live: (call, { params }) => mailInvoice(call, params.invoiceId) },
    'POST /api/invoices/:invoiceId/write-off': {
      act: (work, { params, body }) => writeOffInvoice(work, params.invoiceId, body.reason),
    },
    'POST /api/invoices/:invoiceId/payments': {
      act: (work, { params, body }) => recordPayment(work, params.invoiceId, body),
    },
  });
  mountCsv(http, '/api/invoices.csv', {
    permission: 'invoice:read',
    query: InvoiceFilters,
    fileName: 'invoices',
    stream: (filter, scope) => invoicesCsv(http.database.db, filter, now(), scope),
  });
  mount(http, documents, {
    'GET /api/billing/document-settings': { read: (db) => getDocumentSettings(db) },
    'PUT /api/billing/document-settings': { act: (work, { body }) => changeDocumentSettings(work, body) },
    'GET /api/billing/number-schemes': { read: async (db) => ({ items: await listNumberSchemes(db, now()) }) },
    'POST /api/billing/number-schemes/:kind/preview': {
      read: (db, { params, body }) => previewNumberScheme(db, now(), params.kind, body),
    },
    'PUT /api/billing/number-schemes/:kind': {
      act: (work, { params, body }) => changeNumberScheme(work, params.kind, body),
    },
    'POST /api/message-templates/:kind/:language/preview': {
      read: (db, { params, body }) => previewMessage(db, now(), params, body),
    },
    'GET /api/customers/:customerId/contact-preferences': {
      read: async (db, { params }, scope) => {
        await requireCustomer(db, scope, params.customerId);
        return getPreferences(db, params.customerId);
      },
    },
    'PUT /api/customers/:customerId/contact-preferences': {
      act: async (work, { params, body }) => {
        await lockPresentCustomer(work, params.customerId);
        await changePreferences(work, params.customerId, body);
        return getPreferences(work.db, params.customerId);
      },
    },
  });
  mountPapers(http);
  mount(http, payments, {
    'GET /api/payments': { read: (db, { query }, scope) => listPayments(db, query, scope) },
    'GET /api/payments/totals': { read: (db, { query }, scope) => sumPayments(db, query, scope) },
    'GET /api/payments/:paymentId': { read: (db, { params }, scope) => getPayment(db, params.paymentId, scope) },
    'POST /api/payments/preview': { read: (db, { body }, scope) => previewPayment(db, now(), body, scope) },
    'POST /api/payments': { act: (work, { body }) => receivePayment(work, body) },
    'POST /api/payments/:paymentId/reverse': {
      act: (work, { params, body }) => reversePayment(work, params.paymentId, body.reason),
    },
    'POST /api/payments/:paymentId/refunds': {
      act: (work, { params, body }) => refundPayment(work, params.paymentId, body),
    },
    'GET /api/customers/:customerId/credit': {
      read: async (db, { params }, scope) => {
        await requireCustomer(db, scope, params.customerId);
        return { credits: await sumCredits(db, params.customerId) };
      },
    },
    'POST /api/customers/:customerId/credit-refunds': {
      act: async (work, { params, body }) => ({ credits: await refundCredit(work, params.customerId, body) }),
    },
    'GET /api/customers/:customerId/statement': {
      read: (db, { params, query }, scope) => getStatement(db, params.customerId, query, { now: now(), scope }),
    },
    'POST /api/customers/:customerId/statement/mail': {
      live: (call, { params, body }) => mailStatement(call.database, call.actor, params.customerId, body),
    },
  });
  mount(http, bank, {
    'POST /api/bank-imports/review': { read: (db, { body }) => reviewBankFile(db, body) },
    'POST /api/bank-imports': { act: (work, { body }) => importBankFile(work, body) },
    'GET /api/bank-imports': { read: (db, { query }) => listBankImports(db, query) },
    'GET /api/bank-lines': { read: (db, { query }) => listBankLines(db, query) },
    'POST /api/bank-lines/assign-certain': {
      live: (call, { body }) => assignCertainLines(call.database, call.actor, body.after),
    },
    'POST /api/bank-lines/:lineId/assign': {
      act: (work, { params, body }) => assignLine(work, params.lineId, body.parts),
    },
    'POST /api/bank-lines/:lineId/link': {
      act: (work, { params, body }) => linkPayment(work, params.lineId, body.paymentId),
    },
    'POST /api/bank-lines/:lineId/unlink': {
      act: (work, { params, body }) => unlinkPayment(work, params.lineId, body.paymentId),
    },
    'POST /api/bank-lines/:lineId/set-aside': {
      act: (work, { params, body }) => setLineAside(work, params.lineId, body.reason),
    },
    'POST /api/bank-lines/:lineId/take-back': { act: (work, { params }) => takeLineBack(work, params.lineId) },
  });
  mountGateways(http, sealer);
  mount(http, subscriptions, {
    'GET /api/subscriptions': { read: (db, { query }, scope) => listAllSubscriptions(db, query, now(), scope) },
    'GET /api/subscriptions/count': { read: (db, { query }, scope) => countSubscriptions(db, query, now(), scope) },
    'GET /api/customers/:customerId/subscriptions': {
      read: async (db, { params }, scope) => ({ items: await listSubscriptions(db, params.customerId, scope) }),
    },
    'POST /api/customers/:customerId/subscriptions': {
      act: (work, { params, body }) => addSubscription(work, params.customerId, body),
    },
    'POST /api/subscriptions/preview': {
      read: async (db, { body }) => ({ items: await previewSubscription(db, now(), body) }),
    },
    'GET /api/plans/:planId/versions': {
      read: async (db, { params }, scope) => ({ items: await listPlanVersions(db, params.planId, scope) }),
    },
    'POST /api/plans/:planId/price-moves': { act: (work, { params }) => moveToSoldPrice(work, params.planId) },
    'GET /api/customers/:customerId/upcoming-invoices': {
      read: async (db, { params: { customerId } }, scope) => {
        const items = await listUpcomingInvoices(db, now(), customerId, scope);
        return { items, creditDays: await listCreditDays(db, customerId, items) };
      },
    },
    'GET /api/subscriptions/:subscriptionId': {
      read: (db, { params }, scope) => getSubscription(db, params.subscriptionId, scope),
    },
    'PUT /api/subscriptions/:subscriptionId': {
      act: (work, { params, body }) => changeSubscription(work, params.subscriptionId, body),
    },
    'POST /api/subscriptions/:subscriptionId/terms/preview': {
      read: async (db, { params, body }, scope) => ({
        items: await previewTerms(db, now(), params.subscriptionId, body, scope),
      }),
    },
    'POST /api/subscriptions/:subscriptionId/plan/preview': {
      read: (db, { params, body }, scope) => previewPlanChange(db, now(), params.subscriptionId, body, scope),
    },
    'POST /api/subscriptions/:subscriptionId/plan': {
      act: (work, { params, body }) => changeSubscriptionPlan(work, params.subscriptionId, body),
    },
    'POST /api/subscriptions/:subscriptionId/days/preview': {
      read: (db, { params, body }, scope) => previewSubscriptionDays(db, now(), params.subscriptionId, body, scope),
    },
    'POST /api/subscriptions/:subscriptionId/days': {
      act: (work, { params, body }) => changeSubscriptionDays(work, params.subscriptionId, body),
    },
    'POST /api/subscriptions/:subscriptionId/pause': {
      act: (work, { params, body }) => pauseSubscription(work, params.subscriptionId, body),
    },
    'POST /api/subscriptions/:subscriptionId/resume': {
      act: (work, { params, body }) => resumeSubscription(work, params.subscriptionId, body.revision),
    },
    'POST /api/subscriptions/:subscriptionId/cancel/preview': {
      read: (db, { params, body }, scope) => previewCancellation(db, now(), params.subscriptionId, body.policy, scope),
    },
    'POST /api/subscriptions/:subscriptionId/cancel': {
      act: (work, { params, body }) => cancelSubscription(work, params.subscriptionId, body),
    },
  });
  mount(http, suspension, {
    'GET /api/billing/overdue-runs/latest': { read: async (db) => ({ run: await findLatestOverdueRun(db) }) },
    'GET /api/billing/overdue-runs/preview': { read: (db) => previewOverdueRun(db, now()) },
    'GET /api/billing/forecast': { read: (db, { query }) => getForecast(db, now(), query.days) },
    'GET /api/billing/fuse': { read: async (db) => ({ trip: await findFuseTrip(db) }) },
    'POST /api/billing/fuse/lift': { act: (work, { body }) => liftFuse(work, body) },
    'GET /api/billing/overdue-policy': { read: (db) => getOverduePolicy(db) },
    'PUT /api/billing/overdue-policy': { act: (work, { body }) => changeOverduePolicy(work, body) },
    'GET /api/billing/holds': { read: (db, { query }, scope) => listHolds(db, query, now(), scope) },
    'POST /api/billing/promises': { act: (work, { body }) => addHold(work, { ...body, kind: 'promise' }) },
    'POST /api/billing/exemptions': { act: (work, { body }) => addHold(work, { ...body, kind: 'exemption' }) },
    'DELETE /api/billing/holds/:holdId': { act: (work, { params }) => endHold(work, params.holdId) },
    'POST /api/billing/overdue-runs': { live: (call) => runOverdueCheck(call.database, call.actor) },
  });
}

function mountGateways(http: Http, sealer: Sealer): void {
  mount(http, paymentGateways, {
    'GET /api/payment-gateways': { read: async (db) => ({ items: await listGateways(db) }) },
    'POST /api/payment-gateways': { act: (work, { body }) => addGateway(work, sealer, body) },
    'POST /api/payment-gateways/:gateway/secret': {
      act: (work, { params }) => renewSecret(work, sealer, params.gateway),
    },
    'DELETE /api/payment-gateways/:gateway': {
      act: async (work, { params }) => {
        await endGateway(work, params.gateway);
        return undefined;
      },
    },
  });
  mountRaw(http, '/api/payment-gateways/:gateway/payments', {
    reply: GatewayReceipt,
    answer: ({ params, headers, body, address }) => {
      const header = (name: string) => String(headers[`webhook-${name}`] ?? '');
      const call = { id: header('id'), timestamp: header('timestamp'), signature: header('signature'), body };
      return receiveGatewayCall({ database: http.database, sealer, address }, params.gateway ?? '', call);
    },
  });
}

/** Papers are not JSON, so their routes stand beside the contract. */
function mountPapers(http: Http): void {
  const paper = (url: string, render: (id: string, query: Record<string, unknown>, scope: Scope) => Promise<Buffer>) =>
    http.app.get(url, { config: { permission: 'invoice:read' } }, async (request, reply) => {
      const { id } = request.params as { id: string };
      const actor = request.caller?.actor;
      const scope = actor ? scopeOf(actor) : { locationIds: [] };
      if (!isUuid(id)) throw fieldError('invalid_input', 'id', 'must be an id');
      const content = await render(id, request.query as Record<string, unknown>, scope);
      return reply.type('application/pdf').header('cache-control', 'no-store').send(content);
    });
  const { db, clock } = http.database;
  const spanOf = (query: Record<string, unknown>) => {
    const span = StatementSpan.safeParse(query);
    if (!span.success) throw fieldError('invalid_input', 'from', 'must be a date such as 2026-01-31');
    return span.data;
  };
  paper('/api/customers/:id/statement.pdf', (id, query, scope) =>
    renderStatement(db, id, spanOf(query), { now: clock.now(), scope }),
  );
  mountCsv(http, '/api/customers/:id/statement.csv', {
    permission: 'invoice:read',
    query: StatementSpan,
    fileName: 'statement',
    stream: async (query, scope, { id = '' }) => {
      if (!isUuid(id)) throw fieldError('invalid_input', 'id', 'must be an id');
      return statementCsv(await getStatement(db, id, query, { now: clock.now(), scope }));
    },
  });
  paper('/api/credit-notes/:id/pdf', (id, _query, scope) => renderCreditNote(db, id, scope));
  http.app.get(
    '/api/billing/document-settings/sample.pdf',
    { config: { permission: 'settings:read' } },
    async (_, reply) =>
      reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .send(await renderSample(db, clock.now())),
  );
  paper('/api/invoices/:id/pdf', (id, _query, scope) => renderInvoice(db, id, clock.now(), scope));
  paper('/api/payments/:id/receipt', async (id, query, scope) => {
    const { receiptPaper } = await getDocumentSettings(db);
    const wanted = ReceiptPaper.default(receiptPaper).safeParse(query.paper);
    if (!wanted.success) throw fieldError('invalid_input', 'paper', 'must be a4 or 80mm');
    return renderReceipt(db, id, wanted.data, scope);
  });
}

function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}
