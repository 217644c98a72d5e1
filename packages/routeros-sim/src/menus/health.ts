// /system/health has three shapes: a list of sensors on 7.x hardware, one row on 6.x hardware, little on a virtual machine.

import { choice, shown } from '../fields.ts';
import type { Menu } from '../model.ts';

const sensors = [
  { name: 'voltage', value: '24.1', type: 'V' },
  { name: 'temperature', value: '39', type: 'C' },
  { name: 'cpu-temperature', value: '47', type: 'C' },
  { name: 'fan1-speed', value: '3600', type: 'RPM' },
];

const listMenu: Menu = {
  path: '/system/health',
  kind: 'list',
  since: '7.0',
  board: 'RouterBOARD',
  fields: [shown('name'), shown('value'), shown('type')],
  seed: () => sensors,
};

const oldMenu: Menu = {
  path: '/system/health',
  kind: 'single',
  until: '6.99',
  board: 'RouterBOARD',
  // A sensor that the board lacks is simply absent.
  fields: [shown('voltage'), shown('temperature'), shown('cpu-temperature'), shown('fan1-speed')],
  printArguments: { oid: {} },
  seed: () => [Object.fromEntries(sensors.map(({ name, value }) => [name, value]))],
};

const virtualMenu: Menu = {
  path: '/system/health',
  kind: 'single',
  board: 'CHR',
  fields: [
    shown('state', { initial: 'disabled' }),
    choice('state-after-reboot', ['disabled', 'enabled'], { initial: 'disabled' }),
  ],
  verbs: { set: {} },
  printArguments: { oid: {} },
  seed: () => [{}],
};

export const healthMenus: readonly Menu[] = [listMenu, oldMenu, virtualMenu];
