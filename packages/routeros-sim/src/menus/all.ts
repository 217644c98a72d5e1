// Every menu that the simulator knows.

import type { Menu } from '../menu.ts';
import { hotspotMenus } from './hotspot.ts';
import { interfaceMenus } from './interface.ts';
import { logMenus } from './log.ts';
import { poolMenus } from './pool.ts';
import { pppMenus } from './ppp.ts';
import { queueMenus } from './queue.ts';
import { systemMenus } from './system.ts';
import { userMenus } from './users.ts';

export const allMenus: readonly Menu[] = [
  ...pppMenus,
  ...poolMenus,
  ...interfaceMenus,
  ...queueMenus,
  ...hotspotMenus,
  ...logMenus,
  ...systemMenus,
  ...userMenus,
];
