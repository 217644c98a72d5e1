// One account as it is wanted beside what its router has of it, field by field. Pure.
import { isPasswordSame } from './change-rules.ts';
import type { Observed, WantedAccount, WantedProfile } from './object-rules.ts';
import { isSameRate } from './rate-limit-rules.ts';

export type ComparedField = { field: string; wanted: string | null; actual: string | null; isSame: boolean | null };

/** `isAdopted`: it was there before us, and may have no mark yet. */
export function compareAccount(
  account: WantedAccount,
  profile: WantedProfile | undefined,
  observed: Pick<Observed, 'accounts' | 'profiles'>,
  isAdopted: boolean,
): { isOnRouter: boolean; isDisabled: boolean; fields: ComparedField[] } {
  const own =
    observed.accounts.find(({ ownerId }) => ownerId === account.id) ??
    (isAdopted
      ? observed.accounts.find(({ ownerId, name }) => ownerId === undefined && name === account.name)
      : undefined);
  const there = observed.profiles.find(({ name }) => name === own?.profile);
  const plain = (field: string, wanted: string | null, actual: string | null | undefined): ComparedField => ({
    field,
    wanted,
    actual: actual ?? null,
    isSame: own !== undefined && wanted === (actual ?? null),
  });
  if (account.isRemoved) return { isOnRouter: own !== undefined, isDisabled: own?.isDisabled ?? false, fields: [] };
  return {
    isOnRouter: own !== undefined,
    isDisabled: own?.isDisabled ?? false,
    fields: [
      plain('name', account.name, own?.name),
      { field: 'password', wanted: null, actual: null, isSame: own ? isPasswordSame(account, own) : false },
      plain('profile', profile?.name ?? null, own?.profile),
      {
        ...plain('rateLimit', profile?.rateLimit ?? null, there?.rateLimit),
        isSame: there !== undefined && isSameRate(there.rateLimit, profile?.rateLimit ?? ''),
      },
      plain('staticAddress', account.staticAddress, own?.staticAddress),
      plain('macAddress', account.macAddress, own?.macAddress),
      plain('isDisabled', account.isEnabled ? 'no' : 'yes', own && (own.isDisabled ? 'yes' : 'no')),
    ],
  };
}
