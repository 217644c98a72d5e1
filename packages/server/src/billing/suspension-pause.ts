// An emergency keeps everybody on: no run cuts for money until then. It ends by its own hour, also when no job runs.
import type { Db, Work } from '#platform/db.ts';

export async function isSuspensionPaused(db: Db, now: Temporal.Instant): Promise<boolean> {
  const { until } = await db
    .selectFrom('billing.overdue_policy')
    .select('paused_until as until')
    .executeTakeFirstOrThrow();
  return until !== null && Temporal.Instant.compare(now, until) < 0;
}

/** null: runs cut again from now on. */
export async function pauseSuspension(work: Work, until: Temporal.Instant | null): Promise<void> {
  await work.db.updateTable('billing.overdue_policy').set({ paused_until: until }).execute();
  work.announce('settings', 'overdue-policy');
}
