// Pages by key: the place where a page ended is an opaque text that the client sends back.
import { fieldError } from './errors.ts';

export type PageRequest = { after?: string | undefined; limit: number };
export type Page<T> = { items: T[]; next: string | null };

export function cursorOf(...key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** A day that the calendar and the database know. */
const isDay = (part: string) =>
  /^(?!0000)\d{4}-\d\d-\d\d$/.test(part) && new Date(`${part}T00:00Z`).toJSON()?.startsWith(part) === true;

/** What a part of a key is in the database, which would stumble over anything else. */
const isPart = {
  text: (part: string) => !part.includes('\0'),
  uuid: (part: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part),
  number: (part: string) => /^\d{1,18}$/.test(part),
  day: isDay,
  instant: (part: string) =>
    isDay(part.slice(0, 10)) && /^T[\d:.]+Z$/.test(part.slice(10)) && !Number.isNaN(Date.parse(part)),
};

/** The key in a cursor, or undefined on the first page. Refuses what was not made by `cursorOf` with such parts. */
export function keyOf(after: string | undefined, ...parts: (keyof typeof isPart)[]): string[] | undefined {
  if (!after) return undefined;
  const key = decodedKey(after);
  const isSound =
    key?.length === parts.length &&
    key.every((part, at) => typeof part === 'string' && isPart[parts[at] ?? 'text'](part));
  if (!isSound) throw fieldError('invalid_input', 'after', 'is not a place in this list');
  return key as string[];
}

function decodedKey(after: string): unknown[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts the one row too many that a query asked for to see whether there is a next page. */
export function pageOf<T>(rows: T[], limit: number, keyOfRow: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(...keyOfRow(last)) : null };
}

/**
 * A search text as a pattern of LIKE, with the wildcards of the person taken as they are. It is to be put in lower case by
 * the database, as what it is compared with: JavaScript has other rules for some letters (the final sigma, the dotted I).
 */
export function likePattern(search: string): string {
  return `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
}
