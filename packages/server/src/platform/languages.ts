// Money and days as people of a language write them, for letters and papers. The web has the browser for this.
import { languages } from '@lastmile/contract/shapes.ts';
import { formatMoney } from './money.ts';

export type Language = (typeof languages)[number];

/** The language of ours that is wanted, as "pt" or "pt-BR"; English, or what is said, for all others. */
export function languageOf(wanted: string | null | undefined, otherwise: Language = 'en'): Language {
  const short = wanted?.slice(0, 2).toLowerCase();
  return languages.find((language) => language === short) ?? otherwise;
}

/** The amount as people of that language write it, to the last minor unit: no float comes near it. */
export function moneyInWords(minor: bigint, currency: string, language: Language): string {
  const text = formatMoney(minor, currency);
  const decimals = text.split('.')[1]?.length ?? 0;
  const form = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return form.format(text as Intl.StringNumericLiteral);
}

const bytesInGb = 1024 ** 3;

/** "12.3 GB", and in MB what is less than one. */
export function bytesInWords(bytes: bigint, language: Language): string {
  const gb = Number(bytes) / bytesInGb;
  const [amount, unit] = gb >= 1 ? [gb, 'gigabyte'] : [gb * 1024, 'megabyte'];
  const form = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
  return form.format(amount);
}

/** "18 June 2026": the month as a word, so that nobody takes it for the day. */
export function dayInWords(day: Temporal.PlainDate, language: Language): string {
  const form = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'long', timeZone: 'UTC' });
  return form.format(Date.UTC(day.year, day.month - 1, day.day));
}
