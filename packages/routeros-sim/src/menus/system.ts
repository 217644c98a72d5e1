// /system: what the router says about itself.

import { custom, flag, shown, shownFlag, text } from '../fields.ts';
import type { Command, Menu, Router } from '../model.ts';

import { invalidValue, noMatch } from '../refusal.ts';

import {
  formatDate,
  formatDateTime,
  formatOffset,
  formatSeconds,
  formatTime,
  isTimeZone,
  parseDateMs,
  parseDurationMs,
} from '../values.ts';

const hardware = {
  RouterBOARD: {
    cpu: 'ARM',
    'cpu-count': '4',
    'cpu-frequency': '1400',
    'total-memory': '1073741824',
    'total-hdd-space': '134217728',
    'architecture-name': 'arm',
    platform: 'MikroTik',
    'write-sect-since-reboot': '1204',
    'write-sect-total': '83121',
    'bad-blocks': '0',
  },
  CHR: {
    cpu: 'Intel(R)',
    'cpu-count': '2',
    'cpu-frequency': '2400',
    'total-memory': '1073741824',
    'total-hdd-space': '93564928',
    'architecture-name': 'x86_64',
    platform: 'MikroTik',
    'write-sect-since-reboot': '1204',
    'write-sect-total': '1204',
  },
};

// A made-up but fixed day: the build time of a release does not change.
const buildMs = Date.UTC(2025, 1, 5, 8, 52, 21);

function channel(router: Router): string {
  return router.dialect.isVersion6 ? 'long-term' : 'stable';
}

/** Load and memory follow the number of sessions, so that a screen has something to show. */
function liveResource(router: Router): Record<string, string | undefined> {
  const facts = hardware[router.settings.board];
  const sessions = router.pppoeSessions.size + router.hotspotSessions.size;
  return {
    ...facts,
    uptime: formatSeconds(router.clock.now() - router.bootedMs),
    version: `${router.dialect.release} (${channel(router)})`,
    'build-time': formatDateTime(buildMs, router.dialect.hasIsoDates),
    'factory-software': router.settings.board === 'CHR' ? undefined : '6.44.6',
    'free-memory': String(Math.max(64 << 20, (896 << 20) - sessions * 65536)),
    'free-hdd-space': String(Math.floor(Number(facts['total-hdd-space']) * 0.7)),
    'cpu-load': String(Math.min(99, 2 + Math.floor(sessions / 100))),
    'board-name': router.settings.model,
  };
}

const resourceMenu: Menu = {
  path: '/system/resource',
  kind: 'single',
  fields: [
    shown('uptime'),
    shown('version'),
    shown('build-time'),
    shown('factory-software'),
    shown('free-memory'),
    shown('total-memory'),
    shown('cpu'),
    shown('cpu-count'),
    shown('cpu-frequency'),
    shown('cpu-load'),
    shown('free-hdd-space'),
    shown('total-hdd-space'),
    shown('write-sect-since-reboot'),
    shown('write-sect-total'),
    // Flash of a virtual machine has no blocks to go bad.
    shown('bad-blocks', { board: 'RouterBOARD' }),
    shown('architecture-name'),
    shown('board-name'),
    shown('platform'),
  ],
  printArguments: { oid: {} },
  seed: () => [{}],
  live: (router) => liveResource(router),
};

const identityMenu: Menu = {
  path: '/system/identity',
  kind: 'single',
  fields: [text('name', { max: 64, initial: 'MikroTik' })],
  verbs: { set: {} },
  printArguments: { oid: {} },
  seed: (router) => [{ name: router.settings.identity }],
};

const clockMenu: Menu = {
  path: '/system/clock',
  kind: 'single',
  fields: [
    custom('time', (input) => {
      if (parseDurationMs(input) === undefined) throw invalidValue('time');
      return input;
    }),
    custom('date', (input) => {
      if (parseDateMs(input) === undefined) throw invalidValue('date');
      return input;
    }),
    flag('time-zone-autodetect', { initial: 'true' }),
    custom(
      'time-zone-name',
      (input) => {
        if (input !== 'manual' && !isTimeZone(input)) throw noMatch('time-zone-name');
        return input;
      },
      { initial: 'manual' },
    ),
    shown('gmt-offset'),
    shownFlag('dst-active', { initial: 'false' }),
  ],
  verbs: { set: {} },
  seed: () => [{}],
  changed(router, row) {
    shiftClock(router, row.values.date, row.values.time);
    row.values.date = '';
    row.values.time = '';
  },
  live(router) {
    const localMs = router.localMs();
    const utcMs = router.clock.now() + router.clockShiftMs + router.faults.clockSkewMs;
    return {
      time: formatTime(localMs),
      date: formatDate(localMs, router.dialect.hasIsoDates),
      'gmt-offset': formatOffset(router.zoneOffsetMs(utcMs)),
    };
  },
};

const dayMs = 86_400_000;

// A clock that is set by hand keeps running from there.
function shiftClock(router: Router, date: string | undefined, time: string | undefined): void {
  const localMs = router.localMs();
  const dayStartMs = (date ? parseDateMs(date) : undefined) ?? Math.floor(localMs / dayMs) * dayMs;
  const timeMs = (time ? parseDurationMs(time) : undefined) ?? localMs % dayMs;
  if (date || time) router.clockShiftMs += dayStartMs + timeMs - localMs;
}

const routerboardMenu: Menu = {
  path: '/system/routerboard',
  kind: 'single',
  board: 'RouterBOARD',
  fields: [
    shownFlag('routerboard'),
    shown('board-name', { since: '6.49' }),
    shown('model'),
    shown('revision', { since: '6.49' }),
    shown('serial-number'),
    shown('firmware-type'),
    shown('factory-firmware'),
    shown('current-firmware'),
    shown('upgrade-firmware'),
  ],
  seed: () => [{}],
  live: (router) => ({
    routerboard: 'true',
    'board-name': router.settings.model,
    model: router.settings.model,
    revision: 'r2',
    'serial-number': router.settings.serialNumber,
    'firmware-type': 'ipq4000',
    'factory-firmware': '6.44.6',
    'current-firmware': router.dialect.release,
    'upgrade-firmware': router.dialect.release,
  }),
};

const rebootCommand: Command = {
  policy: 'reboot',
  arguments: {},
  // The connection may drop without a reply; so it does here.
  run: ({ router }) => router.onReboot(2000),
};

const shutdownCommand: Command = {
  policy: 'reboot',
  arguments: {},
  run: ({ router }) => router.onReboot(Number.POSITIVE_INFINITY),
};

const systemMenu: Menu = {
  path: '/system',
  kind: 'dir',
  fields: [],
  actions: { reboot: rebootCommand, shutdown: shutdownCommand },
};

const packageMenu: Menu = {
  path: '/system/package',
  kind: 'list',
  fields: [
    shown('name'),
    shown('version'),
    shown('build-time'),
    shown('scheduled', { initial: '' }),
    shownFlag('disabled', { initial: 'false' }),
  ],
  seed: (router) => [
    {
      name: 'routeros',
      version: router.dialect.release,
      'build-time': formatDateTime(buildMs, router.dialect.hasIsoDates),
    },
  ],
};

export const systemMenus: readonly Menu[] = [
  systemMenu,
  packageMenu,
  resourceMenu,
  identityMenu,
  clockMenu,
  routerboardMenu,
];
