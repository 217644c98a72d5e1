// What began, and how it ended: rows that nobody changes. One stands while it has no end.
import type { Override, overrideKinds } from '@lastmile/contract/emergency.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { localTime } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';
import { raiseAlarm } from '#system/events.ts';

export type OverrideKind = (typeof overrideKinds)[number];
export type OverrideView = z.output<typeof Override>;

function selectOverrides(db: Db) {
  return db
    .selectFrom('emergency.overrides as override')
    .leftJoin('emergency.endings as ending', 'ending.override_id', 'override.id')
    .select([
      'override.id',
      'override.kind',
      'override.subject_id as subjectId',
      'override.subject',
      'override.reason',
      'override.started_at as startedAt',
      'override.started_by as startedBy',
      'override.until',
      'ending.ended_at as endedAt',
      'ending.ended_by as endedBy',
      'ending.note',
      'ending.reached',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectOverrides>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Row): OverrideView => ({ ...row, kind: row.kind as OverrideKind });

export async function listOverrides(db: Db, query: PageRequest): Promise<Page<OverrideView>> {
  const key = keyOf(query.after, 'uuid');
  const rows = await selectOverrides(db)
    .$if(key !== undefined, (q) => q.where(sql<SqlBool>`override.id < ${key?.[0]}::uuid`))
    .orderBy('override.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

// A handful at most: of most kinds only one can stand.
const mostStanding = 100;

export async function listStanding(db: Db): Promise<OverrideView[]> {
  const rows = await selectOverrides(db)
    .where('ending.override_id', 'is', null)
    .orderBy('override.id')
    .limit(mostStanding)
    .execute();
  return rows.map(viewOf);
}

export async function getOverride(db: Db, overrideId: string): Promise<OverrideView> {
  const row = await selectOverrides(db).where('override.id', '=', overrideId).executeTakeFirst();
  if (!row) throw new DomainError('override_not_found', { overrideId });
  return viewOf(row);
}

export type Beginning = {
  kind: OverrideKind;
  subjectId?: string;
  subject?: string;
  reason: string;
  hours: number;
};

const titles: Record<OverrideKind, string> = {
  suspension_pause: 'Automatic suspension is paused',
  restoration: 'Customers who were cut lately are restored',
  shut_out: 'A member of staff is locked out',
  shift_takeover: 'A shift is taken over',
  observe_all: 'All routers are only observed',
};

/** Writes down that it begins, and tells the owner. Of a kind (and a person, a shift) only one stands. */
export async function beginOverride(work: Work, { hours, ...beginning }: Beginning): Promise<string> {
  const { kind, subjectId = null, subject = null, reason } = beginning;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`emergency.${kind}`}, 0))`.execute(work.db);
  const standing = await listStanding(work.db);
  if (standing.some((other) => other.kind === kind && other.subjectId === subjectId))
    throw new DomainError('override_stands', { kind });
  const id = newId();
  const until = work.now.add({ hours });
  await work.db
    .insertInto('emergency.overrides')
    .values({
      id,
      kind,
      subject_id: subjectId,
      subject,
      reason,
      started_at: work.now,
      started_by: work.actor.name,
      until,
    })
    .execute();
  await audit(work, 'emergency.started', subjectId ? [id, subjectId] : [id], {
    kind,
    ...(subject ? { subject } : {}),
    until: until.toString(),
    reason,
  });
  await raiseAlarm(work, {
    kind: 'security',
    name: `emergency.${kind}`,
    title: `${titles[kind]}${subject ? ` (${subject})` : ''}.`,
    message: `By ${work.actor.name}, until ${localTime(until, (await getSettings(work.db)).timeZone)} at the latest. Reason: ${reason}`,
    subjectId: id,
  });
  work.announce('emergency', id);
  return id;
}

export type Ending = { note?: string | undefined; reached?: number | undefined };

/** Writes down that it is over; refused when it is already. */
export async function writeEnding(work: Work, overrideId: string, { note, reached }: Ending): Promise<OverrideView> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('emergency.endings')
    .values({
      override_id: overrideId,
      ended_at: work.now,
      ended_by: work.actor.name,
      note: note || null,
      reached: reached ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) throw new DomainError('override_ended', { overrideId });
  const { kind } = await getOverride(work.db, overrideId);
  await audit(work, 'emergency.ended', [overrideId], {
    kind,
    ...(note ? { note } : {}),
    ...(reached === undefined ? {} : { reached }),
  });
  work.announce('emergency', overrideId);
  return getOverride(work.db, overrideId);
}
