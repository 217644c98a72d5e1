// Every menu that the simulator knows.

import type { Menu } from '../model.ts';
import { dhcpMenus } from './dhcp.ts';
import { fileMenus } from './file.ts';
import { addressMenus } from './firewall.ts';
import { healthMenus } from './health.ts';
import { hotspotMenus } from './hotspot.ts';
import { interfaceMenus } from './interface.ts';
import { logMenus } from './log.ts';
import { poolMenus } from './pool.ts';
import { pppMenus } from './ppp.ts';
import { queueMenus } from './queue.ts';
import { radiusMenus } from './radius.ts';
import { serviceMenu } from './service.ts';
import { systemMenus } from './system.ts';
import { toolMenus } from './tool.ts';
import { userMenus } from './users.ts';

export const allMenus: readonly Menu[] = [
  ...toolMenus,
  ...interfaceMenus,
  ...poolMenus,
  ...pppMenus,
  ...hotspotMenus,
  ...dhcpMenus,
  ...addressMenus,
  ...queueMenus,
  ...radiusMenus,
  serviceMenu,
  ...systemMenus,
  ...healthMenus,
  ...fileMenus,
  ...logMenus,
  ...userMenus,
];
