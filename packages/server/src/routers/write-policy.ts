// What may be written to a router, and what waits for a person.
import type { Work } from '#platform/db.ts';
import { lockRouter } from './routers.ts';

/** Answers how many were held before. */
export async function recordHold(work: Work, routerId: string, count: number): Promise<number> {
  const row = await work.db
    .selectFrom('routers.routers')
    .select('held_count as heldCount')
    .where('id', '=', routerId)
    .forUpdate()
    .executeTakeFirst();
  if (!row || row.heldCount === count) return row?.heldCount ?? 0;
  await work.db
    .updateTable('routers.routers')
    .set({
      held_count: count,
      ...(count === 0 ? { held_since: null } : row.heldCount === 0 ? { held_since: work.now } : {}),
    })
    .where('id', '=', routerId)
    .execute();
  work.announce('router', routerId);
  return row.heldCount;
}

const liftedHours = 1;

export async function recordLift(work: Work, routerId: string, allowedCount: number): Promise<{ heldCount: number }> {
  await lockRouter(work, routerId);
  const heldCount = await recordHold(work, routerId, 0);
  await work.db
    .updateTable('routers.routers')
    .set({ lifted_count: allowedCount, lifted_until: work.now.add({ hours: liftedHours }) })
    .where('id', '=', routerId)
    .execute();
  work.announce('router', routerId);
  return { heldCount };
}
