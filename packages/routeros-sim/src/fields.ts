// The kinds of values that menus are made of. A kind turns what a client sent into the printed form, or refuses it.

import type { Field, FieldOptions, Parse, Router } from './model.ts';
import { invalidValue, noMatch, refuse } from './refusal.ts';
import {
  formatDuration,
  formatIp,
  parseDurationMs,
  parseIp,
  parseIpRange,
  parseMac,
  parseRateLimit,
  parseRatePair,
} from './values.ts';

const asIs: Parse = (input) => input;

// Every field has every key in the same order: the engine then reads all of them the same quick way when rows are printed.
function field(name: string, parse: Parse, options: FieldOptions, more: Partial<Field> = {}): Field {
  return {
    name,
    parse,
    isFlag: more.isFlag ?? false,
    initial: options.initial,
    isRequired: options.isRequired,
    isReadOnly: options.isReadOnly,
    isWriteOnly: options.isWriteOnly,
    isSensitive: options.isSensitive,
    canUnset: options.canUnset,
    isAddOnly: options.isAddOnly,
    setSince: options.setSince,
    emptyClears: options.emptyClears,
    board: options.board,
    since: options.since,
    until: options.until,
    words: more.words,
    refersTo: more.refersTo,
  };
}

export function text(name: string, options: FieldOptions & { min?: number; max?: number } = {}): Field {
  const { min = 0, max = Number.POSITIVE_INFINITY, ...rest } = options;
  const parse: Parse = (input) => {
    if (input.length < min || input.length > max) throw invalidValue(name);
    return input;
  };
  return field(name, min === 0 && max === Number.POSITIVE_INFINITY ? asIs : parse, rest);
}

/** A property that only the router fills in. */
export function shown(name: string, options: FieldOptions = {}): Field {
  return field(name, asIs, { ...options, isReadOnly: true });
}

export function shownFlag(name: string, options: FieldOptions = {}): Field {
  return field(name, asIs, { ...options, isReadOnly: true }, { isFlag: true });
}

export function parseFlag(input: string, name: string): string {
  if (input === 'yes' || input === 'true') return 'true';
  if (input === 'no' || input === 'false') return 'false';
  throw noMatch(name);
}

export function flag(name: string, options: FieldOptions = {}): Field {
  return field(name, (input) => parseFlag(input, name), options, { isFlag: true });
}

/** One of a few words. `yes`, `no` and `default` stay words here: they are not a flag. */
export function choice(name: string, words: readonly string[], options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    if (!words.includes(input)) throw noMatch(name);
    return input;
  };
  return field(name, parse, options, { words });
}

export function choiceList(name: string, words: readonly string[], options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    const wanted = input === '' ? [] : input.split(',');
    if (wanted.some((word) => !words.includes(word))) throw noMatch(name);
    return words.filter((word) => wanted.includes(word)).join(',');
  };
  return field(name, parse, options, { words });
}

export function integer(
  name: string,
  options: FieldOptions & { min?: number; max?: number; words?: readonly string[] } = {},
): Field {
  const { min = 0, max = 4294967295, words = [], ...rest } = options;
  const parse: Parse = (input) => {
    if (words.includes(input)) return input;
    if (!/^\d+$/.test(input) || Number(input) < min || Number(input) > max) throw invalidValue(name);
    return String(Number(input));
  };
  return field(name, parse, rest);
}

/** A 64-bit count of bytes. Suffix forms such as 5M are unconfirmed for bytes and refused. */
export function bytes(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    if (!/^\d{1,20}$/.test(input) || BigInt(input) > 0xffffffffffffffffn) throw invalidValue(name);
    return BigInt(input).toString();
  };
  return field(name, parse, options);
}

export function duration(
  name: string,
  options: FieldOptions & { words?: readonly string[]; minMs?: number; maxMs?: number } = {},
): Field {
  const { words = [], minMs = 0, maxMs = Number.POSITIVE_INFINITY, ...rest } = options;
  const parse: Parse = (input) => {
    if (words.includes(input)) return input;
    const ms = parseDurationMs(input);
    if (ms === undefined || ms < minMs || ms > maxMs) throw invalidValue(name);
    return formatDuration(ms);
  };
  return field(name, parse, rest);
}

export function address(name: string, options: FieldOptions & { words?: readonly string[] } = {}): Field {
  const { words = [], ...rest } = options;
  const parse: Parse = (input) => {
    if (words.includes(input)) return input;
    const value = parseIp(input);
    if (value === undefined) throw invalidValue(name);
    return formatIp(value);
  };
  return field(name, parse, rest);
}

/** One address, or several with commas between them. */
export function addresses(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    const values = input.split(',').map(parseIp);
    if (values.includes(undefined)) throw invalidValue(name);
    return values.map((value) => formatIp(value ?? 0)).join();
  };
  return field(name, parse, options);
}

export function addressList(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    if (input !== '' && input.split(',').some((part) => parseIpRange(part) === undefined)) throw invalidValue(name);
    return input;
  };
  return field(name, parse, options);
}

/** An address or the name of a pool. */
export function addressOrPool(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input, _name, router) => {
    const value = parseIp(input);
    if (value !== undefined) return formatIp(value);
    if (router.table('/ip/pool').findByName(input) === undefined) throw invalidValue(name);
    return input;
  };
  return field(name, parse, { emptyClears: true, ...options }, { refersTo: '/ip/pool' });
}

export function addressRange(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    if (parseIpRange(input) === undefined) throw invalidValue(name);
    return input;
  };
  return field(name, parse, options);
}

export function mac(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    const value = parseMac(input);
    if (value === undefined) throw invalidValue(name);
    return value;
  };
  return field(name, parse, { emptyClears: true, ...options });
}

/** Printed as typed; only the grammar is checked. */
export function rateLimit(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    if (parseRateLimit(input) === undefined) throw invalidValue(name);
    return input;
  };
  return field(name, parse, { emptyClears: true, ...options });
}

/** `upload/download`, printed as plain numbers. */
export function ratePair(name: string, options: FieldOptions = {}): Field {
  const parse: Parse = (input) => {
    const pair = parseRatePair(input);
    if (pair === undefined) throw invalidValue(name);
    return `${pair.up}/${pair.down}`;
  };
  return field(name, parse, { initial: '0/0', ...options });
}

/** Two of anything, separated by a slash; one alone stands for both. */
export function pair(name: string, parseOne: (input: string) => string | undefined, options: FieldOptions): Field {
  const parse: Parse = (input) => {
    const halves = input.split('/');
    const parsed = halves.length === 1 ? [parseOne(input), parseOne(input)] : halves.map(parseOne);
    if (parsed.length !== 2 || parsed.includes(undefined)) throw invalidValue(name);
    return parsed.join('/');
  };
  return field(name, parse, options);
}

/** The name of a row in another menu, or one of a few fixed words. */
export function reference(
  name: string,
  menu: string,
  options: FieldOptions & { words?: readonly string[] } = {},
): Field {
  const { words = [], ...rest } = options;
  const parse: Parse = (input, _name, router) => {
    if (words.includes(input)) return input;
    return resolveName(router, menu, input, name);
  };
  return field(name, parse, rest, { refersTo: menu });
}

function resolveName(router: Router, menu: string, input: string, argument: string): string {
  const table = router.table(menu);
  const exact = table.findByName(input);
  if (exact) return exact.values.name!;
  const matches = input === '' || !router.assumptions.prefixMatch ? [] : table.namesStartingWith(input);
  if (matches.length > 1) {
    throw refuse(`ambiguous value of ${argument}, more than one possible value matches input`, 1);
  }
  if (matches.length === 0) throw noMatch(argument);
  return matches[0]!;
}

/** Any own rule. */
export function custom(name: string, parse: Parse, options: FieldOptions = {}): Field {
  return field(name, parse, options);
}
