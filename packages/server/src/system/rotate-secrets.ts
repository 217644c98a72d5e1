// Seals again, by the key of now, what is sealed by an older one, while the server works: both keys open meanwhile. In small
// batches, each its own transaction: killed anywhere and run again, it does the rest.
import { sql } from 'kysely';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { isSealed, type SealedColumn, type Sealer, sealedFormats } from '#platform/secrets.ts';

const actor: Actor = { kind: 'system', id: null, name: 'secrets' };
const batchSize = 200;

/** Texts that are not sealed by the key of now. A text of no length is that of a thing that is gone. */
function notCurrent(sealer: Sealer, { column, mayBePlain }: SealedColumn) {
  const prefix = sealer.currentPrefix();
  const kept = sql.ref(column);
  const isOther = sql<boolean>`length(${kept}) > 0 and substring(${kept} from 1 for ${prefix.length}) <> ${prefix}`;
  return mayBePlain ? isOther : sql<boolean>`${isOther} and get_byte(${kept}, 0) = any(${[...sealedFormats]})`;
}

export async function countOtherSeals(db: Db, sealer: Sealer, column: SealedColumn): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from ${sql.table(column.table)} where ${notCurrent(sealer, column)}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Answers how many were sealed again. */
export async function sealAgain(
  database: Database,
  sealer: Sealer,
  columns: readonly SealedColumn[],
  isWanted: 'all' | 'plain' = 'all',
): Promise<number> {
  let total = 0;
  for (const column of columns)
    for (let count = 1; count > 0; total += count)
      count = await inTransaction(database, actor, (work) => sealBatch(work, sealer, column, isWanted));
  return total;
}

async function sealBatch(work: Work, sealer: Sealer, column: SealedColumn, isWanted: 'all' | 'plain'): Promise<number> {
  const { table } = column;
  const key = sql`array[${sql.join(column.key.map((name) => sql`${sql.ref(name)}::text`))}]::text[]`;
  const kept = sql.ref(column.column);
  const isPlain = sql<boolean>`length(${kept}) > 0 and get_byte(${kept}, 0) <> all(${[...sealedFormats]})`;
  const { rows } = await sql<{ place: string; key: string[]; kept: Buffer }>`
    select ctid::text as place, ${key} as key, ${kept} as kept from ${sql.table(table)}
    where ${isWanted === 'plain' ? isPlain : notCurrent(sealer, column)} limit ${batchSize} for update`.execute(
    work.db,
  );
  // Locked, so that each stays in its place till the end of the transaction.
  for (const row of rows) {
    const context = column.contextOf(...row.key);
    const text = isSealed(row.kept) ? sealer.open(row.kept, context) : row.kept.toString('utf8');
    await sql`update ${sql.table(table)} set ${kept} = ${sealer.seal(text, context)} where ctid = ${row.place}::tid`.execute(
      work.db,
    );
  }
  return rows.length;
}

/** What an import of earlier left as plain text is sealed at the first look at it. */
export async function sealPlainTexts(
  database: Database,
  sealer: Sealer,
  columns: readonly SealedColumn[],
): Promise<number> {
  return sealAgain(
    database,
    sealer,
    columns.filter(({ mayBePlain }) => mayBePlain),
    'plain',
  );
}
