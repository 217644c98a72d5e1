// Live: the codes of vouchers on a router. Who sells them decides what is written; here it is written, in a bounded time.
import type { RouterConnections } from '#routers/connections.ts';
import type { RouterRow } from '#routers/routers.ts';
import {
  deadlineOf,
  type HotspotUser,
  type HotspotUsers,
  routerosHotspotUsers,
} from './drivers/routeros-hotspot-users.ts';

export type {
  HotspotBypass,
  HotspotDevice,
  HotspotProfile,
  HotspotUser,
  HotspotUsers,
  ObservedHotspotProfile,
  ObservedHotspotUser,
} from './drivers/routeros-hotspot-users.ts';

/** Another room's part of every visit to a router that we manage, after the accounts. */
export type Guest = (router: RouterRow, users: HotspotUsers, look: 'unsettled' | 'everything') => Promise<void>;

/** Writes users while somebody waits at the counter: it is done and seen within the time, or thrown. */
export async function putHotspotUsers(
  connections: RouterConnections,
  router: RouterRow,
  users: readonly HotspotUser[],
  timeoutMs: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(deadlineOf(router.label, timeoutMs));
      connections.drop(router.id);
    }, timeoutMs);
  });
  const writing = connections.get(router).then((client) => routerosHotspotUsers(client).put(users));
  // Whichever comes second is nobody's news.
  writing.catch(() => {});
  try {
    await Promise.race([writing, late]);
  } finally {
    clearTimeout(timer);
  }
}
