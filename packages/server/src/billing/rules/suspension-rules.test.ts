import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueService, restartService } from './reactivation-rules.ts';
import {
  type SubscriptionEvent,
  type SubscriptionState,
  type SuspendReason,
  transitionOfSubscription,
} from './suspension-rules.ts';

const off = (reason: SuspendReason): SubscriptionState => ({ status: 'suspended', reason });
const said = (from: SubscriptionState, event: SubscriptionEvent, scope?: 'account') => {
  const transition = transitionOfSubscription(from, event, scope);
  return transition && [transition.status, transition.reason, transition.command].filter(Boolean).join(' ');
};

test.each<[SubscriptionState, SubscriptionEvent, string | undefined]>([
  [{ status: 'pending' }, 'activate', 'active unblock'],
  [{ status: 'pending' }, 'cancel', 'cancelled'],
  [{ status: 'pending' }, 'paid_nothing_overdue_left', 'pending'],
  [{ status: 'pending' }, 'grace_expired', undefined],
  [{ status: 'active' }, 'grace_expired', 'suspended overdue block'],
  [{ status: 'active' }, 'other_service_overdue', 'active'],
  [{ status: 'active' }, 'paid_nothing_overdue_left', 'active'],
  [{ status: 'active' }, 'suspend_by_staff', 'suspended staff block'],
  [{ status: 'active' }, 'pause', 'suspended vacation block'],
  [{ status: 'active' }, 'cancel', 'cancelled block'],
  [{ status: 'active' }, 'resume', 'active'],
  [off('overdue'), 'grace_expired', 'suspended overdue'],
  [off('overdue'), 'paid_still_overdue', 'suspended overdue'],
  [off('overdue'), 'paid_nothing_overdue_left', 'active unblock'],
  [off('overdue'), 'resume', 'suspended overdue'],
  [off('overdue'), 'suspend_by_staff', 'suspended staff'],
  [off('staff'), 'paid_nothing_overdue_left', 'suspended staff'],
  [off('staff'), 'resume_by_staff', 'active unblock'],
  [off('staff'), 'resume', 'suspended staff'],
  [off('vacation'), 'paid_nothing_overdue_left', 'suspended vacation'],
  [off('vacation'), 'resume', 'active unblock'],
  [off('overdue'), 'cancel', 'cancelled'],
  [off('overdue'), 'activate', undefined],
  [{ status: 'cancelled' }, 'activate', undefined],
  [{ status: 'cancelled' }, 'paid_nothing_overdue_left', undefined],
  [{ status: 'cancelled' }, 'cancel', undefined],
])('%j and %s: %s', (from, event, expected) => {
  expect(said(from, event)).toBe(expected);
});

test('another service cuts only where the operator decided so', () => {
  expect(said({ status: 'active' }, 'other_service_overdue', 'account')).toBe('suspended overdue block');
});

test('whatever happens, the router is told once what it does not know', () => {
  const events = fc.array(
    fc.constantFrom<SubscriptionEvent[]>(
      'activate',
      'grace_expired',
      'paid_nothing_overdue_left',
      'suspend_by_staff',
      'resume_by_staff',
      'pause',
      'resume',
      'cancel',
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(events, (all) => {
      let state: SubscriptionState = { status: 'pending' };
      let isOn = false;
      for (const event of all) {
        const next = transitionOfSubscription(state, event);
        if (!next) continue;
        if (next.command === 'block') expect(isOn).toBe(true);
        if (next.command === 'unblock') expect(isOn).toBe(false);
        isOn = next.command === 'unblock' || (isOn && next.command !== 'block');
        expect(isOn).toBe(next.status === 'active');
        state = next;
      }
    }),
  );
});

const day = (text: string) => Temporal.PlainDate.from(text);
const range = (from: string, to: string) => ({ startsOn: day(from), endsOn: day(to) });

describe('coming back', () => {
  const plan = { startsOn: day('2026-01-01'), anchorDay: 1, interval: { unit: 'month', count: 1 } as const };

  test.each([
    ['2026-03-20', '2026-03-01', '2026-04-01', '2026-03-27'],
    ['2026-05-20', '2026-05-01', '2026-06-01', '2026-05-27'],
  ])('continued on %s, anchor and period are as they were', (paidOn, from, to, nextIssueOn) => {
    const back = continueService(plan, day(paidOn), 4);
    expect(back.servicePeriod).toEqual(range(from, to));
    expect([back.anchorDay, back.creditNoteMinor, back.newInvoiceMinor, back.nextIssueOn.toString()]).toEqual([
      1,
      0n,
      0n,
      nextIssueOn,
    ]);
  });

  const restart = { interval: plan.interval, priceMinor: 3000n, paidOn: day('2026-03-20') };

  test('restarted, the month begins with the payment and the unpaid invoice is credited', () => {
    const back = restartService({ ...restart, unpaid: { period: range('2026-03-01', '2026-04-01'), usedDays: 0 } }, 4);
    expect(back.servicePeriod).toEqual(range('2026-03-20', '2026-04-20'));
    expect([back.anchorDay, back.creditNoteMinor, back.newInvoiceMinor, back.nextIssueOn.toString()]).toEqual([
      20,
      3000n,
      3000n,
      '2026-04-15',
    ]);
  });

  test('days that were used are owed', () => {
    const unpaid = { period: range('2026-03-01', '2026-04-01'), usedDays: 1 };
    expect(restartService({ ...restart, unpaid }, 4).creditNoteMinor).toBe(2903n);
    expect(restartService({ ...restart, unpaid: { ...unpaid, usedDays: 99 } }, 4).creditNoteMinor).toBe(0n);
  });

  test('who renews early loses no day, and who renews late gets none for nothing', () => {
    const thirty = { ...restart, interval: { unit: 'day', count: 30 } as const };
    expect(restartService({ ...thirty, paidThrough: day('2026-03-25') }, 4).servicePeriod).toEqual(
      range('2026-03-25', '2026-04-24'),
    );
    expect(restartService({ ...thirty, paidThrough: day('2026-03-01') }, 4).servicePeriod).toEqual(
      range('2026-03-20', '2026-04-19'),
    );
  });

  test('from the 31st a month ends where the next one does', () => {
    expect(restartService({ ...restart, paidOn: day('2026-01-31') }, 4).servicePeriod).toEqual(
      range('2026-01-31', '2026-02-28'),
    );
  });
});
