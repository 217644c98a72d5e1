// Whom a bulk act is about: those who were chosen, or all who match a filter now.
import type { BulkPreview } from '@lastmile/contract/bulk.ts';
import { mostBulkItems } from '@lastmile/contract/bulk.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { customerInScope } from '#customers/scope.ts';
import { type Db, type Scope, scopeOf, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { matching, type SubscriberFilter } from '#subscribers/subscriber-list.ts';
import { type BulkKind, bulkLimit } from './bulk-rules.ts';

export type Selection = { customerIds?: string[] | undefined; filter?: SubscriberFilter | undefined };

const shownNames = 5;

/** Over `customers.customers customer`. Who was removed has nothing left that could be done to him. */
async function conditionOf(
  db: Db,
  { customerIds, filter }: Selection,
  now: Temporal.Instant,
  scope: Scope,
): Promise<RawBuilder<SqlBool>> {
  if ((customerIds === undefined) === (filter === undefined))
    throw fieldError('invalid_input', 'customerIds', 'or a filter must be given, and not both');
  const isPresent = sql<SqlBool>`customer.removed_at is null`;
  const conditions = filter
    ? [isPresent, ...(await matching(db, filter, now, scope))]
    : [
        isPresent,
        sql<SqlBool>`customer.id = any(${[...new Set(customerIds)]}::uuid[])`,
        customerInScope(scope, 'customer.id'),
      ];
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
}

export async function previewSelection(
  db: Db,
  kind: BulkKind,
  selection: Selection,
  now: Temporal.Instant,
  scope: Scope,
): Promise<z.output<typeof BulkPreview>> {
  const condition = await conditionOf(db, selection, now, scope);
  const { rows } = await sql<Omit<z.output<typeof BulkPreview>, 'limit'>>`
    with chosen as materialized (select customer.id, customer.name, customer.sort_name from customers.customers customer where ${condition}),
      theirs as materialized (
        select account.id, account.customer_id, router.state not in ('online', 'unknown') or router.mode = 'observe' as is_away
        from chosen join provisioning.accounts account on account.customer_id = chosen.id and account.removed_at is null
        join routers.routers router on router.id = account.router_id)
    select (select count(*)::int from chosen) as total,
      array(select name from chosen order by sort_name, id limit ${shownNames}) as names,
      (select count(*)::int from theirs) as "accountCount",
      (select count(distinct theirs.customer_id)::int from theirs
        join provisioning.sessions session on session.account_id = theirs.id and session.ended_at is null) as "onlineCount",
      (select count(distinct theirs.customer_id)::int from theirs
        join provisioning.blocks block on block.account_id = theirs.id and block.lifted_at is null) as "suspendedCount",
      (select count(distinct customer_id)::int from theirs where is_away) as "awayCount"`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('a count has a row');
  return { ...row, limit: bulkLimit(kind, await countPresent(db)) };
}

/** Of the whole provider: a place of ten customers may well be treated at once. */
export async function countPresent(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from customers.customers where removed_at is null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Writes down one item for each customer who is meant, in the order of names; answers how many. */
export async function addItems(
  work: Work,
  jobId: string,
  selection: Selection,
  confirmedCount: number,
): Promise<number> {
  const condition = await conditionOf(work.db, selection, work.now, scopeOf(work.actor));
  const { numAffectedRows } = await sql`
    insert into bulk.items (job_id, place, customer_id, next_try_at)
    select ${jobId}::uuid, row_number() over (order by sort_name, id), id, ${work.now}
    from (select customer.id, customer.sort_name from customers.customers customer where ${condition} limit ${mostBulkItems + 1}) chosen`.execute(
    work.db,
  );
  const count = Number(numAffectedRows ?? 0n);
  if (count === 0) throw new DomainError('customer_not_found', {}, 'nobody is meant by this');
  if (count > mostBulkItems) throw new DomainError('too_many_bulk_items', { most: mostBulkItems });
  if (count > confirmedCount)
    throw new DomainError(
      'bulk_selection_grew',
      { count, confirmedCount },
      `${count} customers match now, and ${confirmedCount} were confirmed`,
    );
  return count;
}
