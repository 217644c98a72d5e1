// What a person may now: for work that goes on after the request in which it was asked for.
import { type Permission, rolePermissions } from '@lastmile/contract/permissions.ts';
import type { Actor, Db } from '#platform/db.ts';
import { findStaff } from './staff.ts';
import { getStaffScope } from './staff-scope.ts';

export type Standing = { actor: Actor; permissions: readonly Permission[] };

/** Who was disabled or locked out meanwhile may nothing; a program may what its key still lends. */
export async function findStanding(
  db: Db,
  staffId: string,
  now: Temporal.Instant,
  keyId: string | null = null,
): Promise<Standing> {
  const staff = await findStaff(db, staffId);
  if (!staff) throw new Error('a person of staff is never deleted');
  const { limitedTo } = await getStaffScope(db, staffId);
  const isShutOut = staff.shutOutUntil !== null && Temporal.Instant.compare(staff.shutOutUntil, now) > 0;
  const own = staff.isDisabled || isShutOut ? [] : rolePermissions[staff.role];
  const key = keyId === null ? null : await findLent(db, keyId, now);
  return {
    actor: {
      kind: 'staff',
      id: staff.id,
      name: staff.username,
      role: staff.role,
      ...(key && { via: key.name, keyId: key.id }),
      scope: limitedTo === null ? 'everywhere' : { locationIds: limitedTo },
    },
    permissions: key ? own.filter((permission) => key.lent.includes(permission)) : own,
  };
}

async function findLent(db: Db, keyId: string, now: Temporal.Instant) {
  const { id, name, scopes, isStanding } = await db
    .selectFrom('auth.api_keys')
    .select(['id', 'name', 'scopes'])
    .select((e) =>
      e
        .and([e('revoked_at', 'is', null), e('expires_at', '>', now)])
        .$castTo<boolean>()
        .as('isStanding'),
    )
    .where('id', '=', keyId)
    .executeTakeFirstOrThrow();
  return { id, name, lent: isStanding ? scopes : [] };
}
