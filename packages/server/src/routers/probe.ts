// Reads what a router tells about itself.
import { connectRouter, type RouterClient, type Row, Unsupported, where } from '@lastmile/routeros';
import { clockOf, hottestSensor } from './health-rules.ts';
import { isLocalAddress } from './local-address-rules.ts';
import type { RouterAccess } from './routers.ts';
import { type RouterTrouble, routerTrouble } from './trouble.ts';

export type RouterFacts = {
  identity: string;
  model: string;
  rosVersion: string;
  uptimeSeconds: number;
  cpuLoadPercent: number;
  freeMemoryBytes: bigint;
  totalMemoryBytes: bigint;
  temperatureCelsius: number | null;
  clockSkewSeconds: number | null;
  latencyMs: number;
};

export type Probe =
  | { ok: true; latencyMs: number; facts: RouterFacts & { secretCount: number } }
  | { ok: false; trouble: RouterTrouble };

export const connectTimeoutMs = 5000;

export type Reach = {
  /** Also routers at addresses of this server itself: simulators. */
  areLocalRoutersAllowed?: boolean;
  commandTimeoutMs?: number;
};

/** Connects, looks and leaves. Never throws for what a router or a network does. */
export async function probeRouter(access: RouterAccess, reach: Reach): Promise<Probe> {
  const startedAt = performance.now();
  let client: RouterClient | undefined;
  try {
    client = await openClient(access, access.host, reach);
    const facts = await readFacts(client, Temporal.Now.instant());
    const latencyMs = Math.round(performance.now() - startedAt);
    return { ok: true, latencyMs, facts: { ...facts, secretCount: await countSecrets(client) } };
  } catch (error) {
    return { ok: false, trouble: routerTrouble(error) };
  } finally {
    await client?.close().catch(() => {});
  }
}

// A router that is busy stalls for many seconds, and answers after all (routeros.md 1.7).
const defaultCommandTimeoutMs = 30_000;

// On a line of 30 ms a thousand commands need no more than three turns of this. A router that is busy with fewer keeps the window
// small; one that answers a first burst at once and comes to its ceiling then (50 a second) has no more than 6 s of them to do.
const mostInFlight = 320;

export function openClient(
  access: RouterAccess,
  label: string,
  { areLocalRoutersAllowed = false, commandTimeoutMs = defaultCommandTimeoutMs }: Reach,
): Promise<RouterClient> {
  const { host, port, username, password, tls, fingerprint } = access;
  return connectRouter({
    host,
    port,
    username,
    password,
    tls,
    ...(fingerprint ? { fingerprint } : {}),
    ...(areLocalRoutersAllowed ? {} : { refusesAddress: isLocalAddress }),
    label,
    connectTimeoutMs,
    commandTimeoutMs,
    mostInFlight,
  });
}

export async function readFacts(client: RouterClient, now: Temporal.Instant): Promise<RouterFacts> {
  const startedAt = performance.now();
  let latencyMs = 0;
  const [identity, resource, clock, sensors, board] = await Promise.all([
    // The first on the line: its time is the router's latency.
    printOne(client, '/system/identity').then((row) => {
      latencyMs = Math.round(performance.now() - startedAt);
      return row;
    }),
    printOne(client, '/system/resource'),
    printOne(client, '/system/clock').catch(undefinedWhenUnsupported),
    client.print('/system/health', { timeoutMs: 10_000 }).catch(undefinedWhenUnsupported),
    // CHR and x86 have no such menu.
    printOne(client, '/system/routerboard').catch(undefinedWhenUnsupported),
  ]);
  return {
    identity: identity?.name ?? '',
    model: board?.model || resource?.['board-name'] || '',
    rosVersion: resource?.version ?? '',
    uptimeSeconds: secondsOf(resource?.uptime),
    cpuLoadPercent: Number(resource?.['cpu-load'] ?? 0),
    freeMemoryBytes: BigInt(resource?.['free-memory'] ?? 0),
    totalMemoryBytes: BigInt(resource?.['total-memory'] ?? 0),
    temperatureCelsius: hottestSensor(sensors ?? []),
    clockSkewSeconds: skewOf(clock, now),
    latencyMs,
  };
}

function skewOf(clock: Row | undefined, now: Temporal.Instant): number | null {
  const told = clockOf(clock);
  return told ? Math.round((told.epochMilliseconds - now.epochMilliseconds) / 1000) : null;
}

async function printOne(client: RouterClient, menu: string): Promise<Row | undefined> {
  const rows = await client.print(menu, { timeoutMs: 10_000 });
  return rows[0];
}

function undefinedWhenUnsupported(error: unknown): undefined {
  if (error instanceof Unsupported) return undefined;
  throw error;
}

/** Accounts of either kind. The hotspot's own guest is nobody's. */
async function countSecrets(client: RouterClient): Promise<number> {
  const guest = { query: where.equals('name', 'default-trial') };
  const counts = await Promise.all([
    client.count('/ppp/secret'),
    client.count('/ip/hotspot/user').catch(undefinedWhenUnsupported),
    client.count('/ip/hotspot/user', guest).catch(undefinedWhenUnsupported),
  ]);
  const [secrets, users = 0, guests = 0] = counts;
  return secrets + users - guests;
}

const unitSeconds: Record<string, number> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** Whole seconds of a RouterOS duration such as `1w2d3h4m5s`; of `01:22:53`, too, as old versions print it. */
export function secondsOf(duration = ''): number {
  const clock = /(\d+):(\d+):(\d+)$/.exec(duration);
  const clockSeconds = clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : 0;
  const units = [...duration.matchAll(/(\d+)(ms|us|[wdhms])(?![a-z])/g)];
  return units.reduce((total, [, count, unit = '']) => total + Number(count) * (unitSeconds[unit] ?? 0), clockSeconds);
}
