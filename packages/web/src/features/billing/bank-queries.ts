import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Item, type Query, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type BankLine = Item<'GET /api/bank-lines'>;
export type BankImport = Item<'GET /api/bank-imports'>;
export type BankFileReview = Reply<'POST /api/bank-imports/review'>;
export type BankFormat = NonNullable<BankFileReview['format']>;
export type Suggestion = BankLine['suggestions'][number];

export const bankLines = (query: Query<'GET /api/bank-lines'>) =>
  queryOptions({
    queryKey: ['invoice', 'bank-lines', query],
    queryFn: ({ signal }) => call('GET /api/bank-lines', { query, signal }),
    placeholderData: keepPreviousData,
    meta: { topics: ['customer'] as const },
  });

export const bankImports = (query: Query<'GET /api/bank-imports'>) =>
  queryOptions({
    queryKey: ['invoice', 'bank-imports', query],
    queryFn: ({ signal }) => call('GET /api/bank-imports', { query, signal }),
    placeholderData: keepPreviousData,
  });

export function reviewBankFile(body: Body<'POST /api/bank-imports/review'>): Promise<BankFileReview> {
  return call('POST /api/bank-imports/review', { body });
}

export async function importBankFile(body: Body<'POST /api/bank-imports'>): Promise<BankImport> {
  const imported = await call('POST /api/bank-imports', { body });
  await refresh('invoice');
  return imported;
}

type Part = Body<'POST /api/bank-lines/:lineId/assign'>['parts'][number];

export async function assignLine(lineId: string, part: Part): Promise<void> {
  await call('POST /api/bank-lines/:lineId/assign', { params: { lineId }, body: { parts: [part] } });
  await refresh('invoice', 'customer', 'account');
}

export async function linkPayment(act: 'link' | 'unlink', lineId: string, paymentId: string): Promise<void> {
  await call(`POST /api/bank-lines/:lineId/${act}`, { params: { lineId }, body: { paymentId } });
  await refresh('invoice');
}

export async function setLineAside(lineId: string, reason: string): Promise<void> {
  await call('POST /api/bank-lines/:lineId/set-aside', { params: { lineId }, body: { reason } });
  await refresh('invoice');
}

export async function takeLineBack(lineId: string): Promise<void> {
  await call('POST /api/bank-lines/:lineId/take-back', { params: { lineId } });
  await refresh('invoice');
}

/** Asks again until every waiting line was looked at; what is done stays done when the page is left. */
export async function assignCertainLines(onProgress: (count: number) => void): Promise<number> {
  let count = 0;
  let after: string | null = null;
  try {
    do {
      const done: Reply<'POST /api/bank-lines/assign-certain'> = await call('POST /api/bank-lines/assign-certain', {
        body: after === null ? {} : { after },
      });
      count += done.assignedCount;
      after = done.next;
      onProgress(count);
    } while (after !== null);
    return count;
  } finally {
    await refresh('invoice', 'customer', 'account');
  }
}
