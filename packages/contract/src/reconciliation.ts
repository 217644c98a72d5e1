// What was sold, seen and counted, held against each other, and what somebody must look at.
import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { figureGroups } from './figure-groups.ts';
import { Bytes, Currency, Day, Id, Instant, Minor, PageQuery, page, text } from './shapes.ts';

export const alertStates = ['open', 'explained', 'accepted', 'escalated'] as const;

/** What somebody must look at. */
export const Alert = z
  .object({
    id: Id,
    kind: z.string(),
    state: z.enum(alertStates),
    foundAt: Instant,
    routerId: Id.nullable(),
    routerLabel: z.string().nullable(),
    staffName: z.string().nullable(),
    shiftId: Id.nullable(),
    voucherId: Id.nullable(),
    amountMinor: Minor.nullable(),
    evidence: z.record(z.string(), z.unknown()),
    notes: z.array(z.object({ at: Instant, byName: z.string(), state: z.string(), note: z.string() })),
  })
  .meta({ id: 'VoucherAlert' });

/** Sold, seen and counted on one day; never rewritten. */
export const ReconciliationReport = z
  .object({
    id: Id,
    day: Day,
    revision: z.int(),
    madeAt: Instant,
    madeBy: z.string(),
    /** Of the audit log of that day, in hex; null until the day is closed there. */
    auditRoot: z.string().nullable(),
    currency: Currency,
    totals: z.object({
      soldCount: z.int(),
      soldMinor: Minor,
      /** The same sales, as the ledger booked them. */
      ledgerMinor: Minor,
      booksFlag: z.enum(['ok', 'mismatch']),
      countedMinor: Minor,
      varianceMinor: Minor,
      usedCount: z.int(),
      /** Names used on routers that were never sold. */
      unsoldCount: z.int(),
      alertCount: z.int(),
    }),
    shifts: z.array(
      z.object({
        shiftId: Id,
        staffName: z.string(),
        locationName: z.string().nullable(),
        soldMinor: Minor,
        expectedMinor: Minor.nullable(),
        countedMinor: Minor.nullable(),
        varianceMinor: Minor.nullable(),
        /** Signed for by another person. */
        receivedMinor: Minor.nullable(),
        varianceBp: z.int().nullable(),
        flag: z.enum(['ok', 'short', 'over', 'open', 'mismatch']),
      }),
    ),
    routers: z.array(
      z.object({
        routerId: Id,
        label: z.string(),
        soldCount: z.int(),
        soldMinor: Minor,
        usedCount: z.int(),
        onRouterCount: z.int(),
        usedBytes: Bytes,
        lookedAt: z.string().nullable(),
      }),
    ),
    /** Used on a router that day, and not sold by then. */
    unsoldCodes: z.array(z.string()),
    alerts: z.array(z.object({ kind: z.string(), count: z.int() })),
  })
  .meta({ id: 'ReconciliationReport' });

/** A counter that is open now. */
const OpenCounter = z.object({
  shiftId: Id,
  staffName: z.string(),
  routerLabel: z.string(),
  openedAt: Instant,
  soldCount: z.int(),
  /** null: not told to who still has to count it. */
  soldMinor: Minor.nullable(),
  expectedMinor: Minor.nullable(),
});

/** One location as it is now; what stands nowhere is one, too. */
export const LocationCounters = z
  .object({
    locationId: Id.nullable(),
    locationName: z.string().nullable(),
    routerCount: z.int(),
    /** Routers that did not answer last. */
    silentCount: z.int(),
    openCounters: z.array(OpenCounter),
    /** Of today, in the provider's time zone. */
    soldCount: z.int(),
    soldMinor: Minor,
    usedBytes: Bytes,
    /** What went through in each of the last 24 hours in which anything did. */
    traffic: z.array(z.object({ hour: Instant, usedBytes: Bytes })),
    countedMinor: Minor,
    varianceMinor: Minor,
    /** Codes online at the last look. */
    onlineCount: z.int(),
    /** In open drawers; null where one of them is the asker's own. */
    expectedMinor: Minor.nullable(),
    /** Counted and not signed for yet. */
    unsignedMinor: Minor,
    alertCount: z.int(),
  })
  .meta({ id: 'LocationCounters' });

/** What was sold and used, and whether the drawers were right, by one of the groups. */
export const VoucherFigure = z
  .object({
    /** The day, the hour of the day, or the name; of a drawer its three parts. */
    name: z.string(),
    soldCount: z.int(),
    soldMinor: Minor,
    /** Of the codes sold, those that came into use. */
    usedCount: z.int(),
    usedBytes: Bytes,
    /** Shifts that were counted; none of a package or an hour. */
    shiftCount: z.int(),
    offCount: z.int(),
    expectedMinor: Minor,
    countedMinor: Minor,
    varianceMinor: Minor,
  })
  .meta({ id: 'VoucherFigure' });

const reportId = z.object({ reportId: Id });
const alertId = z.object({ alertId: Id });

export const reconciliation = {
  'GET /api/counters': {
    name: 'listCounters',
    summary: 'All locations as they are now: open shifts, sold today, online now, cash expected and counted.',
    permission: 'voucher:read',
    reply: z.object({ at: Instant, currency: Currency, items: z.array(LocationCounters) }),
  },
  'GET /api/voucher-figures': {
    name: 'listVoucherFigures',
    summary: 'Sold, used and counted by day, location, person, drawer, package or hour of the day; a year at most.',
    permission: 'voucher:read',
    query: z.object({
      by: z.enum(figureGroups).default('day'),
      from: Day.optional(),
      to: Day.optional(),
      locationId: Id.optional(),
    }),
    reply: z.object({ from: Day, to: Day, currency: Currency, items: z.array(VoucherFigure) }),
  },
  'GET /api/voucher-alerts': {
    name: 'listVoucherAlerts',
    summary: 'What somebody must look at, newest first, with its evidence.',
    permission: 'voucher:read',
    query: PageQuery.extend({ state: z.enum([...alertStates, 'all']).default('open') }),
    reply: page(Alert),
  },
  'POST /api/voucher-alerts/:alertId/notes': {
    name: 'settleVoucherAlert',
    summary: 'Explain, accept or escalate an alert, with the reason. Never by the person it is about.',
    permission: 'voucher:approve',
    params: alertId,
    body: z.object({ state: z.enum(alertStates), note: text(500, 1) }),
    reply: Alert,
  },
  'GET /api/reconciliations': {
    name: 'listReconciliations',
    summary: 'Reports of days, newest first, every revision.',
    permission: 'voucher:read',
    needsEverywhere: true,
    query: PageQuery,
    reply: page(ReconciliationReport),
  },
  'GET /api/reconciliations/:reportId': {
    name: 'getReconciliation',
    summary: 'One report in one of its revisions.',
    permission: 'voucher:read',
    needsEverywhere: true,
    params: reportId,
    reply: ReconciliationReport,
  },
  'POST /api/reconciliations': {
    name: 'reconcileDay',
    summary: 'Reconcile a day now: another revision, the earlier ones stay.',
    permission: 'voucher:approve',
    needsEverywhere: true,
    body: z.object({ day: Day }),
    reply: ReconciliationReport,
    status: 201,
  },
} satisfies EndpointRecord;
