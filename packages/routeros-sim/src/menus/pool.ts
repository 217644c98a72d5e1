// /ip/pool and who holds its addresses.

import { listReferences } from '../changes.ts';
import { custom, reference, shown, text } from '../fields.ts';
import type { Menu } from '../model.ts';

import { poolState } from '../pools.ts';
import { refuse } from '../refusal.ts';
import { parseIp, parseIpRange } from '../values.ts';
import { leaveDangling } from './ppp.ts';

function parseRanges(input: string): string {
  for (const part of input.split(',')) {
    const dash = part.indexOf('-');
    if (dash >= 0 && parseIp(part.slice(0, dash)) === undefined) {
      throw refuse("value of range must have ip address before '-'", 1);
    }
    if (dash >= 0 && parseIp(part.slice(dash + 1)) === undefined) {
      throw refuse("value of range must have ip address after '-'", 1);
    }
    if (parseIpRange(part) === undefined) throw refuse('value of range expects range of ip addresses', 1);
  }
  return input;
}

export const poolMenu: Menu = {
  path: '/ip/pool',
  kind: 'list',
  fields: [
    text('name', { isRequired: true, min: 1 }),
    custom('ranges', parseRanges, { isRequired: true }),
    reference('next-pool', '/ip/pool', { words: ['none'], emptyClears: true }),
    text('comment', { emptyClears: true }),
    shown('total', { since: '7.9.2' }),
    shown('used', { since: '7.9.2' }),
    shown('available', { since: '7.9.2' }),
  ],
  verbs: { add: {}, set: {}, remove: {}, comment: {} },
  unique: { by: ['name'], refusal: () => refuse('failure: pool with such name exists') },
  live(router, row) {
    const state = poolState(router, row.values.name ?? '');
    const total = state?.total ?? 0;
    const used = state?.used.size ?? 0;
    return { total: String(total), used: String(used), available: String(Math.max(0, total - used)) };
  },
  protect(router, row, verb) {
    const mustStay = verb === 'remove' && router.assumptions.removeUsedPool === 'refused';
    if (mustStay && !listReferences(router, '/ip/pool', row.values.name!).next().done) {
      throw refuse('failure: pool is in use');
    }
  },
  removed(router, row) {
    router.pools.delete(row.id);
    leaveDangling(router, '/ip/pool', row.values.name!, row.id);
  },
};

export const poolUsedMenu: Menu = {
  path: '/ip/pool/used',
  kind: 'list',
  keyField: 'address',
  missingPrintArguments: ['from'],
  fields: [shown('pool'), shown('address'), shown('owner'), shown('info')],
};

export const poolMenus: readonly Menu[] = [poolMenu, poolUsedMenu];
