import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { forgetUsage } from '#provisioning/daily-usage.ts';
import { writeQuotaLetters } from './quota-letters.ts';
import { runQuotas } from './settle-quotas.ts';

const upkeep: Actor = { kind: 'schedule', id: null, name: 'upkeep of usage' };

export async function scheduleUsageJobs(jobs: Jobs, database: Database): Promise<void> {
  // Counters are read once a minute: whoever is over is so for six minutes at most before he feels it.
  await jobs.schedule({
    name: 'usage.quotas',
    cron: '*/5 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await runQuotas(database);
    },
  });
  await jobs.schedule({
    name: 'usage.letters',
    cron: '*/10 * * * *',
    timeZone: 'UTC',
    run: async () => {
      await writeQuotaLetters(database);
    },
  });
  await jobs.schedule({
    name: 'usage.forget',
    cron: '25 3 * * *',
    timeZone: 'UTC',
    run: async () => {
      // What one night leaves the next one takes: a bound, so that it ends.
      for (let round = 0; round < 50; round++) if (!(await inTransaction(database, upkeep, forgetUsage))) return;
    },
  });
}
