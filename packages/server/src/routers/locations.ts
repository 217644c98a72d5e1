// Locations: the places that group routers.
import { audit } from '#audit/entries.ts';
import type { Work } from '#platform/db.ts';
import { counted, DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';

export type LocationFields = { name: string; address: string | null; notes: string | null };
type LocationRow = LocationFields & { id: string; revision: number };

const columns = ['id', 'name', 'address', 'notes', 'revision'] as const;

export async function addLocation(work: Work, fields: LocationFields): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('routers.locations')
    .values({ id, ...fields, created_at: work.now })
    .execute()
    .catch(refuseDuplicate);
  await audit(work, 'location.added', [id], { name: fields.name });
  work.announce('router', '*');
  return id;
}

export type LocationChange = { [K in keyof LocationFields]?: LocationFields[K] | undefined } & { revision: number };

export async function changeLocation(work: Work, id: string, { revision, ...change }: LocationChange): Promise<void> {
  const before = await lockLocation(work, id);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const keys = ['name', 'address', 'notes'] as const;
  const given = keys.flatMap((key) => (change[key] === undefined ? [] : [[key, change[key] || null] as const]));
  const changed = given.filter(([key, value]) => value !== before[key]);
  await work.db
    .updateTable('routers.locations')
    .set({ ...Object.fromEntries(changed), revision: revision + 1 })
    .where('id', '=', id)
    .execute()
    .catch(refuseDuplicate);
  await audit(
    work,
    'location.changed',
    [id],
    Object.fromEntries(changed.map(([key, value]) => [key, [before[key], value]])),
  );
  work.announce('router', '*');
}

/** Who was limited to it alone sees nothing from then on, rather than everything. */
export async function removeLocation(work: Work, id: string): Promise<void> {
  const { name } = await lockLocation(work, id);
  const { count } = await work.db
    .selectFrom('routers.routers')
    .select((e) => e.fn.countAll<bigint>().as('count'))
    .where('location_id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow();
  const routerCount = Number(count);
  if (routerCount > 0)
    throw new DomainError(
      'location_in_use',
      { routerCount },
      `${counted(routerCount, 'router')} still at this location: move or remove them first`,
    );
  // Of routers that are gone only the history is left.
  await work.db.updateTable('routers.routers').set({ location_id: null }).where('location_id', '=', id).execute();
  await work.db.deleteFrom('routers.locations').where('id', '=', id).execute();
  await audit(work, 'location.removed', [id], { name });
  work.announce('router', '*');
}

async function lockLocation(work: Work, id: string): Promise<LocationRow> {
  const row = await work.db
    .selectFrom('routers.locations')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('location_not_found', { locationId: id });
  return row;
}

function refuseDuplicate(error: unknown): never {
  if (violatedConstraint(error) === 'locations_name')
    throw fieldError('location_name_taken', 'name', 'is the name of another location');
  throw error;
}
