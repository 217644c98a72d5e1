// What stands in the address bar of the pages of customers. Apart from them, because the routes ask for it before any page
// is loaded.
export const customerFilters = ['active', 'suspended', 'overdue', 'pending', 'no_account'] as const;
export type CustomerFilter = (typeof customerFilters)[number];

export type CustomersSearch = {
  search?: string;
  status?: CustomerFilter;
  routerId?: string;
  planId?: string;
  after?: string;
};

export const customerTabs = ['invoices', 'history'] as const;

/** The overview is the default tab and is not written into the address bar. */
export type CustomerSearch = {
  tab?: (typeof customerTabs)[number];
  after?: string;
  open?: 'invoice';
  /** The invoice that is being paid. */
  pay?: string;
};
