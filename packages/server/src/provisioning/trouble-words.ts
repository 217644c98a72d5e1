// Why something on a router is not as wanted, for the person who reads it at the account or in the preview.
import { findTrouble } from '#routers/trouble.ts';
import type { Trouble } from './outcomes.ts';
import type { AdoptionPlan } from './rules/adoption-rules.ts';
import type { Observed, Wanted } from './rules/object-rules.ts';

/** The router was not any more as it was when we looked (gone, there already): another look tells. */
export function isOutdated(error: Error): boolean {
  return 'code' in error && (error.code === 'not_found' || error.code === 'conflict');
}

export function refusalWords(error: Error): Trouble {
  return {
    code: 'code' in error ? String(error.code) : 'rejected',
    message: findTrouble(error)?.message ?? error.message,
    needsPerson: !isOutdated(error),
  };
}

export function waitWords(name: string, isWaiting: boolean): Trouble {
  return isWaiting
    ? { code: 'name_in_use', message: `Another account has to leave the name "${name}" first.`, needsPerson: false }
    : {
        code: 'not_seen',
        message: 'The change was sent, but is not seen on the router yet.',
        needsPerson: false,
      };
}

const objectWords = {
  pppoe: { profile: 'PPP profile', account: 'PPP secret' },
  hotspot: { profile: 'hotspot user profile', account: 'hotspot user' },
};

type AnyObstacle = AdoptionPlan['obstacles'] extends Map<string, infer O> ? O : never;

export function obstacleWords(
  { code, service, name }: AnyObstacle,
  error?: Error | undefined,
): { code: string; message: string } {
  const words = objectWords[service];
  switch (code) {
    case 'profile_name_taken':
      return {
        code,
        message: `The router already has a ${words.profile} "${name}" that is not ours. Rename it there, or give the plan another profile name.`,
      };
    case 'account_name_taken':
      return {
        code,
        message: `The router already has a ${words.account} "${name}" that is not ours. Remove or rename it there, or choose another account name.`,
      };
    case 'password_needed':
      return {
        code,
        message: `The account "${name}" is not on the router, and its password is not known: give it a new one.`,
      };
    case 'walls_refused':
      return {
        code,
        message:
          `The router refuses the ${words.profile} "${name}" of blocked accounts, so this account is switched off instead. ${error ? refusalWords(error).message : ''}`.trim(),
      };
    case 'kind_missing':
      return {
        code,
        message:
          service === 'hotspot'
            ? 'This router has no hotspot: install or enable its hotspot package, or move the account.'
            : 'This router has no PPP: install or enable its ppp package, or move the account.',
      };
  }
}

/** By profile, in words: a pool that it names and that the router has not, nor gets from us. There the router refuses the profile. */
export function missingPoolWords(
  { profiles, pools }: Pick<Wanted, 'profiles' | 'pools'>,
  observed: Pick<Observed, 'pools'>,
): { name: string; message: string }[] {
  const known = new Set([...pools, ...observed.pools].map(({ name }) => name));
  return profiles.flatMap(({ name, pool }) =>
    pool === null || known.has(pool)
      ? []
      : [
          {
            name,
            message: `The plan names the address pool "${pool}", which this router does not have: add it there under /ip pool, or choose another one in the plan.`,
          },
        ],
  );
}
