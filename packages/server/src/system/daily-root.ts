// The root of each day's log goes to the owner by mail: what left the machine, nobody who holds the machine can change.
import { listClosedDays } from '#audit/chain.ts';
import type { Work } from '#platform/db.ts';
import { mailOwner } from './events.ts';

// A week is enough for a server that stood still over a holiday.
const daysLookedAt = 7;

export async function mailDailyRoots(work: Work): Promise<number> {
  let count = 0;
  for (const { day, firstSeq, lastSeq, root, head } of (await listClosedDays(work.db, daysLookedAt)).toReversed()) {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const isNew = await mailOwner(work, 'audit_root', {
      title: day.toString(),
      text: [
        `Records ${firstSeq} to ${lastSeq}.`,
        `Root of the day: ${hex(root)}`,
        `End of the log, to check against later: ${lastSeq}:${hex(head)}`,
      ].join('\n'),
      dedupeKey: `audit-root ${day}`,
    });
    if (isNew) count += 1;
  }
  return count;
}
