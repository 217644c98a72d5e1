import type { Dashboard } from '@lastmile/contract/reports.ts';
import type { z } from 'zod';
import { countWaitingLines } from '#billing/bank-lines.ts';
import { findFuseTrip } from '#billing/fuse.ts';
import { getToday, sumOpenInvoices } from '#billing/invoices.ts';
import { countPaidAndStillBlocked } from '#billing/paid-and-blocked.ts';
import { sumReceived } from '#billing/received.ts';
import { findInvoicingTrouble } from '#billing/scheduled-invoicing.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { countPending } from '#provisioning/pending.ts';
import { countLiveSessions } from '#provisioning/sessions.ts';
import { countRouters } from '#routers/health.ts';
import { countSubscribers } from '#subscribers/subscribers.ts';
import { countRinging } from '#system/events.ts';
import { countOpenAlerts } from '#vouchers/alerts.ts';

export async function getDashboard(db: Db, now: Temporal.Instant, scope: Scope): Promise<z.output<typeof Dashboard>> {
  const today = await getToday(db, now);
  const lastMonth = today.subtract({ months: 1 });
  const { currency, openMinor, overdueMinor, overdueCount } = await sumOpenInvoices(db, now, scope);
  return {
    customers: await countSubscribers(db, scope),
    sessionsOnline: await countLiveSessions(db, scope),
    routers: await countRouters(db, scope),
    pendingOnRouters: await countPending(db, scope),
    money: {
      currency,
      receivedThisMonthMinor: await sumReceived(db, startOfMonth(today), today, scope),
      receivedLastMonthToDateMinor: await sumReceived(db, startOfMonth(lastMonth), lastMonth, scope),
      openMinor,
      overdueMinor,
      overdueCount,
    },
    paidAndStillBlocked: await countPaidAndStillBlocked(db, now, scope),
    ...(await countWaiting(db, now, scope)),
    asOf: now,
  };
}

/** What waits for a person in each room. What is of no location is told only to who may see everywhere. */
async function countWaiting(db: Db, now: Temporal.Instant, scope: Scope) {
  const isEverywhere = scope === 'everywhere';
  return {
    voucherAlerts: await countOpenAlerts(db, scope),
    suspensionsWaiting: isEverywhere ? ((await findFuseTrip(db))?.plannedCount ?? 0) : 0,
    bankLinesWaiting: isEverywhere ? await countWaitingLines(db) : 0,
    invoicingTrouble: isEverywhere ? await findInvoicingTrouble(db, now) : null,
    alarmsRinging: isEverywhere ? await countRinging(db) : 0,
  };
}
