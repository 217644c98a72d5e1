import type { Database } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { runRedials } from './redials.ts';

export async function scheduleProvisioningJobs(
  jobs: Jobs,
  database: Database,
  connections: RouterConnections,
): Promise<void> {
  await jobs.schedule({
    name: 'provisioning.redial',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: () => runRedials(database, connections),
  });
}
