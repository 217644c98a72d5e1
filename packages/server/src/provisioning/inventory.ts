// All that somebody else made on a router, to be taken over. Only reads.
import type { RouterConnections } from '#routers/connections.ts';
import type { RouterRow } from '#routers/routers.ts';
import { type Inventory, readInventory } from './drivers/inventory.ts';

export type { Inventory } from './drivers/inventory.ts';
export type FoundAccount = Inventory['accounts'][number];
export type FoundProfile = Inventory['profiles'][number];

export async function takeInventory(connections: RouterConnections, router: RouterRow): Promise<Inventory> {
  return readInventory(await connections.get(router));
}
