// /radius: servers that are asked, and the port on which they may ask back. The simulator never sends a packet.

import { address, choice, choiceList, duration, flag, integer, shown, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import type { Call, Menu } from '../model.ts';
import { tick } from '../print.ts';
import { namedRows } from '../verbs.ts';
import { monitorArguments, monitorOptions } from './interface.ts';

const services = ['ppp', 'login', 'hotspot', 'wireless', 'dhcp', 'ipsec', 'dot1x'];

function monitor(words: readonly string[]) {
  return (call: Call) => {
    const { intervalMs, times } = monitorOptions(call);
    let section = 0;
    tick(call, intervalMs, () => {
      call.reply.row([
        ...words.map((name) => `=${name}=${name === 'last-request-rtt' ? '0ms' : 0}`),
        `=.section=${section}`,
      ]);
      section += 1;
      return section >= times ? 'end' : undefined;
    });
  };
}

const clientCounters = [
  'pending',
  'requests',
  'accepts',
  'rejects',
  'resends',
  'timeouts',
  'bad-replies',
  'last-request-rtt',
];

const resetCounters = { policy: 'write', arguments: {}, run: ({ reply }: Call) => reply.done() } as const;

const radiusMenu: Menu = {
  path: '/radius',
  kind: 'list',
  keyField: 'address',
  fields: [
    choiceList('service', services, { initial: '' }),
    text('called-id', { initial: '' }),
    text('domain', { initial: '' }),
    address('address', { isRequired: true }),
    text('secret', { initial: '', isSensitive: true }),
    integer('authentication-port', { initial: '1812', min: 1, max: 65535 }),
    integer('accounting-port', { initial: '1813', min: 1, max: 65535 }),
    duration('timeout', { initial: '300ms', minMs: 10, maxMs: 60_000 }),
    duration('radsec-timeout', { since: '7.19.6', initial: '3s', minMs: 10, maxMs: 60_000 }),
    flag('accounting-backup', { initial: 'false' }),
    text('realm', { initial: '' }),
    choice('protocol', ['udp', 'radsec'], { since: '6.49', initial: 'udp' }),
    text('certificate', { since: '6.49', initial: 'none' }),
    choice('require-message-auth', ['no', 'yes-for-request-resp'], {
      since: '7.15.3',
      initial: 'yes-for-request-resp',
    }),
    address('src-address', { emptyClears: true }),
    shown('status', { since: '7.20.8' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {}, move: {} },
  printArguments: { 'show-sensitive': { since: '7.21.5' } },
  actions: {
    monitor: {
      policy: 'read',
      arguments: { ...monitorArguments, ...argumentsOf('.id', 'numbers') },
      run(call) {
        namedRows(call);
        monitor(clientCounters)(call);
      },
    },
    'reset-counters': resetCounters,
  },
};

const incomingMenu: Menu = {
  path: '/radius/incoming',
  kind: 'single',
  fields: [
    flag('accept', { initial: 'false' }),
    // Old manuals say 1700; RFC 5176 and current versions say 3799.
    integer('port', { initial: '3799', min: 1, max: 65535 }),
    text('vrf', { since: '7.9.2', initial: 'main' }),
  ],
  verbs: { set: {} },
  seed: () => [{}],
  actions: {
    monitor: {
      policy: 'read',
      arguments: monitorArguments,
      run: monitor(['requests', 'bad-requests', 'acks', 'naks']),
    },
    'reset-counters': resetCounters,
  },
};

export const radiusMenus: readonly Menu[] = [radiusMenu, incomingMenu];
