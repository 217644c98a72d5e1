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

export const routerAccountStates = ['online', 'offline', 'blocked', 'pending'] as const;

export type RouterSearch = {
  open?: 'edit';
  tab?: RouterTab;
  search?: string;
  state?: (typeof routerAccountStates)[number];
  drift?: 'closed';
  after?: string;
};
