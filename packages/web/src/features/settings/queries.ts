import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Body, call, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type Settings = Reply<'GET /api/settings'>;

export const settingsQuery = queryOptions({
  queryKey: ['settings', 'one'],
  queryFn: ({ signal }) => call('GET /api/settings', { signal }),
});

export const systemQuery = queryOptions({
  queryKey: ['settings', 'system'],
  queryFn: ({ signal }) => call('GET /api/system', { signal }),
});

export type DocumentSettings = Reply<'GET /api/billing/document-settings'>;

export const documentSettings = queryOptions({
  queryKey: ['settings', 'documents'],
  queryFn: ({ signal }) => call('GET /api/billing/document-settings', { signal }),
});

export async function changeDocumentSettings(body: Body<'PUT /api/billing/document-settings'>): Promise<void> {
  await call('PUT /api/billing/document-settings', { body });
  await refresh('settings');
}

export type NumberScheme = Reply<'GET /api/billing/number-schemes'>['items'][number];
export type NumberWish = Body<'POST /api/billing/number-schemes/:kind/preview'>;

export const numberSchemes = queryOptions({
  queryKey: ['settings', 'numbers'],
  queryFn: ({ signal }) => call('GET /api/billing/number-schemes', { signal }),
});

/** The number that comes next by another scheme. */
export const nextNumber = (kind: NumberScheme['kind'], wish: NumberWish) =>
  queryOptions({
    queryKey: ['settings', 'numbers', kind, wish],
    queryFn: ({ signal }) =>
      call('POST /api/billing/number-schemes/:kind/preview', { params: { kind }, body: wish, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });

export async function changeNumberScheme(
  kind: NumberScheme['kind'],
  body: Body<'PUT /api/billing/number-schemes/:kind'>,
): Promise<NumberScheme> {
  const changed = await call('PUT /api/billing/number-schemes/:kind', { params: { kind }, body });
  await refresh('settings');
  return changed;
}

export async function changeSettings(body: Body<'PUT /api/settings'>): Promise<void> {
  await call('PUT /api/settings', { body });
  await refresh('settings');
}

export async function changeLogo(image: string): Promise<void> {
  await call('PUT /api/settings/logo', { body: { image } });
  await refresh('settings');
}

export async function removeLogo(): Promise<void> {
  await call('DELETE /api/settings/logo');
  await refresh('settings');
}
