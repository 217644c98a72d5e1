// How long a command waits before the router carries it out.

import type { Faults } from './faults.ts';

export class Pace {
  #busyUntilMs = 0;
  #ceilingMs = 0;

  /** Delay of a command that arrives now; reserves its place in the queue. */
  delayMs(nowMs: number, faults: Faults): number {
    const waits = [this.#queueing(nowMs, faults.slowMs), this.#ceiling(nowMs, faults)];
    return faults.latencyMs + Math.max(...waits);
  }

  #queueing(nowMs: number, slowMs: number): number {
    if (slowMs <= 0) return 0;
    this.#busyUntilMs = Math.max(nowMs, this.#busyUntilMs) + slowMs;
    return this.#busyUntilMs - nowMs;
  }

  // A leaky bucket: `burst` commands pass at once, after that one per interval whatever the number of connections.
  #ceiling(nowMs: number, { ceiling }: Faults): number {
    if (ceiling === undefined) return 0;
    const { perSecond, burst = 1 } = typeof ceiling === 'number' ? { perSecond: ceiling } : ceiling;
    const intervalMs = 1000 / perSecond;
    const start = Math.max(nowMs, this.#ceilingMs);
    this.#ceilingMs = start + intervalMs;
    return Math.max(0, start - (burst - 1) * intervalMs - nowMs);
  }
}
