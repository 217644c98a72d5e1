// /ip/service: the router's own doors. Switching the API off here closes the socket.

import { addressList, choice, flag, integer, shown, shownFlag, text } from '../fields.ts';
import type { Menu, Router } from '../model.ts';

import { refuse } from '../refusal.ts';

function seedServices(router: Router): Record<string, string>[] {
  const isOld = router.dialect.isVersion6;
  const services: [string, string][] = [
    ['telnet', '23'],
    ['ftp', '21'],
    ['www', '80'],
    ['ssh', '22'],
    ['www-ssl', '443'],
    ['api', '8728'],
    ['winbox', '8291'],
    ['api-ssl', '8729'],
  ];
  const rows = services.map(([name, port]) => {
    // The encrypted web page needs a certificate first.
    const row: Record<string, string> = { name, port };
    if (name === 'www-ssl') row.disabled = 'true';
    if (!name.endsWith('-ssl')) row['without-tls'] = 'true';
    return row;
  });
  return isOld || router.settings.version !== '7.24'
    ? rows
    : [...rows, { name: 'reverse-proxy', port: '443', disabled: 'true' }];
}

export const serviceMenu: Menu = {
  path: '/ip/service',
  kind: 'list',
  fields: [
    shown('name'),
    integer('port', { min: 1, max: 65535 }),
    shown('proto', { since: '7.20.8' }),
    addressList('address', { initial: '' }),
    // New in 7.24, which calls `address` deprecated.
    addressList('available-from', { since: '7.24', emptyClears: true }),
    text('certificate', { initial: 'none' }),
    choice('tls-version', ['any', 'only-1.2'], { initial: 'any', since: '6.49' }),
    text('vrf', { since: '7.0', initial: 'main' }),
    integer('max-sessions', { since: '7.16.2', initial: '20', min: 1, max: 1000 }),
    shown('local', { since: '7.20.8' }),
    shown('remote', { since: '7.20.8' }),
    shownFlag('connection', { since: '7.20.8' }),
    shownFlag('dynamic', { since: '7.20.8', initial: 'false' }),
    shownFlag('invalid', { initial: 'false' }),
    flag('disabled', { initial: 'false' }),
  ],
  verbs: { set: {}, enable: {}, disable: {}, unset: { until: '7.16.2' } },
  unique: { by: ['name'], refusal: () => refuse('failure: already have such name') },
  seed: seedServices,
  protect(router, row, verb) {
    if (row.isDynamic && verb === 'set') throw refuse(router.assumptions.dynamicRow);
  },
  changed: (router) => router.onServiceChange(),
  live(_router, row) {
    const isPlain = row.values['without-tls'] !== undefined || row.isDynamic;
    return {
      certificate: isPlain ? undefined : (row.values.certificate ?? 'none'),
      'tls-version': isPlain ? undefined : (row.values['tls-version'] ?? 'any'),
      proto: 'tcp',
    };
  },
};
