// The invoicing that nobody asked for. A clock that is wrong by a year would have it charge everybody for a year, so it goes on
// by itself only from where it was; after a long gap a person looks at the plan first, and his run lets the next ones go on.
import type { InvoicingState } from '@lastmile/contract/billing.ts';
import type { z } from 'zod';
import type { Actor, Database, Db } from '#platform/db.ts';
import { type InvoiceRunView, runInvoicing } from './invoice-runs.ts';
import { getToday } from './invoices.ts';
import { getPolicy } from './policy.ts';

// A month and a few days: at worst a monthly subscription is charged for one period too many.
const longestGapDays = 35;

/** The day of the last run, where it is so long ago that a person is to look first; null: the schedule may go on. */
async function findGapBeforeRun(db: Db, now: Temporal.Instant): Promise<Temporal.PlainDate | null> {
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

/** Why nothing is invoiced by itself although nobody decided that. */
export async function findInvoicingTrouble(db: Db, now: Temporal.Instant): Promise<'undecided' | 'waits' | null> {
  const { isAutomatic, isUndecided } = await getSwitch(db);
  if (isUndecided) return 'undecided';
  return isAutomatic && (await findGapBeforeRun(db, now)) ? 'waits' : null;
}

async function getSwitch(db: Db): Promise<{ isAutomatic: boolean; isUndecided: boolean }> {
  return db
    .selectFrom('billing.policy')
    .select(['is_automatic as isAutomatic', 'is_invoicing_undecided as isUndecided'])
    .executeTakeFirstOrThrow();
}

/** Whether invoicing goes on by itself, what it waits for where it does not, and whom it would charge. */
export async function getInvoicingState(db: Db, now: Temporal.Instant): Promise<z.output<typeof InvoicingState>> {
  const { isAutomatic, isUndecided } = await getSwitch(db);
  const charged = await db
    .selectFrom('billing.subscriptions')
    .select((e) => [e.fn.countAll<bigint>().as('count'), e.fn.min('next_invoice_on').as('from')])
    .where('status', '=', 'active')
    .where('next_invoice_on', 'is not', null)
    .executeTakeFirstOrThrow();
  return {
    isAutomatic,
    isUndecided,
    waitsSince: isAutomatic ? await findGapBeforeRun(db, now) : null,
    subscriptionCount: Number(charged.count),
    chargedFrom: charged.from ?? null,
  };
}
