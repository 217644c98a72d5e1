// A subscription as the run reads it, from the few facts that a case gives.
import {
  defaultInvoiceTerms,
  defaultSuspendedBilling,
} from '../packages/server/src/billing/rules/invoice-schedule-rules.ts';
import type { PeriodPlan } from '../packages/server/src/billing/rules/period-rules.ts';
import type {
  BillingTerms,
  Due,
  PartCharge,
  StubPolicy,
  Term,
} from '../packages/server/src/billing/rules/subscription-rules.ts';
import type { DateRange } from '../packages/server/src/platform/dates.ts';

export type TermFacts = {
  priceMinor?: bigint;
  setupFeeMinor?: bigint;
  /** Where the next period begins. */
  billedThrough?: Temporal.PlainDate | undefined;
  off?: readonly DateRange[];
};

export function termIn({ startsOn, anchorDay, interval }: PeriodPlan, facts: TermFacts = {}): Term {
  const { priceMinor = 0n, setupFeeMinor = 0n, billedThrough = startsOn, off = [] } = facts;
  return {
    id: 'subscription',
    paymentMode: 'prepaid',
    plan: { versionId: 'version', planName: 'plan', priceMinor, interval, tax: undefined },
    anchorDay,
    interval,
    dayCount: 'actual',
    chargedFrom: startsOn,
    chargedThrough: billedThrough,
    endsOn: undefined,
    priceOverrideMinor: undefined,
    discount: undefined,
    discountEndsOn: undefined,
    setupFeeMinor,
    pending: undefined,
    pause: undefined,
    off: off.map((range) => ({ from: range.startsOn, until: range.endsOn })),
    openRecurringCount: 0,
  };
}

export function billingWith(leadDays: number, stubPolicy?: StubPolicy): BillingTerms {
  return { terms: { ...defaultInvoiceTerms, leadDays }, suspended: defaultSuspendedBilling, stubPolicy };
}

/** The periods that are charged, as opposed to those that are passed over. */
export function servicesOf({ charges }: Due): PartCharge[] {
  return charges.filter(({ part }) => part.kind === 'service');
}
