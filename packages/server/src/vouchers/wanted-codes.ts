// What routers are to have of codes, and what they are known to have.
import { sql } from 'kysely';
import type { Database, Db } from '#platform/db.ts';
import type { HotspotUser } from '#provisioning/hotspot-users.ts';
import { rateLimitOf } from '#provisioning/profiles.ts';
import { getSettings } from '#settings/provider.ts';
import { isWithinHours } from './rules/hours-rules.ts';

function select(db: Db) {
  return db
    .selectFrom('vouchers.vouchers as voucher')
    .innerJoin('vouchers.package_versions as version', 'version.id', 'voucher.version_id')
    .select([
      'voucher.id',
      'voucher.code',
      'version.profile_name as profileName',
      'version.down_kbps as downKbps',
      'version.up_kbps as upKbps',
      'version.devices',
      'version.duration_seconds as limitSeconds',
      'version.data_bytes as limitBytes',
      sql<string | null>`to_char(version.hours_from, 'HH24:MI')`.as('hoursFrom'),
      sql<string | null>`to_char(version.hours_until, 'HH24:MI')`.as('hoursUntil'),
    ]);
}

/** Codes as hotspot users, on or off by the hour of the provider's day. */
export async function selectHotspotUsers(
  database: Database,
  narrow: (query: ReturnType<typeof select>) => ReturnType<typeof select>,
): Promise<HotspotUser[]> {
  const rows = await narrow(select(database.db)).execute();
  // Most packages have no hours: then no time zone is asked for.
  const timeZone = rows.some(({ hoursFrom }) => hoursFrom) ? (await getSettings(database.db)).timeZone : 'UTC';
  const time = database.clock.now().toZonedDateTimeISO(timeZone).toPlainTime();
  return rows.map(({ id, code, profileName, limitSeconds, limitBytes, hoursFrom, hoursUntil, ...rates }) => ({
    id,
    code,
    profile: { name: profileName, rateLimit: rateLimitOf(rates), sharedUsers: rates.devices },
    limitSeconds,
    limitBytes,
    isEnabled: !hoursFrom || !hoursUntil || isWithinHours(time, hoursFrom, hoursUntil),
  }));
}
