// Customers as the office sees them, read across the rooms below.
import type { Account, Customer, CustomerRow, customerStatuses } from '@lastmile/contract/subscribers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { getToday } from '#billing/invoices.ts';
import { getPerson } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import type { BlockReason } from '#provisioning/blocks.ts';
import { type PendingColumns, pendingOf, type SessionRow, selectSessions } from '#provisioning/sessions.ts';
import { getSettings } from '#settings/provider.ts';

export type CustomerView = z.output<typeof Customer>;
type CustomerStatus = (typeof customerStatuses)[number];
type AccountView = z.output<typeof Account>;
type RowView = z.output<typeof CustomerRow>;

export type SubscriberQuery = PageRequest & {
  search?: string | undefined;
  status?: CustomerStatus | 'overdue' | 'pending' | undefined;
  routerId?: string | undefined;
  planId?: string | undefined;
};

const hasAccount = sql<SqlBool>`exists (select from provisioning.accounts a where a.customer_id = customer.id and a.removed_at is null)`;
const isBlocked = sql<SqlBool>`exists (select from provisioning.accounts a join provisioning.blocks b on b.account_id = a.id and b.lifted_at is null
  where a.customer_id = customer.id and a.removed_at is null)`;
const isPending = sql<SqlBool>`exists (select from provisioning.accounts a where a.customer_id = customer.id and a.pending_since is not null)`;
const isOnline = sql<SqlBool>`exists (select from provisioning.accounts a join provisioning.sessions s on s.account_id = a.id and s.ended_at is null
  where a.customer_id = customer.id and a.removed_at is null)`;

/**
 * Few customers are suspended, pending or overdue, so they are looked up from there; most are active, so the list is walked
 * and the others are skipped.
 */
function statusCondition(status: SubscriberQuery['status'], today: Temporal.PlainDate) {
  switch (status) {
    case 'active':
      return sql<SqlBool>`${hasAccount} and not ${isBlocked}`;
    case 'suspended':
      return sql<SqlBool>`customer.id in (select a.customer_id from provisioning.blocks b join provisioning.accounts a on a.id = b.account_id
        where b.lifted_at is null and a.removed_at is null)`;
    case 'no_account':
      return sql<SqlBool>`customer.id not in (select a.customer_id from provisioning.accounts a where a.removed_at is null)`;
    case 'pending':
      return sql<SqlBool>`customer.id in (select a.customer_id from provisioning.accounts a where a.pending_since is not null)`;
    case 'overdue':
      return sql<SqlBool>`customer.id in (select i.customer_id from billing.invoices i where i.status = 'open' and i.due_on < ${today})`;
    default:
      return sql<SqlBool>`true`;
  }
}

export async function listSubscribers(
  db: Db,
  query: SubscriberQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<RowView>> {
  const today = await getToday(db, now);
  const found = await listMatchingIds(db, query, today, scope);
  const page = pageOf(found, query.limit, (row) => [row.sortKey, row.id]);
  const rows = await getRows(
    db,
    page.items.map(({ id }) => id),
    today,
  );
  return { next: page.next, items: page.items.flatMap(({ id }) => rows.get(id) ?? []) };
}

/** Which customers stand on the page, in order. What is shown of them is read for those few only. */
async function listMatchingIds(
  db: Db,
  query: SubscriberQuery,
  today: Temporal.PlainDate,
  scope: Scope,
): Promise<{ id: string; sortKey: string }[]> {
  const key = keyOf(query.after, 'text', 'uuid');
  return db
    .selectFrom('customers.customers as customer')
    .select(['customer.id', sql<string>`lower(customer.name)`.as('sortKey')])
    .where('customer.removed_at', 'is', null)
    .where(customerInScope(scope, 'customer.id'))
    .where(statusCondition(query.status, today))
    .$if(Boolean(query.search?.trim()), (q) =>
      q.where(sql<SqlBool>`customer.search like lower(${likePattern(query.search ?? '')})`),
    )
    .$if(query.routerId !== undefined, (q) =>
      q.where(
        sql<SqlBool>`customer.id in (select a.customer_id from provisioning.accounts a where a.removed_at is null and a.router_id = ${query.routerId})`,
      ),
    )
    .$if(query.planId !== undefined, (q) =>
      q.where(sql<SqlBool>`customer.id in (select a.customer_id from provisioning.accounts a join plans.plans p on p.profile_id = a.profile_id
        where a.removed_at is null and p.id = ${query.planId})`),
    )
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(lower(customer.name), customer.id) > (${key?.[0]}, ${key?.[1]}::uuid)`),
    )
    .orderBy(sql`lower(customer.name)`)
    .orderBy('customer.id')
    .limit(query.limit + 1)
    .execute();
}

async function getRows(
  db: Db,
  customerIds: readonly string[],
  today: Temporal.PlainDate,
): Promise<Map<string, RowView>> {
  if (customerIds.length === 0) return new Map();
  const { currency } = await getSettings(db);
  const { rows } = await sql<Omit<RowView, 'status' | 'balanceMinor' | 'overdueMinor'> & RowFacts>`
    select customer.id, customer.name, customer.phone, ${currency} as currency,
      first.account_name as "accountName", first.router_label as "routerLabel", first.plan_name as "planName",
      ${hasAccount} as "hasAccount", ${isBlocked} as "isBlocked", ${isPending} as "isPending", ${isOnline} as "isOnline",
      coalesce(owed.balance, 0)::text as "balanceDigits", coalesce(owed.overdue, 0)::text as "overdueDigits"
    from customers.customers customer
    left join lateral (
      select a.name as account_name, r.label as router_label, p.name as plan_name
      from provisioning.accounts a join routers.routers r on r.id = a.router_id left join plans.plans p on p.profile_id = a.profile_id
      where a.customer_id = customer.id and a.removed_at is null order by a.id limit 1
    ) first on true
    left join lateral (
      select sum(i.amount_minor - i.settled_minor) as balance,
             sum(i.amount_minor - i.settled_minor) filter (where i.due_on < ${today}) as overdue
      from billing.invoices i where i.customer_id = customer.id and i.status = 'open' and i.currency = ${currency}
    ) owed on true
    where customer.id = any(${customerIds}::uuid[])`.execute(db);
  return new Map(
    rows.map(({ hasAccount, isBlocked, balanceDigits, overdueDigits, ...row }) => [
      row.id,
      {
        ...row,
        status: statusOf(hasAccount, isBlocked),
        balanceMinor: BigInt(balanceDigits),
        overdueMinor: BigInt(overdueDigits),
      },
    ]),
  );
}

type RowFacts = { hasAccount: boolean; isBlocked: boolean; balanceDigits: string; overdueDigits: string };

function statusOf(hasAnyAccount: boolean, isAnyBlocked: boolean): CustomerStatus {
  if (!hasAnyAccount) return 'no_account';
  return isAnyBlocked ? 'suspended' : 'active';
}

/** Within an act the customer was locked already, and with him the scope seen to. */
export async function getSubscriber(
  db: Db,
  customerId: string,
  now: Temporal.Instant,
  scope: Scope = 'everywhere',
): Promise<CustomerView> {
  const person = await getPerson(db, customerId, scope);
  const accounts = await listAccounts(db, customerId);
  const { currency } = await getSettings(db);
  const { rows } = await sql<{ balance: string; overdue: string }>`
    select coalesce(sum(amount_minor - settled_minor), 0)::text as balance,
           coalesce(sum(amount_minor - settled_minor) filter (where due_on < ${await getToday(db, now)}), 0)::text as overdue
    from billing.invoices where customer_id = ${customerId} and status = 'open' and currency = ${currency}`.execute(db);
  return {
    ...person,
    accounts,
    status: statusOf(
      accounts.length > 0,
      accounts.some(({ blocks }) => blocks.length > 0),
    ),
    balanceMinor: BigInt(rows[0]?.balance ?? 0),
    overdueMinor: BigInt(rows[0]?.overdue ?? 0),
    currency,
  };
}

async function listAccounts(db: Db, customerId: string): Promise<AccountView[]> {
  const rows = await db
    .selectFrom('provisioning.accounts as account')
    .innerJoin('routers.routers as router', 'router.id', 'account.router_id')
    .leftJoin('plans.plans as plan', 'plan.profile_id', 'account.profile_id')
    .select([
      'account.id',
      'account.service',
      'account.name',
      'account.static_address as staticAddress',
      'account.mac_address as macAddress',
      'account.router_id as routerId',
      'router.label as routerLabel',
      'router.mode as routerMode',
      'plan.id as planId',
      'plan.name as planName',
      'account.pending_since as pendingSince',
      'account.next_try_at as nextTryAt',
      'account.trouble_code as troubleCode',
      'account.trouble_message as troubleMessage',
      'router.trouble_code as routerTroubleCode',
      'router.trouble_message as routerTroubleMessage',
    ])
    .where('account.customer_id', '=', customerId)
    .where('account.removed_at', 'is', null)
    .orderBy('account.id')
    .limit(200)
    .execute();
  const blocks = await listBlocks(
    db,
    rows.map(({ id }) => id),
  );
  const sessions = await listSessionsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    id: row.id,
    service: row.service as AccountView['service'],
    name: row.name,
    staticAddress: row.staticAddress,
    macAddress: row.macAddress,
    routerId: row.routerId,
    routerLabel: row.routerLabel,
    planId: row.planId,
    planName: row.planName,
    blocks: blocks.get(row.id) ?? [],
    pending: row.pendingSince ? pendingOf(row as PendingColumns) : null,
    session: sessions.get(row.id) ?? null,
  }));
}

async function listBlocks(db: Db, accountIds: readonly string[]): Promise<Map<string, AccountView['blocks']>> {
  if (accountIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('provisioning.blocks')
    .select(['account_id as accountId', 'reason', 'since', 'by_name as by', 'note'])
    .where('account_id', 'in', accountIds)
    .where('lifted_at', 'is', null)
    .orderBy('since')
    .execute();
  const grouped = Map.groupBy(rows, ({ accountId }) => accountId);
  return new Map(
    [...grouped].map(([id, list]) => [
      id,
      list.map(({ reason, since, by, note }) => ({ reason: reason as BlockReason, since, by, note })),
    ]),
  );
}

async function listSessionsOf(db: Db, accountIds: readonly string[]): Promise<Map<string, SessionRow>> {
  if (accountIds.length === 0) return new Map();
  const rows = await selectSessions(db).where('session.account_id', 'in', accountIds).execute();
  return new Map(rows.map((row) => [row.accountId ?? '', row]));
}

export async function countSubscribers(
  db: Db,
  scope: Scope,
): Promise<{ total: number; active: number; suspended: number }> {
  const { rows } = await sql<{ total: string; served: string; suspended: string }>`
    select
      (select count(*) from customers.customers where removed_at is null and ${customerInScope(scope, 'customers.id')})::text as total,
      (select count(*) from (select distinct customer_id from provisioning.accounts
        where removed_at is null and ${customerInScope(scope, 'accounts.customer_id')}) served)::text as served,
      (select count(distinct a.customer_id) from provisioning.blocks b join provisioning.accounts a on a.id = b.account_id
        where b.lifted_at is null and a.removed_at is null and ${customerInScope(scope, 'a.customer_id')})::text as suspended`.execute(
    db,
  );
  const suspended = Number(rows[0]?.suspended ?? 0);
  return { total: Number(rows[0]?.total ?? 0), active: Number(rows[0]?.served ?? 0) - suspended, suspended };
}
