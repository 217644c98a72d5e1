// Chains the log while the program runs, and tells its head to a file beside the database: what the database's owner
// may rewrite, he does not find there.
import { type Actor, type Database, inTransaction } from '#platform/db.ts';
import type { Log } from '#platform/log.ts';
import type { AnchorFile } from './anchor-file.ts';
import { chainEntries, type Head, listClosedDays } from './chain.ts';
import { isSameHash } from './chain-rules.ts';

const actor: Actor = { kind: 'schedule', id: null, name: 'audit chain' };

// Many entries of one moment make one batch, and a person who looks at the page sees his entry in its place.
const gatherMs = 250;
// Also closes the day at midnight, and finds what was not announced.
const sweepMs = 30_000;

export type SequencerParts = {
  database: Database;
  log: Log;
  anchors: AnchorFile;
  timeZone: () => Promise<string>;
  /** Is told when the chain is not where we left it. */
  onTampering: (message: string) => Promise<void>;
};

export class Sequencer {
  readonly #parts: SequencerParts;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();
  #left: Head | undefined;
  #closedUntil: Temporal.PlainDate | undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#plan(0);
  }

  /** Somebody wrote an entry. */
  wake(): void {
    this.#plan(gatherMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    // What was written last has its place before the program ends.
    await this.#chainAll().catch((error: unknown) =>
      this.#parts.log.warn({ error }, 'the audit log waits for its chain'),
    );
    this.#isStopped = true;
  }

  #soonest = Number.POSITIVE_INFINITY;

  #plan(delayMs: number): void {
    const at = Date.now() + delayMs;
    if (this.#isStopped || at >= this.#soonest) return;
    this.#soonest = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#soonest = Number.POSITIVE_INFINITY;
      this.#running = this.#running
        .then(() => this.#chainAll())
        .catch((error: unknown) => this.#parts.log.error({ error }, 'chaining the audit log failed'))
        .finally(() => this.#plan(sweepMs));
    }, delayMs);
    this.#timer.unref();
  }

  async #chainAll(): Promise<void> {
    const { database, anchors, timeZone } = this.#parts;
    const zone = await timeZone();
    for (;;) {
      const today = database.clock.now().toZonedDateTimeISO(zone).toPlainDate();
      const chained = await inTransaction(database, actor, (work) => chainEntries(work, today));
      if (!chained) break;
      await this.#compare(chained.before);
      this.#left = chained.head;
      if (chained.taken === 0) break;
      await anchors.writeHead(chained.head);
    }
    await this.#tellDays();
  }

  /** Another process may have gone on from where we left; nobody may have gone back. */
  async #compare(before: Head): Promise<void> {
    const left = this.#left ?? (await this.#parts.anchors.readHead());
    if (!left) return;
    const same = before.seq === left.seq ? isSameHash(before.hash, left.hash) : before.seq > left.seq;
    if (!same)
      await this.#parts.onTampering(
        `The audit log ended at record ${left.seq} and is now at ${before.seq}: it was changed behind the program.`,
      );
  }

  async #tellDays(): Promise<void> {
    const days = await listClosedDays(this.#parts.database.db, 400);
    const untold = days.filter(
      ({ day }) => !this.#closedUntil || Temporal.PlainDate.compare(day, this.#closedUntil) > 0,
    );
    if (untold.length === 0) return;
    await this.#parts.anchors.addDays(untold.toReversed());
    this.#closedUntil = days[0]?.day;
  }
}
