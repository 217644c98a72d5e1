import { z } from 'zod';
import type { EndpointRecord } from './endpoint.ts';
import { Trouble } from './routers.ts';
import { Bytes, Id, Instant, PageQuery, page, SearchText } from './shapes.ts';

export const blockReasons = ['overdue', 'staff'] as const;

export const Block = z
  .object({ reason: z.enum(blockReasons), since: Instant, by: z.string(), note: z.string().nullable() })
  .meta({ id: 'Block' });

/** What is wanted on the router and is not known to be there yet. */
export const Pending = z
  .object({
    since: Instant,
    /** null: waits for a person. */
    nextTryAt: Instant.nullable(),
    trouble: Trouble.nullable(),
  })
  .meta({ id: 'Pending' });

export const Session = z
  .object({
    id: Id,
    routerId: Id,
    routerLabel: z.string(),
    accountName: z.string(),
    customerId: Id.nullable(),
    customerName: z.string().nullable(),
    address: z.string().nullable(),
    /** The subscriber's MAC address, as the router tells it. */
    callerId: z.string().nullable(),
    startedAt: Instant,
    downBytes: Bytes,
    upBytes: Bytes,
    downBps: z.int().nullable(),
    upBps: z.int().nullable(),
  })
  .meta({ id: 'Session' });

export const PendingAccount = z
  .object({
    accountId: Id,
    accountName: z.string(),
    customerId: Id,
    customerName: z.string(),
    routerId: Id,
    routerLabel: z.string(),
    isRemoval: z.boolean(),
    pending: Pending,
  })
  .meta({ id: 'PendingAccount' });

export const provisioning = {
  'GET /api/sessions': {
    name: 'listSessions',
    summary: 'Who is online now, on all routers.',
    permission: 'session:read',
    query: PageQuery.extend({ routerId: Id.optional(), search: SearchText.optional() }),
    reply: page(Session).extend({ total: z.int() }),
  },
  'DELETE /api/sessions/:sessionId': {
    name: 'disconnectSession',
    summary: 'Drop a session now. The subscriber may dial in again.',
    permission: 'session:disconnect',
    params: z.object({ sessionId: Id }),
  },
  'GET /api/pending': {
    name: 'listPendingAccounts',
    summary: 'What waits to be written to which router, and why.',
    permission: 'customer:read',
    query: PageQuery.extend({ routerId: Id.optional() }),
    reply: page(PendingAccount).extend({ total: z.int() }),
  },
  'POST /api/accounts/:accountId/reveal': {
    name: 'revealAccountPassword',
    summary: 'Show the password of an account. Every look is written to the audit log.',
    permission: 'account:reveal',
    params: z.object({ accountId: Id }),
    reply: z.object({ password: z.string() }),
  },
  'POST /api/accounts/:accountId/retry': {
    name: 'retryAccount',
    summary: 'Try again now what waits on the router.',
    permission: 'customer:write',
    params: z.object({ accountId: Id }),
  },
} satisfies EndpointRecord;
