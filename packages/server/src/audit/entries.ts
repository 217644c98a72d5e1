import type { AuditEntry } from '@lastmile/contract/audit.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Work } from '#platform/db.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';

/**
 * Writes what was done to the audit log, in the transaction that did it. `about` are the ids of the things concerned;
 * the details must hold no secret.
 */
export async function audit(
  work: Work,
  action: string,
  about: readonly string[],
  details: Record<string, unknown> = {},
): Promise<void> {
  await work.db
    .insertInto('audit.entries')
    .values({
      at: work.now,
      actor_kind: work.actor.kind,
      actor_id: work.actor.id,
      actor_name: work.actor.name,
      action,
      about: [...about],
      details: JSON.stringify(details),
    })
    .execute();
  work.announce('audit', about[0] ?? '*');
}

type Entry = z.output<typeof AuditEntry>;

export async function listAuditEntries(
  db: Db,
  query: PageRequest & { about?: string | undefined },
): Promise<Page<Entry>> {
  const key = keyOf(query.after, 'number');
  const rows = await db
    .selectFrom('audit.entries')
    .select(['id', 'at', 'actor_kind as actorKind', 'actor_name as actorName', 'action', 'details'])
    .$if(query.about !== undefined, (q) => q.where(sql<boolean>`about @> array[${query.about}]::uuid[]`))
    .$if(key !== undefined, (q) => q.where('id', '<', BigInt(key?.[0] ?? 0)))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [String(row.id)]);
  return {
    next: page.next,
    items: page.items.map(({ id, at, actorKind, actorName, action, details }) => ({
      id: String(id),
      at,
      actor: { kind: actorKind as Entry['actor']['kind'], name: actorName },
      action,
      details: details as Entry['details'],
    })),
  };
}
