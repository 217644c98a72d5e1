// For a router that begins empty, as one does that was reset: all its codes are written again, and counters begin anew.
import { sql } from 'kysely';
import type { Work } from '#platform/db.ts';

export async function rewriteAllCodes(work: Work): Promise<void> {
  await work.db
    .updateTable('vouchers.vouchers')
    .set({
      is_on_router: false,
      counter_seconds: 0n,
      counter_bytes: 0n,
      pending_since: sql<Temporal.Instant | null>`case when is_wanted then ${work.now}::timestamptz end`,
    })
    .where('is_on_router', '=', true)
    .execute();
}
