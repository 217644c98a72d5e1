import type { Database } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { redialJob, runRedials } from './redials.ts';

export async function scheduleProvisioningJobs(
  jobs: Jobs,
  database: Database,
  connections: RouterConnections,
): Promise<void> {
  await jobs.schedule({
    name: redialJob,
    cron: '* * * * *',
    timeZone: 'UTC',
    run: () => runRedials(database, connections),
  });
}
