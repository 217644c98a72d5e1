// How a command answers. The wire implements it; commands never see a socket.

import type { Refusal } from './refusal.ts';

export type Words = readonly string[];

export interface Reply {
  row(words: Words): void;
  /** Many rows, fetched as the client takes them; `finish` is called after the last. */
  stream(rows: Iterator<Words>, finish: () => void): void;
  empty(): void;
  trap(refusal: Refusal): void;
  done(ret?: string): void;
  /** Keeps the command running until it says done or the client cancels; `stop` is called in either case. */
  keepRunning(stop: () => void): void;
  /** The connection that asked, for /cancel, /quit and the like. */
  readonly connection: CommandConnection | undefined;
}

export interface CommandConnection {
  /** Ends running commands; without a tag all but the one that asks. */
  cancel(tag: string | undefined): number;
  fatal(reason: string): void;
}
