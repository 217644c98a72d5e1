import type { Tone } from '../../lib/theme.ts';
import type { Router } from './queries.ts';

export const stateTones: Record<Router['state'], Tone> = {
  unknown: 'pending',
  online: 'fine',
  unreachable: 'broken',
  login_refused: 'broken',
  rejected: 'attention',
};

/** "192.0.2.1:8728", with brackets around an IPv6 address. */
export function addressOf({ host, port }: Pick<Router, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** "7.18.2" from "7.18.2 (stable)": the channel is of no use in a narrow column. */
export function shortVersion(rosVersion: string): string {
  return rosVersion.replace(/ \(.*\)$/, '');
}

/** "RB4011iGS+ · 7.18.2", as far as it is known. */
export function modelAndVersion({ model, rosVersion }: Router): string {
  return [model, rosVersion && shortVersion(rosVersion)].filter(Boolean).join(' · ') || '–';
}
