// An invoice or a credit note on paper.
import { lastDayOf } from '#platform/dates.ts';
import { dayInWords, type Language, moneyInWords } from '#platform/languages.ts';
import { sumMinor } from '#platform/money.ts';
import { mm, openPaper, type Paper } from '#platform/pdf.ts';
import { drawFeet, drawSeller, left, plainAmount, quiet, right, type Seller, width } from './letterhead.ts';
import { type PaperWords, paperWords } from './paper-words.ts';

export type PaperLine = {
  description: string;
  kind?: keyof PaperWords['lineKinds'];
  amountMinor: bigint;
  quantity?: number;
  unitMinor?: bigint;
  discountMinor?: bigint;
  startsOn?: Temporal.PlainDate | null;
  /** The first day that no longer belongs to it. */
  endsOn?: Temporal.PlainDate | null;
};
export type PaperTax = { name: string; basisPoints: number; baseMinor: bigint; taxMinor: bigint };

export type InvoiceOnPaper = {
  kind: 'invoice' | 'credit_note';
  number: string;
  state: 'open' | 'paid' | 'void';
  currency: string;
  language: Language;
  issuedOn: Temporal.PlainDate;
  dueOn: Temporal.PlainDate | undefined;
  /** Of a credit note: which invoice it takes back, and why. */
  takesBack?: { number: string; reason: string } | undefined;
  seller: Seller;
  buyer: { name: string; address: string | null; taxId?: string | null | undefined };
  lines: readonly PaperLine[];
  taxes: readonly PaperTax[];
  netMinor: bigint;
  totalMinor: bigint;
  /** What was paid of it, and what credit notes took off. */
  settledMinor: bigint;
  credits?: readonly { number: string; appliedMinor: bigint }[];
  paymentText: string;
  qrText: string | undefined;
  footer: string;
  createdAt: Temporal.Instant;
};

const bottom = 268 * mm;

export async function drawInvoice(invoice: InvoiceOnPaper): Promise<Buffer> {
  const words = paperWords[invoice.language];
  const title = invoice.kind === 'invoice' ? words.invoice : words.creditNote;
  const paper = openPaper({
    title: `${title} ${invoice.number}`,
    author: invoice.seller.name,
    createdAt: invoice.createdAt,
  });
  const afterHead = drawHead(paper, invoice, title, words);
  const afterLines = drawLines(paper, invoice, words, afterHead);
  // The rows of the totals, with one of two lines now and then.
  const totalsHeight = (invoice.taxes.length + 5) * 8 * mm;
  const afterTotals = drawTotals(paper, invoice, words, roomFor(paper, afterLines, totalsHeight));
  if (asksForMoney(invoice)) drawPayment(paper, invoice, words, roomFor(paper, afterTotals + 6 * mm, 46 * mm));
  const { number, footer } = invoice;
  drawFeet(paper, footer, (no, count) => (count > 1 ? `${number} · ${words.page(no, count)}` : number));
  return paper.finish();
}

/** Where to go on: here, or at the top of a new page where less than this is left. */
function roomFor(paper: Paper, y: number, height: number): number {
  if (y + height <= bottom) return y;
  paper.addPage();
  return 20 * mm;
}

function drawHead(paper: Paper, invoice: InvoiceOnPaper, title: string, words: PaperWords): number {
  const { seller, buyer, language } = invoice;
  const column = width / 2 - 6 * mm;
  const sizes = { name: 13, about: 8.5, logo: 18 * mm };
  let y = drawSeller(paper, seller, words, { x: left, y: 16 * mm, width: column }, sizes);

  const at = { x: left + width / 2, width: width / 2 };
  let rightY = 15 * mm;
  rightY += paper.text(title, { ...at, y: rightY }, { size: 20, weight: 'bold', align: 'right' });
  rightY += paper.text(invoice.number, { ...at, y: rightY }, { size: 11, align: 'right' }) + 3 * mm;
  const dates: [string, string][] = [[words.issuedOn, dayInWords(invoice.issuedOn, language)]];
  if (invoice.dueOn) dates.push([words.dueOn, dayInWords(invoice.dueOn, language)]);
  if (invoice.takesBack)
    dates.push([words.ofInvoice, invoice.takesBack.number], [words.reason, invoice.takesBack.reason]);
  for (const [label, value] of dates)
    rightY += paper.text(`${label}: ${value}`, { ...at, y: rightY }, { align: 'right' });
  if (invoice.state !== 'open') {
    const isVoid = invoice.state === 'void';
    const color = isVoid ? '#b42318' : '#1a7f4b';
    rightY += paper.text(
      words.states[invoice.state],
      { ...at, y: rightY + 2 },
      { size: 14, weight: 'bold', align: 'right', color },
    );
  }

  y = Math.max(y, rightY) + 8 * mm;
  y += paper.text(words.billTo, { x: left, y, width: column }, { size: 8, color: quiet });
  y += paper.text(buyer.name, { x: left, y, width: column }, { size: 11, weight: 'bold' });
  if (buyer.address) y += paper.text(buyer.address, { x: left, y, width: column });
  if (buyer.taxId) y += paper.text(`${words.taxId}: ${buyer.taxId}`, { x: left, y, width: column });
  return y + 8 * mm;
}

const amountWidth = 38 * mm;
const noteStyle = { size: 8, color: quiet };

/** What a line charges, its days, and how its amount came about: what a customer needs to check it. */
function noteOf(line: PaperLine, currency: string, language: Language): string {
  const { kind = 'manual', startsOn, endsOn, quantity = 1, unitMinor = 0n, discountMinor = 0n } = line;
  const parts: string[] = [];
  const what = paperWords[language].lineKinds[kind];
  if (what) parts.push(what);
  if (startsOn && endsOn)
    parts.push(`${dayInWords(startsOn, language)} – ${dayInWords(lastDayOf({ startsOn, endsOn }), language)}`);
  if (quantity > 1 || discountMinor > 0n) {
    const discount = discountMinor > 0n ? ` − ${plainAmount(discountMinor, currency, language)}` : '';
    parts.push(`${quantity} × ${plainAmount(unitMinor, currency, language)}${discount}`);
  }
  return parts.join(' · ');
}

function drawLines(
  paper: Paper,
  { lines, currency, language }: InvoiceOnPaper,
  words: PaperWords,
  from: number,
): number {
  const drawHeads = (y: number) => {
    paper.box(left, y, width, 7 * mm, '#eef1f5');
    const style = { size: 8.5, weight: 'bold' } as const;
    paper.text(words.description, { x: left + 2 * mm, y: y + 1.4 * mm, width }, style);
    const at = { x: right - amountWidth - 2 * mm, y: y + 1.4 * mm, width: amountWidth };
    paper.text(`${words.amount} (${currency})`, at, { ...style, align: 'right' });
    return y + 8.5 * mm;
  };
  let y = drawHeads(from);
  for (const line of lines) {
    const { description, amountMinor } = line;
    const note = noteOf(line, currency, language);
    const textWidth = width - amountWidth - 8 * mm;
    const textHeight = paper.heightOf(description, textWidth);
    const height = textHeight + (note ? paper.heightOf(note, textWidth, noteStyle) : 0);
    if (y + height > bottom) {
      paper.addPage();
      y = drawHeads(20 * mm);
    }
    paper.text(description, { x: left + 2 * mm, y, width: textWidth });
    if (note) paper.text(note, { x: left + 2 * mm, y: y + textHeight, width: textWidth }, noteStyle);
    const at = { x: right - amountWidth - 2 * mm, y, width: amountWidth };
    paper.text(plainAmount(amountMinor, currency, language), at, { align: 'right' });
    y += height + 1.2 * mm;
    paper.line(left, y, right, y);
    y += 1.8 * mm;
  }
  return y;
}

function rateInWords(basisPoints: number, language: Language): string {
  return (basisPoints / 100).toLocaleString(language, { maximumFractionDigits: 2 });
}

function drawTotals(paper: Paper, invoice: InvoiceOnPaper, words: PaperWords, from: number): number {
  const { currency, language, netMinor, totalMinor, settledMinor, taxes, credits = [] } = invoice;
  const money = (minor: bigint) => moneyInWords(minor, currency, language);
  const box = { x: left + width / 2, width: width / 2 - 2 * mm };
  let y = from + 2 * mm;
  const row = (label: string, value: string, style: { weight?: 'bold'; size?: number } = {}) => {
    const labelHeight = paper.text(label, { ...box, y, width: box.width - amountWidth - 2 * mm }, style);
    const amount = { x: right - amountWidth - 2 * mm, y, width: amountWidth };
    y += Math.max(labelHeight, paper.text(value, amount, { ...style, align: 'right' })) + 0.8 * mm;
  };
  if (taxes.length > 0) {
    row(words.net, money(netMinor));
    for (const { name, basisPoints, baseMinor, taxMinor } of taxes)
      row(
        `${name} ${rateInWords(basisPoints, language)} % (${words.base} ${plainAmount(baseMinor, currency, language)})`,
        money(taxMinor),
      );
    paper.line(box.x, y, right - 2 * mm, y);
    y += 1.5 * mm;
  }
  row(words.total, money(totalMinor), { weight: 'bold', size: 12 });
  if (settledMinor > 0n && invoice.state !== 'void') {
    const creditedMinor = sumMinor(credits.map(({ appliedMinor }) => appliedMinor));
    if (creditedMinor > 0n)
      row(`${words.creditNote} ${credits.map(({ number }) => number).join(', ')}`, money(-creditedMinor));
    if (settledMinor > creditedMinor) row(words.paid, money(creditedMinor - settledMinor));
    row(words.open, money(totalMinor - settledMinor), { weight: 'bold' });
  }
  return y;
}

/** With its white edge. */
const codeWidth = 38 * mm;

/** Nothing on what is paid, void or a credit. */
function asksForMoney({ paymentText, qrText, state, kind, totalMinor, settledMinor }: InvoiceOnPaper): boolean {
  return state === 'open' && kind === 'invoice' && settledMinor < totalMinor && Boolean(paymentText || qrText);
}

/** How to pay what is open. */
function drawPayment(paper: Paper, { paymentText, qrText }: InvoiceOnPaper, words: PaperWords, from: number): void {
  let x = left;
  if (qrText) {
    paper.qrCode(qrText, left, from, codeWidth);
    paper.text(
      words.scan,
      { x: left, y: from + codeWidth, width: codeWidth },
      { size: 7.5, color: quiet, align: 'center' },
    );
    x += codeWidth + 4 * mm;
  }
  if (!paymentText) return;
  const at = { x, width: right - x };
  const headHeight = paper.text(words.howToPay, { ...at, y: from }, { weight: 'bold' });
  paper.text(paymentText, { ...at, y: from + headHeight + 1 * mm });
}
