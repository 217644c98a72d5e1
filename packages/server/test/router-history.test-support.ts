// For tests only: two simulated routers with a database of what is wanted on them, what may happen to both (wishes, hands at the
// router, subscribers, mishaps in the middle of the work), and what must be true when it is over.
import { rateLimitWord } from '@lastmile/contract/rate-limit.ts';
import { type RouterClient, RouterError, type Row } from '@lastmile/routeros';
import { startRouter } from '@lastmile/routeros-sim';
import fc from 'fast-check';
import { manualClock } from '../src/platform/clock.ts';
import { type Actor, type Database, inTransaction, openDatabase, type Work } from '../src/platform/db.ts';
import { DomainError } from '../src/platform/errors.ts';
import { newId } from '../src/platform/ids.ts';
import { createSealer, keyFromSecret } from '../src/platform/secrets.ts';
import { addAccount, changeAccount, lockAccountsOf, removeAccount } from '../src/provisioning/accounts.ts';
import { changeBlockedAccess, getBlockedAccess } from '../src/provisioning/blocked-access.ts';
import { blockAccount, liftBlock } from '../src/provisioning/blocks.ts';
import { routerosDriver } from '../src/provisioning/drivers/routeros.ts';
import { idInComment, markOf } from '../src/provisioning/mark-rules.ts';
import { moveAccount } from '../src/provisioning/move-account.ts';
import { addProfile, changeProfile, type ServiceKind } from '../src/provisioning/profiles.ts';
import { isSameRate } from '../src/provisioning/rate-limit-rules.ts';
import { type Round, reconcileRound } from '../src/provisioning/reconcile.ts';
import { getWanted } from '../src/provisioning/wanted.ts';
import { openClient } from '../src/routers/probe.ts';
import type { Simulated } from './provider.test-support.ts';

export const names = ['ana', 'ben', 'cyril', 'dora'] as const;
const profileNames = ['Basic', 'Gold', 'Silver', 'Guest', 'Lounge'] as const;
/** What a profile of this place in the list is for. */
const serviceOfProfile = (profile: number): ServiceKind => (profile < 3 ? 'pppoe' : 'hotspot');
const services = ['pppoe', 'hotspot'] as const;
const menus = {
  pppoe: { account: '/ppp/secret', profile: '/ppp/profile' },
  hotspot: { account: '/ip/hotspot/user', profile: '/ip/hotspot/user/profile' },
};
const staticAddresses = [null, '10.9.0.1', '10.9.0.2'] as const;
const ranges = [null, '10.8.0.2-10.8.0.9', '10.8.1.2-10.8.1.9,10.8.2.2'] as const;
const slots = [0, 1, 2, 3] as const;
const places = [0, 1] as const;

const sealer = createSealer(keyFromSecret('a secret for the tests'));
const staff: Actor = { kind: 'staff', id: null, name: 'ana' };

export type Place = (typeof places)[number];
type Slot = (typeof slots)[number];

/** What somebody wants in the office. A slot is a customer with at most one account at a time. */
export type Wish =
  | { wish: 'add'; slot: Slot; place: Place; name: string; profile: number }
  | { wish: 'rename'; slot: Slot; name: string }
  | { wish: 'exchange'; slot: Slot; other: Slot }
  | { wish: 'password'; slot: Slot; isFirst: boolean }
  | { wish: 'profile'; slot: Slot; profile: number }
  | { wish: 'address'; slot: Slot; address: string | null }
  | { wish: 'device'; slot: Slot; isOwn: boolean }
  | { wish: 'garden'; isOn: boolean }
  | { wish: 'block' | 'unblock' | 'remove' | 'move'; slot: Slot }
  /** Removes a customer and gives his account's name to another one. */
  | { wish: 'hand over'; slot: Slot; other: Slot }
  | {
      wish: 'edit profile';
      profile: number;
      name?: string | undefined;
      kbps: number;
      range?: string | null;
      idleSeconds?: number | null;
    };

/** What somebody does at the router itself. `nth` chooses among the objects of ours that are there. */
export type Hand =
  | { hand: 'foreign account' | 'remove foreign' | 'foreign dials'; place: Place; service: ServiceKind; name: string }
  | { hand: 'foreign profile'; place: Place; service: ServiceKind; name: string }
  | { hand: 'rename'; place: Place; service: ServiceKind; nth: number; name: string }
  | {
      hand: 'change' | 'disable' | 'enable' | 'note' | 'erase mark' | 'remove';
      place: Place;
      service: ServiceKind;
      nth: number;
    }
  | { hand: 'rename profile'; place: Place; service: ServiceKind; nth: number; name: string }
  | {
      hand: 'change profile' | 'erase mark of profile' | 'remove profile';
      place: Place;
      service: ServiceKind;
      nth: number;
    };

/** A subscriber's device tries the names that it may ever have had, with the passwords that it may ever have had. */
export type Dial = { dial: Slot; place: Place };

/** What goes wrong at the n-th step of a round; a step is a command or a question to the database. */
export type Mishap = { step: number } & (
  | { mishap: 'crash' | 'crash after sending' | 'offline' | 'silent' }
  | { mishap: 'truncated'; bytes: number }
  | { mishap: 'refused'; command: string; text: string }
  | { mishap: 'meanwhile'; event: Wish | Hand | Dial }
);

type Weather = { latencyMs: number; fragment: number | 'every-offset' | undefined; interleave: boolean };

export type RoundEvent = { place: Place; look: 'unsettled' | 'everything'; weather: Weather; mishaps: Mishap[] };

export type HistoryEvent = Wish | Hand | Dial | RoundEvent;

const slot = fc.constantFrom(...slots);
// Most of it happens in one place, so that things meet.
const place = fc.constantFrom(0 as const, 0 as const, 0 as const, 0 as const, 1 as const);
const name = fc.constantFrom(...names);
const profile = fc.nat(profileNames.length - 1);
const nth = fc.nat(3);
const service = fc.constantFrom('pppoe' as const, 'pppoe' as const, 'hotspot' as const);

const wishes: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ wish: fc.constant('add'), slot, place, name, profile }) as fc.Arbitrary<Wish>,
  },
  { weight: 3, arbitrary: fc.record({ wish: fc.constant('rename'), slot, name }) as fc.Arbitrary<Wish> },
  {
    weight: 3,
    arbitrary: fc.record({
      wish: fc.constantFrom('exchange', 'hand over'),
      slot,
      other: slot,
    }) as fc.Arbitrary<Wish>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ wish: fc.constant('password'), slot, isFirst: fc.boolean() }) as fc.Arbitrary<Wish>,
  },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('profile'), slot, profile }) as fc.Arbitrary<Wish> },
  {
    weight: 1,
    arbitrary: fc.record({
      wish: fc.constant('address'),
      slot,
      address: fc.constantFrom(...staticAddresses),
    }) as fc.Arbitrary<Wish>,
  },
  { weight: 1, arbitrary: fc.record({ wish: fc.constant('garden'), isOn: fc.boolean() }) as fc.Arbitrary<Wish> },
  {
    weight: 1,
    arbitrary: fc.record({ wish: fc.constant('device'), slot, isOwn: fc.boolean() }) as fc.Arbitrary<Wish>,
  },
  {
    weight: 6,
    arbitrary: fc.record({
      wish: fc.constantFrom('block', 'unblock', 'remove', 'move'),
      slot,
    }) as fc.Arbitrary<Wish>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      wish: fc.constant('edit profile'),
      profile,
      name: fc.option(fc.constantFrom(...profileNames, 'Extra'), { nil: undefined }),
      kbps: fc.constantFrom(1024, 2048),
      range: fc.constantFrom(...ranges),
      idleSeconds: fc.constantFrom(null, 600),
    }) as fc.Arbitrary<Wish>,
  },
);

const hands: fc.Arbitrary<Hand> = fc.oneof(
  fc.record({
    hand: fc.constantFrom('foreign account', 'remove foreign', 'foreign dials'),
    place,
    service,
    name,
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('foreign profile'),
    place,
    service,
    name: fc.constantFrom(...profileNames),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('rename'),
    place,
    service,
    nth,
    name: fc.constantFrom(...names, 'by-hand'),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constantFrom('change', 'disable', 'enable', 'note', 'erase mark', 'remove'),
    place,
    service,
    nth,
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('rename profile'),
    place,
    service,
    nth,
    name: fc.constantFrom(...profileNames, 'by-hand'),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constantFrom('change profile', 'erase mark of profile', 'remove profile'),
    place,
    service,
    nth,
  }) as fc.Arbitrary<Hand>,
);

const dials: fc.Arbitrary<Dial> = fc.record({ dial: slot, place });

const refusals = [
  'failure: internal error',
  'no such item',
  'failure: already have such name',
  'not enough permissions (9)',
];

const mishaps: fc.Arbitrary<Mishap> = fc
  .tuple(
    fc.nat(16),
    fc.oneof(
      fc.record({ mishap: fc.constantFrom('crash', 'crash after sending', 'offline') }),
      fc.record({ mishap: fc.constant('truncated'), bytes: fc.nat(60) }),
      fc.record({
        mishap: fc.constant('refused'),
        command: fc.constantFrom(
          '/ppp/secret/',
          '/ppp/profile/',
          '/ppp/active/',
          '/ip/hotspot/user/',
          '/ip/hotspot/active/',
          '/ip/hotspot/cookie/',
          '/ip/pool/',
        ),
        text: fc.constantFrom(...refusals),
      }),
      fc.record({ mishap: fc.constant('meanwhile'), event: fc.oneof(wishes, hands, dials) }),
      // Rarely, for it takes the time that the client waits.
      fc.constantFrom({ mishap: 'silent' }, { mishap: 'crash' }, { mishap: 'crash after sending' }),
    ),
  )
  .map(([step, what]) => ({ step, ...what }) as Mishap);

const rounds: fc.Arbitrary<RoundEvent> = fc.record({
  place,
  look: fc.constantFrom('unsettled', 'everything'),
  weather: fc.record({
    latencyMs: fc.constantFrom(0, 0, 0, 1),
    fragment: fc.constantFrom(undefined, undefined, 'every-offset' as const, 3),
    interleave: fc.boolean(),
  }),
  mishaps: fc.array(mishaps, { maxLength: 3 }),
});

export const histories: fc.Arbitrary<HistoryEvent[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: wishes as fc.Arbitrary<HistoryEvent> },
    { weight: 3, arbitrary: hands as fc.Arbitrary<HistoryEvent> },
    { weight: 3, arbitrary: dials as fc.Arbitrary<HistoryEvent> },
    { weight: 5, arbitrary: rounds as fc.Arbitrary<HistoryEvent> },
  ),
  { minLength: 3, maxLength: 16, size: 'max' },
);

const calm: Weather = { latencyMs: 0, fragment: undefined, interleave: false };

/** Three customers whose accounts are on the first router as wanted, and who are online. */
export const quietBeginning: readonly HistoryEvent[] = [
  { wish: 'add', slot: 0, place: 0, name: 'ana', profile: 0 },
  { wish: 'add', slot: 1, place: 0, name: 'ben', profile: 0 },
  { wish: 'add', slot: 2, place: 0, name: 'cyril', profile: 1 },
  { place: 0, look: 'unsettled', weather: calm, mishaps: [] },
  { dial: 0, place: 0 },
  { dial: 1, place: 0 },
  { dial: 2, place: 0 },
];

/** A fourth one, who is online at the hotspot of the first router. */
export const hotspotBeginning: readonly HistoryEvent[] = [
  { wish: 'add', slot: 3, place: 0, name: 'dora', profile: 3 },
  { place: 0, look: 'unsettled', weather: calm, mishaps: [] },
  { dial: 3, place: 0 },
];

/** The same, and two of them at the hotspot of the first router. */
export const mixedBeginning: readonly HistoryEvent[] = [
  { wish: 'add', slot: 0, place: 0, name: 'ana', profile: 0 },
  { wish: 'add', slot: 1, place: 0, name: 'ben', profile: 3 },
  { wish: 'add', slot: 2, place: 0, name: 'ana', profile: 4 },
  { place: 0, look: 'unsettled', weather: calm, mishaps: [] },
  { dial: 0, place: 0 },
  { dial: 1, place: 0 },
  { dial: 2, place: 0 },
];

export type RouterHabits = NonNullable<Parameters<typeof startRouter>[0]>;

export const habits: fc.Arbitrary<RouterHabits> = fc.record({
  version: fc.constantFrom('6.42' as const, '6.49' as const, '7.16' as const, '7.18' as const, '7.24' as const),
  users: fc.constantFrom(
    [{ name: 'lastmile', password: 'demo' }],
    // May not see passwords.
    [{ name: 'lastmile', password: 'demo', policy: 'api,read,write,test' }],
  ),
  assumptions: fc.record({ hiddenPassword: fc.constantFrom('absent' as const, 'stars' as const) }),
});

class Crash extends Error {}

/** Counts the steps of a round and does at each what is planned there. After a crash nothing happens any more. */
class Steps {
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

function clientWith(client: RouterClient, steps: Steps): RouterClient {
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
function databaseWith(database: Database, steps: Steps): Database {
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

type SecretRow = Record<string, string>;

type AccountRow = {
  id: string;
  service: ServiceKind;
  staticAddress: string | null;
  macAddress: string | null;
  slot: number;
  place: Place;
  name: string;
  appliedName: string | null;
  password: string;
  profileId: string;
  isRemoved: boolean;
  isBlocked: boolean;
  isWalled: boolean;
  version: number;
  appliedVersion: number;
  isPending: boolean;
  isWaitingForPerson: boolean;
  troubleCode: string | null;
};

export type RouterWorld = Awaited<ReturnType<typeof openRouterWorld>>;

/** Opens a world on a fresh database; `begin` starts another history in it. */
export async function openRouterWorld(databaseUrl: string) {
  const clock = manualClock('2026-03-01T12:00:00Z');
  const database = openDatabase(databaseUrl, clock, 4);
  const write = <T>(act: (work: Work) => Promise<T>) => inTransaction(database, staff, act);

  let routers: Simulated[] = [];
  let routerIds: string[] = [];
  let customerIds: string[] = [];
  let profileIds: string[] = [];
  /** Everything at the routers that is not ours, as it must stay: by place, menu and id. */
  let foreign: Map<string, SecretRow>[] = [];
  let arePasswordsHidden = false;
  let foreignSessions: { place: Place; service: ServiceKind; name: string; callerId: string }[] = [];

  async function begin(habit: RouterHabits = {}): Promise<void> {
    await database.pool.query(
      `delete from provisioning.sessions; delete from provisioning.drifts; delete from provisioning.blocks; delete from provisioning.accounts; delete from provisioning.profile_copies;
       delete from provisioning.profiles where not is_for_blocked;
       update provisioning.blocked_access set mode = 'disable', revision = 1; delete from customers.customers; delete from routers.routers;`,
    );
    arePasswordsHidden = habit.users?.some(({ policy }) => policy && !policy.includes('sensitive')) ?? false;
    routers = await Promise.all(places.map(() => startRouter(habit)));
    routerIds = places.map(() => newId());
    for (const at of places)
      await database.pool.query(
        `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, change_limit_percent, created_at)
         values ($1, $2, '127.0.0.1', $3, 'off', 'lastmile', $4, 'manage', 100, now())`,
        [routerId(at), `Tower ${at}`, routerAt(at).port, sealer.seal('demo', routerId(at))],
      );
    customerIds = slots.map(() => newId());
    for (const id of customerIds)
      await database.pool.query(
        `insert into customers.customers (id, name, created_at) values ($1, 'Ana Horvat', now())`,
        [id],
      );
    profileIds = [];
    for (const [place, profileName] of profileNames.entries()) {
      const rates = { downKbps: 1024, upKbps: 1024 };
      const service = serviceOfProfile(place);
      profileIds.push(await write((work) => addProfile(work, { name: profileName, service, ...rates })));
    }
    foreign = places.map(() => new Map());
    foreignSessions = [];
    for (const at of places)
      for (const service of services) {
        putForeign(at, menus[service].account, { name: 'guest', password: 'foreign', comment: 'a neighbour' });
        dialForeign(at, service, 'guest');
      }
  }

  async function end(): Promise<void> {
    await Promise.all(routers.map((router) => router.stop()));
  }

  function routerAt(at: Place): Simulated {
    return routers[at] as Simulated;
  }

  const routerId = (at: Place): string => routerIds[at] ?? '';

  // The office.

  async function carryOut(wish: Wish): Promise<void> {
    // Another wish of the same second may stand in the way: then the office is told so.
    await write((work) => act(work, wish)).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
    });
  }

  async function act(work: Work, wish: Wish): Promise<void> {
    if (wish.wish === 'edit profile') {
      const { kbps } = wish;
      return changeProfile(work, profileIds[wish.profile] ?? '', {
        ...(wish.name === undefined ? {} : { name: wish.name }),
        downKbps: kbps,
        upKbps: kbps,
        addressRange: wish.range,
        idleTimeoutSeconds: wish.idleSeconds,
      });
    }
    if (wish.wish === 'garden') {
      const { revision } = await getBlockedAccess(work.db);
      await changeBlockedAccess(work, { revision, mode: wish.isOn ? 'walled_garden' : 'disable' });
      return;
    }
    const customerId = customerIds[wish.slot] ?? '';
    const [account] = await lockAccountsOf(work, customerId);
    if (wish.wish === 'add') {
      if (account) return;
      const profileId = profileIds[wish.profile] ?? '';
      const password = passwordOf(wish.slot, true);
      await addAccount(work, sealer, {
        customerId,
        routerId: routerId(wish.place),
        profileId,
        name: wish.name,
        password,
      });
      return;
    }
    if (!account) return;
    const ref = { id: account.id, customerId, name: account.name };
    switch (wish.wish) {
      case 'rename':
        return changeAccount(work, sealer, account, { name: wish.name });
      case 'exchange': {
        const [other] = await lockAccountsOf(work, customerIds[wish.other] ?? '');
        if (!other || other.id === account.id) return;
        await changeAccount(work, sealer, account, { name: `between-${wish.slot}` });
        await changeAccount(work, sealer, other, { name: account.name });
        return changeAccount(work, sealer, { ...account, name: `between-${wish.slot}` }, { name: other.name });
      }
      case 'hand over': {
        const otherId = customerIds[wish.other] ?? '';
        if ((await lockAccountsOf(work, otherId)).some(({ id }) => id !== account.id)) return;
        await removeAccount(work, account);
        const { routerId: same, profileId, name: kept } = account;
        const password = passwordOf(wish.other, true);
        await addAccount(work, sealer, { customerId: otherId, routerId: same, profileId, name: kept, password });
        return;
      }
      case 'password':
        return changeAccount(work, sealer, account, { password: passwordOf(wish.slot, wish.isFirst) });
      case 'profile':
        return changeAccount(work, sealer, account, { profileId: profileIds[wish.profile] ?? '' });
      case 'address':
        return changeAccount(work, sealer, account, { staticAddress: wish.address });
      case 'device':
        return changeAccount(work, sealer, account, { macAddress: wish.isOwn ? callerIdOf(wish.slot) : null });
      case 'block':
        await blockAccount(work, ref, 'staff');
        return;
      case 'unblock':
        await liftBlock(work, ref, 'staff');
        return;
      case 'remove':
        return removeAccount(work, account);
      case 'move': {
        const next = account.routerId === routerId(0) ? routerId(1) : routerId(0);
        await moveAccount(work, sealer, account, { routerId: next });
      }
    }
  }

  // The person at the router.

  function putForeign(at: Place, menu: string, values: Record<string, string>): void {
    keepForeign(at, menu, routerAt(at).put(menu, values));
  }

  function keepForeign(at: Place, menu: string, id: string): void {
    foreign[at]?.set(`${menu} ${id}`, plainRow(at, menu, id));
  }

  /** A row as it must stay. What the router itself writes into it, and the name of a profile of ours, may change. */
  function plainRow(at: Place, menu: string, id: string): SecretRow {
    const row = routerAt(at)
      .rows(menu)
      .find((candidate) => candidate['.id'] === id);
    if (!row) return { gone: `${menu} ${id} is gone` };
    const kept = Object.entries(row).filter(([key]) => !/^(last-|uptime$|bytes-|packets-)/.test(key));
    const profiles = menu === menus.pppoe.account ? menus.pppoe.profile : menus.hotspot.profile;
    const profileId = row.profile && routerAt(at).find(profiles, { name: row.profile })?.['.id'];
    return { ...Object.fromEntries(kept), ...(profileId ? { profile: profileId } : {}) } as SecretRow;
  }

  function dialForeign(at: Place, service: ServiceKind, dialled: string): void {
    const callerId = `02:00:00:00:99:${String(foreignSessions.length).padStart(2, '0')}`;
    if (logIn(at, service, dialled, 'foreign', callerId))
      foreignSessions.push({ place: at, service, name: dialled, callerId });
  }

  function logIn(at: Place, service: ServiceKind, dialled: string, password: string, callerId: string): boolean {
    const router = routerAt(at);
    if (service === 'pppoe') return router.dial(dialled, password, { callerId }).ok;
    return router.logInToHotspot(dialled, password, { mac: callerId }).ok;
  }

  /** What has no comment has our mark in its name. */
  function ownerOf(row: SecretRow): string | undefined {
    return idInComment(row.comment) ?? idInComment(row.name);
  }

  function marked(at: Place, menu: string): SecretRow[] {
    return (routerAt(at).rows(menu) as SecretRow[]).filter((row) => ownerOf(row));
  }

  async function reachIn(hand: Hand): Promise<void> {
    try {
      await handle(hand);
    } catch (error) {
      // The router does not let him: the name is taken.
      if (!(error instanceof Error) || error.constructor.name !== 'Refusal') throw error;
    }
  }

  async function handle(hand: Hand): Promise<void> {
    const { place: at } = hand;
    const router = routerAt(at);
    const { service: kind } = hand;
    switch (hand.hand) {
      case 'foreign account':
        return putForeign(at, menus[kind].account, {
          name: hand.name,
          password: 'foreign',
          ...(kind === 'pppoe' ? { service: 'pppoe' } : {}),
        });
      case 'foreign profile':
        return putForeign(at, menus[kind].profile, { name: hand.name, 'rate-limit': '7M/7M' });
      case 'foreign dials':
        return dialForeign(at, kind, hand.name);
      case 'remove foreign': {
        const menu = menus[kind].account;
        const row = router.find(menu, { name: hand.name });
        if (!row || !foreign[at]?.has(`${menu} ${row['.id']}`)) return;
        router.drop(menu, row['.id'] ?? '');
        foreign[at].delete(`${menu} ${row['.id']}`);
        forgetSessions(at, kind, hand.name);
        return;
      }
    }
    const isProfile = hand.hand.includes('profile');
    const menu = isProfile ? menus[kind].profile : menus[kind].account;
    const rows = marked(at, menu);
    const row = rows[hand.nth % Math.max(1, rows.length)];
    if (!row) return;
    const id = row['.id'] ?? '';
    // Whoever takes a name away that we never heard of sees to its session himself: nobody could find it later.
    const isKnown = isProfile || (await listAccounts()).some(({ appliedName }) => appliedName === row.name);
    switch (hand.hand) {
      case 'rename':
        // Whoever gives a name under which somebody is online sees to that session, too: it looks like one of the new name's.
        if (row.name !== hand.name && !router.find(menu, { name: hand.name })) forgetSessions(at, kind, hand.name);
        router.edit(menu, id, { name: hand.name });
        if (!isKnown) forgetSessions(at, kind, row.name ?? '');
        return;
      case 'rename profile': {
        // Who keeps the mark in the name of what has no comment keeps it ours.
        const mark = kind === 'hotspot' ? markOf(ownerOf(row) ?? '') : '';
        return router.edit(menu, id, { name: `${hand.name}${mark}` });
      }
      case 'change':
        // A password that the router does not show cannot be found to be wrong.
        if (!arePasswordsHidden) router.edit(menu, id, { password: 'by hand' });
        return router.edit(menu, id, {
          profile: 'default',
          ...(kind === 'pppoe'
            ? { service: 'l2tp', 'remote-address': '10.9.9.9', 'limit-bytes-in': '1000000' }
            : {
                address: '10.9.9.9',
                'mac-address': '02:00:00:00:00:77',
                'limit-uptime': '1h',
                'limit-bytes-total': '1000000',
              }),
        });
      case 'change profile':
        return router.edit(menu, id, { 'rate-limit': '9M/9M', 'idle-timeout': '7m', 'address-list': 'by-hand' });
      case 'disable':
        return router.edit(menu, id, { disabled: 'yes' });
      case 'enable':
        return router.edit(menu, id, { disabled: 'no' });
      case 'note':
        return router.edit(menu, id, { comment: `pays late ${row.comment} !` });
      case 'erase mark':
      case 'erase mark of profile':
        router.edit(menu, id, isProfile && kind === 'hotspot' ? { name: `mine-${id}` } : { comment: 'mine now' });
        return keepForeign(at, menu, id);
      case 'remove':
      case 'remove profile':
        router.drop(menu, id);
        if (!isKnown) forgetSessions(at, kind, row.name ?? '');
    }
  }

  function forgetSessions(at: Place, service: ServiceKind, ended: string): void {
    const router = routerAt(at);
    const menu = service === 'pppoe' ? '/ppp/active' : '/ip/hotspot/active';
    for (const row of router.rows(menu)) if ((row.name ?? row.user) === ended) router.drop(menu, row['.id'] ?? '');
    if (service === 'hotspot')
      for (const row of router.rows('/ip/hotspot/cookie'))
        if (row.user === ended) router.drop('/ip/hotspot/cookie', row['.id'] ?? '');
    foreignSessions = foreignSessions.filter(
      (session) => session.place !== at || session.service !== service || session.name !== ended,
    );
  }

  function dial({ dial: caller, place: at }: Dial): void {
    const router = routerAt(at);
    const callerId = callerIdOf(caller);
    for (const kind of services) {
      const isOnline = (dialled: string | undefined) =>
        router.sessions.some((one) => one.kind === kind && one.callerId === callerId && one.name === dialled);
      for (const row of router.rows(menus[kind].account))
        for (const isFirst of [true, false])
          if (!isOnline(row.name)) logIn(at, kind, row.name ?? '', passwordOf(caller, isFirst), callerId);
      // A cookie lets its device in without a password.
      if (kind === 'hotspot')
        for (const { user, 'mac-address': mac } of router.rows('/ip/hotspot/cookie'))
          if (mac === callerId && !isOnline(user)) router.logInToHotspot(user ?? '', '', { mac, by: 'mac-cookie' });
    }
  }

  // The rounds.

  async function live(event: HistoryEvent): Promise<void> {
    if ('wish' in event) await carryOut(event);
    else if ('hand' in event) await reachIn(event);
    else if ('dial' in event) dial(event);
    else await troubledRound(event);
  }

  async function troubledRound({ place: at, look, weather, mishaps: planned }: RoundEvent): Promise<void> {
    const router = routerAt(at);
    Object.assign(router.faults, weather);
    const steps = new Steps(planned, (mishap) => happen(at, mishap));
    try {
      await round(at, look, steps, 100);
    } catch (error) {
      if (!(error instanceof Crash || error instanceof RouterError)) throw error;
    }
  }

  async function happen(at: Place, mishap: Mishap): Promise<void> {
    const { faults } = routerAt(at);
    switch (mishap.mishap) {
      case 'offline':
        faults.offline = true;
        return;
      case 'silent':
        faults.silent = true;
        return;
      case 'truncated':
        faults.truncateReply = mishap.bytes;
        return;
      case 'refused':
        faults.failNext(mishap.command, mishap.text);
        return;
      case 'meanwhile':
        await live(mishap.event);
    }
  }

  /** A round whose reads of secrets lack rows without a word of it. */
  function roundWithShortReads(at: Place, look: RoundEvent['look'], keep: (rows: Row[]) => Row[]): Promise<Round> {
    const print = async (client: RouterClient, menu: string, options: Parameters<RouterClient['print']>[1]) => {
      const rows = await client.print(menu, options);
      return menu === '/ppp/secret' || menu === '/ip/hotspot/user' ? keep(rows) : rows;
    };
    const spoil = (client: RouterClient) =>
      new Proxy(client, {
        get(target, key) {
          if (key === 'print') return print.bind(undefined, target);
          const value = Reflect.get(target, key, target) as unknown;
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    return round(at, look, undefined, undefined, spoil);
  }

  /** One round on a connection of its own. Each is minutes after the one before, so that what waits for its time is due. */
  async function round(
    at: Place,
    look: 'unsettled' | 'everything',
    steps = new Steps([], () => {}),
    timeoutMs = 20_000,
    spoil = (client: RouterClient): RouterClient => client,
  ): Promise<Round> {
    clock.advance({ minutes: 10 });
    const router = routerAt(at);
    const access = { host: '127.0.0.1', port: router.port, username: 'lastmile', password: 'demo' };
    const client = await openClient({ ...access, tls: 'off', fingerprint: null }, 'Tower', {
      areLocalRoutersAllowed: true,
      commandTimeoutMs: timeoutMs,
    });
    try {
      const driver = routerosDriver(clientWith(spoil(client), steps));
      const wanted = await getWanted(database.db, sealer, routerId(at), look, clock.now());
      return await reconcileRound(databaseWith(database, steps), driver, routerId(at), look, wanted);
    } finally {
      await steps.end();
      router.faults.clear();
      await router.settled();
      await client.close();
    }
  }

  // What must be true.

  async function listAccounts(): Promise<AccountRow[]> {
    const { rows } = await database.pool.query(
      `select a.*, exists (select from provisioning.blocks b where b.account_id = a.id and b.lifted_at is null) as blocked,
         (select mode = 'walled_garden' from provisioning.blocked_access) as is_walled
       from provisioning.accounts a order by a.id`,
    );
    return rows.map((row) => ({
      id: row.id,
      service: row.service,
      staticAddress: row.static_address,
      macAddress: row.mac_address,
      slot: customerIds.indexOf(row.customer_id),
      place: routerIds.indexOf(row.router_id) as Place,
      name: row.name,
      appliedName: row.applied_name,
      // That of an account that left is not kept.
      password: row.password_sealed.length === 0 ? '' : sealer.open(row.password_sealed, row.id),
      profileId: row.profile_id,
      isRemoved: row.removed_at !== null,
      isBlocked: row.blocked,
      isWalled: row.blocked && row.is_walled,
      version: row.version,
      appliedVersion: row.applied_version,
      isPending: row.pending_since !== null,
      isWaitingForPerson: row.pending_since !== null && row.next_try_at === null,
      troubleCode: row.trouble_code,
    }));
  }

  /** Everything that is not as it must be, in words; empty when all is well. */
  async function complaints(): Promise<string[]> {
    const accounts = await listAccounts();
    const { rows: wantedProfiles } = await database.pool.query('select * from provisioning.profiles');
    return places.flatMap((at) => [
      ...complaintsOfForeign(at),
      ...complaintsOfObjects(at, accounts, wantedProfiles),
      ...complaintsOfSessions(at, accounts),
    ]);
  }

  function complaintsOfForeign(at: Place): string[] {
    const changed = [...(foreign[at] ?? [])].flatMap(([key, before]) => {
      const [menu = '', id = ''] = key.split(' ');
      const now = JSON.stringify(plainRow(at, menu, id));
      return now === JSON.stringify(before) ? [] : [`foreign ${key} was ${JSON.stringify(before)}, is ${now}`];
    });
    const known = new Set(foreign[at]?.keys());
    const strangers = services.flatMap((kind) =>
      routerAt(at)
        .rows(menus[kind].account)
        .filter((row) => row.default !== 'true' && !idInComment(row.comment))
        .filter((row) => !known.has(`${menus[kind].account} ${row['.id']}`)),
    );
    const alive = new Set(routerAt(at).sessions.map(({ kind, callerId }) => `${kind} ${callerId}`));
    const cut = foreignSessions.filter(
      (session) => session.place === at && !alive.has(`${session.service} ${session.callerId}`),
    );
    return [
      ...changed,
      ...strangers.map((row) => `${row.name} appeared without a mark`),
      ...cut.map((session) => `the foreign session of ${session.name} was cut`),
    ];
  }

  function complaintsOfObjects(at: Place, accounts: AccountRow[], wantedProfiles: Loose[]): string[] {
    const router = routerAt(at);
    const here = accounts.filter((account) => account.place === at);
    const profileTrouble = (profileId: string): boolean => {
      const wanted = wantedProfiles.find(({ id }) => id === profileId);
      if (wanted?.service !== 'pppoe') return false;
      const holder = router.find('/ppp/profile', { name: wanted.name });
      return holder !== undefined && !idInComment(holder.comment);
    };
    const isStuck = (account: AccountRow): boolean => {
      if (!account.isWalled && profileTrouble(account.profileId)) return true;
      const holder = router.find(menus[account.service].account, { name: account.name });
      const ownerId = idInComment(holder?.comment);
      if (!holder || ownerId === account.id) return false;
      const owner = here.find(({ id, isRemoved }) => id === ownerId && !isRemoved);
      return !owner || (owner.name !== account.name && isStuck(owner));
    };
    const orphans = services.flatMap((kind) =>
      marked(at, menus[kind].account).filter((row) => {
        const owner = here.find(({ id, service: its }) => id === idInComment(row.comment) && its === kind);
        return !owner || owner.isRemoved;
      }),
    );
    return [
      ...orphans.map((row) => `${row.name} (${row.comment}) should be gone from ${at}`),
      ...here.flatMap((account) => complaintsOfAccount(account, isStuck(account), wantedProfiles)),
      ...wantedProfiles.flatMap((wanted) => complaintsOfProfile(at, wanted, profileTrouble(wanted.id))),
    ].map((complaint) => `${complaint} [${at}]`);
  }

  function complaintsOfAccount(account: AccountRow, isStuck: boolean, wantedProfiles: Loose[]): string[] {
    const { account: menu } = menus[account.service];
    const own = marked(account.place, menu).filter((row) => row.comment?.includes(markOf(account.id)));
    const label = `account ${account.slot} ${account.name}`;
    if (account.isRemoved)
      return account.isPending ? [`${label} still waits to be removed: ${account.troubleCode}`] : [];
    if (isStuck) {
      const isOff = !account.isBlocked || own.every((row) => row.disabled === 'true');
      return [
        ...(account.isWaitingForPerson ? [] : [`${label} should wait for a person: ${JSON.stringify(account)}`]),
        ...(/^(account|profile)_name_taken$/.test(account.troubleCode ?? '')
          ? []
          : [`${label}: ${account.troubleCode}`]),
        ...(own.length < 2 ? [] : [`${label} has ${own.length} secrets`]),
        ...(isOff ? [] : [`${label} is not switched off`]),
      ];
    }
    const profile = wantedProfiles.find(({ id, is_for_blocked, service }) =>
      account.isWalled ? is_for_blocked && service === account.service : id === account.profileId,
    );
    const isTunnel = account.service === 'pppoe';
    const wanted = {
      name: account.name,
      password: account.password,
      service: isTunnel ? 'pppoe' : undefined,
      profile: isTunnel ? profile?.name : `${profile?.name}${markOf(profile?.id ?? '')}`,
      disabled: String(account.isBlocked && !account.isWalled),
      address: account.staticAddress,
      mac: account.macAddress,
      limits: [],
    };
    const seen = own.map((row) => ({
      name: row.name,
      password: row.password,
      service: row.service,
      profile: row.profile,
      disabled: row.disabled,
      address: row[isTunnel ? 'remote-address' : 'address'] || null,
      mac: row[isTunnel ? 'caller-id' : 'mac-address'] || null,
      limits: Object.entries(row).filter(([key, value]) => key.startsWith('limit-') && !/^0?s?$/.test(value)),
    }));
    return [
      ...(JSON.stringify(seen) === JSON.stringify([wanted])
        ? []
        : [`${label} should be ${JSON.stringify(wanted)}, is ${JSON.stringify(seen)}`]),
      ...(account.isPending ? [`${label} is still pending: ${JSON.stringify(account)}`] : []),
      ...(account.troubleCode ? [`${label} has trouble: ${account.troubleCode}`] : []),
    ];
  }

  function complaintsOfProfile(at: Place, wanted: Loose, isTaken: boolean): string[] {
    const isTunnel = wanted.service === 'pppoe';
    const ofWanted = (menu: string) => marked(at, menu).filter((row) => ownerOf(row) === wanted.id);
    const own = ofWanted(isTunnel ? '/ppp/profile' : '/ip/hotspot/user/profile');
    if (own.length > 1) return [`profile ${wanted.name} is there ${own.length} times`];
    const [row] = own;
    if (!row || isTaken) return [];
    const rate = rateLimitWord({ downKbps: wanted.down_kbps, upKbps: wanted.up_kbps });
    const expected = {
      name: isTunnel ? wanted.name : `${wanted.name}${markOf(wanted.id)}`,
      rate: true,
      idle: wanted.idle_timeout_seconds ? '10m' : 'none',
      list: wanted.address_list ?? '',
      pool: wanted.address_range ? `${wanted.name}-pool${markOf(wanted.id)} ${wanted.address_range}` : 'none',
    };
    const pool = row[isTunnel ? 'remote-address' : 'address-pool'] ?? 'none';
    const actual = {
      name: row.name,
      rate: isSameRate(row['rate-limit'] ?? '', rate),
      idle: row['idle-timeout'] ?? 'none',
      list: row['address-list'] ?? '',
      pool: pool === 'none' ? pool : `${pool} ${routerAt(at).find('/ip/pool', { name: pool })?.ranges}`,
    };
    const pools = ofWanted('/ip/pool');
    return [
      ...(JSON.stringify(actual) === JSON.stringify(expected)
        ? []
        : [`profile ${rate} should be ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`]),
      ...(pools.length > 1 ? [`pool ${wanted.name} is there ${pools.length} times`] : []),
    ];
  }

  /** Online is only who may be: under the name of his own enabled account, or of one that is not ours to close. So are cookies. */
  function complaintsOfSessions(at: Place, accounts: AccountRow[]): string[] {
    const router = routerAt(at);
    const cookies = router.rows('/ip/hotspot/cookie').map((row) => ({
      kind: 'hotspot' as const,
      name: row.user ?? '',
      callerId: row['mac-address'],
      what: 'a cookie',
    }));
    const walled = new Set(
      router
        .rows('/ip/firewall/address-list')
        .filter(({ list }) => list === 'lm-blocked')
        .map(({ address }) => address),
    );
    const online = router.sessions.map((session) => ({ ...session, what: 'a session' }));
    return [...online, ...cookies].flatMap(({ kind, name: its, callerId, what, ...session }) => {
      const caller = slots.find((one) => callerIdOf(one) === callerId);
      if (caller === undefined) return [];
      const holder = router.find(menus[kind].account, { name: its });
      const ownerId = idInComment(holder?.comment);
      if (holder && !ownerId) return [];
      // Where something stands in the way, the account may have another name than the session that goes on.
      const owner = accounts.find((one) => one.service === kind && (holder ? one.id === ownerId : one.name === its));
      const isInPlace = !('address' in session) || walled.has(session.address) === (owner?.isWalled ?? false);
      const mayBe = owner?.slot === caller && !owner.isRemoved && (!owner.isBlocked || owner.isWalled) && isInPlace;
      return mayBe ? [] : [`customer ${caller} has ${what} as ${its} [${at}]`];
    });
  }

  return {
    database,
    sealer,
    begin,
    end,
    routerAt,
    routerId,
    live,
    round: (at: Place, look: RoundEvent['look']) => round(at, look),
    roundWithShortReads,
    listAccounts,
    complaints,
    close: () => database.pool.end(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into rows freely, and fails where they are not as it says.
type Loose = any;

export function passwordOf(slotNumber: number, isFirst: boolean): string {
  return `${slotNumber}-${isFirst ? 'first' : 'second'}`;
}

function callerIdOf(slotNumber: number): string {
  return `02:00:00:00:00:0${slotNumber}`;
}

/** The commands that change something, of those that the router was told. */
export function writesOf(router: Simulated): string[] {
  return router
    .log()
    .map(({ command }) => command)
    .filter((command) => !/\/(print|login|listen|cancel)$|^\/login$/.test(command));
}
