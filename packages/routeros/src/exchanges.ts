// The two shapes of a command in progress: one whose replies are collected, one whose rows are read as they come.
import type { Word } from './codec.ts';
import type { Connection, Exchange } from './connection.ts';
import { Aborted, ProtocolError, type RouterError } from './errors.ts';
import type { BytesRow, Row } from './reply.ts';

export interface ExchangeOptions {
  command: string;
  words: readonly Word[];
  lane: string;
  timeoutMs: number;
  longestMs: number;
  isEndless: boolean;
  wantsBytes: boolean;
  endsWithConnection: boolean;
  signal: AbortSignal | undefined;
}

function abortedError(connection: Connection, options: ExchangeOptions, sent: boolean): Aborted {
  const { command, signal } = options;
  const details = { command, router: connection.router, cause: signal?.reason, outcomeUnknown: sent };
  return new Aborted(`${command} was aborted ${sent ? 'while it was under way' : 'before it was sent'}`, details);
}

abstract class AbortableExchange {
  readonly command: string;
  readonly words: readonly Word[];
  readonly lane: string;
  readonly timeoutMs: number;
  readonly longestMs: number;
  readonly isEndless: boolean;
  readonly wantsBytes: boolean;
  readonly endsWithConnection: boolean;
  protected readonly connection: Connection;
  readonly #options: ExchangeOptions;
  #onAbort: (() => void) | undefined;

  constructor(connection: Connection, options: ExchangeOptions) {
    this.connection = connection;
    this.command = options.command;
    this.words = options.words;
    this.lane = options.lane;
    this.timeoutMs = options.timeoutMs;
    this.longestMs = options.longestMs;
    this.isEndless = options.isEndless;
    this.wantsBytes = options.wantsBytes;
    this.endsWithConnection = options.endsWithConnection;
    this.#options = options;
  }

  protected begin(exchange: Exchange): void {
    const { signal } = this.#options;
    if (signal?.aborted) {
      exchange.fail(abortedError(this.connection, this.#options, false));
      return;
    }
    if (signal !== undefined) {
      this.#onAbort = () =>
        this.connection.abandon(exchange, (sent) => abortedError(this.connection, this.#options, sent));
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    this.connection.start(exchange);
  }

  protected over(): void {
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}

export interface CollectedBounds {
  maxRows: number;
  maxBytes: number;
}

export interface Collected {
  rows: Row[];
  bytes: BytesRow[];
  done: Row;
}

/** All rows, then the end. */
export class CollectedExchange extends AbortableExchange implements Exchange {
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #size = 0;
  readonly #rows: Row[] = [];
  readonly #bytes: BytesRow[] = [];
  #resolve: ((collected: Collected) => void) | undefined;
  #reject: ((error: RouterError) => void) | undefined;

  constructor(connection: Connection, options: ExchangeOptions, bounds: CollectedBounds) {
    super(connection, options);
    this.#maxRows = bounds.maxRows;
    this.#maxBytes = bounds.maxBytes;
  }

  run(): Promise<Collected> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.begin(this);
    });
  }

  row(row: Row, bytes: BytesRow | undefined, size: number): void {
    this.#size += size;
    if (this.wantsBytes) this.#bytes.push(bytes ?? {});
    else this.#rows.push(row);
    const isFew = this.#rows.length + this.#bytes.length <= this.#maxRows;
    if (isFew && this.#size <= this.#maxBytes) return;
    const text = isFew
      ? `more than ${this.#maxBytes} bytes for ${this.command}: read them with printEach`
      : `more than ${this.#maxRows} rows for ${this.command}: read them with printEach, or raise maxRows`;
    this.connection.abandon(
      this,
      () => new ProtocolError(text, { command: this.command, router: this.connection.router }),
    );
  }

  done(done: Row): void {
    this.over();
    this.#resolve?.({ rows: this.#rows, bytes: this.#bytes, done });
  }

  fail(error: RouterError): void {
    this.over();
    this.#reject?.(error);
  }
}

export interface StreamBounds {
  /** So many unread rows or bytes pause the socket, as long as nobody else on the connection waits for an answer. 0: never. */
  pauseAtRows: number;
  pauseAtBytes: number;
  /** So many unread rows or bytes end the stream with an error: the memory ends somewhere. */
  maxRows: number;
  maxBytes: number;
}

interface Waiter {
  resolve(result: IteratorResult<Row, undefined>): void;
  reject(error: RouterError): void;
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Rows one by one, as the reader asks for them. */
export class StreamedExchange
  extends AbortableExchange
  implements Exchange, AsyncIterableIterator<Row, undefined, undefined>
{
  readonly #bounds: StreamBounds;
  #rows: Row[] = [];
  #sizes: number[] = [];
  #unreadBytes = 0;
  #head = 0;
  #waiters: Waiter[] = [];
  #state: 'new' | 'running' | 'ending' | 'ended' = 'new';
  #isHeld = false;
  #error: RouterError | undefined;
  #onEnded: (() => void)[] = [];

  constructor(connection: Connection, options: ExchangeOptions, bounds: StreamBounds) {
    super(connection, options);
    this.#bounds = bounds;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  start(): this {
    if (this.#state === 'new') {
      this.#state = 'running';
      this.begin(this);
    }
    return this;
  }

  next(): Promise<IteratorResult<Row, undefined>> {
    this.start();
    if (this.#head < this.#rows.length) return Promise.resolve({ done: false, value: this.#take() });
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#state !== 'running') return Promise.resolve(over);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Ends the command on the router and waits until it has ended there, at most for the command timeout. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#forgetRows();
    this.#error = undefined;
    if (this.#state === 'new') this.#state = 'ended';
    if (this.#state === 'running') {
      this.#state = 'ending';
      for (const waiter of this.#waiters.splice(0)) waiter.resolve(over);
      this.#hold(false);
      // Still in the queue: it ends here. In flight: it ends when the router has answered the cancel.
      this.connection.cancel(this);
    }
    if (this.#state === 'ending') await new Promise<void>((resolve) => this.#onEnded.push(resolve));
    return over;
  }

  row(row: Row, _bytes: BytesRow | undefined, size: number): void {
    if (this.#state !== 'running') return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: row });
      return;
    }
    this.#rows.push(row);
    this.#sizes.push(size);
    this.#unreadBytes += size;
    const unread = this.#rows.length - this.#head;
    const { pauseAtRows, pauseAtBytes, maxRows, maxBytes } = this.#bounds;
    if (pauseAtRows > 0 && (unread >= pauseAtRows || this.#unreadBytes >= pauseAtBytes)) this.#hold(true);
    if (unread > maxRows || this.#unreadBytes > maxBytes) {
      const text = `the reader of ${this.command} fell ${unread - 1} rows behind`;
      this.connection.abandon(this, () => new Aborted(text, { command: this.command, router: this.connection.router }));
    }
  }

  done(): void {
    this.#end(undefined);
  }

  fail(error: RouterError): void {
    this.#end(this.#state === 'ending' ? undefined : error);
  }

  #end(error: RouterError | undefined): void {
    this.#state = 'ended';
    this.over();
    const [first, ...others] = this.#waiters.splice(0);
    if (error === undefined || first === undefined) this.#error = error;
    else first.reject(error);
    if (error === undefined) first?.resolve(over);
    for (const waiter of others) waiter.resolve(over);
    for (const onEnded of this.#onEnded.splice(0)) onEnded();
  }

  #take(): Row {
    const row = this.#rows[this.#head]!;
    this.#unreadBytes -= this.#sizes[this.#head]!;
    this.#head += 1;
    if (this.#head === this.#rows.length) {
      this.#forgetRows();
      this.#hold(false);
    }
    return row;
  }

  #forgetRows(): void {
    this.#rows = [];
    this.#sizes = [];
    this.#unreadBytes = 0;
    this.#head = 0;
  }

  #hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.connection.hold(this, isHeld);
  }
}
