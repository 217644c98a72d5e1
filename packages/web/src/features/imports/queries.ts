import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Reply } from '../../lib/api.ts';
import { queryClient, refresh } from '../../lib/query.ts';

export type ImportReview = Reply<'GET /api/routers/:routerId/import'>;
export type Imported = Reply<'POST /api/routers/:routerId/import'>;

// Not of the topic "router": it asks the router itself, which is not done with every announcement.
export const importReview = (routerId: string) =>
  queryOptions({
    queryKey: ['router-import', routerId],
    queryFn: ({ signal }) => call('GET /api/routers/:routerId/import', { params: { routerId }, signal }),
    retry: false,
  });

export async function importAccounts(
  routerId: string,
  body: Body<'POST /api/routers/:routerId/import'>,
): Promise<Imported> {
  const imported = await call('POST /api/routers/:routerId/import', { params: { routerId }, body });
  await refresh('router', 'account', 'customer', 'plan');
  await queryClient.invalidateQueries({ queryKey: importReview(routerId).queryKey });
  return imported;
}
