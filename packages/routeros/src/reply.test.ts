import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSentence, encodeSentences, type Word } from './codec.ts';
import { ProtocolError } from './errors.ts';
import { type Reply, ReplyReader, type ReplyReaderOptions } from './reply.ts';
import { readVectors } from './scripted-router.test-support.ts';
import { decodeText } from './text.ts';

const vectors = readVectors();

function read(chunks: Iterable<Uint8Array>, options: ReplyReaderOptions & { keepsBytes?: boolean } = {}): Reply[] {
  const replies: Reply[] = [];
  const reader = new ReplyReader((reply) => replies.push({ ...reply }), options);
  reader.keepsBytes = options.keepsBytes ?? false;
  for (const chunk of chunks) reader.push(chunk);
  return replies;
}

function expectedReply(words: readonly string[]): Partial<Reply> {
  const row: Record<string, string> = {};
  let tag = -1;
  let bareWord: string | undefined;
  for (const word of words.slice(1)) {
    const end = word.indexOf('=', 1);
    if (word.startsWith('.tag=')) tag = Number(word.slice(5));
    else if (!word.startsWith('=')) bareWord ??= word;
    else row[end === -1 ? word.slice(1) : word.slice(1, end)] = end === -1 ? '' : word.slice(end + 1);
  }
  return { kind: words[0]!, row, tag, bareWord };
}

describe.skipIf(vectors === undefined)('published replies', () => {
  for (const exchange of vectors?.exchanges ?? []) {
    it(`${exchange.id}: whole, byte by byte and split at every offset`, () => {
      const steps = exchange.steps.filter((step) => step.dir === 'r');
      const bytes = Buffer.from(steps.map((step) => step.hex).join(''), 'hex');
      const expected = steps.map((step) => expect.objectContaining(expectedReply(step.words)));
      expect(read([bytes])).toEqual(expected);
      expect(read(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(expected);
      for (let offset = 0; offset <= bytes.length; offset += 1) {
        expect(read([bytes.subarray(0, offset), bytes.subarray(offset)])).toEqual(expected);
      }
    });
  }

  it('the attributes of other libraries are read the same here', () => {
    for (const { words, parsed } of vectors!.sentences) {
      if (parsed === undefined) continue;
      expect(Object.entries(read([encodeSentence(words)])[0]!.row)).toEqual(parsed);
    }
  });
});

const anyName = fc.constantFrom(
  '.id',
  'name',
  'comment',
  'disabled',
  '__proto__',
  'constructor',
  'имя',
  'a.b',
  '',
  'x'.repeat(80),
);
const anyValue: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom('', 'false', 'pppoe', 'a=b=c', '007', 'yes', 'Łódź', '🛰').map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ minLength: 13, maxLength: 200 }).map((text) => Buffer.from(text)),
);
const anyRow = fc.array(fc.tuple(anyName, anyValue), { maxLength: 8 });

describe('rows', () => {
  it('any rows come out as a plain reading of the words would have them, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (rows, cuts) => {
        const bytes = encodeSentences(
          rows.map((row) => {
            const words = row.map(([name, value]): Word => Buffer.concat([Buffer.from(`=${name}=`), value]));
            return ['!re', ...words, '.tag=12'];
          }),
        );
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
          (left, right) => left - right,
        );
        const replies = read(
          places.slice(1).map((place, index) => bytes.subarray(places[index], place)),
          { keepsBytes: true },
        );
        expect(replies.map((reply) => Object.entries(reply.row))).toEqual(
          rows.map((row) => [...new Map(row.map(([name, value]) => [name, decodeText(value)]))]),
        );
        expect(
          replies.map((reply) =>
            Object.entries(reply.bytes ?? {}).map(([, value]) => Buffer.from(value).toString('hex')),
          ),
        ).toEqual(
          rows.map((row) => [
            ...new Map(row.map(([name, value]) => [name, Buffer.from(value).toString('hex')])).values(),
          ]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('a property named __proto__ is a property', () => {
    const [reply] = read([encodeSentence(['!re', '=__proto__=x', '=name=y'])]);
    expect(Object.entries(reply!.row)).toEqual([
      ['__proto__', 'x'],
      ['name', 'y'],
    ]);
    expect(Object.getPrototypeOf(reply!.row)).toBe(Object.prototype);
  });

  it('interleaved rows of two menus keep their own properties', () => {
    const secret: Word[] = ['!re', '=.id=*1', '=name=a', '=service=pppoe', '.tag=1'];
    const lease: Word[] = ['!re', '.tag=2', '=.id=*1', '=address=10.0.0.1', '=name=b'];
    const replies = read([encodeSentences([secret, lease, secret, lease, secret])]);
    expect(replies.map((reply) => reply.tag)).toEqual([1, 2, 1, 2, 1]);
    expect(replies.map((reply) => reply.row.name)).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(replies.map((reply) => Object.keys(reply.row).length)).toEqual([3, 3, 3, 3, 3]);
  });

  it('bytes that are not UTF-8 are read in the code page, UTF-8 beside them as UTF-8', () => {
    const bytes = encodeSentence(['!re', Buffer.from('3d613d9a', 'hex'), '=b=š']);
    expect(read([bytes])[0]!.row).toEqual({ a: 'š', b: 'š' });
    expect(read([bytes], { codePage: 'windows-1251' })[0]!.row).toEqual({ a: 'љ', b: 'š' });
  });

  it('more names than the table holds are still read', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `=name-${index}=${index}`);
    const [reply] = read([encodeSentence(['!re', ...names])], { limits: { sentenceWords: 20_000 } });
    expect(Object.keys(reply!.row).length).toBe(10_000);
  });

  it('tags that are not ours are told from no tag', () => {
    const tags = ['.tag=', '.tag=abc', '.tag=99999999999', '.tag=7', '.tagged'];
    expect(read([encodeSentences(tags.map((tag) => ['!done', tag]))]).map((reply) => reply.tag)).toEqual([
      -2, -2, -2, 7, -1,
    ]);
  });

  it('random bytes are read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (chunks) => {
        try {
          read(chunks, { limits: { wordBytes: 1_000, sentenceBytes: 2_000, sentenceWords: 20 } });
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
