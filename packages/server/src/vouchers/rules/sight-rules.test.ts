import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KnownCode, type SeenUser, sightOf } from './sight-rules.ts';

const code: KnownCode = {
  id: 'id-1',
  code: 'ABCDEFGH',
  state: 'sold',
  expiresOn: undefined,
  durationKind: 'used',
  isWanted: true,
  isOnRouter: true,
  profileName: 'hour',
  limitSeconds: 3600,
  limitBytes: 1000n,
  usedSeconds: 0,
  usedBytes: 0n,
  counterSeconds: 0,
  counterBytes: 0n,
};
const user: SeenUser = {
  name: 'ABCDEFGH',
  ownerId: 'id-1',
  profile: 'hour',
  usedSeconds: 0,
  usedBytes: 0n,
  limitSeconds: 3600,
  limitBytes: 1000n,
};
const foreign = ({ ownerId }: SeenUser) => ownerId === undefined;
const moment = { at: Temporal.Instant.from('2026-03-28T21:00:00Z'), timeZone: 'Europe/Zagreb' };
const see = (known: Partial<KnownCode>, ...seen: Partial<SeenUser>[]) =>
  sightOf(
    [{ ...code, ...known }],
    seen.map((change) => ({ ...user, ...change })),
    foreign,
    moment,
  );
const kinds = (sight: ReturnType<typeof see>) => sight.findings.map(({ kind }) => kind);

test('a code as it was sold is nothing to tell', () => {
  expect(see({}, {})).toEqual({ readings: [], findings: [], missingIds: [], leftoverIds: [] });
});

test.each<[string, Partial<KnownCode>, Partial<SeenUser>[], string[]]>([
  ['a user made by hand', {}, [{}, { name: 'free-wifi', ownerId: undefined }], ['unknown_user']],
  ['a customer’s account, which is ours', {}, [{}, { name: 'ana', ownerId: 'account-1' }], []],
  [
    'a sealed code that works already',
    { state: 'generated', isWanted: false, isOnRouter: false },
    [{ ownerId: undefined }],
    ['used_before_sold'],
  ],
  ['counters that were reset', { counterSeconds: 600, counterBytes: 500n }, [{ usedSeconds: 1 }], ['counter_reset']],
  ['more time than was sold', {}, [{ limitSeconds: 7200 }], ['limit_raised']],
  ['time without a limit', {}, [{ limitSeconds: 0 }], ['limit_raised']],
  ['more data than was sold', {}, [{ limitBytes: 1001n }], ['limit_raised']],
  ['no limit where none was sold', { limitSeconds: null }, [{ limitSeconds: 0 }], []],
  ['less time than was sold', {}, [{ limitSeconds: 60 }], []],
  ['a faster profile', {}, [{ profile: 'day' }], ['other_profile']],
  ['a sold code that was removed', {}, [], ['code_removed']],
  ['a sold code that was removed and made again', {}, [{ ownerId: undefined }], ['code_remade']],
  ['a code that is not there yet', { isOnRouter: false }, [], []],
  [
    'an ended code that was made again',
    { state: 'expired', isWanted: false, isOnRouter: false },
    [{ ownerId: undefined }],
    ['code_remade'],
  ],
])('%s', (_name, known, seen, expected) => {
  expect(kinds(see(known, ...seen))).toEqual(expected);
});

test('a code that is gone is written again, and one that should be gone is taken away', () => {
  expect(see({}).missingIds).toEqual(['id-1']);
  expect(see({ isWanted: false, isOnRouter: false, state: 'void' }, {}).leftoverIds).toEqual(['id-1']);
});

test.each([
  [3599, 0n, false],
  [3600, 0n, true],
  [10, 1000n, true],
  [10, 999n, false],
])('after %d s and %d bytes it is used up: %s', (usedSeconds, usedBytes, isUsedUp) => {
  expect(see({}, { usedSeconds, usedBytes }).readings).toMatchObject([
    { firstUse: { at: moment.at.subtract({ seconds: usedSeconds }), endsAt: null }, isUsedUp },
  ]);
});

test('whatever the counters do, use never shrinks and nothing is counted twice', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5000), fc.boolean()), { maxLength: 20 }), (steps) => {
      let known: KnownCode = { ...code, limitSeconds: null, limitBytes: null };
      let counter = 0;
      let total = 0;
      for (const [more, isReset] of steps) {
        // A reset that nobody can tell from use is one after which more was used than before: then it is no less.
        counter = isReset && more < counter ? more : counter + more;
        total += more;
        const [reading] = sightOf([known], [{ ...user, usedSeconds: counter }], foreign, moment).readings;
        if (reading) {
          expect(reading.usedSeconds).toBeGreaterThanOrEqual(known.usedSeconds);
          known = { ...known, ...reading, state: 'redeemed' };
        }
        expect(known.usedSeconds).toBe(total);
      }
    }),
  );
});

test.each<[string, Partial<KnownCode>, number, object | null]>([
  ['time on the wall ends so long after it began', { durationKind: 'wall' }, 600, { endsAt: '2026-03-28T21:50:00Z' }],
  [
    'a day ends at the same hour, though the clock is set forward in the night',
    { durationKind: 'wall', limitSeconds: 86_400 },
    0,
    { endsAt: '2026-03-29T20:00:00Z' },
  ],
  ['time online has no end by the clock', {}, 600, { endsAt: null }],
  ['a code that is in use already comes into use no more', { state: 'redeemed' }, 600, null],
  ['on its last day it still comes into use', { expiresOn: Temporal.PlainDate.from('2026-03-28') }, 60, {}],
  ['after its last day it does not', { expiresOn: Temporal.PlainDate.from('2026-03-27') }, 60, null],
  [
    'what began on the last day counts, though we look a day later',
    { expiresOn: Temporal.PlainDate.from('2026-03-27'), limitSeconds: null },
    86_400,
    {},
  ],
])('%s', (_name, known, usedSeconds, expected) => {
  const [reading] = see(known, { usedSeconds, usedBytes: 1n, limitSeconds: known.limitSeconds ?? 3600 }).readings;
  const firstUse = reading?.firstUse;
  if (expected === null) expect(firstUse).toBeNull();
  else expect(firstUse && { ...firstUse, endsAt: firstUse.endsAt?.toString() ?? null }).toMatchObject(expected);
});
