import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMoney } from '#platform/money.ts';
import { amountOf, dayOf, type Format, guessFormat, readRows } from './bank-file-rules.ts';

test.each([
  ['2026-01-31', 'ymd', '2026-01-31'],
  ['2026-01-31T10:00:00Z', 'ymd', '2026-01-31'],
  ['20260131', 'dmy', '2026-01-31'],
  ['31.01.2026', 'dmy', '2026-01-31'],
  ['31/1/26', 'dmy', '2026-01-31'],
  ['1/31/2026 14:22', 'mdy', '2026-01-31'],
  ['31.02.2026', 'dmy', undefined],
  ['1/31/2026', 'dmy', undefined],
  ['yesterday', 'dmy', undefined],
  ['', 'ymd', undefined],
] as const)('the day "%s" in the order %s', (text, order, day) => {
  expect(dayOf(text, order)?.toString()).toBe(day);
});

test.each([
  ['1,234.50', '.', 'USD', 123450n],
  ['1.234,50', ',', 'EUR', 123450n],
  ['12,5', ',', 'EUR', 1250n],
  ['-12.00', '.', 'USD', -1200n],
  ['12,00-', ',', 'EUR', -1200n],
  ['(12.00)', '.', 'USD', -1200n],
  ['+29.99 USD', '.', 'USD', 2999n],
  ['Ksh 2,500.00', '.', 'KES', 250000n],
  ['1500.00', '.', 'UGX', 1500n],
  ['1500.50', '.', 'UGX', undefined],
  ['1.250', '.', 'KWD', 1250n],
  ['1,23.45', '.', 'USD', undefined],
  ['12.34', ',', 'EUR', undefined],
  ['12.345', '.', 'USD', undefined],
  ['', '.', 'USD', undefined],
  ['abc', '.', 'USD', undefined],
  ['9'.repeat(40), '.', 'USD', undefined],
] as const)('the amount "%s" with "%s" in %s', (text, sign, currency, minor) => {
  expect(amountOf(text, sign, currency)).toBe(minor);
});

test('whatever we write with all decimals is read back as it was', () => {
  fc.assert(
    fc.property(
      fc.bigInt(-999_999_999_999n, 999_999_999_999n),
      fc.constantFrom('USD', 'UGX', 'KWD'),
      (minor, currency) => {
        expect(amountOf(formatMoney(minor, currency), '.', currency)).toBe(minor);
        expect(amountOf(formatMoney(minor, currency).replace('.', ','), ',', currency)).toBe(minor);
      },
    ),
  );
});

const german = [
  ['Kontoauszug', 'DE00 1234'],
  ['Buchungstag', 'Auftraggeber', 'Verwendungszweck', 'Betrag', 'Transaktions-ID'],
  ['31.01.2026', 'Ana Horvat', 'INV-2026-00042', '1.029,99', 'X1'],
  ['01.02.2026', 'Wasserwerk', 'Rechnung 7', '-40,00', 'X2'],
  ['02.02.2026', 'Ben', 'Danke', 'viel', 'X3'],
];

test('a format is guessed from the heads and what stands below them, and then each row is read or says why not', () => {
  const format = guessFormat(german) as Format;
  expect(format).toEqual({
    skippedLines: 2,
    dateColumn: 0,
    dateOrder: 'dmy',
    amountColumn: 3,
    decimalSign: ',',
    payerColumn: 1,
    referenceColumns: [2],
    bankRefColumn: 4,
  });
  const rows = readRows(german, format, 'EUR');
  expect(rows.map((row) => [row.lineNo, row.ok ? row.entry.amountMinor : row.problem])).toEqual([
    [3, 102999n],
    [4, -4000n],
    [5, '“viel” is not an amount of EUR'],
  ]);
  expect(rows[0]).toMatchObject({ entry: { payer: 'Ana Horvat', reference: 'INV-2026-00042', bankRef: 'X1' } });
});

test('nothing is guessed where no line looks like heads', () => {
  expect(guessFormat([['31.01.2026', '12,00']])).toBeUndefined();
  const other = guessFormat([
    ['Date', 'Details', 'Paid In', 'Receipt No.'],
    ['2026-01-31', 'From Ana', '12.00', 'QX1'],
  ]);
  expect(other).toMatchObject({ dateColumn: 0, dateOrder: 'ymd', amountColumn: 2, bankRefColumn: 3, decimalSign: '.' });
});
