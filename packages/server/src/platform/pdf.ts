// Paper: text of any script, lines, pictures and QR codes at given places. What stands on it is the business of the rooms.
import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { openedFont, type Weight } from './pdf-fonts.ts';
import { runsOf } from './pdf-text.ts';

/** PDF counts in points: 72 to an inch. */
export const mm = 72 / 25.4;

export type PaperSize = { width: number; height: number };
export const a4: PaperSize = { width: 210 * mm, height: 297 * mm };

export type TextStyle = {
  size?: number;
  weight?: Weight;
  color?: string;
  align?: 'left' | 'right' | 'center';
};

export type Box = { x: number; y: number; width: number };

const ordinarySize = 9.5;
// Devanagari and Bengali hang below and stand above the line more than Latin does.
const lineHeight = 1.45;

export type Paper = {
  readonly size: PaperSize;
  addPage(): void;
  /** Writes a text into a box, broken into lines where it must be, and answers how high it is. */
  text(text: string, box: Box, style?: TextStyle): number;
  /** How high a text would be. */
  heightOf(text: string, width: number, style?: TextStyle): number;
  line(
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
    style?: { color?: string; width?: number; isDashed?: boolean },
  ): void;
  box(x: number, y: number, width: number, height: number, color: string): void;
  /** With the white edge that scanners look for within this width. */
  qrCode(text: string, x: number, y: number, width: number): void;
  /** PNG or JPEG, as large as fits; false for a picture that cannot be drawn. */
  picture(image: Buffer, x: number, y: number, maxWidth: number, maxHeight: number): boolean;
  pageCount(): number;
  /** Writes on every page, when all of them are there. */
  onEveryPage(write: (pageNo: number, pageCount: number) => void): void;
  finish(): Promise<Buffer>;
};

export type PaperOptions = { title: string; author: string; createdAt: Temporal.Instant; size?: PaperSize };

export function openPaper({ title, author, createdAt, size = a4 }: PaperOptions): Paper {
  const doc = new PDFDocument({
    size: [size.width, size.height],
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Author: author, CreationDate: new Date(createdAt.epochMilliseconds) },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  const pen = createPen(doc);
  return {
    size,
    addPage: () => void doc.addPage(),
    heightOf: (text, width, style = {}) => pen.linesOf(text, width, style).length * heightOfLine(style),
    text(text, box, style = {}) {
      const lines = pen.linesOf(text, box.width, style);
      for (const [index, line] of lines.entries())
        pen.write(line, { ...box, y: box.y + index * heightOfLine(style) }, style);
      return lines.length * heightOfLine(style);
    },
    line(fromX, fromY, toX, toY, { color = '#c8ccd2', width = 0.6, isDashed = false } = {}) {
      doc.save().lineWidth(width).strokeColor(color);
      if (isDashed) doc.dash(2, { space: 2 });
      doc.moveTo(fromX, fromY).lineTo(toX, toY).stroke().restore();
    },
    box: (x, y, width, height, color) => void doc.save().rect(x, y, width, height).fill(color).restore(),
    qrCode: (text, x, y, width) => drawQrCode(doc, text, x, y, width),
    picture(image, x, y, maxWidth, maxHeight) {
      try {
        doc.image(image, x, y, { fit: [maxWidth, maxHeight] });
        return true;
      } catch {
        return false;
      }
    },
    pageCount: () => doc.bufferedPageRange().count,
    onEveryPage(write) {
      const { start, count } = doc.bufferedPageRange();
      for (let page = start; page < start + count; page++) {
        doc.switchToPage(page);
        write(page - start + 1, count);
      }
    },
    finish() {
      doc.end();
      return ended;
    },
  };
}

function heightOfLine({ size = ordinarySize }: TextStyle): number {
  return size * lineHeight;
}

type Pen = {
  linesOf(text: string, width: number, style: TextStyle): string[];
  write(line: string, box: Box, style: TextStyle): void;
};

// Where a line of writing stands within its height.
const baseline = 1.06;

function createPen(doc: PDFKit.PDFDocument): Pen {
  const registered = new Set<string>();
  const take = (name: string, size: number) => {
    if (!registered.has(name)) {
      const font = openedFont(name);
      if (font) doc.registerFont(name, font.file);
      registered.add(name);
    }
    doc.font(name).fontSize(size);
  };
  const runs = (line: string, { size = ordinarySize, weight = 'regular' }: TextStyle) =>
    runsOf(line, weight).map((run) => {
      take(run.font, size);
      return { ...run, width: doc.widthOfString(run.text) };
    });
  const widthOf = (line: string, style: TextStyle) => runs(line, style).reduce((sum, { width }) => sum + width, 0);
  return {
    linesOf: (text, width, style) =>
      text.split('\n').flatMap((paragraph) => brokenLines(paragraph, width, (part) => widthOf(part, style))),
    write(line, box, style) {
      const { size = ordinarySize, color = '#1d2229', align = 'left' } = style;
      const parts = runs(line, style);
      const total = parts.reduce((sum, { width }) => sum + width, 0);
      const slack = box.width - total;
      let x = box.x + (align === 'right' ? slack : align === 'center' ? slack / 2 : 0);
      for (const part of parts) {
        take(part.font, size);
        doc.fillColor(color).text(part.text, x, box.y + size * baseline, { lineBreak: false, baseline: 'alphabetic' });
        x += part.width;
      }
    },
  };
}

/** Breaks at spaces; a word that is longer than the line after its hyphens and strokes, and else where it must be. */
function brokenLines(paragraph: string, width: number, widthOf: (text: string) => number): string[] {
  if (widthOf(paragraph) <= width) return [paragraph];
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/ +/)) {
    const longer = line ? `${line} ${word}` : word;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    const pieces = brokenWord(word, width, widthOf);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function brokenWord(word: string, width: number, widthOf: (text: string) => number): string[] {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const segment of partsOfWord(word, width, widthOf)) {
    if (piece && widthOf(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

function partsOfWord(word: string, width: number, widthOf: (text: string) => number): string[] {
  return word
    .split(/(?<=[-/])/)
    .flatMap((part) => (widthOf(part) <= width ? [part] : [...graphemes.segment(part)].map(({ segment }) => segment)));
}

// Four modules on every side (ISO/IEC 18004): nearer to other print a scanner may not find it.
const quietModules = 4;

/** As squares, not as a picture: sharp at any size, on any printer. */
function drawQrCode(doc: PDFKit.PDFDocument, text: string, left: number, top: number, width: number): void {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const unit = width / (modules.size + 2 * quietModules);
  const [x, y] = [left + quietModules * unit, top + quietModules * unit];
  doc.save().fillColor('#000000');
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) doc.rect(x + column * unit, y + row * unit, unit + 0.05, unit + 0.05);
    }
  }
  doc.fill().restore();
}
