// The fonts of papers: each a small file with the letters of one script, read when a text needs it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import PDFDocument from 'pdfkit';

export type Weight = 'regular' | 'bold';

type Glyphs = { hasGlyphForCodePoint(code: number): boolean };
export type Font = { name: string; file: Buffer; glyphs: Glyphs };

const require = createRequire(import.meta.url);

// The order matters: a letter is drawn by the first of them that has it.
const alphabets = [
  'noto-sans/latin',
  'noto-sans/latin-ext',
  'noto-sans/cyrillic',
  'noto-sans/cyrillic-ext',
  'noto-sans/greek',
  'noto-sans/greek-ext',
  'noto-sans/vietnamese',
  'noto-sans-devanagari/devanagari',
  'noto-sans-bengali/bengali',
  'noto-sans-arabic/arabic',
  'noto-sans-hebrew/hebrew',
  'noto-sans-thai/thai',
] as const;

/** What is cut into a hundred files of some signs each: Korean, and Chinese, which has the Japanese signs, too. */
const familyOfMany = (letter: string) => (/\p{Script=Hangul}/u.test(letter) ? 'nanum-gothic' : 'noto-sans-sc');

const weightNumber: Record<Weight, number> = { regular: 400, bold: 700 };

const opened = new Map<string, Font>();

/** Read once per process: an alphabet has some 20 kB, a part of Chinese some 40 kB. */
function openFont(family: string, part: string, weight: Weight): Font {
  const name = `${family}/${part} ${weight}`;
  const known = opened.get(name);
  if (known) return known;
  const woff = `@fontsource/${family}/files/${family}-${part}-${weightNumber[weight]}-normal.woff`;
  const file = unpackedFont(fs.readFileSync(require.resolve(woff)));
  const scratch = new PDFDocument({ autoFirstPage: false });
  scratch.font(file);
  // pdfkit keeps what it parsed here; there is no public way to ask whether a font has a letter.
  const { font: glyphs } = (scratch as unknown as { _font: { font: Glyphs } })._font;
  const font = { name, file, glyphs };
  opened.set(name, font);
  return font;
}

function* candidatesFor(code: number, weight: Weight): Generator<Font> {
  for (const alphabet of alphabets) {
    const [family = '', part = ''] = alphabet.split('/');
    yield openFont(family, part, weight);
  }
  const family = familyOfMany(String.fromCodePoint(code));
  const part = partsOf(family).find(({ ranges }) => ranges.some(([from, to]) => from <= code && code <= to));
  if (part) yield openFont(family, part.name, weight);
}

/** The first font that has a letter. */
export function findFont(code: number, weight: Weight): Font | undefined {
  return candidatesFor(code, weight).find(({ glyphs }) => glyphs.hasGlyphForCodePoint(code));
}

/** A font that draws something of a text already. */
export function openedFont(name: string): Font | undefined {
  return opened.get(name);
}

type Part = { name: string; ranges: (readonly [from: number, to: number])[] };
const partsKnown = new Map<string, Part[]>();

/** What each numbered file of a family has, as the package says: {"[4]": "U+4e00-4e05,U+4e07"}. */
function partsOf(family: string): Part[] {
  const known = partsKnown.get(family);
  if (known) return known;
  const told: Record<string, string> = require(`@fontsource/${family}/unicode.json`);
  const parts = Object.entries(told).flatMap(([key, ranges]) => {
    const name = /^\[(\d+)\]$/.exec(key)?.[1];
    return name === undefined ? [] : [{ name, ranges: ranges.split(',').map(rangeOf) }];
  });
  partsKnown.set(family, parts);
  return parts;
}

function rangeOf(range: string): readonly [number, number] {
  const [from = '', to = from] = range.trim().replace('U+', '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}

/**
 * WOFF 1.0 is TrueType with each table deflated (https://www.w3.org/TR/WOFF/). pdfkit reads it, and inflates in JavaScript again
 * and again: ten times the time of a whole invoice.
 */
function unpackedFont(woff: Buffer): Buffer {
  const tableCount = woff.readUInt16BE(12);
  const head = Buffer.alloc(12 + tableCount * 16);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(tableCount, 4);
  const tables: Buffer[] = [];
  let offset = head.length;
  for (let n = 0; n < tableCount; n++) {
    const entry = 44 + n * 20;
    const from = woff.readUInt32BE(entry + 4);
    const packedLength = woff.readUInt32BE(entry + 8);
    const length = woff.readUInt32BE(entry + 12);
    const packed = woff.subarray(from, from + packedLength);
    const table = packedLength < length ? zlib.inflateSync(packed) : packed;
    const at = 12 + n * 16;
    woff.copy(head, at, entry, entry + 4);
    head.writeUInt32BE(woff.readUInt32BE(entry + 16), at + 4);
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(length, at + 12);
    // Each table begins at a multiple of four.
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    tables.push(table, padding);
    offset += length + padding.length;
  }
  return Buffer.concat([head, ...tables]);
}
