import type { LogWitness } from '#audit/verify.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { mailDailyRoots } from './daily-root.ts';
import { sweepEvents } from './events.ts';
import { watchLog } from './watch-log.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'system' };

export async function scheduleSystemJobs(
  jobs: Jobs,
  database: Database,
  { witness, sealPlain }: { witness: LogWitness; sealPlain: () => Promise<unknown> },
): Promise<void> {
  await jobs.schedule({
    name: 'system.seal-plain',
    cron: '*/10 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await sealPlain();
    },
  });
  await jobs.schedule({
    name: 'system.sweep-events',
    cron: '25 * * * *',
    timeZone: 'UTC',
    run: () => inTransaction(database, schedule, sweepEvents),
  });
  // Every hour, because the day ends at another one in each zone.
  await jobs.schedule({
    name: 'system.mail-roots',
    cron: '10 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await inTransaction(database, schedule, mailDailyRoots);
    },
  });
  await jobs.schedule({
    name: 'system.verify-log',
    cron: '45 3 * * *',
    timeZone: 'UTC',
    run: async () => {
      await watchLog(database, witness);
    },
  });
}
