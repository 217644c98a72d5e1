import { queryOptions } from '@tanstack/react-query';
import { type Body, call, type Reply } from '../../lib/api.ts';
import { refresh } from '../../lib/query.ts';

export type CustomerImport = Reply<'GET /api/customer-imports/:importId'>;

export const customerImport = (importId: string) =>
  queryOptions({
    queryKey: ['bulk', 'import', importId],
    queryFn: ({ signal }) => call('GET /api/customer-imports/:importId', { params: { importId }, signal }),
  });

/** As the server bounds it: told here before a long upload. */
export const mostFileBytes = 5 * 1024 * 1024;

export async function uploadCustomers(file: File): Promise<CustomerImport> {
  const content = await base64Of(file);
  return call('POST /api/customer-imports', { body: { fileName: file.name.slice(0, 200), content } });
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}

export async function checkImport(importId: string, body: Body<'PUT /api/customer-imports/:importId'>): Promise<void> {
  await call('PUT /api/customer-imports/:importId', { params: { importId }, body });
  await refresh('bulk');
}

export async function confirmImport(importId: string, confirmedCount: number): Promise<void> {
  await call('POST /api/customer-imports/:importId/confirm', { params: { importId }, body: { confirmedCount } });
  await refresh('bulk');
}
