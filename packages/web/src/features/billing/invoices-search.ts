// What stands in the address bar of the invoices. Apart from the page, because the route asks for it before any page is loaded.
export const invoiceFilters = ['open', 'overdue', 'paid', 'draft', 'uncollectible', 'void'] as const;

export type InvoicesSearch = {
  status?: (typeof invoiceFilters)[number];
  customerId?: string;
  search?: string;
  /** Days of issue, "2026-01-31". */
  issuedFrom?: string;
  issuedTo?: string;
  after?: string;
};
