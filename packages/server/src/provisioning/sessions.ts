// Who is online, as the routers told it last. The rows that ended are the history.
import { type SqlBool, sql } from 'kysely';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { holdRouter } from '#routers/routers.ts';
import { routerInScope } from '#routers/scope.ts';
import { countUsage } from './daily-usage.ts';
import type { LiveSession } from './drivers/driver.ts';

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
    down_bytes: session.downBytes?.toString() ?? null,
    up_bytes: session.upBytes?.toString() ?? null,
    uptime_seconds: session.uptimeSeconds,
  }));
  const { rows: ended } = await sql<{ id: string }>`
    update provisioning.sessions session set ended_at = ${work.now}, ended_how = case when ${isCut} then 'cut' else 'left' end
    where router_id = ${routerId} and ended_at is null and router_key <> all(${seen.map((session) => session.router_key)}::text[])
    returning id`.execute(work.db);
  await countUsage(work, routerId, live, readAt);
  const begunCount = seen.length > 0 ? await carryOn(work, routerId, JSON.stringify(seen), readAt) : 0;
  // Who came or went is news; figures are read by those who look at them.
  if (begunCount > 0 || ended.length > 0) work.announce('sessions', routerId);
}

/** His account was to be off when he went. */
const isCut = sql`exists (
  select from provisioning.accounts account where account.id = session.account_id and (account.removed_at is not null
    or exists (select from provisioning.blocks block where block.account_id = account.id and block.lifted_at is null)))`;

/** Answers how many began. */
async function carryOn(work: Work, routerId: string, seen: string, readAt: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ begun: string }>`
    with carried as (
    insert into provisioning.sessions as known
      (id, router_id, router_key, service, account_id, account_name, customer_words, address, caller_id, started_at, down_bytes, up_bytes, counted_at,
       counted_uptime_seconds, seen_at)
    select seen.id, ${routerId}, seen.router_key, seen.service, account.id, seen.account_name, coalesce(customer.name, ''), seen.address, seen.caller_id,
           seen.started_at, coalesce(seen.down_bytes, 0), coalesce(seen.up_bytes, 0),
           case when seen.down_bytes is not null then ${work.now}::timestamptz end,
           case when seen.down_bytes is not null then seen.uptime_seconds end, ${work.now}
    from jsonb_to_recordset(${seen}::jsonb) as seen
      (id uuid, router_key text, service text, account_name text, address text, caller_id text, started_at timestamptz, down_bytes bigint, up_bytes bigint,
       uptime_seconds bigint)
    left join provisioning.accounts account
      on account.router_id = ${routerId} and account.service = seen.service and account.name = seen.account_name
        and account.removed_at is null
    left join customers.customers customer on customer.id = account.customer_id
    where not exists (
      select from provisioning.sessions over
      where over.router_id = ${routerId} and over.router_key = seen.router_key and over.ended_at >= ${readAt})
    on conflict (router_id, router_key) where ended_at is null do update set
      account_id = coalesce(excluded.account_id, known.account_id),
      customer_words = excluded.customer_words,
      address = excluded.address,
      caller_id = excluded.caller_id,
      -- A counter that went back was reset: no rate is told for that moment. Without a reading all stays.
      down_bps = case when excluded.counted_at is null then known.down_bps when excluded.down_bytes >= known.down_bytes then
        ((excluded.down_bytes - known.down_bytes) * 8 / nullif(extract(epoch from excluded.counted_at - known.counted_at), 0))::bigint end,
      up_bps = case when excluded.counted_at is null then known.up_bps when excluded.up_bytes >= known.up_bytes then
        ((excluded.up_bytes - known.up_bytes) * 8 / nullif(extract(epoch from excluded.counted_at - known.counted_at), 0))::bigint end,
      down_bytes = case when excluded.counted_at is null then known.down_bytes else excluded.down_bytes end,
      up_bytes = case when excluded.counted_at is null then known.up_bytes else excluded.up_bytes end,
      counted_at = coalesce(excluded.counted_at, known.counted_at),
      counted_uptime_seconds = coalesce(excluded.counted_uptime_seconds, known.counted_uptime_seconds),
      seen_at = excluded.seen_at
    returning (xmax = 0) as is_begun)
    select count(*) filter (where is_begun)::text as begun from carried`.execute(work.db);
  return Number(rows[0]?.begun ?? 0);
}

/**
 * Who is online by the name of a new account, as after a router was taken over, is its customer at once and not at the next reading.
 * A session that a reading holds is left to it: it will see the account.
 */
export async function nameSessions(work: Work, account: NewlyNamed): Promise<void> {
  const { rows } = await sql`
    update provisioning.sessions session set account_id = ${account.id}, customer_words = customer.name
    from customers.customers customer
    where customer.id = ${account.customerId} and session.id in (
      select id from provisioning.sessions
      where account_name = ${account.name} and router_id = ${account.routerId} and service = ${account.service}
        and ended_at is null and account_id is null for update skip locked)
    returning session.id`.execute(work.db);
  if (rows.length > 0) work.announce('sessions', account.routerId);
}

type NewlyNamed = { id: string; customerId: string; routerId: string; service: string; name: string };

/** A person dropped it. */
export async function endSession(work: Work, sessionId: string): Promise<void> {
  const row = await work.db
    .updateTable('provisioning.sessions')
    .set({ ended_at: work.now, ended_how: 'dropped', ended_by: work.actor.name })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returning('router_id as routerId')
    .executeTakeFirst();
  if (row) work.announce('sessions', row.routerId);
}

export async function endSessionsOfRouter(work: Work, routerId: string): Promise<void> {
  await work.db
    .updateTable('provisioning.sessions')
    .set({ ended_at: work.now, ended_how: 'forgotten' })
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

/** Online are those whose router answers; of the others is known only that they were when it did. */
export const isRouterHeard = sql<SqlBool>`router.state not in ('unreachable', 'login_refused', 'rejected')`;

export async function countLiveSessions(db: Db, scope: Scope): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select coalesce(sum(live.count), 0)::text as count
    from (select router_id, count(*) from provisioning.sessions where ended_at is null group by router_id) live
    join routers.routers router on router.id = live.router_id
    where ${isRouterHeard} and ${routerInScope(scope, 'router.id')}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
