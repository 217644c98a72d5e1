import { expect, test } from 'vitest';
import type { RouterState } from './account-on-router.tsx';
import { type Finding, findingOf } from './offline-finding.ts';

const since = '2026-03-01T05:00:00Z';
const silent = { verdict: 'device_silent', since, router: { mode: 'manage' } } as const;
const field = (name: string, isSame: boolean | null) => ({ field: name, wanted: 'a', actual: 'b', isSame });
const asWanted = {
  isOnRouter: true,
  isAsWanted: true,
  fields: [field('name', true), field('password', null)],
  refusedLogins: [],
} as unknown as RouterState;
type Refused = NonNullable<RouterState['refusedLogins']>[number];
const refused = (reason: Refused['reason'], at: string | null = '2026-03-01T06:00:00Z'): Partial<RouterState> => ({
  refusedLogins: [{ reason, at, triedName: 'acc', message: '' }],
});

test.each<[string, object, Partial<RouterState>, Finding | undefined]>([
  ['all is as wanted', {}, {}, undefined],
  ['the account is not there', {}, { isOnRouter: false }, { kind: 'absent', fix: 'write_again' }],
  [
    'not there, and nothing is written',
    { router: { mode: 'observe' } },
    { isOnRouter: false },
    { kind: 'absent', fix: 'open_router' },
  ],
  ['another password is there', {}, { fields: [field('password', false)] }, { kind: 'differs', fix: 'write_again' }],
  ['another speed is there', {}, { fields: [field('rateLimit', false)] }, { kind: 'differs', fix: 'open_drift' }],
  ['dials in with a wrong password', {}, refused('wrong_password'), { kind: 'wrong_password', fix: 'show_password' }],
  ['dials in with a wrong name', {}, refused('unknown_name'), { kind: 'unknown_name', fix: 'show_password' }],
  ['dials in from another device', {}, refused('wrong_device'), { kind: 'wrong_device', fix: 'edit_account' }],
  ['dials in twice', {}, refused('too_many_sessions'), { kind: 'too_many_sessions', fix: 'open_sessions' }],
  ['was switched off', {}, refused('switched_off'), { kind: 'switched_off', fix: 'write_again' }],
  ['has used up a limit', {}, refused('limit_reached'), { kind: 'limit_reached', fix: 'edit_account' }],
  ['finds the pool empty', {}, refused('no_address'), { kind: 'no_address', fix: 'open_router' }],
  ['waits for a RADIUS server', {}, refused('radius_silent'), { kind: 'radius_silent', fix: 'open_router' }],
  ['was refused before he was online last', {}, refused('wrong_password', '2026-03-01T04:00:00Z'), undefined],
  ['was refused at a time that is not understood', {}, refused('wrong_password', null), undefined],
  ['owes: nothing on the router matters', { verdict: 'overdue' }, { isOnRouter: false }, undefined],
])('who is offline and %s is told that, with the button that helps', (_name, why, state, expected) => {
  expect(findingOf({ ...silent, ...why }, { ...asWanted, ...state })).toEqual(expected);
});

test('a router that could not be asked adds nothing', () => {
  expect(findingOf(silent, undefined)).toBeUndefined();
});
