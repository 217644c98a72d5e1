// What the papers of A4 share: who writes, and how amounts stand in a column that says its currency.
import { type Language, moneyInWords } from '#platform/languages.ts';
import { type Box, mm, type Paper } from '#platform/pdf.ts';
import type { PaperWords } from './paper-words.ts';

export type Seller = {
  name: string;
  address: string;
  taxId: string | null;
  contact: string;
  logo: Buffer | undefined;
};

export const left = 18 * mm;
export const right = 192 * mm;
export const width = right - left;
export const quiet = '#5b6470';

/** How the name stands, what is below it, and how high a logo may be. */
type SellerSizes = { name: number; about: number; logo: number };

/** The logo, the name and what belongs to it; answers where it ends. */
export function drawSeller(paper: Paper, seller: Seller, words: PaperWords, at: Box, sizes: SellerSizes): number {
  let { y } = at;
  if (seller.logo && paper.picture(seller.logo, at.x, y, Math.min(at.width, 50 * mm), sizes.logo))
    y += sizes.logo + 2 * mm;
  y += paper.text(seller.name, { ...at, y }, { size: sizes.name, weight: 'bold' });
  const about = [seller.address, seller.contact, seller.taxId ? `${words.taxId}: ${seller.taxId}` : '']
    .filter(Boolean)
    .join('\n');
  return about ? y + paper.text(about, { ...at, y }, { size: sizes.about, color: quiet }) : y;
}

const footWidth = 72 * mm;

/** At the foot of every page: what the provider writes there, and which paper and page it is. */
export function drawFeet(paper: Paper, footer: string, labelOf: (no: number, count: number) => string): void {
  const y = 276.5 * mm;
  const style = { size: 7.5, color: quiet };
  paper.onEveryPage((no, count) => {
    paper.line(left, 275 * mm, right, 275 * mm);
    if (footer) paper.text(footer, { x: left, y, width: width - footWidth - 4 * mm }, style);
    paper.text(labelOf(no, count), { x: right - footWidth, y, width: footWidth }, { ...style, align: 'right' });
  });
}

/** Without the currency, where the head of the column says it. */
export function plainAmount(minor: bigint, currency: string, language: Language): string {
  return moneyInWords(minor, currency, language)
    .replace(currency, '')
    .replace(/^\s+|\s+$/g, '')
    .replace('-\u00a0', '-');
}
