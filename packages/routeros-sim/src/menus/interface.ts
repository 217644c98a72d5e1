// /interface and the PPPoE server under it. Counters are computed at the moment of looking.

import { choice, choiceList, custom, flag, integer, reference, shown, shownFlag, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import { type Meter, packetsOf, printCounter } from '../meter.ts';
import type { Call, Command, Menu, Router } from '../model.ts';
import { endSessionOfRow } from '../ppp.ts';
import { tick } from '../print.ts';
import { invalidValue, missingValues, noMatch, refuse } from '../refusal.ts';
import type { Row, Values } from '../rows.ts';

import { uptimeMs } from '../sessions.ts';

import { formatDateTime, formatSeconds, macFromNumber, parseDurationMs } from '../values.ts';
import { namedRows } from '../verbs.ts';

interface Directions {
  rx: Meter;
  tx: Meter;
}

/** What flows through an interface, if anything; rx of a subscriber's interface is his upload. */
function metersOf(router: Router, row: Row): Directions | undefined {
  if (row.session) return { rx: row.session.up, tx: row.session.down };
  // The first port leads to the internet, the second to the subscribers.
  const port = row.values['default-name'];
  if (port === 'ether1') return { rx: router.traffic.down, tx: router.traffic.up };
  if (port === 'ether2') return { rx: router.traffic.up, tx: router.traffic.down };
  return undefined;
}

const counterNames = ['rx-byte', 'tx-byte', 'rx-packet', 'tx-packet'] as const;
const idleCounters = ['rx-drop', 'tx-drop', 'tx-queue-drop', 'rx-error', 'tx-error'] as const;
const fastPathCounters = ['fp-rx-byte', 'fp-tx-byte', 'fp-rx-packet', 'fp-tx-packet'] as const;

// Counters of a row since somebody reset them; the meters themselves are shared between rows.
const resets = new WeakMap<Row, { rx: number; tx: number }>();

function readCounters(router: Router, row: Row): { rx: number; tx: number } {
  const meters = metersOf(router, row);
  const nowMs = router.clock.now();
  const base = resets.get(row) ?? { rx: 0, tx: 0 };
  if (meters === undefined) return { rx: 0, tx: 0 };
  return { rx: Math.max(0, meters.rx.bytes(nowMs) - base.rx), tx: Math.max(0, meters.tx.bytes(nowMs) - base.tx) };
}

export function resetInterfaceCounters(router: Router, row: Row): void {
  const meters = metersOf(router, row);
  const nowMs = router.clock.now();
  if (meters) resets.set(row, { rx: meters.rx.bytes(nowMs), tx: meters.tx.bytes(nowMs) });
}

function liveInterface(router: Router, row: Row): Values {
  const { rx, tx } = readCounters(router, row);
  const isBig = router.faults.bigCounters;
  const isOn = row.values.disabled !== 'true';
  const values: Values = {
    'rx-byte': printCounter(rx, isBig),
    'tx-byte': printCounter(tx, isBig),
    'rx-packet': printCounter(packetsOf(rx), isBig),
    'tx-packet': printCounter(packetsOf(tx), isBig),
    running: String(isOn && row.values['no-link'] === undefined),
    'last-link-up-time': formatDateTime(
      (row.session?.startedMs ?? router.bootedMs) + router.localMs() - router.clock.now(),
      router.dialect.hasIsoDates,
    ),
  };
  if (row.session) values['actual-mtu'] = '1480';
  return values;
}

function monitorTraffic(call: Call): void {
  const { router, request, reply } = call;
  const wanted = request.attributes.get('interface');
  if (wanted === undefined) throw missingValues(['interface']);
  const rows = wanted === '' ? [] : wanted.split(',').map((name) => findMonitored(router, name));
  const options = monitorOptions(call);
  let section = 0;
  tick(call, options.intervalMs, () => {
    for (const row of rows) reply.row([...rateWords(router, row), `=.section=${section}`]);
    section += 1;
    return section >= options.times ? 'end' : undefined;
  });
}

function findMonitored(router: Router, name: string): Row | 'aggregate' {
  if (name === 'aggregate') return name;
  const row = router.table('/interface').findByName(name) ?? router.table('/interface').findById(name);
  if (row === undefined) throw noMatch('interface');
  return row;
}

/** How often a monitor command reports: once, for a duration, or until it is cancelled. */
export function monitorOptions(call: Call): { intervalMs: number; times: number } {
  const { attributes } = call.request;
  const intervalMs = parseDurationMs(attributes.get('interval') ?? '1s');
  const durationText = attributes.get('duration');
  const durationMs = durationText === undefined ? undefined : parseDurationMs(durationText);
  if (intervalMs === undefined || intervalMs <= 0) throw invalidValue('interval');
  if (durationText !== undefined && durationMs === undefined) throw invalidValue('duration');
  if (attributes.has('once')) return { intervalMs, times: 1 };
  if (durationMs === undefined) return { intervalMs, times: Number.POSITIVE_INFINITY };
  return { intervalMs, times: Math.max(1, Math.ceil(durationMs / intervalMs)) };
}

function rateWords(router: Router, row: Row | 'aggregate'): string[] {
  const meters = row === 'aggregate' ? { rx: router.traffic.down, tx: router.traffic.up } : metersOf(router, row);
  const bits = { rx: meters?.rx.bitsPerSecond ?? 0, tx: meters?.tx.bitsPerSecond ?? 0 };
  const words = [`=name=${row === 'aggregate' ? 'aggregate' : row.values.name}`];
  for (const way of ['rx', 'tx'] as const) {
    words.push(`=${way}-packets-per-second=${packetsOf(bits[way] / 8)}`, `=${way}-bits-per-second=${bits[way]}`);
    words.push(`=fp-${way}-packets-per-second=0`, `=fp-${way}-bits-per-second=0`);
    words.push(`=${way}-drops-per-second=0`, `=${way}-errors-per-second=0`);
  }
  words.push('=tx-queue-drops-per-second=0');
  return words;
}

export const monitorArguments = {
  ...argumentsOf('append', 'as-value', 'do', 'duration', 'file', 'interval', 'once', 'proplist', '.proplist'),
  'freeze-frame-interval': { since: '7.21.5' },
};

const monitorTrafficCommand: Command = {
  policy: 'read',
  arguments: { ...monitorArguments, interface: {} },
  run: monitorTraffic,
};

const resetCountersCommand: Command = {
  policy: 'write',
  arguments: argumentsOf('.id', 'numbers'),
  run(call) {
    for (const row of namedRows(call)) resetInterfaceCounters(call.router, row);
    call.reply.done();
  },
};

const portCount = { RouterBOARD: 5, CHR: 4 };

function seedInterfaces(router: Router): Values[] {
  const ports = Array.from({ length: portCount[router.settings.board] }, (_, at) => ({
    name: `ether${at + 1}`,
    'default-name': `ether${at + 1}`,
    type: 'ether',
    'actual-mtu': '1500',
    l2mtu: '1592',
    'max-l2mtu': '9578',
    'mac-address': macFromNumber(0x80000000 + at + 1),
  }));
  // The loopback interface became visible in 7.14.
  const loopback = {
    name: 'lo',
    type: 'loopback',
    mtu: '65536',
    'actual-mtu': '65536',
    'mac-address': '00:00:00:00:00:00',
  };
  return router.dialect.isVersion6 ? ports : [...ports, loopback];
}

const interfaceMenu: Menu = {
  path: '/interface',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    shown('default-name'),
    shown('type'),
    custom('mtu', (input) => parseMtu(input, 'mtu'), { initial: '1500' }),
    shown('actual-mtu'),
    integer('l2mtu', { max: 65535 }),
    shown('max-l2mtu'),
    shown('mac-address'),
    shown('last-link-down-time'),
    shown('last-link-up-time'),
    shown('link-downs', { initial: '0' }),
    ...counterNames.map((name) => shown(name)),
    ...idleCounters.map((name) => shown(name, { initial: '0' })),
    ...fastPathCounters.map((name) => shown(name, { initial: '0' })),
    shownFlag('dynamic', { initial: 'false' }),
    shownFlag('running'),
    shownFlag('slave', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { set: {}, enable: {}, disable: {}, comment: {} },
  printArguments: argumentsOf('stats', 'stats-detail', 'oid'),
  unique: { by: ['name'], refusal: refuseDuplicateInterface },
  seed: seedInterfaces,
  protect(router, row, verb) {
    if (row.isDynamic && verb === 'set') throw refuse(router.assumptions.dynamicRow);
  },
  live: liveInterface,
  removed: (router, row) => endSessionOfRow(router, row, 'interface removed'),
  actions: { 'monitor-traffic': monitorTrafficCommand, 'reset-counters': resetCountersCommand },
};

function refuseDuplicateInterface(router: Router) {
  // 6.x says device and names a category, later versions say interface (MikroTik wiki against 7.x dumps).
  if (router.dialect.isVersion6) return refuse('already have device with such name', 4);
  return refuse('failure: already have interface with such name');
}

function parseMtu(input: string, name: string): string {
  if (input === 'auto') return input;
  if (!/^\d{1,5}$/.test(input) || Number(input) < 68 || Number(input) > 65535) throw invalidValue(name);
  return String(Number(input));
}

const pppoeServerMenu: Menu = {
  path: '/interface/pppoe-server',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    text('user', { initial: '' }),
    text('service', { initial: '' }),
    shown('uptime'),
    shown('encoding', { initial: '' }),
    shown('mtu', { initial: '1480' }),
    shown('mru', { initial: '1480' }),
    // The MAC address of the device, in spite of its name.
    shown('remote-address'),
    shown('interface', { initial: 'ether2' }),
    shown('vid', { since: '7.9.2' }),
    shownFlag('dynamic', { initial: 'false' }),
    shownFlag('running', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  unique: { by: ['name'], refusal: refuseDuplicateInterface },
  protect(router, row, verb) {
    if (row.isDynamic && verb === 'set') throw refuse(router.assumptions.dynamicRow);
  },
  removed: (router, row) => endSessionOfRow(router, row, 'interface removed'),
  live: (router, row) => (row.session ? { uptime: formatSeconds(uptimeMs(router, row.session)), running: 'true' } : {}),
};

const serverMenu: Menu = {
  path: '/interface/pppoe-server/server',
  kind: 'list',
  keyField: 'service-name',
  fields: [
    text('service-name', { initial: '' }),
    reference('interface', '/interface', { isRequired: true }),
    custom('max-mtu', (input) => parseMtu(input, 'max-mtu'), { initial: 'auto' }),
    custom('max-mru', (input) => parseMtu(input, 'max-mru'), { initial: 'auto' }),
    integer('mrru', { words: ['disabled'], initial: 'disabled', min: 512, max: 65535 }),
    choiceList('authentication', ['pap', 'chap', 'mschap1', 'mschap2'], { initial: 'pap,chap,mschap1,mschap2' }),
    integer('keepalive-timeout', { words: ['disabled'], initial: '10', max: 65535 }),
    flag('one-session-per-host', { initial: 'false' }),
    integer('max-sessions', { words: ['unlimited'], initial: 'unlimited', max: 65535 }),
    integer('pado-delay', { initial: '0', max: 10000 }),
    reference('default-profile', '/ppp/profile', { initial: 'default' }),
    flag('accept-empty-service', { initial: 'true' }),
    flag('accept-untagged', { since: '7.20.8', initial: 'true' }),
    text('pppoe-over-vlan-range', { since: '7.17.1', initial: '' }),
    shownFlag('invalid', { initial: 'false' }),
    // A new server is off until somebody turns it on.
    flag('disabled', { initial: 'true' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  seed: () => [{ 'service-name': 'service1', interface: 'ether2', disabled: 'false' }],
};

const vlanMenu: Menu = {
  path: '/interface/vlan',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    integer('mtu', { initial: '1500', min: 68, max: 65535 }),
    shown('l2mtu'),
    shown('mac-address'),
    choice('arp', ['disabled', 'enabled', 'local-proxy-arp', 'proxy-arp', 'reply-only'], { initial: 'enabled' }),
    integer('vlan-id', { initial: '1', min: 1, max: 4095 }),
    reference('interface', '/interface', { isRequired: true }),
    flag('use-service-tag', { initial: 'false' }),
    shownFlag('running', { initial: 'true' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  unique: { by: ['name'], refusal: refuseDuplicateInterface },
};

export const interfaceMenus: readonly Menu[] = [interfaceMenu, pppoeServerMenu, serverMenu, vlanMenu];
