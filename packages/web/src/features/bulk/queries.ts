import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type BulkJob = Reply<'GET /api/bulk/jobs/:bulkJobId'>;
export type BulkItem = Item<'GET /api/bulk/jobs/:bulkJobId/items'>;
export type BulkJobKind = BulkJob['kind'];
export type BulkKind = Exclude<BulkJobKind, 'import'>;
export type BulkPreview = Reply<'POST /api/bulk/preview'>;
/** Whom: those who are named, or all who match a filter. */
export type Whom = Pick<Body<'POST /api/bulk/preview'>, 'customerIds' | 'filter'>;

export const bulkPreview = (kind: BulkKind, whom: Whom) =>
  queryOptions({
    queryKey: ['customer', 'bulk-preview', kind, whom],
    queryFn: ({ signal }) => call('POST /api/bulk/preview', { body: { kind, ...whom }, signal }),
    staleTime: 0,
  });

export const bulkJobs = (query: Query<'GET /api/bulk/jobs'>) =>
  queryOptions({
    queryKey: ['bulk', 'list', query],
    queryFn: ({ signal }) => call('GET /api/bulk/jobs', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const bulkJob = (bulkJobId: string) =>
  queryOptions({
    queryKey: ['bulk', 'one', bulkJobId],
    queryFn: ({ signal }) => call('GET /api/bulk/jobs/:bulkJobId', { params: { bulkJobId }, signal }),
  });

export const bulkItems = (bulkJobId: string, query: Query<'GET /api/bulk/jobs/:bulkJobId/items'>) =>
  queryOptions({
    queryKey: ['bulk', 'items', bulkJobId, query],
    queryFn: ({ signal }) => call('GET /api/bulk/jobs/:bulkJobId/items', { params: { bulkJobId }, query, signal }),
    placeholderData: keepPreviousData,
  });

export type BulkFields = { note?: string; routerId?: string; fromRouterId?: string; planId?: string; tag?: string };

export async function startBulk(
  kind: BulkKind,
  request: Whom & { confirmedCount: number; idempotencyKey: string },
  fields: BulkFields,
): Promise<BulkJob> {
  const job = await post(kind, request, fields);
  await refresh('bulk');
  return job;
}

function post(
  kind: BulkKind,
  request: Whom & { confirmedCount: number; idempotencyKey: string },
  { note, ...fields }: BulkFields,
): Promise<BulkJob> {
  if (kind === 'disconnect') return call('POST /api/bulk/disconnects', { body: request });
  if (kind === 'suspend' || kind === 'activate')
    return call('POST /api/bulk/blocks', { body: { ...request, kind, note } });
  return call('POST /api/bulk/changes', { body: { ...request, ...fields, kind } });
}

const verb = (key: 'stop' | 'retry' | 'lift') => async (bulkJobId: string) => {
  await call(`POST /api/bulk/jobs/:bulkJobId/${key}`, { params: { bulkJobId } });
  await refresh('bulk');
};

export const stopBulk = verb('stop');
export const retryBulk = verb('retry');
export const liftBulk = verb('lift');
