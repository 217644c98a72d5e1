import { queryOptions } from '@tanstack/react-query';
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
