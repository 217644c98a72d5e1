// What stands in the address bar of the pages of customers. Apart from them, because the routes ask for it before any page
// is loaded.
export const customerFilters = [
  'active',
  'suspended',
  'overdue',
  'pending',
  'online',
  'offline',
  'no_account',
  'removed',
] as const;
export type CustomerFilter = (typeof customerFilters)[number];

/** By name is the default and is not written into the address bar. */
export const customerSorts = ['name_desc', 'newest', 'oldest'] as const;
export type CustomerSort = (typeof customerSorts)[number];

export type CustomersSearch = {
  search?: string;
  status?: CustomerFilter;
  routerId?: string;
  locationId?: string;
  planId?: string;
  tag?: string;
  sort?: CustomerSort;
  after?: string;
  /** The act on many customers that is followed. */
  job?: string;
  show?: (typeof bulkItemStates)[number];
};

export const bulkItemStates = ['waiting', 'done', 'unchanged', 'failed'] as const;

export const customerTabs = ['subscription', 'sessions', 'invoices', 'statement', 'history'] as const;

export const timelineKinds = ['staff', 'money', 'network'] as const;

/** The overview is the default tab and is not written into the address bar. */
export type CustomerSearch = {
  tab?: (typeof customerTabs)[number];
  /** Narrows the timeline. */
  kind?: (typeof timelineKinds)[number];
  /** The account that is edited, or 'new'. */
  account?: string;
  after?: string;
  /** The invoice that is being paid. */
  pay?: string;
};

/** All that narrows the list: an act on everybody shown, or a file of them, must not reach anybody else. */
export function filterOf({ after: _after, sort: _sort, job: _job, show: _show, ...filter }: CustomersSearch) {
  return filter;
}
