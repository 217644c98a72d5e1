import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type CustomerRow = Item<'GET /api/customers'>;
export type Customer = Reply<'GET /api/customers/:customerId'>;
export type Account = Customer['accounts'][number];
export type CustomerQuery = Query<'GET /api/customers'>;
export type CustomerField = Reply<'GET /api/customer-fields'>['items'][number];
export type PastSession = Item<'GET /api/customers/:customerId/sessions'>;
export type Why = Reply<'GET /api/customers/:customerId/why-offline'>['accounts'][number];
export type TimelineEntry = Item<'GET /api/customers/:customerId/timeline'>;

export const customerList = (query: CustomerQuery) =>
  queryOptions({
    queryKey: ['customer', 'list', query],
    queryFn: ({ signal }) => call('GET /api/customers', { query, signal }),
    placeholderData: keepPreviousData,
    // A row shows the account, whether it is online, and what is owed.
    meta: { topics: ['account', 'sessions', 'invoice', 'plan', 'router'] },
  });

export const customerById = (customerId: string) =>
  queryOptions({
    queryKey: ['customer', 'one', customerId],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId', { params: { customerId }, signal }),
    meta: { topics: ['account', 'sessions', 'invoice', 'plan', 'router'] },
  });

/** How many there are in each state. Ask for `report:read` before. */
export const customerCounts = queryOptions({
  queryKey: ['customer', 'counts'],
  queryFn: ({ signal }) => call('GET /api/dashboard', { signal }),
  meta: { topics: ['account'] },
  select: ({ customers: { total, active, suspended } }) => ({
    all: total,
    active,
    suspended,
    no_account: total - active - suspended,
  }),
});

/** What this provider keeps of his customers beside what everybody keeps. */
export const customerFields = queryOptions({
  queryKey: ['customer', 'fields'],
  queryFn: ({ signal }) => call('GET /api/customer-fields', { signal }),
  meta: { topics: ['settings'] },
});

export const customerTags = queryOptions({
  queryKey: ['customer', 'tags'],
  queryFn: ({ signal }) => call('GET /api/customer-tags', { signal }),
  staleTime: 60_000,
});

export const timeline = (customerId: string, query: Query<'GET /api/customers/:customerId/timeline'>) =>
  queryOptions({
    queryKey: ['customer', 'timeline', customerId, query],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId/timeline', { params: { customerId }, query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['audit', 'account', 'invoice'] },
  });

export const whyOffline = (customerId: string) =>
  queryOptions({
    queryKey: ['customer', 'why-offline', customerId],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId/why-offline', { params: { customerId }, signal }),
    meta: { topics: ['account', 'sessions', 'invoice', 'router'] },
  });

export type RouterAccount = Item<'GET /api/routers/:routerId/accounts'>;

export const routerAccounts = (routerId: string, query: Query<'GET /api/routers/:routerId/accounts'>) =>
  queryOptions({
    queryKey: ['account', 'of-router', routerId, query],
    queryFn: ({ signal }) => call('GET /api/routers/:routerId/accounts', { params: { routerId }, query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer', 'sessions', 'router'] },
  });

export const customerSessions = (customerId: string, query: Query<'GET /api/customers/:customerId/sessions'>) =>
  queryOptions({
    queryKey: ['sessions', 'of', customerId, query],
    queryFn: ({ signal }) => call('GET /api/customers/:customerId/sessions', { params: { customerId }, query, signal }),
    placeholderData: keepPreviousData,
  });

export async function addCustomer(body: Body<'POST /api/customers'>): Promise<string> {
  const { id } = await call('POST /api/customers', { body });
  await refresh('customer', 'account');
  return id;
}

export async function changeCustomer(customerId: string, body: Body<'PUT /api/customers/:customerId'>): Promise<void> {
  await call('PUT /api/customers/:customerId', { params: { customerId }, body });
  await refresh('customer', 'account');
}

export async function addAccount(
  customerId: string,
  body: Body<'POST /api/customers/:customerId/accounts'>,
): Promise<void> {
  await call('POST /api/customers/:customerId/accounts', { params: { customerId }, body });
  await refresh('customer', 'account');
}

export async function changeAccount(accountId: string, body: Body<'PUT /api/accounts/:accountId'>): Promise<void> {
  await call('PUT /api/accounts/:accountId', { params: { accountId }, body });
  await refresh('customer', 'account');
}

export async function removeAccount(accountId: string): Promise<void> {
  await call('DELETE /api/accounts/:accountId', { params: { accountId } });
  await refresh('customer', 'account', 'sessions');
}

export async function addCustomerField(body: Body<'POST /api/customer-fields'>): Promise<void> {
  await call('POST /api/customer-fields', { body });
  await refresh('customer');
}

export async function changeCustomerField(
  fieldId: string,
  body: Body<'PUT /api/customer-fields/:fieldId'>,
): Promise<void> {
  await call('PUT /api/customer-fields/:fieldId', { params: { fieldId }, body });
  await refresh('customer');
}

export async function removeCustomerField(fieldId: string): Promise<void> {
  await call('DELETE /api/customer-fields/:fieldId', { params: { fieldId } });
  await refresh('customer');
}

export async function removeCustomer(customerId: string): Promise<void> {
  await call('DELETE /api/customers/:customerId', { params: { customerId } });
  await refresh('customer', 'account', 'sessions');
}

export async function suspendCustomer(customerId: string, note: string): Promise<void> {
  await call('POST /api/customers/:customerId/suspend', { params: { customerId }, body: { note } });
  await refresh('customer', 'account');
}

export async function activateCustomer(customerId: string, note: string): Promise<void> {
  await call('POST /api/customers/:customerId/activate', { params: { customerId }, body: { note } });
  await refresh('customer', 'account');
}
