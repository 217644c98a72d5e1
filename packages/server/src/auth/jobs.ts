import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { deleteExpiredSessions } from './sessions.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'session clean-up' };

export async function scheduleAuthJobs(jobs: Jobs, database: Database): Promise<void> {
  await jobs.schedule({
    name: 'auth.clean-up',
    cron: '17 * * * *',
    timeZone: 'UTC',
    run: () => inTransaction(database, schedule, deleteExpiredSessions),
  });
}
