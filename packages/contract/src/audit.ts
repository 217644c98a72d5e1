import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Id, Instant, PageQuery, page } from './shapes.ts';

export const AuditEntry = z
  .object({
    id: z.string(),
    at: Instant,
    actor: z.object({ kind: z.enum(['staff', 'schedule', 'reconciler', 'system']), name: z.string() }),
    action: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

export const audit = {
  'GET /api/audit': {
    name: 'listAuditEntries',
    summary: 'What happened, newest first; `about` narrows it to one thing, such as a customer.',
    permission: 'audit:read',
    query: PageQuery.extend({ about: Id.optional() }),
    reply: page(AuditEntry),
  },
} satisfies EndpointRecord;
