// What was booked, added up by days and kinds, so that a report over a million postings reads some thousand rows. The job takes
// postings into the sums some time after they were booked; whoever reads adds those that are not in them yet.
import { type RawBuilder, sql } from 'kysely';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';

/**
 * All that was booked: rows of posted_on, journal_kind, debit_kind, credit_kind, currency and amount_minor. The mark is read twice:
 * within the statement, which sees it and the sums at one moment, and before it as a number, by which the planner knows that few
 * postings are left. It only rises, so the number never leaves one out.
 */
export async function bookedByDay(db: Db): Promise<RawBuilder<unknown>> {
  const { through_id: atLeast } = await db
    .selectFrom('ledger.sums_mark')
    .select('through_id')
    .executeTakeFirstOrThrow();
  const postings = sql`posting.id > ${atLeast} and posting.id > (select through_id from ledger.sums_mark)`;
  return sql`
    select posted_on, journal_kind, debit_kind, credit_kind, currency, amount_minor from ledger.daily_sums
    union all ${sumsOf(postings)}`;
}

function sumsOf(postings: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select journal.posted_on, journal.kind, debit.kind, credit.kind, posting.currency, sum(posting.amount_minor)
    from ledger.postings posting
    join ledger.journals journal on journal.id = posting.journal_id
    join ledger.accounts debit on debit.id = posting.debit_id
    join ledger.accounts credit on credit.id = posting.credit_id
    where ${postings} group by 1, 2, 3, 4, 5`;
}

/** By months: the kept sums against the postings that are in them, as rows of month, currency, kept and posted where they differ. */
export const differencesOfSums = sql`
  select month, currency, sum(kept) as kept, sum(posted) as posted from (
    select to_char(posted_on, 'YYYY-MM') as month, currency,
      coalesce(kept.amount_minor, 0) as kept, coalesce(posted.amount_minor, 0) as posted
    from ledger.daily_sums kept
    full join (${sumsOf(sql`posting.id <= (select through_id from ledger.sums_mark)`)})
      posted (posted_on, journal_kind, debit_kind, credit_kind, currency, amount_minor)
      using (posted_on, journal_kind, debit_kind, credit_kind, currency)
  ) day where kept <> posted group by month, currency`;

// A second's work, so that nobody waits long for it and a kill loses little.
const heapSize = 100_000;

/** Takes into the sums what is committed for good. It may be killed, run twice and run late. Answers how many heaps it took. */
export async function addUpPostings(database: Database, actor: Actor, size = heapSize): Promise<number> {
  await inTransaction(database, actor, chooseNext);
  let heaps = 0;
  while (await inTransaction(database, actor, (work) => takeHeap(work, size))) heaps++;
  return heaps;
}

/**
 * The newest posting becomes the next mark. A transaction gets its number with its journal, before the ids of its postings: so
 * whoever holds a smaller id uncommitted has a smaller number than this one, which is drawn after the newest posting was seen.
 * (The upper end of the snapshot would not do: transactions above it may have begun before.) A mark of a number that was
 * never drawn here came with a backup of another database, and is chosen anew.
 */
async function chooseNext(work: Work): Promise<void> {
  await sql`
    update ledger.sums_mark set next_id = newest.id, next_xid = pg_current_xact_id()
    from (select max(id) as id from ledger.postings) newest
    where newest.id > through_id and (next_id is null or next_xid >= pg_snapshot_xmax(pg_current_snapshot()))`.execute(
    work.db,
  );
}

/** False: nothing is left, or somebody still has an earlier posting in his hands. */
async function takeHeap(work: Work, size: number): Promise<boolean> {
  const { rows } = await sql<{ after: bigint; next: bigint }>`
    select through_id as after, next_id as next from ledger.sums_mark
    where next_xid <= pg_snapshot_xmin(pg_current_snapshot()) for update`.execute(work.db);
  const [mark] = rows;
  if (!mark) return false;
  const { rows: heap } = await sql<{ through: bigint | null }>`
    select max(id) as through from (
      select id from ledger.postings where id > ${mark.after} and id <= ${mark.next} order by id limit ${size}
    ) heap`.execute(work.db);
  const through = heap[0]?.through ?? mark.next;
  await sql`
    insert into ledger.daily_sums as known (posted_on, journal_kind, debit_kind, credit_kind, currency, amount_minor)
    ${sumsOf(sql`posting.id > ${mark.after} and posting.id <= ${through}`)}
    on conflict (posted_on, journal_kind, debit_kind, credit_kind, currency)
    do update set amount_minor = known.amount_minor + excluded.amount_minor`.execute(work.db);
  const isReached = through === mark.next;
  await work.db
    .updateTable('ledger.sums_mark')
    .set({ through_id: through, ...(isReached ? { next_id: null, next_xid: null } : {}) })
    .execute();
  return true;
}
