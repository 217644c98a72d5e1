// Text of any script as pieces that one font can draw, in the order in which they stand on the paper.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import * as bidiModule from 'bidi-js';
import PDFDocument from 'pdfkit';

export type Weight = 'regular' | 'bold';

/** A part of a line that one font draws. */
export type TextRun = { font: string; text: string };

const require = createRequire(import.meta.url);

// The order matters: a letter is drawn by the first of them that has it.
const subsets = [
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

const weightNumber: Record<Weight, number> = { regular: 400, bold: 700 };

type Glyphs = { hasGlyphForCodePoint(code: number): boolean };
export type Font = { name: string; file: Buffer; glyphs: Glyphs };

const opened = new Map<Weight, Font[]>();

/** Read once per process: 24 files of about 20 kB. */
export function fontsOf(weight: Weight): Font[] {
  const known = opened.get(weight);
  if (known) return known;
  const scratch = new PDFDocument({ autoFirstPage: false });
  const fonts = subsets.map((subset) => {
    const [family = '', script = ''] = subset.split('/');
    const woff = `@fontsource/${family}/files/${family}-${script}-${weightNumber[weight]}-normal.woff`;
    const file = unpackedFont(fs.readFileSync(require.resolve(woff)));
    scratch.font(file);
    // pdfkit keeps what it parsed here; there is no public way to ask whether a font has a letter.
    const { font: glyphs } = (scratch as unknown as { _font: { font: Glyphs } })._font;
    return { name: `${subset} ${weight}`, file, glyphs };
  });
  opened.set(weight, fonts);
  return fonts;
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

type Bidi = {
  getEmbeddingLevels(text: string): { levels: Uint8Array; paragraphs: { level: number }[] };
  getMirroredCharacter(letter: string): string | null;
};

// Its types tell of a module of functions; what it is, is a function that makes one.
const bidi = (bidiModule.default as unknown as () => Bidi)();
const isMark = /^[\p{M}\u200c\u200d]$/u;

/** The runs of one line, from left to right. */
export function runsOf(line: string, weight: Weight): TextRun[] {
  // The fonts have no narrow spaces, which French puts into its figures.
  const text = line
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(/[\u2000-\u200a\u202f]/g, '\u00a0')
    .normalize('NFC');
  const { levels } = bidi.getEmbeddingLevels(text);
  return inVisualOrder(levelRuns(text, levels)).flatMap(({ text: part, level }) =>
    fontRuns(part, level % 2 === 1, weight),
  );
}

type LevelRun = { text: string; level: number };

function levelRuns(text: string, levels: Uint8Array): LevelRun[] {
  const runs: LevelRun[] = [];
  for (let index = 0; index < text.length; index++) {
    const level = levels[index] ?? 0;
    const last = runs.at(-1);
    if (last?.level === level) last.text += text[index];
    else runs.push({ text: text[index] ?? '', level });
  }
  return runs;
}

/** Unicode's rule L2: from the highest level down, whatever is at least that deep is turned around. */
function inVisualOrder(runs: LevelRun[]): LevelRun[] {
  const ordered = [...runs];
  const deepest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = deepest; level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end += 1;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = Math.max(start, end);
    }
  }
  return ordered;
}

function fontRuns(text: string, isRightToLeft: boolean, weight: Weight): TextRun[] {
  const runs: TextRun[] = [];
  for (const letter of text) {
    const last = runs.at(-1);
    const font = fontFor(letter, last?.font, weight);
    // What no font can draw is not left out without a sign.
    const shown = font ? letter : '?';
    const name = font?.name ?? fontsOf(weight)[0]?.name ?? '';
    if (last?.font === name) last.text += shown;
    else runs.push({ font: name, text: shown });
  }
  return isRightToLeft ? runs.flatMap(wordsOf).reverse().map(turned) : runs;
}

/** The font of the letter before goes on as long as it can, so that a space or a point does not break a word. */
function fontFor(letter: string, current: string | undefined, weight: Weight): Font | undefined {
  const fonts = fontsOf(weight);
  const code = letter.codePointAt(0) ?? 0;
  const running = fonts.find(({ name }) => name === current);
  if (running && (isMark.test(letter) || running.glyphs.hasGlyphForCodePoint(code))) return running;
  return fonts.find(({ glyphs }) => glyphs.hasGlyphForCodePoint(code));
}

/** pdfkit lays out word by word, from left to right: the order of the words is ours to turn. */
function wordsOf({ font, text }: TextRun): TextRun[] {
  return text.split(/( +)/).flatMap((word) => (word ? [{ font, text: word }] : []));
}

/** The letters of an Arabic or Hebrew word are turned by the font itself; signs and what other fonts draw are not. */
function turned({ font, text }: TextRun): TextRun {
  if (/[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text)) return { font, text };
  return {
    font,
    text: [...text]
      .reverse()
      .map((letter) => bidi.getMirroredCharacter(letter) ?? letter)
      .join(''),
  };
}

/** Whether a text is to stand at the right edge: its first letter with a direction says so. */
export function isRightToLeft(text: string): boolean {
  return (bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0) % 2 === 1;
}
