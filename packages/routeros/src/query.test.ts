import { describe, expect, it } from 'vitest';
import { where } from './query.ts';
import { readVectors } from './scripted-router.test-support.ts';

const vectors = readVectors();

function documented(id: string): string[] {
  return vectors!.exchanges.find((exchange) => exchange.id === id)!.steps[0]!.words.slice(1);
}

describe('queries', () => {
  it.skipIf(vectors === undefined)('say what the documentation says', () => {
    const either = where.or(where.equals('type', 'ether'), where.equals('type', 'vlan'));
    expect(either.words).toEqual(documented('query-or'));
    expect(where.greater('comment', '').words).toEqual(documented('query-nonempty-comment'));
    expect(where.equals('.id', '*1').words).toEqual(documented('get-one-by-id').slice(0, 1));
    // The documentation joins the operators in one word; two words do the same.
    expect(where.not(either).words).toEqual(['?type=ether', '?type=vlan', '?#|', '?#!']);
  });

  it('nest', () => {
    const query = where.and(
      where.or(where.equals('name', 'a'), where.equals('name', 'b'), where.less('x', '1')),
      where.not(where.has('dynamic')),
      where.lacks('comment'),
    );
    expect(query.words).toEqual(['?name=a', '?name=b', '?<x=1', '?#||', '?dynamic', '?#!', '?-comment', '?#&&']);
  });

  it('a value may hold anything, a name may not', () => {
    expect(where.equals('comment', 'a=b ?#|').words).toEqual(['?comment=a=b ?#|']);
    expect(() => where.equals('-name', 'x')).toThrow(RangeError);
    expect(() => where.equals('a=b', 'x')).toThrow(RangeError);
    expect(() => where.and()).toThrow(RangeError);
  });
});
