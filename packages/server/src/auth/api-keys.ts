// Keys for programs. A key is a person's: it may do what he may and its scopes name, and nothing once he is gone.
import { randomBytes } from 'node:crypto';
import { type Permission, type Role, rolePermissions } from '@lastmile/contract/permissions.ts';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError, fieldError, violatedConstraint } from '#platform/errors.ts';
import type { Caller } from '#platform/http.ts';
import { newId } from '#platform/ids.ts';
import { hashToken } from './sessions.ts';

/** Tells a key from the token of a session, and a leaked one from other text. */
const prefix = 'lmk_';
const maxKeysPerPerson = 50;

export function isApiKey(token: string): boolean {
  return token.startsWith(prefix);
}

export type NewApiKey = { name: string; scopes: readonly Permission[]; days: number };

/** The key itself leaves here once, and is kept nowhere. */
export async function addApiKey(
  work: Work,
  staffId: string,
  mine: ReadonlySet<Permission>,
  { name, scopes, days }: NewApiKey,
): Promise<{ id: string; key: string }> {
  const beyond = scopes.filter((scope) => !mine.has(scope));
  if (beyond.length > 0) throw fieldError('forbidden', 'scopes', `are more than you may: ${beyond.join(', ')}`);
  if ((await listApiKeys(work.db, staffId)).length >= maxKeysPerPerson)
    throw new DomainError('too_many_keys', { limit: maxKeysPerPerson });
  const id = newId();
  const key = `${prefix}${randomBytes(32).toString('base64url')}`;
  await work.db
    .insertInto('auth.api_keys')
    .values({
      id,
      staff_id: staffId,
      name,
      key_hash: hashToken(key),
      hint: key.slice(0, prefix.length + 6),
      scopes: [...new Set(scopes)].toSorted(),
      created_at: work.now,
      expires_at: work.now.add({ hours: 24 * days }),
    })
    .execute()
    .catch((error: unknown) => {
      if (violatedConstraint(error) === 'api_keys_name')
        throw fieldError('key_name_taken', 'name', 'is taken by another key of yours');
      throw error;
    });
  await audit(work, 'key.added', [staffId, id], { name, scopes: [...scopes], days });
  work.announce('staff', staffId);
  return { id, key };
}

export type ApiKey = {
  id: string;
  name: string;
  hint: string;
  scopes: Permission[];
  createdAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
  lastUsedAt: Temporal.Instant | null;
  lastAddress: string | null;
};

/** Those that are not revoked; an expired one stays until somebody takes it away, for he will look for it. */
export async function listApiKeys(db: Db, staffId: string): Promise<ApiKey[]> {
  const rows = await db
    .selectFrom('auth.api_keys')
    .select(['id', 'name', 'hint', 'scopes', 'created_at as createdAt', 'expires_at as expiresAt'])
    .select(['last_used_at as lastUsedAt', 'last_address as lastAddress'])
    .where('staff_id', '=', staffId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(maxKeysPerPerson)
    .execute();
  return rows as ApiKey[];
}

export async function revokeApiKey(work: Work, staffId: string, keyId: string): Promise<void> {
  const revoked = await work.db
    .updateTable('auth.api_keys')
    .set({ revoked_at: work.now })
    .where('id', '=', keyId)
    .where('staff_id', '=', staffId)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst();
  if (!revoked) throw new DomainError('key_not_found', { keyId });
  await audit(work, 'key.revoked', [staffId, keyId], { name: revoked.name });
  work.announce('staff', staffId);
}

/** The caller behind a key, or undefined when it is unknown, revoked, expired, or its owner may not come in. */
export async function findKeyCaller(
  db: Db,
  key: string,
  now: Temporal.Instant,
): Promise<(Caller & { keyId: string; seenAt: Temporal.Instant | null }) | undefined> {
  const row = await db
    .selectFrom('auth.api_keys as key')
    .innerJoin('auth.staff as staff', 'staff.id', 'key.staff_id')
    .select(['key.id as keyId', 'key.name as keyName', 'key.scopes', 'key.last_used_at as seenAt'])
    .select(['staff.id', 'staff.username', 'staff.role', 'staff.is_limited as isLimited'])
    .select(
      sql<string[]>`array(select location_id::text from auth.staff_locations where staff_id = staff.id)`.as(
        'locationIds',
      ),
    )
    .where('key.key_hash', '=', hashToken(key))
    .where('key.revoked_at', 'is', null)
    .where('key.expires_at', '>', now)
    .where('staff.is_disabled', '=', false)
    .where('staff.is_password_initial', '=', false)
    .where((e) => e.or([e('staff.shut_out_until', 'is', null), e('staff.shut_out_until', '<=', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  const lent = new Set(row.scopes);
  return {
    actor: {
      kind: 'staff',
      id: row.id,
      name: row.username,
      role: row.role,
      via: row.keyName,
      keyId: row.keyId,
      scope: row.isLimited ? { locationIds: row.locationIds } : 'everywhere',
    },
    permissions: new Set(rolePermissions[row.role as Role].filter((permission) => lent.has(permission))),
    isPasswordChangeRequired: false,
    isKey: true,
    sessionHash: Buffer.alloc(0),
    keyId: row.keyId,
    seenAt: row.seenAt,
  };
}

export async function markKeyUsed(work: Work, keyId: string): Promise<void> {
  await work.db
    .updateTable('auth.api_keys')
    .set({ last_used_at: work.now, last_address: work.actor.address ?? null })
    .where('id', '=', keyId)
    .execute();
}
