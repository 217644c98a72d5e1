// The invoicing that nobody asked for. A clock that is wrong by a year would have it charge everybody for a year, so it goes on
// by itself only from where it was; after a long gap a person looks at the plan first, and his run lets the next ones go on.
import type { Actor, Database, Db } from '#platform/db.ts';
import { type InvoiceRunView, runInvoicing } from './invoice-runs.ts';
import { getToday } from './invoices.ts';
import { getPolicy } from './policy.ts';

// A month and a few days: at worst a monthly subscription is charged for one period too many.
const longestGapDays = 35;

/** The day of the last run, where it is so long ago that a person is to look first; null: the schedule may go on. */
export async function findGapBeforeRun(db: Db, now: Temporal.Instant): Promise<Temporal.PlainDate | null> {
  const { day } = await db
    .selectFrom('billing.invoice_runs')
    .select((e) => e.fn.max('day').as('day'))
    .executeTakeFirstOrThrow();
  const today = await getToday(db, now);
  return day && Temporal.PlainDate.compare(day.add({ days: longestGapDays }), today) < 0 ? day : null;
}

/** Answers with nothing where it is switched off, or waits for a person. */
export async function runScheduledInvoicing(database: Database, actor: Actor): Promise<InvoiceRunView | undefined> {
  if (!(await getPolicy(database.db)).isAutomatic) return undefined;
  if (await findGapBeforeRun(database.db, database.clock.now())) return undefined;
  return runInvoicing(database, actor);
}
