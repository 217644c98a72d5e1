// A subscriber who is online: his counters, his limits and the rows that show him.

import { addDynamicRow, eraseRow } from './changes.ts';
import { Meter } from './meter.ts';
import type { Router } from './model.ts';
import type { Row, Session, Usage, Values } from './rows.ts';
import type { RatePair } from './values.ts';

// A line without a rate limit still ends somewhere.
export const unlimitedLine: RatePair = { up: 20_000_000, down: 100_000_000 };

export function openSession(
  router: Router,
  about: Pick<Session, 'kind' | 'name' | 'callerId' | 'address' | 'usage'> & { rate: RatePair | undefined },
): Session {
  const startedMs = router.clock.now();
  const session: Session = {
    ...about,
    rate: about.rate ?? unlimitedLine,
    startedMs,
    up: new Meter(startedMs),
    down: new Meter(startedMs),
    rows: [],
    timers: [],
    onEnd: [],
    hasEnded: false,
  };
  setUsage(router, session, about.usage);
  return session;
}

export function setUsage(router: Router, session: Session, usage: Usage): void {
  const share = typeof usage === 'number' ? { up: usage, down: usage } : usage;
  session.usage = usage;
  const nowMs = router.clock.now();
  const before = { up: session.up.bitsPerSecond, down: session.down.bitsPerSecond };
  session.up.setBitsPerSecond(nowMs, session.rate.up * share.up);
  session.down.setBitsPerSecond(nowMs, session.rate.down * share.down);
  router.traffic.up.addBitsPerSecond(nowMs, session.up.bitsPerSecond - before.up);
  router.traffic.down.addBitsPerSecond(nowMs, session.down.bitsPerSecond - before.down);
  session.replan?.();
}

/** A row that lives as long as the session. */
export function showRow(router: Router, session: Session, path: string, values: Values): Row {
  const row = addDynamicRow(router, path, values, session);
  session.rows.push({ path, row });
  return row;
}

export function closeSession(router: Router, session: Session, reason: string): void {
  if (session.hasEnded) return;
  session.hasEnded = true;
  session.replan = undefined;
  session.limitTimer?.cancel();
  for (const timer of session.timers) timer.cancel();
  for (const finish of session.onEnd) finish(reason);
  setUsage(router, session, 0);
  for (const { path, row } of session.rows) eraseRow(router, path, row);
}

export function uptimeMs(router: Router, session: Session): number {
  return Math.max(0, router.clock.now() - session.startedMs);
}

/** Ends a session after a fixed time. */
export function endAfter(router: Router, session: Session, delayMs: number, end: () => void): void {
  session.timers.push(router.clock.after(delayMs, end));
}

// The longest that a limit is left unwatched while nothing seems to move.
const longestWatchMs = 24 * 3_600_000;

/**
 * Watches a limit that moves with the traffic: `remainingMs` says how long it will last at the present rate, `reached` acts and
 * answers true once it is spent.
 */
export function watchLimit(router: Router, session: Session, remainingMs: () => number, reached: () => boolean): void {
  const plan = () => {
    session.limitTimer?.cancel();
    const delayMs = remainingMs();
    if (delayMs === Number.POSITIVE_INFINITY) return;
    // Rounded up, so that the limit is really reached when we look; at least a millisecond, so that time moves on.
    const waitMs = Math.min(longestWatchMs, Math.max(1, Math.ceil(delayMs)));
    session.limitTimer = router.clock.after(waitMs, () => {
      if (!reached()) plan();
    });
  };
  session.replan = plan;
  plan();
}
