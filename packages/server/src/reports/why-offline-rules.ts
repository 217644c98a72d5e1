// Why is this account offline? The nearest reason that is known, what happens next by itself, and what a person can do.
import type { offlineFixes, offlineVerdicts } from '@lastmile/contract/why-offline.ts';

export type Verdict = (typeof offlineVerdicts)[number];
export type Fix = (typeof offlineFixes)[number];

export type AccountFacts = {
  blocks: readonly { reason: string; since: Temporal.Instant }[];
  /** null: the router is known to be as wanted. */
  pending: {
    since: Temporal.Instant;
    nextTryAt: Temporal.Instant | null;
    trouble?: { code: string } | null;
  } | null;
  /** Somebody else changed or removed it on its router. */
  hasDrift: boolean;
  session: { startedAt: Temporal.Instant; isLive: boolean } | null;
  lastSession: { endedAt: Temporal.Instant | null; endedHow: string | null } | null;
  router: { isHeard: boolean; isManaged: boolean; stateSince: Temporal.Instant | null };
};

export type Answer = {
  verdict: Verdict;
  /** Since when it is so, as far as that is known. */
  since: Temporal.Instant | null;
  fix: Fix | null;
  /** When something happens by itself; null: nothing does. */
  nextAt: Temporal.Instant | null;
};

/** In the order in which they explain: what somebody decided, then what is broken, then what is awaited, then the subscriber's own end. */
export function whyOffline({ blocks, pending, hasDrift, session, lastSession, router }: AccountFacts): Answer {
  const answer = (verdict: Verdict, since: Temporal.Instant | null, fix: Fix | null): Answer => ({
    verdict,
    since,
    fix,
    nextAt: pending && router.isManaged ? pending.nextTryAt : null,
  });
  const isOnline = session?.isLive === true;
  const byHand = blocks.find(({ reason }) => reason === 'staff');
  const overdue = blocks.find(({ reason }) => reason === 'overdue');
  // What is used up comes back by itself: all else that keeps him off is told first.
  const other = blocks.find(({ reason }) => reason !== 'cap_reached');
  const [block] = blocks;
  if (isOnline && !block) return answer('connected', session.startedAt, null);
  if (isOnline && block) return answer('being_cut', block.since, 'retry');
  if (byHand) return answer('blocked_by_hand', byHand.since, 'activate');
  if (overdue) return answer('overdue', overdue.since, 'take_payment');
  // Vacation and end are terms of the subscription: it is resumed or begun again there.
  if (other) return answer('blocked_otherwise', other.since, 'open_subscription');
  if (block) return answer('data_used_up', block.since, 'give_data');
  if (!router.isHeard) return answer('router_offline', router.stateSince, 'open_router');
  if (pending && !router.isManaged) return answer('router_observed', pending.since, 'open_router');
  if (pending && !pending.nextTryAt) return answer('needs_person', pending.since, fixOf(pending.trouble?.code));
  if (pending) return answer('pending_change', pending.since, 'retry');
  if (hasDrift) return answer('changed_on_router', null, router.isManaged ? 'write_again' : 'open_router');
  if (!lastSession) return answer('never_connected', null, 'show_password');
  if (lastSession.endedHow === 'dropped') return answer('was_dropped', lastSession.endedAt, 'show_password');
  return answer('device_silent', lastSession.endedAt, 'show_password');
}

/** What a person does about a change that waits for one. */
function fixOf(trouble: string | undefined): Fix {
  // A password that nobody knows is given, and a limit is lifted after a look at what it holds.
  if (trouble === 'password_needed') return 'show_password';
  return trouble === 'change_limit' ? 'open_router' : 'retry';
}
