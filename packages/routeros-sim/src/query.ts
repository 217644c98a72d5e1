// Query words of print, getall and listen: a stack machine. The bottom of the stack is an endless supply of true.

import { refuse } from './refusal.ts';

export interface Queried {
  read(name: string): string | undefined;
  isFlag(name: string): boolean;
}

type Step = (row: Queried, stack: boolean[]) => void;

export type Query = (row: Queried) => boolean;

/** Several words without an operator are and-ed: the row passes when no false remains. */
export function compileQuery(words: readonly string[]): Query | undefined {
  if (words.length === 0) return undefined;
  const steps = words.map(compileWord);
  return (row) => {
    const stack: boolean[] = [];
    for (const step of steps) step(row, stack);
    return !stack.includes(false);
  };
}

function compileWord(word: string): Step {
  const body = word.slice(1);
  if (body.startsWith('#')) return operations(body.slice(1));
  const [sign, rest] = /^[-=<>]/.test(body) ? [body[0]!, body.slice(1)] : ['', body];
  const equals = rest.indexOf('=');
  if (sign === '-') return (row, stack) => stack.push(!isPresent(row, rest));
  if (equals < 0) return (row, stack) => stack.push(isPresent(row, rest));
  const name = rest.slice(0, equals);
  const wanted = rest.slice(equals + 1);
  if (sign === '<') return (row, stack) => stack.push(compare(row.read(name), wanted) < 0);
  if (sign === '>') return (row, stack) => stack.push(compare(row.read(name), wanted) > 0);
  return (row, stack) => stack.push(isEqual(row, name, wanted));
}

// A flag "has a value" only while it is true (measured on 7.23.1 with ?running and ?-running).
function isPresent(row: Queried, name: string): boolean {
  const value = row.read(name);
  return row.isFlag(name) ? value === 'true' : value !== undefined;
}

function isEqual(row: Queried, name: string, wanted: string): boolean {
  return row.read(name) === wanted;
}

// An absent property compares as nothing at all: neither less nor greater. `?>comment=` finds the comments that have text.
function compare(value: string | undefined, wanted: string): number {
  if (value === undefined) return Number.NaN;
  if (/^\d+$/.test(value) && /^\d+$/.test(wanted)) return Number(BigInt(value) - BigInt(wanted));
  return value < wanted ? -1 : value > wanted ? 1 : 0;
}

function operations(text: string): Step {
  if (!/^[\d!&|.]*$/.test(text)) throw refuse(`invalid query operation ${text}`);
  const tokens = text.match(/\d+|[!&|.]/g) ?? [];
  return (_row, stack) => {
    tokens.forEach((token, at) => {
      applyToken(stack, token, { isLast: at === tokens.length - 1, followsIndex: /^\d/.test(tokens[at - 1] ?? '') });
    });
  };
}

function applyToken(stack: boolean[], token: string, place: { isLast: boolean; followsIndex: boolean }): void {
  const pop = () => stack.pop() ?? true;
  if (token === '!') stack.push(!pop());
  else if (token === '&') stack.push([pop(), pop()].every(Boolean));
  else if (token === '|') stack.push([pop(), pop()].some(Boolean));
  else if (token === '.') {
    if (!place.followsIndex) stack.push(stack.at(-1) ?? true);
  } else {
    const value = stack.at(-1 - Number(token)) ?? true;
    if (place.isLast) stack.length = 0;
    stack.push(value);
  }
}
