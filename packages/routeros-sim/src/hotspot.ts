// Hotspot guests: logging in, limits, cookies, counters that add up over sessions.

import { addDynamicRow, eraseRow } from './changes.ts';
import type { Router } from './model.ts';
import { takeAddress } from './pools.ts';
import { dynamicQueue } from './ppp.ts';
import type { Row, Session, Usage, Values } from './rows.ts';

import { closeSession, endAfter, openSession, setUsage, showRow, uptimeMs, watchLimit } from './sessions.ts';
import type { Subscriber } from './subscribers.ts';

import { parseDurationMs, parseRateLimit } from './values.ts';

export interface HotspotLogin {
  user: string;
  password?: string;
  mac: string;
  address?: string;
  domain?: string;
  by: 'http-chap' | 'http-pap' | 'cookie' | 'mac-cookie' | 'mac' | 'trial';
  usage?: Usage;
}

export type HotspotResult = { ok: true; session: Session } | { ok: false; reason: string; isFinal: boolean };

/** What a user has used up over all his finished sessions. */
export interface HotspotUsed {
  uptimeMs: number;
  up: number;
  down: number;
}

const usedByUser = new WeakMap<Row, HotspotUsed>();

/** Finished and running sessions of a user together. */
export function usedOf(router: Router, user: Row): HotspotUsed {
  const sum = { ...(usedByUser.get(user) ?? { uptimeMs: 0, up: 0, down: 0 }) };
  const nowMs = router.clock.now();
  for (const session of router.hotspotSessions.list(user.values.name ?? '')) {
    sum.uptimeMs += uptimeMs(router, session);
    sum.up += session.up.bytes(nowMs);
    sum.down += session.down.bytes(nowMs);
  }
  return sum;
}

/** reset-counters: the user's limits start afresh, running sessions included. */
export function resetUsed(router: Router, user: Row): void {
  const running = usedOf(router, user);
  const before = usedByUser.get(user) ?? { uptimeMs: 0, up: 0, down: 0 };
  usedByUser.set(user, {
    uptimeMs: before.uptimeMs - running.uptimeMs,
    up: before.up - running.up,
    down: before.down - running.down,
  });
}

export function logInToHotspot(router: Router, login: HotspotLogin): HotspotResult {
  const reason = findRefusal(router, login);
  if (reason !== undefined) return fail(router, login, reason);
  const user = router.table('/ip/hotspot/user').findByName(login.user) as Row;
  const profile = profileOf(router, user);
  const lease = addressFor(router, login, user, profile);
  if (lease === undefined) {
    return fail(router, login, 'cannot assign ip address - no more free addresses from pool');
  }
  return { ok: true, session: startSession(router, { login, user, profile, lease }) };
}

function fail(router: Router, login: HotspotLogin, reason: string): HotspotResult {
  router.writeLog('hotspot,info,debug', `${login.user} (${login.mac}): login failed: ${reason}`);
  // These last until somebody changes the user; the rest may pass by itself.
  const isFinal = /^invalid|limit$|this MAC address$/.test(reason);
  return { ok: false, reason, isFinal };
}

function findRefusal(router: Router, login: HotspotLogin): string | undefined {
  if (router.isDown) return 'no answer';
  if (router.faults.sessionTableFull) return 'session table is full';
  const binding = router.table('/ip/hotspot/ip-binding').findByName(login.mac);
  if (binding?.values.type === 'blocked' && binding.values.disabled !== 'true') return 'no answer';
  const user = router.table('/ip/hotspot/user').findByName(login.user);
  const isProven =
    login.by === 'mac-cookie' || login.by === 'cookie' || (user?.values.password ?? '') === login.password;
  if (user === undefined || user.values.disabled === 'true' || !isProven) return 'invalid username or password';
  const mac = user.values['mac-address'];
  if (mac !== undefined && mac !== login.mac) {
    return `user ${login.user} is not allowed to log in from this MAC address`;
  }
  const limit = reachedLimit(router, user);
  if (limit !== undefined) return `user ${login.user} has reached ${limit} limit`;
  const shared = profileOf(router, user)['shared-users'] ?? '1';
  if (shared !== 'unlimited' && router.hotspotSessions.countOf(login.user) >= Number(shared)) {
    return `no more sessions are allowed for user ${login.user}`;
  }
  return undefined;
}

interface Limits {
  uptimeMs: number;
  in: number;
  out: number;
  total: number;
}

// An absent limit is no limit, and so is 0.
function limitsOf(user: Row): Limits {
  const bytes = (name: string) => Number(user.values[name] ?? 0) || Number.POSITIVE_INFINITY;
  return {
    uptimeMs: parseDurationMs(user.values['limit-uptime'] ?? '0s') || Number.POSITIVE_INFINITY,
    in: bytes('limit-bytes-in'),
    out: bytes('limit-bytes-out'),
    total: bytes('limit-bytes-total'),
  };
}

// Reached means used >= limit.
function reachedLimit(router: Router, user: Row): 'uptime' | 'traffic' | undefined {
  const used = usedOf(router, user);
  const limits = limitsOf(user);
  if (used.uptimeMs >= limits.uptimeMs) return 'uptime';
  const isSpent = used.up >= limits.in || used.down >= limits.out || used.up + used.down >= limits.total;
  return isSpent ? 'traffic' : undefined;
}

function profileOf(router: Router, user: Row): Values {
  const profiles = router.table('/ip/hotspot/user/profile');
  const profile = profiles.findByName(user.values.profile ?? 'default') ?? profiles.findByName('default');
  return profile?.values ?? {};
}

interface Lease {
  address: string;
  pool?: string;
  release?(): void;
}

function addressFor(router: Router, login: HotspotLogin, user: Row, profile: Values): Lease | undefined {
  const fixed = user.values.address ?? login.address;
  if (fixed !== undefined) return { address: fixed };
  const pool = profile['address-pool'] ?? 'none';
  if (pool !== 'none') return takeAddress(router, pool);
  const number = router.fallbackAddresses++;
  return { address: `10.5.${50 + ((number / 250) & 127)}.${1 + (number % 250)}` };
}

interface Start {
  login: HotspotLogin;
  user: Row;
  profile: Values;
  lease: Lease;
}

function startSession(router: Router, { login, user, profile, lease }: Start): Session {
  const limit = profile['rate-limit'] ? parseRateLimit(profile['rate-limit']) : undefined;
  const before = usedOf(router, user);
  const session = openSession(router, {
    kind: 'hotspot',
    name: login.user,
    callerId: login.mac,
    address: lease.address,
    usage: login.usage ?? 1,
    rate: limit?.rate,
  });
  router.hotspotSessions.add(session);
  showSession(router, session, { login, user, profile, lease }, before);
  if (limit !== undefined) {
    const name = `<hotspot-${login.user}${router.hotspotSessions.countOf(login.user) > 1 ? `-${login.mac}` : ''}>`;
    showRow(router, session, '/queue/simple', dynamicQueue(name, `${lease.address}/32`, limit));
  }
  if (profile['address-list']) {
    const list = profile['address-list'];
    showRow(router, session, '/ip/firewall/address-list', { list, address: lease.address });
  }
  if (lease.pool !== undefined) {
    const info = login.mac;
    showRow(router, session, '/ip/pool/used', { pool: lease.pool, address: lease.address, owner: 'hotspot', info });
  }
  leaveCookie(router, login, profile);
  planEnd(router, session, user, profile);
  session.onEnd.push((reason) => finishSession(router, session, { user, lease, reason }));
  router.writeLog('hotspot,info,account', `${login.user} (${lease.address}): logged in`);
  return session;
}

// What remains of a limit, not the limit itself, is what the active row shows.
function remaining(limit: number, used: number): string | undefined {
  return limit === Number.POSITIVE_INFINITY ? undefined : String(Math.max(0, Math.floor(limit - used)));
}

function showSession(router: Router, session: Session, start: Start, before: HotspotUsed): void {
  const { login, user, profile } = start;
  const server = serverName(router, user);
  const limits = limitsOf(user);
  const active: Record<string, string | undefined> = {
    server,
    user: login.user,
    domain: login.domain,
    address: session.address,
    'mac-address': login.mac,
    'login-by': login.by,
    'idle-timeout': profile['idle-timeout'] === 'none' ? undefined : profile['idle-timeout'],
    'keepalive-timeout': profile['keepalive-timeout'] ?? '2m',
    'allowed-ms': allowedTime(limits.uptimeMs - before.uptimeMs, profile),
    'limit-bytes-in': remaining(limits.in, before.up),
    'limit-bytes-out': remaining(limits.out, before.down),
    'limit-bytes-total': remaining(limits.total, before.up + before.down),
    comment: user.values.comment,
  };
  showRow(router, session, '/ip/hotspot/active', present(active));
  const host = { 'mac-address': login.mac, address: session.address, 'to-address': session.address, server };
  for (const row of router.table('/ip/hotspot/host').listByName(login.mac)) eraseRow(router, '/ip/hotspot/host', row);
  showRow(router, session, '/ip/hotspot/host', { ...host, authorized: 'true' });
}

function allowedTime(uptimeLeftMs: number, profile: Values): string | undefined {
  const timeoutMs = parseDurationMs(profile['session-timeout'] ?? '0s') || Number.POSITIVE_INFINITY;
  const allowedMs = Math.min(uptimeLeftMs, timeoutMs);
  return allowedMs === Number.POSITIVE_INFINITY ? undefined : String(allowedMs);
}

function present(values: Record<string, string | undefined>): Values {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function serverName(router: Router, user: Row): string {
  if (user.values.server !== undefined && user.values.server !== 'all') return user.values.server;
  return router.table('/ip/hotspot').all().next().value?.values.name ?? 'hotspot1';
}

function leaveCookie(router: Router, login: HotspotLogin, profile: Values): void {
  if ((profile['add-mac-cookie'] ?? 'true') !== 'true' || login.by === 'trial') return;
  const table = router.table('/ip/hotspot/cookie');
  for (const row of table.listByName(login.mac)) eraseRow(router, '/ip/hotspot/cookie', row);
  const lifeMs = parseDurationMs(profile['mac-cookie-timeout'] ?? '3d') ?? 0;
  const row = addDynamicRow(router, '/ip/hotspot/cookie', {
    user: login.user,
    'mac-address': login.mac,
    'mac-cookie': 'true',
    'expires-at-ms': String(router.clock.now() + lifeMs),
  });
  if (login.domain !== undefined) row.values.domain = login.domain;
  // Written to flash: a cookie outlives a reboot.
  row.isDynamic = false;
  router.clock.after(lifeMs, () => eraseRow(router, '/ip/hotspot/cookie', row));
}

/** The cookie of a device that has not expired. */
export function findCookie(router: Router, mac: string): Row | undefined {
  const nowMs = router.clock.now();
  const rows = router.table('/ip/hotspot/cookie').listByName(mac);
  return rows.find((row) => Number(row.values['expires-at-ms']) > nowMs);
}

function planEnd(router: Router, session: Session, user: Row, profile: Values): void {
  const timeoutMs = parseDurationMs(profile['session-timeout'] ?? '0s') ?? 0;
  if (timeoutMs > 0) endAfter(router, session, timeoutMs, () => endHotspotSession(router, session, 'session timeout'));
  watchLimits(router, session, user);
}

function watchLimits(router: Router, session: Session, user: Row): void {
  watchLimit(
    router,
    session,
    () => remainingMs(router, session, user),
    () => {
      const limit = reachedLimit(router, user);
      if (limit !== undefined) endHotspotSession(router, session, `${limit} limit reached`);
      return limit !== undefined;
    },
  );
}

// All sessions of a shared user draw on the same allowance; each looks again when the first of them may have spent it.
function remainingMs(router: Router, session: Session, user: Row): number {
  const limits = limitsOf(user);
  const used = usedOf(router, user);
  const sharing = Math.max(1, router.hotspotSessions.countOf(session.name));
  const up = session.up.bitsPerSecond / 8000;
  const down = session.down.bitsPerSecond / 8000;
  const aloneMs = Math.min(
    limits.uptimeMs - used.uptimeMs,
    timeToUse(limits.in - used.up, up),
    timeToUse(limits.out - used.down, down),
    timeToUse(limits.total - used.up - used.down, up + down),
  );
  return aloneMs / sharing;
}

/** A limit of the user was changed, or his counters were reset. */
export function replanHotspotUser(router: Router, user: Row): void {
  for (const session of router.hotspotSessions.list(user.values.name ?? '')) session.replan?.();
}

/** Gives running sessions the new speed of their profile, on routers that do so. */
export function applyHotspotRate(router: Router, profile: Row): void {
  const limit = parseRateLimit(profile.values['rate-limit'] ?? '');
  if (limit === undefined) return;
  for (const session of router.hotspotSessions.all()) {
    const user = router.table('/ip/hotspot/user').findByName(session.name);
    if ((user?.values.profile ?? 'default') !== profile.values.name) continue;
    session.rate = limit.rate;
    setUsage(router, session, session.usage);
    for (const { path, row } of session.rows) {
      if (path === '/queue/simple') row.values['max-limit'] = `${limit.rate.up}/${limit.rate.down}`;
    }
  }
}

function timeToUse(bytes: number, bytesPerMs: number): number {
  if (bytes === Number.POSITIVE_INFINITY || bytesPerMs === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, bytes / bytesPerMs);
}

function finishSession(router: Router, session: Session, end: { user: Row; lease: Lease; reason: string }): void {
  router.hotspotSessions.delete(session);
  end.lease.release?.();
  const nowMs = router.clock.now();
  const used = usedByUser.get(end.user) ?? { uptimeMs: 0, up: 0, down: 0 };
  usedByUser.set(end.user, {
    uptimeMs: used.uptimeMs + uptimeMs(router, session),
    up: used.up + session.up.bytes(nowMs),
    down: used.down + session.down.bytes(nowMs),
  });
  router.writeLog('hotspot,info,account', `${session.name} (${session.address}): logged out: ${end.reason}`);
}

export function endHotspotSession(router: Router, session: Session, reason: string): void {
  if (session.hasEnded) return;
  closeSession(router, session, reason);
  // The device is still there, only without permission.
  if (reason !== 'reboot') {
    const host = { 'mac-address': session.callerId, address: session.address, 'to-address': session.address };
    addDynamicRow(router, '/ip/hotspot/host', host);
  }
  router.subscribers.lostLine(session.name);
}

/** One attempt of a phone: with its cookie if it has one, otherwise with name and password. */
export function connectHotspotDevice(router: Router, subscriber: Subscriber): HotspotResult {
  const cookie = findCookie(router, subscriber.callerId);
  const base = { mac: subscriber.callerId, usage: subscriber.usage };
  if (cookie !== undefined) {
    const result = logInToHotspot(router, { ...base, user: cookie.values.user!, by: 'mac-cookie' });
    if (result.ok) return result;
  }
  const { name: user, password } = subscriber;
  return logInToHotspot(router, { ...base, user, password, by: 'http-chap' });
}
