import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { call, type Item } from '../../lib/api.ts';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { type Entry, useEntries } from './navigation.ts';

export type FoundCustomer = Item<'GET /api/customers'>;
export type Finding = { path: string; customer: FoundCustomer } | { path: string; entry: Entry };

// As many as fit without scrolling: who is not among them is found by one more letter.
const shownCustomers = 8;

const customerSearch = (search: string) =>
  queryOptions({
    queryKey: ['customer', 'search', search],
    queryFn: ({ signal }) => call('GET /api/customers', { query: { search, limit: shownCustomers }, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['account', 'sessions'] },
  });

export function useFindings(search: string): { findings: Finding[]; isSettled: boolean } {
  const isCustomers = useCan()('customer:read') && search !== '';
  const customers = useQuery({ ...customerSearch(search), enabled: isCustomers });
  const pages = useEntries().filter(({ name }) => isNamed(t(`shell.entries.${name}`), search));
  const found = isCustomers ? (customers.data?.items ?? []) : [];
  return {
    findings: [
      ...found.map((customer) => ({ path: `/customers/${customer.id}`, customer })),
      ...pages.map((entry) => ({ path: entry.path, entry })),
    ],
    // Neither on its way nor those of the search before.
    isSettled: !isCustomers || !(customers.isPending || customers.isPlaceholderData),
  };
}

function isNamed(name: string, search: string): boolean {
  return name.toLowerCase().includes(search.toLowerCase());
}
