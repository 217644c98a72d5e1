// /ip/hotspot: servers, users and their profiles, who is in, devices, bindings, cookies.

import { addRow } from '../changes.ts';
import {
  address,
  addressRange,
  bytes,
  choice,
  choiceList,
  duration,
  flag,
  integer,
  mac,
  rateLimit,
  reference,
  shown,
  shownFlag,
  text,
} from '../fields.ts';
import { applyHotspotRate, logInToHotspot, replanHotspotUser, resetUsed, usedOf } from '../hotspot.ts';
import { argumentsOf } from '../menu.ts';
import { packetsOf, printCounter } from '../meter.ts';
import type { Call, Menu, Router } from '../model.ts';
import { endSessionOfRow } from '../ppp.ts';
import { invalidValue, missingValues, refuse } from '../refusal.ts';
import type { Row } from '../rows.ts';

import { uptimeMs } from '../sessions.ts';

import { formatSeconds, parseMac } from '../values.ts';
import { namedRows } from '../verbs.ts';

const timeoutWords = { words: ['none'] } as const;

const serverMenu: Menu = {
  path: '/ip/hotspot',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    reference('interface', '/interface', { isRequired: true }),
    reference('address-pool', '/ip/pool', { words: ['none'], initial: 'none' }),
    reference('profile', '/ip/hotspot/profile', { initial: 'default' }),
    duration('idle-timeout', { ...timeoutWords, initial: '5m' }),
    duration('keepalive-timeout', { ...timeoutWords, initial: 'none' }),
    duration('login-timeout', { ...timeoutWords, initial: 'none' }),
    integer('addresses-per-mac', { words: ['unlimited'], initial: '2', max: 1000 }),
    shown('ip-of-dns-name', { initial: '0.0.0.0' }),
    shown('proxy-status', { initial: 'running' }),
    shownFlag('invalid', { initial: 'false' }),
    shownFlag('HTTPS', { initial: 'false' }),
    flag('disabled', { initial: 'true' }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {} },
  unique: { by: ['name'], refusal: () => refuse('failure: already have such name') },
  seed: () => [{ name: 'hotspot1', interface: 'ether3', disabled: 'false' }],
};

const loginMethods = ['mac', 'cookie', 'http-chap', 'https', 'http-pap', 'trial', 'mac-cookie'];

const serverProfileMenu: Menu = {
  path: '/ip/hotspot/profile',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    address('hotspot-address', { initial: '0.0.0.0' }),
    text('dns-name', { initial: '' }),
    text('html-directory', { initial: 'hotspot' }),
    text('html-directory-override', { initial: '' }),
    rateLimit('rate-limit', { initial: '' }),
    address('http-proxy', { initial: '0.0.0.0' }),
    address('smtp-server', { initial: '0.0.0.0' }),
    choiceList('login-by', loginMethods, { initial: 'cookie,http-chap' }),
    duration('http-cookie-lifetime', { initial: '3d' }),
    flag('split-user-domain', { initial: 'false' }),
    flag('use-radius', { initial: 'false' }),
    shownFlag('default', { initial: 'false' }),
  ],
  verbs: { add: {}, set: {}, remove: {} },
  unique: { by: ['name'], refusal: (router) => refuse(router.assumptions.duplicateProfile) },
  seed: () => [{ name: 'default', default: 'true' }],
  protect: protectDefault,
};

function protectDefault(_router: Router, row: Row, verb: 'set' | 'remove'): void {
  if (verb === 'remove' && row.values.default === 'true') throw refuse('can not remove default profile');
}

const userMenu: Menu = {
  path: '/ip/hotspot/user',
  kind: 'list',
  // No rate-limit here, whatever some web pages say: speed belongs to the profile.
  fields: [
    text('server', { initial: 'all' }),
    text('name', { isRequired: true, min: 1 }),
    text('password', { initial: '', isSensitive: true }),
    text('otp-secret', { since: '7.21.5', emptyClears: true, isSensitive: true }),
    address('address', { emptyClears: true }),
    mac('mac-address'),
    reference('profile', '/ip/hotspot/user/profile', { initial: 'default' }),
    text('email', { emptyClears: true }),
    text('routes', { emptyClears: true }),
    duration('limit-uptime', { emptyClears: true }),
    bytes('limit-bytes-in', { emptyClears: true }),
    bytes('limit-bytes-out', { emptyClears: true }),
    bytes('limit-bytes-total', { emptyClears: true }),
    shown('uptime'),
    shown('bytes-in'),
    shown('bytes-out'),
    shown('packets-in'),
    shown('packets-out'),
    shownFlag('default', { initial: 'false' }),
    shownFlag('dynamic', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  printArguments: { bytes: {}, packets: {}, 'show-sensitive': { since: '7.21.5' } },
  unique: {
    by: ['name', 'server'],
    refusal: () => refuse('failure: already have user with this name for this server'),
  },
  seed: () => [{ name: 'default-trial', default: 'true', comment: 'counters and limits for trial users' }],
  check(router, proposed) {
    const server = proposed.server ?? 'all';
    if (server !== 'all' && router.table('/ip/hotspot').findByName(server) === undefined) {
      throw refuse('input does not match any value of server', 1);
    }
  },
  protect(router, row, verb) {
    if (verb === 'remove' && row.values.default === 'true') throw refuse(router.assumptions.builtInRow);
  },
  added: (router, row) => router.subscribers.accountChanged(row.values.name!),
  changed(router, row) {
    replanHotspotUser(router, row);
    router.subscribers.accountChanged(row.values.name!);
  },
  live(router, row) {
    const used = usedOf(router, row);
    const isBig = router.faults.bigCounters;
    return {
      uptime: formatSeconds(used.uptimeMs),
      'bytes-in': printCounter(used.up, isBig),
      'bytes-out': printCounter(used.down, isBig),
      'packets-in': printCounter(packetsOf(used.up), isBig),
      'packets-out': printCounter(packetsOf(used.down), isBig),
    };
  },
  actions: {
    'reset-counters': {
      policy: 'write',
      arguments: argumentsOf('.id', 'numbers'),
      run(call) {
        for (const row of namedRows(call)) {
          resetUsed(call.router, row);
          replanHotspotUser(call.router, row);
          call.router.subscribers.accountChanged(row.values.name!);
        }
        call.reply.done();
      },
    },
  },
};

const userProfileMenu: Menu = {
  path: '/ip/hotspot/user/profile',
  kind: 'list',
  // Neither comment nor disabled.
  fields: [
    text('name', { isRequired: true, min: 1 }),
    reference('address-pool', '/ip/pool', { words: ['none'], initial: 'none' }),
    duration('session-timeout', { emptyClears: true }),
    duration('idle-timeout', { ...timeoutWords, initial: 'none', canUnset: true }),
    duration('keepalive-timeout', { ...timeoutWords, initial: '2m', canUnset: true }),
    duration('status-autorefresh', { ...timeoutWords, initial: '1m' }),
    integer('shared-users', { words: ['unlimited'], initial: '1' }),
    flag('add-mac-cookie', { initial: 'true' }),
    duration('mac-cookie-timeout', { initial: '3d', canUnset: true }),
    rateLimit('rate-limit'),
    text('address-list', { initial: '' }),
    text('incoming-filter', { emptyClears: true }),
    text('outgoing-filter', { emptyClears: true }),
    text('incoming-packet-mark', { emptyClears: true }),
    text('outgoing-packet-mark', { emptyClears: true }),
    choice('open-status-page', ['http-login', 'always'], { initial: 'always' }),
    flag('transparent-proxy', { initial: 'false' }),
    flag('advertise', { initial: 'false' }),
    text('advertise-url', { emptyClears: true }),
    text('advertise-interval', { emptyClears: true }),
    duration('advertise-timeout', { words: ['immediately', 'never'], emptyClears: true }),
    reference('parent-queue', '/queue/simple', { words: ['none'], canUnset: true }),
    text('queue-type', { canUnset: true, emptyClears: true }),
    text('insert-queue-before', { canUnset: true, emptyClears: true }),
    text('on-login', { emptyClears: true }),
    text('on-logout', { emptyClears: true }),
    shownFlag('default', { initial: 'false' }),
  ],
  verbs: { add: {}, set: {}, remove: {}, unset: {} },
  unique: { by: ['name'], refusal: (router) => refuse(router.assumptions.duplicateProfile) },
  seed: () => [{ name: 'default', default: 'true' }],
  protect: protectDefault,
  changed(router, row, before) {
    const hasNewRate = row.values['rate-limit'] !== before['rate-limit'];
    if (hasNewRate && router.assumptions.hotspotRateAppliesAtOnce) applyHotspotRate(router, row);
  },
};

function liveTraffic(router: Router, row: Row): Record<string, string | undefined> {
  const nowMs = router.clock.now();
  const up = row.session?.up.bytes(nowMs) ?? 0;
  const down = row.session?.down.bytes(nowMs) ?? 0;
  const isBig = router.faults.bigCounters;
  return {
    uptime: formatSeconds(row.session ? uptimeMs(router, row.session) : 0),
    'idle-time': '0s',
    'bytes-in': printCounter(up, isBig),
    'bytes-out': printCounter(down, isBig),
    'packets-in': printCounter(packetsOf(up), isBig),
    'packets-out': printCounter(packetsOf(down), isBig),
  };
}

function logInByCommand(call: Call): void {
  const { attributes } = call.request;
  const user = attributes.get('user');
  const ip = attributes.get('ip');
  const missing = [user === undefined ? ['user'] : [], ip === undefined ? ['ip'] : []].flat();
  if (user === undefined || ip === undefined) throw missingValues(missing);
  const macText = attributes.get('mac-address');
  const device = macText === undefined ? macBehind(call.router, ip) : parseMac(macText);
  if (device === undefined) throw invalidValue('mac-address');
  const login = { user, password: attributes.get('password') ?? '', address: ip, mac: device };
  const result = logInToHotspot(call.router, { ...login, domain: attributes.get('domain'), by: 'http-pap' });
  if (!result.ok) throw refuse(`failure: ${result.reason}`);
  call.reply.done();
}

function macBehind(router: Router, ip: string): string {
  for (const row of router.table('/ip/hotspot/host').all()) {
    if (row.values.address === ip) return row.values['mac-address'] ?? '';
  }
  return '02:00:00:00:00:01';
}

// Until 7.20 an active row could be commented; 7.21 took that away.
const untilComments = { until: '7.20.8' };

const activeMenu: Menu = {
  path: '/ip/hotspot/active',
  kind: 'list',
  keyField: 'user',
  fields: [
    shown('server'),
    shown('user'),
    shown('domain'),
    shown('address'),
    shown('mac-address'),
    shown('login-by'),
    shown('uptime'),
    shown('idle-time'),
    shown('session-time-left'),
    shown('idle-timeout'),
    shown('keepalive-timeout'),
    shown('bytes-in'),
    shown('bytes-out'),
    shown('packets-in'),
    shown('packets-out'),
    shown('limit-bytes-in'),
    shown('limit-bytes-out'),
    shown('limit-bytes-total'),
    shownFlag('radius', { initial: 'false' }),
    shownFlag('blocked', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { remove: {}, set: untilComments, comment: untilComments },
  printArguments: argumentsOf('oid', 'stats', 'status'),
  removed: (router, row) => endSessionOfRow(router, row, 'admin reset'),
  live(router, row) {
    const allowedMs = Number(row.values['allowed-ms'] ?? Number.NaN);
    const left = row.session ? allowedMs - uptimeMs(router, row.session) : Number.NaN;
    return { ...liveTraffic(router, row), 'session-time-left': Number.isNaN(left) ? undefined : formatSeconds(left) };
  },
  actions: {
    login: {
      policy: 'write',
      arguments: argumentsOf('domain', 'ip', 'mac-address', 'password', 'user'),
      run: logInByCommand,
    },
  },
};

const hostMenu: Menu = {
  path: '/ip/hotspot/host',
  kind: 'list',
  keyField: 'mac-address',
  fields: [
    shown('mac-address'),
    shown('address'),
    shown('to-address'),
    shown('server'),
    shown('bridge-port'),
    shown('uptime'),
    shown('idle-time'),
    shown('keepalive-timeout', { initial: '2m' }),
    shown('bytes-in'),
    shown('bytes-out'),
    shown('packets-in'),
    shown('packets-out'),
    shown('found-by', { initial: 'DHCP packet' }),
    shownFlag('authorized', { initial: 'false' }),
    shownFlag('bypassed', { initial: 'false' }),
    shownFlag('static', { initial: 'false' }),
    shownFlag('dynamic', { initial: 'false' }),
    // Written in capitals on the router too.
    shownFlag('DHCP', { initial: 'true' }),
    shown('comment'),
  ],
  verbs: { remove: {} },
  printArguments: argumentsOf('bytes', 'packets', 'status'),
  removed: (router, row) => endSessionOfRow(router, row, 'host removed'),
  live: liveTraffic,
  actions: {
    'make-binding': {
      policy: 'write',
      arguments: argumentsOf('.id', 'numbers', 'comment', 'type'),
      run(call) {
        for (const row of namedRows(call)) bind(call, row);
        call.reply.done();
      },
    },
  },
};

function bind(call: Call, host: Row): void {
  const attributes = new Map<string, string>();
  for (const name of ['mac-address', 'address', 'to-address']) {
    const value = host.values[name];
    if (value !== undefined) attributes.set(name, value);
  }
  for (const name of ['comment', 'type']) {
    const value = call.request.attributes.get(name);
    if (value !== undefined) attributes.set(name, value);
  }
  addRow(call.router, call.router.menu('/ip/hotspot/ip-binding'), { attributes, cleared: new Set() });
}

const bindingMenu: Menu = {
  path: '/ip/hotspot/ip-binding',
  kind: 'list',
  keyField: 'mac-address',
  fields: [
    mac('mac-address'),
    addressRange('address', { emptyClears: true }),
    address('to-address', { emptyClears: true }),
    text('server', { initial: 'all' }),
    choice('type', ['regular', 'bypassed', 'blocked'], { initial: 'regular' }),
    shownFlag('bypassed'),
    shownFlag('blocked'),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, move: {} },
  live: (_router, row) => ({
    bypassed: String(row.values.type === 'bypassed'),
    blocked: String(row.values.type === 'blocked'),
  }),
};

const cookieMenu: Menu = {
  path: '/ip/hotspot/cookie',
  kind: 'list',
  keyField: 'mac-address',
  fields: [
    shown('user'),
    shown('domain'),
    shown('mac-address'),
    shown('expires-in'),
    shownFlag('mac-cookie', { initial: 'false' }),
  ],
  verbs: { remove: {} },
  live: (router, row) => ({
    'expires-in': formatSeconds(Number(row.values['expires-at-ms']) - router.clock.now()),
  }),
};

export const hotspotMenus: readonly Menu[] = [
  serverMenu,
  serverProfileMenu,
  userMenu,
  userProfileMenu,
  activeMenu,
  hostMenu,
  bindingMenu,
  cookieMenu,
];
