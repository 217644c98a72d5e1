// A second person signs at somebody else's counter: with his own name and password, for this one act.
import { rolePermissions, roles } from '@lastmile/contract/permissions.ts';
import { type Signature, signFor } from '#auth/sign-in.ts';
import { type Actor, type Database, scopeOf } from '#platform/db.ts';
import { DomainError, fieldError } from '#platform/errors.ts';
import type { Sealer } from '#platform/secrets.ts';

/** Who signs, when he may approve and is not the one who asks. */
export async function signAsSecond(
  database: Database,
  sealer: Sealer,
  asker: Actor,
  signature: Signature,
): Promise<Actor> {
  const second = await signFor(database, sealer, signature).catch(sayItIsTheOther);
  if (second.id === asker.id) throw new DomainError('self_approval');
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
