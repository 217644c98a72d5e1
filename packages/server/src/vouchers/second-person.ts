// A second person signs at somebody else's counter: with his own name and PIN, or password, for this one act.
import { rolePermissions, roles } from '@lastmile/contract/permissions.ts';
import { countWrongPins, signWithPin } from '#auth/pins.ts';
import { signFor } from '#auth/sign-in.ts';
import { type Actor, type Database, scopeOf } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';
import { tellAttempt } from './attempts.ts';

export type Signature = {
  username: string;
  pin?: string | undefined;
  password?: string | undefined;
  code?: string | undefined;
  address: string;
  isLocal: boolean;
};

/** Who signs, when he may approve and is not the one who asks. */
export async function signAsSecond(
  database: Database,
  sealer: Sealer,
  asker: Actor,
  signature: Signature,
): Promise<Actor> {
  // Before it is looked at: his own PIN is no second person's, and tells nothing.
  if (signature.username.toLowerCase() === asker.name) throw new DomainError('self_approval');
  const { pin, password = '' } = signature;
  const second =
    pin === undefined
      ? await signFor(database, sealer, { ...signature, password }).catch(sayItIsTheOther)
      : await signWithPin(database, asker, { ...signature, pin }).catch((error) =>
          tellGuesses(database, asker, signature.username, error),
        );
  const role = roles.find((name) => name === second.role);
  if (!role || !rolePermissions[role].includes('voucher:approve'))
    throw fieldError('second_person_needed', 'second.username', 'may not approve');
  return { ...second, scope: scopeOf(second) };
}

/** It is not the session of who asks that failed. */
function sayItIsTheOther(error: unknown): never {
  if (error instanceof DomainError && error.code === 'sign_in_failed')
    throw fieldError('password_wrong', 'second.password', 'is not the name and password of anybody here');
  throw error;
}

// Once is a slip of the finger, and twice may be.
const tellingTries = 3;

async function tellGuesses(database: Database, asker: Actor, username: string, error: unknown): Promise<never> {
  const tries = await countWrongPins(database.db, username);
  if (tries >= tellingTries)
    await tellAttempt(database, asker, { kind: 'pin_guessed', about: username, evidence: { pinOf: username, tries } });
  throw error;
}
