import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Statement = Reply<'GET /api/customers/:customerId/statement'>;
export type StatementSpan = Query<'GET /api/customers/:customerId/statement'>;

export const statementOf = (customerId: string, span: StatementSpan) =>
  queryOptions({
    queryKey: ['invoice', 'statement', customerId, span],
    queryFn: ({ signal }) =>
      call('GET /api/customers/:customerId/statement', { params: { customerId }, query: span, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer'] as const },
  });

export async function mailStatement(
  customerId: string,
  span: Body<'POST /api/customers/:customerId/statement/mail'>,
): Promise<{ toAddress: string }> {
  const sent = await call('POST /api/customers/:customerId/statement/mail', { params: { customerId }, body: span });
  await refresh('message');
  return sent;
}
