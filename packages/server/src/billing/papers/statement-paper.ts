// What a customer was charged and paid, on paper: the balance before, each entry, the balance after.

import type { StatementView } from '#billing/statements.ts';
import { dayInWords, type Language } from '#platform/languages.ts';
import { mm, openPaper } from '#platform/pdf.ts';
import { drawFeet, drawSeller, left, plainAmount, right, type Seller } from './letterhead.ts';
import { paperWords } from './paper-words.ts';

export type StatementOnPaper = {
  statement: StatementView;
  seller: Seller;
  address: string | null;
  language: Language;
  createdAt: Temporal.Instant;
  footer: string;
};

const bottom = 266 * mm;
const columns = {
  on: { x: left + 2 * mm, width: 34 * mm },
  what: { x: left + 38 * mm, width: 60 * mm },
  charge: { x: left + 96 * mm, width: 24 * mm },
  credit: { x: left + 121 * mm, width: 24 * mm },
  balance: { x: left + 146 * mm, width: 26 * mm },
};

export function drawStatement(on: StatementOnPaper): Promise<Buffer> {
  const { statement, seller, address, language, createdAt, footer } = on;
  const { currency, entries, from, to, openingMinor, closingMinor } = statement;
  const words = paperWords[language];
  const balance = (minor: bigint) => plainAmount(minor, currency, language);
  const money = (minor: bigint) => (minor === 0n ? '' : balance(minor));
  const paper = openPaper({ title: `${words.statement} ${statement.customerName}`, author: seller.name, createdAt });

  const half = { x: left, width: 80 * mm };
  const sizes = { name: 13, about: 8.5, logo: 18 * mm };
  let y = drawSeller(paper, seller, words, { ...half, y: 16 * mm }, sizes);
  const at = { x: left + 87 * mm, width: 87 * mm };
  const titleHeight = paper.text(words.statement, { ...at, y: 15 * mm }, { size: 20, weight: 'bold', align: 'right' });
  const span = `${dayInWords(from, language)} – ${dayInWords(to, language)}`;
  paper.text(span, { ...at, y: 15 * mm + titleHeight }, { align: 'right' });
  y = Math.max(y, 34 * mm) + 6 * mm;
  y += paper.text(statement.customerName, { ...half, y }, { size: 11, weight: 'bold' });
  if (address) y += paper.text(address, { ...half, y });
  y += 6 * mm;

  const drawHeads = (top: number) => {
    paper.box(left, top, right - left, 7 * mm, '#eef1f5');
    const style = { size: 8.5, weight: 'bold' } as const;
    paper.text(words.issuedOn, { ...columns.on, y: top + 1.4 * mm }, style);
    paper.text(words.description, { ...columns.what, y: top + 1.4 * mm }, style);
    paper.text(
      `${words.charged} (${currency})`,
      { ...columns.charge, y: top + 1.4 * mm },
      { ...style, align: 'right' },
    );
    paper.text(`${words.paid} (${currency})`, { ...columns.credit, y: top + 1.4 * mm }, { ...style, align: 'right' });
    paper.text(
      `${words.balance} (${currency})`,
      { ...columns.balance, y: top + 1.4 * mm },
      { ...style, align: 'right' },
    );
    return top + 8.5 * mm;
  };
  const drawRow = (cells: [string, string, string, string, string], weight: 'regular' | 'bold' = 'regular') => {
    if (y + 8 * mm > bottom) {
      paper.addPage();
      y = drawHeads(20 * mm);
    }
    const [on, what, charge, credit, after] = cells;
    const style = { size: 8.5, weight };
    paper.text(on, { ...columns.on, y }, style);
    const height = paper.text(what, { ...columns.what, y }, style);
    paper.text(charge, { ...columns.charge, y }, { ...style, align: 'right' });
    paper.text(credit, { ...columns.credit, y }, { ...style, align: 'right' });
    paper.text(after, { ...columns.balance, y }, { ...style, align: 'right' });
    y += height + 1 * mm;
    paper.line(left, y, right, y);
    y += 1.4 * mm;
  };
  y = drawHeads(y);
  drawRow([dayInWords(from, language), words.opening, '', '', balance(openingMinor)], 'bold');
  for (const { on: day, kind, reference, chargeMinor, creditMinor, balanceMinor } of entries)
    drawRow([
      dayInWords(day, language),
      `${words.entries[kind]} ${reference}`.trim(),
      money(chargeMinor),
      money(creditMinor),
      balance(balanceMinor),
    ]);
  drawRow([dayInWords(to, language), words.closing, '', '', balance(closingMinor)], 'bold');
  drawFeet(paper, footer, words.page);
  return paper.finish();
}
