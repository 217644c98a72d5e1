// What a router was told, for tests: a count and the last commands. Passwords of logins are not kept.

export interface JournalEntry {
  atMs: number;
  user: string;
  /** `/ppp/secret/add` */
  command: string;
  /** The words after the command, as text. */
  words: readonly string[];
}

const entriesKept = 1000;

export class Journal {
  #entries: JournalEntry[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  write(entry: JournalEntry): void {
    this.#count += 1;
    this.#entries.push(entry);
    // Cut rarely and by half: shifting one entry per command would cost more than the command.
    if (this.#entries.length >= 2 * entriesKept) this.#entries = this.#entries.slice(-entriesKept);
  }

  list(): readonly JournalEntry[] {
    return this.#entries.slice(-entriesKept);
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
  }
}
