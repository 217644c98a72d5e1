// A byte counter that costs nothing between two looks: it keeps a rate and computes the rest from the time.

export class Meter {
  #settledBytes = 0;
  #settledMs: number;
  #bytesPerMs = 0;

  constructor(nowMs: number) {
    this.#settledMs = nowMs;
  }

  get bitsPerSecond(): number {
    return Math.round(this.#bytesPerMs * 8000);
  }

  /** Exact, and so not rounded; callers print whole bytes. */
  bytes(nowMs: number): number {
    return this.#settledBytes + this.#bytesPerMs * Math.max(0, nowMs - this.#settledMs);
  }

  setBitsPerSecond(nowMs: number, bitsPerSecond: number): void {
    this.#settledBytes = this.bytes(nowMs);
    this.#settledMs = nowMs;
    this.#bytesPerMs = bitsPerSecond / 8000;
  }

  addBitsPerSecond(nowMs: number, bitsPerSecond: number): void {
    this.setBitsPerSecond(nowMs, this.#bytesPerMs * 8000 + bitsPerSecond);
  }

  reset(nowMs: number): void {
    this.#settledBytes = 0;
    this.#settledMs = nowMs;
  }

  /** When the counter will have reached `bytes`; infinity when it stands still. */
  reachesAtMs(nowMs: number, bytes: number): number {
    const missing = bytes - this.bytes(nowMs);
    if (missing <= 0) return nowMs;
    return this.#bytesPerMs === 0 ? Number.POSITIVE_INFINITY : nowMs + missing / this.#bytesPerMs;
  }
}

/** A typical mix of large and small packets. */
const bytesPerPacket = 900;

export function packetsOf(bytes: number): number {
  return Math.floor(bytes / bytesPerPacket);
}

const beyondDoublePrecision = 2n ** 53n + 1n;

/** A counter as the API prints it: plain decimal, 64 bits. */
export function printCounter(value: number, isBig: boolean): string {
  const whole = Math.floor(value);
  return isBig ? (beyondDoublePrecision + BigInt(whole)).toString() : String(whole);
}
