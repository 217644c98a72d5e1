// A PIN signs for one act at somebody else's counter, and opens nothing. It is shorter than a password, so after ten wrong tries
// in a row it is worth nothing any more, and its owner sets another.
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { isPasswordRight } from '#platform/secrets.ts';
import { raiseAlarm } from '#system/events.ts';
import { lockSeconds } from './lockout-rules.ts';
import { actorWithScope, decoy, findStranger, noteFailure, refuseNoisyAddress, refuseUntil } from './sign-in.ts';
import { findStaffByUsername, lockStaff, type StaffMember } from './staff.ts';

const maxWrongPins = 10;

export type PinSignature = { username: string; pin: string; address: string };

type Pin = { pinHash: string | null; wrongCount: number; lockedUntil: Temporal.Instant | null };

/** The hash is made before the transaction, for it is slow on purpose. Null: none any more. */
export async function setPin(work: Work, staffId: string, pinHash: string | null): Promise<void> {
  await work.db
    .updateTable('auth.staff')
    .set({ pin_hash: pinHash, pin_failed_count: 0, pin_locked_until: null })
    .where('id', '=', staffId)
    .execute();
  await audit(work, pinHash === null ? 'staff.pin_removed' : 'staff.pin_set', [staffId]);
}

async function findPin(db: Db, staffId: string): Promise<Pin | undefined> {
  return db
    .selectFrom('auth.staff')
    .select(['pin_hash as pinHash', 'pin_failed_count as wrongCount', 'pin_locked_until as lockedUntil'])
    .where('id', '=', staffId)
    .executeTakeFirst();
}

export async function hasPin(db: Db, staffId: string): Promise<boolean> {
  return (await findPin(db, staffId))?.pinHash != null;
}

/** Wrong PINs of a person in a row; none of somebody who does not exist. */
export async function countWrongPins(db: Db, username: string): Promise<number> {
  const staff = await findStaffByUsername(db, username);
  return (staff && (await findPin(db, staff.id))?.wrongCount) ?? 0;
}

/** Somebody puts his name to what another person does at his own screen, by his PIN. No session begins. */
export async function signWithPin(database: Database, asker: Actor, signature: PinSignature): Promise<Actor> {
  const { db, clock } = database;
  await refuseNoisyAddress(database, signature.address);
  const staff = await findStaffByUsername(db, signature.username);
  const pin = staff && (await findPin(db, staff.id));
  const stranger = staff ? undefined : await findStranger(db, signature.username);
  refuseUntil([pin?.lockedUntil, staff?.shutOutUntil, stranger?.lockedUntil], clock.now());
  // As long for a name that nobody has, and for a person without a PIN.
  const isRight = await isPasswordRight(signature.pin, pin?.pinHash ?? (await decoy));
  if (!staff || !pin?.pinHash || !isRight || staff.isDisabled) {
    await inTransaction(database, asker, (work) => countWrongPin(work, signature, staff));
    throw fieldError('pin_wrong', 'second.pin', 'is not the name and PIN of anybody here');
  }
  const { pinHash } = pin;
  const signer: Actor = {
    kind: 'staff',
    id: staff.id,
    name: staff.username,
    role: staff.role,
    address: signature.address,
  };
  return inTransaction(database, signer, async (work) => {
    await lockStaff(work, staff.id);
    // Of many guesses at once, those that come after the lock tell nothing, not even that one was right.
    const now = await findPin(work.db, staff.id);
    refuseUntil([now?.lockedUntil], work.now);
    if (now?.pinHash !== pinHash) throw new DomainError('too_many_attempts', { retryAfterSeconds: 60 });
    await work.db.updateTable('auth.staff').set({ pin_failed_count: 0 }).where('id', '=', staff.id).execute();
    await audit(work, 'staff.signed_for', [staff.id], { address: signature.address, way: 'pin' });
    return actorWithScope(work, staff.id);
  });
}

async function countWrongPin(work: Work, signature: PinSignature, staff: StaffMember | undefined): Promise<void> {
  await noteFailure(work, signature, staff);
  if (!staff) return;
  await lockStaff(work, staff.id);
  const pin = await findPin(work.db, staff.id);
  const wrongCount = (pin?.wrongCount ?? 0) + 1;
  const hadPin = pin?.pinHash != null;
  const isSpent = wrongCount >= maxWrongPins;
  const seconds = lockSeconds(wrongCount);
  await work.db
    .updateTable('auth.staff')
    .set({
      pin_failed_count: wrongCount,
      pin_locked_until: seconds === 0 ? null : work.now.add({ seconds }),
      ...(isSpent ? { pin_hash: null } : {}),
    })
    .where('id', '=', staff.id)
    .execute();
  // Who has no PIN has none to lose.
  if (wrongCount !== maxWrongPins || !hadPin) return;
  await raiseAlarm(work, {
    kind: 'security',
    name: 'staff.pin_spent',
    title: `The PIN of ${staff.username} is worth nothing after ${wrongCount} wrong tries.`,
    message: `The last one was made at the counter of ${work.actor.name}, from ${signature.address}.`,
    subjectId: staff.id,
    dedupeKey: `staff.pin_spent ${staff.id} ${work.now.toString().slice(0, 13)}`,
  });
}
