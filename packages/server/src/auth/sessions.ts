// Sessions are opaque tokens of 256 bits; the table holds only their SHA-256.
import { createHash, randomBytes } from 'node:crypto';
import { type Role, rolePermissions } from '@lastmile/contract/permissions.ts';
import { sql } from 'kysely';
import type { Db, Work } from '#platform/db.ts';
import type { Caller } from '#platform/http.ts';

export type SessionKind = 'cookie' | 'token';

const lifetime: Record<SessionKind, Temporal.DurationLike> = { cookie: { hours: 24 * 7 }, token: { hours: 24 * 30 } };

// Written down at most this often, so that reading a page does not write a row for each of its requests.
const seenEveryMs = 60_000;

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export type NewSession = { staffId: string; kind: SessionKind; address: string; agent: string };

export async function openSession(
  work: Work,
  session: NewSession,
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = work.now.add(lifetime[session.kind]);
  await work.db
    .insertInto('auth.sessions')
    .values({
      token_hash: hashToken(token),
      staff_id: session.staffId,
      kind: session.kind,
      created_at: work.now,
      seen_at: work.now,
      expires_at: expiresAt,
      address: session.address,
      agent: session.agent,
    })
    .execute();
  return { token, expiresAt };
}

export async function endSession(work: Work, sessionHash: Buffer): Promise<void> {
  await work.db.deleteFrom('auth.sessions').where('token_hash', '=', sessionHash).execute();
}

export async function endOtherSessions(work: Work, staffId: string, keptHash: Buffer): Promise<void> {
  await work.db
    .deleteFrom('auth.sessions')
    .where('staff_id', '=', staffId)
    .where('token_hash', '<>', keptHash)
    .execute();
}

export async function deleteExpiredSessions(work: Work): Promise<void> {
  await work.db.deleteFrom('auth.sessions').where('expires_at', '<', work.now).execute();
  const longAgo = work.now.subtract({ hours: 24 * 90 });
  await work.db.deleteFrom('auth.sign_in_failures').where('at', '<', longAgo).execute();
}

/** The caller behind a token, or undefined when it is unknown, expired or its owner was disabled. */
export async function findCaller(
  db: Db,
  token: string,
  now: Temporal.Instant,
): Promise<(Caller & { seenAt: Temporal.Instant }) | undefined> {
  const sessionHash = hashToken(token);
  const row = await db
    .selectFrom('auth.sessions as session')
    .innerJoin('auth.staff as staff', 'staff.id', 'session.staff_id')
    .select([
      'staff.id',
      'staff.username',
      'staff.role',
      'staff.is_limited as isLimited',
      sql<string[]>`array(select location_id::text from auth.staff_locations where staff_id = staff.id)`.as(
        'locationIds',
      ),
      'staff.is_password_initial as isPasswordInitial',
      'session.seen_at as seenAt',
    ])
    .where('session.token_hash', '=', sessionHash)
    .where('session.expires_at', '>', now)
    .where('staff.is_disabled', '=', false)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    actor: {
      kind: 'staff',
      id: row.id,
      name: row.username,
      role: row.role,
      scope: row.isLimited ? { locationIds: row.locationIds } : 'everywhere',
    },
    permissions: new Set(rolePermissions[row.role as Role]),
    isPasswordChangeRequired: row.isPasswordInitial,
    sessionHash,
    seenAt: row.seenAt,
  };
}

export function isSeenLongAgo(seenAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return now.epochMilliseconds - seenAt.epochMilliseconds > seenEveryMs;
}

export async function markSeen(work: Work, sessionHash: Buffer): Promise<void> {
  await work.db.updateTable('auth.sessions').set({ seen_at: work.now }).where('token_hash', '=', sessionHash).execute();
}
