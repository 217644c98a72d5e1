import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Session = Item<'GET /api/sessions'>;
export type PendingAccount = Item<'GET /api/pending'>;
export type Pending = PendingAccount['pending'];

export const sessionList = (query: Query<'GET /api/sessions'>) =>
  queryOptions({
    queryKey: ['sessions', 'list', query],
    queryFn: ({ signal }) => call('GET /api/sessions', { query, signal }),
    placeholderData: keepPreviousData,
    // A session is shown with the customer whose account it is.
    meta: { topics: ['account', 'customer'] },
  });

export const pendingList = (query: Query<'GET /api/pending'>) =>
  queryOptions({
    queryKey: ['account', 'pending', query],
    queryFn: ({ signal }) => call('GET /api/pending', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['router', 'customer'] },
  });

export async function disconnectSession(sessionId: string): Promise<void> {
  await call('DELETE /api/sessions/:sessionId', { params: { sessionId } });
  await refresh('sessions');
}

export async function retryAccount(accountId: string): Promise<void> {
  await call('POST /api/accounts/:accountId/retry', { params: { accountId } });
  await refresh('account', 'router');
}

/** Every look is written to the audit log, so the answer is never kept or asked for ahead. */
export async function revealPassword(accountId: string): Promise<string> {
  const { password } = await call('POST /api/accounts/:accountId/reveal', { params: { accountId } });
  return password;
}
