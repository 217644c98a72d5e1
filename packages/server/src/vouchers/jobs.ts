import type { LogWitness } from '#audit/verify.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { getSettings } from '#settings/provider.ts';
import { expireVouchers } from './expiry.ts';
import { switchHours } from './hours.ts';
import { reconcileDay } from './reconcile-day.ts';
import { endAbandonedSale, listAbandonedSales } from './sales.ts';
import { watchBooks } from './watches/books-watch.ts';
import { createClockWatch } from './watches/clock-watch.ts';
import { watchCounters } from './watches/watch.ts';

// Some checks may be missed while the program is off.
const watchedHours = 48;

const schedule: Actor = { kind: 'schedule', id: null, name: 'voucher check' };

export async function scheduleVoucherJobs(jobs: Jobs, database: Database, witness: LogWitness): Promise<void> {
  const clock = createClockWatch();
  await jobs.schedule({
    name: 'vouchers.check',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: async () => {
      await clock.look(database, schedule);
      await checkVouchers(database);
    },
  });
  await jobs.schedule({
    name: 'vouchers.watch-books',
    cron: '17 * * * *',
    timeZone: 'UTC',
    run: () => watchBooks(database, schedule, witness, database.clock.now().subtract({ hours: watchedHours })),
  });
  await jobs.schedule({
    name: 'vouchers.reconcile',
    timing: async () => {
      const { reconcileAt, timeZone } = await getSettings(database.db);
      const { hour, minute } = Temporal.PlainTime.from(reconcileAt);
      return { cron: `${minute} ${hour} * * *`, timeZone };
    },
    run: () => reconcileYesterday(database),
  });
}

export async function reconcileYesterday(database: Database): Promise<void> {
  const { timeZone } = await getSettings(database.db);
  const yesterday = localDate(database.clock.now(), timeZone).subtract({ days: 1 });
  await inTransaction(database, { ...schedule, name: 'daily reconciliation' }, (work) => reconcileDay(work, yesterday));
}

/** What a crash left behind ends, and what is over expires. Twice changes nothing more. */
export async function checkVouchers(database: Database): Promise<void> {
  for (const sale of await listAbandonedSales(database.db, database.clock.now()))
    await inTransaction(database, schedule, (work) => endAbandonedSale(work, sale));
  await expireVouchers(database, schedule);
  await inTransaction(database, schedule, switchHours);
  await watchCounters(database, schedule);
}
