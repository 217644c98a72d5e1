import { batches } from '@lastmile/contract/batches.ts';
import { counter } from '@lastmile/contract/counter.ts';
import { reconciliation } from '@lastmile/contract/reconciliation.ts';
import { Id } from '@lastmile/contract/shapes.ts';
import { vouchers } from '@lastmile/contract/vouchers.ts';
import { inTransaction } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { type Http, mount } from '#platform/http.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { getSettings } from '#settings/provider.ts';
import { listAlerts, settleAlert } from './alerts.ts';
import { allotBatch, getBatch, listBatches, makeBatch, printBatch, voidBatch } from './batches.ts';
import { getOpenedCash, listMovements, moveCash } from './cash.ts';
import { approveVariance, countShift, listCounts } from './close-shift.ts';
import { getCounter } from './counter.ts';
import { changeCounterSettings, getCounterSettings } from './counter-settings.ts';
import { listCounters } from './counters.ts';
import { listFigures } from './figures.ts';
import { listHandOvers, receiveHandOver, sendToBank } from './hand-overs.ts';
import { addPackage, changePackage, getPackage, listPackages } from './packages.ts';
import { printVouchers } from './prints.ts';
import { getReport, listReports, type ReportView, reconcileDay } from './reconcile-day.ts';
import { refundVoucher, voidOwnVoucher } from './refunds.ts';
import { reportCsv } from './report-csv.ts';
import { drawReport } from './report-paper.ts';
import { getSealed } from './sealed.ts';
import { signAsSecond } from './second-person.ts';
import { createCounter, sell } from './sell.ts';
import { getShift, listShifts, openShift, personOf } from './shifts.ts';
import { getVoucher, listOwnVouchers, listVouchers } from './vouchers.ts';

export type Devices = { connections: RouterConnections; sealer: Sealer };

export function voucherRoutes(http: Http, devices: Devices): void {
  packageRoutes(http);
  batchRoutes(http);
  counterRoutes(http, devices);
  reconciliationRoutes(http);
  reportFiles(http);
}

function packageRoutes(http: Http): void {
  mount(http, vouchers, {
    'GET /api/voucher-packages': { read: (db, { query }) => listPackages(db, query) },
    'POST /api/voucher-packages': { act: (work, { body }) => addPackage(work, body) },
    'GET /api/voucher-packages/:packageId': { read: (db, { params }) => getPackage(db, params.packageId) },
    'PUT /api/voucher-packages/:packageId': {
      act: (work, { params, body }) => changePackage(work, params.packageId, body),
    },
    'GET /api/voucher-settings': { read: (db) => getCounterSettings(db) },
    'PUT /api/voucher-settings': { act: (work, { body }) => changeCounterSettings(work, body) },

    'GET /api/vouchers': { read: (db, { query }, scope) => listVouchers(db, query, scope) },
    'GET /api/vouchers/:voucherId': { read: (db, { params }, scope) => getVoucher(db, params.voucherId, scope) },
    'POST /api/vouchers/:voucherId/refund': {
      act: (work, { params, body }) => refundVoucher(work, params.voucherId, body.reason),
    },
  });
}

function batchRoutes(http: Http): void {
  mount(http, batches, {
    'GET /api/voucher-batches': { read: (db, { query }) => listBatches(db, query) },
    'POST /api/voucher-batches': { act: (work, { body }) => makeBatch(work, body) },
    'GET /api/voucher-batches/:batchId': { read: (db, { params }) => getBatch(db, params.batchId) },
    'POST /api/voucher-batches/:batchId/prints': {
      act: async (work, { params }) => ({ tickets: await printBatch(work, params.batchId) }),
    },
    'POST /api/voucher-batches/:batchId/allotments': {
      act: (work, { params, body }) => allotBatch(work, params.batchId, body.locationId),
    },
    'POST /api/voucher-batches/:batchId/voids': {
      act: (work, { params, body }) => voidBatch(work, params.batchId, body),
    },
  });
}

function counterRoutes(http: Http, { connections, sealer }: Devices): void {
  const sales = createCounter(http.database, connections);
  mount(http, counter, {
    'GET /api/counter': {
      live: ({ database, actor }) => getCounter(database.db, actor, database.clock.now()),
    },
    'GET /api/counter/sales': {
      live: ({ database, actor }, { query }) => listOwnVouchers(database.db, personOf(actor), query),
    },
    'POST /api/counter/sales': { live: ({ actor }, { body }) => sell(sales, actor, body) },
    'POST /api/counter/prints': {
      act: async (work, { body }) => ({ tickets: await printVouchers(work, body.voucherIds, body.way) }),
    },
    'POST /api/counter/shift': { act: (work, { body }) => openShift(work, body) },
    'POST /api/counter/shift/count': { act: (work, { body }) => countShift(work, body.cash) },
    'POST /api/counter/cash': { act: (work, { body }) => moveCash(work, body) },
    'POST /api/counter/sealed': {
      live: ({ database, actor }, { body }) => getSealed(database.db, actor, body.code),
    },
    'POST /api/counter/sealed-sales': { live: ({ actor }, { body }) => sell(sales, actor, body) },
    'POST /api/counter/voids': {
      live: async ({ database, actor, address, isLocal }, { body }) => {
        const { second: signature, ...given } = body;
        const second = signature && (await signAsSecond(database, sealer, actor, { ...signature, address, isLocal }));
        return inTransaction(database, actor, (work) => voidOwnVoucher(work, given, second));
      },
    },
    'GET /api/hand-overs': { read: (db, { query }, scope) => listHandOvers(db, query, scope) },
    'POST /api/hand-overs': { act: (work, { body }) => sendToBank(work, body) },
    'POST /api/hand-overs/:handOverId/receipt': {
      act: (work, { params, body }) => receiveHandOver(work, params.handOverId, body),
    },
    'GET /api/shifts': {
      live: ({ database, actor }, { query }) => listShifts(database.db, query, actor),
    },
    'GET /api/shifts/:shiftId': {
      live: async ({ database, actor }, { params }) => ({
        ...(await getShift(database.db, params.shiftId, actor)),
        openedCash: await getOpenedCash(database.db, params.shiftId),
        counts: await listCounts(database.db, params.shiftId),
        movements: await listMovements(database.db, params.shiftId),
      }),
    },
    'POST /api/shifts/:shiftId/approval': {
      act: (work, { params, body }) => approveVariance(work, params.shiftId, body.note),
    },
  });
}

function reconciliationRoutes(http: Http): void {
  mount(http, reconciliation, {
    'GET /api/counters': { live: ({ database, actor }) => listCounters(database.db, actor, database.clock.now()) },
    'GET /api/voucher-figures': {
      read: (db, { query }, scope) => listFigures(db, query, scope, http.database.clock.now()),
    },
    'GET /api/reconciliations/:reportId': { read: (db, { params }) => getReport(db, params.reportId) },
    'GET /api/voucher-alerts': { read: (db, { query }, scope) => listAlerts(db, query, scope) },
    'POST /api/voucher-alerts/:alertId/notes': {
      act: (work, { params, body }) => settleAlert(work, params.alertId, body),
    },
    'GET /api/reconciliations': { read: (db, { query }) => listReports(db, query) },
    'POST /api/reconciliations': { act: (work, { body }) => reconcileDay(work, body.day) },
  });
}

/** Papers and tables are not JSON, so their routes stand beside the contract. */
function reportFiles(http: Http): void {
  const { db } = http.database;
  const file = (ending: string, type: string, render: (report: ReportView) => Promise<Buffer | string>) =>
    http.app.get(
      `/api/reconciliations/:reportId/${ending}`,
      { config: { permission: 'voucher:read', needsEverywhere: true } },
      async (request, reply) => {
        const id = Id.safeParse((request.params as { reportId: string }).reportId);
        if (!id.success) throw fieldError('invalid_input', 'reportId', 'must be an id');
        const report = await getReport(db, id.data);
        const name = `reconciliation-${report.day}-${report.revision}.${ending}`;
        return reply
          .type(type)
          .header('content-disposition', `inline; filename="${name}"`)
          .header('cache-control', 'no-store')
          .send(await render(report));
      },
    );
  file('pdf', 'application/pdf', async (report) => {
    const { providerName, timeZone } = await getSettings(db);
    return drawReport(report, providerName, timeZone);
  });
  file('csv', 'text/csv; charset=utf-8', async (report) => reportCsv(report));
}
