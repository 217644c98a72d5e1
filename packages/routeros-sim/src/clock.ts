// Time as the simulator sees it. One heap serves every router on a clock, so a thousand routers cost one system timer.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
}

export interface VirtualClock extends Clock {
  /** Runs everything that falls due in the next `ms` milliseconds, in order, and stops there. */
  advance(ms: number): void;
}

interface Entry {
  dueMs: number;
  order: number;
  position: number;
  run: () => void;
}

class Schedule {
  #heap: Entry[] = [];
  #order = 0;

  get first(): Entry | undefined {
    return this.#heap[0];
  }

  add(dueMs: number, run: () => void): Entry {
    const entry = { dueMs, order: this.#order++, position: this.#heap.length, run };
    this.#heap.push(entry);
    this.#rise(entry);
    return entry;
  }

  remove(entry: Entry): void {
    if (entry.position < 0) return;
    const last = this.#heap.pop() as Entry;
    const hole = entry.position;
    entry.position = -1;
    if (last === entry) return;
    this.#place(last, hole);
    this.#rise(last);
    this.#sink(last);
  }

  #place(entry: Entry, position: number): void {
    this.#heap[position] = entry;
    entry.position = position;
  }

  #rise(entry: Entry): void {
    while (entry.position > 0) {
      const hole = entry.position;
      const parent = this.#heap[(hole - 1) >> 1] as Entry;
      if (!isBefore(entry, parent)) return;
      this.#place(entry, parent.position);
      this.#place(parent, hole);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const hole = entry.position;
      const left = this.#heap[2 * hole + 1];
      const right = this.#heap[2 * hole + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, entry)) return;
      this.#place(entry, child.position);
      this.#place(child, hole);
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

// setTimeout counts in 31 bits; a longer delay would fire at once.
const longestTimeoutMs = 0x7fffffff;

function createRealClock(): Clock {
  const schedule = new Schedule();
  let timeout: NodeJS.Timeout | undefined;
  let armedForMs = Number.POSITIVE_INFINITY;

  function arm(): void {
    const dueMs = schedule.first?.dueMs ?? Number.POSITIVE_INFINITY;
    if (dueMs === armedForMs) return;
    clearTimeout(timeout);
    armedForMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    timeout = setTimeout(fire, Math.min(longestTimeoutMs, Math.max(0, dueMs - monotonicMs())));
    // The sockets keep a process alive, not the things that might happen later.
    timeout.unref();
  }

  function fire(): void {
    armedForMs = Number.POSITIVE_INFINITY;
    const now = monotonicMs();
    try {
      for (let entry = schedule.first; entry !== undefined && entry.dueMs <= now; entry = schedule.first) {
        schedule.remove(entry);
        entry.run();
      }
    } finally {
      // One entry that throws must not stop the time of all routers.
      arm();
    }
  }

  return {
    now: () => Date.now(),
    after(delayMs, run) {
      const entry = schedule.add(monotonicMs() + Math.max(0, delayMs), run);
      arm();
      return {
        cancel() {
          schedule.remove(entry);
          arm();
        },
      };
    },
  };
}

// Delays must not jump when somebody sets the wall clock.
function monotonicMs(): number {
  return performance.now();
}

/** The machine's own time; every router without a clock of its own shares it. */
export const realClock: Clock = createRealClock();

/** A clock that stands still until `advance` is called. */
export function createVirtualClock(startMs = Date.UTC(2026, 0, 15, 12)): VirtualClock {
  const schedule = new Schedule();
  let nowMs = startMs;
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const entry = schedule.add(nowMs + Math.max(0, delayMs), run);
      return { cancel: () => schedule.remove(entry) };
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (let entry = schedule.first; entry !== undefined && entry.dueMs <= endMs; entry = schedule.first) {
        schedule.remove(entry);
        nowMs = Math.max(nowMs, entry.dueMs);
        entry.run();
      }
      nowMs = endMs;
    },
  };
}

export interface OwnClock extends Clock {
  cancelAll(): void;
}

/** A clock that remembers what was planned on it, so that a router that is stopped leaves nothing behind on a shared one. */
export function createOwnClock(clock: Clock): OwnClock {
  const planned = new Set<Timer>();
  return {
    now: () => clock.now(),
    after(delayMs, run) {
      const timer = clock.after(delayMs, () => {
        planned.delete(own);
        run();
      });
      const own: Timer = {
        cancel() {
          planned.delete(own);
          timer.cancel();
        },
      };
      planned.add(own);
      return own;
    },
    cancelAll() {
      for (const timer of planned) timer.cancel();
    },
  };
}
