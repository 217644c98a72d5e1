// The database backs itself up, and rings where it could not.
import { type Backup, type BackupPlace, takeBackup } from '#platform/backups.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { raiseAlarm, recordEvent } from './events.ts';

export const backupJob = 'system.back-up';

/** Undefined while another one is under way. */
export async function backUp(database: Database, actor: Actor, place: BackupPlace): Promise<Backup | undefined> {
  const now = database.clock.now();
  try {
    const backup = await takeBackup(database.pool, place, now);
    if (backup) await inTransaction(database, actor, (work) => recordEvent(work, madeEvent(backup)));
    return backup;
  } catch (error) {
    await inTransaction(database, actor, (work) =>
      raiseAlarm(work, {
        kind: 'system',
        name: 'backup.failed',
        title: 'The database was not backed up.',
        message: String(error instanceof Error ? error.message : error),
        // It is tried again some times: it rings once for a day.
        dedupeKey: `backup.failed ${now.toString().slice(0, 10)}`,
      }),
    ).catch(() => {});
    throw error;
  }
}

const madeEvent = ({ name }: Backup) => ({
  kind: 'system' as const,
  level: 'info' as const,
  name: 'backup.made',
  message: `${name}: the database was backed up`,
});
