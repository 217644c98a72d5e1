// Who may log in to the router itself, and what his group allows.

import { createHash } from 'node:crypto';
import type { Actor, Policy, Router } from './model.ts';
import type { Row } from './rows.ts';

import { parseIp, parseIpRange } from './values.ts';

export const allPolicies: readonly Policy[] = [
  'local',
  'telnet',
  'ssh',
  'ftp',
  'reboot',
  'read',
  'write',
  'policy',
  'test',
  'winbox',
  'password',
  'web',
  'sniff',
  'sensitive',
  'api',
  'romon',
  'rest-api',
];

/** The person at WinBox, and the router itself. */
export const superuser: Actor = { name: 'winbox', policies: new Set(allPolicies) };

export type LoginResult = { ok: true; actor: Actor } | { ok: false; message: string };

export interface Credentials {
  name: string;
  password?: string;
  /** `00` + md5(0x00, password, challenge) in hex, before 6.43. */
  response?: string;
  challenge?: string;
}

export function logIn(router: Router, given: Credentials, from: string): LoginResult {
  const row = router.table('/user').findByName(given.name);
  const refused = router.dialect.hasChallengeLogin ? 'cannot log in' : 'invalid user name or password (6)';
  if (row === undefined || row.values.disabled === 'true' || !isProven(row, given) || !isFromAllowed(row, from)) {
    router.writeLog('system,error,critical', `login failure for user ${given.name} from ${from} via api`);
    return { ok: false, message: refused };
  }
  const policies = policiesOf(router, row);
  if (!policies.has('api')) return { ok: false, message: router.assumptions.noApiPolicy };
  return { ok: true, actor: { name: given.name, policies } };
}

function isProven(row: Row, given: Credentials): boolean {
  const password = row.values.password ?? '';
  if (given.response === undefined) return given.password === password;
  return given.response.toLowerCase() === challengeResponse(password, given.challenge ?? '');
}

export function challengeResponse(password: string, challenge: string): string {
  const hash = createHash('md5');
  hash.update(Uint8Array.of(0));
  hash.update(Buffer.from(password, 'latin1'));
  hash.update(Buffer.from(challenge, 'hex'));
  return `00${hash.digest('hex')}`;
}

export function isAddressListed(list: string, from: string): boolean {
  if (list === '' || list === '0.0.0.0/0') return true;
  const address = parseIp(from.replace(/^::ffff:/, ''));
  if (address === undefined) return false;
  return list.split(',').some((part) => {
    const range = parseIpRange(part);
    return range !== undefined && address >= range.first && address <= range.last;
  });
}

function isFromAllowed(row: Row, from: string): boolean {
  return isAddressListed(row.values.address ?? '', from);
}

export function policiesOf(router: Router, user: Row): ReadonlySet<Policy> {
  const group = router.table('/user/group').findByName(user.values.group ?? 'full');
  const words = (group?.values.policy ?? '').split(',').filter((word) => word !== '' && !word.startsWith('!'));
  return new Set(words as Policy[]);
}
