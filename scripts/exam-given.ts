// Reads what a case of the examination gives: JSON into the values that the rules take. A field that is missing or of another
// kind fails its case, with a word about it.

import { localDate } from '../packages/server/src/platform/dates.ts';

export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

type Interval = { unit: 'day' | 'week' | 'month' | 'year'; count: number };
type DateRange = { startsOn: Temporal.PlainDate; endsOn: Temporal.PlainDate };

/** The case cannot be read, which is no refusal by a rule. */
export class UnreadableCase extends Error {}

/** JSON with whole numbers of any size: those past 2^53 are bigints. */
export function parseJson(text: string): Json {
  return JSON.parse(text, (_key, value, context?: { source?: string }) => {
    const isLarge = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '');
    return isLarge ? BigInt(context?.source ?? 0) : value;
  }) as Json;
}

const mostOfOneKind = 100_000;

/** One object of a case. Readers of a name throw where it is missing; those that find answer undefined. */
export class Given {
  readonly fields: JsonObject;
  readonly path: string;

  constructor(value: Json | undefined, path = 'given') {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new UnreadableCase(`${path} is not an object`);
    this.fields = value;
    this.path = path;
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  /** The first of several names for the same thing that is there, else the first of them. */
  named(...names: string[]): string {
    return names.find((name) => this.has(this.spelt(name))) ?? names[0]!;
  }

  /** The names that are there and read like this. */
  namesLike(pattern: RegExp): string[] {
    return Object.keys(this.fields).filter((name) => pattern.test(name) && this.has(name));
  }

  text(name: string): string {
    const value = this.fields[name];
    if (typeof value === 'string') return value;
    throw this.fault(name, 'a text');
  }

  textOr(name: string, otherwise: string): string {
    return this.has(name) ? this.text(name) : otherwise;
  }

  flag(name: string): boolean {
    const value = this.fields[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw this.fault(name, 'true or false');
  }

  count(name: string): number {
    const value = this.fields[name];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw this.fault(name, 'a whole number');
  }

  countOr(name: string, otherwise: number): number {
    return this.has(name) ? this.count(name) : otherwise;
  }

  /** How many there are of something: what is reckoned one by one has an end. */
  size(name: string, otherwise?: number): number {
    const size = otherwise === undefined ? this.count(name) : this.countOr(name, otherwise);
    if (size >= 0 && size <= mostOfOneKind) return size;
    throw this.fault(name, `a number up to ${mostOfOneKind}`);
  }

  minor(name: string): bigint {
    return this.asMinor(this.fields[this.spelt(name)], name);
  }

  findMinor(name: string): bigint | undefined {
    return this.has(this.spelt(name)) ? this.minor(name) : undefined;
  }

  minorOr(name: string, otherwise: bigint): bigint {
    return this.findMinor(name) ?? otherwise;
  }

  /** A list of amounts, one amount alone, or none where it is left out. */
  minors(name: string): bigint[] {
    const value = this.fields[this.spelt(name)] ?? [];
    return (Array.isArray(value) ? value : [value]).map((item) => this.asMinor(item, name));
  }

  /** One amount or several, by whichever of the names is there. */
  amounts(...names: string[]): bigint[] {
    const name = this.named(...names);
    return this.has(this.spelt(name)) ? this.minors(name) : [this.minor(name)];
  }

  /** All amounts under the names that read like this. */
  minorsLike(pattern: RegExp): bigint[] {
    return this.namesLike(pattern).flatMap((name) => this.minors(name));
  }

  /** Lists of amounts. */
  minorLists(name: string): bigint[][] {
    return this.list(name).map((item) =>
      (Array.isArray(item) ? item : [item]).map((amount) => this.asMinor(amount, name)),
    );
  }

  day(name: string): Temporal.PlainDate {
    return this.asDay(this.fields[name], name);
  }

  findDay(name: string): Temporal.PlainDate | undefined {
    return this.has(name) ? this.day(name) : undefined;
  }

  /** A day, or the one that an instant, `now`, lies in. */
  dayOrNow(name: string): Temporal.PlainDate {
    if (this.has(name) || !this.has('now')) return this.day(name);
    return localDate(this.instant('now'), this.textOr('tz', 'UTC'));
  }

  days(name: string): Temporal.PlainDate[] {
    return this.oneOrMore(name).map((item) => this.asDay(item, name));
  }

  instant(name: string): Temporal.Instant {
    return Temporal.Instant.from(this.text(name));
  }

  instants(name: string): Temporal.Instant[] {
    return this.oneOrMore(name).map((item) => {
      if (typeof item === 'string') return Temporal.Instant.from(item);
      throw this.fault(name, 'a list of instants');
    });
  }

  wallTime(name: string): Temporal.PlainDateTime {
    return Temporal.PlainDateTime.from(this.text(name));
  }

  range(name: string): DateRange {
    return this.asRange(this.fields[name], name);
  }

  findRange(name: string): DateRange | undefined {
    return this.has(name) ? this.range(name) : undefined;
  }

  ranges(name: string): DateRange[] {
    return this.list(name).map((item) => this.asRange(item, name));
  }

  /** `{"unit": "month", "count": 3}` or a word, "month" or "monthly"; a month where it is left out. */
  interval(name = 'interval'): Interval {
    const value = this.fields[name] ?? 'month';
    const given = typeof value === 'string' ? new Given({ unit: value }, this.path) : new Given(value, name);
    const unit = /^(day|week|month|year)(s|ly)?$/.exec(given.text('unit').replace('daily', 'day'))?.[1];
    if (!unit) throw this.fault(name, 'an interval');
    return { unit: unit as Interval['unit'], count: given.countOr('count', 1) };
  }

  list(name: string): Json[] {
    const value = this.fields[name];
    if (Array.isArray(value)) return value;
    throw this.fault(name, 'a list');
  }

  private oneOrMore(name: string): Json[] {
    return typeof this.fields[name] === 'string' ? [this.fields[name]] : this.list(name);
  }

  texts(name: string): string[] {
    return this.list(name).map((item) => {
      if (typeof item === 'string') return item;
      throw this.fault(name, 'a list of texts');
    });
  }

  /** Bytes in hex. */
  bytes(name: string): Uint8Array {
    return this.asBytes(this.text(name), name);
  }

  bytesList(name: string): Uint8Array[] {
    return this.texts(name).map((hex) => this.asBytes(hex, name));
  }

  within(name: string): Given {
    return new Given(this.fields[name], `${this.path}.${name}`);
  }

  /** The objects of a list, none where it is left out. */
  each(name: string): Given[] {
    if (!this.has(name)) return [];
    return this.list(name).map((item, index) => new Given(item, `${this.path}.${name}[${index}]`));
  }

  /** An amount is the same with the unit in its name and without. */
  private spelt(name: string): string {
    const other = name.endsWith('Minor') ? name.slice(0, -'Minor'.length) : `${name}Minor`;
    return !this.has(name) && this.has(other) ? other : name;
  }

  private asMinor(value: Json | undefined, name: string): bigint {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const item = new Given(value, `${this.path}.${name}`);
      return item.minor(item.named('minor', 'amountMinor', 'totalMinor'));
    }
    if (typeof value === 'bigint') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    // A part of a minor unit is no amount, which is a refusal and no fault of the case.
    if (typeof value === 'number') throw new RangeError('an amount is whole minor units');
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
    throw this.fault(name, 'whole minor units');
  }

  private asDay(value: Json | undefined, name: string): Temporal.PlainDate {
    if (typeof value === 'string') return Temporal.PlainDate.from(value, { overflow: 'reject' });
    throw this.fault(name, 'a day');
  }

  private asRange(value: Json | undefined, name: string): DateRange {
    if (!Array.isArray(value) || value.length !== 2) throw this.fault(name, 'two days');
    return { startsOn: this.asDay(value[0], name), endsOn: this.asDay(value[1], name) };
  }

  private asBytes(hex: string, name: string): Uint8Array {
    if (hex.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
    throw this.fault(name, 'bytes in hex');
  }

  private fault(name: string, wanted: string): UnreadableCase {
    return new UnreadableCase(`${this.path}.${name} is ${this.has(name) ? 'not' : 'missing:'} ${wanted}`);
  }
}

/** Answers one op from what its case gives. */
export type Answer = (given: Given) => unknown;
