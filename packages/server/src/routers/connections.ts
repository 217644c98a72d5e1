// One kept connection per router, for whoever talks to it: opened when first needed, opened anew when it broke or when
// the way to connect was changed.
import type { RouterClient } from '@lastmile/routeros';
import type { Sealer } from '#platform/secrets.ts';
import { openClient, type Probe, probeRouter, type Reach } from './probe.ts';
import { refuseLocalHost } from './router-hosts.ts';
import type { RouterAccess, RouterRow } from './routers.ts';

type Kept = { connectionVersion: number; client: Promise<RouterClient> };

export class RouterConnections {
  readonly #sealer: Sealer;
  readonly #reach: Reach;
  readonly #kept = new Map<string, Kept>();

  constructor(sealer: Sealer, reach: Reach) {
    this.#sealer = sealer;
    this.#reach = reach;
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
    return openClient(this.#accessOf(router), router.label, this.#reach);
  }

  #accessOf(router: RouterRow): RouterAccess {
    return { ...router, password: this.#sealer.openOrPlain(router.passwordSealed, router.id) };
  }

  /** Tries a way to connect, on a connection of its own. */
  probe(access: RouterAccess): Promise<Probe> {
    return probeRouter(access, this.#reach);
  }

  probeKnown(router: RouterRow): Promise<Probe> {
    return this.probe(this.#accessOf(router));
  }

  /** Refuses a host of which no connection would be opened, at its field. */
  async refuseHost(host: string): Promise<void> {
    if (!this.#reach.areLocalRoutersAllowed) await refuseLocalHost(host);
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
