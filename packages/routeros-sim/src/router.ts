// The state of one router: its tables, its time, its log, its sessions. Knows nothing of sockets.

import type { Assumptions } from './assumptions.ts';
import { catalogFor } from './catalog.ts';
import { createOwnClock, type OwnClock } from './clock.ts';
import type { Dialect } from './dialect.ts';
import { type FaultListener, Faults } from './faults.ts';
import { connectHotspotDevice, endHotspotSession } from './hotspot.ts';
import { Meter } from './meter.ts';
import type { Catalog, MenuView, PoolState, Router, RouterSettings, RowFollower } from './model.ts';
import { dialPppoe } from './ppp.ts';
import type { Row, Session, Values } from './rows.ts';
import { SessionIndex } from './session-index.ts';
import { closeSession } from './sessions.ts';
import { type Subscriber, Subscribers } from './subscribers.ts';
import { Table } from './table.ts';
import { zoneOffsetMs } from './values.ts';

// RouterOS keeps 1000 lines in memory by default.
const logLines = 1000;

export class RouterState implements Router {
  readonly settings: RouterSettings;
  readonly catalog: Catalog;
  readonly clock: OwnClock;
  readonly assumptions: Assumptions;
  readonly faults: Faults;
  readonly subscribers: Subscribers;
  readonly pools = new Map<number, PoolState>();
  readonly pppoeSessions = new SessionIndex();
  readonly hotspotSessions = new SessionIndex();
  traffic: { up: Meter; down: Meter };
  bootedMs: number;
  isDown = false;
  nextSessionNumber = 1;
  nextJob = 1;
  fallbackAddresses = 0;
  clockShiftMs = 0;
  onServiceChange: () => void = () => {};
  onLogout: (row: Row) => void = () => {};
  onReboot: (bootMs: number) => void = () => {};
  readonly #tables = new Map<string, Table>();
  readonly #followers = new Map<string, Set<RowFollower>>();

  constructor(settings: RouterSettings, listener: FaultListener) {
    this.settings = settings;
    this.catalog = catalogFor(settings.version, settings.board);
    this.clock = createOwnClock(settings.clock);
    this.assumptions = settings.assumptions;
    this.faults = new Faults(listener);
    this.subscribers = new Subscribers(this);
    this.bootedMs = this.clock.now();
    this.traffic = { up: new Meter(this.bootedMs), down: new Meter(this.bootedMs) };
  }

  get dialect(): Dialect {
    return this.catalog.dialect;
  }

  get hidesPasswords(): boolean {
    const knowsArgument = this.settings.version === '7.24';
    return knowsArgument && this.assumptions.passwordsNeedShowSensitive;
  }

  menu(path: string): MenuView {
    return this.catalog.menu(path);
  }

  existingTable(path: string): Table | undefined {
    return this.#tables.get(path);
  }

  table(path: string): Table {
    let table = this.#tables.get(path);
    if (table === undefined) {
      const { menu } = this.menu(path);
      table = new Table(menu.keyField ?? 'name');
      this.#tables.set(path, table);
      for (const values of menu.seed?.(this) ?? []) table.insert({ ...values } as Values, false);
    }
    return table;
  }

  valueOf(path: string, row: Row, name: string): string | undefined {
    return row.values[name] ?? this.menu(path).fieldByName.get(name)?.initial;
  }

  follow(path: string, follower: RowFollower): () => void {
    const followers = this.#followers.get(path) ?? new Set();
    this.#followers.set(path, followers);
    followers.add(follower);
    return () => {
      followers.delete(follower);
      if (followers.size === 0) this.#followers.delete(path);
    };
  }

  announce(path: string, row: Row): void {
    for (const follower of this.#followers.get(path) ?? []) follower(row, false);
  }

  announceDead(path: string, row: Row): void {
    for (const follower of this.#followers.get(path) ?? []) follower(row, true);
  }

  localMs(): number {
    const utcMs = this.clock.now() + this.clockShiftMs + this.faults.clockSkewMs;
    return utcMs + this.zoneOffsetMs(utcMs);
  }

  zoneOffsetMs(utcMs: number): number {
    const row = this.table('/system/clock').all().next().value;
    const zone = row?.values['time-zone-name'];
    return zone === undefined ? 0 : zoneOffsetMs(zone, utcMs);
  }

  writeLog(topics: string, message: string): void {
    const table = this.table('/log');
    const row = table.insert({ 'at-ms': String(this.localMs()), topics, message, buffer: 'memory' }, true);
    this.announce('/log', row);
    if (table.size > logLines) table.delete(table.all().next().value!);
  }

  findPppoeSession(name: string): Session | undefined {
    return this.pppoeSessions.find(name);
  }

  endHotspotSession(session: Session, reason: string): void {
    endHotspotSession(this, session, reason);
  }

  connectSubscriber(subscriber: Subscriber): 'online' | 'later' | 'parked' {
    if (subscriber.kind === 'hotspot') return outcome(connectHotspotDevice(this, subscriber));
    if (this.pppoeSessions.find(subscriber.name) !== undefined) return 'online';
    return outcome(dialPppoe(this, subscriber.name, subscriber.password, subscriber));
  }

  forgetMemory(): void {
    for (const session of [...this.pppoeSessions.all(), ...this.hotspotSessions.all()]) {
      closeSession(this, session, 'reboot');
    }
    for (const table of this.#tables.values()) {
      for (const row of [...table.all()]) {
        if (row.isDynamic) table.delete(row);
      }
    }
    this.bootedMs = this.clock.now();
    this.traffic = { up: new Meter(this.bootedMs), down: new Meter(this.bootedMs) };
  }
}

function outcome(result: { ok: true } | { ok: false; isFinal: boolean }): 'online' | 'later' | 'parked' {
  if (result.ok) return 'online';
  return result.isFinal ? 'parked' : 'later';
}
