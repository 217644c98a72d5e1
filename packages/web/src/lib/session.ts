import type { Permission } from '@lastmile/contract/permissions.ts';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError, call, type Reply } from './api.ts';
import { createFormat, type Format } from './format.ts';
import { queryClient } from './query.ts';
import { language } from './words.ts';

export type SessionInfo = Reply<'GET /api/auth/session'>;
export type { Permission };

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call('GET /api/auth/session', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
  meta: { topics: ['settings'] },
});

export function useSession(): SessionInfo {
  return useSuspenseQuery(sessionQuery).data;
}

/** `const can = useCan(); can('plan:write')`. It decides what is shown; the server decides what is allowed. */
export function useCan(): (permission: Permission) => boolean {
  const { staff } = useSession();
  return (permission) => staff?.permissions.includes(permission) ?? false;
}

/** Limited to some locations: what is about the whole provider is not shown. */
export function useIsLimited(): boolean {
  return useSession().staff?.limitedTo !== null;
}

/** For `beforeLoad` of a route. */
export async function requirePermission(permission: Permission): Promise<void> {
  const { staff } = await queryClient.ensureQueryData(sessionQuery);
  if (!staff?.permissions.includes(permission)) throw new ApiError(403, { code: 'forbidden' });
}

/** Money, days and sizes as the provider's country writes them. */
export function useFormat(): Format {
  const { currency, timeZone, country } = useSession().provider;
  return useMemo(
    () => createFormat({ locale: `${language()}-${country}`, timeZone, currency }),
    [currency, timeZone, country],
  );
}

export function logoUrl(cacheKey: string | number): string {
  return `/api/settings/logo?v=${encodeURIComponent(cacheKey)}`;
}
