// Sessions are opaque tokens of 256 bits; the table holds only their SHA-256.
import { createHash, randomBytes } from 'node:crypto';
import { type Role, rolePermissions } from '@lastmile/contract/permissions.ts';
import { sql } from 'kysely';
import { audit } from '#audit/entries.ts';
import type { Db, Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import type { Caller } from '#platform/http.ts';

export type SessionKind = 'cookie' | 'token';

const lifetime: Record<SessionKind, Temporal.DurationLike> = { cookie: { hours: 24 * 7 }, token: { hours: 24 * 30 } };

// A browser that nobody used for a day is somebody's who went home.
const idleHours = 24;

/** How long a password counts as just given: what is dangerous asks for it again after that. */
export const confirmedMinutes = 15;

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
      confirmed_at: work.now,
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
    .innerJoin('auth.role_rules as rule', 'rule.role', 'staff.role')
    .select([
      'staff.id',
      'staff.username',
      'staff.role',
      'staff.is_limited as isLimited',
      sql<string[]>`array(select location_id::text from auth.staff_locations where staff_id = staff.id)`.as(
        'locationIds',
      ),
      'staff.is_password_initial as isPasswordInitial',
      'staff.is_password_forced as isPasswordForced',
      'staff.totp_since as totpSince',
      'rule.requires_totp as requiresTotp',
      'session.seen_at as seenAt',
      'session.confirmed_at as confirmedAt',
    ])
    .where('session.token_hash', '=', sessionHash)
    .where('session.expires_at', '>', now)
    .where((e) =>
      e.or([e('session.kind', '=', 'token'), e('session.seen_at', '>', now.subtract({ hours: idleHours }))]),
    )
    .where('staff.is_disabled', '=', false)
    .where((e) => e.or([e('staff.shut_out_until', 'is', null), e('staff.shut_out_until', '<=', now)]))
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
    isPasswordChangeRequired: row.isPasswordInitial || row.isPasswordForced,
    isSecondFactorRequired: row.requiresTotp && row.totpSince === null,
    isConfirmed: now.epochMilliseconds - row.confirmedAt.epochMilliseconds < confirmedMinutes * 60_000,
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

/** The password was given again: dangerous acts are open for a while. */
export async function confirmSession(work: Work, sessionHash: Buffer): Promise<void> {
  await work.db
    .updateTable('auth.sessions')
    .set({ confirmed_at: work.now })
    .where('token_hash', '=', sessionHash)
    .execute();
}

export type OpenSession = {
  id: string;
  kind: SessionKind;
  createdAt: Temporal.Instant;
  seenAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
  address: string;
  agent: string;
  isCurrent: boolean;
};

/** Nobody has many sessions for long: expired ones go every hour. */
export async function listSessions(
  db: Db,
  staffId: string,
  now: Temporal.Instant,
  currentHash?: Buffer,
): Promise<OpenSession[]> {
  const rows = await db
    .selectFrom('auth.sessions')
    .select(['id', 'kind', 'token_hash as tokenHash', 'address', 'agent'])
    .select(['created_at as createdAt', 'seen_at as seenAt', 'expires_at as expiresAt'])
    .where('staff_id', '=', staffId)
    .where('expires_at', '>', now)
    .where((e) => e.or([e('kind', '=', 'token'), e('seen_at', '>', now.subtract({ hours: idleHours }))]))
    .orderBy('seen_at', 'desc')
    .limit(200)
    .execute();
  return rows.map(({ tokenHash, kind, ...session }) => ({
    ...session,
    kind: kind as SessionKind,
    isCurrent: currentHash !== undefined && tokenHash.equals(currentHash),
  }));
}

export async function revokeSession(work: Work, staffId: string, sessionId: string): Promise<void> {
  const ended = await work.db
    .deleteFrom('auth.sessions')
    .where('staff_id', '=', staffId)
    .where('id', '=', sessionId)
    .returning(['address', 'agent'])
    .executeTakeFirst();
  if (!ended) throw new DomainError('session_not_found', { sessionId });
  await audit(work, 'staff.session_ended', [staffId], ended);
  work.announce('staff', staffId);
}

/** Signs a person out everywhere. */
export async function endAllSessions(work: Work, staffId: string): Promise<void> {
  const ended = await work.db.deleteFrom('auth.sessions').where('staff_id', '=', staffId).executeTakeFirst();
  await audit(work, 'staff.signed_out_everywhere', [staffId], { sessions: Number(ended.numDeletedRows) });
  work.announce('staff', staffId);
}
