import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Person = Item<'GET /api/staff'>;
export type RoleRule = Item<'GET /api/roles'>;
export type Role = Person['role'];
export type Failure = Item<'GET /api/sign-in-failures'>;

export const staffList = (query: Query<'GET /api/staff'>) =>
  queryOptions({
    queryKey: ['staff', 'list', query],
    queryFn: ({ signal }) => call('GET /api/staff', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const personById = (staffId: string) =>
  queryOptions({
    queryKey: ['staff', 'one', staffId],
    queryFn: async ({ signal }) => {
      const [person, scope] = await Promise.all([
        call('GET /api/staff/:staffId', { params: { staffId }, signal }),
        call('GET /api/staff/:staffId/scope', { params: { staffId }, signal }),
      ]);
      return { ...person, limitedTo: scope.limitedTo };
    },
  });

export type PersonInFull = Reply<'GET /api/staff/:staffId'> & { limitedTo: string[] | null };

export const roleList = queryOptions({
  queryKey: ['staff', 'roles'],
  queryFn: ({ signal }) => call('GET /api/roles', { signal }),
});

export const failureList = (query: Query<'GET /api/sign-in-failures'>) =>
  queryOptions({
    queryKey: ['audit', 'sign-in-failures', query],
    queryFn: ({ signal }) => call('GET /api/sign-in-failures', { query, signal }),
    placeholderData: keepPreviousData,
  });

/** The places that a person may be limited to: a provider has hundreds at most. */
export const placeList = queryOptions({
  queryKey: ['router', 'places'],
  queryFn: ({ signal }) => call('GET /api/locations', { query: { limit: 200 }, signal }),
});

export async function addPerson(body: Body<'POST /api/staff'>): Promise<Reply<'POST /api/staff'>> {
  const added = await call('POST /api/staff', { body });
  await refresh('staff');
  return added;
}

export async function changePerson(staffId: string, body: Body<'PUT /api/staff/:staffId'>): Promise<void> {
  await call('PUT /api/staff/:staffId', { params: { staffId }, body });
  await refresh('staff');
}

export async function limitPerson(staffId: string, limitedTo: string[] | null): Promise<void> {
  await call('PUT /api/staff/:staffId/scope', { params: { staffId }, body: { limitedTo } });
  await refresh('staff');
}

export async function inviteAgain(staffId: string): Promise<string> {
  const { invitation } = await call('POST /api/staff/:staffId/password', { params: { staffId }, body: {} });
  await refresh('staff');
  return invitation ?? '';
}

export async function signOutEverywhere(staffId: string): Promise<void> {
  await call('DELETE /api/staff/:staffId/sessions', { params: { staffId } });
  await refresh('staff');
}

export async function removeFactorOf(staffId: string): Promise<void> {
  await call('DELETE /api/staff/:staffId/second-factor', { params: { staffId } });
  await refresh('staff');
}

export async function requireSecondFactor(role: Role, requiresSecondFactor: boolean): Promise<void> {
  await call('PUT /api/roles', { body: { role, requiresSecondFactor } });
  await refresh('staff');
}
