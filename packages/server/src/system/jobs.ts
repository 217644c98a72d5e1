import type { LogWitness } from '#audit/verify.ts';
import type { BackupPlace } from '#platform/backups.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Jobs } from '#platform/jobs.ts';
import { getSettings } from '#settings/provider.ts';
import { backUp, backupJob } from './backup.ts';
import { mailDailyRoots } from './daily-root.ts';
import { sweepEvents } from './events.ts';
import { watchLog } from './watch-log.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'system' };

export async function scheduleSystemJobs(
  jobs: Jobs,
  database: Database,
  {
    witness,
    sealPlain,
    backupPlace,
  }: { witness: LogWitness; sealPlain: () => Promise<unknown>; backupPlace: BackupPlace | undefined },
): Promise<void> {
  if (backupPlace)
    await jobs.schedule({
      name: backupJob,
      timing: async () => {
        const { quietHour, timeZone } = await getSettings(database.db);
        const { hour, minute } = Temporal.PlainTime.from(quietHour);
        return { cron: `${minute} ${hour} * * *`, timeZone };
      },
      run: async () => {
        await backUp(database, schedule, backupPlace);
      },
    });
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
