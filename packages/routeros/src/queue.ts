// Waiting commands in lanes. Lanes take turns, so ten thousand adds to one menu do not keep a small print of another waiting.

interface Lane<T> {
  items: T[];
  head: number;
}

// Moving the rest of an array costs its length, so the head only moves until this many places are empty.
const compactAfter = 1_024;

export class FairQueue<T> {
  readonly #lanes = new Map<string, Lane<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(laneName: string, item: T): void {
    const lane = this.#lanes.get(laneName);
    if (lane === undefined) this.#lanes.set(laneName, { items: [item], head: 0 });
    else lane.items.push(item);
    this.#size += 1;
  }

  /** The oldest item of the lane whose turn it is. */
  shift(): T | undefined {
    for (const [name, lane] of this.#lanes) {
      const item = lane.items[lane.head]!;
      lane.head += 1;
      this.#size -= 1;
      if (lane.head === lane.items.length) {
        this.#lanes.delete(name);
      } else if (this.#lanes.size > 1) {
        // A Map keeps the order of insertion: to go in again is to go to the end.
        this.#lanes.delete(name);
        this.#lanes.set(name, lane);
      }
      if (lane.head > compactAfter) {
        lane.items.splice(0, lane.head);
        lane.head = 0;
      }
      return item;
    }
    return undefined;
  }

  remove(laneName: string, item: T): boolean {
    const lane = this.#lanes.get(laneName);
    const index = lane === undefined ? -1 : lane.items.indexOf(item, lane.head);
    if (lane === undefined || index === -1) return false;
    lane.items.splice(index, 1);
    this.#size -= 1;
    if (lane.head === lane.items.length) this.#lanes.delete(laneName);
    return true;
  }

  drain(): T[] {
    const items = [...this.#lanes.values()].flatMap((lane) => lane.items.slice(lane.head));
    this.#lanes.clear();
    this.#size = 0;
    return items;
  }
}
