// Who is online, as the routers told it last. The rows that ended are the history.
import type { PendingAccount, Session } from '@lastmile/contract/provisioning.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { holdRouter } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';
import type { LiveSession } from './drivers/driver.ts';
import type { ServiceKind } from './profiles.ts';

/**
 * Writes down what a router's live sessions are: new ones begin, missing ones end, figures are carried on. What was ended
 * since the reading began (by a person who disconnected it) stays ended.
 */
export async function recordSessions(
  work: Work,
  routerId: string,
  live: readonly LiveSession[],
  readAt: Temporal.Instant = work.now,
): Promise<void> {
  // A router that was removed while it was read has no live sessions any more.
  if (!(await holdRouter(work, routerId))) return;
  const seen = live.map((session) => ({
    id: newId(),
    router_key: session.routerKey,
    service: session.service,
    account_name: session.accountName,
    address: session.address,
    caller_id: session.callerId,
    started_at: work.now.subtract({ seconds: session.uptimeSeconds }).toString(),
    down_bytes: session.downBytes.toString(),
    up_bytes: session.upBytes.toString(),
  }));
  const { rows: ended } = await sql<{ id: string }>`
    update provisioning.sessions set ended_at = ${work.now}
    where router_id = ${routerId} and ended_at is null and router_key <> all(${seen.map((session) => session.router_key)}::text[])
    returning id`.execute(work.db);
  if (seen.length > 0) await carryOn(work, routerId, JSON.stringify(seen), readAt);
  if (seen.length > 0 || ended.length > 0) work.announce('sessions', routerId);
}

async function carryOn(work: Work, routerId: string, seen: string, readAt: Temporal.Instant): Promise<void> {
  await sql`
    insert into provisioning.sessions as known
      (id, router_id, router_key, service, account_id, account_name, address, caller_id, started_at, down_bytes, up_bytes, seen_at)
    select seen.id, ${routerId}, seen.router_key, seen.service, account.id, seen.account_name, seen.address, seen.caller_id,
           seen.started_at, seen.down_bytes, seen.up_bytes, ${work.now}
    from jsonb_to_recordset(${seen}::jsonb) as seen
      (id uuid, router_key text, service text, account_name text, address text, caller_id text, started_at timestamptz, down_bytes bigint, up_bytes bigint)
    left join provisioning.accounts account
      on account.router_id = ${routerId} and account.service = seen.service and account.name = seen.account_name
        and account.removed_at is null
    where not exists (
      select from provisioning.sessions over
      where over.router_id = ${routerId} and over.router_key = seen.router_key and over.ended_at >= ${readAt})
    on conflict (router_id, router_key) where ended_at is null do update set
      account_id = coalesce(excluded.account_id, known.account_id),
      address = excluded.address,
      caller_id = excluded.caller_id,
      -- A counter that went back was reset: no rate is told for that moment.
      down_bps = case when excluded.down_bytes >= known.down_bytes then
        ((excluded.down_bytes - known.down_bytes) * 8 / nullif(extract(epoch from excluded.seen_at - known.seen_at), 0))::bigint end,
      up_bps = case when excluded.up_bytes >= known.up_bytes then
        ((excluded.up_bytes - known.up_bytes) * 8 / nullif(extract(epoch from excluded.seen_at - known.seen_at), 0))::bigint end,
      down_bytes = excluded.down_bytes,
      up_bytes = excluded.up_bytes,
      seen_at = excluded.seen_at`.execute(work.db);
}

export async function endSession(work: Work, sessionId: string): Promise<void> {
  const row = await work.db
    .updateTable('provisioning.sessions')
    .set({ ended_at: work.now })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returning('router_id as routerId')
    .executeTakeFirst();
  if (row) work.announce('sessions', row.routerId);
}

export async function endSessionsOfRouter(work: Work, routerId: string): Promise<void> {
  await work.db
    .updateTable('provisioning.sessions')
    .set({ ended_at: work.now })
    .where('router_id', '=', routerId)
    .where('ended_at', 'is', null)
    .execute();
  work.announce('sessions', routerId);
}

export type SessionRef = {
  id: string;
  routerId: string;
  routerKey: string;
  accountName: string;
  customerId: string | null;
};

export async function getLiveSession(db: Db, sessionId: string, scope: Scope): Promise<SessionRef> {
  const row = await db
    .selectFrom('provisioning.sessions as session')
    .leftJoin('provisioning.accounts as account', 'account.id', 'session.account_id')
    .select([
      'session.id',
      'session.router_id as routerId',
      'session.router_key as routerKey',
      'session.account_name as accountName',
      'account.customer_id as customerId',
    ])
    .where('session.id', '=', sessionId)
    .where(routerInScope(scope, 'session.router_id'))
    .where('session.ended_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new DomainError('session_not_found', { sessionId });
  return row;
}

export type SessionRow = z.output<typeof Session>;
export type SessionQuery = PageRequest & {
  routerId?: string | undefined;
  service?: ServiceKind | undefined;
  search?: string | undefined;
};

/** The live sessions with their customers; rooms above narrow it to an account. */
export function selectSessions(db: Db) {
  return db
    .selectFrom('provisioning.sessions as session')
    .innerJoin('routers.routers as router', 'router.id', 'session.router_id')
    .leftJoin('provisioning.accounts as account', 'account.id', 'session.account_id')
    .leftJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .select((e) => [
      'session.id',
      sql<ServiceKind>`session.service`.as('service'),
      'session.router_id as routerId',
      'router.label as routerLabel',
      'session.account_name as accountName',
      'session.account_id as accountId',
      'customer.id as customerId',
      'customer.name as customerName',
      'session.address',
      'session.caller_id as callerId',
      'session.started_at as startedAt',
      'session.down_bytes as downBytes',
      'session.up_bytes as upBytes',
      e.cast<number | null>('session.down_bps', 'float8').as('downBps'),
      e.cast<number | null>('session.up_bps', 'float8').as('upBps'),
    ])
    .where('session.ended_at', 'is', null);
}

export async function listSessions(
  db: Db,
  query: SessionQuery,
  scope: Scope,
): Promise<Page<SessionRow> & { total: number }> {
  const key = keyOf(query.after, 'text', 'uuid');
  const narrowed = selectSessions(db)
    .where(routerInScope(scope, 'session.router_id'))
    .$if(query.routerId !== undefined, (q) => q.where('session.router_id', '=', query.routerId ?? ''))
    .$if(query.service !== undefined, (q) => q.where('session.service', '=', query.service ?? ''))
    .$if(Boolean(query.search?.trim()), (q) => {
      const pattern = sql<string>`lower(${likePattern(query.search ?? '')})`;
      return q.where((e) =>
        e.or([
          e(e.fn<string>('lower', ['session.account_name']), 'like', pattern),
          e('session.address', 'like', pattern),
          e(e.fn<string>('lower', ['session.caller_id']), 'like', pattern),
          e(e.fn<string>('lower', ['customer.name']), 'like', pattern),
        ]),
      );
    });
  const rows = await narrowed
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(session.account_name, session.id) > (${key?.[0]}, ${key?.[1]}::uuid)`),
    )
    .orderBy('session.account_name')
    .orderBy('session.id')
    .limit(query.limit + 1)
    .execute();
  const counted = await narrowed
    .clearSelect()
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return { ...pageOf(rows, query.limit, (row) => [row.accountName, row.id]), total: Number(counted.count) };
}

export async function countLiveSessions(db: Db, scope: Scope): Promise<number> {
  const { count } = await db
    .selectFrom('provisioning.sessions')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('ended_at', 'is', null)
    .where(routerInScope(scope, 'router_id'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

type PendingRow = z.output<typeof PendingAccount>;

export async function listPendingAccounts(
  db: Db,
  query: PageRequest & { routerId?: string | undefined },
  scope: Scope,
): Promise<Page<PendingRow> & { total: number }> {
  const key = keyOf(query.after, 'instant', 'uuid');
  const pending = db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .innerJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .where(sql<SqlBool>`account.pending_since is not null`)
    .where(routerInScope(scope, 'account.router_id'))
    .$if(query.routerId !== undefined, (q) => q.where('account.router_id', '=', query.routerId ?? ''));
  const rows = await pending
    .select([
      'account.id as accountId',
      'account.name as accountName',
      'customer.id as customerId',
      'customer.name as customerName',
      'router.id as routerId',
      'router.label as routerLabel',
      'account.removed_at as removedAt',
      'account.pending_since as pendingSince',
      'account.next_try_at as nextTryAt',
      'account.trouble_code as troubleCode',
      'account.trouble_message as troubleMessage',
      'router.trouble_code as routerTroubleCode',
      'router.trouble_message as routerTroubleMessage',
      'router.mode as routerMode',
    ])
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(account.pending_since, account.id) > (${key?.[0]}::timestamptz, ${key?.[1]}::uuid)`),
    )
    .orderBy('account.pending_since')
    .orderBy('account.id')
    .limit(query.limit + 1)
    .execute();
  const { count } = await pending.select((e) => e.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow();
  const page = pageOf(rows, query.limit, (row) => [String(row.pendingSince), row.accountId]);
  return {
    next: page.next,
    total: Number(count),
    items: page.items.map(({ accountId, accountName, customerId, customerName, routerId, routerLabel, ...row }) => ({
      accountId,
      accountName,
      customerId,
      customerName,
      routerId,
      routerLabel,
      isRemoval: row.removedAt !== null,
      pending: pendingOf({ ...row, pendingSince: row.pendingSince as Temporal.Instant }),
    })),
  };
}

export type PendingColumns = {
  pendingSince: Temporal.Instant;
  nextTryAt: Temporal.Instant | null;
  troubleCode: string | null;
  troubleMessage: string | null;
  routerTroubleCode: string | null;
  routerTroubleMessage: string | null;
  routerMode: string;
};

/** Why something waits: its own trouble, else that of its router. */
export function pendingOf(row: PendingColumns): PendingRow['pending'] {
  const own = row.troubleCode ? { code: row.troubleCode, message: row.troubleMessage ?? '' } : null;
  const routers = row.routerTroubleCode
    ? { code: row.routerTroubleCode, message: row.routerTroubleMessage ?? '' }
    : null;
  const observed =
    row.routerMode === 'observe'
      ? {
          code: 'router_not_managed',
          message: 'The router is only observed: switch it to "manage" to let changes through.',
        }
      : null;
  return { since: row.pendingSince, nextTryAt: row.nextTryAt, trouble: own ?? routers ?? observed };
}
