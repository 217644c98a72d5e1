// The scalar shapes that every room uses. A codec is a string in JSON and a value in the server.
import { z } from 'zod';
import { faultWords } from './fault-words.ts';

z.config({ customError: faultWords });

export const Id = z.uuid();

/** Text for people: trimmed, no control characters (PostgreSQL cannot store NUL), well-formed Unicode. */
export function text(maxLength: number, minLength = 0) {
  return z
    .string()
    .trim()
    .min(minLength, minLength === 1 ? 'must not be empty' : undefined)
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine((value) => value.isWellFormed(), 'is not well-formed Unicode')
    .refine((value) => !hasControls(value.replace(/[\n\t]/g, '')), 'must not hold control characters');
}

function hasControls(value: string): boolean {
  return /\p{Cc}/u.test(value);
}

/** What somebody looks for. */
export const SearchText = z
  .string()
  .max(100)
  .refine((value) => !hasControls(value), 'must not hold control characters');

/** Text that may be absent; an empty string means the same. */
export function optionalText(maxLength: number) {
  return text(maxLength)
    .nullish()
    .transform((value) => value || null);
}

/** Money in minor units of its currency: digits in JSON, so that no client loses a cent to a float. */
export const Minor = z.codec(
  z.string().regex(/^-?\d{1,15}$/, 'must be whole minor units as digits, such as "2999"'),
  z.bigint(),
  {
    decode: (digits) => BigInt(digits),
    encode: (amount) => amount.toString(),
  },
);

/** An amount to be charged or paid: above zero. */
export const PositiveMinor = Minor.refine((amount) => amount > 0n, 'must be above zero');

// What PostgreSQL counts with.
const largestBytes = 2n ** 63n - 1n;

/** Bytes: digits in JSON, for counters pass 2^53. */
export const Bytes = z.codec(
  z
    .string()
    .regex(/^\d{1,19}$/, 'must be whole bytes as digits')
    .refine((digits) => !/^\d{19}$/.test(digits) || BigInt(digits) <= largestBytes, `must be at most ${largestBytes}`),
  z.bigint(),
  { decode: (digits) => BigInt(digits), encode: (bytes) => bytes.toString() },
);

/** Those in which we write letters and papers. */
export const languages = ['en', 'es', 'fr', 'pt'] as const;
export const Language = z.enum(languages);

/** ISO 4217. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as USD');

function plainDate(day: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(day, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

/** No later day is asked for or told. */
export const lastDay = Temporal.PlainDate.from('2199-12-31');

/** A civil date in the operator's time zone. */
export const Day = z.codec(
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2026-01-31')
    .refine((day) => plainDate(day) !== undefined, 'is not a day of the calendar')
    // A year of three digits or of the far future is a slip of the finger.
    .refine((day) => /^(19|2[01])/.test(day), 'must be between the years 1900 and 2199'),
  z.instanceof(Temporal.PlainDate),
  { decode: (day) => Temporal.PlainDate.from(day), encode: (day) => day.toString() },
);

export const Instant = z.codec(z.iso.datetime({ offset: true }), z.instanceof(Temporal.Instant), {
  decode: (instant) => Temporal.Instant.from(instant),
  encode: (instant) => instant.toString({ smallestUnit: 'millisecond' }),
});

/** Counts the changes of a row: send back what you read, and a change in between is refused instead of overwritten. */
export const Revision = z.int().min(1);

/** One page of a list, by key: send `next` as `after` to get the one that follows. */
export const PageQuery = z.object({
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function page<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** One address of a subscriber or a router. */
export const Ipv4 = z.string().trim().pipe(z.ipv4('must be an IPv4 address such as 10.1.2.3'));

/** Any spelling of a MAC address; held as routers print it. */
export const MacAddress = z
  .string()
  .trim()
  .regex(/^[0-9a-fA-F]{2}([:.-]?[0-9a-fA-F]{2}){5}$/, 'must be a MAC address such as 02:AB:CD:00:11:22')
  .transform((mac) => (mac.replace(/[:.-]/g, '').toUpperCase().match(/../g) ?? []).join(':'));

const speedWords = 'must be a speed such as 5M or 512k';

/**
 * A rate in kbps, counted as routers do it: 1 Mbps is 1024 kbps (seed B). Takes a whole number of kbps or words like
 * "5M", "512k", "1.5M".
 */
export const Kbps = z
  .union([z.int(), z.string().regex(/^\d{1,7}(\.\d{1,3})?\s*([kM](bps)?)?$/, speedWords)], speedWords)
  .transform((rate) => (typeof rate === 'number' ? rate : kbpsFromWord(rate)))
  .pipe(z.int().min(8, 'must be at least 8k').max(102_400_000, 'must be at most 100000M'));

function kbpsFromWord(word: string): number {
  const amount = Number.parseFloat(word);
  return Math.round(word.includes('M') ? amount * 1024 : amount);
}
