// What a session carried between two readings of its counters. A counter may begin anew (the device dialled again, a reboot, somebody
// reset it) and may jump; neither may cost a customer what he did not use.

export type Reading = {
  downBytes: bigint;
  upBytes: bigint;
  /** By the router's clock: ours may be set between two readings. */
  uptimeSeconds: number;
};

/**
 * The counters of a session as a router tells them, both or none: one that was not told is not zero, and what came after it would be
 * counted once more.
 */
export function countersOf(
  down: string | undefined,
  up: string | undefined,
): { downBytes: bigint; upBytes: bigint } | { downBytes: null; upBytes: null } {
  if (!down || !up) return { downBytes: null, upBytes: null };
  return { downBytes: BigInt(down), upBytes: BigInt(up) };
}

/** The fastest that a line can be. */
export type Line = { downKbps: number; upKbps: number };

export type Carried = { downBytes: bigint; upBytes: bigint; doubtedBytes: bigint };

// Counters and uptime are not read at the same instant, and a queue lets a burst pass.
const toleranceFactor = 2n;
const leastSeconds = 10;

/** `before`: undefined where the session has begun since. `line`: undefined where nobody knows how fast it is. */
export function carriedSince(before: Reading | undefined, now: Reading, line: Line | undefined): Carried {
  const isAnother = before === undefined || now.uptimeSeconds < before.uptimeSeconds;
  // Both are set back together, also where one of them has grown past what it was already.
  const isReset = !isAnother && (now.downBytes < before.downBytes || now.upBytes < before.upBytes);
  const from = isAnother || isReset ? nothing : before;
  // What is counted since a reset was carried after the reading before it.
  const seconds = isAnother ? now.uptimeSeconds : now.uptimeSeconds - before.uptimeSeconds;
  const down = believed(now.downBytes - from.downBytes, line?.downKbps, seconds);
  const up = believed(now.upBytes - from.upBytes, line?.upKbps, seconds);
  return { downBytes: down.bytes, upBytes: up.bytes, doubtedBytes: down.doubted + up.doubted };
}

const nothing = { downBytes: 0n, upBytes: 0n };

function believed(bytes: bigint, kbps: number | undefined, seconds: number): { bytes: bigint; doubted: bigint } {
  if (kbps === undefined || bytes <= mostBytes(kbps, seconds)) return { bytes, doubted: 0n };
  return { bytes: 0n, doubted: bytes };
}

/** What a line can carry at most; a "k" of a router is 1000 bits. */
export function mostBytes(kbps: number, seconds: number): bigint {
  return BigInt(kbps) * 125n * BigInt(Math.max(seconds, leastSeconds)) * toleranceFactor;
}
