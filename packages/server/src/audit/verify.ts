// Reads the whole log again and says what is not as it was written, and where.
import type { AuditProblem } from '@lastmile/contract/audit.ts';
import type { z } from 'zod';
import type { Db } from '#platform/db.ts';
import { daySignature, getHead, partSize, recordSignature, recordsOfDay } from './chain.ts';
import {
  type Anchor,
  type ChainRecord,
  genesisHash,
  type Hash,
  isSameHash,
  nextHash,
  verifyChain,
} from './chain-rules.ts';
import { contentColumns } from './entries.ts';
import { merkleRoot } from './merkle-rules.ts';
import { type EntryContents, isPayloadOf, isSigned, signatureOf } from './payload-rules.ts';
import type { SigningKey } from './signing-key.ts';

export type Problem = z.output<typeof AuditProblem>;

export type Verification = {
  isSound: boolean;
  /** Records looked at, the first of them, and where the chain ends. */
  count: number;
  firstSeq: bigint;
  head: { seq: bigint; hash: Hash };
  /** Entries of the last moment that wait for their place. */
  waiting: number;
  problems: Problem[];
};

export type VerifyOptions = {
  signing?: SigningKey | undefined;
  anchors?: readonly Anchor[];
  /** From the first record of this day on. */
  since?: Temporal.PlainDate | undefined;
};

/** What a log is verified with: its key, and what was told outside of the database. */
export type LogWitness = Pick<VerifyOptions, 'signing'> & {
  anchors: { readAnchors(): Promise<NonNullable<VerifyOptions['anchors']>> };
};

/** A log that was torn to pieces is not listed piece by piece. */
const maxProblems = 100;

export async function verifyLog(db: Db, options: VerifyOptions = {}): Promise<Verification> {
  const head = await getHead(db);
  const start = await startOf(db, options.since);
  const problems: Problem[] = [];
  let [seq, hash] = [start.seq, start.hash];
  let count = 0;
  while (problems.length < maxProblems) {
    const rows = await readPart(db, seq, head.seq);
    if (rows.length === 0) break;
    const anchors = (options.anchors ?? []).filter(
      (anchor) => anchor.seq > seq && anchor.seq <= (rows.at(-1)?.seq ?? 0n),
    );
    problems.push(
      ...chainProblems(rows, { seq, hash }, anchors),
      ...rows.flatMap((row) => entryProblems(row, options)),
    );
    count += rows.length;
    seq = rows.at(-1)?.seq ?? seq;
    hash = rows.at(-1)?.hash ?? hash;
  }
  const beyond = (options.anchors ?? []).filter((anchor) => anchor.seq > head.seq);
  if (beyond.length > 0)
    problems.push({ kind: 'truncated', seq: head.seq + 1n, entryId: null, at: null, action: null, actor: null });
  problems.push(...(await dayProblems(db, options, start.seq)));
  if (!options.since) problems.push(...(await strayProblems(db)));
  const found = ordered(problems);
  return {
    isSound: found.length === 0,
    count,
    firstSeq: start.seq + 1n,
    head: { seq: head.seq, hash: head.hash },
    waiting: await countWaiting(db),
    problems: found.slice(0, maxProblems),
  };
}

type Row = EntryContents & {
  seq: bigint;
  entryId: bigint;
  hash: Buffer;
  recordMac: Buffer | null;
  payload: string | null;
  mac: Buffer | null;
};

async function startOf(db: Db, since: Temporal.PlainDate | undefined): Promise<{ seq: bigint; hash: Hash }> {
  if (!since) return { seq: 0n, hash: genesisHash };
  const before = await db
    .selectFrom('audit.chain')
    .select(['seq', 'hash'])
    .where('day', '<', since)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return before ?? { seq: 0n, hash: genesisHash };
}

async function readPart(db: Db, after: bigint, until: bigint): Promise<Row[]> {
  const rows = await db
    .selectFrom('audit.chain as chain')
    .leftJoin('audit.entries as entry', 'entry.id', 'chain.entry_id')
    .select(['chain.seq', 'chain.entry_id as entryId', 'chain.hash', 'chain.mac as recordMac'])
    .select([...contentColumns, 'entry.payload', 'entry.mac'])
    .where('chain.seq', '>', after)
    .where('chain.seq', '<=', until)
    .orderBy('chain.seq')
    .limit(partSize)
    .execute();
  return rows as unknown as Row[];
}

/** What the chain shows: each fault once, however far it spreads. */
function chainProblems(rows: Row[], start: { seq: bigint; hash: Hash }, anchors: readonly Anchor[]): Problem[] {
  const problems: Problem[] = [];
  const records: ChainRecord[] = rows.map((row) => ({ seq: row.seq, payload: bytesOf(row), hash: row.hash }));
  let [from, hash, seq] = [0, start.hash, start.seq];
  while (from < rows.length && problems.length < maxProblems) {
    const verdict = verifyChain(
      records.slice(from),
      anchors.filter((anchor) => anchor.seq > seq),
      hash,
      seq,
    );
    if (verdict.isValid || verdict.reason === 'truncated') break;
    const at = rows.findIndex((row) => row.seq === verdict.firstBadSeq);
    const row = rows[at] as Row;
    if (verdict.reason === 'sequence_gap') {
      for (
        let missing = seq + BigInt(at - from) + 1n;
        missing < row.seq && problems.length < maxProblems;
        missing += 1n
      )
        problems.push({ ...nothing, kind: 'removed', seq: missing });
      // The record after a gap stands on one that we do not have.
      from = at + 1;
    } else {
      const previous = at === 0 ? start.hash : (rows[at - 1] as Row).hash;
      problems.push(described(row, verdict.reason === 'anchor_mismatch' ? 'rewritten' : faultOf(row, previous, rows)));
      from = at + 1;
    }
    // Go on from what stands there, so that what comes after is judged by itself.
    hash = row.hash;
    seq = row.seq;
  }
  return problems;
}

function faultOf(row: Row, previous: Hash, rows: Row[]): Problem['kind'] {
  if (row.payload === null) return 'removed';
  const isElsewhere = rows.some(
    (other) => other !== row && other.payload !== null && isSameHash(nextHash(previous, bytesOf(other)), row.hash),
  );
  return isElsewhere ? 'reordered' : 'changed';
}

function bytesOf(row: Row): Buffer {
  return Buffer.from(row.payload ?? '');
}

/** What the chain cannot show: columns that say something else, and hands that had no key. */
function entryProblems(row: Row, { signing }: VerifyOptions): Problem[] {
  if (row.payload === null) return [described(row, 'removed')];
  if (!isPayloadOf(row.payload, row)) return [described(row, 'changed')];
  if (!signing) return [];
  const wanted = signatureOf(signing.key, 'entry', bytesOf(row));
  if (row.entryId > signing.unsignedUntil && !isSigned(row.mac, wanted)) return [described(row, 'inserted')];
  const record = recordSignature(signing.key, row.seq, row.hash);
  if (!record || !isSigned(row.recordMac, record)) return [described(row, 'rewritten')];
  return [];
}

/** The roots that were written down each midnight. */
async function dayProblems(db: Db, { signing }: VerifyOptions, after: bigint): Promise<Problem[]> {
  const days = await db
    .selectFrom('audit.days')
    .select(['day', 'first_seq as firstSeq', 'last_seq as lastSeq', 'root', 'head', 'mac'])
    .where('first_seq', '>', after)
    .orderBy('day')
    .execute();
  const problems: Problem[] = [];
  for (const closed of days) {
    const records = await recordsOfDay(db, closed.day);
    const isRootRight = isSameHash(merkleRoot(records.map(({ payload }) => payload)), closed.root);
    const wanted = signing ? daySignature(signing.key, closed) : null;
    const isOurs = wanted === null || isSigned(closed.mac, wanted);
    if (!isRootRight || !isOurs) problems.push({ ...nothing, kind: 'day_differs', seq: closed.firstSeq });
  }
  return problems;
}

/** Entries that neither have a place nor wait for one: put in with the triggers switched off. */
async function strayProblems(db: Db): Promise<Problem[]> {
  const strays = await db
    .selectFrom('audit.entries as entry')
    .leftJoin('audit.chain as chain', 'chain.entry_id', 'entry.id')
    .leftJoin('audit.unchained as waiting', 'waiting.entry_id', 'entry.id')
    .select(['entry.id as entryId', 'entry.at', 'entry.action', 'entry.actor_name as actor'])
    .where('chain.seq', 'is', null)
    .where('waiting.entry_id', 'is', null)
    .limit(maxProblems)
    .execute();
  return strays.map((stray) => ({ ...stray, entryId: String(stray.entryId), kind: 'inserted', seq: null }));
}

async function countWaiting(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('audit.unchained')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const nothing = { seq: null, entryId: null, at: null, action: null, actor: null };

function described(row: Row, kind: Problem['kind']): Problem {
  return { kind, seq: row.seq, entryId: String(row.entryId), at: row.at, action: row.action, actor: row.actorName };
}

/** In the order of the log, and each place once. */
function ordered(problems: Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems
    .toSorted((a, b) => Number((a.seq ?? 0n) - (b.seq ?? 0n)))
    .filter(({ kind, seq, entryId }) => {
      const place = kind === 'day_differs' ? `day ${seq}` : `${seq} ${entryId}`;
      return !seen.has(place) && seen.add(place);
    });
}
