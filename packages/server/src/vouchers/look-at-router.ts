// The full look at a router's codes: what was used is written down, what ended leaves, and what somebody did by hand is told.
import { sql } from 'kysely';
import { postJournals } from '#ledger/journals.ts';
import { localDate } from '#platform/dates.ts';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import type { HotspotBypass, HotspotDevice, HotspotUsers, ObservedHotspotUser } from '#provisioning/hotspot-users.ts';
import type { RouterRow } from '#routers/routers.ts';
import { getSettings } from '#settings/provider.ts';
import { type NewAlert, raiseAlerts } from './alerts.ts';
import { type KnownCode, type Reading, sightOf } from './sight-rules.ts';
import { noteEvents } from './vouchers.ts';

const actor: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

// Codes that ended are looked for as long as somebody may try to sell them again.
const rememberedDays = 30;
const batchSize = 500;

export async function lookAtRouter(database: Database, router: RouterRow, users: HotspotUsers): Promise<void> {
  const known = await listKnownCodes(database, router.id);
  const [seen, devices, bypasses] = await Promise.all([users.list(), users.devices(), users.bypasses()]);
  const accountIds = await findAccounts(database.db, seen);
  const isForeign = (user: { ownerId: string | undefined; name: string }) =>
    !builtIn.has(user.name) && (user.ownerId === undefined || !accountIds.has(user.ownerId));
  const sight = sightOf(
    known,
    seen.filter(({ isBuiltIn }) => !isBuiltIn),
    isForeign,
  );
  const locationId = await locationOf(database.db, router.id);
  const place = { routerId: router.id, locationId };
  const alerts: NewAlert[] = [
    ...sight.findings.map(({ kind, about, voucherId, evidence }) => ({
      ...place,
      kind,
      // The same trick on another day is another one.
      fingerprint: `${router.id} ${about} ${database.clock.now().toString().slice(0, 10)}`,
      voucherId,
      evidence,
    })),
    ...bypasses.map((bypass) => bypassAlert(place, bypass)),
  ];
  for (let from = 0; from < sight.readings.length; from += batchSize) {
    const some = sight.readings.slice(from, from + batchSize);
    await inTransaction(database, actor, (work) => recordReadings(work, some));
  }
  await inTransaction(database, actor, async (work) => {
    await rewrite(work, sight.missingIds);
    await takeAway(work, sight.leftoverIds);
    await raiseAlerts(work, [...alerts, ...(await recordDevices(work, place, devices))]);
  });
}

// Made by RouterOS itself.
const builtIn = new Set(['default-trial']);

function bypassAlert(place: { routerId: string; locationId: string | null }, bypass: HotspotBypass): NewAlert {
  return {
    ...place,
    kind: 'mac_bypass',
    fingerprint: `${place.routerId} ${bypass.mac} ${bypass.address}`,
    evidence: { mac: bypass.mac, address: bypass.address, comment: bypass.comment },
  };
}

async function listKnownCodes(database: Database, routerId: string): Promise<KnownCode[]> {
  const since = database.clock.now().subtract({ hours: 24 * rememberedDays });
  const rows = await database.db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
    .leftJoin('vouchers.sales as sale', 'sale.id', 'voucher.sale_id')
    .select([
      'voucher.id',
      'voucher.code',
      'voucher.state',
      'voucher.is_wanted as isWanted',
      'voucher.is_on_router as isOnRouter',
      'version.profile_name as profileName',
      'version.duration_seconds as limitSeconds',
      'version.data_bytes as limitBytes',
      sql<number>`voucher.used_seconds::float8`.as('usedSeconds'),
      'voucher.used_bytes as usedBytes',
      sql<number>`voucher.counter_seconds::float8`.as('counterSeconds'),
      'voucher.counter_bytes as counterBytes',
      sql<boolean>`voucher.first_used_at is not null`.as('isUsed'),
    ])
    .where((e) => e.or([e('voucher.router_id', '=', routerId), e('voucher.router_id', 'is', null)]))
    .where((e) => e.or([e('voucher.ended_at', 'is', null), e('voucher.ended_at', '>', since)]))
    // On its way just now: neither there nor not.
    .where((e) => e.or([e('sale.state', 'is', null), e('sale.state', '<>', 'reserved')]))
    .execute();
  return rows as KnownCode[];
}

/** Whose hotspot accounts these are: customers', which provisioning looks after. */
async function findAccounts(db: Db, seen: readonly ObservedHotspotUser[]): Promise<Set<string>> {
  const ids = seen.flatMap(({ ownerId }) => (ownerId === undefined ? [] : [ownerId]));
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from provisioning.accounts where id = any(${ids}::uuid[])
    union all select id from vouchers.vouchers where id = any(${ids}::uuid[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

async function locationOf(db: Db, routerId: string): Promise<string | null> {
  const row = await db
    .selectFrom('routers.routers')
    .select('location_id as locationId')
    .where('id', '=', routerId)
    .executeTakeFirst();
  return row?.locationId ?? null;
}

/** What was used. The first use earns what was paid; what is used up leaves the router. */
async function recordReadings(work: Work, readings: readonly Reading[]): Promise<void> {
  const first: string[] = [];
  const over: string[] = [];
  for (const reading of readings) {
    const row = await work.db
      .selectFrom('vouchers.vouchers as voucher')
      .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
      .select([
        'voucher.ended_at as endedAt',
        'voucher.first_used_at as firstUsedAt',
        'voucher.is_on_router as isOnRouter',
        'version.duration_kind as durationKind',
        'version.duration_seconds as durationSeconds',
      ])
      .where('voucher.id', '=', reading.id)
      .forUpdate('voucher')
      .executeTakeFirstOrThrow();
    const isOver = reading.isUsedUp && row.endedAt === null;
    const isFirst = reading.isFirstUse && row.firstUsedAt === null && row.endedAt === null;
    const firstUsedAt = isFirst ? work.now.subtract({ seconds: reading.counterSeconds }) : row.firstUsedAt;
    const isRunning = isFirst && row.durationKind === 'wall' && row.durationSeconds !== null;
    await work.db
      .updateTable('vouchers.vouchers')
      .set({
        used_seconds: BigInt(reading.usedSeconds),
        used_bytes: reading.usedBytes,
        counter_seconds: BigInt(reading.counterSeconds),
        counter_bytes: reading.counterBytes,
        ...(isFirst ? { state: 'redeemed', first_used_at: firstUsedAt, expires_at: null } : {}),
        ...(isRunning && firstUsedAt ? { expires_at: firstUsedAt.add({ seconds: row.durationSeconds ?? 0 }) } : {}),
        ...(isOver ? { state: 'redeemed', ended_at: work.now, end_reason: 'used_up', is_wanted: false } : {}),
        ...(isOver && row.isOnRouter ? { pending_since: work.now } : {}),
      })
      .where('id', '=', reading.id)
      .execute();
    if (isFirst) first.push(reading.id);
    if (isOver) over.push(reading.id);
  }
  await noteEvents(work, 'first_use', first);
  await noteEvents(work, 'used_up', over);
  await earn(work, first);
  for (const { id } of readings) work.announce('voucher', id);
}

async function earn(work: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { timeZone } = await getSettings(work.db);
  const rows = await work.db
    .selectFrom('vouchers.vouchers')
    .select(['id', 'price_minor as priceMinor', 'currency'])
    .where('id', 'in', ids)
    .where('price_minor', '>', 0n)
    .execute();
  const journals = rows.flatMap(({ id, priceMinor, currency }) =>
    priceMinor && currency
      ? [
          {
            kind: 'voucher_redeemed',
            refId: id,
            postedOn: localDate(work.now, timeZone),
            currency,
            transfers: [
              {
                debit: { kind: 'voucher_liability' as const },
                credit: { kind: 'revenue' as const },
                amountMinor: priceMinor,
              },
            ],
          },
        ]
      : [],
  );
  if (journals.length > 0) await postJournals(work, journals);
}

/** Gone by a hand that is not ours: the customer has paid, so it is written again, and what he used stays used. */
async function rewrite(work: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await work.db
    .updateTable('vouchers.vouchers')
    .set({ is_on_router: false, pending_since: work.now, counter_seconds: 0n, counter_bytes: 0n })
    .where('id', 'in', [...ids])
    .where('is_wanted', '=', true)
    .where('is_on_router', '=', true)
    .execute();
  await noteEvents(work, 'missing', ids);
}

async function takeAway(work: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await work.db
    .updateTable('vouchers.vouchers')
    .set({ is_on_router: true, pending_since: work.now })
    .where('id', 'in', [...ids])
    .where('is_wanted', '=', false)
    .where('is_on_router', '=', false)
    .execute();
}

/** The devices of codes; more than the package allows are told. */
async function recordDevices(
  work: Work,
  place: { routerId: string; locationId: string | null },
  devices: readonly HotspotDevice[],
): Promise<NewAlert[]> {
  if (devices.length === 0) return [];
  const { rows } = await sql<{ id: string; code: string; allowed: number; count: number; macs: string[] }>`
    with seen as (
      select voucher.id, seen.mac from unnest(${devices.map(({ user }) => user)}::text[], ${devices.map(({ mac }) => mac)}::text[]) as seen (code, mac)
      join vouchers.vouchers voucher on voucher.code = seen.code and voucher.sold_at is not null
    ), added as (
      insert into vouchers.devices (voucher_id, mac, router_id, first_seen_at)
      select distinct id, mac, ${place.routerId}::uuid, ${work.now}::timestamptz from seen
      on conflict do nothing returning voucher_id
    )
    select voucher.id, voucher.code, version.devices as allowed from vouchers.vouchers voucher
    join vouchers.package_versions version on version.id = voucher.version_id
    where voucher.id in (select voucher_id from added)`.execute(work.db);
  const alerts: NewAlert[] = [];
  for (const { id, code, allowed } of rows) {
    const macs = await work.db
      .selectFrom('vouchers.devices')
      .select('mac')
      .where('voucher_id', '=', id)
      .orderBy('first_seen_at')
      .limit(50)
      .execute();
    await work.db.updateTable('vouchers.vouchers').set({ device_count: macs.length }).where('id', '=', id).execute();
    if (macs.length > allowed)
      alerts.push({
        ...place,
        kind: 'code_sold_twice',
        fingerprint: `${id} ${macs.length}`,
        voucherId: id,
        evidence: { code, allowed, devices: macs.map(({ mac }) => mac) },
      });
  }
  return alerts;
}
