import { type Body, call, type Reply } from '../../lib/api.ts';
import { queryClient } from '../../lib/query.ts';
import { sessionQuery } from '../../lib/session.ts';

export async function signIn(username: string, password: string): Promise<Reply<'GET /api/auth/session'>> {
  const { session } = await call('POST /api/auth/signin', { body: { username, password, kind: 'cookie' } });
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
