// The door of the package: start a router on a real socket and do to it what life does to routers.

import { superuser } from './accounts.ts';
import { type Assumptions, defaultAssumptions } from './assumptions.ts';
import { addRow, removeRow, setRow, theOnlyRow } from './changes.ts';
import { type Clock, realClock } from './clock.ts';
import type { Board, Version } from './dialect.ts';
import { Door } from './door.ts';
import type { Faults } from './faults.ts';
import { logInToHotspot } from './hotspot.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { bindLease, type DhcpClient } from './menus/dhcp.ts';
import type { MenuView, Router } from './model.ts';
import { Pace } from './pace.ts';
import { Player, type ScriptStep } from './player.ts';
import { dialPppoe, hangUpPppoe } from './ppp.ts';
import { liveValues, propertyByName, type View } from './printing.ts';
import { RouterState } from './router.ts';
import { formatId, type Row, type Session, type Usage } from './rows.ts';
import { setUsage, uptimeMs } from './sessions.ts';
import type { SubscriberOptions } from './subscribers.ts';
import { fromByteString, toByteString } from './text.ts';
import { createTlsSide, type TlsCertificate, type TlsSide } from './tls.ts';
import type { ConnectionHost } from './wire.ts';

export { type Assumptions, defaultAssumptions } from './assumptions.ts';
export { type Clock, createVirtualClock, realClock, type Timer, type VirtualClock } from './clock.ts';
export type { Board, Version } from './dialect.ts';
export { type Ceiling, type Faults, type Garble, realCeiling } from './faults.ts';
export type { JournalEntry } from './journal.ts';
export type { DhcpClient } from './menus/dhcp.ts';
export type { ScriptStep } from './player.ts';
export { Refusal } from './refusal.ts';
export type { Usage } from './rows.ts';
export type { SubscriberOptions } from './subscribers.ts';

export interface RouterOptions {
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  version?: Version;
  board?: Board;
  identity?: string;
  model?: string;
  serialNumber?: string;
  /** Who may log in; without `policy` the user is in the group full. Default lastmile/demo. */
  users?: readonly { name: string; password: string; policy?: string }[];
  clock?: Clock;
  /** The encrypted port. Without a certificate it offers anonymous DH only, as a router does. */
  tls?: { port?: number; certificate?: TlsCertificate };
  assumptions?: Partial<Assumptions>;
  /** A fixed login challenge in hex, for scripted exchanges. */
  challenge?: string;
}

export interface SessionView {
  kind: 'pppoe' | 'hotspot';
  name: string;
  address: string;
  callerId: string;
  uptimeMs: number;
  /** Bytes from and to the subscriber so far. */
  upBytes: number;
  downBytes: number;
}

export type Attempt = { ok: true; session: SessionView } | { ok: false; reason: string };

/** Values of a row as a person types them. */
export type Typed = Readonly<Record<string, string | number | boolean>>;

export type PrintedRow = Readonly<Record<string, string>>;

export async function startRouter(options: RouterOptions = {}): Promise<SimulatedRouter> {
  const router = new SimulatedRouter(options);
  try {
    await router.open();
  } catch (error) {
    // The other port may be open already.
    await router.stop().catch(() => {});
    throw error;
  }
  return router;
}

const models: Record<Board, string> = { RouterBOARD: 'RB4011iGS+', CHR: 'CHR' };

function createRouter(options: RouterOptions, door: () => Door | undefined): Router {
  const board = options.board ?? 'RouterBOARD';
  const users = options.users ?? [{ name: 'lastmile', password: 'demo' }];
  return new RouterState(
    {
      version: options.version ?? '7.18',
      board,
      identity: toByteString(options.identity ?? 'MikroTik'),
      model: options.model ?? models[board],
      serialNumber: options.serialNumber ?? 'B8AF0C1D2E3F',
      clock: options.clock ?? realClock,
      assumptions: { ...defaultAssumptions, ...options.assumptions },
      users: users.map(({ name, password, policy }) => ({
        name: toByteString(name),
        password: toByteString(password),
        policy,
      })),
    },
    {
      reachabilityChanged: () => door()?.sync(),
      connectionsDied: () => {
        for (const connection of door()?.connections ?? []) connection.die();
      },
    },
  );
}

export class SimulatedRouter {
  readonly #router: Router;
  readonly #door: Door;
  readonly #tls: TlsSide | undefined;
  readonly #journal = new Journal();
  readonly #player = new Player();
  #isStopped = false;

  constructor(options: RouterOptions) {
    this.#router = createRouter(options, () => this.#door);
    const { tls } = options;
    this.#tls = tls && createTlsSide(tls.certificate ?? 'none', options.identity ?? 'MikroTik');
    const host: ConnectionHost = {
      router: this.#router,
      journal: this.#journal,
      pace: new Pace(),
      challenge: options.challenge,
      player: this.#player,
      connectionClosed: (connection) => this.#door.forget(connection),
    };
    const ports = { api: options.port ?? 0, tls: tls?.port ?? 0 };
    this.#door = new Door(host, options.host ?? '127.0.0.1', ports, this.#tls);
    this.#router.onServiceChange = () => this.#door.sync();
    this.#router.onLogout = (row) => this.#door.logOut(row);
    this.#router.onReboot = (bootMs) => this.reboot({ bootMs });
  }

  async open(): Promise<void> {
    await this.#door.open();
  }

  /** Closes every socket and ends everything that was planned. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#router.subscribers.stop();
    this.#router.forgetMemory();
    this.#router.clock.cancelAll();
    await this.#door.close();
  }

  /** Resolves when the ports are as the last switch of a fault wants them. */
  async settled(): Promise<void> {
    await this.#door.settled();
  }

  get port(): number {
    return this.#door.port;
  }

  get tlsPort(): number {
    return this.#door.tlsPort;
  }

  /** SHA-256 of the TLS certificate, if there is one. */
  get fingerprint(): string | undefined {
    return this.#tls?.fingerprint;
  }

  get version(): Version {
    return this.#router.settings.version;
  }

  get identity(): string {
    const menu = this.#router.menu('/system/identity');
    return fromByteString(theOnlyRow(this.#router, menu).values.name ?? 'MikroTik');
  }

  get faults(): Faults {
    return this.#router.faults;
  }

  /** How many commands arrived, logins included. */
  get commands(): number {
    return this.#journal.count;
  }

  get connections(): number {
    return this.#door.connections.size;
  }

  /** How many connections were accepted so far, those that were refused a login included. */
  get accepted(): number {
    return this.#door.accepted;
  }

  /** The last thousand commands. */
  log(): readonly JournalEntry[] {
    return this.#journal.list();
  }

  clearLog(): void {
    this.#journal.clear();
  }

  /** Answers the next sentences that match with recorded replies, word for word. */
  play(steps: readonly ScriptStep[]): void {
    this.#player.load(steps);
  }

  // The person at WinBox: the same checks as for the API, but nothing of it passes a socket.

  rows(path: string): readonly PrintedRow[] {
    return [...this.#router.table(path).all()].map((row) => this.#print(path, row));
  }

  find(path: string, where: Typed): PrintedRow | undefined {
    const wanted = [...typedAttributes(where)];
    const candidates = where.name === undefined ? this.#router.table(path).all() : this.#rowsNamed(path, where.name);
    for (const row of candidates) {
      const printed = this.#print(path, row);
      if (wanted.every(([name, value]) => printed[name] === fromByteString(value))) return printed;
    }
    return undefined;
  }

  count(path: string): number {
    return this.#router.table(path).size;
  }

  put(path: string, values: Typed): string {
    const proposal = { attributes: typedAttributes(values), cleared: new Set<string>() };
    return formatId(addRow(this.#router, this.#router.menu(path), proposal).id);
  }

  edit(path: string, id: string, values: Typed): void {
    const menu = this.#router.menu(path);
    setRow(this.#router, menu, this.#row(menu, id), { attributes: typedAttributes(values), cleared: new Set() });
  }

  drop(path: string, id: string): void {
    const menu = this.#router.menu(path);
    removeRow(this.#router, menu, this.#row(menu, id));
  }

  #row(menu: MenuView, id: string): Row {
    if (menu.menu.kind === 'single') return theOnlyRow(this.#router, menu);
    return this.#router.table(menu.path).get(toByteString(id), menu.acceptsNames);
  }

  #rowsNamed(path: string, name: string | number | boolean): readonly Row[] {
    const table = this.#router.table(path);
    const isKey = table.keyField === 'name';
    return isKey ? table.listByName(toByteString(String(name))) : [...table.all()];
  }

  #print(path: string, row: Row): PrintedRow {
    const menu = this.#router.menu(path);
    const view: View = { router: this.#router, menu, actor: superuser, showSensitive: true };
    const live = liveValues(view, row);
    const printed: Record<string, string> = {};
    if (menu.menu.kind === 'list') printed['.id'] = formatId(row.id);
    for (const field of menu.fields) {
      const value = propertyByName(view, row, live, field.name);
      if (value !== undefined) printed[field.name] = fromByteString(value);
    }
    return printed;
  }

  // Life.

  /** One PPPoE attempt. */
  dial(name: string, password: string, options: { callerId?: string; usage?: Usage } = {}): Attempt {
    return this.#attempt(dialPppoe(this.#router, toByteString(name), toByteString(password), options));
  }

  /** One login at the hotspot page. */
  logInToHotspot(name: string, password: string, options: HotspotOptions = {}): Attempt {
    const { mac = '02:00:00:00:00:01', by = 'http-chap', ...rest } = options;
    const login = { ...rest, user: toByteString(name), password: toByteString(password), mac, by };
    return this.#attempt(logInToHotspot(this.#router, login));
  }

  /** A DHCP client asks for an address; answers what it got. */
  bindLease(client: DhcpClient): string | undefined {
    return bindLease(this.#router, client);
  }

  #attempt(result: { ok: true; session: Session } | { ok: false; reason: string }): Attempt {
    if (result.ok) return { ok: true, session: this.#sessionView(result.session) };
    return { ok: false, reason: fromByteString(result.reason) };
  }

  #sessionView(session: Session): SessionView {
    const nowMs = this.#router.clock.now();
    return {
      kind: session.kind,
      name: fromByteString(session.name),
      address: session.address,
      callerId: session.callerId,
      uptimeMs: uptimeMs(this.#router, session),
      upBytes: Math.floor(session.up.bytes(nowMs)),
      downBytes: Math.floor(session.down.bytes(nowMs)),
    };
  }

  /** A device that keeps trying to be online; it shows up when its account is enabled. */
  addSubscriber(options: SubscriberOptions): void {
    const { name, password } = options;
    this.#router.subscribers.add({ ...options, name: toByteString(name), password: toByteString(password) });
  }

  /** The device is switched off for good; its session ends. */
  removeSubscriber(name: string): void {
    this.#router.subscribers.remove(toByteString(name));
    this.hangUp(name);
  }

  /** The line drops; a subscriber dials again after his pause. Answers whether there was a session. */
  hangUp(name: string): boolean {
    const stored = toByteString(name);
    const sessions = [...this.#router.pppoeSessions.list(stored), ...this.#router.hotspotSessions.list(stored)];
    for (const session of sessions) {
      if (session.kind === 'pppoe') hangUpPppoe(this.#router, session, 'peer is not responding');
      else this.#router.endHotspotSession(session, 'lost service');
    }
    return sessions.length > 0;
  }

  /** Changes how much of their line the sessions of a name use, from now on. */
  setUsage(name: string, usage: Usage): void {
    const stored = toByteString(name);
    const sessions = [...this.#router.pppoeSessions.list(stored), ...this.#router.hotspotSessions.list(stored)];
    for (const session of sessions) setUsage(this.#router, session, usage);
  }

  get sessions(): readonly SessionView[] {
    const all = [...this.#router.pppoeSessions.all(), ...this.#router.hotspotSessions.all()];
    return all.map((session) => this.#sessionView(session));
  }

  /** Sessions and dynamic rows are gone, connections are cut; after `bootMs` the router answers and subscribers dial again. */
  reboot(options: { bootMs?: number } = {}): void {
    const { bootMs = 0 } = options;
    this.#router.isDown = true;
    this.#router.forgetMemory();
    this.#door.sync();
    if (bootMs === 0) this.#booted();
    else if (bootMs !== Number.POSITIVE_INFINITY) this.#router.clock.after(bootMs, () => this.#booted());
  }

  #booted(): void {
    if (this.#isStopped) return;
    this.#router.isDown = false;
    this.#router.bootedMs = this.#router.clock.now();
    this.#door.sync();
    this.#router.writeLog('system,info', 'router rebooted');
    this.#router.subscribers.wakeAll();
  }
}

export interface HotspotOptions {
  mac?: string;
  address?: string;
  by?: 'http-chap' | 'http-pap' | 'cookie' | 'mac-cookie' | 'mac' | 'trial';
  usage?: Usage;
}

function typedAttributes(values: Typed): Map<string, string> {
  return new Map(Object.entries(values).map(([name, value]) => [name, toByteString(String(value))]));
}
