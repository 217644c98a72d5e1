import { randomUUIDv7 } from 'node:crypto';

/** A new id that sorts by the time it was made, so that lists can page by it. */
export function newId(): string {
  return randomUUIDv7();
}
