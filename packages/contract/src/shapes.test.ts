import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Bytes, Day, Kbps, Minor, optionalText, PageQuery, PositiveMinor, SearchText, text } from './shapes.ts';

function faultOf(shape: z.ZodType, value: unknown): string | undefined {
  const parsed = shape.safeParse(value);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

test.each([
  ['an empty text where one is needed', '', 'must not be empty'],
  ['only spaces', '  \t ', 'must not be empty'],
  ['one character too many', 'x'.repeat(11), 'must have at most 10 characters'],
  ['10,000 characters', 'x'.repeat(10_000), 'must have at most 10 characters'],
  ['a NUL', 'a\0b', 'must not hold control characters'],
  ['an escape', 'a\u001b[1m', 'must not hold control characters'],
  ['half of a character', 'a\ud800', 'is not well-formed Unicode'],
  ['a number', 5, 'must be a text'],
  ['nothing', undefined, 'is missing'],
])('text refuses %s', (_name, value, fault) => {
  expect(faultOf(text(10, 1), value)).toBe(fault);
});

test('text is trimmed and keeps letters of every script, new lines and emoji', () => {
  expect(text(20, 1).parse('  Đorđe\nŽ 水 👩‍👩‍👧 ')).toBe('Đorđe\nŽ 水 👩‍👩‍👧');
});

test('an optional text that is empty is nothing', () => {
  for (const value of ['', '   ', null, undefined]) expect(optionalText(5).parse(value)).toBeNull();
});

test('a search text may be empty and may not stop the database', () => {
  expect(faultOf(SearchText, '')).toBeUndefined();
  expect(faultOf(SearchText, 'a\0')).toBe('must not hold control characters');
});

test.each([
  ['5M', 5120],
  ['5Mbps', 5120],
  ['512k', 512],
  ['512', 512],
  [512, 512],
  ['1.5M', 1536],
  ['0.5M', 512],
  ['1000 M', 1_024_000],
])('the speed %s is %d kbps', (word, kbps) => {
  expect(Kbps.parse(word)).toBe(kbps);
});

test.each([
  ['', 'must be a speed such as 5M or 512k'],
  ['fast', 'must be a speed such as 5M or 512k'],
  ['5G', 'must be a speed such as 5M or 512k'],
  ['-5M', 'must be a speed such as 5M or 512k'],
  ['5M/5M', 'must be a speed such as 5M or 512k'],
  [1.5, 'must be a speed such as 5M or 512k'],
  [null, 'must be a speed such as 5M or 512k'],
  ['0', 'must be at least 8k'],
  [-1, 'must be at least 8k'],
  ['9999999M', 'must be at most 100000M'],
])('the speed %j is refused in words', (word, fault) => {
  expect(faultOf(Kbps, word)).toBe(fault);
});

test('money goes through JSON without losing a unit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), (amount) => {
      expect(z.decode(Minor, JSON.parse(JSON.stringify(z.encode(Minor, amount))))).toBe(amount);
    }),
  );
});

test.each(['', '1.5', '1e3', ' 5', '٣', '0x10', '1'.repeat(16), 'NaN'])('money refuses %j', (digits) => {
  expect(faultOf(Minor, digits)).toBe('must be whole minor units as digits, such as "2999"');
});

test('an amount to pay is above zero', () => {
  expect(faultOf(PositiveMinor, '0')).toBe('must be above zero');
  expect(faultOf(PositiveMinor, '-1')).toBe('must be above zero');
  expect(faultOf(PositiveMinor, '1')).toBeUndefined();
});

test('bytes end where the database ends', () => {
  expect(Bytes.parse('9223372036854775807')).toBe(2n ** 63n - 1n);
  expect(faultOf(Bytes, '9223372036854775808')).toBe('must be at most 9223372036854775807');
  expect(faultOf(Bytes, '-1')).toBe('must be whole bytes as digits');
});

test.each([
  ['2024-02-29', undefined],
  ['2026-02-29', 'is not a day of the calendar'],
  ['2026-13-01', 'is not a day of the calendar'],
  ['2026-1-1', 'must be a date such as 2026-01-31'],
  ['31.01.2026', 'must be a date such as 2026-01-31'],
  ['', 'must be a date such as 2026-01-31'],
  ['0000-01-01', 'must be between the years 1900 and 2199'],
  ['0226-01-01', 'must be between the years 1900 and 2199'],
  ['9999-12-31', 'must be between the years 1900 and 2199'],
  [20260131, 'must be a text'],
])('the day %j is answered with %j', (day, fault) => {
  expect(faultOf(Day, day)).toBe(fault);
});

test.each([
  ['0', 'must be at least 1'],
  ['201', 'must be at most 200'],
  ['1.5', 'must be a whole number'],
  ['many', 'must be a number'],
])('a page of %s rows is refused in words', (limit, fault) => {
  expect(faultOf(PageQuery, { limit })).toBe(fault);
});
