// Text of any script as pieces that one font can draw, in the order in which they stand on the paper.
import * as bidiModule from 'bidi-js';
import { type Font, findFont, openedFont, type Weight } from './pdf-fonts.ts';

/** A part of a line that one font draws. */
export type TextRun = { font: string; text: string };

type Bidi = {
  getEmbeddingLevels(text: string): { levels: Uint8Array; paragraphs: { level: number }[] };
  getMirroredCharacter(letter: string): string | null;
};

// Its types tell of a module of functions; what it is, is a function that makes one.
const bidi = (bidiModule.default as unknown as () => Bidi)();
// What has no form of its own: two signs tell a font whether letters join, the others tell it nothing.
const isUnseen = /^\p{Default_Ignorable_Code_Point}$/u;
const isJoiner = /^[\u200c\u200d]$/;

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
    if (isUnseen.test(letter)) {
      if (last && isJoiner.test(letter)) last.text += letter;
      continue;
    }
    const font = fontFor(letter, last?.font, weight);
    // What no font can draw is not left out without a sign.
    const shown = font ? letter : '?';
    const name = (font ?? findFont('?'.codePointAt(0) ?? 0, weight))?.name ?? '';
    if (last?.font === name) last.text += shown;
    else runs.push({ font: name, text: shown });
  }
  return isRightToLeft ? runs.flatMap(wordsOf).reverse().map(turned) : runs.flatMap(figuresOf);
}

/** The font of the letter before goes on as long as it can, so that a space or a point does not break a word. */
function fontFor(letter: string, current: string | undefined, weight: Weight): Font | undefined {
  const code = letter.codePointAt(0) ?? 0;
  const running = current === undefined ? undefined : openedFont(current);
  if (running?.glyphs.hasGlyphForCodePoint(code)) return running;
  return findFont(code, weight);
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

/** Arabic figures stand from left to right, and the font would turn them like letters: each is a piece of its own. */
function figuresOf(run: TextRun): TextRun[] {
  return /[\u0660-\u0669\u06f0-\u06f9]/.test(run.text)
    ? [...run.text].map((figure) => ({ ...run, text: figure }))
    : [run];
}

/** Whether a text is to stand at the right edge: its first letter with a direction says so. */
export function isRightToLeft(text: string): boolean {
  return (bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0) % 2 === 1;
}
