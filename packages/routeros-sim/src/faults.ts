// Bad days, switched on and off while the router runs. Network delays use real time even under a virtual clock.

/** A real CHR answers a burst at once and then one command per 20 ms, over all connections together (7.23.2). */
export const realCeiling: Ceiling = { perSecond: 50, burst: 150 };

export interface Ceiling {
  perSecond: number;
  /** Commands that pass before the ceiling is felt. Default 1. */
  burst?: number;
}

export type Garble =
  /** A word that never ends. */
  | 'endless-word'
  /** A word announced with 4 GiB. */
  | 'huge-length'
  /** A sentence of a million words. */
  | 'million-words'
  /** Rows for a tag that nobody sent. */
  | 'stranger-tag'
  /** `!done` twice. */
  | 'double-done'
  /** A reserved control byte where a length belongs. */
  | 'control-byte'
  /** Random bytes instead of a reply. */
  | 'noise';

export interface PlannedFailure {
  pattern: string | RegExp;
  message: string;
  category?: number;
  times: number;
}

export interface FaultListener {
  reachabilityChanged(): void;
  connectionsDied(): void;
}

export class Faults {
  /** Accepts and never answers, on new and on running connections. */
  silent = false;
  /** Accepts and closes at once, as for an address outside /ip/service. */
  closeOnAccept = false;
  /** The answer to /login never comes. */
  silentLogin = false;
  /** Each command keeps the router busy this long; commands queue up. */
  slowMs = 0;
  /** Each command is answered this much later; commands do not wait for each other. */
  latencyMs = 0;
  /** Each row takes this long. */
  slowRowMs = 0;
  ceiling: number | Ceiling | undefined;
  /** Bytes per write, or each reply cut in two at an offset that moves on by one every time. */
  fragment: number | 'every-offset' | undefined;
  /** Replies are held back this long and leave in one piece. `true` is 20 ms. */
  coalesce: number | boolean = false;
  /** The reply is cut after so many bytes (`true`: in its middle) and the connection closed. */
  truncateReply: number | boolean = false;
  /** Rows of commands that run at the same time alternate. */
  interleave = false;
  /** A reply word that no client knows precedes every `!done`. */
  unknownReply: boolean | string = false;
  garble: Garble | undefined;
  /** Garbage instead of a TLS handshake. */
  tlsGarbage = false;
  /** The router's own clock is wrong by this much. */
  clockSkewMs = 0;
  /** Texts leave in the code page of WinBox 3 instead of UTF-8. */
  nonUtf8 = false;
  /** Counters start beyond 2^53. */
  bigCounters = false;
  /** No `!empty`, as before 7.18. */
  withoutEmpty = false;
  /** Where the tag stands; undefined: as the version does it. */
  tagPosition: 'first' | 'last' | undefined;
  /** `!fatal` with `=message=`, as some libraries expect it; routers send a bare word. */
  fatalAsAttribute = false;
  /** No new PPPoE or hotspot session fits. */
  sessionTableFull = false;
  /** Properties that this router does not show. */
  omit: ReadonlySet<string> = new Set();

  readonly #listener: FaultListener;
  readonly #planned: PlannedFailure[] = [];
  #offline = false;
  #halfOpen = false;

  constructor(listener: FaultListener) {
    this.#listener = listener;
  }

  /** Refuses connections and cuts those that exist. */
  get offline(): boolean {
    return this.#offline;
  }

  set offline(isOffline: boolean) {
    if (this.#offline === isOffline) return;
    this.#offline = isOffline;
    this.#listener.reachabilityChanged();
  }

  /** Connections that exist are dead without knowing: nothing is read or written any more. New ones work. */
  get halfOpen(): boolean {
    return this.#halfOpen;
  }

  set halfOpen(isHalfOpen: boolean) {
    this.#halfOpen = isHalfOpen;
    if (isHalfOpen) this.#listener.connectionsDied();
  }

  /** The next commands that match answer with this trap instead of being carried out. */
  failNext(pattern: string | RegExp, message: string, options: { category?: number; times?: number } = {}): void {
    this.#planned.push({ pattern, message, category: options.category, times: options.times ?? 1 });
  }

  takePlannedFailure(command: string): PlannedFailure | undefined {
    const at = this.#planned.findIndex(({ pattern }) =>
      typeof pattern === 'string' ? command.startsWith(pattern) : pattern.test(command),
    );
    const planned = this.#planned[at];
    if (planned !== undefined && --planned.times <= 0) this.#planned.splice(at, 1);
    return planned;
  }

  /** Everything back to a good day. */
  clear(): void {
    const calm = new Faults(this.#listener);
    const { offline: _offline, halfOpen: _halfOpen, ...plain } = calm;
    Object.assign(this, plain);
    this.#planned.length = 0;
    this.#halfOpen = false;
    this.offline = false;
  }
}
