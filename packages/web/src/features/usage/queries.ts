import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type AccountUsage = Reply<'GET /api/accounts/:accountId/usage'>;
export type Quota = NonNullable<AccountUsage['quota']>;

export const accountUsage = (accountId: string) =>
  queryOptions({
    queryKey: ['account', 'usage', accountId],
    queryFn: ({ signal }) => call('GET /api/accounts/:accountId/usage', { params: { accountId }, signal }),
    meta: { topics: ['plan', 'customer'] },
    // Counters are read once a minute.
    refetchInterval: 60_000,
  });

export async function giveData(
  accountId: string,
  body: Body<'POST /api/accounts/:accountId/data-grants'>,
): Promise<void> {
  await call('POST /api/accounts/:accountId/data-grants', { params: { accountId }, body });
  await refresh('account', 'customer');
}
