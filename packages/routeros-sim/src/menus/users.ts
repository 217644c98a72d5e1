// Who may log in to the router, and who is in.

import { allPolicies } from '../accounts.ts';
import { addressList, choice, custom, duration, flag, reference, shown, shownFlag, text } from '../fields.ts';
import { argumentsOf } from '../menu.ts';
import type { Menu, Router } from '../model.ts';
import { noMatch, refuse } from '../refusal.ts';
import type { Row } from '../rows.ts';

import { namedRows } from '../verbs.ts';

export const userMenu: Menu = {
  path: '/user',
  kind: 'list',
  writePolicy: 'policy',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    reference('group', '/user/group', { isRequired: true }),
    text('password', { isWriteOnly: true }),
    addressList('address', { initial: '' }),
    shown('last-logged-in'),
    duration('inactivity-timeout', { since: '7.16.2', initial: '10m', minMs: 60_000, maxMs: 86_400_000 }),
    choice('inactivity-policy', ['lockscreen', 'logout', 'none'], { since: '7.16.2', initial: 'none' }),
    shownFlag('expired', { since: '7.9.2', initial: 'false' }),
    flag('disabled', { initial: 'false' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, enable: {}, disable: {}, comment: {} },
  printArguments: { 'show-sensitive': { since: '7.21.5' } },
  unique: { by: ['name'], refusal: () => refuse('failure: user with the same name already exists') },
  seed: (router) => [
    ...defaultAdministrator(router),
    ...router.settings.users.map(({ name, password, policy }) => ({
      name,
      password,
      group: policy === undefined ? 'full' : `${name}-group`,
    })),
  ],
};

// A new router's admin has no password. Here he exists but is switched off, unless he is among the users that were asked for.
function defaultAdministrator(router: Router) {
  if (router.settings.users.some((user) => user.name === 'admin')) return [];
  return [{ name: 'admin', group: 'full', comment: 'system default user', disabled: 'true' }];
}

const writePolicies = 'local,telnet,ssh,reboot,read,write,test,winbox,password,web,sniff,sensitive,api,romon,rest-api';
const readPolicies = 'local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,romon,rest-api';

/** A policy list as the router prints it: every word, those that are missing with a `!`. */
export function fullPolicyText(granted: ReadonlySet<string>): string {
  return allPolicies.map((word) => (granted.has(word) ? word : `!${word}`)).join(',');
}

function policyWords(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

export const groupMenu: Menu = {
  path: '/user/group',
  kind: 'list',
  writePolicy: 'policy',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    custom('policy', (input) => {
      const isKnown = (word: string) => (allPolicies as readonly string[]).includes(word.replace(/^!/, ''));
      if (!policyWords(input).every(isKnown)) throw noMatch('policy');
      return input;
    }),
    text('skin', { initial: 'default' }),
    text('comment', { emptyClears: true }),
  ],
  verbs: { add: {}, set: {}, remove: {}, comment: {} },
  unique: { by: ['name'], refusal: () => refuse('failure: group with the same name already exists') },
  // `policy=` adds to what the group has; `!word` takes away.
  check(_router, proposed, row) {
    const granted = new Set(policyWords(row?.values.policy ?? '').filter((word) => !word.startsWith('!')));
    for (const word of policyWords(proposed.policy ?? '')) {
      if (word.startsWith('!')) granted.delete(word.slice(1));
      else granted.add(word);
    }
    proposed.policy = fullPolicyText(granted);
  },
  seed: seedGroups,
  protect: protectGroup,
};

function seedGroups(router: Router) {
  const own = router.settings.users.filter((user) => user.policy !== undefined);
  return [
    { name: 'read', policy: fullPolicyText(new Set(readPolicies.split(','))) },
    { name: 'write', policy: fullPolicyText(new Set(writePolicies.split(','))) },
    { name: 'full', policy: fullPolicyText(new Set(allPolicies)) },
    ...own.map((user) => ({ name: `${user.name}-group`, policy: fullPolicyText(new Set(policyWords(user.policy!))) })),
  ];
}

const builtInGroups = 3;

function protectGroup(router: Router, row: Row, verb: 'set' | 'remove'): void {
  if (verb === 'remove' && row.id <= builtInGroups) throw refuse(router.assumptions.builtInRow);
}

export const userActiveMenu: Menu = {
  path: '/user/active',
  kind: 'list',
  fields: [
    shown('when'),
    shown('name'),
    shown('address'),
    shown('via'),
    shown('group'),
    shownFlag('radius', { initial: 'false' }),
  ],
  verbs: { remove: { since: '7.20.8' } },
  removed: (router, row) => router.onLogout(row),
  actions: {
    'request-logout': {
      until: '7.19.6',
      policy: 'policy',
      arguments: argumentsOf('.id', 'numbers'),
      run(call) {
        const rows = namedRows(call);
        call.reply.done();
        for (const row of rows) call.router.onLogout(row);
      },
    },
  },
};

export const userMenus: readonly Menu[] = [userMenu, groupMenu, userActiveMenu];
