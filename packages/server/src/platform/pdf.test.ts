import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOfPdf } from '#test/pdf-text.test-support.ts';
import { openPaper } from './pdf.ts';
import { openedFont } from './pdf-fonts.ts';
import { runsOf } from './pdf-text.ts';

const paper = () => openPaper({ title: 'T', author: 'A', createdAt: Temporal.Instant.from('2026-06-15T12:00:00Z') });

test.each([
  ['Latin', 'Zażółć gęślą jaźń, Ångström & Đoković'],
  ['Cyrillic', 'Сеть «Саванна», Ёлка и Їжак'],
  ['Greek', 'Ωμέγα Δίκτυο Αθήνα'],
  ['Vietnamese', 'Nguyễn Thị Hồng Hạnh'],
  ['Chinese', '王小明 刘洋 陳大文'],
  ['Japanese', '山田 太郎 さくら インターネット 辻﨑'],
  ['Korean', '김민준 대한민국 학교'],
])('%s is in the text layer as it was written', async (_, text) => {
  const page = paper();
  page.text(text, { x: 40, y: 40, width: 500 });
  expect(
    textOfPdf(await page.finish())
      .replaceAll('\n', '')
      .replaceAll(' ', ''),
  ).toBe(text.replaceAll(' ', ''));
});

test.each([
  ['Devanagari', 'श्री राम कुमार', 'devanagari'],
  ['Bengali', 'মোসাম্মৎ রহিমা খাতুন', 'bengali'],
  ['Arabic', 'محمد علي', 'arabic'],
])('%s is drawn by its own font, without a question mark', (_, text, script) => {
  const runs = runsOf(text, 'regular');
  expect(runs.map(({ font }) => font).filter((font) => !font.includes(script))).toEqual([]);
  expect(runs.map((run) => run.text).join('')).not.toContain('?');
});

test('Arabic words stand from right to left, figures and Latin words in it from left to right', () => {
  expect(runsOf('محمد علي 15 Wi-Fi', 'regular').map(({ text }) => text)).toEqual([
    'Wi-Fi',
    ' ',
    '15',
    ' ',
    'علي',
    ' ',
    'محمد',
  ]);
  expect(
    runsOf('Ana (محمد) Horvat', 'regular')
      .map(({ text }) => text)
      .join('|'),
  ).toBe('Ana (|محمد|) Horvat');
});

test('Arabic figures are not turned: 15 is not 51', async () => {
  const page = paper();
  page.text('شارع ١٥', { x: 40, y: 40, width: 500 });
  expect(textOfPdf(await page.finish()).replaceAll(/\s/g, '')).toMatch(/^١٥/);
});

test('a letter that no font has is shown as a question mark, and not left out', () => {
  expect(
    runsOf('ဦးအောင် 😀 Ltd', 'bold')
      .map(({ text }) => text)
      .join(''),
  ).toMatch(/^\?+ \? Ltd$/);
});

test('Chinese costs only the part of the font that a name needs, and Latin costs no other alphabet', () => {
  const fontsFor = (text: string) => new Set(runsOf(text, 'regular').map(({ font }) => font)).size;
  expect(fontsFor('Ana Horvat')).toBe(1);
  expect(fontsFor('王小明 Ltd')).toBeLessThanOrEqual(4);
});

test('each run is drawn by a font that has all its letters, whatever the text is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      for (const run of runsOf(text, 'regular')) {
        const font = openedFont(run.font);
        for (const letter of run.text) {
          const isDrawn =
            font?.glyphs.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) || /[\u200c\u200d]/.test(letter);
          expect([letter, isDrawn]).toEqual([letter, true]);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a text is broken at its spaces, and a word that is too long where it must be', async () => {
  const page = paper();
  const long = `${'word '.repeat(30)}${'x'.repeat(200)}`;
  const oneLine = page.text('word', { x: 0, y: 0, width: 100 });
  expect(page.heightOf(long, 100)).toBe(page.text(long, { x: 0, y: 0, width: 100 }));
  expect(page.heightOf(long, 100)).toBeGreaterThan(oneLine * 10);
  expect(textOfPdf(await page.finish())).not.toContain('?');
});

test('a picture that is none is refused, and the paper goes on', async () => {
  const page = paper();
  expect(page.picture(Buffer.from('RIFF....WEBP'), 0, 0, 10, 10)).toBe(false);
  page.text('after', { x: 0, y: 0, width: 100 });
  expect(textOfPdf(await page.finish())).toContain('after');
});
