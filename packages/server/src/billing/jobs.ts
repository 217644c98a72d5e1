import type { Actor, Database } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Jobs } from '#platform/jobs.ts';
import { runOverdueCheck } from './overdue-runs.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'overdue check' };

export async function scheduleBillingJobs(jobs: Jobs, database: Database): Promise<void> {
  await jobs.schedule({
    name: 'billing.overdue-check',
    cron: '5 * * * *',
    timeZone: 'UTC',
    run: async () => {
      try {
        await runOverdueCheck(database, schedule);
      } catch (error) {
        // A person runs it just now: that is as good.
        if (!(error instanceof DomainError && error.code === 'billing_run_busy')) throw error;
      }
    },
  });
}
