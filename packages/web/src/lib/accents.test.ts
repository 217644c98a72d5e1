import { accents } from '@lastmile/contract/settings.ts';
import { expect, test } from 'vitest';
import { palettes } from './accents.ts';

/** Of WCAG 2.2, between 1 and 21. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other].map(luminance).toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each(accents)('%s is read on every surface that it stands on, light and dark', (accent) => {
  const { shades, chosen } = palettes[accent];
  // A button, a link on a page and on a panel, and a chosen entry; then a link and a chosen entry on dark.
  expect(contrast('#ffffff', shades[7])).toBeGreaterThan(4.5);
  expect(contrast(shades[7], '#f5f6f8')).toBeGreaterThan(4.5);
  expect(contrast(shades[8], chosen.light)).toBeGreaterThan(4.5);
  expect(contrast(shades[3], '#181d24')).toBeGreaterThan(4.5);
  expect(contrast(shades[2], chosen.dark)).toBeGreaterThan(4.5);
});

test('the measure itself tells black on white from grey on grey', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#888888', '#888888')).toBe(1);
});
