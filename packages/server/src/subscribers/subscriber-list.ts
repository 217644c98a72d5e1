// Lists of customers: which ones, in what order, and what is shown of each.
import type { CustomerFilter, CustomerRow, customerSorts, customerStatuses } from '@lastmile/contract/subscribers.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { creditSql } from '#billing/allocations.ts';
import { getToday } from '#billing/invoices.ts';
import { customerInScope } from '#customers/scope.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { isRouterHeard } from '#provisioning/sessions.ts';
import { getSettings } from '#settings/provider.ts';
import { type CustomerSearch, searchOf } from './search-words.ts';

type RowView = z.output<typeof CustomerRow>;
type CustomerStatus = (typeof customerStatuses)[number];
export type SubscriberFilter = z.output<typeof CustomerFilter>;
export type SubscriberQuery = SubscriberFilter & PageRequest & { sort: (typeof customerSorts)[number] };

type Condition = RawBuilder<SqlBool>;

const isPresent = sql<SqlBool>`customer.removed_at is null`;
const hasAccount = sql<SqlBool>`customer.account_count > 0`;
const isBlocked = sql<SqlBool>`exists (select from provisioning.accounts a join provisioning.blocks b on b.account_id = a.id and b.lifted_at is null
  where a.customer_id = customer.id and a.removed_at is null)`;
const isPending = sql<SqlBool>`exists (select from provisioning.accounts a where a.customer_id = customer.id and a.pending_since is not null)`;
const isOnline = sql<SqlBool>`exists (select from provisioning.accounts a join provisioning.sessions s on s.account_id = a.id and s.ended_at is null
  join routers.routers router on router.id = s.router_id and ${isRouterHeard}
  where a.customer_id = customer.id and a.removed_at is null)`;

/**
 * Few customers are suspended, pending or overdue, so they are looked up from there; most are active, so the list is walked
 * and the others are skipped.
 */
function statusCondition(status: SubscriberFilter['status'], today: Temporal.PlainDate): Condition {
  switch (status) {
    case 'active':
      return sql`${isPresent} and ${hasAccount} and not ${isBlocked}`;
    case 'suspended':
      return sql`${isPresent} and customer.id in (select a.customer_id from provisioning.blocks b join provisioning.accounts a on a.id = b.account_id
        where b.lifted_at is null and a.removed_at is null)`;
    case 'no_account':
      return sql`${isPresent} and customer.account_count = 0`;
    case 'pending':
      return sql`${isPresent} and customer.id in (select a.customer_id from provisioning.accounts a where a.pending_since is not null)`;
    case 'overdue':
      return sql`${isPresent} and customer.id in (select i.customer_id from billing.invoices i where i.status = 'open' and i.due_on < ${today})`;
    case 'online':
      return sql`${isPresent} and ${isOnline}`;
    case 'offline':
      return sql`${isPresent} and ${hasAccount} and not ${isBlocked} and not ${isOnline}`;
    case 'removed':
      return sql`customer.removed_at is not null`;
    default:
      return isPresent;
  }
}

/** The customers that match, as conditions over `customers.customers customer`. */
export async function matching(
  db: Db,
  filter: SubscriberFilter,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Condition[]> {
  const search = searchOf(filter.search);
  return [
    ...(scope === 'everywhere' ? [] : [customerInScope(scope, 'customer.id')]),
    statusCondition(filter.status, await getToday(db, now)),
    ...(search ? [await searchCondition(db, search)] : []),
    ...(filter.routerId === undefined
      ? []
      : [
          sql<SqlBool>`customer.id in (select a.customer_id from provisioning.accounts a where a.removed_at is null and a.router_id = ${filter.routerId})`,
        ]),
    ...(filter.locationId === undefined
      ? []
      : [sql<SqlBool>`customer.location_ids @> array[${filter.locationId}]::uuid[]`]),
    ...(filter.planId === undefined
      ? []
      : [
          sql<SqlBool>`customer.id in (select a.customer_id from provisioning.accounts a join plans.plans p on p.profile_id = a.profile_id
            where a.removed_at is null and p.id = ${filter.planId})`,
        ]),
    ...(filter.tag === undefined ? [] : [sql<SqlBool>`customer.tags @> array[${filter.tag}]::text[]`]),
  ];
}

async function searchCondition(db: Db, search: CustomerSearch): Promise<Condition> {
  const words = sql.join(
    search.patterns.map((pattern) => sql<SqlBool>`customer.search like customers.plain(${pattern})`),
    sql` and `,
  );
  const ids = [...(search.id ? [search.id] : []), ...(await listSeenOn(db, search))];
  const ways = [
    sql`(${words})`,
    ...(search.digits ? [sql`customer.search like ${search.digits}`] : []),
    // Bound to the device, however it was typed.
    ...(search.mac ? [sql`customer.search like lower(${`% ${search.mac}`})`] : []),
    ...(ids.length > 0 ? [sql`customer.id = any(${ids}::uuid[])`] : []),
  ];
  return sql<SqlBool>`(${sql.join(ways, sql` or `)})`;
}

// Who types so little of an address that more fit is shown the latest.
const mostSeen = 200;

/** Whose device has, or last had, this MAC address, and who is online with this IP address. */
async function listSeenOn(db: Db, { mac, address }: CustomerSearch): Promise<string[]> {
  if (!mac && !address) return [];
  const { rows } = await sql<{ id: string }>`
    select distinct account.customer_id as id from (
      (select account_id from provisioning.sessions where caller_id like ${mac ?? null} order by started_at desc limit ${mostSeen})
      union all
      (select account_id from provisioning.sessions where address like ${address ?? null} and ended_at is null limit ${mostSeen})
    ) seen
    join provisioning.accounts account on account.id = seen.account_id`.execute(db);
  return rows.map(({ id }) => id);
}

export async function listSubscribers(
  db: Db,
  query: SubscriberQuery,
  now: Temporal.Instant,
  scope: Scope,
): Promise<Page<RowView>> {
  const found = await listMatchingIds(db, query, now, scope);
  const page = pageOf(found, query.limit, ({ id, part, sortKey }) => [part, sortKey, id]);
  const rows = await getRows(
    db,
    page.items.map(({ id }) => id),
    await getToday(db, now),
  );
  return { next: page.next, items: page.items.flatMap(({ id }) => rows.get(id) ?? []) };
}

type Found = { id: string; sortKey: string; part: string };

/**
 * Which customers stand on the page, in order. What is shown of them is read for those few only. Of a search by name come
 * first those whose name begins so: they are meant most often, and they stand together in the order of names, where a walk
 * for the others would pass thousands before it meets one.
 */
async function listMatchingIds(db: Db, query: SubscriberQuery, now: Temporal.Instant, scope: Scope): Promise<Found[]> {
  const conditions = await matching(db, query, now, scope);
  const key = keyOf(query.after, 'text', 'text', 'uuid');
  const wanted = query.limit + 1;
  if (!searchOf(query.search) || query.sort !== 'name') return listPart(db, query, conditions, '0', key, wanted);
  const begins = sql<SqlBool>`customer.sort_name like customers.plain(${likePattern(query.search ?? '').slice(1)})`;
  const first = key && key[0] !== '0' ? [] : await listPart(db, query, [...conditions, begins], '0', key, wanted);
  if (first.length === wanted) return first;
  const others = [...conditions, sql<SqlBool>`not ${begins}`];
  const rest = await listPart(db, query, others, '1', key?.[0] === '1' ? key : undefined, wanted - first.length);
  return [...first, ...rest];
}

async function listPart(
  db: Db,
  { sort }: SubscriberQuery,
  conditions: readonly Condition[],
  part: string,
  key: string[] | undefined,
  limit: number,
): Promise<Found[]> {
  const isByName = sort === 'name' || sort === 'name_desc';
  const isDown = sort === 'name_desc' || sort === 'newest';
  const [direction, beyond] = isDown ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const order = isByName
    ? sql`customer.sort_name ${direction}, customer.id ${direction}`
    : sql`customer.number ${direction}`;
  const from = isByName
    ? sql<SqlBool>`(customer.sort_name, customer.id) ${beyond} (${key?.[1]}, ${key?.[2]}::uuid)`
    : sql<SqlBool>`customer.number ${beyond} ${Number(key?.[1])}::bigint`;
  const { rows } = await sql<Omit<Found, 'part'>>`
    select customer.id, ${isByName ? sql`customer.sort_name` : sql`customer.number::text`} as "sortKey"
    from customers.customers customer
    where ${sql.join(key ? [...conditions, from] : [...conditions], sql` and `)} order by ${order} limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => ({ ...row, part }));
}

async function getRows(
  db: Db,
  customerIds: readonly string[],
  today: Temporal.PlainDate,
): Promise<Map<string, RowView>> {
  if (customerIds.length === 0) return new Map();
  const { currency } = await getSettings(db);
  const { rows } = await sql<Omit<RowView, 'status' | 'balanceMinor' | 'overdueMinor'> & RowFacts>`
    select customer.id, customer.number, customer.name, customer.phone, customer.tags, ${currency} as currency,
      first.account_name as "accountName", first.router_label as "routerLabel", first.plan_name as "planName",
      coalesce(first.account_count, 0)::int as "accountCount",
      ${isBlocked} as "isBlocked", ${isPending} as "isPending", ${isOnline} as "isOnline",
      (coalesce(owed.balance, 0) - ${creditSql(sql`customer.id`, currency)})::text as "balanceDigits", coalesce(owed.overdue, 0)::text as "overdueDigits"
    from customers.customers customer
    left join lateral (
      select a.name as account_name, r.label as router_label, p.name as plan_name, count(*) over () as account_count
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
    rows.map(({ isBlocked, balanceDigits, overdueDigits, ...row }) => [
      row.id,
      {
        ...row,
        status: statusOf(row.accountCount > 0, isBlocked),
        balanceMinor: BigInt(balanceDigits),
        overdueMinor: BigInt(overdueDigits),
      },
    ]),
  );
}

type RowFacts = { isBlocked: boolean; balanceDigits: string; overdueDigits: string };

export function statusOf(hasAnyAccount: boolean, isAnyBlocked: boolean): CustomerStatus {
  if (!hasAnyAccount) return 'no_account';
  return isAnyBlocked ? 'suspended' : 'active';
}
