// How a subscription ends (R-PRO-7), and what becomes of what was charged for the time after (R-CN-1).
import { type DateRange, isBefore, laterOf } from '#platform/dates.ts';
import { sumMinor } from '#platform/money.ts';
import { type ChargedDays, type UnusedDays, unusedDays } from './proration-rules.ts';

export type CancelPolicy = 'end_of_period' | 'immediate_with_credit';

export type Cancellation<C extends ChargedDays> = {
  endsOn: Temporal.PlainDate;
  /** Of the period that runs: what was charged and will not be used, before tax. */
  creditMinor: bigint;
  /** All that was charged for days after the end, the periods that were invoiced ahead among them. */
  credits: UnusedDays<C>[];
};

export function outcomeOfCancellation<C extends ChargedDays>(
  subscription: {
    /** The one that runs. */
    period: DateRange;
    requestedOn: Temporal.PlainDate;
    charged: readonly C[];
  },
  policy: CancelPolicy = 'end_of_period',
): Cancellation<C> {
  const { period, requestedOn, charged } = subscription;
  const endsOn = policy === 'end_of_period' ? period.endsOn : endWithin(period, requestedOn);
  const credits = unusedDays(charged, endsOn).filter(({ creditMinor }) => creditMinor > 0n);
  const ofPeriod = credits.filter(({ range }) => isBefore(range.startsOn, period.endsOn));
  return { endsOn, creditMinor: sumMinor(ofPeriod.map(({ creditMinor }) => creditMinor)), credits };
}

/** The day itself: not before the period began, and not after it is over. */
function endWithin({ startsOn, endsOn }: DateRange, requestedOn: Temporal.PlainDate): Temporal.PlainDate {
  return isBefore(requestedOn, endsOn) ? laterOf(requestedOn, startsOn) : endsOn;
}
