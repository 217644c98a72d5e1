import { vouchers } from '@lastmile/contract/vouchers.ts';
import { type Http, mount } from '#platform/http.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { listAlerts, settleAlert } from './alerts.ts';
import { getOpenedCash, listMovements, moveCash } from './cash.ts';
import { approveVariance, countShift, listCounts } from './close-shift.ts';
import { getCounter } from './counter.ts';
import { changeCounterSettings, getCounterSettings } from './counter-settings.ts';
import { listHandOvers, receiveHandOver, sendToBank } from './hand-overs.ts';
import { addPackage, changePackage, getPackage, listPackages } from './packages.ts';
import { printVouchers } from './prints.ts';
import { listReports, reconcileDay } from './reconcile-day.ts';
import { refundVoucher } from './refunds.ts';
import { createCounter, sell } from './sell.ts';
import { getShift, listShifts, openShift, personOf } from './shifts.ts';
import { getVoucher, listOwnVouchers, listVouchers } from './vouchers.ts';

export function voucherRoutes(http: Http, connections: RouterConnections): void {
  const counter = createCounter(http.database, connections);
  mount(http, vouchers, {
    'GET /api/voucher-packages': { read: (db, { query }) => listPackages(db, query) },
    'POST /api/voucher-packages': { act: (work, { body }) => addPackage(work, body) },
    'GET /api/voucher-packages/:packageId': { read: (db, { params }) => getPackage(db, params.packageId) },
    'PUT /api/voucher-packages/:packageId': {
      act: (work, { params, body }) => changePackage(work, params.packageId, body),
    },
    'GET /api/voucher-settings': { read: (db) => getCounterSettings(db) },
    'PUT /api/voucher-settings': { act: (work, { body }) => changeCounterSettings(work, body) },

    'GET /api/counter': {
      live: ({ database, actor }) => getCounter(database.db, actor, database.clock.now()),
    },
    'GET /api/counter/sales': {
      live: ({ database, actor }, { query }) => listOwnVouchers(database.db, personOf(actor), query),
    },
    'POST /api/counter/sales': { live: ({ actor }, { body }) => sell(counter, actor, body) },
    'POST /api/counter/prints': {
      act: async (work, { body }) => ({ tickets: await printVouchers(work, body.voucherIds) }),
    },
    'POST /api/counter/shift': { act: (work, { body }) => openShift(work, body) },
    'POST /api/counter/shift/count': { act: (work, { body }) => countShift(work, body.cash) },
    'POST /api/counter/cash': { act: (work, { body }) => moveCash(work, body) },

    'GET /api/vouchers': { read: (db, { query }, scope) => listVouchers(db, query, scope) },
    'GET /api/vouchers/:voucherId': { read: (db, { params }, scope) => getVoucher(db, params.voucherId, scope) },
    'POST /api/vouchers/:voucherId/refund': {
      act: (work, { params, body }) => refundVoucher(work, params.voucherId, body.reason),
    },
    'GET /api/voucher-alerts': { read: (db, { query }, scope) => listAlerts(db, query, scope) },
    'POST /api/voucher-alerts/:alertId/notes': {
      act: (work, { params, body }) => settleAlert(work, params.alertId, body),
    },
    'GET /api/hand-overs': { read: (db, { query }, scope) => listHandOvers(db, query, scope) },
    'POST /api/hand-overs': { act: (work, { body }) => sendToBank(work, body) },
    'POST /api/hand-overs/:handOverId/receipt': {
      act: (work, { params, body }) => receiveHandOver(work, params.handOverId, body),
    },
    'GET /api/reconciliations': { read: (db, { query }) => listReports(db, query) },
    'POST /api/reconciliations': { act: (work, { body }) => reconcileDay(work, body.day) },
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
