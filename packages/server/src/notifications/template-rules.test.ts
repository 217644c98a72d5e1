import { messageKinds } from '@lastmile/contract/notifications.ts';
import { languages } from '@lastmile/contract/shapes.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageOf, moneyInWords } from '#platform/languages.ts';
import { isHopeless, isServerAway, maxAttempts, retryDelayMs } from './retry-rules.ts';
import { letterOf } from './template-rules.ts';

const facts = {
  providerName: 'Savanna Net',
  customerName: 'Ana',
  number: 'INV-1',
  amount: { minor: 299_900n, currency: 'KES' },
  dueOn: Temporal.PlainDate.from('2026-06-18'),
  title: 'INV-1 is not as it was',
  text: 'Look at it.',
};

test.each(messageKinds.flatMap((kind) => languages.map((language) => [kind, language] as const)))(
  'a letter of the kind %s in %s has all its facts and no hole',
  (kind, language) => {
    const { subject, body } = letterOf(kind, language, facts);
    expect(`${subject}${body}`).not.toMatch(/\{\{|undefined|null|NaN/);
    expect(body).toContain('Ana');
    expect(body).toContain('Savanna Net');
    expect(subject).not.toMatch(/[\r\n]/);
    if (kind === 'audit_root') expect(body).toContain('Look at it.');
    if (kind !== 'test' && kind !== 'statement')
      expect(`${subject}${body}`).toMatch(kind === 'receipt' ? /2.?999/ : /INV-1/);
  },
);

test.each([
  ['en', 123_456n, 'USD', 'USD\u00a01,234.56'],
  ['fr', 123_456n, 'EUR', '1\u202f234,56\u00a0EUR'],
  ['en', 5n, 'KWD', 'KWD\u00a00.005'],
  ['en', 1_000_000n, 'UGX', 'UGX\u00a01,000,000'],
  ['en', 9_007_199_254_740_993_01n, 'USD', 'USD\u00a09,007,199,254,740,993.01'],
] as const)('money in %s: %d of %s is %s', (language, minor, currency, text) => {
  expect(moneyInWords(minor, currency, language)).toBe(text);
});

test('a language that we do not write is answered in English', () => {
  expect(['pt-BR', 'es', 'xx', '', null, undefined, '__proto__'].map(languageOf)).toEqual([
    'pt',
    'es',
    'en',
    'en',
    'en',
    'en',
    'en',
  ]);
});

test('a placeholder in a name stays what it is', () => {
  expect(letterOf('receipt', 'en', { ...facts, customerName: '{{number}}' }).body).toContain('Hello {{number}},');
});

test('delays grow, never pass nine hours, and never come close to none', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: maxAttempts }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, jitter) => {
        const delay = retryDelayMs(attempt, jitter);
        expect(delay).toBeGreaterThanOrEqual(30_000);
        expect(delay).toBeLessThanOrEqual(9 * 3_600_000);
        expect(retryDelayMs(attempt + 1, jitter)).toBeGreaterThanOrEqual(delay);
      },
    ),
  );
});

test.each([
  [{ responseCode: 550, command: 'RCPT TO' }, true, false],
  [{ responseCode: 451, command: 'RCPT TO' }, false, false],
  [{ responseCode: 554, command: 'DATA' }, true, false],
  [{ responseCode: 535, command: 'AUTH PLAIN' }, false, true],
  [{ responseCode: 530, command: 'MAIL FROM' }, false, false],
  [{ responseCode: 421, command: 'CONN' }, false, true],
  [{ command: 'CONN' }, false, true],
  [{}, false, true],
])('%j: hopeless %s, server away %s', (failure, hopeless, away) => {
  expect([isHopeless(failure), isServerAway(failure)]).toEqual([hopeless, away]);
});
