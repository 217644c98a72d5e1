// A receipt: on A4 for the folder, or 80 mm wide from the printer at the counter.
import { dayInWords, type Language, moneyInWords } from '#platform/languages.ts';
import { a4, mm, openPaper, type PaperSize, type TextStyle } from '#platform/pdf.ts';
import { drawSeller, quiet, type Seller } from './letterhead.ts';
import { type PaperWords, paperWords } from './paper-words.ts';

export type ReceiptOnPaper = {
  number: string;
  receivedOn: Temporal.PlainDate;
  createdAt: Temporal.Instant;
  seller: Seller;
  customerName: string;
  amountMinor: bigint;
  currency: string;
  method: keyof PaperWords['methods'];
  takenBy: string;
  invoices: readonly { number: string; amountMinor: bigint }[];
  creditMinor: bigint;
  isReversed: boolean;
  footer: string;
  language: Language;
};

export type ReceiptSize = 'a4' | '80mm';

type Item = { label: string; value: string; style?: TextStyle } | 'line';

export function drawReceipt(receipt: ReceiptOnPaper, size: ReceiptSize): Promise<Buffer> {
  const words = paperWords[receipt.language];
  const layout = size === 'a4' ? { margin: 22 * mm, text: 10.5 } : { margin: 5 * mm, text: 9 };
  const items = itemsOf(receipt, words);
  // A roll is cut where the text ends: its height is measured on a sheet that is thrown away.
  if (size === 'a4') return print(a4, layout, receipt, words, items).paper.finish();
  const width = 80 * mm;
  const { endY } = print({ width, height: 1000 * mm }, layout, receipt, words, items);
  return print({ width, height: endY + 8 * mm }, layout, receipt, words, items).paper.finish();
}

function itemsOf(receipt: ReceiptOnPaper, words: PaperWords): Item[] {
  const { currency, language } = receipt;
  const money = (minor: bigint) => moneyInWords(minor, currency, language);
  return [
    { label: words.number, value: receipt.number },
    { label: words.receivedOn, value: dayInWords(receipt.receivedOn, language) },
    { label: words.receivedFrom, value: receipt.customerName },
    { label: words.method, value: words.methods[receipt.method] },
    { label: words.takenBy, value: receipt.takenBy },
    'line',
    ...receipt.invoices.map((invoice) => ({
      label: `${words.forInvoice} ${invoice.number}`,
      value: money(invoice.amountMinor),
    })),
    ...(receipt.creditMinor > 0n ? [{ label: words.credit, value: money(receipt.creditMinor) }] : []),
    'line',
    { label: words.total, value: money(receipt.amountMinor), style: { weight: 'bold', size: 13 } },
  ];
}

function print(
  size: PaperSize,
  { margin, text }: { margin: number; text: number },
  receipt: ReceiptOnPaper,
  words: PaperWords,
  items: readonly Item[],
) {
  const { seller } = receipt;
  const paper = openPaper({
    title: `${words.receipt} ${receipt.number}`,
    author: seller.name,
    createdAt: receipt.createdAt,
    size,
  });
  const box = { x: margin, width: Math.min(size.width - 2 * margin, 120 * mm) };
  const sizes = { name: text + 2, about: text - 1.5, logo: 14 * mm };
  let y = drawSeller(paper, seller, words, { ...box, y: margin }, sizes);
  y += 4 * mm;
  y += paper.text(words.receipt, { ...box, y }, { size: text + 6, weight: 'bold' }) + 1 * mm;
  if (receipt.isReversed)
    y += paper.text(words.reversed, { ...box, y }, { size: text + 3, weight: 'bold', color: '#b42318' }) + 1 * mm;
  for (const item of items) {
    // A roll has no end.
    if (size === a4 && y > a4.height - 2 * margin) {
      paper.addPage();
      y = margin;
    }
    if (item === 'line') {
      y += 1.2 * mm;
      paper.line(box.x, y, box.x + box.width, y, { isDashed: true, color: '#8a939e' });
      y += 1.8 * mm;
      continue;
    }
    const style = { size: text, ...item.style };
    const labelHeight = paper.text(item.label, { ...box, y, width: box.width * 0.48 }, style);
    const value = { x: box.x + box.width * 0.48, y, width: box.width * 0.52 };
    y += Math.max(labelHeight, paper.text(item.value, value, { ...style, align: 'right' })) + 0.8 * mm;
  }
  if (receipt.footer)
    y += 3 * mm + paper.text(receipt.footer, { ...box, y: y + 3 * mm }, { size: text - 1.5, color: quiet });
  return { paper, endY: y };
}
