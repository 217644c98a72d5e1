// The deeds themselves. What lasts is undone by its end; what is done at once has its end in the same request.
import type { NewOverride } from '@lastmile/contract/emergency.ts';
import type { z } from 'zod';
import { letInAgain, shutOut } from '#auth/shut-out.ts';
import { addHold } from '#billing/holds.ts';
import { listCutSince } from '#billing/suspension.ts';
import { pauseSuspension } from '#billing/suspension-pause.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, inTransaction, type Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { manageRoutersAgain, observeAllRouters } from '#routers/observe-all.ts';
import { getSettings } from '#settings/provider.ts';
import { takeOverShift } from '#vouchers/close-shift.ts';
import {
  beginOverride,
  getOverride,
  listStanding,
  type OverrideKind,
  type OverrideView,
  writeEnding,
} from './overrides.ts';

type Wanted = z.output<typeof NewOverride>;
type Of<K extends OverrideKind> = Extract<Wanted, { kind: K }>;

// What is done at once is over with its request; one that a crash cut short is swept away after this.
const atOnceHours = 1;

export async function startOverride(database: Database, actor: Actor, wanted: Wanted): Promise<OverrideView> {
  if (wanted.kind === 'restoration') return restoreCut(database, actor, wanted);
  return inTransaction(database, actor, async (work) => {
    switch (wanted.kind) {
      case 'suspension_pause': {
        const id = await beginOverride(work, wanted);
        await pauseSuspension(work, work.now.add({ hours: wanted.hours }));
        return getOverride(work.db, id);
      }
      case 'observe_all': {
        const id = await beginOverride(work, wanted);
        await observeAllRouters(work);
        return getOverride(work.db, id);
      }
      case 'shut_out':
        return lockOut(work, wanted);
      case 'shift_takeover':
        return takeOver(work, wanted);
    }
  });
}

async function lockOut(work: Work, { staffId, hours, reason }: Of<'shut_out'>): Promise<OverrideView> {
  const subject = await shutOut(work, staffId, work.now.add({ hours }));
  const id = await beginOverride(work, { kind: 'shut_out', subjectId: staffId, subject, hours, reason });
  return getOverride(work.db, id);
}

async function takeOver(work: Work, { shiftId, cash, reason }: Of<'shift_takeover'>): Promise<OverrideView> {
  const { staffName: subject } = await takeOverShift(work, shiftId, cash);
  const id = await beginOverride(work, {
    kind: 'shift_takeover',
    subjectId: shiftId,
    subject,
    hours: atOnceHours,
    reason,
  });
  return writeEnding(work, id, {});
}

/** One small transaction per customer: what was done stays done when it is cut short, and doing it again does the rest. */
async function restoreCut(
  database: Database,
  actor: Actor,
  { cutWithinHours, keepDays, reason }: Of<'restoration'>,
): Promise<OverrideView> {
  const id = await inTransaction(database, actor, (work) =>
    beginOverride(work, { kind: 'restoration', hours: atOnceHours, reason }),
  );
  const now = database.clock.now();
  const since = now.subtract({ hours: cutWithinHours });
  const untilOn = localDate(now, (await getSettings(database.db)).timeZone).add({ days: keepDays });
  let reached = 0;
  for (let after: string | undefined; ; ) {
    const customerIds = await listCutSince(database.db, since, after);
    for (const customerId of customerIds) {
      if (await inTransaction(database, actor, (work) => keepOn(work, { customerId, untilOn, reason }))) reached += 1;
    }
    after = customerIds.at(-1);
    if (after === undefined) break;
  }
  return inTransaction(database, actor, (work) => writeEnding(work, id, { reached }));
}

async function keepOn(work: Work, hold: { customerId: string; untilOn: Temporal.PlainDate; reason: string }) {
  try {
    await addHold(work, { ...hold, kind: 'exemption' });
    return true;
  } catch (error) {
    // Who left in this moment needs it no more, and must not keep the others waiting.
    if (error instanceof DomainError && error.code === 'customer_removed') return false;
    throw error;
  }
}

/** Undoes what stands, and writes down that it is over. */
export async function endOverride(work: Work, overrideId: string, note?: string): Promise<OverrideView> {
  const { kind, subjectId } = await getOverride(work.db, overrideId);
  const ended = await writeEnding(work, overrideId, { note });
  if (kind === 'suspension_pause') await pauseSuspension(work, null);
  if (kind === 'observe_all') await manageRoutersAgain(work);
  if (kind === 'shut_out' && subjectId) await letInAgain(work, subjectId);
  return ended;
}

/** What has had its time ends by itself. */
export async function endOverdue(database: Database, actor: Actor): Promise<void> {
  const now = database.clock.now();
  for (const { id, until } of await listStanding(database.db)) {
    if (Temporal.Instant.compare(until, now) > 0) continue;
    await inTransaction(database, actor, (work) => endOverride(work, id, 'its time was over'));
  }
}
