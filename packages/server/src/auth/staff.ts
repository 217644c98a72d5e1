import type { Role } from '@lastmile/contract/permissions.ts';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';

export type StaffMember = {
  id: string;
  username: string;
  role: Role;
  passwordHash: string;
  isPasswordInitial: boolean;
  isDisabled: boolean;
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

export type NewStaffMember = { username: string; role: Role; passwordHash: string; isPasswordInitial: boolean };

export async function addStaff(work: Work, member: NewStaffMember): Promise<string> {
  const id = newId();
  const { role, passwordHash, isPasswordInitial } = member;
  const username = member.username.toLowerCase();
  await work.db
    .insertInto('auth.staff')
    .values({
      id,
      username,
      role,
      password_hash: passwordHash,
      is_password_initial: isPasswordInitial,
      created_at: work.now,
    })
    .execute();
  await audit(work, 'staff.added', [id], { username, role });
  return id;
}

export async function setPassword(work: Work, staffId: string, passwordHash: string): Promise<void> {
  await work.db
    .updateTable('auth.staff')
    .set({ password_hash: passwordHash, is_password_initial: false, failed_count: 0, locked_until: null })
    .where('id', '=', staffId)
    .execute();
  await audit(work, 'staff.password_changed', [staffId]);
}
