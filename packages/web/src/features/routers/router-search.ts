// What stands in the address bar of a router's page.
export const routerTabs = [
  'overview',
  'sessions',
  'accounts',
  'drift',
  'changes',
  'import',
  'log',
  'settings',
] as const;
export type RouterTab = (typeof routerTabs)[number];
export type RouterSearch = { open?: 'edit'; tab?: RouterTab; after?: string };
