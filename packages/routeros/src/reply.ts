// Bytes -> replies: rows as objects, without a string or copy that is not needed. The fast half of the codec.
import { isAscii } from 'node:buffer';
import { type ReaderLimits, WordScanner, type WordSink } from './codec.ts';
import { type CodePage, codePageNamed, decodeText, defaultCodePage } from './text.ts';

export type Row = Record<string, string>;
export type BytesRow = Record<string, Uint8Array>;

/** One reply sentence. Valid during the call that hands it over; only its rows may be kept. */
export interface Reply {
  /** `!re`, `!done`, `!trap`, `!fatal`, `!empty` or a word that some later RouterOS invents. */
  kind: string;
  /** The number in `.tag=`; -1 without a tag, -2 for a tag that is not one of our numbers. */
  tag: number;
  row: Row;
  /** The values as they came, when the reader keeps bytes. */
  bytes: BytesRow | undefined;
  /** The first word that is neither an attribute nor a tag: the reason of a `!fatal`. */
  bareWord: string | undefined;
  /** Bytes on the wire. */
  size: number;
}

export const untagged = -1;
const foreignTag = -2;

const equalsSign = 0x3d;
const dot = 0x2e;
const tagPrefix = '.tag=';
// Our tags are counters; ten digits and more were never sent.
const longestTagDigits = 9;
// A slice of up to 12 characters is a copy for V8, a longer one would keep the text of the whole chunk alive.
const longestCopiedSlice = 12;
const longestKnownName = 64;
const mostKnownNames = 8_192;
// A repeated value is kept by its name for ever, so only short ones are.
const longestRepeatedValue = 32;
const longestPlainLoop = 128;

/** A property name seen before. Rows repeat the same names in the same order, so each knows which one came after it last time. */
interface KnownName {
  readonly name: string;
  /** `=name=` as it stands in the word. */
  readonly prefix: Uint8Array;
  /** `__proto__`: setting it would not make a property. */
  readonly isHazard: boolean;
  /** The value seen last. Columns such as `disabled` or `service` repeat it: the same bytes in the same chunk make no new string. */
  value: string;
  valueStart: number;
  valueChunk: number;
  next: KnownName | undefined;
}

// Shared by all connections: a thousand routers speak of the same properties. A router that invents names without end only
// makes the table start again.
const knownNames = new Map<string, KnownName>();

let chunkCount = 0;

function knownName(name: string): KnownName | undefined {
  let known = knownNames.get(name);
  if (known !== undefined) return known;
  if (name.length > longestKnownName) return undefined;
  if (knownNames.size >= mostKnownNames) knownNames.clear();
  known = {
    name,
    prefix: Uint8Array.from(Buffer.from(`=${name}=`)),
    isHazard: name === '__proto__',
    value: '',
    valueStart: 0,
    valueChunk: 0,
    next: undefined,
  };
  knownNames.set(name, known);
  return known;
}

/** From the end, where numbered values differ. */
function areSame(left: Uint8Array, leftStart: number, right: Uint8Array, rightStart: number, length: number): boolean {
  for (let index = length - 1; index >= 0; index -= 1) {
    if (left[leftStart + index] !== right[rightStart + index]) return false;
  }
  return true;
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > longestPlainLoop) return isAscii(bytes.subarray(start, end));
  for (let index = start; index < end; index += 1) if (bytes[index]! >= 0x80) return false;
  return true;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}

function setHazard<T>(row: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
}

export interface ReplyReaderOptions {
  limits?: Partial<ReaderLimits> | undefined;
  codePage?: string | undefined;
}

export class ReplyReader implements WordSink {
  /** Rows also carry their values as bytes while this is true. */
  keepsBytes = false;
  readonly #scanner: WordScanner;
  readonly #codePage: CodePage;
  readonly #onReply: (reply: Reply) => void;
  readonly #reply: Reply = { kind: '', tag: untagged, row: {}, bytes: undefined, bareWord: undefined, size: 0 };
  #chunk: Uint8Array | undefined;
  #chunkText: string | undefined;
  #chunkIsAscii = false;
  #firstName: KnownName | undefined;
  #expected: KnownName | undefined;
  #previous: KnownName | undefined;

  constructor(onReply: (reply: Reply) => void, options: ReplyReaderOptions = {}) {
    this.#onReply = onReply;
    this.#codePage = codePageNamed(options.codePage ?? defaultCodePage);
    this.#scanner = new WordScanner(this, options.limits);
  }

  get isBetweenSentences(): boolean {
    return this.#scanner.isBetweenSentences;
  }

  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    chunkCount += 1;
    this.#chunkText = undefined;
    try {
      this.#scanner.push(chunk);
    } finally {
      this.#chunk = undefined;
      this.#chunkText = undefined;
    }
  }

  word(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start]!;
    const reply = this.#reply;
    if (reply.kind === '') {
      reply.kind = this.#kind(bytes, start, end);
    } else if (first === equalsSign) {
      this.#attribute(bytes, start, end);
    } else if (first === dot && this.#isTag(bytes, start, end)) {
      reply.tag = this.#tag(bytes, start, end);
    } else if (reply.bareWord === undefined) {
      reply.bareWord = decodeText(bytes.subarray(start, end), this.#codePage);
    }
  }

  endOfSentence(bytes: number): void {
    const reply = this.#reply;
    reply.size = bytes;
    this.#onReply(reply);
    reply.kind = '';
    reply.tag = untagged;
    reply.row = {};
    reply.bytes = undefined;
    reply.bareWord = undefined;
    this.#expected = this.#firstName;
    this.#previous = undefined;
  }

  #kind(bytes: Uint8Array, start: number, end: number): string {
    if (end - start === 3 && bytes[start + 1] === 0x72 && bytes[start + 2] === 0x65) return '!re';
    return decodeText(bytes.subarray(start, Math.min(end, start + longestKnownName)), this.#codePage);
  }

  #isTag(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < tagPrefix.length) return false;
    for (let index = 1; index < tagPrefix.length; index += 1) {
      if (bytes[start + index] !== tagPrefix.charCodeAt(index)) return false;
    }
    return true;
  }

  #tag(bytes: Uint8Array, start: number, end: number): number {
    const digits = start + tagPrefix.length;
    if (digits === end || end - digits > longestTagDigits) return foreignTag;
    let tag = 0;
    for (let at = digits; at < end; at += 1) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return foreignTag;
      tag = tag * 10 + digit;
    }
    return tag;
  }

  #attribute(bytes: Uint8Array, start: number, end: number): void {
    let known = this.#expected;
    if (
      known === undefined ||
      start + known.prefix.length > end ||
      !areSame(bytes, start, known.prefix, 0, known.prefix.length)
    ) {
      known = this.#meetName(bytes, start, end);
      if (known === undefined) return;
    }
    this.#previous = known;
    this.#expected = known.next;
    const valueStart = start + known.prefix.length;
    const value = this.#knownValue(known, bytes, valueStart, end);
    if (known.isHazard) setHazard(this.#reply.row, known.name, value);
    else this.#reply.row[known.name] = value;
    if (this.keepsBytes) this.#keepBytes(known.name, bytes.slice(valueStart, end));
  }

  /** The slow way: a name that was not expected here. Undefined when it is set already (a bare `=name`, an endless name). */
  #meetName(bytes: Uint8Array, start: number, end: number): KnownName | undefined {
    const separator = bytes.subarray(start, end).indexOf(equalsSign, 1);
    const nameEnd = separator === -1 ? end : start + separator;
    const name = decodeText(bytes.subarray(start + 1, nameEnd), this.#codePage);
    const isKnowable = separator !== -1 && isPlain(bytes, start, nameEnd);
    const known = isKnowable ? knownName(name) : undefined;
    if (known === undefined) {
      const valueStart = Math.min(nameEnd + 1, end);
      setHazard(this.#reply.row, name, this.#value(bytes, valueStart, end));
      if (this.keepsBytes) this.#keepBytes(name, bytes.slice(valueStart, end));
      return undefined;
    }
    if (this.#previous === undefined) this.#firstName = known;
    else this.#previous.next = known;
    return known;
  }

  #keepBytes(name: string, value: Uint8Array): void {
    this.#reply.bytes ??= {};
    setHazard(this.#reply.bytes, name, value);
  }

  #knownValue(known: KnownName, bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (bytes !== this.#chunk || length > longestRepeatedValue) return this.#value(bytes, start, end);
    const isRepeated =
      known.valueChunk === chunkCount &&
      known.value.length === length &&
      areSame(bytes, start, bytes, known.valueStart, length);
    if (isRepeated) return known.value;
    const value = this.#value(bytes, start, end);
    known.value = value;
    known.valueStart = start;
    known.valueChunk = chunkCount;
    return value;
  }

  #value(bytes: Uint8Array, start: number, end: number): string {
    const isWhole = bytes === this.#chunk;
    const text = isWhole ? this.#textOfChunk(bytes) : '';
    if (!(isWhole && this.#chunkIsAscii) && !isPlain(bytes, start, end)) {
      return decodeText(bytes.subarray(start, end), this.#codePage);
    }
    if (isWhole && end - start <= longestCopiedSlice) return text.slice(start, end);
    return latin1(bytes, start, end);
  }

  #textOfChunk(bytes: Uint8Array): string {
    let text = this.#chunkText;
    if (text === undefined) {
      text = latin1(bytes, 0, bytes.length);
      this.#chunkText = text;
      this.#chunkIsAscii = isAscii(bytes);
    }
    return text;
  }
}
