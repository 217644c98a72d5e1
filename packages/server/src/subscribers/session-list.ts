// Who is online, and who was: the sessions with their customers and plans.
import type { PastSession, Session } from '@lastmile/contract/provisioning.ts';
import type { sessionSorts } from '@lastmile/contract/subscribers.ts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { getPerson } from '#customers/customers.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { isRouterHeard } from '#provisioning/sessions.ts';
import { routerInScope } from '#routers/scope.ts';
import { type CustomerSearch, searchOf } from './search-words.ts';

export type SessionView = z.output<typeof Session>;
type PastView = z.output<typeof PastSession>;

export type SessionQuery = PageRequest & {
  routerId?: string | undefined;
  locationId?: string | undefined;
  planId?: string | undefined;
  service?: 'pppoe' | 'hotspot' | undefined;
  state?: 'live' | 'last_seen' | undefined;
  search?: string | undefined;
  sort?: (typeof sessionSorts)[number] | undefined;
};

const isLive = sql`(session.ended_at is null and ${isRouterHeard})`;

// A rate is told of now or not at all.
const columns = sql`
  session.id, session.service, session.router_id as "routerId", router.label as "routerLabel", location.name as "locationName",
  session.account_id as "accountId", customer.id as "customerId", customer.name as "customerName", session.address,
  session.caller_id as "callerId", session.started_at as "startedAt", session.down_bytes as "downBytes", session.up_bytes as "upBytes",
  case when ${isLive} then session.down_bps::float8 end as "downBps", case when ${isLive} then session.up_bps::float8 end as "upBps",
  session.seen_at as "seenAt", plan.name as "planName", ${isLive} as "isLive",
  (session.ended_at is null and account.slowed_since is not null) as "isSlowed"`;

const joins = sql`
  join routers.routers router on router.id = session.router_id
  left join routers.locations location on location.id = router.location_id
  left join provisioning.accounts account on account.id = session.account_id
  left join customers.customers customer on customer.id = account.customer_id
  left join plans.plans plan on plan.profile_id = account.profile_id`;

// Who is online by a voucher has its code as his name.
const isOfVoucher = sql`session.account_id is null and session.service = 'hotspot' and voucher.code = session.account_name`;

// A code is money until it is used up: who may not read vouchers is shown enough of it to tell one from another.
const maskedCode = sql`'••••' || right(voucher.code, 2)`;

const voucherJoins = sql`
  left join vouchers.vouchers voucher on ${isOfVoucher}
  left join vouchers.package_versions version on version.id = voucher.version_id`;

const voucherColumns = (areCodesShown: boolean) => sql`version.name as "packageName",
  ${areCodesShown ? sql`session.account_name` : sql`coalesce(${maskedCode}, session.account_name)`} as "accountName"`;

const accountColumns = sql`null as "packageName", session.account_name as "accountName"`;

// By what a list is sorted, and what of it stands in the key of a page. Figures change while a list is read: who passes from one
// page to another meanwhile may be met twice or not at all. A name may be a code, so it stands in no key: it is looked up by the id.
const sorts = {
  account: { by: sql`session.account_name`, part: undefined, isDown: false },
  newest: { by: sql`session.started_at`, part: 'instant', isDown: true },
  oldest: { by: sql`session.started_at`, part: 'instant', isDown: false },
  data: { by: sql`(session.down_bytes + session.up_bytes)`, part: 'number', isDown: true },
  rate: { by: sql`(coalesce(session.down_bps, 0) + coalesce(session.up_bps, 0))`, part: 'number', isDown: true },
} as const;

const casts = { instant: sql`::timestamptz`, number: sql`::bigint` } as const;

export async function listSessions(
  db: Db,
  query: SessionQuery,
  scope: Scope,
  areCodesShown: boolean,
): Promise<Page<SessionView> & { total: number; lastSeenTotal: number }> {
  const sort = sorts[query.sort ?? 'account'];
  const { by, part } = sort;
  const conditions = conditionsOf(query, scope, areCodesShown);
  const [direction, beyond] = sort.isDown ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const place = placeOf(query.after, part);
  const from = place ? sql`and (${by}, session.id) ${beyond} ${place}` : sql``;
  // The page is found among the sessions alone; whose they are is read for those few.
  const { rows } = await sql<SessionView & { sortKey: string }>`
    with shown as materialized (
      select session.*, ${by} as sort_key from provisioning.sessions session
      join routers.routers router on router.id = session.router_id
      where ${sql.join(conditions, sql` and `)} ${from}
      order by ${by} ${direction}, session.id ${direction} limit ${query.limit + 1}
    )
    select ${columns}, ${voucherColumns(areCodesShown)}, session.sort_key::text as "sortKey"
    from shown session ${joins} ${voucherJoins}
    order by session.sort_key ${direction}, session.id ${direction}`.execute(db);
  const page = pageOf(rows, query.limit, ({ sortKey, id }) =>
    part ? [part === 'instant' ? instantKey(sortKey) : sortKey, id] : [id],
  );
  return { ...page, ...(await countSessions(db, conditions)) };
}

/** Where a page ended. */
function placeOf(after: string | undefined, part: 'instant' | 'number' | undefined): RawBuilder<unknown> | undefined {
  const key = part ? keyOf(after, part, 'uuid') : keyOf(after, 'uuid');
  const id = sql`${key?.at(-1)}::uuid`;
  if (!key) return undefined;
  if (part) return sql`(${key[0]}${casts[part]}, ${id})`;
  return sql`((select account_name from provisioning.sessions where id = ${id}), ${id})`;
}

function instantKey(text: string): string {
  return Temporal.Instant.from(text.replace(' ', 'T')).toString();
}

async function countSessions(
  db: Db,
  conditions: readonly RawBuilder<SqlBool>[],
): Promise<{ total: number; lastSeenTotal: number }> {
  const { rows } = await sql<{ live: number; lastSeen: number }>`
    select count(*) filter (where ${isRouterHeard})::int as live, count(*) filter (where not ${isRouterHeard})::int as "lastSeen"
    from provisioning.sessions session join routers.routers router on router.id = session.router_id
    where ${sql.join([...conditions], sql` and `)}`.execute(db);
  return { total: rows[0]?.live ?? 0, lastSeenTotal: rows[0]?.lastSeen ?? 0 };
}

function conditionsOf(query: SessionQuery, scope: Scope, areCodesShown: boolean): RawBuilder<SqlBool>[] {
  const search = searchOf(query.search);
  return [
    sql<SqlBool>`session.ended_at is null`,
    ...(scope === 'everywhere' ? [] : [routerInScope(scope, 'session.router_id')]),
    ...(query.routerId === undefined ? [] : [sql<SqlBool>`session.router_id = ${query.routerId}`]),
    ...(query.locationId === undefined ? [] : [sql<SqlBool>`router.location_id = ${query.locationId}`]),
    ...(query.service === undefined ? [] : [sql<SqlBool>`session.service = ${query.service}`]),
    ...(query.state === undefined ? [] : [query.state === 'live' ? isRouterHeard : sql<SqlBool>`not ${isRouterHeard}`]),
    ...(query.planId === undefined
      ? []
      : [
          sql<SqlBool>`session.account_id in (select a.id from provisioning.accounts a join plans.plans p on p.profile_id = a.profile_id
            where p.id = ${query.planId})`,
        ]),
    ...(search ? [wordsCondition(sql`session.search`, search)] : []),
    // Who may not read codes must not guess them letter by letter either.
    ...(search && !areCodesShown
      ? [
          sql<SqlBool>`(not exists (select from vouchers.vouchers voucher where ${isOfVoucher}) or ${wordsCondition(wordsBesideCode, search)})`,
        ]
      : []),
  ];
}

const wordsBesideCode = sql`customers.plain(' ' || coalesce(session.address, '') || ' ' || coalesce(session.caller_id, ''))`;

function wordsCondition(
  words: RawBuilder<unknown>,
  { patterns, mac }: Pick<CustomerSearch, 'patterns' | 'mac'>,
): RawBuilder<SqlBool> {
  const all = sql.join(
    patterns.map((pattern) => sql`${words} like customers.plain(${pattern})`),
    sql` and `,
  );
  // However it was typed.
  return mac ? sql<SqlBool>`((${all}) or ${words} like lower(${`% ${mac}`}))` : sql<SqlBool>`(${all})`;
}

/** Who of these accounts is online, or was when his router was last heard. */
export async function listSessionsOfAccounts(db: Db, accountIds: readonly string[]): Promise<Map<string, SessionView>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<SessionView & { accountId: string }>`
    select ${columns}, ${accountColumns} from provisioning.sessions session ${joins}
    where session.account_id = any(${accountIds}::uuid[]) and session.ended_at is null
    order by session.started_at`.execute(db);
  return new Map(rows.map((row) => [row.accountId, row]));
}

/** The sessions of a customer, on whatever account, the latest first. */
export async function listCustomerSessions(
  db: Db,
  customerId: string,
  query: PageRequest,
  scope: Scope,
): Promise<Page<PastView>> {
  const key = keyOf(query.after, 'instant', 'uuid');
  await getPerson(db, customerId, scope);
  const { rows } = await sql<PastView>`
    select ${columns}, ${accountColumns}, session.ended_at as "endedAt", session.ended_how as "endedHow", session.ended_by as "endedBy"
    from provisioning.sessions session ${joins}
    where session.account_id in (select id from provisioning.accounts where customer_id = ${customerId})
      ${key ? sql`and (session.started_at, session.id) < (${key[0]}::timestamptz, ${key[1]}::uuid)` : sql``}
    order by session.started_at desc, session.id desc limit ${query.limit + 1}`.execute(db);
  return pageOf(rows, query.limit, ({ startedAt, id }) => [String(startedAt), id]);
}
