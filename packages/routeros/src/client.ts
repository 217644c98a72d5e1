// The verbs of a router: print, add, set, listen... Every promise here ends: by an answer, a timeout, a signal or a closed connection.
import { EventEmitter } from 'node:events';
import type { ReaderLimits, Word } from './codec.ts';
import { Connection, type Notice } from './connection.ts';
import { Aborted, ProtocolError, type RouterError, Timeout, type Trap, Unreachable, Unsupported } from './errors.ts';
import { type Collected, CollectedExchange, type ExchangeOptions, StreamedExchange } from './exchanges.ts';
import { logIn } from './login.ts';
import type { Query } from './query.ts';
import { isMissingCommand, isMissingMenu } from './refusals.ts';
import type { BytesRow, Row } from './reply.ts';
import { tell } from './tell.ts';
import { codePageNamed, defaultCodePage } from './text.ts';
import { openLine, type TlsMode } from './transport.ts';

export type AttributeValue = string | Uint8Array;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type ClientState = { name: 'connecting' } | { name: 'ready' } | { name: 'closed'; reason: RouterError };

export interface ConnectOptions {
  host: string;
  /** 8728, with TLS 8729. */
  port?: number;
  username: string;
  password: string;
  /** `off` (default), `verify` a certificate, `pinned` to a fingerprint, or `anonymous`: encrypted, with nobody's identity proven. */
  tls?: TlsMode;
  /** SHA-256 of the router's certificate, hex with or without colons, for `pinned`. */
  fingerprint?: string;
  /** PEM of the authority to trust instead of the system's, for `verify`. */
  ca?: string;
  /** The name in the certificate, where it is not the host. */
  serverName?: string;
  /** Asked of each address that the host has, just before a connection: true refuses it. */
  refusesAddress?: (address: string) => boolean;
  /** What error messages call this router; host:port when left out. */
  label?: string;
  /** For TCP, TLS and login together. */
  connectTimeoutMs?: number;
  /** The longest silence of the router that a command waits for. */
  commandTimeoutMs?: number;
  /** After so much silence on a connection at rest the router is asked for its name. 0: never. */
  keepaliveMs?: number;
  /** Close after so long without a command or listen. 0: never. */
  idleTimeoutMs?: number;
  maxInFlight?: number;
  /** The window may grow to this on a long line, while the answers come as soon as before. `maxInFlight` when left out. */
  mostInFlight?: number;
  maxQueued?: number;
  /** For bytes that are not UTF-8: what WinBox 3 wrote on the owner's Windows. */
  codePage?: string;
  limits?: Partial<ReaderLimits>;
  /** Aborts connecting. Afterwards use close(). */
  signal?: AbortSignal;
  onState?: (state: ClientState) => void;
  onNotice?: (notice: Notice) => void;
}

export interface CommandOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** For the whole of a command that collects rows, however slowly they drip. */
  longestMs?: number | undefined;
  /** When the window is full, lanes take turns. The menu when left out. */
  lane?: string | undefined;
  /** More rows than this are refused, for they would all be in memory. */
  maxRows?: number | undefined;
}

export interface PrintOptions extends CommandOptions {
  query?: Query | undefined;
  /** Without it the router computes every property, the slow ones too. */
  proplist?: readonly string[] | undefined;
  /** Further arguments of print: `{ detail: '' }`, `{ stats: '' }`, `{ 'show-sensitive': '' }`. */
  attributes?: Attributes | undefined;
}

export type ListenOptions = Omit<PrintOptions, 'timeoutMs' | 'longestMs' | 'lane' | 'maxRows'>;

const defaults = {
  connectTimeoutMs: 10_000,
  // A real router may stall for seconds and needs more than 30 s for a large print at its ceiling of 20 ms a request.
  commandTimeoutMs: 30_000,
  keepaliveMs: 60_000,
  idleTimeoutMs: 0,
  // CHR 7.23 answers about 50 requests a second whatever the number in flight, so more than a few only wait on the router.
  maxInFlight: 8,
  maxQueued: 100_000,
  maxRows: 1_000_000,
  longestMs: 600_000,
};
const apiPort = 8728;
const apiTlsPort = 8729;
// A million rows of 250 bytes fit; a router that sends megabytes a row does not.
const maxCollectedBytes = 512 * 1_024 * 1_024;
const streamBounds = {
  pauseAtRows: 512,
  pauseAtBytes: 1_024 * 1_024,
  maxRows: 100_000,
  maxBytes: 64 * 1_024 * 1_024,
};
const mostUnsupported = 1_000;
// The router may be gone before it has said !done (seen with /system/reboot): the closed connection is the answer.
const connectionEnders = new Set(['/system/reboot', '/system/shutdown', '/quit']);

export async function connectRouter(options: ConnectOptions): Promise<RouterClient> {
  const port = options.port ?? (options.tls === undefined || options.tls === 'off' ? apiPort : apiTlsPort);
  const client = new RouterClient(options.label ?? `${options.host}:${port}`, options);
  await client[open](port);
  return client;
}

const open = Symbol('open');

export class RouterClient extends EventEmitter<{ state: [ClientState]; notice: [Notice] }> {
  readonly label: string;
  /** Resolves with the reason when the connection is over; never rejects. */
  readonly closed: Promise<RouterError>;
  readonly #options: ConnectOptions;
  readonly #resolveClosed: (reason: RouterError) => void;
  #connection: Connection | undefined;
  #state: ClientState = { name: 'connecting' };
  #unsupported: Map<string, readonly Trap[]> | undefined;

  constructor(label: string, options: ConnectOptions) {
    super();
    this.label = label;
    this.#options = options;
    let resolveClosed: ((reason: RouterError) => void) | undefined;
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    this.#resolveClosed = resolveClosed!;
    if (options.onState !== undefined) this.on('state', options.onState);
    if (options.onNotice !== undefined) this.on('notice', options.onNotice);
  }

  get state(): ClientState {
    return this.#state;
  }

  print(menu: string, options: PrintOptions = {}): Promise<Row[]> {
    return this.#collect(`${menu}/print`, printWords(options), menu, options).then((collected) => collected.rows);
  }

  /** The values as the router stores them, for texts whose bytes must survive a round trip. */
  printBytes(menu: string, options: PrintOptions = {}): Promise<BytesRow[]> {
    return this.#collect(`${menu}/print`, printWords(options), menu, options, true).then(
      (collected) => collected.bytes,
    );
  }

  /** Sent when the first row is asked for. A slow reader pauses the connection, so memory stays constant. */
  printEach(menu: string, options: PrintOptions = {}): AsyncIterableIterator<Row, undefined, undefined> {
    const command = `${menu}/print`;
    const exchange = this.#exchange(command, printWords(options), menu, options);
    return new StreamedExchange(this.#ready(command), exchange, streamBounds);
  }

  async count(menu: string, options: Omit<PrintOptions, 'proplist'> = {}): Promise<number> {
    const command = `${menu}/print`;
    const { done } = await this.#collect(command, ['=count-only=', ...printWords(options)], menu, options);
    return Number(this.#returned(command, done));
  }

  /** The id of the new row. */
  async add(menu: string, attributes: Attributes, options: CommandOptions = {}): Promise<string> {
    const command = `${menu}/add`;
    const { done } = await this.#collect(command, attributeWords(attributes), menu, options);
    return this.#returned(command, done);
  }

  /** null clears a value. */
  async set(
    menu: string,
    id: string,
    attributes: Readonly<Record<string, AttributeValue | null>>,
    options: CommandOptions = {},
  ): Promise<void> {
    await this.#collect(`${menu}/set`, [`=.id=${id}`, ...attributeWords(attributes)], menu, options);
  }

  remove(menu: string, ids: string | readonly string[], options: CommandOptions = {}): Promise<void> {
    return this.#toRows(menu, 'remove', ids, options);
  }

  enable(menu: string, ids: string | readonly string[], options: CommandOptions = {}): Promise<void> {
    return this.#toRows(menu, 'enable', ids, options);
  }

  disable(menu: string, ids: string | readonly string[], options: CommandOptions = {}): Promise<void> {
    return this.#toRows(menu, 'disable', ids, options);
  }

  /** Only some menus have it; `set` with null works in all. */
  async unset(menu: string, id: string, name: string, options: CommandOptions = {}): Promise<void> {
    await this.#collect(`${menu}/unset`, [`=.id=${id}`, `=value-name=${name}`], menu, options);
  }

  /** Before the row `destination`, or to the end. */
  async move(menu: string, id: string, destination?: string, options: CommandOptions = {}): Promise<void> {
    const words = [`=numbers=${id}`, ...(destination === undefined ? [] : [`=destination=${destination}`])];
    await this.#collect(`${menu}/move`, words, menu, options);
  }

  /** Anything else: `command('/system/identity/set', { name: 'tower' })`. */
  async command(
    path: string,
    attributes: Attributes = {},
    options: CommandOptions & { query?: Query | undefined } = {},
  ): Promise<{ rows: Row[]; ret?: string }> {
    const words = [...attributeWords(attributes), ...(options.query?.words ?? [])];
    const { rows, done } = await this.#collect(path, words, menuOf(path), options);
    return done.ret === undefined ? { rows } : { rows, ret: done.ret };
  }

  /** Rows as they change; a row that went has `.dead` and its `.id`. Runs from this call on, until `return`, signal or close. */
  listen(menu: string, options: ListenOptions = {}): AsyncIterableIterator<Row, undefined, undefined> {
    return this.#endless(`${menu}/listen`, printWords(options), options.signal);
  }

  /** A command that reports until it is ended, such as `/interface/monitor-traffic` or a `/tool/ping` without count. */
  monitor(
    command: string,
    attributes: Attributes = {},
    options: { signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<Row, undefined, undefined> {
    return this.#endless(command, attributeWords(attributes), options.signal);
  }

  /** What this router is known not to have, asked for again: for after an upgrade or a new package. */
  forgetUnsupported(): void {
    this.#unsupported = undefined;
  }

  /** Ends the connection; resolves when it is closed. Commands still waiting fail as `Aborted`. */
  async close(): Promise<void> {
    this.#connection?.close(new Aborted('closed by its user', { router: this.label }));
    await this.closed;
  }

  async [open](port: number): Promise<void> {
    const options = this.#options;
    const { host, username, password, signal } = options;
    const timeoutMs = options.connectTimeoutMs ?? defaults.connectTimeoutMs;
    const deadline = performance.now() + timeoutMs;
    // Before the first byte: an unknown code page is a mistake of the caller.
    codePageNamed(options.codePage ?? defaultCodePage);
    this.#become({ name: 'connecting' });
    try {
      const { fingerprint, ca, serverName, refusesAddress, tls = 'off' } = options;
      const router = this.label;
      const line = await openLine({
        host,
        port,
        tls,
        fingerprint,
        ca,
        serverName,
        refusesAddress,
        router,
        timeoutMs,
        signal,
      });
      const connection = new Connection(line, {
        router,
        commandTimeoutMs: options.commandTimeoutMs ?? defaults.commandTimeoutMs,
        keepaliveMs: options.keepaliveMs ?? defaults.keepaliveMs,
        idleTimeoutMs: options.idleTimeoutMs ?? defaults.idleTimeoutMs,
        maxInFlight: options.maxInFlight ?? defaults.maxInFlight,
        mostInFlight: options.mostInFlight ?? options.maxInFlight ?? defaults.maxInFlight,
        maxQueued: options.maxQueued ?? defaults.maxQueued,
        codePage: options.codePage,
        limits: options.limits,
        onNotice: (notice) => tell(() => this.emit('notice', notice)),
        onClosed: (reason) => this.#onClosed(reason),
      });
      this.#connection = connection;
      await this.#logIn(connection, username, password, Math.max(1, deadline - performance.now()), signal);
      connection.loggedIn();
      this.#become({ name: 'ready' });
    } catch (error) {
      this.#failOpening(error as RouterError);
      throw error;
    }
  }

  async #logIn(
    connection: Connection,
    username: string,
    password: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const end = (error: RouterError): void => connection.destroy(error);
    const onAbort = (): void =>
      end(new Aborted('connecting was aborted', { router: this.label, cause: signal?.reason }));
    const timer = setTimeout(() => {
      const text = `no answer to /login in ${Math.round(timeoutMs)} ms`;
      end(new Timeout(text, { command: '/login', router: this.label }));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await logIn(connection, username, password);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #failOpening(error: RouterError): void {
    if (this.#connection === undefined) this.#onClosed(error);
    else this.#connection.destroy(error);
  }

  #onClosed(reason: RouterError): void {
    this.#become({ name: 'closed', reason });
    this.#resolveClosed(reason);
  }

  #become(state: ClientState): void {
    this.#state = state;
    tell(() => this.emit('state', state));
  }

  #ready(command: string): Connection {
    const connection = this.#connection;
    if (connection === undefined)
      throw new Unreachable(`${command} was not sent: not connected`, { command, router: this.label });
    return connection;
  }

  #exchange(command: string, words: readonly Word[], lane: string, options: CommandOptions): ExchangeOptions {
    if (!/^(\/[^\s/=?]+)+$/.test(command))
      throw new RangeError(`"${command}" is not a command path such as /ppp/secret/print`);
    const timeoutMs = options.timeoutMs ?? this.#options.commandTimeoutMs ?? defaults.commandTimeoutMs;
    if (!(timeoutMs > 0)) throw new RangeError('timeoutMs must be above 0: every wait has an end');
    return {
      command,
      words: [command, ...words],
      lane: options.lane ?? lane,
      timeoutMs,
      longestMs: 0,
      isEndless: false,
      wantsBytes: false,
      endsWithConnection: connectionEnders.has(command),
      signal: options.signal,
    };
  }

  async #collect(
    command: string,
    words: readonly Word[],
    menu: string,
    options: CommandOptions,
    wantsBytes = false,
  ): Promise<Collected> {
    const connection = this.#ready(command);
    this.#refuseUnsupported(command, menu);
    const longestMs = options.longestMs ?? defaults.longestMs;
    const exchange = { ...this.#exchange(command, words, menu, options), wantsBytes, longestMs };
    const bounds = { maxRows: options.maxRows ?? defaults.maxRows, maxBytes: maxCollectedBytes };
    try {
      return await new CollectedExchange(connection, exchange, bounds).run();
    } catch (error) {
      this.#rememberUnsupported(error, command, menu);
      throw error;
    }
  }

  #endless(
    command: string,
    words: readonly Word[],
    signal: AbortSignal | undefined,
  ): AsyncIterableIterator<Row, undefined, undefined> {
    const exchange = { ...this.#exchange(command, words, '', { signal }), isEndless: true, timeoutMs: 0 };
    const bounds = { ...streamBounds, pauseAtRows: 0 };
    return new StreamedExchange(this.#ready(command), exchange, bounds).start();
  }

  async #toRows(menu: string, verb: string, ids: string | readonly string[], options: CommandOptions): Promise<void> {
    const list = typeof ids === 'string' ? ids : ids.join(',');
    // An empty list would be a missing argument to the router; here it is nothing to do.
    if (list === '') return;
    await this.#collect(`${menu}/${verb}`, [`=.id=${list}`], menu, options);
  }

  #returned(command: string, done: Row): string {
    if (done.ret !== undefined) return done.ret;
    const details = { command, router: this.label, outcomeUnknown: true };
    throw new ProtocolError(`${command} was answered without a value`, details);
  }

  #refuseUnsupported(command: string, menu: string): void {
    const traps = this.#unsupported?.get(command) ?? this.#unsupported?.get(menu);
    if (traps === undefined) return;
    const text = `${command} is known to be missing on this router: ${traps.map((trap) => trap.message).join('; ')}`;
    throw new Unsupported(text, { command, router: this.label, traps });
  }

  #rememberUnsupported(error: unknown, command: string, menu: string): void {
    if (!(error instanceof Unsupported) || !isMissingCommand(error.traps)) return;
    this.#unsupported ??= new Map();
    if (this.#unsupported.size < mostUnsupported)
      this.#unsupported.set(isMissingMenu(error.traps) ? menu : command, error.traps);
  }
}

function menuOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'))) || path;
}

function printWords(options: PrintOptions): Word[] {
  const words: Word[] = attributeWords(options.attributes ?? {});
  if (options.proplist !== undefined) words.push(`=.proplist=${options.proplist.join(',')}`);
  if (options.query !== undefined) words.push(...options.query.words);
  return words;
}

function attributeWords(attributes: Readonly<Record<string, AttributeValue | null>>): Word[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (name === '' || name.includes('=')) throw new RangeError(`"${name}" is not an attribute name`);
    // What the router calls clearing: the name with a leading !, and no value.
    if (value === null) return `=!${name}=`;
    if (typeof value === 'string') return `=${name}=${value}`;
    if (value instanceof Uint8Array) return Buffer.concat([Buffer.from(`=${name}=`), value]);
    throw new TypeError(
      `the value of ${name} must be text or bytes, not ${typeof value}: the client never guesses a notation`,
    );
  });
}
