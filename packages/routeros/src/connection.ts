// One socket, many commands: tags, the window of commands in flight, timeouts, keepalive. Knows words and replies, no menus.
import type { Socket } from 'node:net';
import { encodeSentences, type ReaderLimits, type Word } from './codec.ts';
import {
  Aborted,
  ClosedBeforeLogin,
  LoginRefused,
  ProtocolError,
  type RouterError,
  Timeout,
  type Trap,
  Unreachable,
} from './errors.ts';
import { FairQueue } from './queue.ts';
import { refusalOf, trapOf } from './refusals.ts';
import { type BytesRow, type Reply, ReplyReader, type Row, untagged } from './reply.ts';
import { addressListHint, type Line } from './transport.ts';
import { Window } from './window.ts';

/** One command and whoever waits for its replies. Exactly one of `done` and `fail` is called, once. */
export interface Exchange {
  readonly command: string;
  readonly words: readonly Word[];
  /** Lanes take turns when the window is full. */
  readonly lane: string;
  /** The longest silence that is waited for, in ms. 0 waits for ever. */
  readonly timeoutMs: number;
  /** The longest time for all of it, however much comes, in ms. 0 is without end. */
  readonly longestMs: number;
  /** Listens and monitors end when they are cancelled, so they take no place in the window. */
  readonly isEndless: boolean;
  readonly wantsBytes: boolean;
  /** `/system/reboot` and the like: the connection drops instead of an answer. */
  readonly endsWithConnection: boolean;
  row(row: Row, bytes: BytesRow | undefined, size: number): void;
  done(row: Row): void;
  fail(error: RouterError): void;
}

/** Something odd that hurts no command: for a log. */
export interface Notice {
  readonly error: ProtocolError;
}

export interface ConnectionOptions {
  router: string;
  commandTimeoutMs: number;
  keepaliveMs: number;
  idleTimeoutMs: number;
  maxInFlight: number;
  /** The window may grow to this while the answers come as soon as before. */
  mostInFlight: number;
  maxQueued: number;
  codePage?: string | undefined;
  limits?: Partial<ReaderLimits> | undefined;
  onNotice(notice: Notice): void;
  onClosed(reason: RouterError): void;
}

interface InFlight {
  readonly exchange: Exchange;
  readonly tag: number;
  readonly sentAt: number;
  hasRows: boolean;
  timeoutMs: number;
  heardAt: number;
  endsAt: number;
  traps: Trap[] | undefined;
  /** Nobody waits any more; kept only so that late replies find a name. */
  isAbandoned: boolean;
  /** Its reader is behind: the socket may be paused for it. */
  isHeld: boolean;
}

const mostTraps = 16;
// A router that answers nothing any more is given up, and so is one that talks to itself.
const mostAbandoned = 256;
const mostUnexpected = 1_000;
const closeWaitMs = 1_000;
const keepaliveCommand = '/system/identity/print';

export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #reader: ReplyReader;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #queue = new FairQueue<Exchange>();
  readonly #window: Window;
  #outbox: Word[][] = [];
  #lastTag = 0;
  #lastReplied: InFlight | undefined;
  /** In flight, somebody waits, will end by themselves. */
  #live = 0;
  #held = 0;
  #abandoned = 0;
  #bytesReaders = 0;
  #unexpected = 0;
  #isPaused = false;
  #isLoggedIn = false;
  #hasHeard = false;
  #reason: RouterError | undefined;
  #socketError: Error | undefined;
  #isGone = false;
  #heardAt = performance.now();
  #usedAt = this.#heardAt;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = Number.POSITIVE_INFINITY;

  constructor(line: Line, options: ConnectionOptions) {
    const { socket } = line;
    this.#socket = socket;
    this.#options = options;
    this.#window = new Window(options.maxInFlight, options.mostInFlight);
    this.#reader = new ReplyReader((reply) => this.#onReply(reply), options);
    line.onBytes((chunk) => this.#onData(chunk));
    socket.on('error', (error) => {
      this.#socketError = error;
    });
    socket.on('close', () => this.#onClose());
    socket.on('drain', () => this.#pump());
  }

  get router(): string {
    return this.#options.router;
  }

  /** Why the connection ended or is about to; undefined while it stands. */
  get reason(): RouterError | undefined {
    return this.#reason;
  }

  loggedIn(): void {
    this.#isLoggedIn = true;
    this.#arm(this.#restingDue());
  }

  start(exchange: Exchange): void {
    if (this.#reason !== undefined) {
      exchange.fail(this.#lost(this.#reason, exchange, false));
      return;
    }
    this.#usedAt = performance.now();
    if (exchange.isEndless || (this.#queue.size === 0 && this.#hasRoom())) {
      this.#send(exchange);
      return;
    }
    if (this.#queue.size >= this.#options.maxQueued) {
      const text = `${this.#queue.size} commands are waiting already, ${exchange.command} was not sent`;
      exchange.fail(new Unreachable(text, { command: exchange.command, router: this.router }));
      return;
    }
    this.#queue.push(exchange.lane, exchange);
  }

  /** The login goes without a tag, like the documentation's: it is alone on the connection. */
  startUntagged(exchange: Exchange): void {
    if (this.#reason !== undefined) exchange.fail(this.#reason);
    else this.#send(exchange, untagged);
  }

  /** Ends the wait now. A command that the router works on is cancelled there, what it still says is dropped. */
  abandon(exchange: Exchange, reasonOf: (sent: boolean) => RouterError): void {
    if (this.#queue.remove(exchange.lane, exchange)) {
      exchange.fail(reasonOf(false));
      return;
    }
    const entry = this.#entryOf(exchange);
    if (entry === undefined || entry.isAbandoned) return;
    this.#giveUp(entry, reasonOf(true));
    this.#pump();
  }

  /** Asks the router to end a command; its `done` or `fail` follows when the router has, or after the command timeout. One that was not sent ends now. */
  cancel(exchange: Exchange): void {
    if (this.#queue.remove(exchange.lane, exchange)) {
      exchange.done({});
      return;
    }
    const entry = this.#entryOf(exchange);
    if (entry === undefined || entry.isAbandoned || this.#reason !== undefined) return;
    entry.heardAt = performance.now();
    entry.timeoutMs = this.#options.commandTimeoutMs;
    this.#sendCancel(entry.tag);
    this.#arm(entry.heardAt + entry.timeoutMs);
  }

  /** The reader of this command is behind (or has caught up): pauses the socket while nobody else waits for an answer. */
  hold(exchange: Exchange, isHeld: boolean): void {
    const entry = this.#entryOf(exchange);
    if (entry === undefined || entry.isHeld === isHeld || entry.isAbandoned) return;
    entry.isHeld = isHeld;
    this.#held += isHeld ? 1 : -1;
    entry.heardAt = performance.now();
    this.#pump();
  }

  /** Ends the connection from our side; commands still waiting fail as aborted. */
  close(reason: RouterError): void {
    if (this.#reason !== undefined) return;
    this.#fail(reason);
    this.#socket.resume();
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), closeWaitMs).unref();
  }

  destroy(reason: RouterError): void {
    if (this.#reason === undefined) this.#fail(reason);
    this.#socket.destroy();
  }

  #hasRoom(): boolean {
    // A held command waits for its reader, not for the router; and its reader may wait for the command that needs the room.
    return this.#live - this.#held < this.#window.size && !this.#socket.writableNeedDrain;
  }

  #pump(): void {
    while (this.#queue.size > 0 && this.#hasRoom() && this.#reason === undefined) this.#send(this.#queue.shift()!);
    const pauses = this.#held > 0 && this.#live === this.#held;
    if (pauses === this.#isPaused) return;
    this.#isPaused = pauses;
    if (pauses) this.#socket.pause();
    else this.#socket.resume();
  }

  #send(exchange: Exchange, tag: number = ++this.#lastTag): void {
    const now = performance.now();
    this.#inFlight.set(tag, {
      exchange,
      tag,
      sentAt: now,
      hasRows: false,
      timeoutMs: exchange.timeoutMs,
      heardAt: now,
      endsAt: exchange.longestMs > 0 ? now + exchange.longestMs : Number.POSITIVE_INFINITY,
      traps: undefined,
      isAbandoned: false,
      isHeld: false,
    });
    if (!exchange.isEndless) this.#live += 1;
    if (exchange.wantsBytes) this.#reader.keepsBytes = ++this.#bytesReaders > 0;
    this.#write(tag === untagged ? [...exchange.words] : [...exchange.words, `.tag=${tag}`]);
    if (exchange.timeoutMs > 0) this.#arm(now + Math.min(exchange.timeoutMs, exchange.longestMs || exchange.timeoutMs));
    if (this.#isPaused) this.#pump();
  }

  #write(words: Word[]): void {
    // All commands of one turn of the event loop leave in one write.
    if (this.#outbox.length === 0) process.nextTick(() => this.#flush());
    this.#outbox.push(words);
  }

  #flush(): void {
    const sentences = this.#outbox;
    this.#outbox = [];
    if (!this.#isGone && this.#socket.writable) this.#socket.write(encodeSentences(sentences));
  }

  #entryOf(exchange: Exchange): InFlight | undefined {
    for (const entry of this.#inFlight.values()) if (entry.exchange === exchange) return entry;
    return undefined;
  }

  #onData(chunk: Uint8Array): void {
    if (!this.#hasHeard && isOtherLanguage(chunk)) {
      this.destroy(
        new ProtocolError('something else than the RouterOS API answers at this port', { router: this.router }),
      );
      return;
    }
    this.#hasHeard = true;
    this.#heardAt = performance.now();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.destroy(new ProtocolError(`unreadable answer: ${text}`, { router: this.router, cause: error }));
    }
    this.#pump();
  }

  #onReply(reply: Reply): void {
    if (this.#reason !== undefined) return;
    const entry = this.#lastReplied?.tag === reply.tag ? this.#lastReplied : this.#inFlight.get(reply.tag);
    if (reply.kind === '!fatal') {
      this.#onFatal(reply.bareWord ?? reply.row.message ?? 'no reason given');
      return;
    }
    if (entry === undefined) {
      this.#unexpectedReply(`${reply.kind} to ${tagText(reply.tag)}, which is not under way`);
      return;
    }
    this.#lastReplied = entry;
    entry.heardAt = this.#heardAt;
    switch (reply.kind) {
      case '!re':
        entry.hasRows = true;
        if (!entry.isAbandoned) entry.exchange.row(reply.row, reply.bytes, reply.size);
        break;
      case '!done':
        this.#onDone(entry, reply.row);
        break;
      case '!trap':
        entry.traps ??= [];
        if (entry.traps.length < mostTraps) entry.traps.push(trapOf(reply.row, reply.bareWord));
        break;
      case '!empty':
        // Since RouterOS 7.18, before the !done of a command without rows. It says nothing that the !done does not.
        break;
      default:
        this.#unexpectedReply(`the unknown reply word ${JSON.stringify(reply.kind)}`);
    }
  }

  #onDone(entry: InFlight, row: Row): void {
    this.#forget(entry);
    if (entry.isAbandoned) return;
    // What prints rows takes long for itself.
    if (!entry.hasRows) this.#window.answered(this.#heardAt - entry.sentAt);
    const { exchange, traps } = entry;
    if (traps === undefined) exchange.done(row);
    else exchange.fail(refusalOf(traps, exchange.command, this.router));
  }

  #onFatal(reason: string): void {
    const text = `the router ended the session: ${reason.slice(0, 500)}`;
    const details = { router: this.router };
    this.destroy(this.#isLoggedIn ? new Unreachable(text, details) : new LoginRefused(text, details));
  }

  #unexpectedReply(what: string): void {
    this.#unexpected += 1;
    const error = new ProtocolError(`the router sent ${what}`, { router: this.router });
    this.#options.onNotice({ error });
    if (this.#unexpected <= mostUnexpected) return;
    const text = `more than ${mostUnexpected} replies that nobody asked for`;
    this.destroy(new ProtocolError(text, { router: this.router, cause: error }));
  }

  /** Takes an entry out of all counts; it is over. */
  #forget(entry: InFlight): void {
    this.#inFlight.delete(entry.tag);
    if (this.#lastReplied === entry) this.#lastReplied = undefined;
    if (entry.exchange.wantsBytes) this.#reader.keepsBytes = --this.#bytesReaders > 0;
    if (entry.isAbandoned) this.#abandoned -= 1;
    else this.#release(entry);
  }

  #release(entry: InFlight): void {
    if (!entry.exchange.isEndless) this.#live -= 1;
    if (entry.isHeld) this.#held -= 1;
    entry.isHeld = false;
    this.#usedAt = this.#heardAt;
  }

  #giveUp(entry: InFlight, error: RouterError): void {
    this.#release(entry);
    entry.isAbandoned = true;
    this.#abandoned += 1;
    if (entry.tag !== untagged) this.#sendCancel(entry.tag);
    entry.exchange.fail(error);
    if (this.#abandoned > mostAbandoned) {
      this.destroy(new Unreachable(`${this.#abandoned} commands were never answered`, { router: this.router }));
    }
  }

  #sendCancel(victim: number): void {
    // Its own tag has no entry that anybody waits for. Its !done comes before the victim's, or after, or with a !trap when the victim
    // has just ended: all the same to us.
    const tag = ++this.#lastTag;
    const exchange = new Unheard('/cancel', ['/cancel', `=tag=${victim}`]);
    this.#inFlight.set(tag, {
      exchange,
      tag,
      sentAt: 0,
      hasRows: false,
      timeoutMs: 0,
      heardAt: 0,
      endsAt: Number.POSITIVE_INFINITY,
      traps: undefined,
      isAbandoned: true,
      isHeld: false,
    });
    this.#abandoned += 1;
    this.#write([...exchange.words, `.tag=${tag}`]);
  }

  /** One timer a connection: it sleeps until the earliest deadline that it knew, then looks again. */
  #arm(due: number): void {
    if (due >= this.#timerDue) return;
    clearTimeout(this.#timer);
    this.#timerDue = due;
    // After a blocked event loop timers run before sockets are read: what has arrived by then is no silence.
    this.#timer = setTimeout(() => setImmediate(() => this.#onTimer()), Math.max(1, due - performance.now()));
    this.#timer.unref();
  }

  #onTimer(): void {
    this.#timerDue = Number.POSITIVE_INFINITY;
    if (this.#reason !== undefined) return;
    const now = performance.now();
    let due = Number.POSITIVE_INFINITY;
    for (const entry of [...this.#inFlight.values()]) {
      if (entry.isAbandoned || entry.timeoutMs === 0) continue;
      if (entry.isHeld || this.#isPaused) entry.heardAt = now;
      const entryDue = Math.min(entry.heardAt + entry.timeoutMs, entry.endsAt);
      if (entryDue > now) due = Math.min(due, entryDue);
      else this.#giveUp(entry, this.#timeout(entry, now));
    }
    this.#rest(now);
    this.#pump();
    this.#arm(Math.min(due, this.#restingDue()));
  }

  #timeout(entry: InFlight, now: number): Timeout {
    const { command, longestMs } = entry.exchange;
    const what =
      now >= entry.endsAt
        ? `no end of ${command} in ${longestMs} ms`
        : `no answer to ${command} in ${entry.timeoutMs} ms`;
    return new Timeout(what, {
      command,
      router: this.router,
      outcomeUnknown: true,
    });
  }

  #restingDue(): number {
    if (!this.#isLoggedIn) return Number.POSITIVE_INFINITY;
    const { keepaliveMs, idleTimeoutMs } = this.#options;
    const keepaliveDue = keepaliveMs > 0 ? this.#heardAt + keepaliveMs : Number.POSITIVE_INFINITY;
    const idleDue = idleTimeoutMs > 0 ? this.#usedAt + idleTimeoutMs : Number.POSITIVE_INFINITY;
    // Work that is due already waits for its commands to end: look again in a while, not at once.
    return Math.max(Math.min(keepaliveDue, idleDue), performance.now() + 10);
  }

  #rest(now: number): void {
    if (this.#live > 0 || !this.#isLoggedIn) return;
    const { keepaliveMs, idleTimeoutMs, commandTimeoutMs } = this.#options;
    const isUnused = this.#inFlight.size === this.#abandoned && this.#queue.size === 0;
    if (idleTimeoutMs > 0 && isUnused && now - this.#usedAt >= idleTimeoutMs) {
      this.close(new Aborted(`closed after ${idleTimeoutMs} ms without use`, { router: this.router }));
      return;
    }
    if (keepaliveMs === 0 || now - this.#heardAt < keepaliveMs) return;
    const usedAt = this.#usedAt;
    this.#send(
      new Unheard(
        keepaliveCommand,
        [keepaliveCommand, '=.proplist=name'],
        Math.min(commandTimeoutMs, keepaliveMs),
        (error) => {
          this.#usedAt = usedAt;
          // A refusal is an answer: the router is there.
          if (error instanceof Timeout)
            this.destroy(new Unreachable('no answer to the keepalive', { router: this.router, cause: error }));
        },
      ),
    );
  }

  #onClose(): void {
    this.#isGone = true;
    clearTimeout(this.#timer);
    if (this.#reason === undefined) this.#fail(this.#closeReason());
    this.#options.onClosed(this.#reason!);
  }

  #closeReason(): RouterError {
    const details = { router: this.router, cause: this.#socketError };
    if (!this.#hasHeard) return new ClosedBeforeLogin(`closed before login: ${addressListHint}`, details);
    const where = this.#reader.isBetweenSentences ? '' : ' in the middle of a sentence';
    const how = this.#socketError === undefined ? 'the router closed the connection' : 'the connection broke';
    return new Unreachable(`${how}${where}`, details);
  }

  #fail(reason: RouterError): void {
    this.#reason = reason;
    clearTimeout(this.#timer);
    const entries = [...this.#inFlight.values()].filter((entry) => !entry.isAbandoned);
    const waiting = this.#queue.drain();
    this.#inFlight.clear();
    this.#lastReplied = undefined;
    for (const { exchange } of entries) {
      if (exchange.endsWithConnection && reason instanceof Unreachable) exchange.done({});
      else exchange.fail(this.#lost(reason, exchange, true));
    }
    for (const exchange of waiting) exchange.fail(this.#lost(reason, exchange, false));
  }

  #lost(reason: RouterError, exchange: Exchange, sent: boolean): RouterError {
    const { command } = exchange;
    if (!this.#isLoggedIn) return reason;
    const said = reason.message.replace(`router ${this.router}: `, '');
    const text = sent ? `${said}, while ${command} was under way` : `${said}; ${command} was not sent`;
    const details = { command, router: this.router, cause: reason, outcomeUnknown: sent };
    if (reason instanceof ProtocolError) return new ProtocolError(text, details);
    if (reason instanceof Aborted) return new Aborted(text, details);
    return new Unreachable(text, details);
  }
}

/** A web or SSH server: its greeting would be read as the length of a word that never ends. Replies begin with a short `!word`. */
function isOtherLanguage(firstChunk: Uint8Array): boolean {
  return firstChunk.length > 1 && firstChunk[0]! > 0 && firstChunk[0]! < 0x80 && firstChunk[1] !== 0x21;
}

function tagText(tag: number): string {
  if (tag === untagged) return 'no tag';
  return tag < 0 ? 'a tag that is not ours' : `tag ${tag}`;
}

/** An exchange of the connection's own: the cancel and the keepalive. */
class Unheard implements Exchange {
  readonly command: string;
  readonly words: readonly Word[];
  readonly lane = '';
  readonly timeoutMs: number;
  readonly longestMs = 0;
  readonly isEndless = false;
  readonly wantsBytes = false;
  readonly endsWithConnection = false;
  readonly #onEnd: ((error?: RouterError) => void) | undefined;

  constructor(command: string, words: readonly Word[], timeoutMs = 0, onEnd?: (error?: RouterError) => void) {
    this.command = command;
    this.words = words;
    this.timeoutMs = timeoutMs;
    this.#onEnd = onEnd;
  }

  row(): void {}

  done(): void {
    this.#onEnd?.();
  }

  fail(error: RouterError): void {
    this.#onEnd?.(error);
  }
}
