import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idInComment, markOf } from './mark-rules.ts';

test('a mark is found again among whatever a person writes around it', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string(), fc.string(), (id, before, after) => {
      expect(idInComment(`${before.replaceAll('#', '')} ${markOf(id)} ${after}`)).toBe(id);
    }),
  );
});

test.each([undefined, '', 'paid till May', '#lm-', '#lm-123', `#lm-${'g'.repeat(32)}`, `#lm-${'a'.repeat(33)}`, 'lm-'])(
  'the comment %j makes nothing ours',
  (comment) => {
    expect(idInComment(comment)).toBeUndefined();
  },
);
