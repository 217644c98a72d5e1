// /ip/firewall/address-list and the address menus around it.

import { eraseRow } from '../changes.ts';
import type { Timer } from '../clock.ts';
import { address, custom, duration, flag, integer, reference, shown, shownFlag, text } from '../fields.ts';
import type { Menu, Router } from '../model.ts';
import { invalidValue, refuse } from '../refusal.ts';
import type { Row } from '../rows.ts';

import { formatDateTime, formatIp, formatSeconds, parseDurationMs, parseIp, parseIpRange } from '../values.ts';

/** Host bits are masked away; whatever is no address becomes the name of a host, silently. */
function parseListed(input: string): string {
  const range = parseIpRange(input);
  if (range === undefined) return input;
  if (input.includes('-')) {
    return range.first === range.last ? formatIp(range.first) : `${formatIp(range.first)}-${formatIp(range.last)}`;
  }
  const bits = input.split('/')[1];
  return bits === undefined || bits === '32' ? formatIp(range.first) : `${formatIp(range.first)}/${bits}`;
}

// The longest timeout that the argument takes (7.22.3).
const longestTimeoutMs = parseDurationMs('35w3d13h13m56s')!;

const expiries = new WeakMap<Row, Timer>();

function planExpiry(router: Router, row: Row): void {
  expiries.get(row)?.cancel();
  const timeoutMs = parseDurationMs(row.values.timeout ?? '');
  if (timeoutMs === undefined) return;
  row.isDynamic = true;
  row.values.dynamic = 'true';
  row.values['expires-at-ms'] = String(router.clock.now() + timeoutMs);
  expiries.set(
    row,
    router.clock.after(timeoutMs, () => eraseRow(router, '/ip/firewall/address-list', row)),
  );
}

const addressListMenu: Menu = {
  path: '/ip/firewall/address-list',
  kind: 'list',
  keyField: 'address',
  fields: [
    text('list', { isRequired: true, min: 1 }),
    custom('address', parseListed, { isRequired: true }),
    shown('creation-time'),
    duration('timeout', { emptyClears: true, maxMs: longestTimeoutMs }),
    flag('dynamic', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  unique: { by: ['list', 'address'], refusal: () => refuse('failure: already have such entry') },
  added(router, row) {
    row.values['creation-time'] = formatDateTime(router.localMs(), router.dialect.hasIsoDates);
    if (row.values.dynamic === 'true') row.isDynamic = true;
    planExpiry(router, row);
  },
  changed(router, row, before) {
    if (row.values.timeout !== before.timeout) planExpiry(router, row);
  },
  removed(_router, row) {
    expiries.get(row)?.cancel();
  },
  live(router, row) {
    const expiresMs = Number(row.values['expires-at-ms'] ?? Number.NaN);
    return Number.isNaN(expiresMs) ? {} : { timeout: formatSeconds(expiresMs - router.clock.now()) };
  },
};

function parseInterfaceAddress(input: string): string {
  const [ip, bits = '32', more] = input.split('/');
  const isWrong = parseIp(ip!) === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || more !== undefined;
  if (isWrong) throw invalidValue('address');
  return `${ip}/${bits}`;
}

const ipAddressMenu: Menu = {
  path: '/ip/address',
  kind: 'list',
  keyField: 'address',
  fields: [
    custom('address', parseInterfaceAddress, { isRequired: true }),
    address('network'),
    reference('interface', '/interface', { isRequired: true }),
    shown('actual-interface'),
    shownFlag('invalid', { initial: 'false' }),
    shownFlag('dynamic', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  unique: { by: ['address', 'interface'], refusal: () => refuse('failure: already have such address') },
  live(_router, row) {
    const range = parseIpRange(row.values.address ?? '');
    return {
      network: row.values.network ?? (range ? formatIp(range.first) : undefined),
      'actual-interface': row.values.interface,
    };
  },
};

const routeMenu: Menu = {
  path: '/ip/route',
  kind: 'list',
  keyField: 'dst-address',
  fields: [
    text('dst-address', { initial: '0.0.0.0/0' }),
    text('gateway', { canUnset: true }),
    integer('distance', { initial: '1', max: 255, canUnset: true }),
    text('routing-table', { since: '7.0', initial: 'main' }),
    shownFlag('active', { initial: 'true' }),
    shownFlag('dynamic', { initial: 'false' }),
    shownFlag('static', { initial: 'true' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, unset: {} },
};

const staticDnsMenu: Menu = {
  path: '/ip/dns/static',
  kind: 'list',
  fields: [
    text('name', { emptyClears: true }),
    text('regexp', { emptyClears: true }),
    address('address', { emptyClears: true }),
    duration('ttl', { initial: '1d' }),
    shownFlag('dynamic', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, move: {} },
};

export const addressMenus: readonly Menu[] = [addressListMenu, ipAddressMenu, routeMenu, staticDnsMenu];
