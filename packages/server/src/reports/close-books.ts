// Closing a month of the books: what decides it lies in two rooms, where money is and what is earned.
import type { BooksClosing } from '@lastmile/contract/books.ts';
import type { z } from 'zod';
import { getToday } from '#billing/invoices.ts';
import { findEarnedBefore } from '#billing/recognition.ts';
import { closeBooks, findClosing, findFirstPosting, reopenBooks } from '#ledger/closing.ts';
import { startOfMonth } from '#platform/dates.ts';
import type { Db, Work } from '#platform/db.ts';

type BooksClosingView = z.output<typeof BooksClosing>;

export async function getClosing(db: Db, now: Temporal.Instant): Promise<BooksClosingView> {
  const closing = await findClosing(db);
  const lastEnded = startOfMonth(await getToday(db, now)).subtract({ days: 1 });
  const earnedBefore = await findEarnedBefore(db);
  const first = await findFirstPosting(db);
  const isOpen = !closing || Temporal.PlainDate.compare(closing.closedThrough, lastEnded) < 0;
  const hasBookings = first !== undefined && Temporal.PlainDate.compare(first, lastEnded) <= 0;
  return {
    closedThrough: closing?.closedThrough ?? null,
    closedBy: closing?.closedBy ?? null,
    closedAt: closing?.closedAt ?? null,
    closableThrough: isOpen && hasBookings ? lastEnded : null,
    isEarned: !earnedBefore || Temporal.PlainDate.compare(lastEnded, earnedBefore) < 0,
  };
}

export async function closeMonths(work: Work, through: Temporal.PlainDate): Promise<BooksClosingView> {
  const today = await getToday(work.db, work.now);
  await closeBooks(work, through, { today, earnedBefore: await findEarnedBefore(work.db) });
  return getClosing(work.db, work.now);
}

export async function reopenMonths(
  work: Work,
  { from, reason }: { from: Temporal.PlainDate; reason: string },
): Promise<BooksClosingView> {
  await reopenBooks(work, from, reason);
  return getClosing(work.db, work.now);
}
