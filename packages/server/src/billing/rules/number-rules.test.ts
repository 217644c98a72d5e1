import { describe, expect, test } from 'vitest';
import { counterAfterSwitch, numberDocuments, numbersOfBlock, refusalOfScheme } from './number-rules.ts';

const textsOf = (...given: Parameters<typeof numberDocuments>) => numberDocuments(...given).map(({ text }) => text);
const days = (...texts: string[]) => texts.map((text) => Temporal.PlainDate.from(text));

describe('a format', () => {
  test.each([
    ['INV-{yyyy}-{seq:6}', true, ['INV-2025-000001', 'INV-2026-000001', 'INV-2026-000002']],
    ['INV-{yyyy}-{seq:6}', false, ['INV-2025-000001', 'INV-2026-000002', 'INV-2026-000003']],
    ['{seq}', false, ['1', '2', '3']],
    ['{yy}{mm}/{seq:2}', true, ['2512/01', '2601/01', '2601/02']],
  ])('%s, anew each year %s', (format, restartsYearly, expected) => {
    expect(textsOf({ format, restartsYearly }, days('2025-12-31', '2026-01-01', '2026-01-01'))).toEqual(expected);
  });

  test('goes on where its counter stands, and grows beyond its width', () => {
    const scheme = { format: 'R{seq:2}', restartsYearly: false };
    expect(textsOf(scheme, days('2026-01-01', '2026-01-02'), new Map([[0, 98n]]))).toEqual(['R99', 'R100']);
    expect(textsOf(scheme, [])).toEqual([]);
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

test('another scheme goes on after all that was issued', () => {
  expect(numbersOfBlock(counterAfterSwitch(9n), 3)).toEqual([10n, 11n, 12n]);
  expect(counterAfterSwitch(9n, 20n)).toBe(20n);
});
