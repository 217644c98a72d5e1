// How RouterOS tells of profiles and accounts: which menus, which properties, which words.
import { ProtocolError, type Row } from '@lastmile/routeros';
import type { ServiceKind } from '#provisioning/profiles.ts';
import { idInComment } from '#provisioning/rules/mark-rules.ts';
import type { HandLimit, ObservedAccount, ObservedProfile } from '#provisioning/rules/object-rules.ts';
import { secondsOf } from '#routers/probe.ts';

type Menus = { profile: string; account: string; session: string; cookie: string | undefined; nameOfSession: string };

export const menus: Record<ServiceKind, Menus> = {
  pppoe: {
    profile: '/ppp/profile',
    account: '/ppp/secret',
    session: '/ppp/active',
    cookie: undefined,
    nameOfSession: 'name',
  },
  hotspot: {
    profile: '/ip/hotspot/user/profile',
    account: '/ip/hotspot/user',
    session: '/ip/hotspot/active',
    cookie: '/ip/hotspot/cookie',
    nameOfSession: 'user',
  },
};

const sharedProfileProperties = ['.id', 'name', 'rate-limit', 'session-timeout', 'idle-timeout', 'address-list'];

export const profileProperties: Record<ServiceKind, readonly string[]> = {
  pppoe: [...sharedProfileProperties, 'only-one', 'remote-address', 'local-address', 'dns-server', 'comment'],
  hotspot: [...sharedProfileProperties, 'shared-users', 'address-pool'],
};

export const limitProperties: Record<ServiceKind, { [limit in HandLimit]?: string }> = {
  pppoe: { limitBytesIn: 'limit-bytes-in', limitBytesOut: 'limit-bytes-out' },
  hotspot: {
    limitUptime: 'limit-uptime',
    limitBytesIn: 'limit-bytes-in',
    limitBytesOut: 'limit-bytes-out',
    limitBytesTotal: 'limit-bytes-total',
  },
};

export const accountProperties: Record<ServiceKind, readonly string[]> = {
  pppoe: [
    '.id',
    'name',
    'service',
    'profile',
    'password',
    'remote-address',
    'caller-id',
    ...Object.values(limitProperties.pppoe),
    'disabled',
    'comment',
  ],
  hotspot: [
    '.id',
    'name',
    'profile',
    'password',
    'address',
    'mac-address',
    ...Object.values(limitProperties.hotspot),
    'disabled',
    'comment',
  ],
};

export function profileOf(service: ServiceKind, row: Row): ObservedProfile {
  const name = row.name ?? '';
  const shared = {
    ref: idOf(row),
    service,
    name,
    rateLimit: row['rate-limit'] ?? '',
    sessionTimeoutSeconds: secondsOrNull(row['session-timeout']),
    idleTimeoutSeconds: secondsOrNull(row['idle-timeout']),
    addressList: row['address-list'] || null,
  };
  if (service === 'pppoe')
    return {
      ...shared,
      ownerId: idInComment(row.comment),
      comment: row.comment ?? '',
      sharedUsers: row['only-one'] === 'yes' ? 1 : null,
      pool: row['remote-address'] || null,
      localAddress: row['local-address'] || null,
      dnsServers: row['dns-server'] || null,
    };
  const pool = row['address-pool'];
  const users = row['shared-users'] ?? '1';
  return {
    ...shared,
    // It has no comment: its name carries the mark.
    ownerId: idInComment(name),
    sharedUsers: users === 'unlimited' ? null : Number(users),
    pool: pool === undefined || pool === 'none' ? null : pool,
    localAddress: null,
    dnsServers: null,
  };
}

function secondsOrNull(duration: string | undefined): number | null {
  return duration === undefined || duration === '' || duration === 'none' ? null : secondsOf(duration) || null;
}

export function accountOf(service: ServiceKind, row: Row): ObservedAccount {
  const shared = {
    ref: idOf(row),
    service,
    name: row.name ?? '',
    profile: row.profile ?? '',
    // Some versions show stars to a user without the policy "sensitive".
    password: /^\*+$/.test(row.password ?? '') ? undefined : row.password,
    isDisabled: row.disabled === 'true',
    ownerId: idInComment(row.comment),
    comment: row.comment ?? '',
    ...limitsOf(service, row),
  };
  if (service === 'pppoe')
    return {
      ...shared,
      staticAddress: row['remote-address'] || null,
      macAddress: row['caller-id'] || null,
      // "any" lets the subscriber in just as well.
      isForKind: row.service === 'pppoe' || row.service === 'any',
    };
  const { address, 'mac-address': mac } = row;
  return {
    ...shared,
    // Nothing but noughts is what some versions have for none.
    staticAddress: !address || address === '0.0.0.0' ? null : address,
    macAddress: !mac || mac === '00:00:00:00:00:00' ? null : mac,
    isForKind: true,
  };
}

/** Nothing, and nought in any unit, is no limit. */
function limitsOf(service: ServiceKind, row: Row): { [limit in HandLimit]?: string } {
  const found = Object.entries(limitProperties[service]).map(([limit, property]) => [limit, row[property]]);
  return Object.fromEntries(found.filter(([, value]) => value && !/^[0s:]+$/.test(value)));
}

export function idOf(row: Row): string {
  const id = row['.id'];
  if (!id) throw new ProtocolError('a row without .id where one was asked for');
  return id;
}
