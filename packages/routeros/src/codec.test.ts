import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLength, encodeSentence, encodeSentences, md5Response, SentenceReader, type Word } from './codec.ts';
import { ProtocolError } from './errors.ts';
import { readVectors } from './scripted-router.test-support.ts';

const vectors = readVectors();

function texts(sentences: Uint8Array[][]): string[][] {
  return sentences.map((words) => words.map((word) => Buffer.from(word).toString()));
}

function pushAll(reader: SentenceReader, chunks: Iterable<Uint8Array>): Uint8Array[][] {
  const sentences: Uint8Array[][] = [];
  for (const chunk of chunks) sentences.push(...reader.push(chunk));
  return sentences;
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((left, right) => left - right);
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place));
}

describe.skipIf(vectors === undefined)('published vectors', () => {
  it('every length has the published bytes', () => {
    for (const { length, hex } of vectors!.length) expect(encodeLength(length).toString('hex')).toBe(hex);
  });

  it('every published length is read back', () => {
    for (const { length, hex } of vectors!.length) {
      if (length === 0 || length > 3_000_000) continue;
      const reader = new SentenceReader();
      const [sentence] = pushAll(reader, [Buffer.from(hex, 'hex'), Buffer.alloc(length, 0x61), Buffer.of(0)]);
      expect(sentence?.map((word) => word.length)).toEqual([length]);
    }
  });

  it('lengths beyond any word are understood and refused by their number', () => {
    for (const { length, hex } of vectors!.length) {
      if (length <= 16 * 1024 * 1024) continue;
      expect(() => new SentenceReader().push(Buffer.from(hex, 'hex'))).toThrow(
        `a word of ${length} bytes was announced`,
      );
    }
  });

  it('reserved first bytes end the stream', () => {
    for (const { hex } of vectors!.length_invalid_first_byte) {
      expect(() => new SentenceReader().push(Buffer.from(hex, 'hex'))).toThrow(ProtocolError);
    }
  });

  it('incomplete lengths wait for more', () => {
    for (const { hex } of vectors!.length_incomplete) {
      const reader = new SentenceReader();
      expect(reader.push(Buffer.from(hex, 'hex'))).toEqual([]);
      expect(reader.isBetweenSentences).toBe(hex === '');
    }
  });

  it('sentences of other libraries have the same bytes here', () => {
    for (const { words, hex, wordHexWithoutTerminator } of vectors!.sentences) {
      expect(encodeSentence(words).toString('hex')).toBe(hex ?? `${wordHexWithoutTerminator}00`);
    }
  });

  for (const exchange of vectors?.exchanges ?? []) {
    it(`${exchange.id}: whole, byte by byte and split at every offset`, () => {
      for (const side of ['c', 'r']) {
        const steps = exchange.steps.filter((step) => step.dir === side);
        const bytes = Buffer.from(steps.map((step) => step.hex).join(''), 'hex');
        const expected = steps.map((step) => step.words);
        expect(encodeSentences(expected).equals(bytes)).toBe(true);
        expect(texts(new SentenceReader().push(bytes))).toEqual(expected);
        expect(
          texts(
            pushAll(
              new SentenceReader(),
              Array.from(bytes, (byte) => Buffer.of(byte)),
            ),
          ),
        ).toEqual(expected);
        for (let offset = 0; offset <= bytes.length; offset += 1) {
          expect(texts(pushAll(new SentenceReader(), cutAt(bytes, [offset])))).toEqual(expected);
        }
      }
    });
  }

  it('the answers to the challenges of old routers', () => {
    for (const { challenge, password, response } of vectors!.md5_login) {
      expect(md5Response(password, challenge)).toBe(response);
    }
  });
});

const anyWord: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 120, max: 400 }).map((length) => new Uint8Array(length).fill(0x62)) },
  { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 17_000 }).map((length) => new Uint8Array(length).fill(0)) },
);

describe('encoding and reading', () => {
  it('any sentences come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyWord, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sentences, cuts) => {
          const read = pushAll(new SentenceReader(), cutAt(encodeSentences(sentences), cuts));
          expect(read.map((words) => words.map((word) => Buffer.from(word).toString('hex')))).toEqual(
            sentences.map((words) => words.map((word) => Buffer.from(word).toString('hex'))),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('the length of a text counts bytes, not characters', () => {
    expect(encodeSentence(['=comment=Ω']).toString('hex')).toBe('0b3d636f6d6d656e743dcea900');
  });

  it('a zero byte inside a length does not end the sentence', () => {
    const words: Word[] = [Buffer.alloc(256, 0x61), 'b'];
    expect(new SentenceReader().push(encodeSentence(words)).map((sentence) => sentence.length)).toEqual([2]);
  });

  it('a length in a longer form than needed is read all the same', () => {
    const forms = ['03', '8003', 'c00003', 'e0000003', 'f000000003'];
    const bytes = Buffer.concat(forms.map((form) => Buffer.concat([Buffer.from(form, 'hex'), Buffer.from('!re\0')])));
    expect(texts(new SentenceReader().push(bytes))).toEqual(forms.map(() => ['!re']));
  });

  it('empty sentences mean nothing', () => {
    const bytes = Buffer.concat([Buffer.alloc(5), encodeSentence(['!done']), Buffer.alloc(3)]);
    expect(texts(new SentenceReader().push(bytes))).toEqual([['!done']]);
  });

  it('an empty word cannot be written: it would end the sentence', () => {
    expect(() => encodeSentence(['/login', ''])).toThrow(RangeError);
  });
});

describe('limits', () => {
  it('a length of 4 GiB is refused when it is announced', () => {
    expect(() => new SentenceReader().push(Buffer.from('f0ffffffff', 'hex'))).toThrow('4294967295 bytes');
  });

  it('a word beyond the limit is refused before its bytes come', () => {
    const reader = new SentenceReader({ wordBytes: 100 });
    expect(() => reader.push(encodeLength(101))).toThrow('a word of 101 bytes was announced; the limit is 100');
  });

  it('a sentence of a million words is refused', () => {
    const word = Buffer.from('016101610161', 'hex');
    const reader = new SentenceReader();
    expect(() => {
      for (let count = 0; count < 1_000_000; count += 1) reader.push(word);
    }).toThrow('limit of 16384 words');
  });

  it('a sentence of long words is refused', () => {
    const reader = new SentenceReader({ sentenceBytes: 1_000 });
    const bytes = Buffer.concat([encodeLength(600), Buffer.alloc(600, 0x61)]);
    reader.push(bytes);
    expect(() => reader.push(bytes)).toThrow('limit of 1000 bytes');
  });

  it('an announced word takes memory only as its bytes arrive', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 64 }, () => {
      const reader = new SentenceReader();
      reader.push(encodeLength(16 * 1024 * 1024));
      reader.push(Buffer.alloc(10));
      return reader;
    });
    expect(readers.length).toBe(64);
    // 64 words of 16 MiB would be 1 GiB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('random bytes are read or refused, never hang and never crash otherwise', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
        const reader = new SentenceReader({ wordBytes: 1_000, sentenceBytes: 2_000, sentenceWords: 20 });
        try {
          for (const words of pushAll(reader, chunks)) expect(words.length).toBeLessThanOrEqual(20);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
