// What happens to a subscription when money or people change their mind about it (R-SUB-1). An event that changes nothing gives
// no command, so the hourly job may say the same thing every hour.

export type SubscriptionStatus = 'pending' | 'active' | 'suspended' | 'cancelled';

/** Why it is off. Paying lifts `overdue` and nothing else; what staff stopped only staff resumes. */
export type SuspendReason = 'overdue' | 'staff' | 'vacation';

export type SubscriptionState = { status: SubscriptionStatus; reason?: SuspendReason | undefined };

export type SubscriptionEvent =
  | 'activate'
  | 'grace_expired'
  /** Another service of the same customer is past its grace (R-SUS-2). */
  | 'other_service_overdue'
  | 'paid_nothing_overdue_left'
  | 'paid_still_overdue'
  | 'suspend_by_staff'
  | 'resume_by_staff'
  | 'pause'
  | 'resume'
  | 'cancel';

/** D7: what is unpaid, or all that the customer has. */
export type SuspendScope = 'subscription' | 'account';

/** What the router is to be told: nothing when it already knows. It is queued, and confirmed later (R-SUS-3). */
export type NetworkCommand = 'block' | 'unblock' | undefined;

export type SubscriptionTransition = SubscriptionState & { command: NetworkCommand };

/** Where an event leads, or undefined where it may not happen: what is cancelled stays cancelled. */
export function transitionOfSubscription(
  from: SubscriptionState,
  event: SubscriptionEvent,
  scope: SuspendScope = 'subscription',
): SubscriptionTransition | undefined {
  const stays: SubscriptionTransition = { ...from, command: undefined };
  switch (from.status) {
    case 'cancelled':
      return undefined;
    case 'pending':
      return fromPending(event, stays);
    case 'active':
      return fromActive(event, scope, stays);
    case 'suspended':
      return fromSuspended(from.reason ?? 'overdue', event, stays);
  }
}

function fromPending(event: SubscriptionEvent, stays: SubscriptionTransition): SubscriptionTransition | undefined {
  if (event === 'activate') return { status: 'active', command: 'unblock' };
  if (event === 'cancel') return { status: 'cancelled', command: undefined };
  // Who pays before he is connected has paid.
  return event === 'paid_nothing_overdue_left' || event === 'paid_still_overdue' ? stays : undefined;
}

function fromActive(
  event: SubscriptionEvent,
  scope: SuspendScope,
  stays: SubscriptionTransition,
): SubscriptionTransition {
  switch (event) {
    case 'grace_expired':
      return { status: 'suspended', reason: 'overdue', command: 'block' };
    case 'other_service_overdue':
      return scope === 'account' ? { status: 'suspended', reason: 'overdue', command: 'block' } : stays;
    case 'suspend_by_staff':
      return { status: 'suspended', reason: 'staff', command: 'block' };
    case 'pause':
      return { status: 'suspended', reason: 'vacation', command: 'block' };
    case 'cancel':
      return { status: 'cancelled', command: 'block' };
    default:
      return stays;
  }
}

function fromSuspended(
  reason: SuspendReason,
  event: SubscriptionEvent,
  stays: SubscriptionTransition,
): SubscriptionTransition | undefined {
  const returns: SubscriptionTransition = { status: 'active', command: 'unblock' };
  switch (event) {
    case 'paid_nothing_overdue_left':
      return reason === 'overdue' ? returns : stays;
    case 'resume_by_staff':
      return returns;
    case 'resume':
      return reason === 'vacation' ? returns : stays;
    case 'suspend_by_staff':
      return { ...stays, reason: 'staff' };
    case 'cancel':
      return { status: 'cancelled', command: undefined };
    case 'activate':
      return undefined;
    default:
      return stays;
  }
}
