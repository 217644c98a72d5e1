// What stands in the address bar of the subscriptions. Apart from the page, because the route asks for it before any page is loaded.
export const subscriptionStates = ['active', 'paused', 'ending', 'cancelled'] as const;
export const subscriptionPeriods = ['day', 'week', 'month', 'year'] as const;

export type SubscriptionsSearch = {
  state?: (typeof subscriptionStates)[number];
  planId?: string;
  periodUnit?: (typeof subscriptionPeriods)[number];
  /** Days of the next invoice, "2026-01-31". */
  invoiceFrom?: string;
  invoiceTo?: string;
  search?: string;
  after?: string;
};
