import { audit } from '#audit/entries.ts';
import type { Work } from '#platform/db.ts';
import { DomainError } from '#platform/errors.ts';
import { hashPassword } from '#platform/secrets.ts';
import { addStaff, hasStaff } from './staff.ts';

export const initialUsername = 'admin';
export const initialPassword = 'admin123';

/** Prepares the first administrator outside of a transaction, for hashing is slow: returns the act that adds him. */
export async function firstAdministrator(givenPassword: string | undefined): Promise<(work: Work) => Promise<void>> {
  const passwordHash = await hashPassword(givenPassword ?? initialPassword);
  return async (work) => {
    if (await hasStaff(work.db)) return;
    await addStaff(work, {
      username: initialUsername,
      role: 'super_admin',
      passwordHash,
      isPasswordInitial: givenPassword === undefined,
    });
  };
}

/** Puts the chosen administrator in the place of the one that every fresh installation has. Once: then he is gone. */
export async function chooseFirstAdministrator(
  work: Work,
  { username, fullName, passwordHash }: { username: string; fullName: string; passwordHash: string },
): Promise<string> {
  const chosen = await work.db
    .updateTable('auth.staff')
    .set({ username, full_name: fullName, password_hash: passwordHash, is_password_initial: false })
    .where('is_password_initial', '=', true)
    .returning('id')
    .executeTakeFirst();
  if (!chosen) throw new DomainError('registration_closed');
  await work.db.deleteFrom('auth.sessions').where('staff_id', '=', chosen.id).execute();
  await audit(work, 'staff.registered', [chosen.id], { username });
  return chosen.id;
}
