// When a bulk act must stop and ask, and when one of its customers is tried again.
import type { bulkJobKinds } from '@lastmile/contract/bulk-kinds.ts';

export type BulkKind = (typeof bulkJobKinds)[number];

/** What takes subscribers off the line, if only for seconds. */
const cutting: readonly BulkKind[] = ['suspend', 'disconnect', 'move', 'change_plan'];

// A village is no mass cut, and a tenth of everybody is.
const leastLimit = 25;
const limitPercent = 10;

/** More customers than this are held until a person has confirmed them again; null: no limit. */
export function bulkLimit(kind: BulkKind, presentCount: number): number | null {
  if (!cutting.includes(kind)) return null;
  return Math.max(leastLimit, Math.floor((presentCount * limitPercent) / 100));
}

// So many tell a mistake from bad luck.
const leastTried = 20;

/** Most were refused: whoever asked meant something else, and the others would be refused, too. */
export function isMostlyFailed({ done, unchanged, failed }: { done: number; unchanged: number; failed: number }) {
  const tried = done + unchanged + failed;
  return tried >= leastTried && failed * 2 > tried;
}

const firstDelayMs = 1000;
const longestDelayMs = 120_000;
/** With growing delays this is about four minutes: what a router takes that is restarted. */
export const mostAttempts = 9;

/** The delay before the next try, or undefined when it is given up. `chance` is 0 to 1. */
export function retryDelayMs(attemptCount: number, chance: number): number | undefined {
  if (attemptCount >= mostAttempts) return undefined;
  const delayMs = Math.min(firstDelayMs * 2 ** (attemptCount - 1), longestDelayMs);
  return Math.round(delayMs * (0.75 + chance / 2));
}

/** A refusal that passes by itself: the router is away or busy. */
export function isPassing(code: string): boolean {
  return ['router_unreachable', 'router_look_late', 'timed_out', 'unreachable'].includes(code);
}
