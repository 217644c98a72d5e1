// Our part of every visit to a router: codes that are sold go there, codes that ended leave it.
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import type { Guest, HotspotUsers } from '#provisioning/hotspot-users.ts';
import type { RouterRow } from '#routers/routers.ts';
import { lookAtRouter } from './look-at-router.ts';
import { recordLastReadings } from './readings.ts';
import { noteEvents } from './vouchers.ts';
import { selectHotspotUsers } from './wanted-codes.ts';

const actor: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

// A visit does a part and comes again, so that the accounts of a busy router do not wait for a thousand codes.
const batchSize = 200;
const maxBatches = 10;

export function codesOnRouters(database: Database): Guest {
  return async (router, users, look) => {
    await bringAll(database, router, users);
    if (look !== 'everything') return;
    await lookAtRouter(database, router, users);
    await bringAll(database, router, users);
  };
}

async function bringAll(database: Database, router: RouterRow, users: HotspotUsers): Promise<void> {
  for (let batch = 0; batch < maxBatches; batch++) {
    if ((await bringPending(database, router, users)) < batchSize) return;
  }
}

type PendingCode = { id: string; code: string; isWanted: boolean };

/** Brings what differs on a router, and says of how many codes that was. Done again, it changes nothing more. */
export async function bringPending(database: Database, router: RouterRow, users: HotspotUsers): Promise<number> {
  const pending = await database.db
    .selectFrom('vouchers.vouchers')
    .select(['id', 'code', 'is_wanted as isWanted'])
    .where('router_id', '=', router.id)
    .whereRef('is_wanted', '<>', 'is_on_router')
    .orderBy('id')
    .limit(batchSize)
    .execute();
  if (pending.length === 0) return 0;
  const leaving = pending.filter(({ isWanted }) => !isWanted);
  await removeLeaving(database, router, users, leaving);
  await bringWanted(
    database,
    users,
    pending.filter(({ isWanted }) => isWanted),
  );
  return pending.length;
}

async function removeLeaving(
  database: Database,
  router: RouterRow,
  users: HotspotUsers,
  leaving: readonly PendingCode[],
): Promise<void> {
  if (leaving.length === 0) return;
  const seen = await users.find(leaving.map(({ code }) => code));
  await inTransaction(database, actor, (work) => recordLastReadings(work, router.id, seen));
  await users.remove(leaving);
  await settle(database, leaving);
}

async function bringWanted(database: Database, users: HotspotUsers, coming: readonly PendingCode[]): Promise<void> {
  if (coming.length === 0) return;
  const ids = coming.map(({ id }) => id);
  await users.put(await selectHotspotUsers(database, (q) => q.where('voucher.id', 'in', ids)));
  await settle(database, coming);
}

/** Only where nobody wanted otherwise meanwhile. */
async function settle(database: Database, codes: readonly PendingCode[]): Promise<void> {
  if (codes.length === 0) return;
  await inTransaction(database, actor, async (work) => {
    for (const isWanted of [true, false]) {
      const ids = codes.filter((code) => code.isWanted === isWanted).map(({ id }) => id);
      await settleAs(work, ids, isWanted);
    }
  });
}

async function settleAs(work: Work, ids: readonly string[], isOnRouter: boolean): Promise<void> {
  if (ids.length === 0) return;
  const settled = await work.db
    .updateTable('vouchers.vouchers')
    .set({ is_on_router: isOnRouter, pending_since: null, trouble_message: null })
    .where('id', 'in', ids)
    .where('is_wanted', '=', isOnRouter)
    .where('is_on_router', '<>', isOnRouter)
    .returning(['id'])
    .execute();
  const settledIds = settled.map(({ id }) => id);
  await noteEvents(work, isOnRouter ? 'on_router' : 'off_router', settledIds);
  for (const id of settledIds) work.announce('voucher', id);
}
