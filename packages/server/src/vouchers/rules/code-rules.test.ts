import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeAlphabet, codeFromBytes, entropyBits, normalizedCode } from './code-rules.ts';

test('a code has nothing that is read as something else', () => {
  expect(codeAlphabet).toHaveLength(31);
  expect(new Set(codeAlphabet).size).toBe(31);
  for (const letter of '01OIL') expect(codeAlphabet).not.toContain(letter);
});

test('a code of the usual length cannot be guessed', () => {
  expect(entropyBits(13)).toBeGreaterThan(60);
  expect(entropyBits(12)).toBeLessThan(60);
});

test('whatever the bytes, a code is of the alphabet and of its length, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 8, max: 20 }), (bytes, length) => {
      const code = codeFromBytes(bytes, length);
      if (code === undefined) expect(bytes.filter((byte) => byte < 248).length).toBeLessThan(length);
      else expect(code).toMatch(new RegExp(`^[2-9A-HJKMNP-Z]{${length}}$`));
    }),
  );
});

test('every letter is as likely as any other', () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const letter = codeFromBytes(new Uint8Array([byte]), 1);
    if (letter) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect([...counts.values()]).toEqual(Array.from({ length: 31 }, () => 8));
  expect(codeFromBytes(randomBytes(40), 13)).toHaveLength(13);
});

test.each([
  ['abcd-efgh', 'ABCDEFGH'],
  [' ab cd\tef ', 'ABCDEF'],
  ['', ''],
])('%j is looked for as %j', (typed, code) => {
  expect(normalizedCode(typed)).toBe(code);
});
