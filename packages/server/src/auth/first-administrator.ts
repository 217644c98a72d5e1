import type { Work } from '#platform/db.ts';
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
