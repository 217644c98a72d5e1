// An emergency takes the program's hands off every router; what was managed before is managed again when it ends.
import type { Work } from '#platform/db.ts';

export async function observeAllRouters(work: Work): Promise<number> {
  const changed = await work.db
    .updateTable('routers.routers')
    .set((e) => ({ mode: 'observe', is_managed_afterwards: true, revision: e('revision', '+', 1) }))
    .where('mode', '=', 'manage')
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  work.announce('router', '*');
  return Number(changed.numUpdatedRows);
}

/** Those that a person put in another mode meanwhile stay as he wanted them. */
export async function manageRoutersAgain(work: Work): Promise<number> {
  const changed = await work.db
    .updateTable('routers.routers')
    .set((e) => ({ mode: 'manage', revision: e('revision', '+', 1) }))
    .where('is_managed_afterwards', '=', true)
    .where('mode', '=', 'observe')
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  await work.db
    .updateTable('routers.routers')
    .set({ is_managed_afterwards: false })
    .where('is_managed_afterwards', '=', true)
    .execute();
  work.announce('router', '*');
  return Number(changed.numUpdatedRows);
}
