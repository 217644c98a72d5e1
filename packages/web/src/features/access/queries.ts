import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Reply } from '../../lib/api.ts';
import { queryClient } from '../../lib/query.ts';
import { sessionQuery } from '../../lib/session.ts';

export async function signIn(
  username: string,
  password: string,
  code: string | undefined,
): Promise<Reply<'GET /api/auth/session'>> {
  const { session } = await call('POST /api/auth/signin', { body: { username, password, code, kind: 'cookie' } });
  // What another person read in this browser is not shown to this one.
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, session);
  return session;
}

export async function signOut(): Promise<void> {
  await call('POST /api/auth/signout');
  // A full load drops the realtime line and everything that was read. It also ends what other code may still hold.
  window.location.assign('/sign-in');
}

export async function changePassword(body: Body<'PUT /api/admin/password'>): Promise<void> {
  const session = await call('PUT /api/admin/password', { body });
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

export type OwnSession = Item<'GET /api/auth/sessions'>;
export type ApiKey = Item<'GET /api/auth/keys'>;

export const ownSessions = queryOptions({
  queryKey: ['own', 'sessions'],
  queryFn: ({ signal }) => call('GET /api/auth/sessions', { signal }),
});

export const ownKeys = queryOptions({
  queryKey: ['own', 'keys'],
  queryFn: ({ signal }) => call('GET /api/auth/keys', { signal }),
});

/** What is only this person's is announced to nobody. */
const renew = (...key: string[]) => queryClient.invalidateQueries({ queryKey: key });

export async function endOwnSession(ownSessionId: string): Promise<void> {
  await call('DELETE /api/auth/sessions/:ownSessionId', { params: { ownSessionId } });
  await renew('own', 'sessions');
}

export async function addKey(body: Body<'POST /api/auth/keys'>): Promise<string> {
  const { key } = await call('POST /api/auth/keys', { body });
  await renew('own', 'keys');
  return key;
}

export async function revokeKey(ownKeyId: string): Promise<void> {
  await call('DELETE /api/auth/keys/:ownKeyId', { params: { ownKeyId } });
  await renew('own', 'keys');
}

export async function acceptSecondFactor(body: Body<'POST /api/auth/second-factor'>): Promise<string[]> {
  const { recoveryCodes } = await call('POST /api/auth/second-factor', { body });
  return recoveryCodes;
}

export async function removeSecondFactor(): Promise<void> {
  await call('DELETE /api/auth/second-factor');
  await renew('session');
}

export async function setPin(pin: string): Promise<void> {
  await call('PUT /api/auth/pin', { body: { pin } });
  await renew('session');
}

export async function removePin(): Promise<void> {
  await call('DELETE /api/auth/pin');
  await renew('session');
}

export async function renewRecoveryCodes(): Promise<string[]> {
  return (await call('POST /api/auth/recovery-codes')).recoveryCodes;
}

export async function acceptInvitation(token: string, password: string): Promise<string> {
  return (await call('POST /api/auth/invitation', { body: { token, password } })).username;
}
