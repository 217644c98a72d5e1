// /ppp: secrets, profiles, active sessions, authentication settings.

import { listReferences } from '../changes.ts';
import {
  addresses,
  addressOrPool,
  bytes,
  choice,
  duration,
  flag,
  integer,
  rateLimit,
  reference,
  shown,
  shownFlag,
  text,
} from '../fields.ts';
import type { Menu, Router } from '../model.ts';

import { endSessionOfRow } from '../ppp.ts';
import { refuse } from '../refusal.ts';

import { uptimeMs } from '../sessions.ts';
import { formatDateTime, formatSeconds } from '../values.ts';

// `isdn` existed in older versions and is gone.
const services = ['any', 'async', 'l2tp', 'ovpn', 'pppoe', 'pptp', 'sstp'];

const never = {
  iso: { 'last-logged-out': formatDateTime(0, true) },
  old: { 'last-logged-out': formatDateTime(0, false) },
};

// Who never logged out did so in 1970.
const neverLoggedOut = (router: Router) => (router.dialect.hasIsoDates ? never.iso : never.old);

export const secretMenu: Menu = {
  path: '/ppp/secret',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    choice('service', services, { initial: 'any' }),
    text('caller-id', { initial: '' }),
    text('password', { initial: '', isSensitive: true }),
    reference('profile', '/ppp/profile', { initial: 'default' }),
    addressOrPool('local-address', { canUnset: true }),
    addressOrPool('remote-address', { canUnset: true }),
    text('remote-ipv6-prefix', { canUnset: true }),
    text('routes', { initial: '' }),
    text('ipv6-routes', { initial: '' }),
    bytes('limit-bytes-in', { initial: '0' }),
    bytes('limit-bytes-out', { initial: '0' }),
    shown('last-logged-out'),
    shown('last-caller-id'),
    shown('last-disconnect-reason'),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, unset: {} },
  printArguments: { 'show-sensitive': { since: '7.21.5' } },
  // Whether another `service` makes the same name acceptable is unknown.
  unique: {
    by: ['name'],
    isLifted: (router) => router.assumptions.secretPerService,
    refusal: () => refuse('failure: secret with the same name already exists'),
  },
  check(router, proposed, row) {
    if (!router.assumptions.secretPerService) return;
    const service = proposed.service ?? 'any';
    const clash = router
      .table('/ppp/secret')
      .listByName(proposed.name ?? '')
      .some((other) => other !== row && (other.values.service ?? 'any') === service);
    if (clash) throw refuse('failure: secret with the same name already exists');
  },
  // Neither disabling nor removing a secret touches its session; only the waiting device is told that it may try.
  added: (router, row) => router.subscribers.accountChanged(row.values.name!),
  changed: (router, row) => router.subscribers.accountChanged(row.values.name!),
  live: (router, row) => (row.values['last-logged-out'] === undefined ? neverLoggedOut(router) : {}),
};

const yesNoDefault = ['default', 'no', 'yes'];
const yesNoRequired = ['default', 'no', 'required', 'yes'];

export const profileMenu: Menu = {
  path: '/ppp/profile',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    addressOrPool('local-address', { canUnset: true }),
    addressOrPool('remote-address', { canUnset: true }),
    text('remote-ipv6-prefix-pool', { emptyClears: true }),
    flag('remote-ipv6-prefix-reuse', { since: '7.20.8', canUnset: true }),
    text('dhcpv6-pd-pool', { emptyClears: true }),
    duration('dhcpv6-lease-time', { since: '7.20.8', canUnset: true }),
    flag('dhcpv6-use-radius', { since: '7.20.8', canUnset: true }),
    text('bridge', { canUnset: true, emptyClears: true }),
    integer('bridge-horizon', { canUnset: true }),
    choice('bridge-learning', yesNoDefault, { initial: 'default' }),
    integer('bridge-path-cost', { canUnset: true }),
    text('bridge-port-priority', { canUnset: true }),
    integer('bridge-port-vid', { since: '7.17.1', canUnset: true, max: 4094 }),
    flag('bridge-port-trusted', { since: '7.17.1', canUnset: true }),
    duration('session-timeout', { canUnset: true }),
    duration('idle-timeout', { canUnset: true }),
    choice('use-mpls', yesNoRequired, { initial: 'default' }),
    choice('use-compression', yesNoDefault, { initial: 'default' }),
    choice('use-encryption', yesNoRequired, { initial: 'default' }),
    choice('use-ipv6', yesNoRequired, { initial: 'yes' }),
    choice('use-upnp', yesNoDefault, { initial: 'default' }),
    choice('only-one', yesNoDefault, { initial: 'default' }),
    choice('change-tcp-mss', yesNoDefault, { initial: 'default' }),
    text('incoming-filter', { canUnset: true, emptyClears: true }),
    text('outgoing-filter', { canUnset: true, emptyClears: true }),
    rateLimit('rate-limit', { canUnset: true }),
    text('address-list', { initial: '' }),
    text('interface-list', { canUnset: true, emptyClears: true }),
    reference('parent-queue', '/queue/simple', { words: ['none'], canUnset: true }),
    text('queue-type', { canUnset: true, emptyClears: true }),
    text('insert-queue-before', { canUnset: true, emptyClears: true }),
    addresses('dns-server', { canUnset: true, emptyClears: true }),
    addresses('wins-server', { canUnset: true, emptyClears: true }),
    text('on-up', { initial: '' }),
    text('on-down', { initial: '' }),
    text('comment', { emptyClears: true }),
    shownFlag('default', { initial: 'false' }),
  ],
  // A profile has no `disabled`.
  verbs: { add: {}, set: {}, remove: {}, comment: {}, unset: {} },
  unique: { by: ['name'], refusal: (router) => refuse(router.assumptions.duplicateProfile) },
  seed: () => [
    { name: 'default', 'change-tcp-mss': 'yes', default: 'true' },
    { name: 'default-encryption', 'change-tcp-mss': 'yes', 'use-encryption': 'yes', default: 'true' },
  ],
  protect(router, row, verb) {
    if (verb !== 'remove') return;
    if (row.values.default === 'true') throw refuse('can not remove default profile');
    refuseUsed(router, row.values.name!);
  },
  removed: (router, row) => leaveDangling(router, '/ppp/profile', row.values.name!, row.id),
};

function refuseUsed(router: Router, name: string): void {
  if (router.assumptions.removeUsedProfile !== 'refused') return;
  if (!listReferences(router, '/ppp/profile', name).next().done) throw refuse('failure: profile is in use');
}

/** Rows that named a removed object show its bare id instead, which no longer leads anywhere. */
export function leaveDangling(router: Router, path: string, name: string, id: number): void {
  for (const { row, field } of listReferences(router, path, name)) {
    row.values[field.name] = `*${id.toString(16).toUpperCase()}`;
  }
}

export const activeMenu: Menu = {
  path: '/ppp/active',
  kind: 'list',
  // No byte counters here, in no version: they are on the dynamic interface and on the dynamic queue.
  fields: [
    shown('name'),
    shown('service'),
    shown('caller-id'),
    shown('address'),
    shown('uptime'),
    shown('encoding', { initial: '' }),
    shown('session-id'),
    shown('limit-bytes-in', { initial: '0' }),
    shown('limit-bytes-out', { initial: '0' }),
    shownFlag('radius', { initial: 'false' }),
    shown('comment'),
  ],
  verbs: { remove: {} },
  // Cut at once; the device dials again a moment later unless its secret is disabled by then.
  removed: (router, row) => endSessionOfRow(router, row, 'admin request'),
  live: (router, row) => ({
    uptime: row.session === undefined ? '0s' : formatSeconds(uptimeMs(router, row.session)),
  }),
};

export const aaaMenu: Menu = {
  path: '/ppp/aaa',
  kind: 'single',
  fields: [
    flag('use-radius', { initial: 'false' }),
    flag('accounting', { initial: 'true' }),
    duration('interim-update', { initial: '0s' }),
    flag('use-circuit-id-in-nas-port-id', { initial: 'false' }),
    flag('enable-ipv6-accounting', { since: '7.15.3', initial: 'false' }),
  ],
  verbs: { set: {} },
  seed: () => [{}],
};

export const pppMenus: readonly Menu[] = [secretMenu, profileMenu, activeMenu, aaaMenu];
