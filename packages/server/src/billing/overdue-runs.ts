// The overdue check: small transactions of a hundred customers each, so that it can be stopped anywhere and run again, and a run
// that is twice as long is not twice as locked.

import type { Replied } from '@lastmile/contract/endpoint.ts';
import type { OverdueRun, suspension } from '@lastmile/contract/suspension.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { applyCredits, listCustomersWithUnusedCredit } from './allocations.ts';
import { type CustomerRef, forEachCustomer } from './customer-batches.ts';
import { judgeRun, type StopReason, tripFuse } from './fuse.ts';
import { chargeLateFees } from './late-fees.ts';
import {
  countCustomersToRestore,
  listCustomersToRestore,
  listCustomersToSuspend,
  restorePaid,
  suspendOverdue,
} from './suspension.ts';

export type OverdueRunView = z.output<typeof OverdueRun>;
export type OverduePreviewView = Replied<(typeof suspension)['GET /api/billing/overdue-runs/preview']>;

const maxNamesKept = 100;

// The same in all processes: one run at a time.
const runLock = 'billing.overdue-run';

/**
 * Restores who no longer is overdue, suspends who is past grace, and keeps what it did. Twice changes nothing more. Who comes
 * back comes back whatever happens; before anybody is cut, the fuse is asked.
 */
export async function runOverdueCheck(database: Database, actor: Actor): Promise<OverdueRunView> {
  return withRunLock(database, async () => {
    await forEachCustomer(database, actor, listCustomersWithUnusedCredit, applyCredits);
    const restored = await forEachCustomer(database, actor, listCustomersToRestore, restorePaid);
    // After who paid is known, and before anybody is cut.
    await chargeLateFees(database, actor);
    const verdict = await judgeRun(database.db, database.clock.now());
    const { reason } = verdict;
    // Who paused everything knows it; what the fuse found is kept until somebody has looked at it.
    if (reason && reason !== 'paused' && verdict.plannedCount > 0)
      await inTransaction(database, actor, (work) => tripFuse(work, { ...verdict, reason }));
    const suspended = reason
      ? { checkedCount: 0, changed: [] }
      : await forEachCustomer(database, actor, listCustomersToSuspend, suspendOverdue);
    return keepRun(database, actor, {
      checkedCount: restored.checkedCount + suspended.checkedCount,
      restoredCount: restored.changed.length,
      suspended: suspended.changed,
      plannedCount: verdict.plannedCount,
      stoppedReason: reason,
    });
  });
}

const shownInPreview = 100;

/** A dry run: the same questions, and nothing is changed; of a moment to come with the money that is there now. */
export async function previewOverdueRun(
  db: Db,
  now: Temporal.Instant,
  moment: Temporal.Instant = now,
): Promise<OverduePreviewView> {
  const { plannedCount, activeCount, limitCount, reason } = await judgeRun(db, now, moment);
  const suspend = await listCustomersToSuspend(db, moment, undefined, shownInPreview);
  const restore = await listCustomersToRestore(db, moment, undefined, shownInPreview);
  return {
    suspendCount: plannedCount,
    suspend: suspend.map(({ id, name, ...why }) => ({ customerId: id, customerName: name, ...why })),
    restoreCount: await countCustomersToRestore(db, moment),
    restore: restore.map(({ id, name }) => ({
      customerId: id,
      customerName: name,
      invoiceNumber: null,
      dueOn: null,
      openMinor: null,
    })),
    activeCount,
    limitCount,
    stoppedReason: reason,
  };
}

/** Held by a connection of its own: a process that dies lets go of it. */
async function withRunLock<T>(database: Database, run: () => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [runLock]);
    if (!rows[0]?.locked) throw new DomainError('billing_run_busy', {}, 'a run is under way: wait for it to end');
    try {
      return await run();
    } finally {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [runLock]);
    }
  } finally {
    client.release();
  }
}

type RunResult = {
  checkedCount: number;
  restoredCount: number;
  suspended: readonly CustomerRef[];
  plannedCount: number;
  stoppedReason: StopReason | null;
};

async function keepRun(database: Database, actor: Actor, result: RunResult): Promise<OverdueRunView> {
  const suspended = result.suspended
    .slice(0, maxNamesKept)
    .map(({ id, name }) => ({ customerId: id, customerName: name }));
  return inTransaction(database, actor, async (work) => {
    const run = {
      id: newId(),
      at: work.now,
      by: actor.name,
      checkedCount: result.checkedCount,
      suspendedCount: result.suspended.length,
      restoredCount: result.restoredCount,
      plannedCount: result.plannedCount,
      stoppedReason: result.stoppedReason,
    };
    await work.db
      .insertInto('billing.overdue_runs')
      .values({
        id: run.id,
        at: run.at,
        by_name: run.by,
        checked_count: run.checkedCount,
        suspended_count: run.suspendedCount,
        restored_count: run.restoredCount,
        suspended: JSON.stringify(suspended),
        planned_count: run.plannedCount,
        stopped_reason: run.stoppedReason,
      })
      .execute();
    if (run.suspendedCount + run.restoredCount > 0 || actor.kind === 'staff') {
      await audit(work, 'billing.overdue_checked', [run.id], {
        suspendedCount: run.suspendedCount,
        restoredCount: run.restoredCount,
        ...(run.stoppedReason ? { stoppedReason: run.stoppedReason } : {}),
      });
    }
    work.announce('invoice', '*');
    return { ...run, suspended };
  });
}

export async function findLatestOverdueRun(db: Db): Promise<OverdueRunView | null> {
  const row = await db
    .selectFrom('billing.overdue_runs')
    .select([
      'id',
      'at',
      'by_name as by',
      'checked_count as checkedCount',
      'suspended_count as suspendedCount',
      'restored_count as restoredCount',
      'planned_count as plannedCount',
      'stopped_reason as stoppedReason',
      sql<OverdueRunView['suspended']>`suspended`.as('suspended'),
    ])
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { ...row, stoppedReason: row.stoppedReason as StopReason | null } : null;
}
