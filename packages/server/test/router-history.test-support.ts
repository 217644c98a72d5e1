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
import { blockAccount, liftBlock } from '../src/provisioning/blocks.ts';
import { routerosDriver } from '../src/provisioning/drivers/routeros.ts';
import { idInComment, markOf } from '../src/provisioning/mark-rules.ts';
import { addProfile, changeProfile } from '../src/provisioning/profiles.ts';
import { isSameRate } from '../src/provisioning/rate-limit-rules.ts';
import { type Round, reconcileRound } from '../src/provisioning/reconcile.ts';
import { openClient } from '../src/routers/probe.ts';
import type { Simulated } from './provider.test-support.ts';

export const names = ['ana', 'ben', 'cyril', 'dora'] as const;
const profileNames = ['Basic', 'Gold', 'Silver'] as const;
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
  | { wish: 'block' | 'unblock' | 'remove' | 'move'; slot: Slot }
  /** Removes a customer and gives his account's name to another one. */
  | { wish: 'hand over'; slot: Slot; other: Slot }
  | { wish: 'edit profile'; profile: number; name?: string | undefined; kbps: number };

/** What somebody does at the router itself. `nth` chooses among the objects of ours that are there. */
export type Hand =
  | { hand: 'foreign secret' | 'remove foreign' | 'foreign dials'; place: Place; name: string }
  | { hand: 'foreign profile'; place: Place; name: string }
  | { hand: 'rename'; place: Place; nth: number; name: string }
  | { hand: 'change' | 'disable' | 'enable' | 'note' | 'erase mark' | 'remove'; place: Place; nth: number }
  | { hand: 'rename profile'; place: Place; nth: number; name: string }
  | { hand: 'change profile' | 'erase mark of profile' | 'remove profile'; place: Place; nth: number };

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
const profile = fc.nat(2);
const nth = fc.nat(3);

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
    }) as fc.Arbitrary<Wish>,
  },
);

const hands: fc.Arbitrary<Hand> = fc.oneof(
  fc.record({
    hand: fc.constantFrom('foreign secret', 'remove foreign', 'foreign dials'),
    place,
    name,
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('foreign profile'),
    place,
    name: fc.constantFrom(...profileNames),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('rename'),
    place,
    nth,
    name: fc.constantFrom(...names, 'by-hand'),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constantFrom('change', 'disable', 'enable', 'note', 'erase mark', 'remove'),
    place,
    nth,
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constant('rename profile'),
    place,
    nth,
    name: fc.constantFrom(...profileNames, 'by-hand'),
  }) as fc.Arbitrary<Hand>,
  fc.record({
    hand: fc.constantFrom('change profile', 'erase mark of profile', 'remove profile'),
    place,
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
        command: fc.constantFrom('/ppp/secret/', '/ppp/profile/', '/ppp/active/'),
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
  slot: number;
  place: Place;
  name: string;
  appliedName: string | null;
  password: string;
  profileId: string;
  isRemoved: boolean;
  isBlocked: boolean;
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
  let foreignSessions: { place: Place; name: string; callerId: string }[] = [];

  async function begin(habit: RouterHabits = {}): Promise<void> {
    await database.pool.query(
      `delete from provisioning.blocks; delete from provisioning.accounts; delete from provisioning.profile_copies;
       delete from provisioning.profiles; delete from customers.customers; delete from routers.routers;`,
    );
    arePasswordsHidden = habit.users?.some(({ policy }) => policy && !policy.includes('sensitive')) ?? false;
    routers = await Promise.all(places.map(() => startRouter(habit)));
    routerIds = places.map(() => newId());
    for (const at of places)
      await database.pool.query(
        `insert into routers.routers (id, label, host, port, tls, username, password_sealed, mode, created_at)
         values ($1, $2, '127.0.0.1', $3, 'off', 'lastmile', $4, 'manage', now())`,
        [routerId(at), `Tower ${at}`, routerAt(at).port, sealer.seal('demo', routerId(at))],
      );
    customerIds = slots.map(() => newId());
    for (const id of customerIds)
      await database.pool.query(
        `insert into customers.customers (id, name, created_at) values ($1, 'Ana Horvat', now())`,
        [id],
      );
    profileIds = [];
    for (const profileName of profileNames)
      profileIds.push(await write((work) => addProfile(work, { name: profileName, downKbps: 1024, upKbps: 1024 })));
    foreign = places.map(() => new Map());
    foreignSessions = [];
    for (const at of places) {
      putForeign(at, '/ppp/secret', { name: 'guest', password: 'foreign', comment: 'a neighbour' });
      dialForeign(at, 'guest');
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
      });
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
        const password = sealer.open(account.passwordSealed, account.id);
        await removeAccount(work, account);
        const { profileId, name: kept } = account;
        await addAccount(work, sealer, { customerId, routerId: next, profileId, name: kept, password });
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
    const kept = Object.entries(row).filter(([key]) => !key.startsWith('last-'));
    const profileId = row.profile && routerAt(at).find('/ppp/profile', { name: row.profile })?.['.id'];
    return { ...Object.fromEntries(kept), ...(profileId ? { profile: profileId } : {}) } as SecretRow;
  }

  function dialForeign(at: Place, dialled: string): void {
    const callerId = `02:00:00:00:99:${String(foreignSessions.length).padStart(2, '0')}`;
    if (routerAt(at).dial(dialled, 'foreign', { callerId }).ok)
      foreignSessions.push({ place: at, name: dialled, callerId });
  }

  function marked(at: Place, menu: string): SecretRow[] {
    return routerAt(at)
      .rows(menu)
      .filter((row) => idInComment(row.comment)) as SecretRow[];
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
    switch (hand.hand) {
      case 'foreign secret':
        return putForeign(at, '/ppp/secret', { name: hand.name, password: 'foreign', service: 'pppoe' });
      case 'foreign profile':
        return putForeign(at, '/ppp/profile', { name: hand.name, 'rate-limit': '7M/7M' });
      case 'foreign dials':
        return dialForeign(at, hand.name);
      case 'remove foreign': {
        const row = router.find('/ppp/secret', { name: hand.name });
        if (!row || !foreign[at]?.has(`/ppp/secret ${row['.id']}`)) return;
        router.drop('/ppp/secret', row['.id'] ?? '');
        foreign[at].delete(`/ppp/secret ${row['.id']}`);
        forgetSessions(at, hand.name);
        return;
      }
    }
    const menu = hand.hand.includes('profile') ? '/ppp/profile' : '/ppp/secret';
    const rows = marked(at, menu);
    const row = rows[hand.nth % Math.max(1, rows.length)];
    if (!row) return;
    const id = row['.id'] ?? '';
    // Whoever takes a name away that we never heard of sees to its session himself: nobody could find it later.
    const isKnown =
      menu === '/ppp/profile' || (await listAccounts()).some(({ appliedName }) => appliedName === row.name);
    switch (hand.hand) {
      case 'rename':
        // Whoever gives a name under which somebody is online sees to that session, too: it looks like one of the new name's.
        if (row.name !== hand.name && !router.find('/ppp/secret', { name: hand.name })) forgetSessions(at, hand.name);
        router.edit(menu, id, { name: hand.name });
        if (!isKnown) forgetSessions(at, row.name ?? '');
        return;
      case 'rename profile':
        return router.edit(menu, id, { name: hand.name });
      case 'change':
        // A password that the router does not show cannot be found to be wrong.
        if (!arePasswordsHidden) router.edit(menu, id, { password: 'by hand' });
        return router.edit(menu, id, { profile: 'default', service: 'l2tp' });
      case 'change profile':
        return router.edit(menu, id, { 'rate-limit': '9M/9M' });
      case 'disable':
        return router.edit(menu, id, { disabled: 'yes' });
      case 'enable':
        return router.edit(menu, id, { disabled: 'no' });
      case 'note':
        return router.edit(menu, id, { comment: `pays late ${row.comment} !` });
      case 'erase mark':
      case 'erase mark of profile':
        router.edit(menu, id, { comment: 'mine now' });
        return keepForeign(at, menu, id);
      case 'remove':
      case 'remove profile':
        router.drop(menu, id);
        if (!isKnown) forgetSessions(at, row.name ?? '');
    }
  }

  function forgetSessions(at: Place, ended: string): void {
    routerAt(at).hangUp(ended);
    foreignSessions = foreignSessions.filter((session) => session.place !== at || session.name !== ended);
  }

  function dial({ dial: caller, place: at }: Dial): void {
    const router = routerAt(at);
    const callerId = callerIdOf(caller);
    for (const row of router.rows('/ppp/secret'))
      for (const isFirst of [true, false]) {
        const isOnline = router.sessions.some((one) => one.callerId === callerId && one.name === row.name);
        if (!isOnline) router.dial(row.name ?? '', passwordOf(caller, isFirst), { callerId });
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
      return menu === '/ppp/secret' ? keep(rows) : rows;
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
    const client = await openClient({ ...access, tls: 'off', fingerprint: null }, 'Tower', timeoutMs);
    try {
      const driver = routerosDriver(clientWith(spoil(client), steps));
      return await reconcileRound(databaseWith(database, steps), sealer, driver, routerId(at), look);
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
      `select a.*, exists (select from provisioning.blocks b where b.account_id = a.id and b.lifted_at is null) as blocked
       from provisioning.accounts a order by a.id`,
    );
    return rows.map((row) => ({
      id: row.id,
      slot: customerIds.indexOf(row.customer_id),
      place: routerIds.indexOf(row.router_id) as Place,
      name: row.name,
      appliedName: row.applied_name,
      password: sealer.open(row.password_sealed, row.id),
      profileId: row.profile_id,
      isRemoved: row.removed_at !== null,
      isBlocked: row.blocked,
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
    const strangers = routerAt(at)
      .rows('/ppp/secret')
      .filter((row) => !idInComment(row.comment) && !known.has(`/ppp/secret ${row['.id']}`));
    const alive = new Set(routerAt(at).sessions.map(({ callerId }) => callerId));
    const cut = foreignSessions.filter((session) => session.place === at && !alive.has(session.callerId));
    return [
      ...changed,
      ...strangers.map((row) => `${row.name} appeared without a mark`),
      ...cut.map((session) => `the foreign session of ${session.name} was cut`),
    ];
  }

  function complaintsOfObjects(at: Place, accounts: AccountRow[], wantedProfiles: Loose[]): string[] {
    const router = routerAt(at);
    const rows = marked(at, '/ppp/secret');
    const here = accounts.filter((account) => account.place === at);
    const profileTrouble = (profileId: string): boolean => {
      const wanted = wantedProfiles.find(({ id }) => id === profileId);
      const holder = router.find('/ppp/profile', { name: wanted?.name });
      return holder !== undefined && !idInComment(holder.comment);
    };
    const isStuck = (account: AccountRow): boolean => {
      if (profileTrouble(account.profileId)) return true;
      const holder = router.find('/ppp/secret', { name: account.name });
      const ownerId = idInComment(holder?.comment);
      if (!holder || ownerId === account.id) return false;
      const owner = here.find(({ id, isRemoved }) => id === ownerId && !isRemoved);
      return !owner || (owner.name !== account.name && isStuck(owner));
    };
    const orphans = rows.filter((row) => {
      const owner = here.find(({ id }) => id === idInComment(row.comment));
      return !owner || owner.isRemoved;
    });
    return [
      ...orphans.map((row) => `${row.name} (${row.comment}) should be gone from ${at}`),
      ...here.flatMap((account) => complaintsOfAccount(account, isStuck(account), wantedProfiles)),
      ...wantedProfiles.flatMap((wanted) => complaintsOfProfile(at, wanted, profileTrouble(wanted.id))),
    ].map((complaint) => `${complaint} [${at}]`);
  }

  function complaintsOfAccount(account: AccountRow, isStuck: boolean, wantedProfiles: Loose[]): string[] {
    const own = marked(account.place, '/ppp/secret').filter((row) => row.comment?.includes(markOf(account.id)));
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
    const wanted = {
      name: account.name,
      password: account.password,
      service: 'pppoe',
      profile: wantedProfiles.find(({ id }) => id === account.profileId)?.name,
      disabled: String(account.isBlocked),
    };
    const seen = own.map(({ name: itsName, password, service, profile: its, disabled }) => ({
      name: itsName,
      password,
      service,
      profile: its,
      disabled,
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
    const own = marked(at, '/ppp/profile').filter((row) => row.comment?.includes(markOf(wanted.id)));
    if (own.length > 1) return [`profile ${wanted.name} is there ${own.length} times`];
    const [row] = own;
    if (!row || isTaken) return [];
    const rate = rateLimitWord({ downKbps: wanted.down_kbps, upKbps: wanted.up_kbps });
    return row.name === wanted.name && isSameRate(row['rate-limit'] ?? '', rate)
      ? []
      : [`profile ${wanted.name} ${rate} is ${row.name} ${row['rate-limit']}`];
  }

  /** Online is only who may be: under the name of his own enabled secret, or of one that is not ours to close. */
  function complaintsOfSessions(at: Place, accounts: AccountRow[]): string[] {
    const router = routerAt(at);
    return router.sessions.flatMap((session) => {
      const caller = slots.find((one) => callerIdOf(one) === session.callerId);
      if (caller === undefined) return [];
      const holder = router.find('/ppp/secret', { name: session.name });
      const ownerId = idInComment(holder?.comment);
      if (holder && !ownerId) return [];
      // Where something stands in the way, the secret may have another name than the session that goes on.
      const owner = accounts.find(({ id, name: its }) => (holder ? id === ownerId : its === session.name));
      const mayBe = owner?.slot === caller && !owner.isRemoved && !owner.isBlocked;
      return mayBe ? [] : [`${session.name} of customer ${caller} is online [${at}]`];
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
