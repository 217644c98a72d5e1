// One customer as the office knows him. Lists of them are in subscriber-list.ts.
import type { Account, Customer } from '@lastmile/contract/subscribers.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { creditSql } from '#billing/allocations.ts';
import { getToday } from '#billing/invoices.ts';
import { getPerson } from '#customers/customers.ts';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import type { BlockReason } from '#provisioning/blocks.ts';
import { type PendingColumns, pendingOf } from '#provisioning/pending.ts';
import { getSettings } from '#settings/provider.ts';
import { accountColumns } from './account-columns.ts';
import { listSessionsOfAccounts } from './session-list.ts';
import { statusOf } from './subscriber-list.ts';

export type CustomerView = z.output<typeof Customer>;
type AccountView = z.output<typeof Account>;

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
    select (coalesce(sum(amount_minor - settled_minor), 0) - ${creditSql(sql`${customerId}::uuid`, currency)})::text as balance,
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
      ...accountColumns,
      'account.slowed_since as slowedSince',
      'account.version as revision',
      sql<boolean>`exists (select from provisioning.drifts drift
        where drift.router_id = account.router_id and drift.kind = 'account'
          and coalesce(drift.account_id, drift.profile_id) = account.id and drift.closed_at is null)`.as('hasDrift'),
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
  const sessions = await listSessionsOfAccounts(
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
    hasDrift: row.hasDrift,
    slowedSince: row.slowedSince,
    session: sessions.get(row.id) ?? null,
    revision: row.revision,
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

export async function countSubscribers(
  db: Db,
  scope: Scope,
): Promise<{ total: number; active: number; suspended: number }> {
  // Few are without an account, and few are suspended: those are counted, one by one, and the rest is what remains.
  // Of all there is a number that is kept (migration 0124); those of some places are counted.
  const present =
    scope === 'everywhere'
      ? sql`select sum(count) from customers.present_counts`
      : sql`select count(*) from customers.customers where removed_at is null and ${customerInScope(scope, 'customers.id')}`;
  const { rows } = await sql<{ total: string; idle: string; suspended: string }>`
    select
      (${present})::text as total,
      (select count(*) from customers.customers where removed_at is null and account_count = 0
        and ${customerInScope(scope, 'customers.id')})::text as idle,
      (select count(distinct blocked.customer_id) from (
        select (select a.customer_id from provisioning.accounts a where a.id = b.account_id and a.removed_at is null) as customer_id
        from provisioning.blocks b where b.lifted_at is null
      ) blocked where blocked.customer_id is not null and ${customerInScope(scope, 'blocked.customer_id')})::text as suspended`.execute(
    db,
  );
  const total = Number(rows[0]?.total ?? 0);
  const suspended = Number(rows[0]?.suspended ?? 0);
  return { total, active: total - Number(rows[0]?.idle ?? 0) - suspended, suspended };
}
