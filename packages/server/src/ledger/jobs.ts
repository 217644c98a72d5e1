import type { Actor, Database } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { addUpPostings } from './daily-sums.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'daily sums' };

export async function scheduleLedgerJobs(jobs: Jobs, database: Database): Promise<void> {
  // What was booked since is read posting by posting: a large run of invoices is not left to that for long.
  await jobs.schedule({
    name: 'ledger.daily-sums',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: async () => {
      await addUpPostings(database, schedule);
    },
  });
}
