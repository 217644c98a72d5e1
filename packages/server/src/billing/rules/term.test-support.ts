// A subscription's terms as the tests of its rules begin with them.
import type { Term } from './subscription-rules.ts';

export const day = (text: string) => Temporal.PlainDate.from(text);
const monthly = { unit: 'month', count: 1 } as const;
export const plan = { versionId: 'v1', planName: 'Basic', priceMinor: 3000n, interval: monthly, tax: undefined };

export function term(start: string, more: Partial<Term> = {}): Term {
  const startsOn = day(start);
  return {
    id: 's',
    paymentMode: 'prepaid',
    plan,
    anchorDay: startsOn.day,
    interval: monthly,
    dayCount: 'actual',
    chargedFrom: startsOn,
    chargedThrough: startsOn,
    endsOn: undefined,
    priceOverrideMinor: undefined,
    discount: undefined,
    discountEndsOn: undefined,
    setupFeeMinor: 0n,
    pending: undefined,
    pause: undefined,
    off: [],
    openRecurringCount: 0,
    ...more,
  };
}
