import { languages } from '@lastmile/contract/shapes.ts';
import { expect, test } from 'vitest';
import { codeOfPdf, rowsOfCode } from '#test/pdf-code.test-support.ts';
import { textOfPdf } from '#test/pdf-text.test-support.ts';
import { drawInvoice, type InvoiceOnPaper } from './invoice-paper.ts';
import { drawReceipt, type ReceiptOnPaper } from './receipt-paper.ts';
import { drawStatement, type StatementOnPaper } from './statement-paper.ts';

const seller = {
  name: 'Savanna Net',
  address: 'Moi Avenue 12\nNairobi',
  taxId: 'P051234567X',
  contact: 'office@savanna.example',
  logo: undefined,
};

const invoice: InvoiceOnPaper = {
  kind: 'invoice',
  number: 'INV-2026-00042',
  state: 'open',
  currency: 'KES',
  language: 'en',
  issuedOn: Temporal.PlainDate.from('2026-06-01'),
  dueOn: Temporal.PlainDate.from('2026-06-10'),
  seller,
  buyer: { name: 'Ana Horvat', address: 'Ilica 7, Zagreb' },
  lines: [{ description: 'Basic: 1 Jun to 30 Jun 2026', amountMinor: 250_000n }],
  taxes: [{ name: 'VAT', basisPoints: 1600, baseMinor: 250_000n, taxMinor: 40_000n }],
  netMinor: 250_000n,
  totalMinor: 290_000n,
  settledMinor: 0n,
  paymentText: 'Mobile money: 555 111',
  qrText: 'pay:INV-2026-00042',
  footer: 'Thank you',
  createdAt: Temporal.Instant.from('2026-06-01T06:00:00Z'),
};

const receipt: ReceiptOnPaper = {
  number: 'RCP-7',
  receivedOn: Temporal.PlainDate.from('2026-06-05'),
  createdAt: Temporal.Instant.from('2026-06-05T06:00:00Z'),
  seller,
  customerName: 'Ana Horvat',
  amountMinor: 300_000n,
  currency: 'KES',
  method: 'mobile_money',
  takenBy: 'admin',
  invoices: [{ number: 'INV-2026-00042', amountMinor: 290_000n }],
  creditMinor: 10_000n,
  isReversed: false,
  footer: '',
  language: 'en',
};

const words = async (pdf: Promise<Buffer>) => textOfPdf(await pdf).replaceAll(/[\s\u00a0\u202f]+/g, ' ');
const pageCount = (pdf: Buffer) => [...pdf.toString('latin1').matchAll(/\/Type \/Page\b/g)].length;
/** Width and height of the first page in mm. */
const paperSize = (pdf: Buffer) =>
  /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/
    .exec(pdf.toString('latin1'))
    ?.slice(1)
    .map((points) => Math.round((Number(points) / 72) * 25.4));

test('an invoice says who, to whom, what, until when, its taxes and how to pay', async () => {
  const text = await words(drawInvoice(invoice));
  for (const part of [
    'Invoice',
    'INV-2026-00042',
    'Savanna Net',
    'P051234567X',
    'Ana Horvat',
    'Ilica 7',
    '10 June 2026',
    'VAT 16 %',
    '400.00',
    '2,900.00',
    'Mobile money: 555 111',
    'Thank you',
  ])
    expect(text).toContain(part);
});

test('what is paid asks for nothing, and what is paid in part for the rest', async () => {
  const paid = await words(drawInvoice({ ...invoice, state: 'paid', settledMinor: 290_000n }));
  expect(paid).toContain('PAID');
  expect(paid).not.toContain('How to pay');
  const partly = await words(drawInvoice({ ...invoice, settledMinor: 90_000n }));
  expect(partly).toContain('To pay KES 2,000.00');
});

test.each([
  ['a short one', 'pay:INV-2026-00042'],
  ['the longest that may be set', 'https://pay.example/'.padEnd(400, '0123456789')],
  ['one that is not Latin', 'دفع INV-2026-00042'],
])('the payment code is read off the paper as its text, with a white edge around it: %s', async (_name, qrText) => {
  const code = codeOfPdf(await drawInvoice({ ...invoice, qrText }));
  expect(code.rows).toEqual(rowsOfCode(qrText));
  expect(code.rows).not.toEqual(rowsOfCode(`${qrText}!`));
  expect(code.quietModules).toBeGreaterThanOrEqual(4);
});

test('a code at the foot of a full page is whole on the next one', async () => {
  for (let count = 18; count <= 26; count++) {
    const lines = Array.from({ length: count }, () => ({ description: 'Basic', amountMinor: 1n }));
    const code = codeOfPdf(await drawInvoice({ ...invoice, lines }));
    expect(code.rows).toEqual(rowsOfCode(invoice.qrText ?? ''));
    expect(code.quietModules).toBeGreaterThanOrEqual(4);
  }
});

test.each(languages)('in %s no word is missing', async (language) => {
  const text = await words(drawInvoice({ ...invoice, language }));
  expect(text).toContain('INV-2026-00042');
  expect(text + (await words(drawReceipt({ ...receipt, language }, 'a4')))).not.toMatch(/undefined|NaN|\?/);
});

test('the lines of a set-up, of a first part and of a changed plan say what they are, in the language of the customer', async () => {
  const line = { description: 'Basic', amountMinor: 1000n };
  const kinds = ['setup', 'stub', 'proration_credit', 'proration_charge', 'recurring'] as const;
  const lines = kinds.map((kind) => ({ ...line, kind }));
  const english = await words(drawInvoice({ ...invoice, lines }));
  for (const said of ['set-up', 'part of a period', 'credit for unused days', 'rest of the period'])
    expect(english.split(said), said).toHaveLength(2);
  expect(await words(drawInvoice({ ...invoice, lines, language: 'es' }))).toContain('instalación');
});

test('a line says which days it charges, and how many at what price less what', async () => {
  const days = { startsOn: Temporal.PlainDate.from('2026-06-01'), endsOn: Temporal.PlainDate.from('2026-07-01') };
  const lines = [
    { description: 'Basic', amountMinor: 250_000n, ...days, quantity: 1, unitMinor: 250_000n, discountMinor: 0n },
    { description: 'Cable', amountMinor: 5497n, quantity: 3, unitMinor: 1999n, discountMinor: 500n },
  ];
  const text = await words(drawInvoice({ ...invoice, lines }));
  expect(text).toContain('1 June 2026 – 30 June 2026');
  expect(text).toContain('3 × 19.99 − 5.00');
  expect(text).not.toContain('1 ×');
  const japanese = await words(drawInvoice({ ...invoice, currency: 'JPY', lines }));
  expect(japanese).toContain('3 × 1,999 − 500');
});

test('an invoice of 120 lines goes over several pages, with every line once and the number on each page', async () => {
  const lines = Array.from({ length: 120 }, (_, n) => ({ description: `Line ${n + 1}.`, amountMinor: 100n }));
  const pdf = await drawInvoice({ ...invoice, lines });
  expect(pageCount(pdf)).toBeGreaterThan(2);
  const text = textOfPdf(pdf);
  for (const { description } of lines) expect(text.split('\n').filter((line) => line === description)).toHaveLength(1);
  expect(text.match(/Page \d of \d/g)).toHaveLength(pageCount(pdf));
});

test('a tax with a long name stands above the next row, and what is paid needs no room for how to pay', async () => {
  const taxes = [
    { name: 'Excise duty on telecommunication services', basisPoints: 1525, baseMinor: 290_000n, taxMinor: 44_225n },
    { name: 'VAT', basisPoints: 1600, baseMinor: 290_000n, taxMinor: 46_400n },
  ];
  const lines = Array.from({ length: 9 }, (_, n) => ({ description: `Line ${n + 1}`, amountMinor: 100n }));
  const pdf = await drawInvoice({ ...invoice, lines, taxes, state: 'paid', settledMinor: invoice.totalMinor });
  expect(pageCount(pdf)).toBe(1);
  const rows = textOfPdf(pdf).split('\n');
  expect(rows.findIndex((row) => row.includes('15.25'))).toBeLessThan(rows.findIndex((row) => row.includes('VAT')));
  expect(await words(drawInvoice({ ...invoice, taxes, language: 'fr' }))).toContain('15,25 %');
});

test('what credit notes took off an invoice is not said to be paid', async () => {
  const credits = [{ number: 'CN-2026-00007', appliedMinor: 90_000n }];
  const text = await words(drawInvoice({ ...invoice, settledMinor: 90_000n, credits }));
  expect(text).toContain('Credit note CN-2026-00007');
  expect(text).toContain('KES 2,000.00');
  expect(text).not.toContain('Paid');
  expect(await words(drawInvoice({ ...invoice, settledMinor: 100_000n, credits }))).toContain('Paid -KES 100.00');
});

test('a receipt for more invoices than a page holds goes on with the next, and a roll with none', async () => {
  const invoices = Array.from({ length: 60 }, (_, n) => ({ number: `INV-${n}.`, amountMinor: 100n }));
  const pdf = await drawReceipt({ ...receipt, invoices }, 'a4');
  expect(pageCount(pdf)).toBe(2);
  for (const { number } of invoices) expect(textOfPdf(pdf)).toContain(number);
  expect(pageCount(await drawReceipt({ ...receipt, invoices }, '80mm'))).toBe(1);
});

test('a receipt of 80 mm is as long as its text, and of A4 one page', async () => {
  const roll = await drawReceipt(receipt, '80mm');
  const [width = 0, height = 0] = paperSize(roll) ?? [];
  expect(width).toBe(80);
  expect(height).toBeGreaterThan(60);
  expect(height).toBeLessThan(160);
  expect(paperSize(await drawReceipt(receipt, 'a4'))).toEqual([210, 297]);
  expect(await words(Promise.resolve(roll))).toContain('Stays as credit KES 100.00');
});

test('a credit note says which invoice it takes back and why, and asks for nothing', async () => {
  const text = await words(
    drawInvoice({
      ...invoice,
      kind: 'credit_note',
      number: 'CN-2026-00007',
      dueOn: undefined,
      takesBack: { number: 'INV-2026-00042', reason: 'a week without service' },
      paymentText: '',
      qrText: undefined,
    }),
  );
  for (const part of ['Credit note', 'CN-2026-00007', 'INV-2026-00042', 'a week without service', '2,900.00'])
    expect(text).toContain(part);
  expect(text).not.toContain('How to pay');
});

const statement: StatementOnPaper = {
  statement: {
    customerId: '01890a5d-ac96-774b-bcce-b302099a8057',
    customerName: 'Ana Horvat',
    currency: 'KES',
    from: Temporal.PlainDate.from('2026-01-01'),
    to: Temporal.PlainDate.from('2026-06-30'),
    openingMinor: 5000n,
    entries: Array.from({ length: 90 }, (_, n) => ({
      on: Temporal.PlainDate.from('2026-02-01').add({ days: n }),
      kind: n % 2 === 0 ? ('invoice' as const) : ('payment' as const),
      reference: `REF-${n}.`,
      refId: '01890a5d-ac96-774b-bcce-b302099a8057',
      chargeMinor: n % 2 === 0 ? 290_000n : 0n,
      creditMinor: n % 2 === 0 ? 0n : 290_000n,
      balanceMinor: n % 2 === 0 ? 295_000n : 5000n,
    })),
    closingMinor: 5000n,
    isCut: false,
  },
  seller,
  address: 'Ilica 7, Zagreb',
  language: 'en',
  createdAt: Temporal.Instant.from('2026-06-30T06:00:00Z'),
  footer: 'Thank you',
};

test('a statement has the balance before and after, and each entry once over all its pages', async () => {
  const pdf = await drawStatement(statement);
  const text = textOfPdf(pdf).replaceAll(/[\u00a0\u202f]/g, ' ');
  expect(pageCount(pdf)).toBeGreaterThan(1);
  for (const part of [
    'Balance before',
    'Balance after',
    'Balance (KES)',
    '50.00',
    '2,950.00',
    'P051234567X',
    'Ilica 7, Zagreb',
    'Page 2 of',
  ])
    expect(text).toContain(part);
  for (let n = 0; n < 90; n++) expect(text.split(`REF-${n}.`)).toHaveLength(2);
});

test.each(languages)('a statement in %s lacks no word', async (language) => {
  expect(await words(drawStatement({ ...statement, language }))).not.toMatch(/undefined|NaN|\?/);
});

test.each([
  ['Thai', 'สมชาย ใจดี'],
  ['Hebrew', 'דוד כהן'],
  ['Arabic', 'محمد علي'],
  ['Devanagari', 'राम'],
  ['Greek and Cyrillic', 'Νίκος Иван'],
  ['Chinese', '王小明'],
  ['Japanese', '山田 さくら'],
  ['Korean', '김민준'],
])('a name in %s is drawn with letters of its own', async (_script, name) => {
  expect(await words(drawInvoice({ ...invoice, buyer: { name, address: null } }))).not.toContain('?');
});

test('letters that no font has are drawn as question marks, and not as nothing', async () => {
  expect(await words(drawInvoice({ ...invoice, buyer: { name: '😀 Ana', address: null } }))).toContain('? Ana');
});

test('Hebrew stands from right to left: its first letter is the rightmost', async () => {
  const text = await words(drawInvoice({ ...invoice, buyer: { name: 'דוד כהן', address: null } }));
  // A PDF has the letters as they stand on the paper, from left to right.
  expect(text).toContain([...'כהן'].reverse().join(''));
  expect(text).not.toContain('כהן');
});
