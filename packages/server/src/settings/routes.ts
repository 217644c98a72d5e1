import { settings } from '@lastmile/contract/settings.ts';
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { type Http, mount } from '#platform/http.ts';
import { changeLogo, changeSettings, findLogo, getSettings, removeLogo } from './provider.ts';

export type Installation = { version: string; isDatabaseEmbedded: boolean; startedAt: string };

/** What rooms above keep in step with the settings, in the same transaction. */
export type Followers = { followCurrency(work: Work, currency: string): Promise<void> };

export function settingsRoutes(http: Http, installation: Installation, { followCurrency }: Followers): void {
  mount(http, settings, {
    'GET /api/settings': { read: (db) => getSettings(db) },
    'PUT /api/settings': {
      act: async (work, { body }) => {
        const changed = await changeSettings(work, body);
        if (body.currency !== undefined) await followCurrency(work, changed.currency);
        return changed;
      },
    },
    'PUT /api/settings/logo': { act: (work, { body }) => changeLogo(work, body.image) },
    'DELETE /api/settings/logo': { act: (work) => removeLogo(work) },
    'GET /api/system': {
      read: async (db) => ({ ...installation, ...(await getDatabaseFacts(db)), nodeVersion: process.versions.node }),
    },
  });
  // An image is not JSON, so this route stands beside the contract. It is shown before anybody signed in.
  http.app.get('/api/settings/logo', { config: { permission: 'public' } }, async (_request, reply) => {
    const logo = await findLogo(http.database.db);
    if (!logo) throw new DomainError('not_found', { path: '/api/settings/logo' });
    return reply.type(logo.type).header('cache-control', 'no-cache').send(logo.image);
  });
}

async function getDatabaseFacts(db: Db): Promise<{ databaseVersion: string; databaseBytes: string }> {
  const { rows } = await sql<{ version: string; bytes: string }>`
    select current_setting('server_version') as version, pg_database_size(current_database())::text as bytes`.execute(
    db,
  );
  return { databaseVersion: rows[0]?.version ?? '', databaseBytes: rows[0]?.bytes ?? '0' };
}
