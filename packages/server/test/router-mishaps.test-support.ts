// For tests only: what goes wrong in the middle of a round, at the step that it was planned for.
import type { RouterClient, Row } from '@lastmile/routeros';
import type { Database } from '../src/platform/db.ts';
import type { Mishap } from './router-events.test-support.ts';

export class Crash extends Error {}

/** Counts the steps of a round and does at each what is planned there. After a crash nothing happens any more. */
export class Steps {
  readonly #plan: readonly Mishap[];
  readonly #happen: (mishap: Mishap) => void | Promise<void>;
  #count = 0;
  #isDead = false;
  readonly #happening = new Set<Promise<void>>();

  constructor(plan: readonly Mishap[], happen: (mishap: Mishap) => void | Promise<void>) {
    this.#plan = plan;
    this.#happen = happen;
  }

  async take<T>(act: () => Promise<T>): Promise<T> {
    const now = this.#count++;
    for (const mishap of this.#plan) {
      this.#refuseWhenDead();
      if (mishap.step !== now) continue;
      if (mishap.mishap === 'crash after sending') void act().catch(() => {});
      if (mishap.mishap === 'crash' || mishap.mishap === 'crash after sending') this.#isDead = true;
      else await this.#see(mishap);
    }
    this.#refuseWhenDead();
    const result = await act();
    this.#refuseWhenDead();
    return result;
  }

  /** When it resolves, no mishap of this round happens any more: what was read side by side may still have some before it. */
  async end(): Promise<void> {
    this.#isDead = true;
    await Promise.allSettled(this.#happening);
  }

  async #see(mishap: Mishap): Promise<void> {
    const seen = Promise.resolve(this.#happen(mishap));
    this.#happening.add(seen);
    await seen.finally(() => this.#happening.delete(seen));
  }

  #refuseWhenDead(): void {
    if (this.#isDead) throw new Crash('the process is gone');
  }
}

type Verb = (...args: unknown[]) => Promise<unknown>;

export function clientWith(client: RouterClient, steps: Steps): RouterClient {
  return new Proxy(client, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      const verb = value.bind(target) as Verb;
      return (...args: unknown[]) => steps.take(() => verb(...args));
    },
  });
}

/** Only where a transaction begins: what is read before changes nothing. */
export function databaseWith(database: Database, steps: Steps): Database {
  const db = new Proxy(database.db, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      if (key !== 'transaction') return value.bind(target);
      return () => ({
        execute: (act: Parameters<ReturnType<Database['db']['transaction']>['execute']>[0]) =>
          steps.take(() => target.transaction().execute(act)),
      });
    },
  });
  return { ...database, db };
}

/** A client whose reads of accounts lack rows without a word of it. */
export function clientWithShortReads(client: RouterClient, keep: (rows: Row[]) => Row[]): RouterClient {
  const print: RouterClient['print'] = async (menu, options) => {
    const rows = await client.print(menu, options);
    return menu === '/ppp/secret' || menu === '/ip/hotspot/user' ? keep(rows) : rows;
  };
  return new Proxy(client, {
    get(target, key) {
      if (key === 'print') return print;
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
