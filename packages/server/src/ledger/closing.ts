// Months that are closed: what was reported of them stays as it was. Corrections are booked in the open month.
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import { isBefore } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { lastDayOfMonth, openDay, refusalOfClosing } from './closing-rules.ts';

export type Closing = { closedThrough: Temporal.PlainDate; closedBy: string; closedAt: Temporal.Instant };

export async function findClosing(db: Db): Promise<Closing | undefined> {
  return db
    .selectFrom('ledger.closing')
    .select(['closed_through as closedThrough', 'closed_by as closedBy', 'closed_at as closedAt'])
    .executeTakeFirst();
}

export async function findClosedThrough(db: Db): Promise<Temporal.PlainDate | undefined> {
  return (await findClosing(db))?.closedThrough;
}

/** The day on which what belongs to a day is booked: itself, or the first one that is not closed. */
export async function findOpenDay(db: Db, day: Temporal.PlainDate): Promise<Temporal.PlainDate> {
  return openDay(day, await findClosedThrough(db));
}

/** Whoever books shares this until his commit, who closes has it alone: nothing is booked behind a closing's back. */
export async function holdClosing(work: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended('ledger.closing', 0))`.execute(work.db);
}

async function lockClosing(work: Work): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('ledger.closing', 0))`.execute(work.db);
}

const refusals = {
  not_a_month: 'must be the last day of a month',
  month_not_over: 'is in a month that is not over',
  closed_already: 'is closed already',
  not_earned_yet: 'has days whose revenue is not booked yet: wait for the next run of the hour',
};

/** Closes all months through a day. `earnedBefore`: the first day that is not booked as earned. */
export async function closeBooks(
  work: Work,
  through: Temporal.PlainDate,
  books: { today: Temporal.PlainDate; earnedBefore: Temporal.PlainDate | undefined },
): Promise<void> {
  await lockClosing(work);
  const closedThrough = await findClosedThrough(work.db);
  const refusal = refusalOfClosing(through, { ...books, closedThrough });
  if (refusal)
    throw fieldError(
      refusal === 'closed_already' ? 'month_closed' : 'month_not_closable',
      'through',
      refusals[refusal],
      {
        reason: refusal,
        closedThrough: closedThrough?.toString() ?? null,
      },
    );
  const closing = { closed_through: through, closed_by: work.actor.name, closed_at: work.now };
  await work.db
    .insertInto('ledger.closing')
    .values(closing)
    .onConflict((conflict) => conflict.column('is_the_only_row').doUpdateSet(closing))
    .execute();
  await audit(work, 'books.closed', [], {
    closedThrough: through.toString(),
    before: closedThrough?.toString() ?? null,
  });
  announceBooks(work);
}

/** Opens a month and all after it again, for a stated reason. */
export async function reopenBooks(work: Work, from: Temporal.PlainDate, reason: string): Promise<void> {
  await lockClosing(work);
  const closing = await findClosing(work.db);
  if (!closing || isBefore(closing.closedThrough, from)) throw new DomainError('month_open', { from: from.toString() });
  const closedThrough = lastDayOfMonth(from.subtract({ months: 1 }));
  const first = await findFirstPosting(work.db);
  // Nothing was ever booked before it: then nothing is closed.
  if (!first || isBefore(closedThrough, first)) await work.db.deleteFrom('ledger.closing').execute();
  else await work.db.updateTable('ledger.closing').set({ closed_through: closedThrough }).execute();
  await audit(work, 'books.reopened', [], {
    from: lastDayOfMonth(closedThrough).add({ days: 1 }).toString(),
    before: closing.closedThrough.toString(),
    reason,
  });
  announceBooks(work);
}

/** The first day on which anything was booked. */
export async function findFirstPosting(db: Db): Promise<Temporal.PlainDate | undefined> {
  const { first } = await db
    .selectFrom('ledger.journals')
    .select((e) => e.fn.min('posted_on').as('first'))
    .executeTakeFirstOrThrow();
  return first ?? undefined;
}

function announceBooks(work: Work): void {
  work.announce('invoice', '*');
}
