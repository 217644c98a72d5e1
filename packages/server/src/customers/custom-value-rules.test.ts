import { expect, test } from 'vitest';
import { type FieldView, writtenValues } from './custom-value-rules.ts';

const field = (id: string, change: Partial<FieldView> = {}): FieldView => ({
  id,
  name: id.toUpperCase(),
  kind: 'text',
  choices: [],
  isRequired: false,
  position: 1,
  revision: 1,
  ...change,
});

const fields = [
  field('note'),
  field('need', { isRequired: true }),
  field('count', { kind: 'number' }),
  field('day', { kind: 'day' }),
  field('own', { kind: 'yes_no' }),
  field('roof', { kind: 'choice', choices: ['Tin', 'Tiles'] }),
];

test('what is left out stays, what is emptied is gone', () => {
  const before = { note: 'a', need: 'b', count: 3 };
  expect(writtenValues(fields, before, { note: '', count: null, own: false })).toEqual({
    values: { need: 'b', own: false },
    faults: [],
  });
});

test('a required field is asked of a new customer, and may not be emptied later', () => {
  const missing = [{ fieldId: 'need', name: 'NEED', message: 'is needed' }];
  expect(writtenValues(fields, undefined, {}).faults).toEqual(missing);
  expect(writtenValues(fields, { need: 'x' }, { need: null }).faults).toEqual(missing);
  expect(writtenValues(fields, {}, { note: 'old customers may lack it' }).faults).toEqual([]);
});

test.each([
  ['note', 5, 'must be a text'],
  ['count', '5', 'must be a number'],
  ['own', 'yes', 'must be true or false'],
  ['day', '2026-02-29', 'must be a date such as 2026-01-31'],
  ['day', '2026-13-01', 'must be a date such as 2026-01-31'],
  ['roof', 'Thatch', 'must be one of: Tin, Tiles'],
  ['nothing', 'x', 'is not a field of customers'],
])('%s refuses %j', (fieldId, value, message) => {
  expect(writtenValues(fields, {}, { [fieldId]: value }).faults).toEqual([
    { fieldId, name: expect.any(String), message },
  ]);
});

test('a choice that is no longer offered may stay', () => {
  expect(writtenValues(fields, { roof: 'Thatch' }, { roof: 'Thatch' })).toEqual({
    values: { roof: 'Thatch' },
    faults: [],
  });
});
