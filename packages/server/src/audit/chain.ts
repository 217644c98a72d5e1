// Gives every entry its place in the chain, in one order without gaps, a moment after its commit (decision 0011). Whoever
// writes an entry waits for nobody: only this act looks at the head, and only one process does it at a time.
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { chainOf, genesisHash, type Hash } from './chain-rules.ts';
import { merkleRoot } from './merkle-rules.ts';
import { signatureOf } from './payload-rules.ts';

export type Head = { seq: bigint; hash: Hash; day: Temporal.PlainDate | null };

/** A batch is one look at the head; its rows are some hundred bytes each. */
const batchSize = 1000;

// By a name, like all locks: two numbers out of the air were the same once, and the overdue check found itself busy.
const chainLock = 'audit.chain';

export async function getHead(db: Db): Promise<Head> {
  const row = await db
    .selectFrom('audit.chain')
    .select(['seq', 'hash', 'day'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? { seq: 0n, hash: genesisHash, day: null };
}

/** Chains what waits, at most a batch of it; undefined while another process is at it. */
export async function chainEntries(
  work: Work,
  today: Temporal.PlainDate,
): Promise<{ taken: number; before: Head; head: Head } | undefined> {
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${chainLock}, 0)) as "isOurs"`.execute(work.db);
  if (!rows[0]?.isOurs) return undefined;
  const waiting = await work.db
    .selectFrom('audit.unchained as waiting')
    .leftJoin('audit.entries as entry', 'entry.id', 'waiting.entry_id')
    .select(['waiting.entry_id as id', 'entry.payload'])
    .orderBy('waiting.entry_id')
    .limit(batchSize)
    .execute();
  const last = await getHead(work.db);
  // The operator's day never goes back, also when he moves to another time zone.
  const day = last.day && Temporal.PlainDate.compare(last.day, today) > 0 ? last.day : today;
  if (last.day && !last.day.equals(day)) await closeDay(work, last.day);
  if (waiting.length === 0) return { taken: 0, before: last, head: last };
  // An entry that was removed while it waited: its place shows that it is missing.
  const payloads = waiting.map(({ payload }) => Buffer.from(payload ?? ''));
  const hashes = chainOf(payloads, last.hash);
  const records = waiting.map(({ id }, index) => {
    const seq = last.seq + 1n + BigInt(index);
    const hash = Buffer.from(hashes[index] as Hash);
    return { seq, entry_id: id, hash, mac: recordSignature(work.signingKey, seq, hash), day, chained_at: work.now };
  });
  await work.db.insertInto('audit.chain').values(records).execute();
  await work.db
    .deleteFrom('audit.unchained')
    .where(
      'entry_id',
      'in',
      waiting.map(({ id }) => id),
    )
    .execute();
  const newest = records.at(-1);
  return {
    taken: records.length,
    before: last,
    head: newest ? { seq: newest.seq, hash: newest.hash, day } : last,
  };
}

export function recordSignature(key: Buffer | undefined, seq: bigint, hash: Hash): Buffer | null {
  return key ? signatureOf(key, 'record', Buffer.from(String(seq)), hash) : null;
}

export type ClosedDay = {
  day: Temporal.PlainDate;
  firstSeq: bigint;
  lastSeq: bigint;
  root: Hash;
  head: Hash;
};

export function daySignature(key: Buffer | undefined, closed: ClosedDay): Buffer | null {
  if (!key) return null;
  const words = `${closed.day} ${closed.firstSeq} ${closed.lastSeq}`;
  return signatureOf(key, 'day', Buffer.from(words), closed.root, closed.head);
}

/** Writes down the root of a day that is over. */
async function closeDay(work: Work, day: Temporal.PlainDate): Promise<void> {
  const exists = await work.db.selectFrom('audit.days').select('day').where('day', '=', day).executeTakeFirst();
  if (exists) return;
  const records = await recordsOfDay(work.db, day);
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return;
  const closed = {
    day,
    firstSeq: first.seq,
    lastSeq: last.seq,
    root: merkleRoot(records.map(({ payload }) => payload)),
    head: last.hash,
  };
  await work.db
    .insertInto('audit.days')
    .values({
      day,
      first_seq: closed.firstSeq,
      last_seq: closed.lastSeq,
      root: Buffer.from(closed.root),
      head: Buffer.from(closed.head),
      mac: daySignature(work.signingKey, closed),
      closed_at: work.now,
    })
    .execute();
}

export type ChainedPayload = { seq: bigint; payload: Buffer; hash: Buffer };

/** All records of a day, in their order: the leaves of its tree. */
export async function recordsOfDay(db: Db, day: Temporal.PlainDate): Promise<ChainedPayload[]> {
  const records: ChainedPayload[] = [];
  for (let after = 0n; ; ) {
    const rows = await db
      .selectFrom('audit.chain as chain')
      .leftJoin('audit.entries as entry', 'entry.id', 'chain.entry_id')
      .select(['chain.seq', 'chain.hash', 'entry.payload'])
      .where('chain.day', '=', day)
      .where('chain.seq', '>', after)
      .orderBy('chain.seq')
      .limit(partSize)
      .execute();
    for (const { seq, hash, payload } of rows) records.push({ seq, hash, payload: Buffer.from(payload ?? '') });
    const last = rows.at(-1);
    if (!last || rows.length < partSize) return records;
    after = last.seq;
  }
}

/** How many records are read at once where all are needed. */
export const partSize = 5000;

export async function listClosedDays(db: Db, limit: number): Promise<(ClosedDay & { closedAt: Temporal.Instant })[]> {
  return db
    .selectFrom('audit.days')
    .select(['day', 'first_seq as firstSeq', 'last_seq as lastSeq', 'root', 'head', 'closed_at as closedAt'])
    .orderBy('day', 'desc')
    .limit(limit)
    .execute();
}
