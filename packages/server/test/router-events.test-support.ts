// For tests only: what may happen to two routers and to what is wanted on them (wishes, hands at the router, subscribers, mishaps in
// the middle of the work), and how it comes by chance.
import type { startRouter } from '@lastmile/routeros-sim';
import fc from 'fast-check';
import type { ServiceKind } from '../src/provisioning/profiles.ts';

export const names = ['ana', 'ben', 'cyril', 'dora'] as const;
export const profileNames = ['Basic', 'Gold', 'Silver', 'Guest', 'Lounge'] as const;
/** What a profile of this place in the list is for. */
export const serviceOfProfile = (profile: number): ServiceKind => (profile < 3 ? 'pppoe' : 'hotspot');
export const services = ['pppoe', 'hotspot'] as const;
export const menus = {
  pppoe: { account: '/ppp/secret', profile: '/ppp/profile' },
  hotspot: { account: '/ip/hotspot/user', profile: '/ip/hotspot/user/profile' },
};
const staticAddresses = [null, '10.9.0.1', '10.9.0.2'] as const;
const ranges = [null, '10.8.0.2-10.8.0.9', '10.8.1.2-10.8.1.9,10.8.2.2'] as const;
export const slots = [0, 1, 2, 3] as const;
export const places = [0, 1] as const;

export type Place = (typeof places)[number];
export type Slot = (typeof slots)[number];

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

export type Weather = { latencyMs: number; fragment: number | 'every-offset' | undefined; interleave: boolean };

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

export function passwordOf(slotNumber: number, isFirst: boolean): string {
  return `${slotNumber}-${isFirst ? 'first' : 'second'}`;
}

export function callerIdOf(slotNumber: number): string {
  return `02:00:00:00:00:0${slotNumber}`;
}
