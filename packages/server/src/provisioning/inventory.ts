// All that somebody else made on a router, to be taken over. Only reads.
import type { RouterConnections } from '#routers/connections.ts';
import type { RouterRow } from '#routers/routers.ts';
import { type Inventory, readInventory } from './drivers/inventory.ts';

export type { FoundAccount, FoundProfile, Inventory } from './drivers/inventory.ts';

export async function takeInventory(connections: RouterConnections, router: RouterRow): Promise<Inventory> {
  return readInventory(await connections.get(router));
}
