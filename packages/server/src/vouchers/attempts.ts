// What somebody tried at a counter and was refused. That it was refused is not all: it is told, once an hour.
import { type Actor, type Database, type Db, inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { raiseAlerts } from './alerts.ts';

type Attempt = {
  kind: 'sold_outside_shift' | 'foreign_shift' | 'pin_guessed';
  /** Tells this attempt from others of the same person and hour. */
  about: string;
  evidence: Record<string, unknown>;
};

export async function tellAttempt(database: Database, actor: Actor, { kind, about, evidence }: Attempt): Promise<void> {
  const place = await findLastPlace(database.db, actor.id);
  await inTransaction(database, actor, (work) =>
    raiseAlerts(work, [
      {
        ...place,
        kind,
        fingerprint: `${actor.id} ${about} ${work.now.toString().slice(0, 13)}`,
        staffId: actor.kind === 'staff' ? actor.id : null,
        staffName: actor.name,
        evidence,
      },
    ]),
  );
}

/** Where he sold last: an alert is read by who leads there. */
async function findLastPlace(db: Db, staffId: string | null) {
  return db
    .selectFrom('vouchers.shifts')
    .select(['id as shiftId', 'router_id as routerId', 'location_id as locationId'])
    .where('staff_id', '=', staffId)
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

type Tried = { shiftId?: string | undefined; quantity?: number; codes?: readonly string[] | undefined };

/** A sale outside a shift, or in the shift of somebody else. Other refusals are everyday. */
export async function tellRefusedSale(database: Database, actor: Actor, tried: Tried, error: unknown): Promise<void> {
  if (!(error instanceof DomainError) || actor.kind !== 'staff') return;
  const evidence = { quantity: tried.codes?.length ?? tried.quantity ?? 1 };
  if (error.code === 'no_open_shift')
    await tellAttempt(database, actor, { kind: 'sold_outside_shift', about: 'no shift', evidence });
  if (error.code === 'shift_of_another')
    await tellAttempt(database, actor, {
      kind: 'foreign_shift',
      about: tried.shiftId ?? '',
      evidence: { ...evidence, shiftOf: error.details.staffName },
    });
}
