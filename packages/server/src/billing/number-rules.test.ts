import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterAfterSwitch, numbersCommitted, numbersOfBlock, numberTexts, refusalOfScheme } from './number-rules.ts';

const days = (...texts: string[]) => texts.map((text) => Temporal.PlainDate.from(text));

describe('a format', () => {
  test.each([
    ['INV-{yyyy}-{seq:6}', true, ['INV-2025-000001', 'INV-2026-000001', 'INV-2026-000002']],
    ['INV-{yyyy}-{seq:6}', false, ['INV-2025-000001', 'INV-2026-000002', 'INV-2026-000003']],
    ['{seq}', false, ['1', '2', '3']],
    ['{yy}{mm}/{seq:2}', true, ['2512/01', '2601/01', '2601/02']],
  ])('%s, anew each year %s', (format, restartsYearly, expected) => {
    expect(numberTexts({ format, restartsYearly }, days('2025-12-31', '2026-01-01', '2026-01-01'))).toEqual(expected);
  });

  test('goes on where its counter stands, and grows beyond its width', () => {
    const scheme = { format: 'R{seq:2}', restartsYearly: false };
    expect(numberTexts(scheme, days('2026-01-01', '2026-01-02'), new Map([['R{seq:2}', 98n]]))).toEqual([
      'R99',
      'R100',
    ]);
    expect(numberTexts(scheme, [])).toEqual([]);
  });

  test.each([
    ['INV-{yyyy}-{seq:6}', true, undefined],
    ['INV-{seq:6}', false, undefined],
    // It would give the same numbers again.
    ['INV-{seq:6}', true, 'year_missing'],
    ['INV-{yyyy}', false, 'sequence_missing'],
    ['{seq}{seq}', false, 'sequence_missing'],
    ['{seq}-{day}', false, 'unknown_placeholder'],
    ['{seq:0}', false, 'unknown_placeholder'],
    ['', false, 'sequence_missing'],
  ])('%s, anew each year %s: %s', (format, restartsYearly, refusal) => {
    expect(refusalOfScheme({ format, restartsYearly })).toBe(refusal);
  });
});

test('a rollback gives its numbers back', () => {
  const transaction = (isCommitted: boolean, count = 1) => ({ isCommitted, count });
  expect(numbersCommitted(41n, [transaction(true), transaction(false), transaction(true)])).toEqual([42n, 43n]);
  expect(numbersCommitted(0n, [transaction(false, 500), transaction(true, 3)])).toEqual([1n, 2n, 3n]);
  expect(numbersCommitted(7n, [])).toEqual([]);
});

test('whatever fails, there is no gap and no number twice', () => {
  const transactions = fc.array(fc.record({ isCommitted: fc.boolean(), count: fc.nat(5) }));
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 9n), transactions, (last, all) => {
      const numbers = numbersCommitted(last, all);
      expect(numbers).toEqual(numbersOfBlock(last, numbers.length));
    }),
  );
});

test('another scheme goes on after all that was issued', () => {
  expect(numbersOfBlock(counterAfterSwitch(9n), 3)).toEqual([10n, 11n, 12n]);
  expect(counterAfterSwitch(9n, 20n)).toBe(20n);
});
