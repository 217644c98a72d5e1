// Who is online on a RouterOS device, of both kinds.
import { NotFound, type RouterClient, type Row, Unsupported, where } from '@lastmile/routeros';
import { countersOf } from '#provisioning/rules/usage-rules.ts';
import { secondsOf } from '#routers/probe.ts';
import type { LiveSession } from './driver.ts';
import { idOf, menus } from './routeros-objects.ts';

export async function readSessions(client: RouterClient, isCounting: boolean): Promise<LiveSession[]> {
  const [pppoe, hotspot] = await Promise.all([readPppoe(client, isCounting), readHotspot(client)]);
  return [...pppoe, ...hotspot];
}

export async function countSessions(client: RouterClient): Promise<number> {
  const isBoth = await hasHotspot(client);
  const [pppoe, hotspot] = await Promise.all([
    client.count(menus.pppoe.session),
    isBoth ? client.count(menus.hotspot.session) : 0,
  ]);
  return pppoe + hotspot;
}

const pppoeProperties = ['.id', 'name', 'service', 'caller-id', 'address', 'uptime', 'session-id'];

// /ppp/active has no byte counters: a session's bytes are those of its dynamic interface (routeros.md 3).
async function readPppoe(client: RouterClient, isCounting: boolean): Promise<LiveSession[]> {
  const counts = { proplist: ['name', 'rx-byte', 'tx-byte'], query: where.equals('type', 'pppoe-in') };
  const [active, interfaces] = await Promise.all([
    client.print(menus.pppoe.session, { proplist: pppoeProperties }),
    isCounting ? client.print('/interface', counts) : [],
  ]);
  const counters = new Map(interfaces.map((row) => [row.name, row]));
  const counting = isCounting ? await interfacesOf(client, active, counters) : undefined;
  return active.map((row) => {
    const counted = counting?.get(row);
    return {
      service: 'pppoe',
      routerKey: keyOfPppoe(row),
      accountName: row.name ?? '',
      address: row.address || null,
      callerId: row['caller-id'] || null,
      uptimeSeconds: secondsOf(row.uptime),
      // The interface's "rx" is what the client sends.
      ...countersOf(counted?.['tx-byte'], counted?.['rx-byte']),
    };
  });
}

/**
 * The interface of each session, by its row. Of several with one name only the first has an interface of just that name, also when it
 * is gone; the PPPoE server tells by the device which one is whose.
 */
async function interfacesOf(
  client: RouterClient,
  active: readonly Row[],
  counters: ReadonlyMap<string | undefined, Row>,
): Promise<ReadonlyMap<Row, Row>> {
  const sessions = active.filter(({ service }) => service === 'pppoe');
  const ofName = Map.groupBy(sessions, ({ name }) => name);
  const plain = (row: Row) => (ofName.get(row.name)?.length === 1 ? counters.get(`<pppoe-${row.name}>`) : undefined);
  const named = sessions.every(plain) ? undefined : await readServer(client);
  return new Map(
    sessions.flatMap((row): [Row, Row][] => {
      const counted = counters.get(named?.get(`${row.name} ${row['caller-id']}`)) ?? plain(row);
      return counted ? [[row, counted]] : [];
    }),
  );
}

/** By name and device. A device that is there twice with one name cannot be told apart, and is counted by nobody. */
async function readServer(client: RouterClient): Promise<ReadonlyMap<string, string | undefined>> {
  const rows = await client
    .print('/interface/pppoe-server', { proplist: ['name', 'user', 'remote-address'] })
    .catch((error: unknown): Row[] => {
      if (error instanceof Unsupported) return [];
      throw error;
    });
  const byDevice = Map.groupBy(rows, (row) => `${row.user} ${row['remote-address']}`);
  return new Map([...byDevice].map(([device, [row, another]]) => [device, another ? undefined : row?.name]));
}

const hotspotProperties = ['.id', 'user', 'address', 'mac-address', 'uptime', 'bytes-in', 'bytes-out'];

async function readHotspot(client: RouterClient): Promise<LiveSession[]> {
  if (!(await hasHotspot(client))) return [];
  const active = await client.print(menus.hotspot.session, { proplist: hotspotProperties });
  return active.map((row) => ({
    service: 'hotspot',
    routerKey: keyOfHotspot(row),
    accountName: row.user ?? '',
    address: row.address || null,
    callerId: row['mac-address'] || null,
    uptimeSeconds: secondsOf(row.uptime),
    // "in" is what comes in from the client.
    ...countersOf(row['bytes-out'], row['bytes-in']),
  }));
}

// Most routers have no hotspot, and one is not set up every minute.
const hotspotLookMs = 60_000;
const hotspots = new WeakMap<RouterClient, { isThere: Promise<boolean>; lookedAtMs: number }>();

function hasHotspot(client: RouterClient): Promise<boolean> {
  const known = hotspots.get(client);
  if (known && Date.now() - known.lookedAtMs < hotspotLookMs) return known.isThere;
  const isThere = client.print('/ip/hotspot', { proplist: ['.id'] }).then(
    (rows) => rows.length > 0,
    (error: unknown) => {
      if (error instanceof Unsupported) return false;
      hotspots.delete(client);
      throw error;
    },
  );
  hotspots.set(client, { isThere, lookedAtMs: Date.now() });
  return isThere;
}

// An .id may come again after a reboot, a session-id hardly does.
function keyOfPppoe(row: Row): string {
  return `${row['.id']} ${row['session-id'] ?? ''} ${row.name ?? ''}`;
}

function keyOfHotspot(row: Row): string {
  return `hotspot ${row['.id']} ${row['mac-address'] ?? ''} ${row.user ?? ''}`;
}

/** Says each time that somebody came or went, of either kind. */
export async function* watchSessions(client: RouterClient): AsyncGenerator<unknown> {
  const isBoth = await hasHotspot(client);
  const kinds = isBoth ? [menus.pppoe, menus.hotspot] : [menus.pppoe];
  const streams = kinds.map(({ session }) => client.listen(session, { proplist: ['.id'] })[Symbol.asyncIterator]());
  const next = (place: number) => streams[place]?.next().then((result) => ({ place, result })) as Promise<Event>;
  type Event = { place: number; result: IteratorResult<unknown> };
  try {
    const waiting = new Map(streams.map((_stream, place) => [place, next(place)]));
    while (waiting.size > 0) {
      const { place, result } = await Promise.race(waiting.values());
      if (result.done) waiting.delete(place);
      else {
        waiting.set(place, next(place));
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled(streams.map((stream) => stream.return?.()));
  }
}

export async function disconnect(client: RouterClient, routerKey: string): Promise<void> {
  const isHotspot = routerKey.startsWith('hotspot ');
  const { session: menu } = isHotspot ? menus.hotspot : menus.pppoe;
  const proplist = isHotspot ? ['.id', 'user', 'mac-address'] : ['.id', 'name', 'session-id'];
  const rows = await client.print(menu, { proplist });
  const row = rows.find((candidate) => (isHotspot ? keyOfHotspot(candidate) : keyOfPppoe(candidate)) === routerKey);
  if (!row) return;
  await client.remove(menu, idOf(row)).catch((error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
  });
}
