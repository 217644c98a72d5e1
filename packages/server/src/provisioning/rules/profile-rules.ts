// What a profile may say, and what of it fits together.
import type { profileOptions, serviceKinds } from '@lastmile/contract/provisioning.ts';

export type ServiceKind = (typeof serviceKinds)[number];

type NumberOption = Exclude<
  keyof typeof profileOptions,
  'addressPool' | 'addressRange' | 'localAddress' | 'addressList' | 'dnsServers'
>;
export type ProfileOptions = Record<NumberOption, number | null> &
  Record<Exclude<keyof typeof profileOptions, NumberOption>, string | null>;

export type Profile = { name: string; service: ServiceKind; downKbps: number; upKbps: number } & ProfileOptions;

/** Nothing but its speed is said of a profile's rates. */
export const plainRates = {
  burstDownKbps: null,
  burstUpKbps: null,
  thresholdDownKbps: null,
  thresholdUpKbps: null,
  burstDownSeconds: null,
  burstUpSeconds: null,
  priority: null,
  limitAtDownKbps: null,
  limitAtUpKbps: null,
};

/** A profile that says nothing but its speed. */
export const plainOptions: ProfileOptions = {
  ...plainRates,
  sessionTimeoutSeconds: null,
  idleTimeoutSeconds: null,
  sharedUsers: null,
  addressPool: null,
  addressRange: null,
  localAddress: null,
  addressList: null,
  dnsServers: null,
};

export type ProfileFault = { field: keyof Profile; message: string };

/** The first thing in a profile that does not fit the rest. */
export function findProfileFault(profile: Profile): ProfileFault | undefined {
  return (['Down', 'Up'] as const).map((side) => findRateFault(profile, side)).find(Boolean) ?? findKindFault(profile);
}

function findRateFault(profile: Profile, side: 'Down' | 'Up'): ProfileFault | undefined {
  const speed = side === 'Down' ? profile.downKbps : profile.upKbps;
  const burst = profile[`burst${side}Kbps`];
  const threshold = profile[`threshold${side}Kbps`];
  const limitAt = profile[`limitAt${side}Kbps`];
  if (burst !== null && burst < speed)
    return { field: `burst${side}Kbps`, message: `must be at least the speed, ${speed}k` };
  if (burst === null && threshold !== null) return { field: `threshold${side}Kbps`, message: 'needs a burst speed' };
  if (burst === null && profile[`burst${side}Seconds`] !== null)
    return { field: `burst${side}Seconds`, message: 'needs a burst speed' };
  if (burst !== null && threshold !== null && threshold > burst)
    return { field: `threshold${side}Kbps`, message: `must be at most the burst speed, ${burst}k` };
  if (limitAt !== null && limitAt > speed)
    return { field: `limitAt${side}Kbps`, message: `must be at most the speed, ${speed}k` };
  return undefined;
}

function findKindFault(profile: Profile): ProfileFault | undefined {
  const { service, sharedUsers, addressPool, addressRange } = profile;
  if (addressPool !== null && addressRange !== null)
    return { field: 'addressRange', message: 'is not needed with a pool: give one of both' };
  if (service === 'pppoe' && sharedUsers !== null && sharedUsers > 1)
    return { field: 'sharedUsers', message: 'must be 1 or empty: PPPoE knows one session or any number' };
  if (service === 'hotspot' && profile.localAddress !== null)
    return { field: 'localAddress', message: 'is for PPPoE plans only' };
  if (service === 'hotspot' && profile.dnsServers !== null)
    return { field: 'dnsServers', message: 'is for PPPoE plans only: a hotspot gives the DNS of its DHCP network' };
  return undefined;
}
