// The staff as the owner sees and changes it. Nobody raises himself, and the last owner stays.
import { randomBytes } from 'node:crypto';
import { type Role, rolePermissions } from '@lastmile/contract/permissions.ts';
import type { StaffMember as StaffReply } from '@lastmile/contract/staff.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { keyOf, likePattern, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { endAllSessions, hashToken } from './sessions.ts';
import { addStaff, lockStaff, type NewStaffMember, type StaffMember, setPassword } from './staff.ts';

type Reply = z.output<typeof StaffReply>;

const invitationHours = 72;

export async function listStaff(
  db: Db,
  query: PageRequest & { search?: string | undefined; status?: 'active' | 'disabled' | undefined },
): Promise<Page<Reply>> {
  const key = keyOf(query.after, 'text');
  const rows = await selectStaff(db)
    .$if(query.status !== undefined, (q) => q.where('staff.is_disabled', '=', query.status === 'disabled'))
    .$if(Boolean(query.search?.trim()), (q) =>
      q.where(
        sql<boolean>`lower(staff.username || ' ' || staff.full_name) like lower(${likePattern(query.search ?? '')})`,
      ),
    )
    .$if(key !== undefined, (q) => q.where('staff.username', '>', key?.[0] ?? ''))
    .orderBy('staff.username')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, ({ username }) => [username]);
  return { next: page.next, items: page.items as Reply[] };
}

export async function getStaffMember(db: Db, staffId: string): Promise<Reply> {
  const row = await selectStaff(db).where('staff.id', '=', staffId).executeTakeFirst();
  if (!row) throw new DomainError('staff_not_found', { staffId });
  return row as Reply;
}

function selectStaff(db: Db) {
  return db
    .selectFrom('auth.staff as staff')
    .innerJoin('auth.role_rules as rule', 'rule.role', 'staff.role')
    .select([
      'staff.id',
      'staff.username',
      'staff.full_name as fullName',
      'staff.role',
      'staff.is_disabled as isDisabled',
      'staff.is_invited as isInvited',
      'staff.is_limited as isLimited',
      'staff.locked_until as lockedUntil',
      'staff.shut_out_until as shutOutUntil',
      'staff.created_at as createdAt',
      'staff.revision',
      'rule.requires_totp as isSecondFactorRequired',
    ])
    .select((e) => [
      sql<boolean>`staff.is_password_initial or staff.is_password_forced`.as('isPasswordChangeRequired'),
      e('staff.totp_since', 'is not', null).$castTo<boolean>().as('hasSecondFactor'),
      sql<Temporal.Instant | null>`(select max(seen_at) from auth.sessions where staff_id = staff.id)`.as('seenAt'),
    ]);
}

/** What a role may not give: more than the giver has. */
function refuseHigherRole(work: Work, role: Role): void {
  const mine = new Set(rolePermissions[work.actor.role as Role] ?? []);
  const beyond = rolePermissions[role].filter((permission) => !mine.has(permission));
  if (beyond.length > 0) throw new DomainError('role_above_yours', { role });
}

/** With an invitation, answers with its token, which leaves here once. */
export async function hireStaff(
  work: Work,
  member: NewStaffMember,
): Promise<{ id: string; invitation: string | null }> {
  refuseHigherRole(work, member.role);
  const id = await addStaff(work, member);
  return { id, invitation: member.isInvited ? await invite(work, id) : null };
}

async function invite(work: Work, staffId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const row = { token_hash: hashToken(token), expires_at: work.now.add({ hours: invitationHours }) };
  await work.db
    .insertInto('auth.invitations')
    .values({ staff_id: staffId, ...row })
    .onConflict((conflict) => conflict.column('staff_id').doUpdateSet(row))
    .execute();
  await audit(work, 'staff.invited', [staffId], { hours: invitationHours });
  return token;
}

export async function findInvited(
  db: Db,
  token: string,
  now: Temporal.Instant,
): Promise<{ id: string; username: string; fullName: string }> {
  const row = await db
    .selectFrom('auth.invitations as invitation')
    .innerJoin('auth.staff as staff', 'staff.id', 'invitation.staff_id')
    .select(['staff.id', 'staff.username', 'staff.full_name as fullName'])
    .where('invitation.token_hash', '=', hashToken(token))
    .where('invitation.expires_at', '>', now)
    .where('staff.is_disabled', '=', false)
    .executeTakeFirst();
  if (!row) throw new DomainError('invitation_over');
  return row;
}

/** Takes an invitation: once, whoever else has it. */
export async function acceptInvitation(work: Work, token: string, passwordHash: string): Promise<void> {
  const taken = await work.db
    .deleteFrom('auth.invitations')
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', work.now)
    .returning('staff_id as staffId')
    .executeTakeFirst();
  if (!taken) throw new DomainError('invitation_over');
  await setPassword(work, taken.staffId, passwordHash);
  work.announce('staff', taken.staffId);
}

export type StaffChange = {
  revision: number;
  fullName?: string | undefined;
  role?: Role | undefined;
  isDisabled?: boolean | undefined;
  reason?: string | undefined;
};

export async function changeStaff(
  work: Work,
  staffId: string,
  { revision, reason, ...change }: StaffChange,
): Promise<void> {
  // All owners, in one order: two of them could otherwise take the rank from each other in one moment.
  const owners = await lockOwners(work);
  const before = await lockOther(work, staffId);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = { ...before, ...withoutUndefined(change) };
  if (staffId === work.actor.id && (after.role !== before.role || after.isDisabled))
    throw new DomainError('yourself', {}, 'nobody changes his own role or shuts himself out: ask another owner');
  if (after.role !== before.role) refuseHigherRole(work, after.role);
  const isOwner = after.role === 'super_admin' && !after.isDisabled;
  if (!isOwner && owners.every((id) => id === staffId)) throw new DomainError('last_owner');
  await work.db
    .updateTable('auth.staff')
    .set({ full_name: after.fullName, role: after.role, is_disabled: after.isDisabled, revision: revision + 1 })
    .where('id', '=', staffId)
    .execute();
  const changes = Object.fromEntries(
    (['fullName', 'role', 'isDisabled'] as const)
      .filter((field) => before[field] !== after[field])
      .map((field) => [field, [before[field], after[field]]]),
  );
  const action = after.isDisabled && !before.isDisabled ? 'staff.deactivated' : 'staff.changed';
  await audit(work, action, [staffId], { username: before.username, ...changes, ...(reason ? { reason } : {}) });
  // What he may has changed: his open sessions are those of another person now.
  if (after.role !== before.role || after.isDisabled) await endAllSessions(work, staffId);
  work.announce('staff', staffId);
}

function withoutUndefined<T extends object>(fields: T): Partial<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

async function lockOwners(work: Work): Promise<string[]> {
  const rows = await work.db
    .selectFrom('auth.staff')
    .select('id')
    .where('role', '=', 'super_admin')
    .where('is_disabled', '=', false)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

async function lockOther(work: Work, staffId: string): Promise<StaffMember> {
  const staff = await lockStaff(work, staffId);
  if (!staff) throw new DomainError('staff_not_found', { staffId });
  return staff;
}

/** A new password that somebody else chose: good for choosing another one. Without one, an invitation. */
export async function resetPassword(
  work: Work,
  staffId: string,
  passwordHash: string,
  isInvited: boolean,
): Promise<string | null> {
  const staff = await lockOther(work, staffId);
  if (staffId === work.actor.id)
    throw new DomainError('yourself', {}, 'change your own password by giving the old one');
  await work.db
    .updateTable('auth.staff')
    .set({
      password_hash: passwordHash,
      is_password_initial: false,
      is_password_forced: true,
      is_invited: isInvited,
      failed_count: 0,
      locked_until: null,
      // Whoever knew the one may know the other.
      pin_hash: null,
    })
    .where('id', '=', staffId)
    .execute();
  await audit(work, 'staff.password_reset', [staffId], { username: staff.username, isInvited });
  await endAllSessions(work, staffId);
  return isInvited ? invite(work, staffId) : null;
}

export async function signOutEverywhere(work: Work, staffId: string): Promise<void> {
  await lockOther(work, staffId);
  await endAllSessions(work, staffId);
}

export async function listRoles(db: Db) {
  const rows = await db
    .selectFrom('auth.role_rules as rule')
    .select(['rule.role', 'rule.requires_totp as requiresSecondFactor'])
    .select(
      sql<number>`(select count(*)::int from auth.staff where role = rule.role and not is_disabled)`.as('staffCount'),
    )
    .execute();
  return rows.map(({ role, ...rest }) => ({
    role: role as Role,
    permissions: [...rolePermissions[role as Role]],
    ...rest,
  }));
}

export async function changeRoleRule(work: Work, role: Role, requiresSecondFactor: boolean): Promise<void> {
  const before = await work.db
    .selectFrom('auth.role_rules')
    .select('requires_totp as requires')
    .where('role', '=', role)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (before.requires === requiresSecondFactor) return;
  await work.db
    .updateTable('auth.role_rules')
    .set({ requires_totp: requiresSecondFactor })
    .where('role', '=', role)
    .execute();
  await audit(work, 'role.changed', [], { role, requiresSecondFactor: [before.requires, requiresSecondFactor] });
  work.announce('staff', '*');
}

export async function listSignInFailures(db: Db, query: PageRequest) {
  const key = keyOf(query.after, 'number');
  const rows = await db
    .selectFrom('auth.sign_in_failures')
    .select(['id', 'at', 'username', 'address'])
    .$if(key !== undefined, (q) => q.where('id', '<', BigInt(key?.[0] ?? 0)))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, ({ id }) => [String(id)]);
  return { next: page.next, items: page.items.map(({ id, ...failure }) => ({ id: String(id), ...failure })) };
}
