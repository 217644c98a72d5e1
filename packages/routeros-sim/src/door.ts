// The sockets of one router: opened, closed, refused and cut as its services and faults say.

import { createServer, type Server, type Socket } from 'node:net';
import { isAddressListed } from './accounts.ts';
import type { Router } from './model.ts';
import type { Row } from './rows.ts';

import type { TlsSide } from './tls.ts';
import { Connection, type ConnectionHost } from './wire.ts';

type Via = 'api' | 'api-ssl';

export class Door {
  readonly #host: ConnectionHost;
  readonly #address: string;
  readonly #tls: TlsSide | undefined;
  readonly #servers = new Map<Via, Server>();
  readonly #ports: Record<Via, number>;
  readonly #sockets = new Set<Socket>();
  readonly connections = new Set<Connection>();
  /** How many connections were accepted so far, refused ones included. */
  accepted = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(host: ConnectionHost, address: string, ports: { api: number; tls: number }, tls: TlsSide | undefined) {
    this.#host = host;
    this.#address = address;
    this.#tls = tls;
    this.#ports = { api: ports.api, 'api-ssl': ports.tls };
  }

  get port(): number {
    return this.#ports.api;
  }

  get tlsPort(): number {
    return this.#ports['api-ssl'];
  }

  get #router(): Router {
    return this.#host.router;
  }

  async open(): Promise<void> {
    this.sync();
    await this.settled();
  }

  /** Resolves when every port is as the configuration and the faults want it. */
  async settled(): Promise<void> {
    await this.#opening;
  }

  /** Looks again at which ports should be open. */
  sync(): void {
    for (const via of ['api', 'api-ssl'] as const) {
      const isWanted = this.#isWanted(via);
      const server = this.#servers.get(via);
      if (isWanted && server === undefined) this.#listen(via);
      if (!isWanted && server !== undefined) this.#shut(via, server);
    }
    const { offline } = this.#router.faults;
    if (offline || this.#router.isDown || this.#isClosed) this.cutAll();
  }

  #isWanted(via: Via): boolean {
    if (this.#isClosed || this.#router.isDown || this.#router.faults.offline) return false;
    if (via === 'api-ssl' && this.#tls === undefined) return false;
    return serviceOf(this.#router, via)?.disabled !== 'true';
  }

  #listen(via: Via): void {
    const server = createServer((socket) => this.#accept(socket, via));
    this.#servers.set(via, server);
    const opened = new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#ports[via], this.#address, () => {
        const address = server.address();
        // The port found once is kept, so that a router comes back where it was.
        if (address !== null && typeof address === 'object') this.#ports[via] = address.port;
        resolve();
      });
    });
    this.#opening = Promise.all([this.#opening, opened]);
    this.#opening.catch(() => {});
  }

  #shut(via: Via, server: Server): void {
    this.#servers.delete(via);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A port that is opened again soon must have been closed before.
    this.#opening = Promise.all([this.#opening, this.#isClosed ? closed : undefined]);
  }

  #accept(socket: Socket, via: Via): void {
    this.accepted += 1;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const { faults } = this.#router;
    if (faults.closeOnAccept || !this.#isAllowed(socket, via)) {
      socket.end();
      return;
    }
    if (faults.silent) {
      socket.resume();
      return;
    }
    if (via === 'api') this.#serve(socket, via);
    else if (faults.tlsGarbage) socket.end('\x15\x7f\x00 this is not a handshake \xff\xfe');
    else this.#tls!.accept(socket, (secured) => this.#serve(secured, via));
  }

  #serve(socket: Socket, via: Via): void {
    this.connections.add(new Connection(this.#host, socket, via));
  }

  // TCP is accepted, then closed without a word (measured).
  #isAllowed(socket: Socket, via: Via): boolean {
    const service = serviceOf(this.#router, via);
    const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (!isAddressListed(service?.['available-from'] ?? service?.address ?? '', from)) return false;
    if (!this.#router.assumptions.enforceMaxSessions) return true;
    return this.connections.size < Number(service?.['max-sessions'] ?? 20);
  }

  forget(connection: Connection): void {
    this.connections.delete(connection);
  }

  /** Cuts the connection behind a row of /user/active, once its last reply has left. */
  logOut(row: Row): void {
    for (const connection of this.connections) {
      if (connection.isShownBy(row)) connection.leave();
    }
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.sync();
    await this.settled().catch(() => {});
  }
}

function serviceOf(router: Router, name: string): Readonly<Record<string, string>> | undefined {
  return router.catalog.menus.has('/ip/service') ? router.table('/ip/service').findByName(name)?.values : undefined;
}
