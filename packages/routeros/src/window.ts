// How many commands may be on their way at once. On a long line many are needed to keep the router busy; a router that is busy
// already answers no sooner for a longer queue, it only makes others wait. So the answers' own time decides.

// CHR 7.23 takes some 20 ms for each command once it is busy: eight of them wait 160 ms where the first one waited 1.
const growsBelow = 2;
const shrinksAbove = 4;
// Each look costs the time of the line, and one too long a queue is gone after the next: from 8 to 320 in two looks.
const growth = 8;
// Turns of an event loop, ours and the router's, are no sign of a queue.
const toleratedMs = 5;
// The line may have become longer for good: what was the quickest answer is believed a little less with each look.
const forgetting = 1.05;

export class Window {
  readonly #least: number;
  readonly #most: number;
  #size: number;
  #quickestMs = Number.POSITIVE_INFINITY;
  #count = 0;
  #sumMs = 0;

  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = Math.max(least, most);
    this.#size = least;
  }

  get size(): number {
    return this.#size;
  }

  /** A command without rows was answered; after each windowful the window is thought over. */
  answered(afterMs: number): void {
    if (this.#most === this.#least) return;
    this.#quickestMs = Math.min(this.#quickestMs, afterMs);
    this.#count += 1;
    this.#sumMs += afterMs;
    if (this.#count < this.#size) return;
    const averageMs = this.#sumMs / this.#count;
    if (averageMs <= this.#quickestMs * growsBelow + toleratedMs)
      this.#size = Math.min(this.#size * growth, this.#most);
    else if (averageMs > this.#quickestMs * shrinksAbove + toleratedMs)
      this.#size = Math.max(Math.ceil(this.#size / growth), this.#least);
    this.#quickestMs *= forgetting;
    this.#count = 0;
    this.#sumMs = 0;
  }
}
