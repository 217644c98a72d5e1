// What accounts use, day by day: the one place where counters of routers become figures that somebody is held to.
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { getSettings } from '#settings/provider.ts';
import type { LiveSession } from './drivers/driver.ts';
import { type Carried, carriedSince, type Line, type Reading } from './rules/usage-rules.ts';

type Known = {
  routerKey: string;
  accountId: string;
  /** The day that a reading is for: that of the reading before it. What nobody could look at never costs a later day. */
  day: string;
  /** It was online before we knew the account: what it carried till then is nobody's. */
  wasThereBefore: boolean;
  downKbps: number;
  upKbps: number;
  /** null: not read before. */
  downBytes: bigint | null;
  upBytes: bigint | null;
  uptimeSeconds: number | null;
};

/** Adds what a router's sessions carried since the reading before. The counters of that are still in the rows. */
export async function countUsage(
  work: Work,
  routerId: string,
  live: readonly LiveSession[],
  readAt: Temporal.Instant,
): Promise<void> {
  const counted = live.filter(({ downBytes }) => downBytes !== null);
  if (counted.length === 0) return;
  // Two processes that both take the router for theirs, for a moment, must not count the same bytes.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`usage of router ${routerId}`}, 0))`.execute(work.db);
  const known = new Map((await listKnown(work, routerId, counted, readAt)).map((row) => [row.routerKey, row]));
  const added = counted.flatMap((session) => {
    const row = known.get(session.routerKey);
    return row ? [{ accountId: row.accountId, day: row.day, ...carriedBy(session, row) }] : [];
  });
  await addUsage(work, added);
}

function carriedBy({ downBytes, upBytes, uptimeSeconds }: LiveSession, row: Known): Carried {
  const now: Reading = { downBytes: downBytes ?? 0n, upBytes: upBytes ?? 0n, uptimeSeconds };
  const line: Line = { downKbps: row.downKbps, upKbps: row.upKbps };
  const before =
    row.downBytes === null || row.upBytes === null
      ? undefined
      : { downBytes: row.downBytes, upBytes: row.upBytes, uptimeSeconds: row.uptimeSeconds ?? 0 };
  return carriedSince(before ?? (row.wasThereBefore ? now : undefined), now, line);
}

/**
 * The sessions of accounts of ours among those that are online, with what was read of them last: also of one that was taken for ended
 * and is there again, so that nothing is counted twice.
 */
async function listKnown(
  work: Work,
  routerId: string,
  live: readonly LiveSession[],
  readAt: Temporal.Instant,
): Promise<Known[]> {
  const { timeZone } = await getSettings(work.db);
  const seen = live.map(({ routerKey, service, accountName, uptimeSeconds }) => ({
    router_key: routerKey,
    service,
    account_name: accountName,
    started_at: work.now.subtract({ seconds: uptimeSeconds }).toString(),
  }));
  const { rows } = await sql<Known>`
    select seen.router_key as "routerKey", account.id as "accountId",
      to_char(greatest(known.counted_at, seen.started_at, account.created_at) at time zone ${timeZone}, 'YYYY-MM-DD') as day,
      seen.started_at < account.created_at as "wasThereBefore",
      greatest(profile.down_kbps, profile.burst_down_kbps) as "downKbps", greatest(profile.up_kbps, profile.burst_up_kbps) as "upKbps",
      known.down_bytes as "downBytes", known.up_bytes as "upBytes", known.counted_uptime_seconds::float8 as "uptimeSeconds"
    from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb) as seen
      (router_key text, service text, account_name text, started_at timestamptz)
    join provisioning.accounts account
      on account.router_id = ${routerId} and account.service = seen.service and account.name = seen.account_name
        and account.removed_at is null
    join provisioning.profiles profile on profile.id = account.profile_id
    left join lateral (
      select counted_at, down_bytes, up_bytes, counted_uptime_seconds from provisioning.sessions session
      where session.router_id = ${routerId} and session.router_key = seen.router_key and session.counted_at is not null
      order by session.ended_at desc nulls first limit 1
    ) known on true
    -- Somebody dropped it since: what is written of it stays as it is, so that nothing of it is counted either.
    where not exists (
      select from provisioning.sessions over
      where over.router_id = ${routerId} and over.router_key = seen.router_key and over.ended_at >= ${readAt})`.execute(
    work.db,
  );
  return rows;
}

export type Added = Carried & { accountId: string; day: string };

/** Of several devices with one login all are added together. */
export async function addUsage(work: Work, added: readonly Added[]): Promise<void> {
  const used = added
    .filter(({ downBytes, upBytes, doubtedBytes }) => downBytes + upBytes + doubtedBytes > 0n)
    .map(({ accountId, day, downBytes, upBytes, doubtedBytes }) => ({
      account_id: accountId,
      day,
      down: downBytes.toString(),
      up: upBytes.toString(),
      doubted: doubtedBytes.toString(),
    }));
  if (used.length === 0) return;
  await sql`
    insert into provisioning.daily_usage as used (account_id, day, down_bytes, up_bytes, doubted_bytes)
    select account_id, day, sum(down)::bigint, sum(up)::bigint, sum(doubted)::bigint
    from jsonb_to_recordset(${JSON.stringify(used)}::jsonb) as carried (account_id uuid, day date, down bigint, up bigint, doubted bigint)
    group by account_id, day order by account_id, day
    on conflict (account_id, day) do update set
      down_bytes = used.down_bytes + excluded.down_bytes,
      up_bytes = used.up_bytes + excluded.up_bytes,
      doubted_bytes = used.doubted_bytes + excluded.doubted_bytes`.execute(work.db);
}

export type DayOfUsage = { day: Temporal.PlainDate; downBytes: bigint; upBytes: bigint; doubtedBytes: bigint };

/** The days on which an account used anything, the latest first. */
export async function listDailyUsage(db: Db, accountId: string, since: Temporal.PlainDate): Promise<DayOfUsage[]> {
  return db
    .selectFrom('provisioning.daily_usage')
    .select(['day', 'down_bytes as downBytes', 'up_bytes as upBytes', 'doubted_bytes as doubtedBytes'])
    .where('account_id', '=', accountId)
    .where('day', '>=', since)
    .orderBy('day', 'desc')
    .execute();
}

// A year of billing looks back, and a month to spare.
const keptDays = 400;
const forgottenAtOnce = 20_000;

/** What is long over is forgotten; answers whether there is more. */
export async function forgetUsage(work: Work): Promise<boolean> {
  const before = work.now.subtract({ hours: 24 * keptDays });
  const { numAffectedRows = 0n } = await sql`
    delete from provisioning.daily_usage where (account_id, day) in (
      select account_id, day from provisioning.daily_usage where day < ${before}::timestamptz::date order by day limit ${forgottenAtOnce})`.execute(
    work.db,
  );
  return numAffectedRows >= BigInt(forgottenAtOnce);
}
