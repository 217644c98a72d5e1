import type { AuditEntry } from '@lastmile/contract/audit.ts';
import { type Insertable, sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import type { DB } from '#platform/tables.ts';
import { type EntryContents, payloadOf, plainDetails, signatureOf } from './payload-rules.ts';

/**
 * Writes what was done to the audit log, in the transaction that did it. `about` are the ids of the things concerned.
 * Details: a change is `field: [before, after]`, `reason` is why it was done; secrets are masked here once more.
 */
export function audit(
  work: Work,
  action: string,
  about: readonly string[],
  details: Record<string, unknown> = {},
): Promise<void> {
  return auditEach(work, action, [{ about, details }]);
}

type Deed = { about: readonly string[]; details: Record<string, unknown> };

// PostgreSQL takes 65,535 values in a statement, and an entry has fifteen.
const mostPerStatement = 1000;

/** The same act on many things, an entry each. */
export async function auditEach(work: Work, action: string, deeds: readonly Deed[]): Promise<void> {
  for (let from = 0; from < deeds.length; from += mostPerStatement) {
    const rows = deeds.slice(from, from + mostPerStatement).map((deed) => rowOf(work, action, deed));
    await work.db.insertInto('audit.entries').values(rows).execute();
  }
  for (const { about } of deeds) work.announce('audit', about[0] ?? '*');
}

function rowOf(work: Work, action: string, { about, details }: Deed): Insertable<DB['audit.entries']> {
  const { actor } = work;
  const plain = plainDetails(details);
  const entry: EntryContents = {
    uid: newId(),
    // PostgreSQL keeps microseconds.
    at: work.now.round({ smallestUnit: 'microsecond', roundingMode: 'floor' }),
    actorKind: actor.kind,
    actorId: actor.id?.toLowerCase() ?? null,
    actorName: actor.name,
    role: actor.role ?? null,
    address: actor.address ?? null,
    via: actor.via ?? null,
    action,
    about: about.map((id) => id.toLowerCase()),
    details: plain,
    reason: typeof plain.reason === 'string' ? plain.reason : null,
  };
  const payload = payloadOf(entry);
  return {
    uid: entry.uid,
    at: entry.at,
    actor_kind: entry.actorKind,
    actor_id: entry.actorId,
    actor_name: entry.actorName,
    role: entry.role,
    address: entry.address,
    via: entry.via,
    action,
    about: [...entry.about],
    details: JSON.stringify(plain),
    reason: entry.reason,
    payload,
    mac: work.signingKey ? signatureOf(work.signingKey, 'entry', Buffer.from(payload)) : null,
  };
}

type Entry = z.output<typeof AuditEntry>;

/** The columns that an entry's payload is made of. */
export const contentColumns = [
  'entry.uid',
  'entry.at',
  'entry.actor_kind as actorKind',
  'entry.actor_id as actorId',
  'entry.actor_name as actorName',
  'entry.role',
  'entry.address',
  'entry.via',
  'entry.action',
  'entry.about',
  'entry.details',
  'entry.reason',
] as const;

export type AuditFilter = {
  about?: string | undefined;
  actor?: string | undefined;
  /** A whole action, or the room that it begins with. */
  action?: string | undefined;
  search?: string | undefined;
  since?: Temporal.Instant | undefined;
  until?: Temporal.Instant | undefined;
};

export async function listAuditEntries(
  db: Db,
  query: PageRequest & AuditFilter,
  actorIds?: readonly string[],
): Promise<Page<Entry>> {
  const key = keyOf(query.after, 'number');
  const { about, actor, action, search, since, until } = query;
  const rows = await db
    .selectFrom('audit.entries as entry')
    .leftJoin('audit.chain as chain', 'chain.entry_id', 'entry.id')
    .select(['entry.id', 'chain.seq', ...contentColumns])
    .$if(about !== undefined, (q) => q.where(sql<boolean>`entry.about @> array[${about}]::uuid[]`))
    .$if(actorIds !== undefined, (q) => q.where(sql<boolean>`entry.actor_id = any(${actorIds}::uuid[])`))
    .$if(actor !== undefined, (q) => q.where('entry.actor_id', '=', actor ?? ''))
    .$if(Boolean(action), (q) =>
      action?.includes('.')
        ? q.where('entry.action', '=', action)
        : q.where('entry.action', 'like', `${likePattern(action ?? '').slice(1, -1)}.%`),
    )
    .$if(Boolean(search?.trim()), (q) =>
      q.where(sql<boolean>`lower(entry.payload) like lower(${likePattern(search ?? '')})`),
    )
    .$if(since !== undefined, (q) => q.where('entry.at', '>=', since ?? Temporal.Now.instant()))
    .$if(until !== undefined, (q) => q.where('entry.at', '<', until ?? Temporal.Now.instant()))
    .$if(key !== undefined, (q) => q.where('entry.id', '<', BigInt(key?.[0] ?? 0)))
    .orderBy('entry.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [String(row.id)]);
  return {
    next: page.next,
    items: page.items.map((row) => ({
      id: row.uid,
      seq: row.seq === null ? null : String(row.seq),
      at: row.at,
      actor: {
        kind: row.actorKind as Entry['actor']['kind'],
        id: row.actorId,
        name: row.actorName,
        role: row.role,
        via: row.via,
      },
      address: row.address,
      action: row.action,
      about: row.about,
      reason: row.reason,
      details: row.details as Entry['details'],
    })),
  };
}
