import type { Dashboard } from '@lastmile/contract/reports.ts';
import type { z } from 'zod';
import { findFuseTrip } from '#billing/fuse.ts';
import { getToday, sumOpenInvoices, sumReceived } from '#billing/invoices.ts';
import { findInvoicingTrouble } from '#billing/scheduled-invoicing.ts';
import { countPaidAndStillBlocked } from '#billing/suspension.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db, Scope } from '#platform/db.ts';
import { countPending } from '#provisioning/accounts.ts';
import { countLiveSessions } from '#provisioning/sessions.ts';
import { countRouters } from '#routers/health.ts';
import { countSubscribers } from '#subscribers/subscribers.ts';

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
    suspensionsWaiting: scope === 'everywhere' ? ((await findFuseTrip(db))?.plannedCount ?? 0) : 0,
    invoicingTrouble: scope === 'everywhere' ? await findInvoicingTrouble(db, now) : null,
    asOf: now,
  };
}
