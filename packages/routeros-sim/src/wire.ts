// One API connection: sentences in, login, commands with tags, replies out.

import type { Socket } from 'node:net';
import { SentenceReader } from '@lastmile/routeros/codec.ts';
import { superuser } from './accounts.ts';
import { realClock } from './clock.ts';
import type { Journal } from './journal.ts';
import { LoginDialogue } from './login-dialogue.ts';
import { isInDialect } from './menu.ts';
import type { Actor, Resolved, Router } from './model.ts';
import { Outlet } from './outlet.ts';
import type { Pace } from './pace.ts';
import type { Player } from './player.ts';
import { Presence } from './presence.ts';
import { notPermitted, Refusal, refuse, unknownParameter } from './refusal.ts';
import type { CommandConnection, Reply, Words } from './reply.ts';
import { parseRequest, type Request } from './request.ts';
import type { Row } from './rows.ts';

import { fromByteString } from './text.ts';

export interface ConnectionHost {
  router: Router;
  journal: Journal;
  pace: Pace;
  /** A fixed login challenge, for scripted exchanges. */
  challenge: string | undefined;
  player: Player;
  connectionClosed(connection: Connection): void;
}

// No numbers are published for the limits before login; these keep strangers from filling our memory.
const limitsBeforeLogin = { wordBytes: 4096, sentenceBytes: 16384, sentenceWords: 64 };
const limitsAfterLogin = { wordBytes: 1 << 20, sentenceBytes: 4 << 20, sentenceWords: 4096 };
const mostWaitingCommands = 10_000;

interface Running {
  tag: string | undefined;
  stop(): void;
}

interface Stream extends Running {
  rows: Iterator<Words>;
  finish(): void;
}

export class Connection implements CommandConnection {
  readonly socket: Socket;
  readonly via: 'api' | 'api-ssl';
  readonly remoteAddress: string;
  actor: Actor | undefined;
  readonly #host: ConnectionHost;
  readonly #router: Router;
  readonly #outlet: Outlet;
  readonly #login: LoginDialogue;
  readonly #presence: Presence;
  readonly #running = new Set<Running>();
  #reader = new SentenceReader(limitsBeforeLogin);
  #hasWideLimits = false;
  #streams: Stream[] = [];
  #waiting: Request[] = [];
  #delayed = 0;
  #isDead = false;
  #isPumping = false;

  constructor(host: ConnectionHost, socket: Socket, via: 'api' | 'api-ssl') {
    this.socket = socket;
    this.via = via;
    this.remoteAddress = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.#host = host;
    this.#router = host.router;
    this.#login = new LoginDialogue(host.router, host.challenge);
    this.#presence = new Presence(host.router, socket, { via, from: this.remoteAddress });
    this.#outlet = new Outlet(socket, host.router.faults);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#pump());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  /** The other side believes that it is still connected. */
  die(): void {
    this.#isDead = true;
    this.#outlet.die();
  }

  #receive(chunk: Buffer): void {
    if (this.#isDead || this.#router.faults.silent) return;
    this.#widenLimits();
    let sentences: Uint8Array[][];
    try {
      sentences = this.#reader.push(chunk);
    } catch {
      // After a bad length no word boundary can be found again.
      this.socket.destroy();
      return;
    }
    for (const sentence of sentences) {
      const words = sentence.map((word) => Buffer.from(word.buffer, word.byteOffset, word.length).toString('latin1'));
      this.#accept(parseRequest(words));
      if (this.socket.destroyed) return;
    }
    this.#breathe();
  }

  #widenLimits(): void {
    if (this.#hasWideLimits || this.actor === undefined || !this.#reader.isBetweenSentences) return;
    this.#hasWideLimits = true;
    this.#reader = new SentenceReader(limitsAfterLogin);
  }

  // Commands that wait for their turn are bounded by not reading further ones.
  #breathe(): void {
    if (this.#waiting.length + this.#delayed > mostWaitingCommands) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #accept(request: Request): void {
    const host = this.#host;
    host.journal.write(journalEntry(this.#router.clock.now(), this.actor, request));
    const script = host.player.answerTo(request.words);
    if (script !== undefined) {
      for (const words of script) this.#outlet.send(words);
      return;
    }
    const delayMs = host.pace.delayMs(performance.now(), this.#router.faults);
    if (delayMs <= 0) {
      this.#dispatch(request);
      return;
    }
    this.#delayed += 1;
    realClock.after(delayMs, () => {
      this.#delayed -= 1;
      if (!this.socket.destroyed && !this.#isDead) this.#dispatch(request);
      this.#breathe();
    });
  }

  #dispatch(request: Request): void {
    const command = request.words[0];
    if (command === '/login') this.#logIn(request);
    else if (command === '/quit') this.fatal('session terminated on request');
    else if (this.actor === undefined) this.fatal('not logged in');
    else if (command === '/cancel') this.#cancelFor(request);
    else if (this.#streams.length > 0 && !this.#router.faults.interleave) this.#waiting.push(request);
    else this.#execute(request, this.actor);
  }

  #logIn(request: Request): void {
    if (this.#router.faults.silentLogin) return;
    const { tag } = request;
    const answer = this.#login.answer(request, this.remoteAddress);
    if (answer.kind === 'fatal') this.fatal(answer.reason);
    else if (answer.kind === 'challenge') this.#send(['!done', `=ret=${answer.challenge}`], tag);
    else {
      if (answer.kind === 'refused') this.#trap(refuse(answer.message), tag);
      else this.#enter(answer.actor);
      this.#done(undefined, tag);
    }
  }

  #enter(actor: Actor): void {
    this.actor = actor;
    this.#presence.enter(actor.name);
  }

  /** True when this is the connection behind a row of /user/active. */
  isShownBy(row: Row): boolean {
    return this.#presence.isShownBy(row);
  }

  #execute(request: Request, actor: Actor): void {
    const reply = this.#createReply(request.tag);
    try {
      const resolved = findCommand(this.#router, request, actor);
      resolved.command.run({ router: this.#router, menu: resolved.menu, request, actor, reply });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply.trap(error);
      reply.done();
    }
  }

  #createReply(tag: string | undefined): Reply {
    let running: Running | undefined;
    const finish = () => {
      if (running === undefined) return;
      this.#running.delete(running);
      running = undefined;
    };
    return {
      connection: this,
      row: (words) => this.#send(['!re', ...words], tag),
      empty: () => this.#send(['!empty'], tag),
      trap: (refusal) => this.#trap(refusal, tag),
      done: (ret) => {
        finish();
        this.#done(ret, tag);
      },
      keepRunning: (stop) => {
        running = { tag, stop };
        this.#running.add(running);
      },
      stream: (rows, onEnd) => this.#startStream({ tag, rows, finish: onEnd, stop: () => {} }),
    };
  }

  #startStream(stream: Stream): void {
    stream.stop = () => {
      this.#streams = this.#streams.filter((other) => other !== stream);
    };
    this.#streams.push(stream);
    this.#running.add(stream);
    if (this.#router.faults.interleave) setImmediate(() => this.#pump());
    else this.#pump();
  }

  // Rows leave as fast as the client reads them; a print of a million rows never stands in memory.
  #pump(): void {
    if (this.#isPumping || this.socket.destroyed) return;
    this.#isPumping = true;
    const { slowRowMs, interleave } = this.#router.faults;
    let isPaced = false;
    while (this.#streams.length > 0 && this.#outlet.isOpen && !isPaced) {
      const stream = this.#streams[0]!;
      this.#advance(stream);
      // Alternate between commands, one row each.
      if (interleave && this.#streams[0] === stream) this.#streams.push(this.#streams.shift()!);
      isPaced = slowRowMs > 0;
    }
    this.#isPumping = false;
    if (isPaced && this.#streams.length > 0) realClock.after(slowRowMs, () => this.#pump());
    if (this.#streams.length === 0) this.#continueWaiting();
  }

  #advance(stream: Stream): void {
    const next = stream.rows.next();
    if (!next.done) {
      this.#send(['!re', ...next.value], stream.tag);
      return;
    }
    stream.stop();
    this.#running.delete(stream);
    stream.finish();
  }

  #continueWaiting(): void {
    while (this.#waiting.length > 0 && this.#streams.length === 0 && this.actor !== undefined) {
      this.#execute(this.#waiting.shift()!, this.actor);
    }
    this.#breathe();
  }

  // First the victim hears that it was interrupted, then /cancel is done, then the victim is.
  #cancelFor(request: Request): void {
    const victims = this.#takeRunning(request.attributes.get('tag'), request.tag);
    for (const victim of victims) {
      this.#trap(refuse('interrupted', 2), victim.tag);
      victim.stop();
    }
    this.#done(undefined, request.tag);
    for (const victim of victims) this.#done(undefined, victim.tag);
    if (this.#streams.length === 0) this.#continueWaiting();
  }

  #takeRunning(tag: string | undefined, own: string | undefined): Running[] {
    const victims = [...this.#running].filter((one) => (tag === undefined ? one.tag !== own : one.tag === tag));
    for (const victim of victims) this.#running.delete(victim);
    return victims;
  }

  cancel(tag: string | undefined): number {
    const victims = this.#takeRunning(tag, undefined);
    for (const victim of victims) victim.stop();
    return victims.length;
  }

  /** Closes without a word, as when somebody logs the user out. */
  leave(): void {
    this.#outlet.end();
    this.#isDead = true;
  }

  fatal(reason: string): void {
    this.#outlet.send(['!fatal', this.#router.faults.fatalAsAttribute ? `=message=${reason}` : reason]);
    this.#outlet.end();
    this.#isDead = true;
  }

  #trap(refusal: Refusal, tag: string | undefined): void {
    for (const { message, category } of refusal.traps) {
      const words = ['!trap'];
      if (category !== undefined) words.push(`=category=${category}`);
      this.#send([...words, `=message=${message}`], tag);
    }
  }

  #done(ret: string | undefined, tag: string | undefined): void {
    const { unknownReply, garble } = this.#router.faults;
    if (unknownReply !== false) this.#send([unknownReply === true ? '!news' : unknownReply, '=text=x'], tag);
    if (garble === 'stranger-tag') {
      this.#send(['!re', '=name=stranger'], 'never-sent');
      this.#send(['!done'], 'never-sent');
    }
    const words = ret === undefined ? ['!done'] : ['!done', `=ret=${ret}`];
    this.#send(words, tag);
    if (garble === 'double-done') this.#send(words, tag);
  }

  #send(words: readonly string[], tag: string | undefined): void {
    if (tag === undefined) {
      this.#outlet.send(words);
      return;
    }
    const place = this.#router.faults.tagPosition ?? (this.#router.dialect.putsTagFirst ? 'first' : 'last');
    const tagWord = `.tag=${tag}`;
    this.#outlet.send(place === 'first' ? [words[0]!, tagWord, ...words.slice(1)] : [...words, tagWord]);
  }

  #closed(): void {
    for (const running of [...this.#running]) {
      this.#running.delete(running);
      running.stop();
    }
    this.#streams = [];
    this.#waiting = [];
    this.#presence.leave();
    this.#host.connectionClosed(this);
  }
}

function journalEntry(atMs: number, actor: Actor | undefined, request: Request) {
  const isLogin = request.words[0] === '/login';
  const words = request.words.slice(1).map(fromByteString);
  return {
    atMs,
    user: actor?.name ?? '',
    command: fromByteString(request.words[0] ?? ''),
    words: isLogin ? words.map((word) => word.replace(/^=(password|response)=.*/s, '=$1=...')) : words,
  };
}

/** The command that a sentence names, after every check that does not depend on the menu's own rules. */
export function findCommand(router: Router, request: Request, actor: Actor): Resolved {
  const command = request.words[0] ?? '';
  const planned = actor === superuser ? undefined : router.faults.takePlannedFailure(command);
  if (planned !== undefined) throw refuse(planned.message, planned.category);
  if (!command.startsWith('/')) throw refuse(router.assumptions.unknownCommand, 0);
  const resolved = router.catalog.resolve(request.segments, router.assumptions.unknownCommand);
  if (!actor.policies.has(resolved.command.policy)) throw notPermitted();
  for (const name of request.attributes.keys()) {
    const span = resolved.command.arguments[name];
    if (span === undefined || !isInDialect(span, router.dialect)) throw unknownParameter(name);
  }
  return resolved;
}
