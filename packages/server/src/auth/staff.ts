import type { Role } from '@lastmile/contract/permissions.ts';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';

export type StaffMember = {
  id: string;
  username: string;
  role: Role;
  passwordHash: string;
  isPasswordInitial: boolean;
  isDisabled: boolean;
  isPasswordForced: boolean;
  isInvited: boolean;
  fullName: string;
  totpSealed: Buffer | null;
  totpStep: bigint;
  totpSince: Temporal.Instant | null;
  shutOutUntil: Temporal.Instant | null;
  isLimited: boolean;
  createdAt: Temporal.Instant;
  revision: number;
  failedCount: number;
  lockedUntil: Temporal.Instant | null;
};

const columns = [
  'id',
  'username',
  'role',
  'password_hash as passwordHash',
  'is_password_initial as isPasswordInitial',
  'is_disabled as isDisabled',
  'is_password_forced as isPasswordForced',
  'is_invited as isInvited',
  'full_name as fullName',
  'totp_sealed as totpSealed',
  'totp_step as totpStep',
  'totp_since as totpSince',
  'shut_out_until as shutOutUntil',
  'is_limited as isLimited',
  'created_at as createdAt',
  'revision',
  'failed_count as failedCount',
  'locked_until as lockedUntil',
] as const;

export async function findStaffByUsername(db: Db, username: string): Promise<StaffMember | undefined> {
  const row = await db
    .selectFrom('auth.staff')
    .select(columns)
    .where('username', '=', username.toLowerCase())
    .executeTakeFirst();
  return row as StaffMember | undefined;
}

export async function findStaff(db: Db, staffId: string): Promise<StaffMember | undefined> {
  const row = await db.selectFrom('auth.staff').select(columns).where('id', '=', staffId).executeTakeFirst();
  return row as StaffMember | undefined;
}

export async function lockStaff(work: Work, staffId: string): Promise<StaffMember | undefined> {
  const row = await work.db
    .selectFrom('auth.staff')
    .select(columns)
    .where('id', '=', staffId)
    .forUpdate()
    .executeTakeFirst();
  return row as StaffMember | undefined;
}

export async function hasStaff(db: Db): Promise<boolean> {
  const row = await db.selectFrom('auth.staff').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Is anybody's password still the one that every fresh installation has? */
export async function isInitialPasswordStanding(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('auth.staff')
    .select('id')
    .where('is_password_initial', '=', true)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export type NewStaffMember = {
  username: string;
  role: Role;
  passwordHash: string;
  isPasswordInitial: boolean;
  fullName?: string;
  isPasswordForced?: boolean;
  isInvited?: boolean;
};

export async function addStaff(work: Work, member: NewStaffMember): Promise<string> {
  const id = newId();
  const { role, passwordHash, isPasswordInitial, fullName = '', isPasswordForced = false, isInvited = false } = member;
  const username = member.username.toLowerCase();
  await work.db
    .insertInto('auth.staff')
    .values({
      id,
      username,
      role,
      password_hash: passwordHash,
      is_password_initial: isPasswordInitial,
      is_password_forced: isPasswordForced,
      is_invited: isInvited,
      full_name: fullName,
      created_at: work.now,
    })
    .execute()
    .catch((error: unknown) => {
      if (violatedConstraint(error) === 'staff_username_key')
        throw fieldError('username_taken', 'username', 'is taken');
      throw error;
    });
  await audit(work, 'staff.added', [id], { username, role, isInvited });
  work.announce('staff', id);
  return id;
}

export async function setPassword(work: Work, staffId: string, passwordHash: string): Promise<void> {
  await work.db
    .updateTable('auth.staff')
    .set({
      password_hash: passwordHash,
      is_password_initial: false,
      is_password_forced: false,
      is_invited: false,
      failed_count: 0,
      locked_until: null,
    })
    .where('id', '=', staffId)
    .execute();
  await audit(work, 'staff.password_changed', [staffId]);
}
