// Looks at the clock with every check: who moves it moves days, expiry and shifts.
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { raiseAlerts } from '#vouchers/alerts.ts';
import { type ClockReading, clockJumpSeconds } from '#vouchers/rules/clock-rules.ts';

export type ClockWatch = { look(database: Database, actor: Actor): Promise<void> };

/** Remembers the last look of this process; of the one before there is a row. */
export function createClockWatch(monotonicMs: () => number = () => performance.now()): ClockWatch {
  let last: ClockReading | undefined;
  return {
    async look(database, actor) {
      const now: ClockReading = { at: database.clock.now(), monotonicMs: monotonicMs() };
      await inTransaction(database, actor, (work) => compare(work, last, now));
      last = now;
    },
  };
}

async function compare(work: Work, last: ClockReading | undefined, now: ClockReading): Promise<void> {
  const row = await work.db.selectFrom('vouchers.clock_watch').select('seen_at as at').forUpdate().executeTakeFirst();
  const before = last ?? (row && { at: row.at, monotonicMs: undefined });
  await work.db
    .insertInto('vouchers.clock_watch')
    .values({ seen_at: now.at })
    .onConflict((conflict) => conflict.column('is_only_row').doUpdateSet({ seen_at: now.at }))
    .execute();
  const seconds = before && clockJumpSeconds(before, now);
  if (!before || seconds === undefined) return;
  await raiseAlerts(work, [
    {
      kind: 'clock_moved',
      fingerprint: `${before.at} ${now.at}`,
      evidence: { seconds, before: `${before.at}`, after: `${now.at}` },
    },
  ]);
}
