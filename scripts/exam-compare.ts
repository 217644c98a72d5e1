// Compares an answer with what a case expects, and says it in JSON. What a case does not ask for is not compared.
import type { Json, JsonObject } from './exam-given.ts';

/** The same fact in several words that are all true: each case asks in one of them. */
export class Alternatives {
  readonly all: readonly unknown[];

  constructor(...all: unknown[]) {
    this.all = all;
  }
}

export type Verdict = { pass: boolean; got: Json };

export function verdictOn(expected: Json, answer: unknown): Verdict {
  const isRefusal = refuses(expected);
  return judge(expected, answer, { isRefusal, name: '' });
}

type Place = { isRefusal: boolean; name: string };

function judge(expected: Json, answer: unknown, place: Place): Verdict {
  if (answer instanceof Alternatives) {
    const verdicts = answer.all.map((one) => judge(expected, one, place));
    return verdicts.find(({ pass }) => pass) ?? verdicts[0]!;
  }
  const said = sayable(answer);
  if (isObject(expected) && isObject(said)) return judgeObject(expected, said as Record<string, unknown>, place);
  if (Array.isArray(expected) && Array.isArray(said)) {
    const verdicts = said.map((item, index) => judge(expected[index] ?? null, item, place));
    const pass = said.length === expected.length && verdicts.every((verdict) => verdict.pass);
    return { pass, got: verdicts.map(({ got }) => got) };
  }
  const got = inJson(said);
  return { pass: isSameWord(expected, got, place), got: spelledLike(expected, got) };
}

function judgeObject(expected: JsonObject, said: Record<string, unknown>, place: Place): Verdict {
  const verdicts = Object.entries(expected).map(
    ([name, value]) => [name, judge(value, said[name], { ...place, name })] as const,
  );
  const got = Object.fromEntries(
    verdicts.filter(([name]) => name in said).map(([name, verdict]) => [name, verdict.got]),
  );
  const pass = verdicts.every(([, verdict]) => verdict.pass);
  // What went wrong instead of an answer is always worth saying.
  if (!pass) for (const name of ['fault', 'error']) if (name in said) got[name] = inJson(said[name]);
  return { pass, got };
}

function isSameWord(expected: Json, got: Json, { isRefusal, name }: Place): boolean {
  // Names of refusals and of journals are proposals of the case file: what counts is that there is one.
  if (name === 'error' || name === 'ledger' || (name === 'reason' && isRefusal))
    return isName(expected) ? isName(got) : expected === got;
  // So are HTTP codes: what counts is whether the request is taken or refused.
  if (/^(status|responses)$/.test(name) && typeof expected === 'number' && typeof got === 'number')
    return expected >= 400 === got >= 400;
  if (/Response$/.test(name)) return isError(expected) === isError(got);
  if (typeof expected === 'bigint' || typeof got === 'bigint' || typeof expected === 'number')
    return String(expected) === String(got);
  // Large amounts are digits in JSON.
  if (typeof expected === 'string' && typeof got === 'number') return expected === String(got);
  return expected === got;
}

function isName(value: Json): boolean {
  return typeof value === 'string' && value !== '';
}

function isError(value: Json): boolean {
  return typeof value === 'string' && value.startsWith('error:');
}

function refuses(expected: Json): boolean {
  if (!isObject(expected)) return false;
  const { accepted, valid, invoiced } = expected as JsonObject;
  return accepted === false || valid === false || invoiced === false;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Alternatives);
}

function spelledLike(expected: Json, got: Json): Json {
  const areDigits = typeof expected === 'string' && (typeof got === 'bigint' || typeof got === 'number');
  return areDigits ? String(got) : got;
}

/** Days as text, half-open ranges as pairs, bytes in hex, and what there is none of as null. */
function sayable(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Temporal.PlainDate || value instanceof Temporal.PlainDateTime) return value.toString();
  if (value instanceof Temporal.Instant) return value.toString();
  if (typeof value === 'object' && 'startsOn' in value && 'endsOn' in value) return [value.startsOn, value.endsOn];
  return value;
}

export function inJson(value: unknown): Json {
  if (value instanceof Alternatives) return inJson(value.all[0]);
  const said = sayable(value);
  if (Array.isArray(said)) return said.map(inJson);
  if (isObject(said)) return Object.fromEntries(Object.entries(said).map(([name, part]) => [name, inJson(part)]));
  if (typeof said === 'bigint' && Number.isSafeInteger(Number(said))) return Number(said);
  return said as Json;
}

// Known to Node.js, and not yet to TypeScript.
declare global {
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** One line of JSON, with whole numbers of any size. */
export function lineOf(value: Json): string {
  return JSON.stringify(value, (_name, part) => (typeof part === 'bigint' ? JSON.rawJSON(part.toString()) : part));
}
