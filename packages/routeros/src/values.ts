// What the router's texts mean. A client that guesses makes a user named 007 into 7: here the caller says which property is what.
import type { Row } from './reply.ts';

/** One property's reading: from the text, or undefined when the row lacks it. */
export type Cast<T> = (text: string | undefined, property: string) => T;

export interface RouterDateTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export type RouterDate = Pick<RouterDateTime, 'year' | 'month' | 'day'>;

const longestQuote = 40;

function misfit(kind: string, text: string): RangeError {
  return new RangeError(`${JSON.stringify(text.slice(0, longestQuote))} is not ${kind}`);
}

const unitMs: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
};
// `1w2d3h4m5s`, `11ms612us`; the console's `1d02:15:30`; `01:22:53` of 2009; plain seconds as they may be typed in.
const durationForm = /^(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+(?:\.\d+)?s)?(?:\d+ms)?(?:\d+us)?(?:\d+ns)?$/;
const clockForm = /^(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/;

/** Milliseconds, with a fraction where the router prints microseconds. */
export function durationMs(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = sign === -1 ? text.slice(1) : text;
  const clock = clockForm.exec(body);
  if (clock !== null) {
    const [weeks, days, hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
    return sign * ((((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1_000;
  }
  if (/^\d+(\.\d+)?$/.test(body)) return sign * Number(body) * 1_000;
  if (body === '' || !durationForm.test(body)) throw misfit('a duration', text);
  let total = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|[wdhms])/g))
    total += Number(amount) * unitMs[unit!]!;
  return sign * total;
}

/** As the router prints it: `1w2d3h4m5s` with zero parts left out, `0s` for none. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) throw new RangeError('a duration must be finite');
  let rest = Math.round(Math.abs(ms) * 1_000);
  let text = ms < 0 && rest > 0 ? '-' : '';
  if (rest === 0) return '0s';
  for (const unit of ['w', 'd', 'h', 'm', 's', 'ms', 'us']) {
    const size = Math.round(unitMs[unit]! * 1_000);
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text;
}

/** Counters have 64 bits. */
export function bytes(text: string): bigint {
  if (!/^\d+$/.test(text)) throw misfit('a plain number of bytes', text);
  return BigInt(text);
}

export function integer(text: string): number {
  const number = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(number)) throw misfit('an integer', text);
  return number;
}

/** Flags print as true and false, arguments of some menus as yes and no. */
export function bool(text: string): boolean {
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  throw misfit('true, false, yes or no', text);
}

export function list(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

/** Upload stands first: the router looks from the side of the target. */
export interface RatePair {
  uploadBps: number;
  downloadBps: number;
}

// In rates k is 1000, other than in memory sizes.
const rateFactor: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000, G: 1_000_000_000 };

export function rateBps(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
  if (amount === undefined) throw misfit('a rate', text);
  return Math.round(Number(amount) * rateFactor[unit!]!);
}

/** `5000000/10000000` or `5M/10M`; a single rate is meant for both ways. */
export function ratePair(text: string): RatePair {
  const [upload, download, ...more] = text.split('/');
  if (more.length > 0) throw misfit('a pair of rates', text);
  return { uploadBps: rateBps(upload!), downloadBps: rateBps(download ?? upload!) };
}

export function ratePairText(pair: RatePair): string {
  return `${rateText(pair.uploadBps)}/${rateText(pair.downloadBps)}`;
}

/** The shortest exact form: 5M, 512k, 1500. */
function rateText(bps: number): string {
  if (!Number.isSafeInteger(bps) || bps < 0) throw new RangeError(`${bps} is not a rate in whole bits per second`);
  if (bps === 0) return '0';
  for (const unit of ['G', 'M', 'k']) if (bps % rateFactor[unit]! === 0) return `${bps / rateFactor[unit]!}${unit}`;
  return String(bps);
}

/** `bytes=up/down` of a queue. */
export function bytesPair(text: string): { uploadBytes: bigint; downloadBytes: bigint } {
  const [upload, download, ...more] = text.split('/');
  if (download === undefined || more.length > 0) throw misfit('a pair of byte counts', text);
  return { uploadBytes: bytes(upload!), downloadBytes: bytes(download) };
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const isoForm = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/;
const namedForm = /^([a-z]{3})\/(\d{2})\/(\d{4})(?: (\d{2}):(\d{2}):(\d{2}))?$/i;
const timeForm = /^(\d{2}):(\d{2}):(\d{2})$/;

/**
 * The router's own local time, in any of its notations: `2026-08-31 03:58:22` since RouterOS 7.10, `sep/02/2019 09:54:33` before,
 * and `09:54:33` alone for the current day, which needs `today` (the router's, from /system/clock).
 */
export function dateTime(text: string, today?: RouterDate): RouterDateTime {
  const iso = isoForm.exec(text);
  if (iso !== null) return checkedDate(text, iso[1]!, Number(iso[2]), iso[3]!, iso.slice(4));
  const named = namedForm.exec(text);
  if (named !== null) {
    const month = months.indexOf(named[1]!.toLowerCase()) + 1;
    return checkedDate(text, named[3]!, month, named[2]!, named.slice(4));
  }
  const time = timeForm.exec(text);
  if (time === null) throw misfit('a date', text);
  if (today === undefined)
    throw new RangeError(`"${text}" is a time of the current day, and which day that is was not said`);
  return checkedDate(text, String(today.year), today.month, String(today.day), time.slice(1));
}

function checkedDate(
  text: string,
  year: string,
  month: number,
  day: string,
  time: (string | undefined)[],
): RouterDateTime {
  const [hour, minute, second] = time.map((part) => Number(part ?? 0));
  const date = { year: Number(year), month, day: Number(day), hour: hour!, minute: minute!, second: second! };
  const check = new Date(Date.UTC(date.year, month - 1, date.day, date.hour, date.minute, date.second));
  const isReal =
    check.getUTCMonth() === month - 1 && check.getUTCDate() === date.day && check.getUTCHours() === date.hour;
  if (!isReal || date.minute > 59 || date.second > 59) throw misfit('a date', text);
  return date;
}

/** `gmt-offset` of /system/clock: `+05:00` is 300. */
export function offsetMinutes(text: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(text) ?? [];
  if (sign === undefined) throw misfit('an offset from UTC', text);
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

export function instantOf(date: RouterDateTime, minutesFromUtc: number): Date {
  const { year, month, day, hour, minute, second } = date;
  return new Date(Date.UTC(year, month - 1, day, hour, minute - minutesFromUtc, second));
}

/** `7.11.2 (stable)` of /system/resource, `7.24beta3`. */
export function version(text: string): { major: number; minor: number; patch: number } {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (major === undefined) throw misfit('a RouterOS version', text);
  return { major: Number(major), minor: Number(minor), patch: Number(patch ?? 0) };
}

/** The property must be there. */
export function required<T>(read: (text: string) => T): Cast<T> {
  return (text, property) => {
    if (text === undefined) throw new RangeError(`the row has no ${property}`);
    return read(text);
  };
}

/** The router leaves properties without a value out of the row. */
export function optional<T>(read: (text: string) => T): Cast<T | undefined> {
  return (text) => (text === undefined ? undefined : read(text));
}

export function orElse<T>(read: (text: string) => T, absent: T): Cast<T> {
  return (text) => (text === undefined ? absent : read(text));
}

export const text: Cast<string> = required((value) => value);

type Casts = Readonly<Record<string, Cast<unknown>>>;
export type CastRow<Shape extends Casts> = { [Property in keyof Shape]: ReturnType<Shape[Property]> };

/** `castRow(row, { name: text, uptime: required(durationMs), comment: optional(String) })`. Properties not named are left out. */
export function castRow<Shape extends Casts>(row: Row, shape: Shape): CastRow<Shape> {
  const entries = Object.entries(shape).map(([property, cast]) => {
    try {
      return [property, cast(Object.hasOwn(row, property) ? row[property] : undefined, property)] as const;
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new RangeError(`${property} of a row: ${said}`, { cause });
    }
  });
  return Object.fromEntries(entries) as CastRow<Shape>;
}
