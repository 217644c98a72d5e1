import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { expireVouchers } from './expiry.ts';
import { endAbandonedSale, listAbandonedSales } from './sales.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'voucher check' };

export async function scheduleVoucherJobs(jobs: Jobs, database: Database): Promise<void> {
  await jobs.schedule({
    name: 'vouchers.check',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: () => checkVouchers(database),
  });
}

/** What a crash left behind ends, and what is over expires. Twice changes nothing more. */
export async function checkVouchers(database: Database): Promise<void> {
  for (const sale of await listAbandonedSales(database.db, database.clock.now()))
    await inTransaction(database, schedule, (work) => endAbandonedSale(work, sale));
  await expireVouchers(database, schedule);
}
