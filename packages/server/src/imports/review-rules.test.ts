import { expect, test } from 'vitest';
import { ratesOf, reviewAccounts, reviewProfiles, speedsOf } from './review-rules.ts';

test.each([
  ['5M/10M', { upKbps: 5000, downKbps: 10_000 }],
  ['5120k/10240k 6M/12M 4M/8M 8/8 8', { upKbps: 5120, downKbps: 10_240 }],
  ['1G', { upKbps: 1_000_000, downKbps: 1_000_000 }],
  ['1.5M/2.5M', { upKbps: 1500, downKbps: 2500 }],
  ['512000/1024000', { upKbps: 512, downKbps: 1024 }],
  ['', undefined],
  ['0/0', undefined],
  ['fast', undefined],
  ['1k/1k', undefined],
])('the speeds of "%s"', (text, speeds) => {
  expect(speedsOf(text)).toEqual(speeds);
});

test.each([
  ['5M/10M', { upKbps: 5000, downKbps: 10_000 }],
  [
    '1M/2M 2M/4M 512k/1M 8/9 5 256k/512k',
    {
      upKbps: 1000,
      downKbps: 2000,
      burstUpKbps: 2000,
      burstDownKbps: 4000,
      thresholdUpKbps: 512,
      thresholdDownKbps: 1000,
      burstUpSeconds: 8,
      burstDownSeconds: 9,
      priority: 5,
      limitAtUpKbps: 256,
      limitAtDownKbps: 512,
    },
  ],
  ['1M/1M 0/0 0/0 0/0 3', { upKbps: 1000, downKbps: 1000, priority: 3 }],
  ['', undefined],
])('all that "%s" says', (text, rates) => {
  expect(ratesOf(text)).toEqual(rates);
});

test('a secret for other tunnels is none of ours', () => {
  expect(reviewAccounts([found({ isForKind: false })], [], [gold])).toEqual([]);
});

const found = (change: object = {}) => ({
  service: 'pppoe' as const,
  name: 'ana',
  profile: 'gold',
  password: 'a' as string | undefined,
  isDisabled: false,
  comment: '',
  ownerId: undefined as string | undefined,
  isForKind: true,
  ...change,
});
const gold = { service: 'pppoe' as const, name: 'gold', rateLimit: '5M/10M' };
const known = { service: 'pppoe' as const, name: 'ana', customerId: 'c1', customerName: 'Ana Horvat' };

test.each([
  ['a new one', found(), [], { state: 'new', customerName: 'ana', needsPassword: false }],
  ['a name in the comment', found({ comment: ' Ana\nHorvat ' }), [], { customerName: 'Ana Horvat' }],
  ['an account of ours', found(), [known], { state: 'known', customerId: 'c1', customerName: 'Ana Horvat' }],
  ['the same name of the other kind', found(), [{ ...known, service: 'hotspot' as const }], { state: 'new' }],
  ['a mark that is nobody’s here', found({ ownerId: 'x' }), [], { state: 'conflict' }],
  ['a name that no account can have', found({ name: 'ana b' }), [], { state: 'unclear' }],
  ['a profile that is not there', found({ profile: 'gone' }), [], { state: 'unclear' }],
  ['no password to be read', found({ password: undefined }), [], { state: 'new', needsPassword: true }],
])('%s', (_name, account, accounts, review) => {
  expect(reviewAccounts([account], accounts, [gold])[0]).toMatchObject(review);
});

const plan = { id: 'p1', name: 'Gold', service: 'pppoe' as const, profileName: 'gold', downKbps: 10_000, upKbps: 5000 };

test('a profile becomes the plan of its speeds, of its own name first, else a new one', () => {
  const of = (plans: (typeof plan)[]) => reviewProfiles([gold], [found()], plans)[0];
  expect(of([{ ...plan, id: 'p0', profileName: 'other' }, plan])).toMatchObject({ planId: 'p1', proposal: null });
  expect(of([{ ...plan, downKbps: 1 }])).toMatchObject({
    planId: null,
    proposal: { name: 'gold 2', downKbps: 10_000 },
  });
  expect(of([])).toMatchObject({ planId: null, proposal: { name: 'gold' }, isUnclear: false });
});

test('a profile that nobody has is left out, and one without speeds is unclear', () => {
  expect(reviewProfiles([gold], [], [])).toEqual([]);
  expect(reviewProfiles([{ ...gold, rateLimit: '' }], [found()], [])[0]).toMatchObject({
    isUnclear: true,
    proposal: null,
  });
});
