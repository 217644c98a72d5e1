import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Currency, Day, Instant, Minor } from './shapes.ts';

export const Dashboard = z
  .object({
    customers: z.object({ total: z.int(), active: z.int(), suspended: z.int() }),
    sessionsOnline: z.int(),
    routers: z.object({ total: z.int(), online: z.int(), troubled: z.int() }),
    pendingOnRouters: z.object({ total: z.int(), needsPerson: z.int() }),
    money: z.object({
      currency: Currency,
      receivedThisMonthMinor: Minor,
      receivedLastMonthToDateMinor: Minor,
      openMinor: Minor,
      overdueMinor: Minor,
      overdueCount: z.int(),
    }),
    /** Paid all that was due, and still not on at the router. */
    paidAndStillBlocked: z.int(),
    /** Suspensions that the fuse stopped, and that wait for a person. */
    suspensionsWaiting: z.int(),
    /** Why nothing is invoiced by itself: nobody was asked yet whether it may begin, or a long gap waits for a person. */
    invoicingTrouble: z.enum(['undecided', 'waits']).nullable(),
    /** Lines of banks and payment providers of which nobody has said whose they are. */
    bankLinesWaiting: z.int(),
    /** Of the counters: sums and codes that do not agree, not looked at yet. */
    voucherAlerts: z.int(),
    /** Alarms that nobody has seen. */
    alarmsRinging: z.int(),
    asOf: Instant,
  })
  .meta({ id: 'Dashboard' });

export const ReceivedMonths = z
  .object({
    currency: Currency,
    /** The oldest first; the last is this month up to today. Each month is told by its first day. */
    items: z.array(z.object({ month: Day, receivedMinor: Minor })),
  })
  .meta({ id: 'ReceivedMonths' });

export const reports = {
  'GET /api/dashboard': {
    name: 'getDashboard',
    summary: 'Totals of today.',
    permission: 'report:read',
    reply: Dashboard,
  },
  'GET /api/dashboard/received-months': {
    name: 'listReceivedMonths',
    summary: 'What was received in each of the last twelve months, less what was undone and given back.',
    permission: 'report:read',
    reply: ReceivedMonths,
  },
} satisfies EndpointRecord;
