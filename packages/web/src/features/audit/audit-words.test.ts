import { expect, test } from 'vitest';
import { createFormat } from '../../lib/format.ts';
import { detailsOf } from './audit-words.ts';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC', currency: 'KES' });
const told = (details: Record<string, unknown>) =>
  detailsOf(format, { details }).map(({ label, value }) => `${label}: ${value}`);

test('an entry tells in words: what matters first, amounts in their own currency, days as people write them', () => {
  const details = { dueOn: '2026-11-10', number: 'INV-2026-00001', currency: 'USD', amountMinor: '2999' };
  expect(told(details)).toEqual(['Number: INV-2026-00001', 'Amount: $29.99', 'Due: Nov 10, 2026']);
});

test('a change reads before and after, and codes as words', () => {
  expect(told({ mode: ['observe', 'manage'], method: 'mobile_money' })).toEqual([
    'Method: Mobile money',
    'Mode: Observe → Manage',
  ]);
  expect(told({ note: null, isFree: true, tags: ['a', 'b', 'c'] })).toEqual([
    'Note: –',
    'Is free: Yes',
    'Tags: a, b, c',
  ]);
});

test('what a person wrote stays as it is, and ids say nothing to anybody', () => {
  const id = '01a1fe9c-ae9e-78b2-bc41-03ef022d8fba';
  expect(told({ reason: 'Moved to Nairobi', profileId: [id, null], person: { routerId: id, name: 'Ana' } })).toEqual([
    'Reason: Moved to Nairobi',
    'Person, name: Ana',
  ]);
});
