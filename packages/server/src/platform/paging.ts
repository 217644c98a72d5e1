// Pages by key: the place where a page ended is an opaque text that the client sends back.
import { fieldError } from './errors.ts';

export type PageRequest = { after?: string | undefined; limit: number };
export type Page<T> = { items: T[]; next: string | null };

export function cursorOf(...key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The key in a cursor, or undefined on the first page. Refuses what was not made by `cursorOf` with as many parts. */
export function keyOf(after: string | undefined, parts: number): string[] | undefined {
  if (!after) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(after, 'base64url').toString());
    if (
      Array.isArray(key) &&
      key.length === parts &&
      key.every((part) => typeof part === 'string' && !part.includes('\0'))
    )
      return key;
  } catch {
    // Said below.
  }
  throw fieldError('invalid_input', 'after', 'is not a place in this list');
}

/** Cuts the one row too many that a query asked for to see whether there is a next page. */
export function pageOf<T>(rows: T[], limit: number, keyOfRow: (row: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(...keyOfRow(last)) : null };
}

/** A search text as a pattern of LIKE, with the wildcards of the person taken as they are. */
export function likePattern(search: string): string {
  return `%${search
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`;
}
