import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from './errors.ts';
import { cursorOf, keyOf, likePattern, pageOf } from './paging.ts';

const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';

test('a cursor gives back the key that it was made of', () => {
  fc.assert(
    fc.property(
      fc.string().filter((name) => !name.includes('\0')),
      (name) => {
        expect(keyOf(cursorOf(name, uuid), 'text', 'uuid')).toEqual([name, uuid]);
      },
    ),
  );
});

test('no cursor is the first page', () => {
  expect(keyOf(undefined, 'uuid')).toBeUndefined();
  expect(keyOf('', 'uuid')).toBeUndefined();
});

test.each([
  ['words', 'abc'],
  ['JSON that is no list', Buffer.from('{"a":1}').toString('base64url')],
  ['null', Buffer.from('null').toString('base64url')],
  ['too few parts', cursorOf('a')],
  ['too many parts', cursorOf('a', uuid, 'b')],
  ['a part that is no text', Buffer.from(JSON.stringify([1, uuid])).toString('base64url')],
  ['an id that is none', cursorOf('a', 'not-an-id')],
  ['a NUL', cursorOf('a\0', uuid)],
])('a cursor of %s is refused', (_name, after) => {
  expect(() => keyOf(after, 'text', 'uuid')).toThrow(DomainError);
});

test.each([
  ['number', '12345', true],
  ['number', '-1', false],
  ['number', '1'.repeat(19), false],
  ['instant', '2026-01-31T12:00:00.123Z', true],
  ['instant', '2026-13-31T12:00:00Z', false],
  ['instant', '+275760-09-13T00:00:00Z', false],
  ['instant', '2026-02-30T12:00:00Z', false],
  ['instant', 'now', false],
  ['day', '2028-02-29', true],
  ['day', '2026-02-29', false],
  ['day', '0000-01-01', false],
  ['day', '2026-01-01 ', false],
] as const)('as %s a cursor of %s is taken: %s', (kind, part, isTaken) => {
  const read = () => keyOf(cursorOf(part), kind);
  if (isTaken) expect(read()).toEqual([part]);
  else expect(read).toThrow('is not a place in this list');
});

test('garbage never passes as a place in a list', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (after) => {
      expect(() => keyOf(after, 'uuid')).toThrow(DomainError);
    }),
  );
});

test('a page ends where there is no more', () => {
  expect(pageOf([1, 2, 3], 3, (row) => [String(row)])).toEqual({ items: [1, 2, 3], next: null });
  expect(pageOf([1, 2, 3, 4], 3, (row) => [String(row)])).toEqual({ items: [1, 2, 3], next: cursorOf('3') });
  expect(pageOf([], 3, () => [])).toEqual({ items: [], next: null });
});

test('what a person types is not a pattern', () => {
  expect(likePattern(' 50%_\\ ')).toBe('%50\\%\\_\\\\%');
});
