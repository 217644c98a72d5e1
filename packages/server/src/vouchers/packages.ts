// What is sold at the counter. A package is a name; what it gives and costs is a version, and a sold code keeps its own.
import type { durationKinds, Package } from '@lastmile/contract/vouchers.ts';
import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { keyOf, type Page, type PageRequest, pageOf } from '#platform/paging.ts';
import { getSettings } from '#settings/provider.ts';

export type PackageView = z.output<typeof Package>;

export type PackageFields = Pick<
  PackageView,
  | 'name'
  | 'priceMinor'
  | 'durationKind'
  | 'durationSeconds'
  | 'dataBytes'
  | 'downKbps'
  | 'upKbps'
  | 'devices'
  | 'validDays'
  | 'hours'
  | 'locationIds'
  | 'prices'
>;

function selectPackages(db: Db) {
  return db
    .selectFrom('vouchers.packages as package')
    .innerJoin(
      (e) =>
        e
          .selectFrom('vouchers.package_versions')
          .distinctOn('package_id')
          .selectAll()
          .orderBy('package_id')
          .orderBy('number', 'desc')
          .as('version'),
      (join) => join.onRef('version.package_id', '=', 'package.id'),
    )
    .select([
      'package.id',
      'version.id as versionId',
      'version.number as version',
      'package.name',
      sql<string>`lower(package.name)`.as('sortKey'),
      'version.price_minor as priceMinor',
      'version.currency',
      'version.duration_kind as durationKind',
      'version.duration_seconds as durationSeconds',
      'version.data_bytes as dataBytes',
      'version.down_kbps as downKbps',
      'version.up_kbps as upKbps',
      'version.devices',
      'version.valid_days as validDays',
      sql<string | null>`to_char(version.hours_from, 'HH24:MI')`.as('hoursFrom'),
      sql<string | null>`to_char(version.hours_until, 'HH24:MI')`.as('hoursUntil'),
      'version.location_ids as locationIds',
      'version.profile_name as profileName',
      'package.archived_at as archivedAt',
      'package.revision',
      sql<{ locationId: string; priceMinor: string }[]>`coalesce((
        select json_agg(json_build_object('locationId', location_id, 'priceMinor', price_minor::text) order by location_id)
        from vouchers.package_prices where version_id = version.id), '[]')`.as('prices'),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPackages>['executeTakeFirstOrThrow']>>;

function viewOf({ hoursFrom, hoursUntil, prices, ...row }: Row): PackageView {
  return {
    ...row,
    durationKind: row.durationKind as (typeof durationKinds)[number],
    hours: hoursFrom && hoursUntil ? { from: hoursFrom, until: hoursUntil } : null,
    prices: prices.map(({ locationId, priceMinor }) => ({ locationId, priceMinor: BigInt(priceMinor) })),
  };
}

export async function listPackages(
  db: Db,
  query: PageRequest & { status: 'active' | 'archived' | 'all' },
): Promise<Page<PackageView>> {
  const key = keyOf(query.after, 'text', 'uuid');
  const rows = await selectPackages(db)
    .$if(query.status !== 'all', (q) =>
      q.where('package.archived_at', query.status === 'active' ? 'is' : 'is not', null),
    )
    .$if(key !== undefined, (q) =>
      q.where(sql<SqlBool>`(lower(package.name), package.id) > (${key?.[0]}, ${key?.[1]}::uuid)`),
    )
    .orderBy(sql`lower(package.name)`)
    .orderBy('package.id')
    .limit(query.limit + 1)
    .execute();
  const page = pageOf(rows, query.limit, (row) => [row.sortKey, row.id]);
  return { next: page.next, items: page.items.map(viewOf) };
}

export async function getPackage(db: Db, packageId: string): Promise<PackageView> {
  const row = await selectPackages(db).where('package.id', '=', packageId).executeTakeFirst();
  if (!row) throw new DomainError('package_not_found', { packageId });
  return viewOf(row);
}

// A counter with more buttons than this sells nothing quickly.
const maxOnCounter = 100;

/** What a counter may sell, dearest last, at the price of its location. */
export async function listSellablePackages(db: Db, locationId: string | null): Promise<PackageView[]> {
  const rows = await selectPackages(db)
    .where('package.archived_at', 'is', null)
    .where((e) =>
      e.or([
        sql<SqlBool>`version.location_ids = '{}'`,
        ...(locationId === null ? [] : [sql<SqlBool>`${locationId}::uuid = any(version.location_ids)`]),
      ]),
    )
    .orderBy('version.price_minor')
    .orderBy('package.id')
    .limit(maxOnCounter)
    .execute();
  return rows.map((row) => pricedAt(viewOf(row), locationId));
}

function pricedAt(view: PackageView, locationId: string | null): PackageView {
  const own = view.prices.find((price) => price.locationId === locationId);
  return own ? { ...view, priceMinor: own.priceMinor } : view;
}

/** The package to be sold now, at a location's price. A share lock keeps it from being changed meanwhile. */
export async function lockSellablePackage(
  work: Work,
  packageId: string,
  locationId: string | null,
): Promise<PackageView> {
  const locked = await work.db
    .selectFrom('vouchers.packages')
    .select('archived_at')
    .where('id', '=', packageId)
    .forShare()
    .executeTakeFirst();
  if (!locked) throw fieldError('package_not_found', 'packageId', 'is not a package');
  if (locked.archived_at) throw fieldError('package_archived', 'packageId', 'is no longer sold');
  const view = await getPackage(work.db, packageId);
  const isSoldHere = view.locationIds.length === 0 || (locationId !== null && view.locationIds.includes(locationId));
  if (!isSoldHere) throw fieldError('package_not_sold_here', 'packageId', 'is not sold at this location');
  return pricedAt(view, locationId);
}

export async function addPackage(work: Work, fields: PackageFields): Promise<PackageView> {
  refuseEndless(fields);
  const id = newId();
  await work.db
    .insertInto('vouchers.packages')
    .values({ id, name: fields.name, created_at: work.now })
    .execute()
    .catch(refuseDuplicate);
  await addVersion(work, id, 1, fields);
  await audit(work, 'voucher.package_added', [id], { name: fields.name, priceMinor: fields.priceMinor.toString() });
  work.announce('voucher', id);
  return getPackage(work.db, id);
}

export type PackageChange = { [K in keyof PackageFields]?: PackageFields[K] | undefined } & {
  isArchived?: boolean | undefined;
  revision: number;
};

export async function changePackage(
  work: Work,
  packageId: string,
  { revision, isArchived, ...change }: PackageChange,
): Promise<PackageView> {
  const locked = await work.db
    .selectFrom('vouchers.packages')
    .select('revision')
    .where('id', '=', packageId)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) throw new DomainError('package_not_found', { packageId });
  if (locked.revision !== revision) throw new DomainError('edit_conflict', { revision: locked.revision });
  const before = await getPackage(work.db, packageId);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const after: PackageFields = { ...before, ...given };
  refuseEndless(after);
  await work.db
    .updateTable('vouchers.packages')
    .set({
      name: after.name,
      revision: revision + 1,
      ...(isArchived === undefined ? {} : { archived_at: isArchived ? (before.archivedAt ?? work.now) : null }),
    })
    .where('id', '=', packageId)
    .execute()
    .catch(refuseDuplicate);
  if (Object.keys(given).length > 0) await addVersion(work, packageId, before.version + 1, after);
  const changed = Object.keys(given) as (keyof PackageFields)[];
  await audit(work, 'voucher.package_changed', [packageId], {
    ...Object.fromEntries(changed.map((key) => [key, [plain(before[key]), plain(after[key])]])),
    ...(isArchived === undefined ? {} : { isArchived }),
  });
  work.announce('voucher', packageId);
  return getPackage(work.db, packageId);
}

async function addVersion(work: Work, packageId: string, number: number, fields: PackageFields): Promise<void> {
  const { currency } = await getSettings(work.db);
  const id = newId();
  await work.db
    .insertInto('vouchers.package_versions')
    .values({
      id,
      package_id: packageId,
      number,
      name: fields.name,
      price_minor: fields.priceMinor,
      currency,
      duration_kind: fields.durationKind,
      duration_seconds: fields.durationSeconds,
      data_bytes: fields.dataBytes,
      down_kbps: fields.downKbps,
      up_kbps: fields.upKbps,
      devices: fields.devices,
      valid_days: fields.validDays,
      hours_from: fields.hours?.from ?? null,
      hours_until: fields.hours?.until ?? null,
      location_ids: fields.locationIds,
      profile_name: profileNameOf(fields),
      created_at: work.now,
      created_by: work.actor.name,
    })
    .execute();
  if (fields.prices.length === 0) return;
  const prices = new Map(fields.prices.map((price) => [price.locationId, price.priceMinor]));
  await work.db
    .insertInto('vouchers.package_prices')
    .values([...prices].map(([location_id, price_minor]) => ({ version_id: id, location_id, price_minor })))
    .execute();
}

/**
 * Named for what it gives, so that packages of one speed share it, and a cheap code with a fast profile can be told from an
 * honest one by a person at the router.
 */
function profileNameOf({ downKbps, upKbps, devices }: PackageFields): string {
  return `lm-${upKbps}k-${downKbps}k-${devices}`;
}

function refuseEndless({ durationSeconds, durationKind, dataBytes, hours }: PackageFields): void {
  if (durationSeconds === null && (dataBytes === null || durationKind === 'wall'))
    throw fieldError('invalid_input', 'durationSeconds', 'is needed where no amount of data ends the package');
  if (hours && hours.from === hours.until) throw fieldError('invalid_input', 'hours', 'must not be empty');
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? part.toString() : part)) ?? 'null',
  );
}

function refuseDuplicate(error: unknown): never {
  if (violatedConstraint(error) === 'packages_name')
    throw fieldError('package_name_taken', 'name', 'is the name of another package');
  throw error;
}
