// Signing in: slowed per account and per address, counted, and the same to a guesser whether the name exists or not.
import { audit } from '#audit/entries.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import { hashPassword, isPasswordRight, type Sealer } from '#platform/secrets.ts';
import { raiseAlarm } from '#system/events.ts';
import {
  addressWindowMinutes,
  alarmingFailures,
  lockSeconds,
  longestLockFailures,
  maxFailuresPerAddress,
} from './lockout-rules.ts';
import { refuseGuessable } from './passwords.ts';
import { isSecondFactorRight } from './second-factor.ts';
import { confirmSession, endOtherSessions, endSession, openSession, type SessionKind } from './sessions.ts';
import {
  findStaff,
  findStaffByUsername,
  isInitialPasswordStanding,
  lockStaff,
  type StaffMember,
  setPassword,
} from './staff.ts';
import { getStaffScope } from './staff-scope.ts';

export type SignIn = {
  username: string;
  password: string;
  /** From the authenticator app, or a recovery code. */
  code?: string | undefined;
  kind: SessionKind;
  address: string;
  agent: string;
  isLocal: boolean;
};
export type SignedIn = { token: string; expiresAt: Temporal.Instant; staff: StaffMember };

// Hashed once, so that an unknown name costs as long as a wrong password.
export const decoy = hashPassword('nobody has this password');

const nobody: Actor = { kind: 'system', id: null, name: 'sign-in' };

export async function signIn(database: Database, sealer: Sealer, attempt: SignIn): Promise<SignedIn> {
  return identify(database, sealer, attempt, async (work, staff) => {
    const session = await openSession(work, {
      staffId: staff.id,
      kind: attempt.kind,
      address: attempt.address,
      agent: attempt.agent,
    });
    await audit(work, 'staff.signed_in', [staff.id], { address: attempt.address });
    return { ...session, staff };
  });
}

export type Signature = Omit<SignIn, 'kind' | 'agent'>;

/** Somebody puts his name to what another person does at his own screen. No session begins: he signs once. */
export async function signFor(database: Database, sealer: Sealer, signature: Signature): Promise<Actor> {
  return identify(database, sealer, signature, async (work, staff) => {
    await audit(work, 'staff.signed_for', [staff.id], { address: signature.address });
    return actorWithScope(work, staff.id);
  });
}

/** Who acts, with what he may see and touch. */
export async function actorWithScope(work: Work, staffId: string): Promise<Actor> {
  const { limitedTo } = await getStaffScope(work.db, staffId);
  return { ...work.actor, scope: limitedTo ? { locationIds: limitedTo } : 'everywhere' };
}

/** The person that these credentials are of, and what he does in the transaction that believes them. */
async function identify<T>(
  database: Database,
  sealer: Sealer,
  attempt: Signature,
  act: (work: Work, staff: StaffMember) => Promise<T>,
): Promise<T> {
  const { db, clock } = database;
  await refuseNoisyAddress(database, attempt.address);
  const staff = await findStaffByUsername(db, attempt.username);
  refuseLocked(staff ?? (await findStranger(db, attempt.username)), clock.now());
  // The slow hash runs before the transaction: nothing waits while rows are locked.
  const isRight = await isPasswordRight(attempt.password, staff?.passwordHash ?? (await decoy));
  if (!staff || !isRight || staff.isDisabled) {
    const stranger = { ...nobody, address: attempt.address };
    await inTransaction(database, stranger, (work) => countFailure(work, attempt, staff));
    throw new DomainError('sign_in_failed');
  }
  if (staff.isPasswordInitial && !attempt.isLocal) throw new DomainError('initial_password_local_only');
  if (staff.totpSealed && !attempt.code) throw new DomainError('second_factor_needed');
  const actor: Actor = {
    kind: 'staff',
    id: staff.id,
    name: staff.username,
    role: staff.role,
    address: attempt.address,
  };
  const identified = await inTransaction(database, actor, async (work) => {
    // Of many guesses at once, those that come after the lock tell nothing, not even that one was right.
    const locked = await lockStaff(work, staff.id);
    refuseLocked(locked, work.now);
    if (!locked || !(await isSecondFactorRight(work, sealer, locked, attempt.code))) {
      await countFailure(work, attempt, staff);
      return undefined;
    }
    await work.db
      .updateTable('auth.staff')
      .set({ failed_count: 0, locked_until: null })
      .where('id', '=', staff.id)
      .execute();
    return { value: await act(work, staff) };
  });
  if (!identified) throw fieldError('second_factor_wrong', 'code', 'is not the code of this moment');
  return identified.value;
}

export async function signOut(work: Work, sessionHash: Buffer): Promise<void> {
  await endSession(work, sessionHash);
  await audit(work, 'staff.signed_out', work.actor.id ? [work.actor.id] : []);
}

export async function refuseNoisyAddress({ db, clock }: Database, address: string): Promise<void> {
  if ((await countFailuresFrom(db, address, clock.now())) >= maxFailuresPerAddress)
    throw new DomainError('too_many_attempts', { retryAfterSeconds: addressWindowMinutes * 60 });
}

async function countFailuresFrom(db: Db, address: string, now: Temporal.Instant): Promise<number> {
  const { count } = await db
    .selectFrom('auth.sign_in_failures')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('address', '=', address)
    .where('at', '>', now.subtract({ minutes: addressWindowMinutes }))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Somebody guesses names and passwords: told once an hour, however often he tries. */
async function tellNoisyAddress(work: Work, address: string): Promise<void> {
  if ((await countFailuresFrom(work.db, address, work.now)) < maxFailuresPerAddress) return;
  await raiseAlarm(work, {
    kind: 'security',
    name: 'staff.guessing',
    title: `From ${address} passwords are guessed.`,
    message: `${maxFailuresPerAddress} were wrong within ${addressWindowMinutes} minutes; the address must wait now.`,
    dedupeKey: `staff.guessing ${address} ${hourOf(work.now)}`,
  });
}

function hourOf(now: Temporal.Instant): string {
  return now.toString().slice(0, 13);
}

/** A name that nobody has must wait like one that somebody has: else the wait would tell which names there are. */
export async function findStranger(db: Db, username: string): Promise<Lockable> {
  const failures = await db
    .selectFrom('auth.sign_in_failures')
    .select('at')
    .where('username', '=', countedName(username))
    .orderBy('id', 'desc')
    // More do not lengthen the wait.
    .limit(longestLockFailures)
    .execute();
  const last = failures[0];
  return { lockedUntil: last ? last.at.add({ seconds: lockSeconds(failures.length) }) : null };
}

/** As a guess is written down, whoever it meant. */
function countedName(username: string): string {
  return username.toLowerCase().slice(0, 64);
}

type Lockable = Pick<StaffMember, 'lockedUntil'> & Partial<Pick<StaffMember, 'shutOutUntil'>>;

function refuseLocked(staff: Lockable | undefined, now: Temporal.Instant): void {
  refuseUntil([staff?.lockedUntil, staff?.shutOutUntil], now);
}

export function refuseUntil(instants: readonly (Temporal.Instant | null | undefined)[], now: Temporal.Instant): void {
  const until = instants.filter((instant) => instant != null);
  const waitSeconds = Math.max(0, ...until.map((instant) => secondsBetween(now, instant)));
  if (waitSeconds > 0) throw new DomainError('too_many_attempts', { retryAfterSeconds: waitSeconds });
}

type Failure = Pick<SignIn, 'username' | 'address'>;

/** A wrong secret counts against the address that it came from, whoever it was meant to be. */
export async function noteFailure(work: Work, attempt: Failure, staff: StaffMember | undefined): Promise<void> {
  const username = countedName(attempt.username);
  await work.db
    .insertInto('auth.sign_in_failures')
    .values({ at: work.now, username, address: attempt.address })
    .execute();
  await audit(work, 'staff.sign_in_failed', staff ? [staff.id] : [], { username, address: attempt.address });
  await tellNoisyAddress(work, attempt.address);
}

async function countFailure(work: Work, attempt: Failure, staff: StaffMember | undefined): Promise<void> {
  await noteFailure(work, attempt, staff);
  if (!staff) return;
  const { failedCount } = await work.db
    .updateTable('auth.staff')
    .set((e) => ({ failed_count: e('failed_count', '+', 1) }))
    .where('id', '=', staff.id)
    .returning('failed_count as failedCount')
    .executeTakeFirstOrThrow();
  const seconds = lockSeconds(failedCount);
  if (seconds === 0) return;
  await work.db
    .updateTable('auth.staff')
    .set({ locked_until: work.now.add({ seconds }) })
    .where('id', '=', staff.id)
    .execute();
  if (failedCount < alarmingFailures) return;
  await raiseAlarm(work, {
    kind: 'security',
    name: 'staff.locked',
    title: `The account ${staff.username} is locked after ${failedCount} wrong passwords or codes.`,
    message: `The last one came from ${attempt.address}. The lock ends by itself; whose account it is should know.`,
    subjectId: staff.id,
    // Once an hour: a guesser who goes on is one alarm, not a thousand.
    dedupeKey: `staff.locked ${staff.id} ${hourOf(work.now)}`,
  });
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return Math.ceil((to.epochMilliseconds - from.epochMilliseconds) / 1000);
}

export type PasswordChange = {
  staffId: string;
  sessionHash: Buffer;
  currentPassword: string;
  newPassword: string;
  address: string;
};

/** Changes a person's own password and ends his other sessions. */
export async function changePassword(database: Database, actor: Actor, change: PasswordChange): Promise<void> {
  const staff = await findStaff(database.db, change.staffId);
  if (!staff) throw new DomainError('signed_out');
  refuseLocked(staff, database.clock.now());
  if (!(await isPasswordRight(change.currentPassword, staff.passwordHash))) {
    // Whoever found an open browser must not guess faster here than at the door.
    const attempt = { username: staff.username, address: change.address };
    await inTransaction(database, actor, (work) => countFailure(work, attempt, staff));
    throw fieldError('password_wrong', 'currentPassword', 'is not your current password');
  }
  if (change.newPassword === change.currentPassword)
    throw fieldError('password_same', 'newPassword', 'must be a new one');
  await refuseGuessable(database.db, 'newPassword', change.newPassword, [staff.username, staff.fullName]);
  const passwordHash = await hashPassword(change.newPassword);
  await inTransaction(database, actor, async (work) => {
    await setPassword(work, staff.id, passwordHash);
    await endOtherSessions(work, staff.id, change.sessionHash);
  });
}

/** While anybody still has the password that everybody knows, only this machine itself may ask anything. */
export async function isOpenToNetwork(database: Database): Promise<boolean> {
  return !(await isInitialPasswordStanding(database.db));
}

/** The person at this session gives his password again, and his code where he has one. */
export async function confirmIdentity(
  database: Database,
  sealer: Sealer,
  actor: Actor,
  attempt: { staffId: string; sessionHash: Buffer; password: string; code?: string | undefined; address: string },
): Promise<void> {
  const staff = await findStaff(database.db, attempt.staffId);
  if (!staff) throw new DomainError('signed_out');
  refuseLocked(staff, database.clock.now());
  const isRight = await isPasswordRight(attempt.password, staff.passwordHash);
  if (isRight && staff.totpSealed && !attempt.code) throw new DomainError('second_factor_needed');
  const isConfirmed = await inTransaction(database, actor, async (work) => {
    const locked = await lockStaff(work, staff.id);
    refuseLocked(locked, work.now);
    if (!isRight || !locked || !(await isSecondFactorRight(work, sealer, locked, attempt.code))) {
      await countFailure(work, { username: staff.username, address: attempt.address }, staff);
      return false;
    }
    await confirmSession(work, attempt.sessionHash);
    await audit(work, 'staff.identity_confirmed', [staff.id]);
    return true;
  });
  if (isConfirmed) return;
  if (!isRight) throw fieldError('password_wrong', 'password', 'is not your password');
  throw fieldError('second_factor_wrong', 'code', 'is not the code of this moment');
}
