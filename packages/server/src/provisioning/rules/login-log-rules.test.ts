import { expect, test } from 'vitest';
import { type LoginFacts, logTimes, refusedLogins } from './login-log-rules.ts';

const facts: LoginFacts = { service: 'pppoe', names: ['ana'], isOnRouter: true, isDisabled: false };
const ppp = 'pppoe,ppp,error';
const hotspot = 'hotspot,info,debug';
const read = (topics: string, message: string, change: Partial<LoginFacts> = {}) =>
  refusedLogins([{ time: '', topics, message }], { ...facts, ...change }, () => null).map(({ triedName, reason }) => [
    triedName,
    reason,
  ]);

test.each([
  ['a wrong password', ppp, '<0005>: user ana authentication failed', {}, 'wrong_password'],
  ['a reason that says no more', ppp, '<ana>: user ana authentication failed: bad password', {}, 'wrong_password'],
  ['a RADIUS that is silent', ppp, '<0005>: user ana authentication failed - radius timeout', {}, 'radius_silent'],
  ['an account that is off', ppp, '<0005>: user ana authentication failed', { isDisabled: true }, 'switched_off'],
  [
    'an account that is not there',
    ppp,
    '<0005>: user ana authentication failed',
    { isOnRouter: false },
    'unknown_name',
  ],
  [
    'another device',
    hotspot,
    'ana (10.5.50.2): login failed: user ana is not allowed to log in from this MAC address',
    { service: 'hotspot' },
    'wrong_device',
  ],
  [
    'a full login',
    hotspot,
    'ana (10.5.50.2): login failed: no more sessions are allowed for user ana',
    { service: 'hotspot' },
    'too_many_sessions',
  ],
  [
    'a used up limit',
    hotspot,
    'ana (AA:BB): login failed: user ana has reached uptime limit',
    { service: 'hotspot' },
    'limit_reached',
  ],
  [
    'an empty pool',
    hotspot,
    'ana (AA:BB): login failed: cannot assign ip address - no more free addresses from pool',
    { service: 'hotspot' },
    'no_address',
  ],
  [
    'a wrong hotspot password',
    hotspot,
    'ana (AA:BB): login failed: invalid username or password',
    { service: 'hotspot' },
    'wrong_password',
  ],
] as const)('%s is read from the log', (_name, topics, message, change, reason) => {
  expect(read(topics, message, change)).toEqual([['ana', reason]]);
});

test.each(['Ana', 'ana ', 'ANA@isp', 'a.n-a'])(
  '%j is taken for a way to write ana, which the router does not know',
  (name) => {
    expect(read(ppp, `<0005>: user ${name} authentication failed`)).toEqual([[name, 'unknown_name']]);
  },
);

test.each([
  ['somebody else', ppp, '<0005>: user anabel authentication failed'],
  ['the other kind', hotspot, 'ana (10.5.50.2): login failed: invalid username or password'],
  ['the login of a person to the router', 'system,error,critical', 'login failure for user ana from 10.0.0.1 via api'],
  ['somebody who came', 'pppoe,ppp,info,account', 'ana logged in, 10.0.0.2 from AA:BB:CC:DD:EE:FF'],
  ['a user who asks', 'system,info', 'user ana authentication failed'],
  ['nothing at all', '', ''],
])('%s is not a refusal of the account', (_name, topics, message) => {
  expect(read(topics, message)).toEqual([]);
});

test('the latest refusals come first, and no more than a handful', () => {
  const lines = Array.from({ length: 9 }, (_, at) => ({
    time: `2026-03-01 10:00:0${at}`,
    topics: ppp,
    message: '<1>: user ana authentication failed',
  }));
  const now = Temporal.Instant.from('2026-03-01T09:00:10Z');
  const found = refusedLogins(lines, facts, logTimes({ date: '2026-03-01', time: '10:00:10' }, now));
  expect(found.map(({ at }) => at?.toString())).toEqual(
    ['08', '07', '06', '05', '04'].map((second) => `2026-03-01T09:00:${second}Z`),
  );
});

const now = Temporal.Instant.from('2026-03-01T12:00:00Z');
test.each([
  [
    'of a version from 7.10 on',
    { date: '2026-03-01', time: '14:00:00' },
    '2026-03-01 13:59:00',
    '2026-03-01T11:59:00Z',
  ],
  ['of an older version', { date: 'mar/01/2026', time: '14:00:00' }, 'feb/28/2026 14:00:00', '2026-02-28T12:00:00Z'],
  ['of the same day, the time alone', { date: 'mar/01/2026', time: '14:00:00' }, '13:00:00', '2026-03-01T11:00:00Z'],
  ['without the year', { date: 'mar/01/2026', time: '14:00:00' }, 'feb/28 14:00:00', '2026-02-28T12:00:00Z'],
  [
    'of a clock that is years behind',
    { date: '1970-01-02', time: '00:00:30' },
    '1970-01-02 00:00:00',
    '2026-03-01T11:59:30Z',
  ],
  [
    'that lies ahead, as when the clock was put right',
    { date: '2026-03-01', time: '14:00:00' },
    '2026-03-01 15:00:00',
    '2026-03-01T12:00:00Z',
  ],
  ['that nobody understands', { date: '2026-03-01', time: '14:00:00' }, 'yesterday', undefined],
  ['of a router that does not tell its time', undefined, '2026-03-01 13:59:00', undefined],
])('the time of a line %s is told by our clock', (_name, clock, time, at) => {
  expect(logTimes(clock, now)(time)?.toString()).toBe(at);
});
