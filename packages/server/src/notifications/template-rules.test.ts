import { customerMessageKinds, messageKinds } from '@lastmile/contract/notifications.ts';
import { languages } from '@lastmile/contract/shapes.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageOf, moneyInWords } from '#platform/languages.ts';
import { isHopeless, isServerAway, maxAttempts, retryDelayMs } from './retry-rules.ts';
import { letterOf, standardTemplate, strangePlaceholder } from './template-rules.ts';

const facts = {
  providerName: 'Savanna Net',
  customerName: 'Ana',
  number: 'INV-1',
  amount: { minor: 299_900n, currency: 'KES' },
  dueOn: Temporal.PlainDate.from('2026-06-18'),
  planName: 'Home 20',
  usedBytes: 43_000_000_000n,
  allowedBytes: 50n * 1024n ** 3n,
  renewsOn: Temporal.PlainDate.from('2026-07-01'),
  title: 'INV-1 is not as it was',
  text: 'Look at it.',
};

test.each(messageKinds.flatMap((kind) => languages.map((language) => [kind, language] as const)))(
  'a letter of the kind %s in %s has all its facts and no hole',
  (kind, language) => {
    const { subject, body } = letterOf(standardTemplate(kind, language), language, facts);
    expect(`${subject}${body}`).not.toMatch(/\{\{|undefined|null|NaN/);
    expect(body).toContain('Ana');
    expect(body).toContain('Savanna Net');
    expect(subject).not.toMatch(/[\r\n]/);
    if (kind === 'audit_root') expect(body).toContain('Look at it.');
    if (kind.startsWith('data_')) {
      expect(`${subject}${body}`).toMatch(/50.G[Bo]/);
      expect(body).toContain('Home 20');
    } else if (!['test', 'statement', 'restored'].includes(kind))
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
  expect(['pt-BR', 'es', 'xx', '', null, undefined, '__proto__'].map((wanted) => languageOf(wanted))).toEqual([
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
  expect(letterOf(standardTemplate('receipt', 'en'), 'en', { ...facts, customerName: '{{number}}' }).body).toContain(
    'Hello {{number}},',
  );
});

test.each([
  ['receipt', 'Thank you {{customerName}} for {{ amount }}', undefined],
  ['receipt', 'By {{dueOn}}', '{{dueOn}}'],
  ['cut', 'You owe {{amout}}', '{{amout}}'],
  ['cut', 'You owe {{}}', '{{}}'],
  ['cut', 'You owe {{amount}', '{{amount}'],
  ['cut', 'You owe amount}}', 'You owe amount}}'],
  ['restored', 'Invoice {{number}} is paid', '{{number}}'],
  ['restored', 'No hole in it, { nor } these', undefined],
] as const)('of the placeholders in a %s "%s" the one that is wrong is %s', (kind, text, strange) => {
  expect(strangePlaceholder(kind, text)).toBe(strange);
});

test('every standard text of a customer uses placeholders of its kind only', () => {
  for (const kind of customerMessageKinds)
    for (const language of languages) {
      const { subject, body } = standardTemplate(kind, language);
      expect([kind, language, strangePlaceholder(kind, `${subject} ${body}`)]).toEqual([kind, language, undefined]);
    }
});

test('a paragraph of which nothing is left leaves no hole, and a subject stays on its line', () => {
  const letter = letterOf({ subject: 'For {{contact}}', body: 'One\n\n{{howToPay}}\n\nTwo' }, 'en', {
    ...facts,
    contact: 'Desk\r\nBcc: all@example.org',
  });
  expect(letter).toEqual({ subject: 'For Desk Bcc: all@example.org', body: 'One\n\nTwo\n' });
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
