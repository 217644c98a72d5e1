// What a line of a bank's file says, once it is known where things stand in it.
import type { BankFormat } from '@lastmile/contract/bank.ts';
import type { z } from 'zod';
import { currencyExponent, parseMoney } from '#platform/money.ts';

export type Format = z.output<typeof BankFormat>;

export type BankEntry = {
  bookedOn: Temporal.PlainDate;
  /** Negative: it went out. */
  amountMinor: bigint;
  payer: string;
  reference: string;
  /** undefined: the bank gives none. */
  bankRef: string | undefined;
};

export type ReadRow = { lineNo: number; payer: string; reference: string } & (
  | { ok: true; entry: BankEntry }
  | { ok: false; problem: string }
);

const longestText = 500;

/** The rows below the heads, each read or with what is wrong with it. */
export function readRows(rows: readonly (readonly string[])[], format: Format, currency: string): ReadRow[] {
  return rows.slice(format.skippedLines).map((row, index) => {
    const cell = (column: number | null) => (column === null ? '' : oneLine(row[column] ?? ''));
    const payer = cell(format.payerColumn);
    const reference = format.referenceColumns.map(cell).filter(Boolean).join(' · ').slice(0, longestText);
    const common = { lineNo: format.skippedLines + index + 1, payer, reference };
    const bookedOn = dayOf(cell(format.dateColumn), format.dateOrder);
    if (!bookedOn) return { ...common, ok: false, problem: `“${cell(format.dateColumn)}” is not a day` };
    const amountMinor = amountOf(cell(format.amountColumn), format.decimalSign, currency);
    if (amountMinor === undefined)
      return { ...common, ok: false, problem: `“${cell(format.amountColumn)}” is not an amount of ${currency}` };
    const bankRef = cell(format.bankRefColumn).slice(0, 120) || undefined;
    return { ...common, ok: true, entry: { bookedOn, amountMinor, payer, reference, bankRef } };
  });
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longestText);
}

const places = { ymd: [0, 1, 2], dmy: [2, 1, 0], mdy: [2, 0, 1] } as const;

/** "31.01.2026", "2026-01-31", "1/31/26", with a time behind it or not, and "20260131". */
export function dayOf(text: string, order: Format['dateOrder']): Temporal.PlainDate | undefined {
  const compact = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  const parts = compact?.slice(1) ?? /^(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})(?:[T ,].*)?$/.exec(text)?.slice(1);
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0] = places[compact ? 'ymd' : order].map((place) => Number(parts[place]));
  try {
    const full = year < 100 ? 2000 + year : year;
    const found = Temporal.PlainDate.from({ year: full, month, day }, { overflow: 'reject' });
    return found.year >= 1990 && found.year <= 2199 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** "1.234,50", "(12.00)", "12,00-", "+5 EUR": minor units, or undefined for what is no amount. */
export function amountOf(text: string, decimalSign: Format['decimalSign'], currency: string): bigint | undefined {
  const isNegative = /^\(.*\)$/.test(text) || /^[-\u2212]|[-\u2212]$/.test(text.replace(/[^\d\u2212+-]/g, ''));
  const digits = text.replace(/[^\d.,]/g, '');
  const [whole = '', ...fractions] = digits.split(decimalSign);
  const group = decimalSign === ',' ? '.' : ',';
  if (fractions.length > 1 || fractions[0]?.includes(group) || !isGrouped(whole, group)) return undefined;
  // A bank writes 2 decimals of currencies that have none; cents of a currency that has none are no amount.
  const exponent = currencyExponent(currency);
  const [kept, surplus] = [(fractions[0] ?? '').slice(0, exponent), (fractions[0] ?? '').slice(exponent)];
  if (/[^0]/.test(surplus)) return undefined;
  const money = parseMoney(`${whole.replaceAll(group, '')}${kept ? `.${kept}` : ''}`, currency);
  return money.ok && money.minor < 10n ** 15n ? (isNegative ? -money.minor : money.minor) : undefined;
}

function isGrouped(whole: string, group: string): boolean {
  return whole.includes(group) ? new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole) : /^\d+$/.test(whole);
}

const words = {
  date: /^(booking |value |transaction |posting |entry )?date|datum|buchungstag|fecha|data\b|jour|valuta/i,
  amount: /amount|betrag|importe|montant|valor|credit|abono|haben|paid in|crédit|crédito/i,
  payer: /payer|payee|name|sender|auftraggeber|ordenante|counterparty|from|émetteur|remetente|beneficiary/i,
  reference:
    /reference|description|details|narrative|memo|verwendungszweck|concepto|libellé|descri|particulars|purpose/i,
  bankRef:
    /transaction (id|no|ref)|^(id|ref|receipt)( ?(no|number|nr))?\.?$|end.?to.?end|entry ref|unique|transaktion/i,
};

/** A guess by the words of the heads and what stands below them; a person looks at it. */
export function guessFormat(rows: readonly (readonly string[])[]): Format | undefined {
  const headAt = rows.findIndex(
    (row) => row.some((cell) => words.date.test(cell)) && row.some((cell) => words.amount.test(cell)),
  );
  const heads = rows[headAt];
  const sample = rows.slice(headAt + 1, headAt + 30);
  if (!heads) return undefined;
  const columnOf = (word: RegExp, taken: (number | null)[] = []) => {
    const found = heads.findIndex((head, column) => word.test(head) && !taken.includes(column));
    return found < 0 ? null : found;
  };
  const dateColumn = columnOf(words.date) ?? 0;
  const bankRefColumn = columnOf(words.bankRef, [dateColumn]);
  const amountColumn = columnOf(words.amount, [dateColumn, bankRefColumn]) ?? 1;
  const payerColumn = columnOf(words.payer, [dateColumn, amountColumn, bankRefColumn]);
  const referenceColumn = columnOf(words.reference, [dateColumn, amountColumn, bankRefColumn, payerColumn]);
  return {
    skippedLines: headAt + 1,
    dateColumn,
    dateOrder: dateOrderOf(sample.map((row) => row[dateColumn] ?? '')),
    amountColumn,
    decimalSign: decimalSignOf(sample.map((row) => row[amountColumn] ?? '')),
    payerColumn,
    referenceColumns: referenceColumn === null ? [] : [referenceColumn],
    bankRefColumn,
  };
}

/** The order in which most of them are days; of two that are as good, the one of most countries. */
function dateOrderOf(texts: readonly string[]): Format['dateOrder'] {
  const counts = (['ymd', 'dmy', 'mdy'] as const).map((order) => ({
    order,
    count: texts.filter((text) => dayOf(text, order) !== undefined).length,
  }));
  const yearFirst = texts.some((text) => /^\d{4}\D/.test(text));
  return yearFirst ? 'ymd' : counts.slice(1).reduce((best, one) => (one.count > best.count ? one : best)).order;
}

function decimalSignOf(texts: readonly string[]): Format['decimalSign'] {
  const commas = texts.filter((text) => /,\d{1,2}\D*$/.test(text)).length;
  return commas > texts.filter((text) => /\.\d{1,2}\D*$/.test(text)).length ? ',' : '.';
}
