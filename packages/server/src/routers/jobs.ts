import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { condenseHealth } from './health-history.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'router health' };

export async function scheduleRouterJobs(jobs: Jobs, database: Database): Promise<void> {
  await jobs.schedule({
    name: 'routers.condense-health',
    cron: '20 * * * *',
    timeZone: 'UTC',
    run: () => inTransaction(database, schedule, condenseHealth),
  });
}
