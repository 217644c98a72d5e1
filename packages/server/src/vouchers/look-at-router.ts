// The full look at a router's codes: what was used is written down, what ended leaves, and what somebody did by hand is told.
import { sql } from 'kysely';
import { type Actor, type Database, type Db, inTransaction, type Work } from '#platform/db.ts';
import type { HotspotBypass, HotspotDevice, HotspotUsers, ObservedHotspotUser } from '#provisioning/hotspot-users.ts';
import type { RouterRow } from '#routers/routers.ts';
import { getSettings } from '#settings/provider.ts';
import { type NewAlert, raiseAlerts } from './alerts.ts';
import { recordReadings } from './readings.ts';
import { type KnownCode, sightOf } from './rules/sight-rules.ts';
import { lastDayBefore, type VoucherState } from './rules/voucher-rules.ts';
import { noteEvents } from './vouchers.ts';

const actor: Actor = { kind: 'reconciler', id: null, name: 'reconciler' };

// Codes that ended are looked for as long as somebody may try to sell them again.
const rememberedDays = 30;
const batchSize = 500;

export async function lookAtRouter(database: Database, router: RouterRow, users: HotspotUsers): Promise<void> {
  const { timeZone } = await getSettings(database.db);
  const known = await listKnownCodes(database, router.id, timeZone);
  const [seen, devices, bypasses] = await Promise.all([users.list(), users.devices(), users.bypasses()]);
  const accountIds = await findAccounts(database.db, seen);
  const isForeign = (user: { ownerId: string | undefined; name: string }) =>
    !builtIn.has(user.name) && (user.ownerId === undefined || !accountIds.has(user.ownerId));
  const sight = sightOf(
    known,
    seen.filter(({ isBuiltIn }) => !isBuiltIn),
    isForeign,
    { at: database.clock.now(), timeZone },
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
    await inTransaction(database, actor, (work) => recordReadings(work, router.id, some));
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

async function listKnownCodes(database: Database, routerId: string, timeZone: string): Promise<KnownCode[]> {
  const since = database.clock.now().subtract({ hours: 24 * rememberedDays });
  const rows = await database.db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
    .leftJoin('vouchers.sales as sale', 'sale.id', 'voucher.sale_id')
    .select([
      'voucher.id',
      'voucher.code',
      sql<VoucherState>`voucher.state`.as('state'),
      'voucher.expires_at as expiresAt',
      sql<'used' | 'wall'>`version.duration_kind`.as('durationKind'),
      'voucher.is_wanted as isWanted',
      'voucher.is_on_router as isOnRouter',
      'version.profile_name as profileName',
      'version.duration_seconds as limitSeconds',
      'version.data_bytes as limitBytes',
      sql<number>`voucher.used_seconds::float8`.as('usedSeconds'),
      'voucher.used_bytes as usedBytes',
      sql<number>`voucher.counter_seconds::float8`.as('counterSeconds'),
      'voucher.counter_bytes as counterBytes',
    ])
    .where((e) => e.or([e('voucher.router_id', '=', routerId), e('voucher.router_id', 'is', null)]))
    .where((e) => e.or([e('voucher.ended_at', 'is', null), e('voucher.ended_at', '>', since)]))
    // On its way just now: neither there nor not.
    .where((e) => e.or([e('sale.state', 'is', null), e('sale.state', '<>', 'reserved')]))
    .execute();
  return rows.map(({ expiresAt, ...row }) => ({
    ...row,
    expiresOn: expiresAt ? lastDayBefore(expiresAt, timeZone) : undefined,
  }));
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
