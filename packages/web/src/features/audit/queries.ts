import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type Item, type Query } from '../../lib/api.ts';

export type AuditEntry = Item<'GET /api/audit'>;

/** What the page's address says. */
export type AuditSearch = {
  about?: string;
  actor?: string;
  kind?: string;
  search?: string;
  from?: string;
  to?: string;
  after?: string;
  open?: string;
  check?: 'yes';
};

export const auditList = (query: Query<'GET /api/audit'>) =>
  queryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ signal }) => call('GET /api/audit', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const verification = queryOptions({
  queryKey: ['verification'],
  queryFn: ({ signal }) => call('GET /api/audit/verification', { signal }),
  // As old as the person's wish to know: it reads the whole log.
  staleTime: 0,
  gcTime: 0,
  retry: false,
});

export const closedDays = queryOptions({
  queryKey: ['audit', 'days'],
  queryFn: ({ signal }) => call('GET /api/audit/days', { signal }),
});

/** Hands the proof over as a file. */
export async function downloadProof(entryId: string): Promise<void> {
  const proof = await call('GET /api/audit/:entryId/proof', { params: { entryId } });
  const address = URL.createObjectURL(new Blob([JSON.stringify(proof, null, 1)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `audit-proof-${proof.day}-${proof.seq}.json`;
  link.click();
  URL.revokeObjectURL(address);
}
