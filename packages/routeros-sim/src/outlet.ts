// The way out of a connection: one write per batch of sentences, or whatever today's fault makes of it.

import type { Socket } from 'node:net';
import { encodeSentence } from '@lastmile/routeros/codec.ts';
import { realClock, type Timer } from './clock.ts';
import type { Faults } from './faults.ts';
import { createGarbage } from './garbage.ts';
import { isAscii, toAnsiByteString } from './text.ts';

// A client that does not read what it asked for is cut off here rather than filling our memory.
const mostUnreadBytes = 64 << 20;
const batchBytes = 64 << 10;
const defaultCoalesceMs = 20;

export class Outlet {
  readonly #socket: Socket;
  readonly #faults: Faults;
  #batch: Buffer[] = [];
  #batchBytes = 0;
  #pieces: Buffer[] = [];
  #flushTimer: Timer | NodeJS.Immediate | undefined;
  #rotatingOffset = 1;
  #isGarbled = false;
  #endWhenEmpty = false;
  #isDead = false;

  constructor(socket: Socket, faults: Faults) {
    this.#socket = socket;
    this.#faults = faults;
  }

  /** False while the client should be given time to read. */
  get isOpen(): boolean {
    return !this.#socket.writableNeedDrain && this.#pieces.length === 0;
  }

  send(words: readonly string[]): void {
    if (this.#isDead || this.#socket.destroyed || this.#faults.silent) return;
    // One look at the whole sentence is cheaper than one at each word, and nearly all are ASCII.
    const encoded = encodeSentence(isAscii(words.join('')) ? words : words.map((word) => this.#toWire(word)));
    this.#batch.push(encoded);
    this.#batchBytes += encoded.length;
    if (this.#batchBytes >= batchBytes && !this.#faults.coalesce) this.flush();
    else this.#scheduleFlush();
  }

  /** Sends what is waiting, then says goodbye. */
  end(): void {
    this.#endWhenEmpty = true;
    this.flush();
  }

  /** Nothing leaves from here on, and the other side does not hear of it. */
  die(): void {
    this.#isDead = true;
    this.#batch = [];
    this.#pieces = [];
  }

  #toWire(word: string): string | Uint8Array {
    if (isAscii(word)) return word;
    return Buffer.from(this.#faults.nonUtf8 ? toAnsiByteString(word) : word, 'latin1');
  }

  #scheduleFlush(): void {
    if (this.#flushTimer !== undefined) return;
    const { coalesce } = this.#faults;
    if (coalesce) {
      const holdMs = coalesce === true ? defaultCoalesceMs : coalesce;
      this.#flushTimer = realClock.after(holdMs, () => this.flush());
    } else {
      this.#flushTimer = setImmediate(() => this.flush());
    }
  }

  flush(): void {
    if (this.#flushTimer !== undefined) {
      if ('cancel' in this.#flushTimer) this.#flushTimer.cancel();
      else clearImmediate(this.#flushTimer);
      this.#flushTimer = undefined;
    }
    if (this.#isDead || this.#socket.destroyed) return;
    const bytes = this.#batch.length === 1 ? this.#batch[0]! : Buffer.concat(this.#batch);
    this.#batch = [];
    this.#batchBytes = 0;
    if (bytes.length > 0) this.#deliver(bytes);
    if (this.#endWhenEmpty && this.#pieces.length === 0) this.#socket.end();
  }

  #deliver(bytes: Buffer): void {
    const { truncateReply, garble, fragment } = this.#faults;
    if (this.#isGarbled) return;
    if (truncateReply !== false) {
      const kept = truncateReply === true ? Math.floor(bytes.length / 2) : truncateReply;
      this.#socket.end(bytes.subarray(0, Math.min(kept, bytes.length)));
      this.die();
    } else if (garble !== undefined && garble !== 'stranger-tag' && garble !== 'double-done') {
      this.#isGarbled = true;
      createGarbage(garble, this.#socket);
    } else if (fragment !== undefined) {
      this.#cut(bytes, fragment);
    } else {
      this.#write(bytes);
    }
  }

  #cut(bytes: Buffer, fragment: number | 'every-offset'): void {
    const wasIdle = this.#pieces.length === 0;
    if (fragment === 'every-offset') {
      const at = this.#rotatingOffset;
      this.#rotatingOffset = at + 1 >= Math.min(bytes.length, 4096) ? 1 : at + 1;
      this.#pieces.push(bytes.subarray(0, at), bytes.subarray(at));
    } else {
      for (let at = 0; at < bytes.length; at += Math.max(1, fragment)) {
        this.#pieces.push(bytes.subarray(at, at + Math.max(1, fragment)));
      }
    }
    if (wasIdle) this.#nextPiece();
  }

  // One piece per turn of the event loop: written in one turn, the kernel would join them again.
  #nextPiece(): void {
    const piece = this.#pieces[0];
    if (piece === undefined || this.#isDead || this.#socket.destroyed) return;
    const isWritten = piece.length === 0 || this.#write(piece);
    const proceed = () => {
      this.#pieces.shift();
      if (this.#pieces.length > 0) this.#nextPiece();
      else if (this.#endWhenEmpty) this.#socket.end();
      else this.#socket.emit('drain');
    };
    if (isWritten) setImmediate(proceed);
    else this.#socket.once('drain', proceed);
  }

  #write(bytes: Buffer): boolean {
    const isRoomy = this.#socket.write(bytes);
    if (this.#socket.writableLength > mostUnreadBytes) this.#socket.destroy();
    return isRoomy;
  }
}
