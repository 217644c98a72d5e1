// Everything of subscribers that is on a RouterOS router, whoever made it. It never writes.
import { type RouterClient, type Row, Unsupported } from '@lastmile/routeros';
import { idInComment } from '#provisioning/mark-rules.ts';
import type { ServiceKind } from '#provisioning/profiles.ts';

export type FoundProfile = { service: ServiceKind; name: string; rateLimit: string; isOurs: boolean };

export type FoundAccount = {
  service: ServiceKind;
  name: string;
  profile: string;
  /** undefined where the router does not show it. */
  password: string | undefined;
  isDisabled: boolean;
  comment: string;
  staticAddress: string | null;
  macAddress: string | null;
  isOurs: boolean;
};

export type Inventory = {
  profiles: FoundProfile[];
  accounts: FoundAccount[];
  pools: { name: string; ranges: string }[];
  /** Secrets of other services (l2tp, ovpn...), which are no subscribers of ours. */
  otherCount: number;
};

export async function readInventory(client: RouterClient): Promise<Inventory> {
  const [pppProfiles, secrets, hotspotProfiles, users, pools] = await Promise.all([
    client.print('/ppp/profile', { proplist: ['name', 'rate-limit', 'comment'] }),
    client.print('/ppp/secret', {
      proplist: ['name', 'service', 'profile', 'password', 'disabled', 'comment', 'remote-address', 'caller-id'],
    }),
    printIfThere(client, '/ip/hotspot/user/profile', ['name', 'rate-limit']),
    printIfThere(client, '/ip/hotspot/user', [
      'name',
      'profile',
      'password',
      'disabled',
      'comment',
      'address',
      'mac-address',
      'dynamic',
    ]),
    printIfThere(client, '/ip/pool', ['name', 'ranges']),
  ]);
  const isPppoe = ({ service }: Row) => service === 'pppoe' || service === 'any' || !service;
  return {
    profiles: [
      ...pppProfiles.map((row) => profileOf('pppoe', row)),
      ...hotspotProfiles.map((row) => profileOf('hotspot', row)),
    ],
    accounts: [
      ...secrets.filter(isPppoe).map((row) => accountOf('pppoe', row, row['remote-address'], row['caller-id'])),
      ...users
        // What the router makes by itself (a trial, the default of the hotspot) is nobody's.
        .filter(({ name, dynamic }) => dynamic !== 'true' && name !== 'default-trial')
        .map((row) => accountOf('hotspot', row, row.address, row['mac-address'])),
    ],
    pools: pools.map((row) => ({ name: row.name ?? '', ranges: row.ranges ?? '' })),
    otherCount: secrets.filter((row) => !isPppoe(row)).length,
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

function profileOf(service: ServiceKind, row: Row): FoundProfile {
  const isOurs = idInComment(row.comment) !== undefined;
  return { service, name: row.name ?? '', rateLimit: row['rate-limit'] ?? '', isOurs };
}

function accountOf(service: ServiceKind, row: Row, address: string | undefined, mac: string | undefined): FoundAccount {
  return {
    service,
    name: row.name ?? '',
    profile: row.profile ?? '',
    password: /^\*+$/.test(row.password ?? '') ? undefined : row.password,
    isDisabled: row.disabled === 'true',
    comment: row.comment ?? '',
    staticAddress: /^\d+\.\d+\.\d+\.\d+$/.test(address ?? '') && address !== '0.0.0.0' ? (address ?? null) : null,
    macAddress:
      /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/i.test(mac ?? '') && !/^[0:]+$/.test(mac ?? '')
        ? (mac ?? '').toUpperCase()
        : null,
    isOurs: idInComment(row.comment) !== undefined,
  };
}
