import type { Actor, Database } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { endOverdue } from './break-glass.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'end of emergencies' };

export async function scheduleEmergencyJobs(jobs: Jobs, database: Database): Promise<void> {
  await jobs.schedule({
    name: 'emergency.end-overdue',
    cron: '* * * * *',
    timeZone: 'UTC',
    run: () => endOverdue(database, schedule),
  });
}
