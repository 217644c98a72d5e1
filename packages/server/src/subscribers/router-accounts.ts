// The accounts of one router, with whose they are.
import type { RouterAccount } from '@lastmile/contract/subscribers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { type PendingColumns, pendingOf } from '#provisioning/pending.ts';
import { isRouterHeard } from '#provisioning/sessions.ts';
import { requireRouter } from '#routers/scope.ts';
import { accountColumns } from './account-columns.ts';

type View = z.output<typeof RouterAccount>;

export type RouterAccountQuery = PageRequest & {
  service?: View['service'] | undefined;
  state?: 'online' | 'offline' | 'blocked' | 'pending' | undefined;
  search?: string | undefined;
};

const isBlocked = sql<SqlBool>`exists (select from provisioning.blocks block
  where block.account_id = account.id and block.lifted_at is null)`;
const isOnline = sql<SqlBool>`(${isRouterHeard} and exists (select from provisioning.sessions session
  where session.account_id = account.id and session.ended_at is null))`;

const states = {
  online: isOnline,
  offline: sql<SqlBool>`not ${isOnline} and not ${isBlocked}`,
  blocked: isBlocked,
  pending: sql<SqlBool>`account.pending_since is not null`,
};

export async function listRouterAccounts(
  db: Db,
  routerId: string,
  { service, state, search, after, limit }: RouterAccountQuery,
  scope: Scope,
): Promise<Page<View> & { total: number }> {
  const key = keyOf(after, 'text', 'uuid');
  await requireRouter(db, scope, routerId);
  const pattern = search?.trim() ? sql<string>`lower(${likePattern(search)})` : undefined;
  const accounts = db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .innerJoin('customers.customers as customer', 'customer.id', 'account.customer_id')
    .where('account.router_id', '=', routerId)
    .where('account.removed_at', 'is', null)
    .where(customerInScope(scope, 'account.customer_id'))
    .$if(service !== undefined, (q) => q.where('account.service', '=', service ?? ''))
    .$if(state !== undefined, (q) => q.where(states[state ?? 'online']))
    .$if(pattern !== undefined, (q) =>
      q.where(sql<SqlBool>`(lower(account.name) like ${pattern} or lower(customer.name) like ${pattern})`),
    );
  const rows = await accounts
    .leftJoin('plans.plans as plan', 'plan.profile_id', 'account.profile_id')
    .select([
      ...accountColumns,
      'customer.id as customerId',
      'customer.name as customerName',
      isBlocked.as('isBlocked'),
      isOnline.as('isOnline'),
    ])
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`(account.name, account.id) > (${key?.[0]}, ${key?.[1]}::uuid)`))
    .orderBy('account.name')
    .orderBy('account.id')
    .limit(limit + 1)
    .execute();
  const { count } = await accounts.select((e) => e.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow();
  const page = pageOf(rows, limit, (row) => [row.name, row.id]);
  return { next: page.next, total: Number(count), items: page.items.map(viewOf) };
}

type Row = Omit<View, 'service' | 'pending' | 'isBlocked' | 'isOnline'> &
  Omit<PendingColumns, 'pendingSince'> & {
    service: string;
    pendingSince: Temporal.Instant | null;
    isBlocked: unknown;
    isOnline: unknown;
  };

function viewOf(row: Row): View {
  const { nextTryAt, pendingSince, troubleCode, troubleMessage, routerTroubleCode, routerTroubleMessage, ...rest } =
    row;
  const { routerMode, ...account } = rest;
  const waiting = { nextTryAt, troubleCode, troubleMessage, routerTroubleCode, routerTroubleMessage, routerMode };
  return {
    ...account,
    service: account.service as View['service'],
    isBlocked: Boolean(account.isBlocked),
    isOnline: Boolean(account.isOnline),
    pending: pendingSince ? pendingOf({ ...waiting, pendingSince }) : null,
  };
}
