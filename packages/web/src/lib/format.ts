// The only place where money, days, durations, sizes and rates become text, and where typed money becomes minor units.
// Money never passes through a float.

import { decimalsOfCurrency } from '@lastmile/contract/currencies.ts';

export type FormatSettings = { locale: string; timeZone: string; currency: string };
export type Format = ReturnType<typeof createFormat>;

/** What was typed, as minor units; or what is wrong with it, as a key of the catalogue's `money` table. */
export type MoneyTyped = { minor: string } | { trouble: 'notAnAmount' | 'tooManyDecimals' | 'ambiguous' | 'tooLarge' };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export function createFormat(settings: FormatSettings) {
  const { locale, timeZone, currency: ownCurrency } = settings;
  const number = cached((digits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  const money = cached((currency: string) => {
    const decimals = decimalsOf(currency);
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits });
  });
  const roundMoney = cached(
    (currency: string) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency, notation: 'compact', maximumSignificantDigits: 3 }),
  );
  const dates = cached((name: keyof typeof dateShapes) => {
    const isDay = civilShapes.has(name);
    return new Intl.DateTimeFormat(locale, { ...dateShapes[name], timeZone: isDay ? 'UTC' : timeZone });
  });
  const since = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });

  return {
    ...settings,
    /** "$29.99" from "2999". */
    money: (minor: string, currency = ownCurrency) => money(currency).format(decimalOf(minor, currency) as `${number}`),
    /** "$12.2K": where many stand side by side. The exact amount is said elsewhere. */
    roundMoney: (minor: string, currency = ownCurrency) =>
      roundMoney(currency).format(decimalOf(minor, currency) as `${number}`),
    /** "29.99" from "2999": what an input shows. */
    amount: (minor: string, currency = ownCurrency) => plainAmount(minor, currency, locale),
    parseMoney: (typed: string, currency = ownCurrency) => parseMoney(typed, currency, locale),
    currencySymbol: (currency = ownCurrency) =>
      money(currency)
        .formatToParts(0)
        .find((part) => part.type === 'currency')?.value ?? currency,
    number: (value: number, digits = 0) => number(digits).format(value),
    /** "Jan 31, 2026" from "2026-01-31". */
    day: (isoDay: string) => dates('day').format(dayAt(isoDay)),
    /** "January 2026" from any day of it. */
    month: (isoDay: string) => dates('month').format(dayAt(isoDay)),
    /** "Jan": where the year is plain from what stands around. */
    monthName: (isoDay: string) => dates('monthName').format(dayAt(isoDay)),
    dayWithWeekday: (isoDay: string) => dates('dayWithWeekday').format(dayAt(isoDay)),
    /** "1 Jun 2026 – 30 Jun 2026" from a period and the first day that no longer belongs to it. */
    days: (startsOn: string, endsOn: string) =>
      `${dates('day').format(dayAt(startsOn))} – ${dates('day').format(dayAt(addDays(endsOn, -1)))}`,
    /** Today where the provider is, as "2026-01-31". */
    today: (now = new Date()) => isoDay(now, timeZone),
    dateTime: (instant: string) => dates('dateTime').format(new Date(instant)),
    exactTime: (instant: string) => dates('exactTime').format(new Date(instant)),
    timeOfDay: (instant: string) => dates('timeOfDay').format(new Date(instant)),
    /** A day or a time that a text of the server consists of, as people write it; any other text as it is. */
    toldDate: (text: string) => {
      if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dates('day').format(dayAt(text));
      return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? dates('dateTime').format(new Date(text)) : text;
    },
    /** "5 min. ago". */
    relative: (instant: string, now = Date.now()) => relative(since, new Date(instant).getTime() - now),
    /** "3d 4h": the two largest units. */
    duration: (seconds: number) => duration(seconds, locale),
    /** "1.5 GB", counted by 1024 as routers do. */
    bytes: (bytes: string | number) => scaled(Number(bytes), 1024, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], number),
    /** A rate that was measured: "4.2 Mbps" from bits a second, in the Mbps that are sold. */
    bitRate: (bitsPerSecond: number) =>
      bitsPerSecond < 1000
        ? `${number(0).format(bitsPerSecond)} bps`
        : scaled(bitsPerSecond / 1000, 1024, ['kbps', 'Mbps', 'Gbps'], number),
    /** A rate that was sold: "10 Mbps" from 10240, because 1 Mbps is 1024 kbps here. What is no round number of them is told exactly. */
    rate: (kbps: number) =>
      isToldInMbps(kbps) ? `${number(2).format(kbps / 1024)} Mbps` : `${number(0).format(kbps)} kbps`,
  };
}

const dateShapes = {
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'long' },
  monthName: { month: 'short' },
  dayWithWeekday: { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' },
  dateTime: { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  exactTime: { dateStyle: 'full', timeStyle: 'long' },
  timeOfDay: { hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

// A day is the same day everywhere; only an instant is in a zone.
const civilShapes: ReadonlySet<keyof typeof dateShapes> = new Set(['day', 'month', 'monthName', 'dayWithWeekday']);

/** Formatters cost far more to make than to use. */
function cached<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}

export function decimalsOf(currency: string): number {
  return decimalsOfCurrency(currency) ?? 2;
}

function decimalOf(minor: string, currency: string): string {
  const decimals = decimalsOf(currency);
  const isNegative = minor.startsWith('-');
  const digits = minor.replace('-', '').padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals);
  return `${isNegative ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

function plainAmount(minor: string, currency: string, locale: string): string {
  return decimalOf(minor, currency).replace('.', decimalSign(locale));
}

function decimalSign(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';
}

// PostgreSQL's bigint holds 18 full digits; the contract stops at 15.
const maxDigits = 15;

/**
 * People type what their keyboard gives: "1234.5", "1,234.50", "1.234,50", "1 234,50". The last separator is the
 * decimal sign when at most the currency's decimals follow it. Three digits after a single separator could be thousands
 * or a slip; only the separator that the locale groups with is taken as thousands.
 */
export function parseMoney(typed: string, currency: string, locale: string): MoneyTyped {
  const text = typed.replace(/[\s\u00a0\u202f'’]/g, '');
  if (!/^-?\d[\d.,]*$/.test(text)) return { trouble: 'notAnAmount' };
  const decimals = decimalsOf(currency);
  const split = splitAmount(text.replace('-', ''), decimals, decimalSign(locale));
  if ('trouble' in split) return split;
  const digits = `${split.whole}${split.fraction.padEnd(decimals, '0')}`.replace(/^0+(?=\d)/, '');
  if (digits.length > maxDigits) return { trouble: 'tooLarge' };
  return { minor: BigInt(text.startsWith('-') ? `-${digits}` : digits).toString() };
}

type Split = { whole: string; fraction: string } | { trouble: 'notAnAmount' | 'tooManyDecimals' | 'ambiguous' };

function splitAmount(text: string, decimals: number, sign: string): Split {
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (last < 0) return { whole: text, fraction: '' };
  const separator = text.charAt(last);
  const [before, after] = [text.slice(0, last), text.slice(last + 1)];
  const isRepeated = before.includes(separator);
  const isMixed = /[.,]/.test(before) && !isRepeated;
  if (isRepeated) return isGrouped(text, separator) ? joined(text) : { trouble: 'notAnAmount' };
  if (isMixed && !isGrouped(before, separator === '.' ? ',' : '.')) return { trouble: 'notAnAmount' };
  if (!isMixed && after.length === 3 && before !== '0') {
    if (separator !== sign) return isGrouped(text, separator) ? joined(text) : { trouble: 'ambiguous' };
    if (decimals < 3) return { trouble: 'ambiguous' };
  }
  if (after.length > decimals) return { trouble: 'tooManyDecimals' };
  return { whole: before.replace(/[.,]/g, ''), fraction: after };
}

function joined(text: string): Split {
  return { whole: text.replace(/[.,]/g, ''), fraction: '' };
}

function isGrouped(text: string, separator: string): boolean {
  const [first, ...groups] = text.split(separator);
  return /^\d{1,3}$/.test(first ?? '') && groups.every((group) => /^\d{3}$/.test(group));
}

function isoDay(now: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const of = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${of.year}-${of.month}-${of.day}`;
}

function dayAt(isoDay: string): Date {
  return new Date(`${isoDay}T00:00:00Z`);
}

/** A civil date some days later: "2026-02-28" is one day after "2026-02-27" whatever the clocks do. */
export function addDays(isoDay: string, days: number): string {
  return new Date(Date.parse(`${isoDay}T00:00:00Z`) + days * day).toISOString().slice(0, 10);
}

function relative(since: Intl.RelativeTimeFormat, distanceMs: number): string {
  const size = Math.abs(distanceMs);
  if (size < 45 * second) return since.format(0, 'second');
  if (size < 45 * minute) return since.format(Math.round(distanceMs / minute), 'minute');
  if (size < 22 * hour) return since.format(Math.round(distanceMs / hour), 'hour');
  if (size < 26 * day) return since.format(Math.round(distanceMs / day), 'day');
  if (size < 320 * day) return since.format(Math.round(distanceMs / (30.44 * day)), 'month');
  return since.format(Math.round(distanceMs / (365.25 * day)), 'year');
}

/** The two largest units of it: "2h 5m". */
export function duration(seconds: number, locale: string): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const total = Math.max(0, Math.floor(seconds));
  const first = units.findIndex(([, size]) => total >= size);
  const shown = units.slice(first < 0 ? -1 : first).slice(0, 2);
  const parts = shown.map(([unit, size], index) => {
    const count = index === 0 ? Math.floor(total / size) : Math.floor((total % shown[0]![1]) / size);
    return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count);
  });
  return parts.join(' ');
}

function scaled(
  value: number,
  step: number,
  units: readonly string[],
  number: (digits: number) => Intl.NumberFormat,
): string {
  // What would be told with four digits is told in the next unit: 1,023 kbps are 1 Mbps.
  const unit = units.findIndex((_, power) => Math.round(value / step ** power) < 1000);
  const power = unit < 0 ? units.length - 1 : unit;
  const size = value / step ** power;
  return `${number(power === 0 || size >= 100 ? 0 : 1).format(size)} ${units[power]}`;
}

/** Two decimals of a Mbps tell it exactly, and nobody sold it as a round number of kbps. */
export function isToldInMbps(kbps: number): boolean {
  if (kbps % 1000 === 0 && kbps % 1024 !== 0) return false;
  return kbps >= 1024 && Math.round((Math.round((kbps / 1024) * 100) / 100) * 1024) === kbps;
}

const bytesInGb = 1024n ** 3n;

/** Three decimals of a GB are kept: about one MB. */
export function bytesFromGb(gb: number): string {
  return ((BigInt(Math.round(gb * 1000)) * bytesInGb) / 1000n).toString();
}

export function gbFromBytes(bytes: string): number {
  return Number((BigInt(bytes) * 1000n + bytesInGb / 2n) / bytesInGb) / 1000;
}

/** A time of today, or a day with its time: "10:42", "Jan 31, 2026, 10:42". */
export function sinceText(format: Format, instant: string): string {
  const isToday = format.today(new Date(instant)) === format.today();
  return isToday ? format.timeOfDay(instant) : format.dateTime(instant);
}
