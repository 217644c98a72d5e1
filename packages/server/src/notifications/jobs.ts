import type { Database } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import type { Sealer } from '#platform/secrets.ts';
import { sendMessages } from './send-messages.ts';

export async function scheduleNotificationJobs(jobs: Jobs, database: Database, sealer: Sealer): Promise<void> {
  await jobs.schedule({
    name: 'notifications.send-messages',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: async () => {
      await sendMessages(database, sealer);
    },
  });
}
