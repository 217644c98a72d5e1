// What happened to one customer, newest first, from every room: acts of staff and schedules, money, and sessions.
import type { TimelineEntry, timelineKinds } from '@lastmile/contract/subscribers.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { getPerson } from '#customers/customers.ts';
import type { Db, Scope } from '#platform/db.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';

type Kind = (typeof timelineKinds)[number];
type Entry = z.output<typeof TimelineEntry>;

// An audit action's first word is its room's noun: `invoice.issued`.
const nouns: Record<Kind, readonly string[]> = {
  money: ['invoice', 'payment', 'credit_note', 'credit', 'refund', 'wallet', 'billing', 'subscription', 'late_fee'],
  network: ['session', 'account'],
  staff: [],
};

function kindOf(action: string): Kind {
  const noun = action.split('.')[0] ?? '';
  if (nouns.money.includes(noun)) return 'money';
  return nouns.network.includes(noun) ? 'network' : 'staff';
}

/** Money and network by their nouns, staff all the rest. */
function actionCondition(kind: Kind | undefined) {
  if (kind === undefined) return sql`true`;
  const noun = sql`split_part(action, '.', 1)`;
  if (kind === 'staff') return sql`${noun} <> all(${[...nouns.money, ...nouns.network]}::text[])`;
  return sql`${noun} = any(${[...nouns[kind]]}::text[])`;
}

type Row = {
  id: string;
  at: Temporal.Instant;
  actorKind: string | null;
  actorName: string | null;
  action: string;
  details: Record<string, unknown>;
};

export async function listTimeline(
  db: Db,
  customerId: string,
  query: PageRequest & { kind?: Kind | undefined },
  scope: Scope,
): Promise<Page<Entry>> {
  const key = keyOf(query.after, 'instant', 'text');
  await getPerson(db, customerId, scope);
  const before = (at: ReturnType<typeof sql>, id: ReturnType<typeof sql>) =>
    key ? sql`(${at}, ${id}) < (${key[0]}::timestamptz, ${key[1]})` : sql`true`;
  const limit = query.limit + 1;
  const entries = sql`
    (select 'a' || id as id, at, actor_kind as "actorKind", actor_name as "actorName", action, details from audit.entries
     where about @> array[${customerId}]::uuid[] and ${actionCondition(query.kind)} and ${before(sql`at`, sql`'a' || id`)}
     order by at desc, 'a' || id desc limit ${limit})`;
  const sessions = sql`
    (select 's' || session.id as id, session.started_at as at, null, null, 'session.held' as action,
       jsonb_build_object('accountName', session.account_name, 'router', router.label, 'address', session.address,
         'callerId', session.caller_id, 'endedAt', session.ended_at,
         'downBytes', session.down_bytes::text, 'upBytes', session.up_bytes::text) as details
     from provisioning.sessions session
     join provisioning.accounts account on account.id = session.account_id
     join routers.routers router on router.id = session.router_id
     where account.customer_id = ${customerId} and ${before(sql`session.started_at`, sql`'s' || session.id`)}
     order by session.started_at desc, 's' || session.id desc limit ${limit})`;
  const isWithSessions = query.kind === undefined || query.kind === 'network';
  const { rows } = await sql<Row>`
    select * from (${isWithSessions ? sql`${entries} union all ${sessions}` : entries}) happened
    order by at desc, id desc limit ${limit}`.execute(db);
  const page = pageOf(rows, query.limit, ({ at, id }) => [String(at), id]);
  return {
    next: page.next,
    items: page.items.map(({ actorKind, actorName, ...row }) => ({
      ...row,
      kind: kindOf(row.action),
      actor: actorKind === null ? null : { kind: actorKind as 'staff', name: actorName ?? '' },
    })),
  };
}
