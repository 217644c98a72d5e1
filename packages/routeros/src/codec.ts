// Bytes <-> sentences of the RouterOS API. Pure: knows no socket, no command and no router.
import { createHash } from 'node:crypto';
import { ProtocolError } from './errors.ts';

export type Word = string | Uint8Array;

export interface ReaderLimits {
  /** No documented RouterOS value comes near: /file contents ends at about 60 KB. */
  wordBytes: number;
  sentenceBytes: number;
  /** The widest menu of RouterOS 7.24 has fewer than 150 properties. */
  sentenceWords: number;
}

export const defaultReaderLimits: Readonly<ReaderLimits> = {
  wordBytes: 16 * 1024 * 1024,
  sentenceBytes: 32 * 1024 * 1024,
  sentenceWords: 16_384,
};

const longestWordBytes = 0xffff_ffff;
const longestLengthBytes = 5;
// A word that straddles chunks starts in a small buffer that doubles as bytes arrive, so that a length of 16 MiB which is only
// announced costs nothing.
const firstHeldBytes = 256;

function lengthWidth(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  if (length < 0x1000_0000) return 4;
  return longestLengthBytes;
}

function wordLength(word: Word): number {
  const length = typeof word === 'string' ? Buffer.byteLength(word) : word.length;
  if (length === 0) throw new RangeError('a word of a sentence must not be empty: the empty word ends the sentence');
  if (length > longestWordBytes) throw new RangeError(`a word of ${length} bytes is longer than the API can carry`);
  return length;
}

function writeLength(target: Buffer, at: number, length: number): number {
  switch (lengthWidth(length)) {
    case 1:
      target[at] = length;
      return at + 1;
    case 2:
      return target.writeUInt16BE(length | 0x8000, at);
    case 3:
      target[at] = (length >>> 16) | 0xc0;
      return target.writeUInt16BE(length & 0xffff, at + 1);
    case 4:
      return target.writeUInt32BE((length | 0xe000_0000) >>> 0, at);
    default:
      target[at] = 0xf0;
      return target.writeUInt32BE(length, at + 1);
  }
}

/** The length prefix alone, for example to announce a word that will be streamed. */
export function encodeLength(length: number): Buffer {
  const target = Buffer.alloc(lengthWidth(length));
  writeLength(target, 0, length);
  return target;
}

export function encodeSentence(words: readonly Word[]): Buffer {
  return encodeSentences([words]);
}

/** Many sentences in one buffer, so that they leave in one write. */
export function encodeSentences(sentences: readonly (readonly Word[])[]): Buffer {
  const lengths: number[] = [];
  let total = 0;
  for (const words of sentences) {
    for (const word of words) {
      const length = wordLength(word);
      lengths.push(length);
      total += length + lengthWidth(length);
    }
    total += 1;
  }
  const target = Buffer.allocUnsafe(total);
  let at = 0;
  let index = 0;
  for (const words of sentences) {
    for (const word of words) {
      const length = lengths[index++]!;
      at = writeLength(target, at, length);
      if (typeof word === 'string') target.write(word, at, length);
      else target.set(word, at);
      at += length;
    }
    target[at++] = 0;
  }
  return target;
}

/** What a scanner tells about the bytes it was given. */
export interface WordSink {
  /** One whole word: `bytes` from `start` to `end`. Valid during the call only. */
  word(bytes: Uint8Array, start: number, end: number): void;
  /** The sentence is complete; its words had so many bytes. Not called for empty sentences, which mean nothing. */
  endOfSentence(bytes: number): void;
}

/** Finds words in a stream of chunks of any size. Keeps a partial length, word and sentence from chunk to chunk. */
export class WordScanner {
  readonly #limits: ReaderLimits;
  readonly #sink: WordSink;
  readonly #lengthHeld = new Uint8Array(longestLengthBytes);
  #lengthHeldBytes = 0;
  #held: Uint8Array | undefined;
  #heldBytes = 0;
  #heldLength = 0;
  #sentenceBytes = 0;
  #sentenceWords = 0;

  constructor(sink: WordSink, limits: Partial<ReaderLimits> = {}) {
    this.#sink = sink;
    this.#limits = { ...defaultReaderLimits, ...limits };
  }

  /** True between sentences: a connection that ends here lost nothing. */
  get isBetweenSentences(): boolean {
    return this.#sentenceWords === 0 && this.#lengthHeldBytes === 0 && this.#heldLength === 0;
  }

  push(chunk: Uint8Array): void {
    const size = chunk.length;
    let at = this.#heldLength > 0 ? this.#continueWord(chunk, 0) : 0;
    while (at < size) {
      let length: number;
      const first = chunk[at]!;
      if (this.#lengthHeldBytes === 0 && first < 0x80) {
        length = first;
        at += 1;
      } else {
        const width = lengthWidthOf(this.#lengthHeldBytes === 0 ? first : this.#lengthHeld[0]!);
        if (this.#lengthHeldBytes === 0 && at + width <= size) {
          length = readLength(chunk, at, width);
          at += width;
        } else {
          at = this.#holdLength(chunk, at, width);
          if (this.#lengthHeldBytes < width) return;
          length = readLength(this.#lengthHeld, 0, width);
          this.#lengthHeldBytes = 0;
        }
      }
      if (length === 0) {
        if (this.#sentenceWords > 0) this.#endSentence();
        continue;
      }
      this.#account(length);
      if (at + length > size) {
        this.#heldLength = length;
        at = this.#continueWord(chunk, at);
      } else {
        this.#sink.word(chunk, at, at + length);
        at += length;
      }
    }
  }

  #endSentence(): void {
    const bytes = this.#sentenceBytes;
    this.#sentenceWords = 0;
    this.#sentenceBytes = 0;
    this.#sink.endOfSentence(bytes);
  }

  #account(length: number): void {
    this.#sentenceWords += 1;
    this.#sentenceBytes += length;
    const limits = this.#limits;
    if (
      length > limits.wordBytes ||
      this.#sentenceBytes > limits.sentenceBytes ||
      this.#sentenceWords > limits.sentenceWords
    ) {
      this.#refuse(length);
    }
  }

  #refuse(length: number): never {
    const { wordBytes, sentenceBytes, sentenceWords } = this.#limits;
    if (length > wordBytes) {
      throw new ProtocolError(`a word of ${length} bytes was announced; the limit is ${wordBytes}`);
    }
    if (this.#sentenceWords > sentenceWords) {
      throw new ProtocolError(`a sentence exceeds the limit of ${sentenceWords} words`);
    }
    throw new ProtocolError(`a sentence exceeds the limit of ${sentenceBytes} bytes`);
  }

  #holdLength(chunk: Uint8Array, at: number, width: number): number {
    let next = at;
    while (this.#lengthHeldBytes < width && next < chunk.length) {
      this.#lengthHeld[this.#lengthHeldBytes++] = chunk[next++]!;
    }
    return next;
  }

  #continueWord(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#heldLength - this.#heldBytes, chunk.length - at);
    const held = this.#roomFor(this.#heldBytes + taken);
    held.set(chunk.subarray(at, at + taken), this.#heldBytes);
    this.#heldBytes += taken;
    if (this.#heldBytes === this.#heldLength) {
      const length = this.#heldLength;
      this.#held = undefined;
      this.#heldBytes = 0;
      this.#heldLength = 0;
      this.#sink.word(held, 0, length);
    }
    return at + taken;
  }

  #roomFor(bytes: number): Uint8Array {
    const held = this.#held;
    if (held !== undefined && held.length >= bytes) return held;
    const grown = new Uint8Array(Math.min(this.#heldLength, Math.max(bytes, firstHeldBytes, (held?.length ?? 0) * 2)));
    if (held !== undefined) grown.set(held.subarray(0, this.#heldBytes));
    this.#held = grown;
    return grown;
  }
}

function lengthWidthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc0) return 2;
  if (first < 0xe0) return 3;
  if (first < 0xf0) return 4;
  if (first === 0xf0) return longestLengthBytes;
  // From 0xF8 on the documentation reserves control bytes, 0xF1 to 0xF7 mean nothing. After either there is no way to find the next word.
  throw new ProtocolError(`control byte 0x${first.toString(16)} where the length of a word belongs`);
}

function readLength(bytes: Uint8Array, at: number, width: number): number {
  const first = bytes[at]!;
  switch (width) {
    case 1:
      return first;
    case 2:
      return ((first & 0x3f) << 8) | bytes[at + 1]!;
    case 3:
      return ((first & 0x1f) << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    case 4:
      return ((first & 0x0f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    default:
      // Four whole bytes: 32-bit operators would make it negative.
      return bytes[at + 1]! * 0x100_0000 + ((bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!);
  }
}

/**
 * Chunks in, whole sentences out. A word is a view of the chunk it came in: keep a copy of what must outlive it, and do not
 * write over the chunk. After it threw, the stream has no readable continuation: close the connection.
 */
export class SentenceReader {
  readonly #scanner: WordScanner;
  #sentence: Uint8Array[] = [];
  #complete: Uint8Array[][] = [];

  constructor(limits?: Partial<ReaderLimits>) {
    this.#scanner = new WordScanner(
      {
        word: (bytes, start, end) => this.#sentence.push(bytes.subarray(start, end)),
        endOfSentence: () => {
          this.#complete.push(this.#sentence);
          this.#sentence = [];
        },
      },
      limits,
    );
  }

  get isBetweenSentences(): boolean {
    return this.#scanner.isBetweenSentences;
  }

  push(chunk: Uint8Array): Uint8Array[][] {
    this.#scanner.push(chunk);
    const complete = this.#complete;
    this.#complete = [];
    return complete;
  }
}

/** The answer to the challenge of RouterOS before 6.43: 00 and md5(0x00, password, challenge) in hex. */
export function md5Response(password: string, challengeHex: string): string {
  const hash = createHash('md5');
  hash.update(Uint8Array.of(0));
  hash.update(password, 'utf8');
  hash.update(Buffer.from(challengeHex, 'hex'));
  return `00${hash.digest('hex')}`;
}
