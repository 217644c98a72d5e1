// Looks whether the audit log is as it was written, and rings when it is not.
import { type LogWitness, verifyLog } from '#audit/verify.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { counted } from '#platform/errors.ts';
import { raiseAlarm } from './events.ts';

const schedule: Actor = { kind: 'schedule', id: null, name: 'audit check' };

/** Once a day for the same finding: who has seen it must not be woken by it every time. */
export async function ringForTampering(database: Database, message: string): Promise<void> {
  await inTransaction(database, schedule, (work) =>
    raiseAlarm(work, {
      kind: 'security',
      name: 'audit.tampered',
      title: 'The audit log is not as it was written.',
      message,
      dedupeKey: `audit.tampered ${work.now.toString().slice(0, 10)} ${message}`.slice(0, 300),
    }),
  );
}

/** Reads the whole log again, against all that was told outside of the database; false and an alarm where it is not sound. */
export async function watchLog(database: Database, { signing, anchors }: LogWitness): Promise<boolean> {
  const found = await verifyLog(database.db, { signing, anchors: await anchors.readAnchors() });
  const [first] = found.problems;
  if (!first) return true;
  const place = first.seq === null ? `entry ${first.entryId}` : `record ${first.seq}`;
  await ringForTampering(
    database,
    `${counted(found.problems.length, 'place')} in ${counted(found.count, 'record')}, the first is ${place} (${first.kind}).`,
  );
  return false;
}
