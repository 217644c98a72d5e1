// How a logged-in connection shows on the router: a row of /user/active, and on recent versions one among the services.

import type { Socket } from 'node:net';
import { addDynamicRow, eraseRow } from './changes.ts';
import type { Router } from './model.ts';
import type { Row } from './rows.ts';

import { formatDateTime } from './values.ts';

export class Presence {
  readonly #router: Router;
  readonly #socket: Socket;
  readonly #via: string;
  readonly #from: string;
  #name = '';
  #activeRow: Row | undefined;
  #serviceRow: Row | undefined;

  constructor(router: Router, socket: Socket, about: { via: string; from: string }) {
    this.#router = router;
    this.#socket = socket;
    this.#via = about.via;
    this.#from = about.from;
  }

  isShownBy(row: Row): boolean {
    return this.#activeRow === row;
  }

  enter(name: string): void {
    this.leave();
    this.#name = name;
    const router = this.#router;
    const user = router.table('/user').findByName(name);
    const when = formatDateTime(router.localMs(), router.dialect.hasIsoDates);
    if (user) user.values['last-logged-in'] = when;
    const group = user?.values.group ?? '';
    this.#activeRow = addDynamicRow(router, '/user/active', { when, name, address: this.#from, via: this.#via, group });
    this.#serviceRow = this.#showConnection();
    router.writeLog('system,info,account', `user ${name} logged in from ${this.#from} via ${this.#via}`);
  }

  // Recent versions list open connections among the services, under the same name.
  #showConnection(): Row | undefined {
    const router = this.#router;
    if (!router.menu('/ip/service').fieldByName.has('connection')) return undefined;
    const { remotePort, localAddress, localPort } = this.#socket;
    return addDynamicRow(router, '/ip/service', {
      name: this.#via,
      port: String(localPort),
      connection: 'true',
      local: `${localAddress}:${localPort}`,
      remote: `${this.#from}:${remotePort}`,
    });
  }

  leave(): void {
    const [activeRow, serviceRow] = [this.#activeRow, this.#serviceRow];
    if (activeRow === undefined) return;
    // Forgotten first: removing the row by hand would close the connection.
    this.#activeRow = undefined;
    this.#serviceRow = undefined;
    eraseRow(this.#router, '/user/active', activeRow);
    if (serviceRow !== undefined) eraseRow(this.#router, '/ip/service', serviceRow);
    this.#router.writeLog('system,info,account', `user ${this.#name} logged out from ${this.#from} via ${this.#via}`);
  }
}
