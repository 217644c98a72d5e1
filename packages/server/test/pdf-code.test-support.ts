// For tests only: a two-dimensional code as a scanner finds it on a page of ours: dark squares with nothing around them.
import QRCode from 'qrcode';
import { objectsOf } from './pdf-text.test-support.ts';

type Mark = { x: number; y: number; width: number; height: number };

/** A square of a code is no larger than this, in points. */
const mostUnit = 4;

/** The dark squares, row by row, and how many of them would fit between the code and the next thing on the page. */
export function codeOfPdf(pdf: Buffer): { rows: string[]; quietModules: number } {
  const pages = [...objectsOf(pdf).values()]
    .filter(({ body }) => body.includes(' Tf'))
    .map(({ body }) => marksOf(body));
  const found = pages.map((marks) => ({ marks, dark: marks.filter(isSquare) })).find(({ dark }) => dark.length > 20);
  if (!found) throw new Error('there is no code on any page');
  const { dark, marks } = found;
  const [left, top] = [Math.min(...dark.map(({ x }) => x)), Math.min(...dark.map(({ y }) => y))];
  const [right, bottom] = [Math.max(...dark.map((m) => m.x + m.width)), Math.max(...dark.map((m) => m.y + m.height))];
  // The finder in the corner is seven squares wide, and begins the first row.
  const firstRow = dark
    .filter(({ y }) => Math.abs(y - top) < 0.01)
    .map(({ x }) => x)
    .toSorted((a, b) => a - b);
  const unit = ((firstRow[6] ?? 0) - left) / 6;
  const size = Math.round((right - left) / unit);
  const isDark = new Set(dark.map(({ x, y }) => `${Math.round((y - top) / unit)} ${Math.round((x - left) / unit)}`));
  const line = (row: number) =>
    Array.from({ length: size }, (_, column) => (isDark.has(`${row} ${column}`) ? '#' : '.')).join('');
  const gaps = marks
    .filter((mark) => !isSquare(mark))
    .map((mark) =>
      Math.max(left - (mark.x + mark.width), mark.x - right, top - (mark.y + mark.height), mark.y - bottom),
    );
  return { rows: Array.from({ length: size }, (_, row) => line(row)), quietModules: Math.min(...gaps) / unit };
}

/** What such a code of a text looks like. */
export function rowsOfCode(text: string): string[] {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => (modules.get(row, column) ? '#' : '.')).join(''),
  );
}

function isSquare({ width, height }: Mark): boolean {
  return width > 0 && width < mostUnit && Math.abs(width - height) < 0.001;
}

/** Rectangles, the ends of lines, and texts: pdfkit counts from the top but for texts, which stand on their lines. */
function marksOf(page: string): Mark[] {
  const pageHeight = Number(/1 0 0 -1 0 ([\d.]+) cm/.exec(page)?.[1]);
  const marks: Mark[] = [];
  let size = 0;
  for (const [, shape, point, text, font] of page.matchAll(
    /([-\d. ]+) re\b|([-\d. ]+) [ml]\n|1 0 0 1 ([-\d. ]+) Tm|\/F\d+ ([\d.]+) Tf/g,
  )) {
    if (font) size = Number(font);
    const [x = 0, y = 0, width = 0, height = 0] = (shape ?? point ?? text ?? '').trim().split(' ').map(Number);
    if (shape || point) marks.push({ x, y, width, height });
    // The size is told after the place.
    if (text) marks.push({ x, y: pageHeight - y, width: 0, height: 0 });
    if (font) {
      const last = marks.at(-1);
      if (last && last.width === 0) Object.assign(last, { y: last.y - size, height: size });
    }
  }
  return marks;
}
