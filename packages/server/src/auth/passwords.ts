import { randomBytes } from 'node:crypto';
import type { Db } from '#platform/db.ts';
import { fieldError } from '#platform/errors.ts';
import { hashPassword } from '#platform/secrets.ts';
import { getSettings } from '#settings/provider.ts';
import { isGuessable } from './password-rules.ts';

/** Refuses what everybody tries first, and names that stand on the sign-in page. */
export async function refuseGuessable(
  db: Db,
  field: string,
  password: string,
  names: readonly string[],
): Promise<void> {
  const { providerName } = await getSettings(db);
  if (isGuessable(password, [...names, providerName]))
    throw fieldError('password_guessable', field, 'is too easy to guess: it is one of those that are tried first');
}

/** The hash of a password that nobody has: only an invitation opens the account. */
export function hashNothing(): Promise<string> {
  return hashPassword(randomBytes(32).toString('base64url'));
}
