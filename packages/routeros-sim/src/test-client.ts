// A client for the simulator's own tests: as plain as can be, so that no cleverness of it hides a mistake of the router.

import { connect, type Socket } from 'node:net';
import { encodeSentence, SentenceReader } from '@lastmile/routeros/codec.ts';
import { fromByteString } from './text.ts';

export class TestClient {
  readonly socket: Socket;
  /** Every sentence received so far, as text. */
  readonly received: string[][] = [];
  readonly chunks: Buffer[] = [];
  isClosed = false;
  readonly #reader = new SentenceReader();
  #next = 0;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
    socket.on('error', () => socket.destroy());
  }

  #receive(chunk: Buffer): void {
    this.chunks.push(chunk);
    for (const words of this.#reader.push(chunk)) {
      this.received.push(words.map((word) => fromByteString(Buffer.from(word).toString('latin1'))));
    }
    this.#wake();
  }

  write(...words: (string | Uint8Array)[]): void {
    this.socket.write(encodeSentence(words));
  }

  /** The next sentence; undefined when the connection closed first. */
  async read(): Promise<string[] | undefined> {
    while (this.#next >= this.received.length && !this.isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received[this.#next++];
  }

  /** Sends a command and collects its replies, `!done` or `!fatal` included. */
  async talk(...words: (string | Uint8Array)[]): Promise<string[][]> {
    this.write(...words);
    const replies: string[][] = [];
    for (;;) {
      const sentence = await this.read();
      if (sentence === undefined) return replies;
      replies.push(sentence);
      if (sentence[0] === '!done' || sentence[0] === '!fatal') return replies;
    }
  }

  /** The rows of a print as objects. */
  async rows(...words: string[]): Promise<Record<string, string>[]> {
    const replies = await this.talk(...words);
    return replies.filter(([word]) => word === '!re').map(([, ...attributes]) => toRow(attributes));
  }

  async closed(): Promise<void> {
    while (!this.isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  destroy(): void {
    this.socket.destroy();
  }
}

export function toRow(attributes: readonly string[]): Record<string, string> {
  const row: Record<string, string> = {};
  for (const attribute of attributes) {
    const end = attribute.indexOf('=', 1);
    if (attribute.startsWith('=')) row[attribute.slice(1, end)] = attribute.slice(end + 1);
  }
  return row;
}

export async function connectTo(port: number): Promise<TestClient> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return new TestClient(socket);
}

export async function logInTo(port: number, name = 'lastmile', password = 'demo'): Promise<TestClient> {
  const client = await connectTo(port);
  const replies = await client.talk('/login', `=name=${name}`, `=password=${password}`);
  if (replies[0]?.[0] !== '!done') throw new Error(`login refused: ${replies}`);
  return client;
}
