// What some sessions of a router carry: their counters alone, not who is online. For those whom somebody is looking at.
import { type RouterClient, type Row, where } from '@lastmile/routeros';
import type { ServiceKind } from '#provisioning/profiles.ts';

export type Watched = {
  sessionId: string;
  service: ServiceKind;
  accountName: string;
  address: string | null;
  callerId: string | null;
};

export type Counters = { downBytes: bigint; upBytes: bigint };

// A page shows hundreds at most; above this many names one print of all is cheaper for the router than so long a query.
const maxNamesInQuery = 60;

/** By session. Who is gone, or is counted by nothing, is left out. */
export async function readCounters(
  client: RouterClient,
  watched: readonly Watched[],
  timeoutMs: number,
): Promise<Map<string, Counters>> {
  const [pppoe, hotspot] = [
    watched.filter(({ service }) => service === 'pppoe'),
    watched.filter(({ service }) => service === 'hotspot'),
  ];
  const found = await Promise.all([readPppoe(client, pppoe, timeoutMs), readHotspot(client, hotspot, timeoutMs)]);
  return new Map(found.flatMap((counters) => [...counters]));
}

/** A PPPoE session is counted by its dynamic interface. */
async function readPppoe(
  client: RouterClient,
  watched: readonly Watched[],
  timeoutMs: number,
): Promise<Map<string, Counters>> {
  if (watched.length === 0) return new Map();
  const interfaceOf = ({ accountName }: Watched) => `<pppoe-${accountName}>`;
  const query =
    watched.length > maxNamesInQuery
      ? where.equals('type', 'pppoe-in')
      : where.or(...watched.map((one) => where.equals('name', interfaceOf(one))));
  const rows = await client.print('/interface', { proplist: ['name', 'rx-byte', 'tx-byte'], query, timeoutMs });
  const byName = new Map(rows.map((row) => [row.name, row]));
  // The interface's "rx" is what the client sends.
  return pick(watched, (one) => byName.get(interfaceOf(one)), 'tx-byte', 'rx-byte');
}

async function readHotspot(
  client: RouterClient,
  watched: readonly Watched[],
  timeoutMs: number,
): Promise<Map<string, Counters>> {
  if (watched.length === 0) return new Map();
  const names = [...new Set(watched.map(({ accountName }) => accountName))];
  const rows = await client.print('/ip/hotspot/active', {
    proplist: ['user', 'address', 'mac-address', 'bytes-in', 'bytes-out'],
    ...(names.length > maxNamesInQuery ? {} : { query: where.or(...names.map((name) => where.equals('user', name))) }),
    timeoutMs,
  });
  // One login may have several devices.
  const keyOf = (user: string | undefined, address: string | null | undefined) => `${user} ${address ?? ''}`;
  const byDevice = new Map(rows.map((row) => [keyOf(row.user, row.address), row]));
  // "In" is what the device sends.
  return pick(watched, (one) => byDevice.get(keyOf(one.accountName, one.address)), 'bytes-out', 'bytes-in');
}

function pick(
  watched: readonly Watched[],
  rowOf: (one: Watched) => Row | undefined,
  down: string,
  up: string,
): Map<string, Counters> {
  return new Map(
    watched.flatMap((one): [string, Counters][] => {
      const row = rowOf(one);
      if (!row) return [];
      return [[one.sessionId, { downBytes: BigInt(row[down] ?? 0), upBytes: BigInt(row[up] ?? 0) }]];
    }),
  );
}
