// The fuse of the overdue run: what it stopped for, and the person who lets it go on.
import type { FuseTrip } from '@lastmile/contract/suspension.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { counted, DomainError } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { raiseAlarm } from '#system/events.ts';
import { findLastImportAt } from './bank/bank-imports.ts';
import { getOverduePolicy } from './overdue-policy.ts';
import { type FuseReason, fuseLimit, reasonToStop } from './rules/fuse-rules.ts';
import { countActiveCustomers, countCustomersToSuspend, countSuspendedSince } from './suspension.ts';
import { isSuspensionPaused } from './suspension-pause.ts';

export type FuseTripView = z.output<typeof FuseTrip>;

function selectTrips(db: Db) {
  return db
    .selectFrom('billing.fuse_trips')
    .select([
      'id',
      'at',
      'reason',
      'planned_count as plannedCount',
      'active_count as activeCount',
      'limit_count as limitCount',
      'last_run_at as lastRunAt',
      'lifted_at as liftedAt',
      'lifted_by as liftedBy',
      'lift_note as liftNote',
      'allowed_count as allowedCount',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectTrips>['executeTakeFirstOrThrow']>>;

const viewOf = (row: Row): FuseTripView => ({ ...row, reason: row.reason as FuseReason });

export async function findFuseTrip(db: Db): Promise<FuseTripView | null> {
  const row = await selectTrips(db).where('lifted_at', 'is', null).executeTakeFirst();
  return row ? viewOf(row) : null;
}

export type StopReason = FuseReason | 'paused';

export type FuseVerdict = {
  plannedCount: number;
  activeCount: number;
  limitCount: number;
  lastRunAt: Temporal.Instant | null;
  reason: StopReason | null;
};

/** Whether a run of now may suspend, by what the books say. A trip that stands stops it whatever they say. */
export async function judgeRun(db: Db, now: Temporal.Instant, moment: Temporal.Instant = now): Promise<FuseVerdict> {
  const policy = await getOverduePolicy(db);
  const standing = await findFuseTrip(db);
  const lastImportAt = await findLastImportAt(db);
  const aDayAgo = now.subtract({ hours: 24 });
  const lifted = await selectTrips(db)
    .where('lifted_at', '>', aDayAgo)
    .orderBy('lifted_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const facts = {
    now,
    plannedCount: await countCustomersToSuspend(db, moment),
    recentCount: await countSuspendedSince(db, lifted?.liftedAt ?? aDayAgo),
    activeCount: await countActiveCustomers(db),
    lastRunAt: (await findLastRunAt(db)) ?? undefined,
    lastImportAt,
    allowedCount: lifted?.allowedCount ?? undefined,
  };
  const rule = {
    sharePercent: policy.fusePercent,
    leastCount: policy.fuseLeastCount,
    staleHours: policy.fuseStaleHours,
    // Where nobody reads bank statements none can be late.
    importDays: lastImportAt && (policy.fuseImportDays ?? undefined),
  };
  return {
    plannedCount: facts.plannedCount,
    activeCount: facts.activeCount,
    limitCount: Math.max(fuseLimit(facts, rule), facts.allowedCount ?? 0),
    lastRunAt: facts.lastRunAt ?? null,
    reason: (await isSuspensionPaused(db, now)) ? 'paused' : (standing?.reason ?? reasonToStop(facts, rule) ?? null),
  };
}

async function findLastRunAt(db: Db): Promise<Temporal.Instant | null> {
  const row = await db
    .selectFrom('billing.overdue_runs')
    .select('at')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** Remembers why a run stopped, until a person lifts it. One that stands already is kept as it is. */
export async function tripFuse(work: Work, verdict: FuseVerdict & { reason: FuseReason }): Promise<void> {
  const id = newId();
  const { numInsertedOrUpdatedRows } = await work.db
    .insertInto('billing.fuse_trips')
    .values({
      id,
      at: work.now,
      reason: verdict.reason,
      planned_count: verdict.plannedCount,
      active_count: verdict.activeCount,
      limit_count: verdict.limitCount,
      last_run_at: verdict.lastRunAt,
    })
    .onConflict((conflict) => conflict.expression(sql`(true)`).where('lifted_at', 'is', null).doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) return;
  const { plannedCount, activeCount, limitCount, reason } = verdict;
  await audit(work, 'billing.fuse_tripped', [id], { reason, plannedCount, activeCount, limitCount });
  await raiseAlarm(work, {
    kind: 'job',
    name: 'billing.fuse_tripped',
    title: 'Suspending stopped and waits for a person.',
    message: `${whyOf(verdict)} Nobody was cut. Look at who waits on the page Tomorrow, and say there how many may be suspended.`,
    subjectId: id,
  });
  work.announce('invoice', '*');
}

/** In the words of the owner's mail. */
function whyOf({
  reason,
  plannedCount,
  activeCount,
  limitCount,
  lastRunAt,
}: FuseVerdict & { reason: FuseReason }): string {
  const waiting = `${counted(plannedCount, 'customer')} would have been suspended`;
  const lastRun = lastRunAt?.toString({ smallestUnit: 'minute' }) ?? 'never';
  const reasons = {
    too_many: `${waiting}: more than the ${limitCount} of a day that the rules allow, of ${activeCount} who are on.`,
    clock_went_back: `${waiting}, and the clock stands before the last run, ${lastRun}.`,
    last_run_long_ago: `${waiting}, and the last run is long ago, ${lastRun}.`,
    payments_late: `${waiting}, and no bank statement was read for longer than the rules allow: they may have paid.`,
  };
  return reasons[reason];
}

export async function liftFuse(work: Work, lift: { allowedCount: number; note: string }): Promise<FuseTripView> {
  const row = await work.db
    .updateTable('billing.fuse_trips')
    .set({ lifted_at: work.now, lifted_by: work.actor.name, lift_note: lift.note, allowed_count: lift.allowedCount })
    .where('lifted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new DomainError('fuse_not_tripped', {}, 'no suspension waits for a person now');
  await audit(work, 'billing.fuse_lifted', [row.id], lift);
  work.announce('invoice', '*');
  return viewOf(await selectTrips(work.db).where('id', '=', row.id).executeTakeFirstOrThrow());
}
