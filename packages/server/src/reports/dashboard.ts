import type { Dashboard } from '@lastmile/contract/reports.ts';
import type { z } from 'zod';
import { findFuseTrip } from '#billing/fuse.ts';
import { getToday, sumOpenInvoices, sumReceived } from '#billing/invoices.ts';
import { countPaidAndStillBlocked } from '#billing/suspension.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import { countPending } from '#provisioning/accounts.ts';
import { countLiveSessions } from '#provisioning/sessions.ts';
import { countRouters } from '#routers/health.ts';
import { countSubscribers } from '#subscribers/subscribers.ts';

export async function getDashboard(db: Db, now: Temporal.Instant): Promise<z.output<typeof Dashboard>> {
  const today = await getToday(db, now);
  const lastMonth = today.subtract({ months: 1 });
  const { currency, openMinor, overdueMinor, overdueCount } = await sumOpenInvoices(db, now);
  return {
    customers: await countSubscribers(db),
    sessionsOnline: await countLiveSessions(db),
    routers: await countRouters(db),
    pendingOnRouters: await countPending(db),
    money: {
      currency,
      receivedThisMonthMinor: await sumReceived(db, startOfMonth(today), today),
      receivedLastMonthToDateMinor: await sumReceived(db, startOfMonth(lastMonth), lastMonth),
      openMinor,
      overdueMinor,
      overdueCount,
    },
    paidAndStillBlocked: await countPaidAndStillBlocked(db, now),
    suspensionsWaiting: (await findFuseTrip(db))?.plannedCount ?? 0,
    asOf: now,
  };
}
