// One kept connection per router, for whoever talks to it: opened when first needed, opened anew when it broke or when
// the way to connect was changed.
import type { RouterClient } from '@lastmile/routeros';
import type { Sealer } from '#platform/secrets.ts';
import { openClient } from './probe.ts';
import type { RouterRow } from './routers.ts';

type Kept = { connectionVersion: number; client: Promise<RouterClient> };

export class RouterConnections {
  readonly #sealer: Sealer;
  readonly #commandTimeoutMs: number | undefined;
  readonly #kept = new Map<string, Kept>();

  constructor(sealer: Sealer, commandTimeoutMs?: number) {
    this.#sealer = sealer;
    this.#commandTimeoutMs = commandTimeoutMs;
  }

  /** Throws the errors of `@lastmile/routeros`. Callers that come at once share one attempt. */
  get(router: RouterRow): Promise<RouterClient> {
    const kept = this.#kept.get(router.id);
    if (kept?.connectionVersion === router.connectionVersion) return kept.client;
    if (kept) this.drop(router.id);
    const next: Kept = { connectionVersion: router.connectionVersion, client: this.#open(router) };
    this.#kept.set(router.id, next);
    next.client.then(
      (client) => client.closed.then(() => this.#forget(router.id, next)),
      () => this.#forget(router.id, next),
    );
    return next.client;
  }

  async #open(router: RouterRow): Promise<RouterClient> {
    const password = this.#sealer.openOrPlain(router.passwordSealed, router.id);
    return openClient({ ...router, password }, router.label, this.#commandTimeoutMs);
  }

  #forget(routerId: string, kept: Kept): void {
    if (this.#kept.get(routerId) === kept) this.#kept.delete(routerId);
  }

  /** Closes a router's connection, if there is one. */
  drop(routerId: string): void {
    const kept = this.#kept.get(routerId);
    this.#kept.delete(routerId);
    kept?.client.then(
      (client) => client.close(),
      () => {},
    );
  }

  async stop(): Promise<void> {
    const clients = [...this.#kept.values()].map(({ client }) => client.then((open) => open.close()));
    this.#kept.clear();
    await Promise.allSettled(clients);
  }
}
