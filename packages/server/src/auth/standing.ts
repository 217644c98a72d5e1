// What a person may now: for work that goes on after the request in which it was asked for.
import { type Permission, rolePermissions } from '@lastmile/contract/permissions.ts';
import type { Actor, Db } from '#platform/db.ts';
import { findStaff } from './staff.ts';
import { getStaffScope } from './staff-scope.ts';

export type Standing = { actor: Actor; permissions: readonly Permission[] };

/** Who was disabled or locked out meanwhile may nothing. */
export async function findStanding(db: Db, staffId: string, now: Temporal.Instant): Promise<Standing> {
  const staff = await findStaff(db, staffId);
  if (!staff) throw new Error('a person of staff is never deleted');
  const { limitedTo } = await getStaffScope(db, staffId);
  const isShutOut = staff.shutOutUntil !== null && Temporal.Instant.compare(staff.shutOutUntil, now) > 0;
  return {
    actor: {
      kind: 'staff',
      id: staff.id,
      name: staff.username,
      role: staff.role,
      scope: limitedTo === null ? 'everywhere' : { locationIds: limitedTo },
    },
    permissions: staff.isDisabled || isShutOut ? [] : rolePermissions[staff.role],
  };
}
