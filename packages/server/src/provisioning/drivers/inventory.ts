// Everything of subscribers that is on a RouterOS router, whoever made it. It never writes.
import { type RouterClient, type Row, Unsupported } from '@lastmile/routeros';
import type { ServiceKind } from '#provisioning/profiles.ts';
import type { ObservedAccount, ObservedProfile } from '#provisioning/rules/object-rules.ts';
import { accountOf, accountProperties, menus, profileOf, profileProperties } from './routeros-objects.ts';

export type Inventory = {
  profiles: ObservedProfile[];
  accounts: ObservedAccount[];
  pools: { name: string; ranges: string }[];
};

export async function readInventory(client: RouterClient): Promise<Inventory> {
  const [pppoe, hotspot, pools] = await Promise.all([
    readKind(client, 'pppoe'),
    readKind(client, 'hotspot'),
    printIfThere(client, '/ip/pool', ['name', 'ranges']),
  ]);
  return {
    profiles: [...pppoe.profiles, ...hotspot.profiles],
    accounts: [...pppoe.accounts, ...hotspot.accounts],
    pools: pools.map((row) => ({ name: row.name ?? '', ranges: row.ranges ?? '' })),
  };
}

async function readKind(client: RouterClient, service: ServiceKind): Promise<Pick<Inventory, 'profiles' | 'accounts'>> {
  const { profile, account } = menus[service];
  const [profiles, accounts] = await Promise.all([
    printIfThere(client, profile, profileProperties[service]),
    printIfThere(client, account, accountProperties[service]),
  ]);
  return {
    profiles: profiles.map((row) => profileOf(service, row)),
    // The hotspot's own guest is nobody's.
    accounts: accounts.map((row) => accountOf(service, row)).filter(({ name }) => name !== 'default-trial'),
  };
}

async function printIfThere(client: RouterClient, menu: string, proplist: readonly string[]): Promise<Row[]> {
  try {
    return await client.print(menu, { proplist });
  } catch (error) {
    if (error instanceof Unsupported) return [];
    throw error;
  }
}
