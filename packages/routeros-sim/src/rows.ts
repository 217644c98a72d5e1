// What stands in a table: a row, and the live session that it may show.

import type { Timer } from './clock.ts';
import type { Meter } from './meter.ts';
import type { RatePair } from './values.ts';

export type Values = Record<string, string>;

export interface Row {
  readonly id: number;
  /** Only what differs from the field's initial value; everything else comes from the menu's table. */
  values: Values;
  /** Made by the router itself; gone after a reboot. */
  isDynamic: boolean;
  /** The live session that this row shows, if any. */
  session?: Session;
}

export function formatId(id: number): string {
  return `*${id.toString(16).toUpperCase()}`;
}

/** How much of his line a subscriber uses, 0 to 1. */
export type Usage = number | { up: number; down: number };

export interface Session {
  kind: 'pppoe' | 'hotspot';
  name: string;
  /** MAC address of the device. */
  callerId: string;
  address: string;
  startedMs: number;
  up: Meter;
  down: Meter;
  rate: RatePair;
  usage: Usage;
  rows: { path: string; row: Row }[];
  timers: Timer[];
  /** What else has to happen when it ends: counters settled, an address given back. */
  onEnd: ((reason: string) => void)[];
  hasEnded: boolean;
  /** Computes anew when a limit will be reached; called when the usage or the limit changes. */
  replan?: () => void;
  limitTimer?: Timer;
}
