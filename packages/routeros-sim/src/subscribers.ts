// Customers' devices that keep trying: a PPPoE box redials, a phone logs in to the hotspot again. Those that cannot succeed
// sleep until something about their account changes, so ten thousand waiting devices cost nothing.

import type { Clock, Timer } from './clock.ts';
import type { Usage } from './rows.ts';
import { macFromNumber } from './values.ts';

export interface SubscriberOptions {
  name: string;
  password: string;
  kind?: 'pppoe' | 'hotspot';
  /** Pause between losing the line and the next attempt. Default 5 s. */
  redialMs?: number;
  usage?: Usage;
  callerId?: string;
}

export interface Subscriber extends SubscriberOptions {
  kind: 'pppoe' | 'hotspot';
  redialMs: number;
  callerId: string;
  isOnline: boolean;
  timer?: Timer;
}

const defaultRedialMs = 5000;

/** Where the devices dial. 'parked': nothing will change until somebody changes the account. */
export interface Line {
  readonly clock: Clock;
  connectSubscriber(subscriber: Subscriber): 'online' | 'later' | 'parked';
}

export class Subscribers {
  readonly #line: Line;
  readonly #byName = new Map<string, Subscriber[]>();
  #devices = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  get size(): number {
    return this.#byName.size;
  }

  add(options: SubscriberOptions): Subscriber {
    const subscriber: Subscriber = {
      ...options,
      kind: options.kind ?? 'pppoe',
      redialMs: options.redialMs ?? defaultRedialMs,
      isOnline: false,
      // A device keeps its address over all its attempts.
      callerId: options.callerId ?? macFromNumber(0x10000000 + this.#devices++),
    };
    const same = this.#byName.get(subscriber.name);
    if (same) same.push(subscriber);
    else this.#byName.set(subscriber.name, [subscriber]);
    this.#attempt(subscriber);
    return subscriber;
  }

  remove(name: string): void {
    for (const subscriber of this.#byName.get(name) ?? []) subscriber.timer?.cancel();
    this.#byName.delete(name);
  }

  /** The account changed: whoever sleeps tries again at once. */
  accountChanged(name: string): void {
    for (const subscriber of this.#byName.get(name) ?? []) {
      if (!subscriber.isOnline) this.#schedule(subscriber, 0);
    }
  }

  lostLine(name: string): void {
    for (const subscriber of this.#byName.get(name) ?? []) {
      if (!subscriber.isOnline) continue;
      subscriber.isOnline = false;
      this.#schedule(subscriber, subscriber.redialMs);
    }
  }

  /** After a reboot everybody dials again, each after his own pause. */
  wakeAll(): void {
    for (const same of this.#byName.values()) {
      for (const subscriber of same) {
        subscriber.isOnline = false;
        this.#schedule(subscriber, subscriber.redialMs);
      }
    }
  }

  stop(): void {
    for (const same of this.#byName.values()) {
      for (const subscriber of same) subscriber.timer?.cancel();
    }
    this.#byName.clear();
  }

  #schedule(subscriber: Subscriber, delayMs: number): void {
    subscriber.timer?.cancel();
    subscriber.timer = this.#line.clock.after(delayMs, () => this.#attempt(subscriber));
  }

  #attempt(subscriber: Subscriber): void {
    if (subscriber.isOnline) return;
    subscriber.timer = undefined;
    const outcome = this.#line.connectSubscriber(subscriber);
    subscriber.isOnline = outcome === 'online';
    // Refused for a passing reason (table full, pool empty, router booting): try later. A disabled account is woken instead.
    if (outcome === 'later') {
      this.#schedule(subscriber, Math.max(1000, subscriber.redialMs));
    }
  }
}
