// How a subscription ends (R-PRO-7), and what becomes of the invoice that was already issued for the time after (R-CN-1).
import { type DateRange, laterOf } from '#platform/dates.ts';
import { unusedFrom } from './plan-change-rules.ts';
import { type Charge, creditFor } from './proration-rules.ts';

export type CancelPolicy = 'end_of_period' | 'immediate_with_credit';

export type NextInvoice = { totalMinor: bigint; paidMinor: bigint };

export type Cancellation = {
  endsOn: Temporal.PlainDate;
  /** Credit for what was paid and will not be used, before tax. */
  creditMinor: bigint;
  /** The invoice for the time after the end is credited whole; what was paid on it stays with the customer. */
  nextInvoice: { creditNoteMinor: bigint; toCustomerMinor: bigint } | undefined;
};

export function outcomeOfCancellation(
  subscription: {
    priceMinor: bigint;
    period: DateRange;
    requestedOn: Temporal.PlainDate;
    /** Where a discount or a stub made it less than the price. */
    charged?: Charge | undefined;
    nextInvoice?: NextInvoice | undefined;
  },
  policy: CancelPolicy = 'end_of_period',
): Cancellation {
  const { priceMinor, period, requestedOn, nextInvoice } = subscription;
  const charged = subscription.charged ?? { range: period, amountMinor: priceMinor };
  const credited = nextInvoice && { creditNoteMinor: nextInvoice.totalMinor, toCustomerMinor: nextInvoice.paidMinor };
  if (policy === 'end_of_period') return { endsOn: period.endsOn, creditMinor: 0n, nextInvoice: credited };
  const unused = unusedFrom(requestedOn, period);
  return {
    endsOn: laterOf(unused.startsOn, period.startsOn),
    creditMinor: creditFor(unused, period, priceMinor, charged),
    nextInvoice: credited,
  };
}
