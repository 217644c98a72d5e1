// Whether somebody moved the clock by which days end and codes expire.

export type ClockReading = {
  at: Temporal.Instant;
  /** Of a clock that nobody sets; undefined where another process looked before. */
  monotonicMs: number | undefined;
};

// Time servers correct by less; the check itself may come late, but both clocks wait for it alike.
const toleratedSeconds = 60;

/** Seconds by which the clock was moved between two looks: below zero when it went back. Undefined: it was not moved. */
export function clockJumpSeconds(before: ClockReading, now: ClockReading): number | undefined {
  const passedMs = now.at.epochMilliseconds - before.at.epochMilliseconds;
  const isSameProcess = before.monotonicMs !== undefined && now.monotonicMs !== undefined;
  // How long a program stood still nobody knows, but not for less than no time.
  const trueMs = isSameProcess ? (now.monotonicMs ?? 0) - (before.monotonicMs ?? 0) : Math.max(0, passedMs);
  const jumpSeconds = Math.round((passedMs - trueMs) / 1000);
  return Math.abs(jumpSeconds) > toleratedSeconds ? jumpSeconds : undefined;
}
