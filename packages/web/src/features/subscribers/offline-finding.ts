// What the router itself says may explain more than what is known here: then it is said instead, with the button that helps.
import type { RouterState } from './account-on-router.tsx';
import type { Why } from './queries.ts';

export type Fix = NonNullable<Why['fix']> | 'open_drift' | 'edit_account' | 'open_sessions';
type Refusal = NonNullable<RouterState['refusedLogins']>[number]['reason'];
export type Finding = { kind: 'absent' | 'differs' | Refusal; fix: Fix };

// Said where all else is well: the device does dial in, or what it dials is not there.
const atTheDevice: readonly Why['verdict'][] = ['never_connected', 'was_dropped', 'device_silent', 'changed_on_router'];

// The log of a router tells whole seconds, and by its own clock.
const clockSlackMs = 5000;

const refusalFixes: Record<Refusal, Fix> = {
  wrong_password: 'show_password',
  unknown_name: 'show_password',
  switched_off: 'write_again',
  wrong_device: 'edit_account',
  too_many_sessions: 'open_sessions',
  limit_reached: 'edit_account',
  no_address: 'open_router',
  radius_silent: 'open_router',
};

export function findingOf(
  { verdict, since, router }: Pick<Why, 'verdict' | 'since'> & { router: Pick<Why['router'], 'mode'> },
  state: RouterState | undefined,
): Finding | undefined {
  if (!state || !atTheDevice.includes(verdict)) return undefined;
  // Nothing is written to a router that is observed: its page shows what would be.
  const isManaged = router.mode === 'manage';
  if (!state.isOnRouter) return { kind: 'absent', fix: isManaged ? 'write_again' : 'open_router' };
  const different = state.fields.filter(({ isSame }) => isSame === false);
  if (different.some(({ field }) => field !== 'rateLimit'))
    return { kind: 'differs', fix: isManaged ? 'write_again' : 'open_router' };
  const [latest] = state.refusedLogins ?? [];
  if (latest?.at && (since === null || Date.parse(latest.at) + clockSlackMs >= Date.parse(since)))
    return { kind: latest.reason, fix: refusalFixes[latest.reason] };
  // The speed stands in the profile, which others have, too.
  return different.length > 0 ? { kind: 'differs', fix: 'open_drift' } : undefined;
}
