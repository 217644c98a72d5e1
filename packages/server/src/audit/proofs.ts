import type { AuditProof } from '@lastmile/contract/audit.ts';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { recordsOfDay } from './chain.ts';
import { inclusionProof } from './merkle-rules.ts';

/** What shows, without the rest of the log, that an entry is among those of its day. */
export async function getProof(db: Db, entryId: string): Promise<z.output<typeof AuditProof>> {
  const record = await findRecord(db, entryId);
  if (!record) throw new DomainError('audit_entry_not_found', { entryId });
  const closed = await db
    .selectFrom('audit.days')
    .select(['first_seq as firstSeq', 'root', 'head'])
    .where('day', '=', record.day)
    .executeTakeFirst();
  if (!closed)
    throw new DomainError('audit_day_open', { day: record.day.toString() }, 'the day of this entry is not over yet');
  const leaves = (await recordsOfDay(db, record.day)).map(({ payload }) => payload);
  const index = Number(record.seq - closed.firstSeq);
  return {
    format: 'lastmile-audit-proof-1',
    day: record.day,
    seq: String(record.seq),
    index,
    size: leaves.length,
    payload: record.payload,
    path: inclusionProof(leaves, index).map(hex),
    root: hex(closed.root),
    head: hex(closed.head),
  };
}

async function findRecord(db: Db, entryId: string) {
  return db
    .selectFrom('audit.chain as chain')
    .innerJoin('audit.entries as entry', 'entry.id', 'chain.entry_id')
    .select(['chain.seq', 'chain.day', 'entry.payload'])
    .where('entry.uid', '=', entryId)
    .executeTakeFirst();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
