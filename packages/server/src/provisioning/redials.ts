// Live sessions keep the speed that they began with (RouterOS does not change a dynamic queue): a person may have them dial again,
// now or at a quiet hour.
import type { Redial } from '@lastmile/contract/provisioning.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { Actor, Database, Db, Scope, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { RouterConnections } from '#routers/connections.ts';
import { routerInScope } from '#routers/scope.ts';
import { getSettings } from '#settings/provider.ts';
import { disconnectSession } from './disconnect.ts';

export type RedialView = z.output<typeof Redial>;

/** Sessions of a profile, or of the slow one in its place, that began before their router got its speed. */
const isOnOldSpeed = sql<SqlBool>`session.ended_at is null and exists (
  select from provisioning.accounts account
  join provisioning.profiles profile on profile.id = coalesce(
    (select slow.id from provisioning.profiles slow where slow.slow_of = account.profile_id and account.slowed_since is not null),
    account.profile_id)
  join provisioning.profile_copies copy on copy.profile_id = profile.id and copy.router_id = session.router_id
  where account.id = session.account_id and account.removed_at is null
    and (session.started_at < copy.speed_applied_at or copy.applied_version between 1 and profile.speed_version - 1))`;

function oldSessionsOf(db: Db, profileId: string) {
  return db
    .selectFrom('provisioning.sessions as session')
    .innerJoin('provisioning.accounts as owner', 'owner.id', 'session.account_id')
    .where('owner.profile_id', '=', profileId)
    .where(isOnOldSpeed);
}

export type ProfileOnRouter = {
  routerId: string;
  routerLabel: string;
  /** false: its latest version is on the way. */
  isApplied: boolean;
  accountCount: number;
  liveCount: number;
  oldSpeedCount: number;
};

// More routers than anybody reads through in a drawer.
const mostRouters = 200;

/** The routers that have a profile or are to have it, with who runs on an old speed there. */
export async function listRoutersWithProfile(db: Db, profileId: string, scope: Scope): Promise<ProfileOnRouter[]> {
  const { rows } = await sql<ProfileOnRouter>`
    select router.id as "routerId", router.label as "routerLabel",
      coalesce(copy.applied_version = profile.version, false) as "isApplied",
      (select count(*) from provisioning.accounts account
        where account.router_id = router.id and account.profile_id = profile.id and account.removed_at is null)::float8 as "accountCount",
      (select count(*) from provisioning.sessions session join provisioning.accounts account on account.id = session.account_id
        where session.router_id = router.id and session.ended_at is null and account.profile_id = profile.id)::float8 as "liveCount",
      (select count(*) from provisioning.sessions session join provisioning.accounts owner on owner.id = session.account_id
        where session.router_id = router.id and owner.profile_id = profile.id and ${isOnOldSpeed})::float8 as "oldSpeedCount"
    from provisioning.profiles profile
    join routers.routers router on router.removed_at is null
    left join provisioning.profile_copies copy on copy.profile_id = profile.id and copy.router_id = router.id
    where profile.id = ${profileId} and ${routerInScope(scope, 'router.id')} and (copy.profile_id is not null or exists (
      select from provisioning.accounts account
      where account.router_id = router.id and account.profile_id = profile.id and account.removed_at is null))
    order by lower(router.label), router.id
    limit ${mostRouters}`.execute(db);
  return rows;
}

export async function nextQuietHour(db: Db, now: Temporal.Instant): Promise<Temporal.Instant> {
  const { timeZone, quietHour } = await getSettings(db);
  const local = now.toZonedDateTimeISO(timeZone);
  const time = Temporal.PlainTime.from(quietHour);
  const today = local.withPlainTime(time);
  // The day first, then its time: where clocks are changed this night, the hour stays as it was said.
  const next = Temporal.ZonedDateTime.compare(today, local) > 0 ? today : local.add({ days: 1 }).withPlainTime(time);
  return next.toInstant();
}

/** Has the sessions of a profile that run on an old speed dial again. One such wish stands at a time. */
export async function askForRedial(work: Work, profileId: string, when: 'now' | 'quiet_hour'): Promise<void> {
  await work.db
    .updateTable('provisioning.redials')
    .set({ ended_at: work.now, is_stopped: true })
    .where('profile_id', '=', profileId)
    .where('ended_at', 'is', null)
    .execute();
  await work.db
    .insertInto('provisioning.redials')
    .values({
      id: newId(),
      profile_id: profileId,
      asked_at: work.now,
      by_name: work.actor.name,
      not_before: when === 'now' ? work.now : await nextQuietHour(work.db, work.now),
    })
    .execute();
}

export async function stopRedial(work: Work, profileId: string): Promise<void> {
  const { numUpdatedRows } = await work.db
    .updateTable('provisioning.redials')
    .set({ ended_at: work.now, is_stopped: true })
    .where('profile_id', '=', profileId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DomainError('redial_not_found');
}

/** The latest wish and what became of it. */
export async function findRedial(db: Db, profileId: string): Promise<RedialView | null> {
  const row = await db
    .selectFrom('provisioning.redials as redial')
    .select([
      'id',
      'asked_at as askedAt',
      'by_name as by',
      'not_before as notBefore',
      'ended_at as endedAt',
      'is_stopped as isStopped',
    ])
    .select((e) => [
      itemCount(e.ref('redial.id'), 'is').as('droppedCount'),
      itemCount(e.ref('redial.id'), 'is not').as('failedCount'),
    ])
    .where('profile_id', '=', profileId)
    .orderBy('asked_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const failures = await db
    .selectFrom('provisioning.redial_items as item')
    .innerJoin('provisioning.sessions as session', 'session.id', 'item.session_id')
    .innerJoin('routers.routers as router', 'router.id', 'session.router_id')
    .select(['session.account_name as accountName', 'router.label as routerLabel', 'item.trouble'])
    .where('item.redial_id', '=', row.id)
    .where('item.trouble', 'is not', null)
    .orderBy('item.done_at', 'desc')
    .limit(20)
    .execute();
  return { ...row, failures: failures.map((failure) => ({ ...failure, trouble: failure.trouble ?? '' })) };
}

function itemCount(redialId: unknown, is: 'is' | 'is not') {
  return sql<number>`(select count(*) from provisioning.redial_items item
    where item.redial_id = ${redialId} and item.trouble ${sql.raw(is)} null)::float8`;
}

// Each of them dials again within seconds, and a router has to let them in: no more than this many at a time.
const perRouter = 10;
const pauseMs = 1000;
const schedule: Actor = { kind: 'schedule', id: null, name: 're-dial' };

/** A run of it can be asked for, so that nobody waits for the next minute. */
export const redialJob = 'provisioning.redial';

/** Drops what is due, a few sessions of each router at a time, until nothing is left or the time for one run is over. */
export async function runRedials(
  database: Database,
  connections: RouterConnections,
  timeMs = 50_000,
  waitMs = pauseMs,
): Promise<void> {
  const until = Date.now() + timeMs;
  for (;;) {
    const due = await database.db
      .selectFrom('provisioning.redials')
      .select(['id', 'profile_id as profileId'])
      .where('ended_at', 'is', null)
      .where('not_before', '<=', database.clock.now())
      .orderBy('not_before')
      .limit(100)
      .execute();
    if (due.length === 0) return;
    for (const redial of due) if (!(await redialSome(database, connections, redial))) await end(database, redial.id);
    if (Date.now() >= until) return;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

async function end(database: Database, redialId: string): Promise<void> {
  await database.db
    .updateTable('provisioning.redials')
    .set({ ended_at: database.clock.now() })
    .where('id', '=', redialId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Answers whether there was anything to do. Each session is tried once. */
async function redialSome(
  database: Database,
  connections: RouterConnections,
  redial: { id: string; profileId: string },
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from (${oldSessionsOf(database.db, redial.profileId)
      .select([
        'session.id',
        sql<number>`row_number() over (partition by session.router_id order by session.id)`.as('place'),
      ])
      .where(sql<SqlBool>`not exists (select from provisioning.redial_items item
        where item.redial_id = ${redial.id} and item.session_id = session.id)`)}) waiting
    where place <= ${perRouter} limit 500`.execute(database.db);
  await Promise.all(
    rows.map(async ({ id }) => {
      const trouble = await disconnectSession(database, connections, schedule, id).then(
        () => null,
        (error: unknown) => {
          // It ended by itself: that is as good.
          if (error instanceof DomainError && error.code === 'session_not_found') return null;
          if (error instanceof DomainError) return error.message;
          throw error;
        },
      );
      await database.db
        .insertInto('provisioning.redial_items')
        .values({ redial_id: redial.id, session_id: id, done_at: database.clock.now(), trouble })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }),
  );
  return rows.length > 0;
}
