// What the adapters of the examination share: words of the case file for ours.
import type { Rounding } from '../packages/server/src/platform/money.ts';
import type { Given } from './exam-given.ts';
import { UnreadableCase } from './exam-given.ts';

/** A refusal of a rule, or that there is none. */
export function accepted(refusal: string | undefined): Record<string, unknown> {
  return refusal === undefined ? { accepted: true } : { accepted: false, error: refusal };
}

/** Our word for one of the case file, by the first pattern that it matches. */
export function wordFor<T>(word: string, patterns: readonly (readonly [RegExp, T])[]): T {
  const known = patterns.find(([pattern]) => pattern.test(word));
  if (known) return known[1];
  throw new UnreadableCase(`"${word}" is a word that we do not know`);
}

export function roundingOf(given: Given): Rounding {
  return wordFor(given.textOr('rounding', 'half_up'), [
    [/^half_?up$/, 'half_up'],
    [/^half_?even$|^bank/, 'half_even'],
    [/^(down|truncate|trunc|floor)$/, 'down'],
  ]);
}
