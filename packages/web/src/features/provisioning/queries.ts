import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
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

// As often as figures are worth reading again; the server shares a reading between all who look.
const trafficMs = 4000;

/** What the sessions in view carry, read again every few seconds while somebody looks. */
export function useTraffic<S extends Figures & { id: string; isLive: boolean }>(sessions: readonly S[]): S[] {
  const sessionIds = sessions.filter(({ isLive }) => isLive).map(({ id }) => id);
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['traffic', sessionIds],
    queryFn: ({ signal }) => call('POST /api/sessions/traffic', { body: { sessionIds }, signal }),
    enabled: sessionIds.length > 0,
    refetchInterval: trafficMs,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const told = new Map((data?.items ?? []).map(({ sessionId, ...figures }) => [sessionId, figures]));
  const isAnswered = data !== undefined && !isPlaceholderData;
  return sessions.map((session) => (session.isLive ? withFigures(session, told.get(session.id), isAnswered) : session));
}

type Figures = Pick<Session, 'downBytes' | 'upBytes' | 'downBps' | 'upBps'>;

/** The first reading of a session tells no rate: what was known stays. A router that tells nothing leaves no rate of now. */
function withFigures<S extends Figures>(session: S, now: Figures | undefined, isAnswered: boolean): S {
  if (!now) return isAnswered ? { ...session, downBps: null, upBps: null } : session;
  return { ...session, ...now, downBps: now.downBps ?? session.downBps, upBps: now.upBps ?? session.upBps };
}

export async function disconnectSessions(
  sessionIds: string[],
): Promise<Reply<'POST /api/sessions/disconnect'>['items']> {
  const { items } = await call('POST /api/sessions/disconnect', { body: { sessionIds } });
  await refresh('sessions');
  return items;
}

export const pendingList = (query: Query<'GET /api/pending'>) =>
  queryOptions({
    queryKey: ['account', 'pending', query],
    queryFn: ({ signal }) => call('GET /api/pending', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['router', 'customer'] },
  });

export type BlockedAccess = Reply<'GET /api/settings/blocked-access'>;

export const blockedAccess = queryOptions({
  queryKey: ['settings', 'blocked-access'],
  queryFn: ({ signal }) => call('GET /api/settings/blocked-access', { signal }),
});

export async function changeBlockedAccess(body: Body<'PUT /api/settings/blocked-access'>): Promise<void> {
  await call('PUT /api/settings/blocked-access', { body });
  await refresh('settings', 'router', 'account');
}

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
