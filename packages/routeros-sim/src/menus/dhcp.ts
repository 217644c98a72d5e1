// /ip/dhcp-server: servers and leases. A static lease may carry a rate limit and then has a dynamic queue while it is bound.

import { addDynamicRow, eraseRow } from '../changes.ts';
import { choice, duration, flag, mac, rateLimit, reference, shown, shownFlag, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import type { Menu, Router } from '../model.ts';
import { takeAddress } from '../pools.ts';
import { dynamicQueue } from '../ppp.ts';
import { invalidValue, refuse } from '../refusal.ts';
import type { Row, Values } from '../rows.ts';

import { formatSeconds, parseDurationMs, parseMac, parseRateLimit } from '../values.ts';
import { namedRows } from '../verbs.ts';

const serverMenu: Menu = {
  path: '/ip/dhcp-server',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    reference('interface', '/interface', { isRequired: true }),
    reference('address-pool', '/ip/pool', { words: ['static-only'], initial: 'static-only' }),
    duration('lease-time', { initial: '30m' }),
    choice('authoritative', ['after-10sec-delay', 'after-2sec-delay', 'no', 'yes'], { initial: 'yes' }),
    choice('use-radius', ['accounting', 'no', 'yes'], { initial: 'no' }),
    text('lease-script', { initial: '' }),
    text('address-lists', { since: '7.17.1', initial: '' }),
    shownFlag('dynamic', { initial: 'false' }),
    shownFlag('invalid', { initial: 'false' }),
    flag('disabled', { initial: 'true' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  unique: { by: ['name'], refusal: () => refuse('failure: already have such name') },
};

const leaseMenu: Menu = {
  path: '/ip/dhcp-server/lease',
  kind: 'list',
  keyField: 'mac-address',
  fields: [
    text('address', { emptyClears: true }),
    mac('mac-address'),
    text('client-id', { emptyClears: true }),
    text('address-lists', { initial: '' }),
    reference('server', '/ip/dhcp-server', { words: ['all'] }),
    duration('lease-time', { emptyClears: true }),
    rateLimit('rate-limit'),
    text('dhcp-option', { initial: '' }),
    text('routes', { emptyClears: true }),
    flag('block-access'),
    flag('always-broadcast'),
    flag('use-src-mac'),
    shown('status'),
    shown('expires-after'),
    shown('last-seen'),
    shown('active-address'),
    shown('active-mac-address'),
    shown('active-client-id'),
    shown('active-server'),
    shown('host-name'),
    shownFlag('radius', { initial: 'false' }),
    shownFlag('dynamic', { initial: 'false' }),
    shownFlag('blocked', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, unset: {} },
  printArguments: { active: {} },
  check(_router, proposed) {
    if (proposed['mac-address'] === undefined && proposed['client-id'] === undefined) {
      throw refuse('missing value(s) of argument(s) mac-address');
    }
  },
  removed: dropQueue,
  live: liveLease,
  actions: {
    'make-static': {
      policy: 'write',
      arguments: argumentsOf('.id', 'numbers'),
      run(call) {
        for (const row of namedRows(call)) makeStatic(call.router, row);
        call.reply.done();
      },
    },
    'check-status': {
      policy: 'test',
      arguments: argumentsOf('.id', 'numbers'),
      run(call) {
        namedRows(call);
        call.reply.done();
      },
    },
  },
};

function makeStatic(router: Router, row: Row): void {
  row.isDynamic = false;
  delete row.values.dynamic;
  router.announce('/ip/dhcp-server/lease', row);
}

function liveLease(router: Router, row: Row): Record<string, string | undefined> {
  const boundMs = Number(row.values['bound-at-ms'] ?? Number.NaN);
  if (Number.isNaN(boundMs)) return { status: 'waiting', 'last-seen': 'never' };
  const server = router.table('/ip/dhcp-server').findByName(row.values['active-server'] ?? '');
  const leaseMs = parseDurationMs(row.values['lease-time'] ?? server?.values['lease-time'] ?? '30m') ?? 0;
  // A client renews half-way, so a lease that is in use never runs out.
  const sinceMs = (router.clock.now() - boundMs) % Math.max(1, leaseMs / 2);
  return {
    status: 'bound',
    'last-seen': formatSeconds(sinceMs),
    'expires-after': formatSeconds(leaseMs - sinceMs),
  };
}

export interface DhcpClient {
  mac: string;
  server: string;
  hostName?: string;
}

/** A DHCP client asks for an address; undefined when it gets none. */
export function bindLease(router: Router, client: DhcpClient): string | undefined {
  const device = parseMac(client.mac);
  if (device === undefined) throw invalidValue('mac-address');
  const server = router.table('/ip/dhcp-server').findByName(client.server);
  if (server === undefined || router.isDown) return undefined;
  const known = router.table('/ip/dhcp-server/lease').findByName(device);
  if (known?.values['block-access'] === 'true' || known?.values.disabled === 'true') return undefined;
  const given = known?.values.address ?? takeAddress(router, server.values['address-pool'] ?? 'static-only')?.address;
  if (given === undefined) return undefined;
  const row =
    known ??
    addDynamicRow(router, '/ip/dhcp-server/lease', { address: given, 'mac-address': device, server: client.server });
  markBound(router, row, { given, device, client });
  return given;
}

function markBound(router: Router, row: Row, about: { given: string; device: string; client: DhcpClient }): void {
  const active: Values = {
    'bound-at-ms': String(router.clock.now()),
    'active-address': about.given,
    'active-mac-address': about.device,
    'active-server': about.client.server,
  };
  if (about.client.hostName !== undefined) active['host-name'] = about.client.hostName;
  Object.assign(row.values, active);
  dropQueue(router, row);
  const limit = parseRateLimit(row.values['rate-limit'] ?? '');
  if (limit !== undefined) {
    addDynamicRow(router, '/queue/simple', dynamicQueue(queueName(about.device), `${about.given}/32`, limit));
  }
  router.announce('/ip/dhcp-server/lease', row);
}

const queueName = (device: string) => `dhcp-ds<${device}>`;

function dropQueue(router: Router, row: Row): void {
  const queue = router.table('/queue/simple').findByName(queueName(row.values['mac-address'] ?? ''));
  if (queue?.isDynamic) eraseRow(router, '/queue/simple', queue);
}

export const dhcpMenus: readonly Menu[] = [serverMenu, leaseMenu];
