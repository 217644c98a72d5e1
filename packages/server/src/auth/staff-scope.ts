// To which locations a person is limited. Written here, read with every request (see findCaller).
import { type SqlBool, sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Scope, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';

/** The ids of the locations; null: limited to none. */
export async function getStaffScope(db: Db, staffId: string): Promise<{ limitedTo: string[] | null }> {
  const staff = await db.selectFrom('auth.staff').select('is_limited').where('id', '=', staffId).executeTakeFirst();
  if (!staff) throw new DomainError('staff_not_found', { staffId });
  if (!staff.is_limited) return { limitedTo: null };
  const rows = await db
    .selectFrom('auth.staff_locations')
    .select('location_id')
    .where('staff_id', '=', staffId)
    .orderBy('location_id')
    .execute();
  return { limitedTo: rows.map(({ location_id }) => location_id) };
}

/** Limits a person to locations, or lifts that with null. Nobody does it to himself: the last one who sees all would be gone. */
export async function limitStaff(work: Work, staffId: string, limitedTo: readonly string[] | null): Promise<void> {
  if (staffId === work.actor.id)
    throw new DomainError('scope_of_yourself', {}, 'nobody can change which locations he himself is limited to');
  await work.db.selectFrom('auth.staff').select('id').where('id', '=', staffId).forUpdate().execute();
  const before = await getStaffScope(work.db, staffId);
  await work.db.deleteFrom('auth.staff_locations').where('staff_id', '=', staffId).execute();
  await work.db
    .updateTable('auth.staff')
    .set({ is_limited: limitedTo !== null })
    .where('id', '=', staffId)
    .execute();
  const locationIds = [...new Set(limitedTo)].toSorted();
  if (locationIds.length > 0)
    await work.db
      .insertInto('auth.staff_locations')
      .values(locationIds.map((locationId) => ({ staff_id: staffId, location_id: locationId })))
      .execute()
      .catch((error: unknown) => {
        if (violatedConstraint(error) === 'staff_locations_location_id_fkey')
          throw fieldError('location_not_found', 'limitedTo', 'names a location that is not there');
        throw error;
      });
  await audit(work, 'staff.limited', [staffId], {
    limitedTo: [before.limitedTo, limitedTo === null ? null : locationIds],
  });
}

/** Those who are limited to places of the scope and to no other. */
export async function listColleagueIds(db: Db, scope: Exclude<Scope, 'everywhere'>): Promise<string[]> {
  const rows = await db
    .selectFrom('auth.staff as staff')
    .select('staff.id')
    .where('staff.is_limited', '=', true)
    .where(
      sql<SqlBool>`array(select location_id from auth.staff_locations where staff_id = staff.id) <@ ${scope.locationIds}::uuid[]`,
    )
    .execute();
  return rows.map(({ id }) => id);
}

/** The names beside the ids, for the person's own screens. */
export async function listOwnLocations(db: Db, staffId: string): Promise<{ id: string; name: string }[] | null> {
  const { limitedTo } = await getStaffScope(db, staffId);
  if (limitedTo === null) return null;
  return db
    .selectFrom('routers.locations')
    .select(['id', 'name'])
    .where('id', 'in', [...limitedTo, '00000000-0000-0000-0000-000000000000'])
    .orderBy('name')
    .execute();
}
