import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountFacts, whyOffline } from './why-offline-rules.ts';

const at = (hour: number) => Temporal.Instant.from(`2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`);

const fine: AccountFacts = {
  blocks: [],
  pending: null,
  hasDrift: false,
  session: null,
  lastSession: { endedAt: at(5), endedHow: 'left' },
  router: { isHeard: true, isManaged: true, stateSince: at(1) },
};
const silent = { isHeard: false, isManaged: true, stateSince: at(2) };
const observed = { isHeard: true, isManaged: false, stateSince: at(1) };
const staff = { reason: 'staff', since: at(3) };
const overdue = { reason: 'overdue', since: at(4) };
const waiting = { since: at(6), nextTryAt: at(7) };
const stuck = { since: at(6), nextTryAt: null };
const online = { startedAt: at(8), isLive: true };

test.each<[string, Partial<AccountFacts>, object]>([
  ['connected now', { session: online }, { verdict: 'connected', since: at(8), fix: null }],
  [
    'blocked and still on',
    { session: online, blocks: [staff], pending: waiting },
    { verdict: 'being_cut', fix: 'retry', nextAt: at(7) },
  ],
  ['blocked by hand', { blocks: [staff] }, { verdict: 'blocked_by_hand', since: at(3), fix: 'activate' }],
  ['overdue', { blocks: [overdue] }, { verdict: 'overdue', since: at(4), fix: 'take_payment' }],
  ['both: paying would not help', { blocks: [overdue, staff] }, { verdict: 'blocked_by_hand', fix: 'activate' }],
  [
    'blocked for another reason',
    { blocks: [{ reason: 'vacation', since: at(3) }] },
    { verdict: 'blocked_otherwise', since: at(3), fix: 'open_subscription' },
  ],
  [
    'all data of the plan used',
    { blocks: [{ reason: 'cap_reached', since: at(3) }] },
    { verdict: 'data_used_up', since: at(3), fix: 'give_data' },
  ],
  [
    'all data used, and overdue: data alone would not help',
    { blocks: [{ reason: 'cap_reached', since: at(3) }, overdue] },
    { verdict: 'overdue', fix: 'take_payment' },
  ],
  ['the router is offline', { router: silent }, { verdict: 'router_offline', since: at(2), fix: 'open_router' }],
  [
    'was online when the router was last heard',
    { router: silent, session: { ...online, isLive: false } },
    { verdict: 'router_offline' },
  ],
  ['blocked, and the router offline', { router: silent, blocks: [overdue] }, { verdict: 'overdue' }],
  [
    'a change is pending',
    { pending: waiting },
    { verdict: 'pending_change', since: at(6), fix: 'retry', nextAt: at(7) },
  ],
  ['it needs a person', { pending: stuck }, { verdict: 'needs_person', fix: 'retry', nextAt: null }],
  [
    'its password is not known',
    { pending: { ...stuck, trouble: { code: 'password_needed' } } },
    { verdict: 'needs_person', fix: 'show_password' },
  ],
  [
    'it is held with many others',
    { pending: { ...stuck, trouble: { code: 'change_limit' } } },
    { verdict: 'needs_person', fix: 'open_router' },
  ],
  [
    'somebody else changed it on the router',
    { hasDrift: true, lastSession: null },
    { verdict: 'changed_on_router', fix: 'write_again' },
  ],
  [
    'changed there, and observed only',
    { hasDrift: true, router: observed },
    { verdict: 'changed_on_router', fix: 'open_router' },
  ],
  [
    'the router is observed only',
    { pending: waiting, router: observed },
    { verdict: 'router_observed', fix: 'open_router', nextAt: null },
  ],
  ['never connected', { lastSession: null }, { verdict: 'never_connected', since: null, fix: 'show_password' }],
  [
    'dropped by a person',
    { lastSession: { endedAt: at(5), endedHow: 'dropped' } },
    { verdict: 'was_dropped', since: at(5), fix: 'show_password' },
  ],
  ['his device is silent', {}, { verdict: 'device_silent', since: at(5), fix: 'show_password', nextAt: null }],
  ['as wanted on an observed router', { router: observed }, { verdict: 'device_silent' }],
])('%s', (_name, facts, expected) => {
  expect(whyOffline({ ...fine, ...facts })).toMatchObject(expected);
});

test('whatever is known, who is blocked is never told that it is something else, and who is online and free is connected', () => {
  const facts = fc.record({
    blocks: fc.subarray([staff, overdue]),
    pending: fc.constantFrom(null, waiting, stuck),
    hasDrift: fc.boolean(),
    session: fc.constantFrom(null, online, { ...online, isLive: false }),
    lastSession: fc.constantFrom(null, fine.lastSession),
    router: fc.constantFrom(fine.router, silent, observed),
  });
  fc.assert(
    fc.property(facts, (known) => {
      const { verdict } = whyOffline(known);
      expect(whyOffline(known).fix === null).toBe(verdict === 'connected');
      if (known.blocks.length > 0) expect(['being_cut', 'blocked_by_hand', 'overdue']).toContain(verdict);
      else expect(verdict === 'connected').toBe(known.session?.isLive === true);
    }),
  );
});
