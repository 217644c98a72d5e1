// A billing run can be repeated, doubled and broken off: what identifies a charge is the period, never the run.
import type { DateRange } from '#platform/dates.ts';

/** R-RUN-1: not "billed today", and not the id of the run. */
export function billingKey(subscriptionId: string, period: DateRange): string {
  return `${subscriptionId} ${period.startsOn}`;
}

/** Takes what nobody has taken, and marks it as taken: what the unique constraint on periods does in the database. */
export function takeUnbilled<T extends { subscriptionId: string; period: DateRange }>(
  billedKeys: Set<string>,
  candidates: readonly T[],
): T[] {
  return candidates.filter(({ subscriptionId, period }) => {
    const key = billingKey(subscriptionId, period);
    if (billedKeys.has(key)) return false;
    billedKeys.add(key);
    return true;
  });
}

export type Billed<S, I> = { invoices: I[]; failures: { subscription: S; reason: string }[] };

/** One subscription that cannot be billed is listed with its reason, and stops nobody (R-RUN-3). */
export function billEach<S, I>(
  subscriptions: readonly S[],
  bill: (subscription: S) => { ok: true; invoice: I } | { ok: false; reason: string },
): Billed<S, I> {
  const billed: Billed<S, I> = { invoices: [], failures: [] };
  for (const subscription of subscriptions) {
    const outcome = bill(subscription);
    if (outcome.ok) billed.invoices.push(outcome.invoice);
    else billed.failures.push({ subscription, reason: outcome.reason });
  }
  return billed;
}

/** A plan without a price charges nobody: it is a mistake that a person must see. */
export function chargeOf(
  priceMinor: bigint | undefined,
): { ok: true; invoice: bigint } | { ok: false; reason: string } {
  if (priceMinor === undefined) return { ok: false, reason: 'plan_without_price' };
  if (priceMinor < 0n) return { ok: false, reason: 'negative_price' };
  return { ok: true, invoice: priceMinor };
}
