import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical-json-rules.ts';
import { type ChainRecord, chainOf, verifyChain } from './chain-rules.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');

function recordsOf(texts: readonly string[]): ChainRecord[] {
  const payloads = texts.map(bytes);
  const hashes = chainOf(payloads);
  return payloads.map((payload, index) => ({ seq: BigInt(index + 1), payload, hash: hashes[index]! }));
}

describe('the chain', () => {
  test('is what its definition says', () => {
    const payloads = ['{"n":1,"a":"invoice.issued","id":17}', '{"n":2,"a":"payment.recorded","id":5}'];
    expect(chainOf(payloads.map(bytes)).map(hex)).toEqual([
      '5fb98e99d4f6ed31ee6a872ed6d02e356adf69c03d29318e5295349971eb7434',
      '03df9b301e9a70694e9ade8e2f2e8b84851ac249e0beb43fc64800110cc2163f',
    ]);
    expect(chainOf([])).toEqual([]);
  });

  test('goes on from a head as if it had never stopped', () => {
    const payloads = ['a', 'b', 'c'].map(bytes);
    const first = chainOf(payloads.slice(0, 1));
    expect(chainOf(payloads.slice(1), first[0])).toEqual(chainOf(payloads).slice(1));
  });

  const records = recordsOf(['a', 'b', 'c', 'd']);
  const without = (index: number) => records.filter((_, position) => position !== index);

  test.each<[string, ChainRecord[], object]>([
    ['as it was', records, { isValid: true }],
    ['empty', [], { isValid: true }],
    [
      'with another payload',
      records.with(1, { ...records[1]!, payload: bytes('x') }),
      { isValid: false, reason: 'hash_mismatch', firstBadSeq: 2n },
    ],
    [
      'with another hash',
      records.with(2, { ...records[2]!, hash: new Uint8Array(32) }),
      { isValid: false, reason: 'hash_mismatch', firstBadSeq: 3n },
    ],
    ['without a record', without(1), { isValid: false, reason: 'sequence_gap', firstBadSeq: 3n }],
    ['without the first', without(0), { isValid: false, reason: 'sequence_gap', firstBadSeq: 2n }],
    [
      'without one, numbered anew',
      without(1).map((one, index) => ({ ...one, seq: BigInt(index + 1) })),
      { isValid: false, reason: 'hash_mismatch', firstBadSeq: 2n },
    ],
    [
      'with two changed places',
      [records[0]!, records[2]!, records[1]!, records[3]!],
      { isValid: false, reason: 'sequence_gap', firstBadSeq: 3n },
    ],
    // The chain alone cannot know of what came after.
    ['without the last', without(3), { isValid: true }],
  ])('%s', (_, some, verdict) => {
    expect(verifyChain(some)).toEqual(verdict);
  });

  test('an anchor shows what the chain cannot', () => {
    const anchor = { seq: 4n, hash: records[3]!.hash };
    expect(verifyChain(records, [anchor])).toEqual({ isValid: true });
    expect(verifyChain(without(3), [anchor])).toEqual({ isValid: false, reason: 'truncated', firstBadSeq: 4n });
    expect(verifyChain([], [anchor])).toEqual({ isValid: false, reason: 'truncated', firstBadSeq: 1n });
    const rewritten = recordsOf(['a', 'B', 'c', 'd']);
    expect(verifyChain(rewritten)).toEqual({ isValid: true });
    expect(verifyChain(rewritten, [anchor])).toEqual({ isValid: false, reason: 'anchor_mismatch', firstBadSeq: 4n });
  });

  test('any change of any byte is found, where it is', () => {
    const texts = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (all, which, where, change) => {
        const chain = recordsOf(all);
        const index = which % chain.length;
        const payload = Uint8Array.from(chain[index]!.payload);
        payload[where % payload.length]! ^= change;
        const verdict = verifyChain(chain.with(index, { ...chain[index]!, payload }));
        expect(verdict).toEqual({ isValid: false, reason: 'hash_mismatch', firstBadSeq: BigInt(index + 1) });
      }),
    );
  });
});

describe('canonical JSON', () => {
  test.each<[unknown, string]>([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ z: [{ y: 1, x: null }], a: true }, '{"a":true,"z":[{"x":null,"y":1}]}'],
    [{}, '{}'],
    [[], '[]'],
    ['a"\n\u0007ü€', '"a\\"\\n\\u0007ü€"'],
    [1.0, '1'],
    [-0, '0'],
    [1e21, '1e+21'],
    [0.1, '0.1'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    // By UTF-16 code units: the pair of U+1F600 begins with D83D, which is below FB33.
    [{ '\ufb33': 1, '\u{1f600}': 2, '\r': 3, '1': 4, ö: 5 }, '{"\\r":3,"1":4,"ö":5,"\u{1f600}":2,"\ufb33":1}'],
    [{ '10': 1, '9': 2 }, '{"10":1,"9":2}'],
  ])('of %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1n],
    [undefined],
    ['\ud800'],
    [new Date(0)],
    [[undefined]],
    [new Map()],
  ])('there is none of %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test('the order of keys makes no difference, and it is JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});
