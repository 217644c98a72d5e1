// PPPoE subscribers dialling in, and what the router does about it.

import type { Router } from './model.ts';
import { takeAddress } from './pools.ts';
import type { Row, Session, Usage, Values } from './rows.ts';

import { closeSession, endAfter, openSession, showRow, watchLimit } from './sessions.ts';

import { formatDateTime, macFromNumber, parseDurationMs, parseIp, parseRateLimit, type RateLimit } from './values.ts';

export interface DialOptions {
  callerId?: string;
  usage?: Usage;
  service?: 'pppoe';
}

export type DialResult = { ok: true; session: Session } | { ok: false; reason: string; isFinal: boolean };

export function dialPppoe(router: Router, name: string, password: string, options: DialOptions = {}): DialResult {
  const refusal = findRefusal(router, name, password, options);
  if (refusal !== undefined) return fail(router, name, refusal);
  const secret = findSecret(router, name) as Row;
  const profile = profileOf(router, secret);
  const loser = sessionThatLoses(router, name, profile);
  if (loser === 'new') return fail(router, name, 'only one session is allowed');
  if (loser !== undefined) hangUpPppoe(router, loser, 'replaced by a new session');
  const lease = addressFor(router, secret, profile);
  if (lease === undefined) return fail(router, name, 'no more free addresses in pool');
  const session = startSession(router, { secret, profile, lease, options });
  return { ok: true, session };
}

// Trying again does not help until somebody changes the account.
const finalReasons = new Set(['authentication failed', 'caller-id does not match']);

function fail(router: Router, name: string, reason: string): DialResult {
  router.writeLog('pppoe,ppp,error', `<${name}>: user ${name} authentication failed: ${reason}`);
  return { ok: false, reason, isFinal: finalReasons.has(reason) };
}

function findRefusal(router: Router, name: string, password: string, options: DialOptions): string | undefined {
  if (router.isDown) return 'no answer';
  if (router.faults.sessionTableFull) return 'session table is full';
  const server = pppoeServer(router);
  if (server === 'none enabled') return 'no answer';
  if (server === 'full') return 'too many sessions';
  const secret = findSecret(router, name);
  if (secret === undefined || secret.values.disabled === 'true') return 'authentication failed';
  if ((secret.values.password ?? '') !== password) return 'authentication failed';
  const onlyFrom = secret.values['caller-id'] ?? '';
  const isElsewhere = onlyFrom !== '' && options.callerId !== undefined && !sameText(onlyFrom, options.callerId);
  return isElsewhere ? 'caller-id does not match' : undefined;
}

function findSecret(router: Router, name: string): Row | undefined {
  const services = ['any', 'pppoe'];
  return router
    .table('/ppp/secret')
    .listByName(name)
    .find((secret) => services.includes(secret.values.service ?? 'any'));
}

const sameText = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();

// A router without any pppoe-server row takes calls all the same, so that a test needs no set-up of the access side.
function pppoeServer(router: Router): 'ready' | 'full' | 'none enabled' {
  const servers = [...router.table('/interface/pppoe-server/server').all()];
  if (servers.length === 0) return 'ready';
  const enabled = servers.filter((row) => row.values.disabled === 'false');
  if (enabled.length === 0) return 'none enabled';
  const room = enabled.reduce((sum, row) => sum + Number(row.values['max-sessions'] ?? Number.POSITIVE_INFINITY), 0);
  return router.pppoeSessions.size < room ? 'ready' : 'full';
}

function profileOf(router: Router, secret: Row): Values {
  const profiles = router.table('/ppp/profile');
  const profile = profiles.findByName(secret.values.profile ?? 'default') ?? profiles.findByName('default');
  return profile?.values ?? {};
}

function sessionThatLoses(router: Router, name: string, profile: Values): Session | 'new' | undefined {
  const running = router.findPppoeSession(name);
  if (running === undefined) return undefined;
  const fallback = router.table('/ppp/profile').findByName('default')?.values['only-one'] ?? 'default';
  const onlyOne = profile['only-one'] ?? 'default';
  const isLimited = (onlyOne === 'default' ? fallback : onlyOne) === 'yes';
  if (!isLimited) return undefined;
  return router.assumptions.onlyOneKeeps === 'old' ? 'new' : running;
}

interface Lease {
  address: string;
  pool?: string;
  release?(): void;
}

// A profile without remote-address still gets the subscriber an address; real routers fall back to the 10.112.112.0 range.
function addressFor(router: Router, secret: Row, profile: Values): Lease | undefined {
  const wanted = secret.values['remote-address'] ?? profile['remote-address'];
  if (wanted === undefined)
    return {
      address: `10.112.${112 + ((router.fallbackAddresses / 250) & 15)}.${1 + (router.fallbackAddresses++ % 250)}`,
    };
  return parseIp(wanted) === undefined ? takeAddress(router, wanted) : { address: wanted };
}

interface Start {
  secret: Row;
  profile: Values;
  lease: Lease;
  options: DialOptions;
}

function startSession(router: Router, { secret, profile, lease, options }: Start): Session {
  const name = secret.values.name!;
  const number = router.nextSessionNumber++;
  const limit = profile['rate-limit'] === undefined ? undefined : parseRateLimit(profile['rate-limit']);
  const callerId = options.callerId ?? macFromNumber(number);
  const session = openSession(router, {
    kind: 'pppoe',
    name,
    callerId,
    address: lease.address,
    usage: options.usage ?? 1,
    rate: limit?.rate,
  });
  // Two sessions of one name get -1, -2 behind it, as on a router.
  const running = router.pppoeSessions.countOf(name);
  const interfaceName = `<pppoe-${name}${running === 0 ? '' : `-${running}`}>`;
  router.pppoeSessions.add(session);
  showSession(router, session, { interfaceName, number, secret, service: serviceName(router) });
  showExtras(router, session, { interfaceName, limit, profile, lease });
  planEnd(router, session, secret, profile);
  session.onEnd.push((reason) => {
    router.pppoeSessions.delete(session);
    lease.release?.();
    noteOnSecret(router, secret, session, reason);
    router.writeLog('pppoe,ppp,info,account', `${name} logged out, ${session.callerId}`);
  });
  router.writeLog('pppoe,ppp,info,account', `${name} logged in, ${lease.address} from ${session.callerId}`);
  return session;
}

function serviceName(router: Router): string {
  for (const row of router.table('/interface/pppoe-server/server').all()) return row.values['service-name'] ?? '';
  return '';
}

interface Shown {
  interfaceName: string;
  number: number;
  secret: Row;
  service: string;
}

function showSession(router: Router, session: Session, { interfaceName, number, secret, service }: Shown): void {
  const limits: Values = {
    'limit-bytes-in': secret.values['limit-bytes-in'] ?? '0',
    'limit-bytes-out': secret.values['limit-bytes-out'] ?? '0',
  };
  showRow(router, session, '/interface', { name: interfaceName, type: 'pppoe-in', mtu: '1480' });
  showRow(router, session, '/interface/pppoe-server', {
    name: interfaceName,
    user: session.name,
    service,
    'remote-address': session.callerId,
  });
  const active: Values = {
    name: session.name,
    service: 'pppoe',
    'caller-id': session.callerId,
    address: session.address,
    'session-id': `0x81${(number % 0x1000000).toString(16).toUpperCase().padStart(6, '0')}`,
    ...limits,
  };
  if (secret.values.comment !== undefined) active.comment = secret.values.comment;
  showRow(router, session, '/ppp/active', active);
}

interface Extras {
  interfaceName: string;
  limit: RateLimit | undefined;
  profile: Values;
  lease: Lease;
}

function showExtras(router: Router, session: Session, { interfaceName, limit, profile, lease }: Extras): void {
  if (limit !== undefined) showRow(router, session, '/queue/simple', dynamicQueue(interfaceName, interfaceName, limit));
  if (lease.pool !== undefined) {
    showRow(router, session, '/ip/pool/used', {
      pool: lease.pool,
      address: session.address,
      owner: 'PPPoE',
      info: session.callerId,
    });
  }
  const list = profile['address-list'];
  if (list) showRow(router, session, '/ip/firewall/address-list', { list, address: session.address });
}

export function dynamicQueue(name: string, target: string, limit: RateLimit): Values {
  const both = (value: { up: number; down: number } | undefined) => (value ? `${value.up}/${value.down}` : '0/0');
  const values: Values = { name, target, 'max-limit': both(limit.rate) };
  if (limit.burst) {
    const seconds = limit.burstTimeSeconds ?? { up: 1, down: 1 };
    values['burst-limit'] = both(limit.burst);
    values['burst-threshold'] = both(limit.threshold ?? limit.rate);
    values['burst-time'] = `${seconds.up}s/${seconds.down}s`;
  }
  if (limit.priority !== undefined) values.priority = `${limit.priority}/${limit.priority}`;
  if (limit.rateMin) values['limit-at'] = both(limit.rateMin);
  return values;
}

// Limits in bytes count per session: in is the client's upload, out his download.
function planEnd(router: Router, session: Session, secret: Row, profile: Values): void {
  const timeoutMs = parseDurationMs(profile['session-timeout'] ?? '0s') ?? 0;
  if (timeoutMs > 0) {
    endAfter(router, session, timeoutMs, () => hangUpPppoe(router, session, 'session timeout'));
  }
  const limits = {
    up: Number(secret.values['limit-bytes-in'] ?? 0) || Number.POSITIVE_INFINITY,
    down: Number(secret.values['limit-bytes-out'] ?? 0) || Number.POSITIVE_INFINITY,
  };
  if (limits.up === Number.POSITIVE_INFINITY && limits.down === Number.POSITIVE_INFINITY) return;
  watchLimit(
    router,
    session,
    () => {
      const nowMs = router.clock.now();
      return Math.min(session.up.reachesAtMs(nowMs, limits.up), session.down.reachesAtMs(nowMs, limits.down)) - nowMs;
    },
    () => {
      const nowMs = router.clock.now();
      const isReached = session.up.bytes(nowMs) >= limits.up || session.down.bytes(nowMs) >= limits.down;
      if (isReached) hangUpPppoe(router, session, 'traffic limit reached');
      return isReached;
    },
  );
}

function noteOnSecret(router: Router, secret: Row, session: Session, reason: string): void {
  if (!router.table('/ppp/secret').has(secret)) return;
  secret.values['last-logged-out'] = formatDateTime(router.localMs(), router.dialect.hasIsoDates);
  secret.values['last-caller-id'] = session.callerId;
  secret.values['last-disconnect-reason'] = reason;
}

/** Cuts one session and tells the device, which will dial again. */
export function hangUpPppoe(router: Router, session: Session, reason: string): void {
  closeSession(router, session, reason);
  router.subscribers.lostLine(session.name);
}

/** Somebody removed the row of a session, or the dynamic interface of it: the session goes with it. */
export function endSessionOfRow(router: Router, row: Row, reason: string): void {
  if (row.session === undefined || row.session.hasEnded) return;
  if (row.session.kind === 'pppoe') hangUpPppoe(router, row.session, reason);
  else router.endHotspotSession(row.session, reason);
}
