import type { Menu } from '../menu.ts';
export const hotspotMenus: readonly Menu[] = [];
