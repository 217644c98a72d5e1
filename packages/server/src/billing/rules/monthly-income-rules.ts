// What subscriptions bring in a month, whatever their intervals: a figure to compare by, which no invoice is made of.
import { divideRounded, sumMinor } from '#platform/money.ts';
import type { Interval } from './period-rules.ts';

export type Income = { currency: string; amountMinor: bigint };

/** What all subscriptions of one interval pay for one of it. */
export type PaidPerInterval = { currency: string; interval: Interval; paidMinor: bigint };

/** How often each comes in a twelfth of 365 days, in 84ths: those are whole numbers. */
const perMonth = { day: 365n * 7n, week: 365n, month: 84n, year: 7n } as const;

/** By currency, in the order of their names. */
export function monthlyIncome(paid: readonly PaidPerInterval[]): Income[] {
  const currencies = [...Map.groupBy(paid, ({ currency }) => currency)].sort(([a], [b]) => (a < b ? -1 : 1));
  return currencies.map(([currency, own]) => ({
    currency,
    amountMinor: sumMinor(
      own.map(({ interval: { unit, count }, paidMinor }) =>
        divideRounded(paidMinor * perMonth[unit], 84n * BigInt(count)),
      ),
    ),
  }));
}
