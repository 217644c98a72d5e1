// A connection that comes back. Keeps one client at a time, waits longer after each failure, and never repeats refused credentials.
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectOptions, connectRouter, type ListenOptions, type RouterClient } from './client.ts';
import type { Notice } from './connection.ts';
import { Aborted, LoginRefused, RouterError, Timeout } from './errors.ts';
import type { Row } from './reply.ts';
import { tell } from './tell.ts';

export interface Backoff {
  /** The first wait; each failure doubles it. */
  firstMs: number;
  longestMs: number;
  /** A connection must stand this long before the waits start from the first again, or a flapping router would be hammered. */
  steadyMs: number;
  /** 0 to 1, for tests. The wait is between half and the whole of its length, so that a thousand routers do not come back at once. */
  random: () => number;
}

export type SessionState =
  | { name: 'connecting' }
  | { name: 'ready' }
  | { name: 'waiting'; forMs: number; reason: RouterError }
  /** Needs a person: `retry` with other credentials, or after the router was put right. */
  | { name: 'refused'; reason: Error }
  | { name: 'closed' };

export interface SessionOptions extends Omit<ConnectOptions, 'onState' | 'signal'> {
  backoff?: Partial<Backoff>;
  onState?: (state: SessionState) => void;
}

export type WatchEvent =
  /** All rows as they are now: the first event, and again after each gap. What is not in it is gone. */
  { kind: 'snapshot'; rows: Row[] } | { kind: 'changed'; row: Row } | { kind: 'removed'; id: string };

const defaultBackoff: Backoff = { firstMs: 1_000, longestMs: 60_000, steadyMs: 30_000, random: Math.random };

interface Waiter {
  resolve(client: RouterClient): void;
  reject(error: Error): void;
}

export class RouterSession extends EventEmitter<{ state: [SessionState]; notice: [Notice] }> {
  readonly label: string;
  readonly #options: SessionOptions;
  readonly #backoff: Backoff;
  readonly #abort = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #credentials: { username: string; password: string };
  #state: SessionState = { name: 'connecting' };
  #client: RouterClient | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #attempt: Promise<void>;

  constructor(options: SessionOptions) {
    super();
    this.label = options.label ?? options.host;
    this.#options = options;
    this.#backoff = { ...defaultBackoff, ...options.backoff };
    this.#credentials = { username: options.username, password: options.password };
    if (options.onState !== undefined) this.on('state', options.onState);
    if (options.onNotice !== undefined) this.on('notice', options.onNotice);
    this.#attempt = this.#connect();
  }

  get state(): SessionState {
    return this.#state;
  }

  /**
   * The client, as soon as the session is ready. Fails when that takes longer than the command timeout, and at once when the login was
   * refused: waiting would not help.
   */
  client(options: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined } = {}): Promise<RouterClient> {
    const { signal } = options;
    const timeoutMs = options.timeoutMs ?? this.#options.commandTimeoutMs ?? 30_000;
    if (this.#client !== undefined && this.#state.name === 'ready') return Promise.resolve(this.#client);
    if (this.#state.name === 'refused') return Promise.reject(this.#state.reason);
    if (this.#state.name === 'closed') return Promise.reject(this.#closedError());
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
      };
      const waiter: Waiter = {
        resolve: (client) => {
          end();
          resolve(client);
        },
        reject: fail,
      };
      const onAbort = (): void =>
        fail(new Aborted('waiting for the connection was aborted', { router: this.label, cause: signal?.reason }));
      const timer = setTimeout(() => {
        const cause = this.#state.name === 'waiting' ? this.#state.reason : undefined;
        fail(new Timeout(`not connected in ${timeoutMs} ms`, { router: this.label, cause }));
      }, timeoutMs);
      if (signal?.aborted) onAbort();
      else {
        signal?.addEventListener('abort', onAbort, { once: true });
        this.#waiters.add(waiter);
      }
    });
  }

  /** The rows of a menu, kept current: a snapshot, changes, and a new snapshot after each gap in the connection. */
  async *watch(menu: string, options: ListenOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    const signal =
      options.signal === undefined ? this.#abort.signal : AbortSignal.any([options.signal, this.#abort.signal]);
    while (!signal.aborted) {
      const client = await this.#clientAtLast(signal);
      try {
        yield* this.#follow(client, menu, { ...options, signal });
      } catch (error) {
        if (signal.aborted || !(error instanceof RouterError)) throw error;
        // A gap is healed by the next snapshot; a refusal on a standing connection would only be repeated.
        if (client.state.name === 'ready' && !(error instanceof Timeout) && !(error instanceof Aborted)) throw error;
      }
      // The connection still stands: the router ended the listen, or its reader was too slow. Not at once again.
      if (client.state.name === 'ready') await this.#pause(signal);
      else await client.closed;
    }
    throw new Aborted(`watching ${menu} was aborted`, { router: this.label, cause: signal.reason });
  }

  /** Tries again now: after the password was changed here or the user on the router. */
  retry(credentials: { username?: string; password?: string } = {}): void {
    if (this.#state.name === 'closed') return;
    this.#credentials = { ...this.#credentials, ...credentials };
    if (this.#state.name !== 'refused' && this.#state.name !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#attempt = this.#connect();
  }

  async close(): Promise<void> {
    if (this.#state.name === 'closed') return;
    clearTimeout(this.#timer);
    this.#become({ name: 'closed' });
    this.#abort.abort();
    for (const waiter of [...this.#waiters]) waiter.reject(this.#closedError());
    await this.#attempt;
    await this.#client?.close();
  }

  async #connect(): Promise<void> {
    this.#become({ name: 'connecting' });
    const { backoff: _backoff, onState: _onState, ...options } = this.#options;
    try {
      const client = await connectRouter({
        ...options,
        ...this.#credentials,
        label: this.label,
        signal: this.#abort.signal,
        onNotice: (notice) => tell(() => this.emit('notice', notice)),
      });
      this.#onReady(client);
    } catch (error) {
      this.#onFailure(error as Error);
    }
  }

  #onReady(client: RouterClient): void {
    const readyAt = performance.now();
    this.#client = client;
    void client.closed.then((reason) => {
      if (this.#client !== client) return;
      this.#client = undefined;
      if (performance.now() - readyAt >= this.#backoff.steadyMs) this.#failures = 0;
      this.#onFailure(reason);
    });
    if (this.#state.name === 'closed') return;
    this.#become({ name: 'ready' });
    for (const waiter of [...this.#waiters]) waiter.resolve(client);
  }

  #onFailure(reason: Error): void {
    if (this.#state.name === 'closed') return;
    if (reason instanceof LoginRefused || !(reason instanceof RouterError)) {
      // Anything else than a RouterError is a mistake in the options: no better the second time.
      this.#become({ name: 'refused', reason });
      for (const waiter of [...this.#waiters]) waiter.reject(reason);
      return;
    }
    const { firstMs, longestMs, random } = this.#backoff;
    // 30 doublings are past any wait; the bound only keeps the number finite.
    const wholeMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.#failures, 30));
    const forMs = Math.round(wholeMs * (0.5 + random() / 2));
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#attempt = this.#connect();
    }, forMs);
    this.#become({ name: 'waiting', forMs, reason });
  }

  #become(state: SessionState): void {
    this.#state = state;
    tell(() => this.emit('state', state));
  }

  #closedError(): Aborted {
    return new Aborted('the session was closed by its user', { router: this.label });
  }

  /** A watch outlives any outage, so it waits without an end of its own: the signal and close() end it. */
  async #clientAtLast(signal: AbortSignal): Promise<RouterClient> {
    for (;;) {
      try {
        return await this.client({ signal });
      } catch (error) {
        if (!(error instanceof Timeout)) throw error;
      }
    }
  }

  async *#follow(
    client: RouterClient,
    menu: string,
    options: ListenOptions,
  ): AsyncGenerator<WatchEvent, void, undefined> {
    // The listen is sent before the print: a change between the two is seen twice rather than never.
    const changes = client.listen(menu, options);
    try {
      yield { kind: 'snapshot', rows: await client.print(menu, options) };
      for await (const row of changes) yield eventOf(row);
    } finally {
      await changes.return?.();
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await sleep(this.#backoff.firstMs, undefined, { signal }).catch(() => undefined);
  }
}

function eventOf(row: Row): WatchEvent {
  // The documentation prints .dead=yes, routers of 6.x and 7.23 send true.
  const isDead = row['.dead'] === 'true' || row['.dead'] === 'yes';
  return isDead ? { kind: 'removed', id: row['.id'] ?? '' } : { kind: 'changed', row };
}
