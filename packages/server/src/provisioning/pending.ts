// What is wanted on routers and is not known to be there yet, and why.
import type { PendingAccount } from '@lastmile/contract/provisioning.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { routerInScope } from '#routers/scope.ts';

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
      ...pendingColumns,
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

/** What `pendingOf` is asked with: the columns of an `account` and its `router`. */
export const pendingColumns = [
  'account.pending_since as pendingSince',
  'account.next_try_at as nextTryAt',
  'account.trouble_code as troubleCode',
  'account.trouble_message as troubleMessage',
  'router.trouble_code as routerTroubleCode',
  'router.trouble_message as routerTroubleMessage',
  'router.mode as routerMode',
] as const;

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

/** What waits, over all routers. */
export async function countPending(db: Db, scope: Scope): Promise<{ total: number; needsPerson: number }> {
  const { rows } = await sql<{ total: string; needs_person: string }>`
    select count(*)::text as total, count(*) filter (where next_try_at is null)::text as needs_person
    from provisioning.accounts where pending_since is not null and ${routerInScope(scope, 'router_id')}`.execute(db);
  return { total: Number(rows[0]?.total ?? 0), needsPerson: Number(rows[0]?.needs_person ?? 0) };
}
