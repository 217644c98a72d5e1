// What the program tells of itself, beside the audit log, which holds what people did. Events are kept for a while and then go.
import type { eventKinds, eventLevels, SystemEvent } from '@lastmile/contract/system.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { addMessage } from '#notifications/outbox.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';

type EventKind = (typeof eventKinds)[number];
type EventLevel = (typeof eventLevels)[number];
export type SystemEventView = z.output<typeof SystemEvent>;

export type NewEvent = {
  kind: EventKind;
  level: EventLevel;
  /** Like an audit action: `router.unreachable`. */
  name: string;
  message: string;
  subjectId?: string | null;
  /** What it is about: an event of this key is told once. */
  dedupeKey?: string;
};

const longestMessage = 1000;

/** Writes an event down; false when there is one of this key. */
export async function recordEvent(work: Work, event: NewEvent): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('system.events')
    .values({
      at: work.now,
      kind: event.kind,
      level: event.level,
      name: event.name,
      message: event.message.slice(0, longestMessage),
      subject_id: event.subjectId ?? null,
      dedupe_key: event.dedupeKey ?? null,
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .executeTakeFirstOrThrow();
  const isNew = numInsertedOrUpdatedRows !== 0n;
  if (isNew) work.announce('event', '*');
  return isNew;
}

export type Alarm = Omit<NewEvent, 'level'> & { title: string };

/** An event that rings on the owner's pages until he has seen it, and that is mailed to him where he gave an address. */
export async function raiseAlarm(work: Work, { title, ...event }: Alarm): Promise<void> {
  const isNew = await recordEvent(work, { ...event, level: 'alarm', message: `${title} ${event.message}` });
  if (isNew) await mailOwner(work, 'alarm', { title, text: event.message });
}

/** Nothing where the owner gave no address. */
export async function mailOwner(
  work: Work,
  kind: 'alarm' | 'audit_root',
  facts: { title: string; text: string; dedupeKey?: string },
): Promise<boolean> {
  const { ownerEmail, providerName, language } = await getSettings(work.db);
  if (!ownerEmail) return false;
  const { dedupeKey, ...said } = facts;
  return addMessage(work, {
    kind,
    customerId: null,
    toAddress: ownerEmail,
    language,
    facts: { providerName, customerName: ownerEmail, ...said },
    ...(dedupeKey ? { dedupeKey } : {}),
  });
}

export type EventQuery = PageRequest & {
  kind?: EventKind | undefined;
  level?: EventLevel | undefined;
  search?: string | undefined;
};

export async function listEvents(
  db: Db,
  { kind, level, search, after, limit }: EventQuery,
): Promise<Page<SystemEventView> & { ringingCount: number }> {
  const key = keyOf(after, 'number');
  const rows = await db
    .selectFrom('system.events')
    .select(['id', 'at', 'kind', 'level', 'name', 'message', 'subject_id as subjectId'])
    .select(['seen_at as seenAt', 'seen_by as seenBy'])
    .$if(kind !== undefined, (q) => q.where('kind', '=', kind ?? ''))
    .$if(level !== undefined, (q) => q.where('level', '=', level ?? ''))
    .$if(Boolean(search?.trim()), (q) =>
      q.where(sql<boolean>`lower(name || ' ' || message) like lower(${likePattern(search ?? '')})`),
    )
    .$if(key !== undefined, (q) => q.where('id', '<', BigInt(key?.[0] ?? 0)))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = pageOf(rows, limit, (row) => [String(row.id)]);
  return {
    next: page.next,
    items: page.items.map((row) => ({
      ...row,
      id: String(row.id),
      kind: row.kind as EventKind,
      level: row.level as EventLevel,
    })),
    ringingCount: await countRinging(db),
  };
}

export async function countRinging(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('system.events')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('level', '=', 'alarm')
    .where('seen_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Somebody has seen all alarms up to one: they ring no more. */
export async function silenceAlarms(work: Work, upToId: string): Promise<void> {
  const { numUpdatedRows } = await work.db
    .updateTable('system.events')
    .set({ seen_at: work.now, seen_by: work.actor.name })
    .where('level', '=', 'alarm')
    .where('seen_at', 'is', null)
    .where('id', '<=', BigInt(upToId))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DomainError('event_not_found', { eventId: upToId }, 'no alarm rings any more');
  await audit(work, 'event.alarms_silenced', [], { count: Number(numUpdatedRows) });
  work.announce('event', '*');
}

// So many go at once: the first sweep after a long pause must not lock the table.
const swept = 5000;

/** What is older than the setting says goes. An alarm that nobody has seen stays. */
export async function sweepEvents(work: Work): Promise<void> {
  const { eventDays } = await getSettings(work.db);
  const before = work.now.subtract({ hours: 24 * eventDays });
  await sql`
    delete from system.events where id in (
      select id from system.events where at < ${before} and not (level = 'alarm' and seen_at is null) order by at limit ${swept})`.execute(
    work.db,
  );
}
