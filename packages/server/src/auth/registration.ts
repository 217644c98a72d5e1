// Who comes first chooses the administrator, once and on the machine itself; afterwards somebody who may hire adds the others.
import type { Permission } from '@lastmile/contract/permissions.ts';
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { hashPassword } from '#platform/secrets.ts';
import { chooseFirstAdministrator } from './first-administrator.ts';
import { refuseGuessable } from './passwords.ts';
import { hireStaff } from './people.ts';
import { isOpenToNetwork } from './sign-in.ts';

export type Registrar = {
  actor: Actor;
  isLocal: boolean;
  caller:
    | { permissions: ReadonlySet<Permission>; isPasswordChangeRequired: boolean; isKey?: boolean | undefined }
    | undefined;
};

/** The first administrator chooses his name; who administers already adds a colleague. */
export async function register(
  database: Database,
  { actor, caller, isLocal }: Registrar,
  { username, password, fullName }: { username: string; password: string; fullName: string },
): Promise<{ id: string; username: string }> {
  await refuseGuessable(database.db, 'password', password, [username, fullName]);
  if (!caller?.permissions.has('staff:write') && (await isOpenToNetwork(database)))
    throw new DomainError('registration_closed');
  const passwordHash = await hashPassword(password);
  return inTransaction(database, actor, async (work) => {
    if (caller?.permissions.has('staff:write') && !caller.isPasswordChangeRequired && !caller.isKey) {
      const member = { username, fullName, role: 'office', passwordHash, isPasswordInitial: false } as const;
      const { id } = await hireStaff(work, { ...member, isPasswordForced: true });
      return { id, username };
    }
    if (!isLocal) throw new DomainError('initial_password_local_only');
    return { id: await chooseFirstAdministrator(work, { username, fullName, passwordHash }), username };
  });
}
