// For how long the money that a customer has with us pays what he takes.
import type { UpcomingInvoice } from '@lastmile/contract/subscriptions.ts';
import type { z } from 'zod';
import { daysIn } from '#platform/dates.ts';
import type { Db } from '#platform/db.ts';
import { portion, sumMinor } from '#platform/money.ts';
import { sumCredits } from './allocations.ts';
import { daysOfService } from './rules/wallet-rules.ts';

type Upcoming = z.output<typeof UpcomingInvoice> & { subscriptionId: string };

// Intervals differ, so each is worth its part of as many days.
const monthDays = 30;
// A hundred years is long enough to say.
const mostDays = 36_500;

/** In each currency of which there is credit and in which something is charged, of all his subscriptions together. */
export async function listCreditDays(
  db: Db,
  customerId: string,
  upcoming: readonly Upcoming[],
): Promise<{ currency: string; days: number }[]> {
  // The last that is known of each: a whole interval, and no set-up with it.
  const charges = [...new Map(upcoming.map((one) => [one.subscriptionId, one])).values()];
  return (await sumCredits(db, customerId)).flatMap(({ currency, amountMinor }) => {
    const own = charges.filter((charge) => charge.currency === currency);
    const monthMinor = sumMinor(own.map((charge) => portion(charge.amountMinor, monthDays, daysIn(charge))));
    if (monthMinor === 0n) return [];
    return [{ currency, days: Math.min(daysOfService(amountMinor, monthMinor, monthDays), mostDays) }];
  });
}
