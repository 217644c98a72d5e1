// The notations of RouterOS: durations, dates, rates, addresses. Parsers answer undefined for what the router would refuse.

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;

const unitDuration = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?(?:(\d+)us)?$/;
const clockDuration = /^(?:(\d+)w)?(?:(\d+)d)?(\d+):(\d\d):(\d\d)$/;
const unitsMs = [week, day, hour, minute, second, 1, 0.001];

/** `1w2d`, `5:00:00`, `90m` or plain seconds, in milliseconds. */
export function parseDurationMs(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * second;
  const clock = clockDuration.exec(text);
  if (clock) {
    const [weeks, days, hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
    return weeks! * week + days! * day + hours! * hour + minutes! * minute + seconds! * second;
  }
  const units = text === '' ? null : unitDuration.exec(text);
  if (!units) return undefined;
  return units.slice(1).reduce((sum, part, at) => sum + Number(part ?? 0) * unitsMs[at]!, 0);
}

/** `1w2d3h4m5s`, zero parts left out; below a second `11ms612us`. */
export function formatDuration(ms: number): string {
  if (ms < second && ms > 0) return formatSubSecond(ms);
  let rest = Math.floor(ms / second);
  let text = '';
  for (const [letter, size] of [
    ['w', 604800],
    ['d', 86400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${letter}`;
  }
  return text === '' ? '0s' : text;
}

/** For uptimes, which a router shows in whole seconds. */
export function formatSeconds(ms: number): string {
  return formatDuration(Math.floor(Math.max(0, ms) / second) * second);
}

function formatSubSecond(ms: number): string {
  const micros = Math.round(ms * 1000);
  const whole = Math.floor(micros / 1000);
  const rest = micros % 1000;
  return `${whole > 0 ? `${whole}ms` : ''}${rest > 0 ? `${rest}us` : ''}`;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const two = (value: number) => String(value).padStart(2, '0');

/** ISO since 7.10, `sep/02/2019` before. */
export function formatDate(localMs: number, isIso: boolean): string {
  const date = new Date(localMs);
  const dayText = two(date.getUTCDate());
  const year = date.getUTCFullYear();
  if (isIso) return `${year}-${two(date.getUTCMonth() + 1)}-${dayText}`;
  return `${monthNames[date.getUTCMonth()]}/${dayText}/${year}`;
}

export function formatTime(localMs: number): string {
  const date = new Date(localMs);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

export function formatDateTime(localMs: number, isIso: boolean): string {
  return `${formatDate(localMs, isIso)} ${formatTime(localMs)}`;
}

/** Either notation of a date, as UTC midnight of that day. */
export function parseDateMs(text: string): number | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (iso) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const old = /^([a-z]{3})\/(\d\d)\/(\d{4})$/i.exec(text);
  const month = old ? monthNames.indexOf(old[1]!.toLowerCase()) : -1;
  return old && month >= 0 ? Date.UTC(Number(old[3]), month, Number(old[2])) : undefined;
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(zone: string): boolean {
  return zoneFormat(zone) !== undefined;
}

function zoneFormat(zone: string): Intl.DateTimeFormat | undefined {
  let format = zoneFormats.get(zone);
  if (format) return format;
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  zoneFormats.set(zone, format);
  return format;
}

/** How far a time zone is ahead of UTC at that moment. */
export function zoneOffsetMs(zone: string, atMs: number): number {
  const name = zoneFormat(zone)
    ?.formatToParts(atMs)
    .find((part) => part.type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '');
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * hour + Number(match[3]) * minute);
}

export function formatOffset(offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / minute;
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const rateSuffix: Record<string, number> = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

/** `512k`, `5M` or plain bits per second; k is 1000. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+)([kKMG]?)$/.exec(text);
  return match ? Number(match[1]) * rateSuffix[match[2]!]! : undefined;
}

export interface RatePair {
  /** What the router receives from the client: the upload. */
  up: number;
  down: number;
}

export function parseRatePair(text: string): RatePair | undefined {
  const [upText, downText, more] = text.split('/');
  const up = parseRate(upText ?? '');
  const down = downText === undefined ? up : parseRate(downText);
  return up === undefined || down === undefined || more !== undefined ? undefined : { up, down };
}

export interface RateLimit {
  rate: RatePair;
  burst?: RatePair;
  threshold?: RatePair;
  burstTimeSeconds?: RatePair;
  priority?: number;
  rateMin?: RatePair;
}

/** `rx[/tx] [burst [threshold [time [priority [min]]]]]`; rx is the client's upload, whatever the web says. */
export function parseRateLimit(text: string): RateLimit | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length > 6) return undefined;
  const pairs = [0, 1, 2, 5].map((at) => (parts[at] === undefined ? undefined : parseRatePair(parts[at])));
  const time = parts[3] === undefined ? undefined : parseTimePair(parts[3]);
  const priority = parts[4] === undefined ? undefined : Number(parts[4]);
  const isWrong =
    pairs[0] === undefined ||
    [0, 1, 2, 5].some((at, index) => parts[at] !== undefined && pairs[index] === undefined) ||
    (parts[3] !== undefined && time === undefined) ||
    (priority !== undefined && !(Number.isInteger(priority) && priority >= 1 && priority <= 8));
  if (isWrong) return undefined;
  return { rate: pairs[0]!, burst: pairs[1], threshold: pairs[2], burstTimeSeconds: time, priority, rateMin: pairs[3] };
}

function parseTimePair(text: string): RatePair | undefined {
  const [upText, downText] = text.split('/');
  const up = parseDurationMs(upText ?? '');
  const down = downText === undefined ? up : parseDurationMs(downText);
  return up === undefined || down === undefined ? undefined : { up: up / second, down: down / second };
}

/** Addresses are numbers inside; the sign bit is avoided by `>>> 0`. */
export function parseIp(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  let address = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

export function formatIp(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

export interface IpRange {
  first: number;
  last: number;
}

/** `a.b.c.d`, `a.b.c.d/24` or `a.b.c.d-e.f.g.h`. */
export function parseIpRange(text: string): IpRange | undefined {
  const [firstText, lastText, more] = text.split('-');
  if (more !== undefined) return undefined;
  if (lastText !== undefined) {
    const first = parseIp(firstText!);
    const last = parseIp(lastText);
    return first === undefined || last === undefined || last < first ? undefined : { first, last };
  }
  const [addressText, bitsText] = text.split('/');
  const address = parseIp(addressText!);
  if (address === undefined) return undefined;
  const bits = bitsText === undefined ? 32 : Number(bitsText);
  if (!/^\d{1,2}$/.test(bitsText ?? '32') || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

const macPattern =
  /^([0-9a-f]{2})[:.-]([0-9a-f]{2})[:.-]([0-9a-f]{2})[:.-]([0-9a-f]{2})[:.-]([0-9a-f]{2})[:.-]([0-9a-f]{2})$/i;

export function parseMac(text: string): string | undefined {
  return macPattern.exec(text)?.slice(1).join(':').toUpperCase();
}

/** A stable address for a made-up device, in the locally administered range. */
export function macFromNumber(number: number): string {
  const hex = (number >>> 0).toString(16).padStart(8, '0').toUpperCase();
  return `02:1A:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}
