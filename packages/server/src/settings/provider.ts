import type { Accent, Settings } from '@lastmile/contract/settings.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Language } from '#platform/languages.ts';
import { imageType } from './image-rules.ts';

export type ProviderSettings = z.output<typeof Settings>;

const columns = [
  'provider_name as providerName',
  'currency',
  'time_zone as timeZone',
  'country',
  sql<Language>`language`.as('language'),
  sql<Accent>`accent`.as('accent'),
  'live_interval_seconds as liveIntervalSeconds',
  'grace_days as graceDays',
  'owner_email as ownerEmail',
  'event_days as eventDays',
  'quiet_hour as quietHour',
  'full_look_minutes as fullLookMinutes',
  'overdue_check_hours as overdueCheckHours',
  'reconcile_at as reconcileAt',
  'revision',
] as const;

export async function getSettings(db: Db): Promise<ProviderSettings> {
  return db
    .selectFrom('settings.provider')
    .select(columns)
    .select((e) => e('logo_type', 'is not', null).as('hasLogo'))
    .executeTakeFirstOrThrow()
    .then((row) => ({ ...row, hasLogo: Boolean(row.hasLogo) }));
}

type SettingsChange = Partial<Omit<ProviderSettings, 'hasLogo' | 'revision'>> & { revision: number };

export async function changeSettings(work: Work, { revision, ...change }: SettingsChange): Promise<ProviderSettings> {
  const before = await lockSettings(work);
  if (before.revision !== revision) throw new DomainError('edit_conflict', { revision: before.revision });
  const after = { ...before, ...change };
  await work.db
    .updateTable('settings.provider')
    .set({
      provider_name: after.providerName,
      currency: after.currency,
      time_zone: after.timeZone,
      country: after.country,
      language: after.language,
      accent: after.accent,
      live_interval_seconds: after.liveIntervalSeconds,
      grace_days: after.graceDays,
      owner_email: after.ownerEmail,
      event_days: after.eventDays,
      quiet_hour: after.quietHour,
      full_look_minutes: after.fullLookMinutes,
      overdue_check_hours: after.overdueCheckHours,
      reconcile_at: after.reconcileAt,
      revision: revision + 1,
    })
    .execute();
  await audit(work, 'settings.changed', [], changedFields(before, after));
  work.announce('settings', 'provider');
  return getSettings(work.db);
}

async function lockSettings(work: Work): Promise<Omit<ProviderSettings, 'hasLogo'>> {
  return work.db.selectFrom('settings.provider').select(columns).forUpdate().executeTakeFirstOrThrow();
}

/** What differs, as `{ field: [before, after] }`. */
function changedFields<T extends object>(before: T, after: T): Record<string, unknown> {
  const keys = Object.keys(before) as (keyof T & string)[];
  return Object.fromEntries(
    keys
      .filter((key) => key !== 'revision' && before[key] !== after[key])
      .map((key) => [key, [before[key], after[key]]]),
  );
}

const maxLogoBytes = 256 * 1024;

export async function changeLogo(work: Work, base64: string): Promise<ProviderSettings> {
  const logo = Buffer.from(base64, 'base64');
  const type = imageType(logo);
  if (!type) throw fieldError('logo_not_an_image', 'image', 'must be a PNG, JPEG or WebP image');
  if (logo.length > maxLogoBytes)
    throw fieldError('invalid_input', 'image', `must be at most 256 KiB, and has ${Math.ceil(logo.length / 1024)}`);
  return setLogo(work, logo, type);
}

export async function removeLogo(work: Work): Promise<ProviderSettings> {
  return setLogo(work, null, null);
}

async function setLogo(work: Work, logo: Buffer | null, type: string | null): Promise<ProviderSettings> {
  // No new revision: a form that is open beside the logo does not hold it, and would be refused for it.
  await lockSettings(work);
  await work.db.updateTable('settings.provider').set({ logo, logo_type: type }).execute();
  await audit(work, logo ? 'settings.logo_changed' : 'settings.logo_removed', []);
  work.announce('settings', 'provider');
  return getSettings(work.db);
}

export async function findLogo(db: Db): Promise<{ image: Buffer; type: string } | undefined> {
  const row = await db.selectFrom('settings.provider').select(['logo', 'logo_type']).executeTakeFirst();
  return row?.logo && row.logo_type ? { image: row.logo, type: row.logo_type } : undefined;
}
